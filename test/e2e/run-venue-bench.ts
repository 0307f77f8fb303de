import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Fault, Result } from "#base";
import { appendRunsToPool, openSnapshot, type Snapshot, takeSnapshot } from "#evidence";
import {
  type RunClock,
  runVenue,
  type VenueRunConfig,
  type VenueRunOutcome,
  type VenueRunRequest,
} from "#execution";
import type { OkxKey } from "#okx";
import {
  makeRoster,
  openVenue,
  type SimulatedVenue,
  type VenueAccount,
  type VenueOptions,
} from "#simulator";
import { hostFacts, landRun, syntheticMarket, temporaryRoot } from "#support";
import {
  createSendGate,
  type HaltWatch,
  haltPlaces,
  openDirectVenue,
  openHaltWatch,
  type Venue,
} from "#venues";
import { tradeByHand } from "./run-venue-desk.ts";

export const swap = "BTC-USDT-SWAP";

type PositionMode = VenueAccount["posMode"];

/** A root with a snapshot of different genomes in it, and a venue that stands still. */
export type Bench = Readonly<{
  root: string;
  venue: SimulatedVenue;
  halt: HaltWatch;
  switchFile: string;
  clock: RunClock;
  snapshot: Snapshot;
  /** A write of somebody else on the account, past the run. */
  byHand: (path: string, body: unknown) => Promise<void>;
  client: (label: "trader" | "auditor" | "second") => Venue;
  request: (
    config?: Partial<VenueRunConfig>,
    changes?: Partial<VenueRunRequest>,
  ) => VenueRunRequest;
  [Symbol.asyncDispose]: () => Promise<void>;
}>;

export function openBench({
  posMode,
  ...options
}: Partial<VenueOptions> & Readonly<{ posMode?: PositionMode }> = {}): Bench {
  const place = temporaryRoot();
  const root = place.path;
  const switchFile = join(root, "EXECUTION_HALTED");
  writeFileSync(switchFile, "off\n");
  const halt = openHaltWatch(haltPlaces(root, { EXECUTION_HALTED_FILE: switchFile }));
  const plainRoster = makeRoster("demo");
  const accounts = plainRoster.accounts.map((account) => ({
    ...account,
    posMode: posMode ?? account.posMode,
  }));
  const roster = { ...plainRoster, accounts };
  const venue = must(
    openVenue({ roster, seed: 11, clock: { kind: "stepped" }, startMs: opening, ...options }),
  );
  const { nowMs } = venue.clock;
  const keys = roster.accounts.flatMap((account) => account.keys);
  const secrets = keys.flatMap((key) => [key.apiKey, key.secretKey, key.passphrase]);
  const client = (label: string): Venue => {
    const found = keys.find((key) => key.label === label);
    assert.ok(found !== undefined);
    const { apiKey, secretKey: secret, passphrase } = found;
    const key: OkxKey = { apiKey, secret, passphrase };
    const access = { baseUrl: "http://venue.invalid", streamUrl: null, key, demo: true };
    const gate = createSendGate(halt.look);
    return openDirectVenue({ ...access, timeoutMs: 2000, gate, nowMs }, venue.handle);
  };
  const clock: RunClock = {
    nowMillis: nowMs,
    takeCalls: () => [],
    async waitUntil(ms) {
      if (ms > nowMs()) venue.clock.advanceTo(Math.ceil(ms));
    },
  };
  const snapshot = snapshotIn(root);
  return {
    ...{ root, venue, halt, switchFile, clock, snapshot, client },
    byHand: (path, body) => tradeByHand(venue, roster, path, body),
    request: (config = {}, changes = {}) => ({
      ...{ root, snapshot, halt, clock, secrets, host: hostFacts },
      mode: "okx_demo",
      config: { ...plain, ...config },
      coreHash: "c".repeat(64),
      venue: client("trader"),
      auditor: client("auditor"),
      address: "http://venue.invalid",
      counterfactualRunId: null,
      nonce: "0a1b2c3d",
      sealer: null,
      stopRequested: () => null,
      signal: new AbortController().signal,
      progress: () => undefined,
      ...changes,
    }),
    async [Symbol.asyncDispose]() {
      await venue.close();
      place[Symbol.dispose]();
    },
  };
}

const opening = Date.UTC(2024, 4, 15, 12);

/** Enough ticks and agents for every kind of event, and nothing that a test would wait for. */
const plain: VenueRunConfig = {
  ...{ instId: swap, library: "direct", bar: "1m", tickSeconds: null, ticks: 12, oneShot: null },
  ...{ minAgents: 20, maxAgents: 24, capitalPerAgentMicro: 2_000_000_000 },
  ...{ allocationRatioPpm: 800_000, marginMode: "cross", maxLeveragePpm: 3_000_000 },
  ...{ orderStyle: "limit", orderLifetimeMs: 40_000, pollMs: 2000 },
  selfTrade: { policy: "stp", mode: "cancel_maker" },
  ...{ shutdownFlatten: true, startupFlatten: true, maxMarketAgeMs: 30_000 },
  ...{ toleranceMicro: 1_000_000, pageLimit: 20, bookDepth: 5, exclusiveAccount: true },
};

export async function ran(request: VenueRunRequest): Promise<VenueRunOutcome> {
  return must(await runVenue(request));
}

export function must<T>(result: Result<T, Fault>): T {
  assert.ok(result.ok, result.ok ? "" : `${result.fault.code}: ${result.fault.message}`);
  return result.value;
}

/** A snapshot of more genomes than a run needs. */
export function snapshotIn(root: string): Snapshot {
  const market = syntheticMarket({ bars: 120, seed: 5, volatility: 60 });
  const config = { population: 30, max_agents: 40 };
  const { directory } = landRun(root, { market, seed: 3, config });
  must(appendRunsToPool(root, [directory]));
  const trust = { policy: null, key: null, memory: null };
  const taken = must(takeSnapshot(root, { rule: [], note: null, trust, nowMs: opening }));
  assert.ok(taken.state !== "refused");
  return must(openSnapshot(root, taken.id));
}
