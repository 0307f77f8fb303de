import type { Judged } from "./answer.ts";
import type { Desk } from "./desk.ts";
import { lookAt, type Seen } from "./look.ts";
import type { OwnOrder } from "./own-orders.ts";
import { isRateLimit } from "./reasons.ts";

/** How often a write asks at once what became of it; `followUp` goes on asking. */
const looks = 3;
const pauseMs = 300;

/**
 * Finds out what became of an order whose answer did not tell: by query, never by sending again.
 * Afterwards it is open, ended, or still unknown and counted in full.
 */
export async function resolveOrder(desk: Desk, own: OwnOrder, judged: Judged): Promise<void> {
  if (own.phase === "ended") return;
  own.phase = "unknown";
  const certain = judged.notSent || isRateLimit(judged.reasonCode);
  for (let look = 0; look < looks; look += 1) {
    if (look > 0) await desk.options.time.sleep(pauseMs * look);
    const seen = await lookAt(desk, own);
    if (isSettled(own, seen)) return;
    if (certain) return desk.orders.end(own, "absent");
  }
}

function isSettled(own: OwnOrder, seen: Seen): boolean {
  return seen === "known" || own.phase === "ended";
}
