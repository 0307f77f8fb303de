import { setTimeout as sleep } from "node:timers/promises";
import { type Fault, type Json, ok, type Result } from "#base";
import type { Bus, Kv } from "#mesh";

/** The bucket of requests `request.<name>` and what became of them, `status.<name>`. */
const researchBucket = "research";

export type ResearchRequest = Readonly<{
  name: string;
  value: Json;
  /** Aborts when the request is taken back. */
  signal: AbortSignal;
}>;

/** More requests than this do not wait: the next one is refused. */
const maxWaiting = 64;

/** Requests over the bus, one after the other. */
export type RequestQueue = Readonly<{
  /** Null when the signal aborted first. */
  next: (signal: AbortSignal) => Promise<ResearchRequest | null>;
  say: (name: string, status: Json) => Promise<Result<void, Fault>>;
  close: () => Promise<void>;
}>;

/**
 * Follows the bucket. A request that has a status was taken before, by this process or another
 * start of it, and is not taken again; to run it again it needs another name. Faults: of the bus.
 */
export async function openRequests(bus: Bus): Promise<Result<RequestQueue, Fault>> {
  const kv = await bus.kv(researchBucket);
  if (!kv.ok) return kv;
  const bucket = kv.value;
  const waiting = new Map<string, Readonly<{ value: Json; withdraw: AbortController }>>();
  const running = new Map<string, AbortController>();
  let told = Promise.withResolvers<void>();
  const watch = await bucket.watch("request.*", ({ key, value }) => {
    const name = key.slice("request.".length);
    if (value === null) {
      waiting.delete(name);
      running.get(name)?.abort();
      return;
    }
    if (running.has(name)) return;
    if (waiting.size < maxWaiting || waiting.has(name)) {
      waiting.set(name, { value, withdraw: new AbortController() });
    } else {
      void say(bucket, name, refusal);
    }
    told.resolve();
  });
  if (!watch.ok) return watch;

  async function next(signal: AbortSignal): Promise<ResearchRequest | null> {
    const stop = (): void => told.resolve();
    signal.addEventListener("abort", stop, { once: true });
    try {
      while (!signal.aborted) {
        const [first] = waiting;
        if (first === undefined) {
          told = Promise.withResolvers<void>();
          await told.promise;
          continue;
        }
        const [name, { value, withdraw }] = first;
        waiting.delete(name);
        const taken = await bucket.create(`status.${name}`, { state: "taken" });
        if (!taken.ok && taken.fault.code !== "bus_key_exists") {
          // The bus is away: the request keeps waiting, behind the others.
          waiting.set(name, { value, withdraw });
          await sleep(1000);
        }
        if (!taken.ok) continue;
        running.clear();
        running.set(name, withdraw);
        return { name, value, signal: withdraw.signal };
      }
      return null;
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }
  return ok({
    next,
    say: async (name, status) => say(bucket, name, status),
    close: () => watch.value.stop(),
  });
}

const refusal: Json = {
  state: "refused",
  reason_code: "queue_full",
  message: `${maxWaiting} requests wait already`,
};

async function say(kv: Kv, name: string, status: Json): Promise<Result<void, Fault>> {
  const put = await kv.put(`status.${name}`, status);
  return put.ok ? ok(undefined) : put;
}
