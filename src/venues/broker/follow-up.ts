import { type Desk, freezeDesk } from "./desk.ts";
import { lookAt } from "./look.ts";
import type { OwnOrder } from "./own-orders.ts";

export type FollowUpReport = Readonly<{
  looked: number;
  ended: number;
  /** Orders of which it is not known whether they are there. */
  unknown: number;
  open: number;
}>;

/**
 * Looks once at every order that has not ended. One that is not known to have ended, nor to rest,
 * for longer than the limit freezes execution: nothing more is sent over an unknown past.
 */
export async function followUp(desk: Desk): Promise<FollowUpReport> {
  const before = desk.orders.live();
  let looked = 0;
  for (const own of before) {
    if (own.phase === "sending" || own.phase === "ended") continue;
    looked += 1;
    await lookAt(desk, own);
    if (isOverdue(desk, own)) await freezeOverdue(desk, own);
  }
  const live = desk.orders.live();
  const count = (phase: OwnOrder["phase"]): number =>
    live.filter((own) => own.phase === phase).length;
  const ended = before.filter((own) => own.phase === "ended").length;
  return { looked, ended, unknown: count("unknown"), open: count("open") };
}

/** An order that rests may do so for as long as the exchange says that it does. */
function isOverdue({ options }: Desk, own: OwnOrder): boolean {
  if (own.phase === "ended") return false;
  const { ordType } = own.intent.order;
  const rests = own.phase === "open" && (ordType === "limit" || ordType === "post_only");
  const sinceMs = rests ? own.knownMs : own.sentMs;
  return options.time.nowMs() - sinceMs > options.limits.orderOverdueMs;
}

async function freezeOverdue(desk: Desk, own: OwnOrder): Promise<void> {
  const detail = `${own.clientOrderId} is ${own.phase} and has no end in time`;
  await freezeDesk(desk, "p2_overdue", detail, { tick: own.intent.tick, line: null });
}
