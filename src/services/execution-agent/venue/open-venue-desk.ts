import { createHash } from "node:crypto";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Fault, ok, type Result } from "#base";
import { latchAllows, type VenueMode } from "#safety";
import {
  type Broker,
  callsNamed,
  createCallRecorder,
  createRedactor,
  createSendGate,
  openBroker,
  openDirectVenue,
  openOrderSink,
  readRecordedOrders,
  type SafetyInputs,
  type Venue,
} from "#venues";
import { type AccountWatch, createAccountWatch } from "./account-watch.ts";
import { type Connected, connectVenue, readSkew } from "./connect-venue.ts";
import { type LimitsDocument, openLimits } from "./limits-document.ts";
import { openOrderFolder } from "./order-folder.ts";
import { createWarmSend } from "./warm-send.ts";

export type VenueDeskOptions = Readonly<{
  /** Of the service. */
  folder: string;
  baseUrl: string;
  key: Readonly<{ apiKey: string; secret: string; passphrase: string }>;
  instIds: readonly string[];
  currency: string;
  limitsFile: string | null;
  nowMs: () => number;
  /** What the broker asks for every order, and its gate at the last line. */
  safety: Omit<SafetyInputs, "demoAccount">;
}>;

/** The venue and the only writer to it. */
export type VenueDesk = Readonly<{
  mode: VenueMode;
  broker: Broker;
  connected: Connected;
  limits: LimitsDocument;
  agentIdHash: string;
  /** Looks at prices, account, clock and open orders once more. */
  refresh: () => Promise<void>;
  skewMs: () => number | null;
  /** Cancels what rests and is ours, and asks until nothing does. */
  cancelAll: (why: string) => ReturnType<Broker["cancelAll"]>;
  close: () => Promise<void>;
}>;

export const venueTimeoutMs = 5000;

/**
 * Connects, reads what was ordered before, and opens the broker over it. Faults: of connectVenue,
 * openLimits, openOrderFolder, readRecordedOrders, openOrderSink and openBroker.
 */
export async function openVenueDesk(options: VenueDeskOptions): Promise<Result<VenueDesk, Fault>> {
  const { folder, baseUrl, key, instIds, nowMs, safety } = options;
  const limits = openLimits(options.limitsFile, folder, instIds);
  if (!limits.ok) return limits;
  const warm = createWarmSend(baseUrl, venueTimeoutMs, () => mayLeave(safety));
  const access = {
    ...{ baseUrl, key, nowMs, streamUrl: null },
    demo: safety.mode !== "okx_live",
    timeoutMs: venueTimeoutMs,
    gate: createSendGate(safety.halt),
  };
  const venue = { ...openDirectVenue(access, warm.send), close: async () => warm.close() };
  const connected = await connectVenue(venue, { mode: safety.mode, instIds, nowMs });
  const desk = connected.ok
    ? await openDesk(options, venue, connected.value, limits.value)
    : connected;
  if (!desk.ok) await venue.close();
  return desk;
}

/** The broker and the gate have judged the order; here only what halts is looked at once more. */
function mayLeave({ halt, mode }: VenueDeskOptions["safety"]): boolean {
  const { verdict, latch } = halt();
  return verdict.allowed && latchAllows(latch, mode);
}

async function openDesk(
  options: VenueDeskOptions,
  venue: Venue,
  connected: Connected,
  limits: LimitsDocument,
): Promise<Result<VenueDesk, Fault>> {
  const { folder, key, currency, nowMs, safety } = options;
  const { account, accountIdHash, instruments } = connected;
  let skewMs: number | null = connected.skewMs;
  const venueNowMs = (): number => Math.floor(nowMs() + (skewMs ?? connected.skewMs));
  const about = { mode: safety.mode, accountIdHash, nowMs: nowMs() };
  const place = openOrderFolder(folder, about);
  if (!place.ok) return place;
  const { directory, runId, prefix } = place.value;
  const recorded = readRecordedOrders(directory);
  if (!recorded.ok) return recorded;
  const sink = openOrderSink({ directory, runId, clock: { nowMillis: venueNowMs } });
  if (!sink.ok) return sink;
  const watch = createAccountWatch(venue, instruments, currency, venueNowMs);
  await watch.refresh();
  const redactor = createRedactor([key.apiKey, key.secret, key.passphrase]);
  const callsBefore = callsNamed(recorded.value);
  const broker = await openBroker({
    ...{ venue, instruments, prefix, accountIdHash },
    sink: sink.value,
    recorder: createCallRecorder({ sink: sink.value, redactor, accountIdHash, callsBefore }),
    time: { nowMs: venueNowMs, sleep: async (ms) => sleep(ms) },
    safety: { ...inputsOf(safety), demoAccount: () => account.demo },
    facts: watch.facts,
    limits: limits.limits,
    selfTrade: { type: "stp", mode: "cancel_maker" },
    auditScopeId: null,
    recorded: recorded.value,
  });
  if (!broker.ok) {
    await sink.value.close();
    return broker;
  }
  return ok({
    mode: safety.mode,
    broker: broker.value,
    connected,
    limits,
    agentIdHash: createHash("sha256").update(`${runId}:execution-agent`).digest("hex").slice(0, 16),
    skewMs: () => skewMs,
    async refresh(): Promise<void> {
      skewMs = await readSkew(venue, nowMs);
      await refreshOrders(watch, broker.value);
    },
    cancelAll: async (why) =>
      broker.value.cancelAll({
        owner: { type: "lifecycle", scope: "operator" },
        kind: "cancel_all",
        ...{ tick: null, tickReason: why, others: false },
        intentPrefix: `cancel-${venueNowMs()}-`,
        instIds: options.instIds,
      }),
    async close(): Promise<void> {
      await broker.value.idle();
      await sink.value.close();
      await venue.close();
    },
  });
}

/** A spread would read getters once; the mode of a process never changes. */
function inputsOf(safety: VenueDeskOptions["safety"]): VenueDeskOptions["safety"] {
  const { mode, halt, freshness, gate, agentMode, lease } = safety;
  return { mode, halt, freshness, gate, agentMode, lease };
}

async function refreshOrders(watch: AccountWatch, broker: Broker): Promise<void> {
  await watch.refresh();
  if (broker.orders().some(({ phase }) => phase !== "ended")) await broker.followUp();
}

export function folderOf(root: string): string {
  return join(root, "mesh", "execution-agent");
}
