import { err, type Fault, ok, type Result } from "#base";
import type { OkxKey } from "#okx";
import { createHttpSend, type HttpSend } from "../adapters/http-send.ts";
import { errorText } from "../adapters/transport-error.ts";
import { isRecord } from "./compare/read-path.ts";
import { createDirectClient, type DirectClient } from "./direct-client.ts";
import type { StageHost } from "./stage.ts";
import type { WriteGuard } from "./write-guard.ts";

export type RemoteOptions = Readonly<{
  restUrl: string;
  key: OkxKey;
  instId: string;
  guard: WriteGuard;
}>;

/**
 * A venue at an address that all acts share, always in its demo environment. Before each act the
 * market and the account are looked at; after it every order that was not there before is
 * cancelled. Faults: venue_unreachable, venue_refused.
 */
export function createRemoteHost({ restUrl, key, instId, guard }: RemoteOptions): StageHost {
  const client = createDirectClient({
    ...{ send: createHttpSend(restUrl, timeoutMs), key, demo: true, expTimeMs: null },
  });

  let provenDemo = false;

  return {
    environment: "okx_demo",
    fresh: false,
    open: async () => {
      await new Promise((resolve) => setTimeout(resolve, betweenActsMs));
      const known = await look(client, instId, { guard, provenDemo });
      if (!known.ok) return known;
      provenDemo = true;
      return ok({
        restUrl,
        streamUrl: null,
        keys: { trader: key, reader: null, poor: null },
        digest: () => null,
        nowMs: () => null,
        advance: null,
        arm: null,
        struck: () => 0,
        close: async () => cancelNew(client, instId, known.value),
      });
    },
  };
}

const timeoutMs = 10_000;

/** The strictest limit that an act and its looks meet is five requests in two seconds. */
const betweenActsMs = 1000;

/** The ids of the orders that rest now. */
async function look(
  client: DirectClient,
  instId: string,
  { guard, provenDemo }: Readonly<{ guard: WriteGuard; provenDemo: boolean }>,
): Promise<Result<ReadonlySet<string>, Fault>> {
  try {
    const [ticker] = await client.call("ticker", { instId });
    if (isRecord(ticker)) guard.sawTick(Number(ticker["ts"]));
    // Only a demo key is taken where a request says that it is for the demo environment.
    if (!provenDemo) await client.call("account_config", {});
    guard.provenDemo();
    return ok(new Set(await restingIds(client, instId)));
  } catch (cause) {
    const message = `the venue does not answer: ${errorText(cause)}`;
    return err({ code: "venue_unreachable", message });
  }
}

async function restingIds(client: DirectClient, instId: string): Promise<readonly string[]> {
  const rows = await client.call("orders_pending", { instType: "SWAP", instId });
  return rows.flatMap((row) => {
    const id = isRecord(row) ? row["ordId"] : undefined;
    return typeof id === "string" ? [id] : [];
  });
}

/** What an act left is taken away again; what was there before is nobody's business here. */
async function cancelNew(
  client: DirectClient,
  instId: string,
  known: ReadonlySet<string>,
): Promise<Fault | null> {
  try {
    const left = (await restingIds(client, instId)).filter((id) => !known.has(id));
    for (const ordId of left) await client.call("cancel_order", { instId, ordId });
    return null;
  } catch (cause) {
    const message = `orders of this comparison may still rest: ${errorText(cause)}`;
    return { code: "venue_orders_left", message, at: instId };
  }
}

/** Sends what the guard lets through; what it stops never leaves. */
export function guardedSend(send: HttpSend, guard: WriteGuard["guard"]): HttpSend {
  return (request) => {
    const stopped = guard({ ...request, path: request.path.split("?")[0] ?? request.path });
    if (stopped === null) return send(request);
    throw new Error(`stopped here: ${stopped}`);
  };
}
