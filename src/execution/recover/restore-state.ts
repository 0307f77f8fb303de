import { base64ToBytes, err, type Fault, millisFromIso, ok, type Result } from "#base";
import type { ExecutionLines } from "#evidence";
import type { Broker } from "#venues";
import { type Amount, microAmount, toAmount } from "../amounts/amount.ts";
import type { PositionsSeen } from "../audit/positions.ts";
import { venueRules } from "../bootstrap/venue-rules.ts";
import { at, type Colony, createColony, type Founder, slotOf } from "../colony/colony.ts";
import { buryMember } from "../colony/life.ts";
import type { Reserve } from "../colony/reserve.ts";
import type { OneShotDone, OrderOwner, RunState } from "../loop/run-state.ts";
import { takeFills, takeSystemBills } from "../loop/take-fills.ts";
import { barInterval } from "../market-view/bar-interval.ts";
import { createMarketFeed } from "../market-view/take-bars.ts";
import { createReferenceBook, type PriceReference } from "../quality/price-reference.ts";
import type { RunSession } from "../run/open-session.ts";
import { type Founding, killedCode, type LeftRecords } from "./left-records.ts";

export type RestoreParts = Readonly<{
  session: RunSession;
  broker: Broker;
  left: LeftRecords;
  founding: Founding;
  windowStartMs: number;
  windowEndMs: number | null;
  startPositions: PositionsSeen | null;
}>;

/**
 * The books of a dead run, made again from what it recorded and from the exchange's fills: agents
 * with what they were given and what their orders brought, the dead buried, the rest the run's.
 * Faults: recorded_damaged, fills_unknown (they do not add up to what was filled; try again).
 */
export async function restoreState(parts: RestoreParts): Promise<Result<RunState, Fault>> {
  const { session, broker, left, founding } = parts;
  const { config } = session.request;
  const colony = restoreColony(session, founding);
  if (!colony.ok) return colony;
  const interval = barInterval(config.bar);
  if (!interval.ok) return interval;
  const { equity, foundedMs } = bootstrapOf(left, founding);
  const given = founding.births.reduce((sum, { capital_micro: capital }) => sum + capital, 0);
  const reserve: Reserve = { cash: equity - microAmount(given), lots: 0 };
  const state: RunState = {
    session,
    broker,
    colony: colony.value,
    reserve,
    feed: createMarketFeed(colony.value, interval.value),
    references: createReferenceBook(session.journal, config.instId, referencesOf(left)),
    // Manifests of dead runs name where genomes came from; nobody is founded from these.
    genomes: { schemaVersion: colony.value.schema.genome_schema_version, genomes: [], offered: 0 },
    bootstrapEquity: equity,
    bootstrapMs: foundedMs,
    // What filled before anybody was founded is in the equity that was shared out.
    windowStartMs: Math.max(parts.windowStartMs, foundedMs),
    windowEndMs: parts.windowEndMs,
    startPositions: parts.startPositions ?? { atMs: session.startedMs, positions: [] },
    ownerByOrder: ownersOf(broker),
    knownTrades: new Set(),
    knownBills: new Set(),
    filledByOrder: new Map(),
    fillValueByOrder: new Map(),
    account: null,
    markPrice: await priceOf(session, left),
    ...countsOf(left),
    truth: "ok",
    apiErrors: 0,
    thinBooks: 0,
    oneShot: oneShotOf(left),
    collapse: null,
    deaths: 0,
    settlements: settlementsOf(broker),
  };
  if (!(await takeFills(state))) {
    const message = "the exchange's fills do not make what it says was filled; try again";
    return err({ code: "fills_unknown", message, at: session.directory });
  }
  await takeSystemBills(state);
  const lastDeathMs = buryTheDead(state, left.deaths);
  state.collapse = collapseOf(state, lastDeathMs);
  return ok(state);
}

function restoreColony(session: RunSession, { births, genomes }: Founding): Result<Colony, Fault> {
  const { probed, request, directory } = session;
  const weightsByAgent = new Map(genomes.map((line) => [line.agent_id_hash, line.weights]));
  const schemaVersion = genomes[0]?.genome_schema_version ?? "";
  const founders: Founder[] = [];
  for (const birth of births) {
    const weights = float32Of(weightsByAgent.get(birth.agent_id_hash) ?? "");
    if (weights === null) {
      const message = `the weights of ${birth.agent_id} cannot be read`;
      return err({ code: "recorded_damaged", message, at: directory });
    }
    const member = {
      number: Number(birth.agent_id.slice(1)),
      id: birth.agent_id,
      hash: birth.agent_id_hash,
      geneId: birth.gene_id,
      capitalMicro: birth.capital_micro,
      feesMicro: 0,
      fills: 0,
    };
    founders.push({ member, weights });
  }
  const { sizes } = probed;
  const rules = venueRules(probed, request.config);
  return ok(createColony({ sizes, schemaVersion, rules, founders }));
}

function float32Of(text: string): Float32Array | null {
  const bytes = base64ToBytes(text);
  if (!bytes.ok || bytes.value.length % 4 !== 0 || bytes.value.length === 0) return null;
  const { buffer, byteOffset, length } = bytes.value;
  const view = new DataView(buffer, byteOffset, length);
  return Float32Array.from({ length: length / 4 }, (_, gene) => view.getFloat32(gene * 4, true));
}

type Bootstrap = Readonly<{ equity: Amount; foundedMs: number }>;

/** The equity as the exchange reported it after the flatten; else what the births say of it. */
function bootstrapOf({ snapshots }: LeftRecords, { births }: Founding): Bootstrap {
  const [first] = births;
  const founded = millisFromIso(first?.ts_utc ?? "");
  const flat = snapshots.find(({ moment }) => moment === "after_flatten");
  const shared = first?.capital_triplet.current_total_micro ?? 0;
  const reported = flat?.exchange_equity ?? null;
  return {
    equity: reported === null ? microAmount(shared) : toAmount(reported),
    foundedMs: founded.ok ? founded.value : 0,
  };
}

function ownersOf(broker: Broker): Map<string, OrderOwner> {
  const owners = new Map<string, OrderOwner>();
  for (const { clientOrderId, intent } of broker.orders()) {
    const { owner, tick } = intent;
    if (owner.type === "lifecycle" && owner.scope === "startup_flatten") continue;
    const agentHash = owner.type === "agent" ? owner.agentIdHash : null;
    owners.set(clientOrderId, { agentHash, askedLots: 0, tick });
  }
  return owners;
}

function settlementsOf(broker: Broker): number {
  return broker
    .orders()
    .filter(({ intent: { owner } }) => owner.type === "lifecycle")
    .filter(({ intent: { owner } }) => "scope" in owner && owner.scope === "death_settlement")
    .length;
}

/** The price of now; where the venue does not tell it, the last one that was decided on. */
async function priceOf({ ask, request }: RunSession, left: LeftRecords): Promise<string | null> {
  const { answer } = await ask((venue) => venue.markPrice(request.config.instId));
  if (answer.ok) return answer.value.px;
  const last = left.decisions.findLast(({ record_type: type }) => type === "tick_summary");
  return last?.record_type === "tick_summary" ? last.mark_price_used : null;
}

type Counts = Pick<RunState, "tick" | "ticksDone" | "steps">;

/** A tick was lived when its ledger was closed by the one who lived it. */
function countsOf({ ledger, decisions }: LeftRecords): Counts {
  const lived = ledger.filter(({ reason_code: code }) => code !== killedCode);
  const ticksDone = lived.reduce((most, { tick }) => Math.max(most, tick), 0);
  const steps = decisions.filter(({ record_type: type }) => type === "agent_detail").length;
  const tick = decisions.reduce((most, line) => Math.max(most, line.tick), ticksDone);
  return { tick, ticksDone, steps };
}

function oneShotOf({ decisions }: LeftRecords): OneShotDone | null {
  for (const line of decisions) {
    if (line.record_type !== "agent_detail" || !line.oneshot) continue;
    const { tick, agent_id_hash: agentHash, intent_id: intentId } = line;
    return { tick, agentHash, clientOrderId: null, intentId };
  }
  return null;
}

function referencesOf({ references }: LeftRecords): readonly PriceReference[] {
  const numberOf = (text: string | null): number | null => (text === null ? null : Number(text));
  return references.map(({ snapshot_id, ref_mid, ref_mark, ref_last }) => ({
    snapshotId: snapshot_id,
    mid: numberOf(ref_mid),
    mark: numberOf(ref_mark),
    last: numberOf(ref_last),
  }));
}

/** Their fills are in their books already; what is left of them is the reserve's. */
function buryTheDead(
  state: RunState,
  deaths: readonly ExecutionLines["death_events"][],
): number | null {
  const { colony, reserve } = state;
  let lastMs: number | null = null;
  for (const { agent_id_hash: agent, ts_utc: iso } of deaths) {
    const slot = slotOf(colony, agent);
    if (slot === null) continue;
    const cash = at(colony.world.cash, slot);
    const lots = at(colony.world.position, slot);
    buryMember(colony, slot);
    reserve.cash += microAmount(cash);
    reserve.lots += lots;
    state.deaths += 1;
    const ms = millisFromIso(iso);
    lastMs = ms.ok ? ms.value : lastMs;
  }
  return lastMs;
}

function collapseOf(
  { colony, reserve, markPrice, session }: RunState,
  lastDeathMs: number | null,
): RunState["collapse"] {
  if (markPrice === null) return null;
  const extinct = colony.members.length === 0;
  const broke = reserve.cash + colony.sizes.valueOf(reserve.lots, markPrice) <= 0n;
  if (!extinct && !broke) return null;
  const reason = extinct && broke ? "both" : extinct ? "extinction" : "financial";
  return { reason, atMs: lastDeathMs ?? session.journal.clock.nowMillis() };
}
