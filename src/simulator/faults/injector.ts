import { createStream, type Fault, ok, type Result, type Stream } from "#base";
import { parseFaultPlan } from "./parse-plan.ts";
import {
  emptyPlan,
  type FaultKind,
  type FaultMoment,
  type FaultPlan,
  type FaultRule,
  type PlannedFault,
} from "./plan.ts";

/** What is happening when a fault may strike. */
export type FaultPoint = Readonly<{
  /** `POST /api/v5/trade/order`, `ws order`, `push orders`, `feed`. */
  endpoint: string;
  account: string | null;
  channel: string | null;
  instId: string | null;
  clOrdIds: readonly string[];
}>;

export type FiredFault = Readonly<{
  rule: string;
  kind: FaultKind;
  at_ms: number;
  endpoint: string;
  account: string | null;
  inst_id: string | null;
  cl_ord_ids: readonly string[];
}>;

export type RuleCount = Readonly<{ rule: string; kind: FaultKind; met: number; fired: number }>;

/** Faults by plan. Which one strikes is a function of the plan, the seed and what happened. */
export type FaultInjector = Readonly<{
  /** Whether a rule of this kind exists at all: false costs nothing on the hot path. */
  has: (kind: FaultKind) => boolean;
  /** Whether any rule exists. */
  isArmed: () => boolean;
  /** The first fault of this kind that strikes here; it is counted. Null: nothing strikes. */
  strike: <Kind extends FaultKind>(
    kind: Kind,
    point: FaultPoint,
    when?: FaultMoment,
  ) => PlannedFaultOf<Kind> | null;
  /** Replaces the plan; counts of rules that stay by id go on. */
  load: (plan: unknown) => Result<null, Fault>;
  /** Adds one rule and gives its id. Faults as of a plan. */
  add: (rule: unknown) => Result<string, Fault>;
  remove: (id: string) => boolean;
  plan: () => FaultPlan;
  counts: () => readonly RuleCount[];
  /** The last faults that struck, oldest first, at most 1000. */
  fired: () => readonly FiredFault[];
}>;

export type PlannedFaultOf<Kind extends FaultKind> = Extract<PlannedFault, { kind: Kind }>;

export type InjectorOptions = Readonly<{
  plan: FaultPlan;
  seed: number;
  /** Venue time at the opening: windows of rules count from here. */
  openedMs: number;
  nowMs: () => number;
}>;

type ArmedRule = {
  readonly id: string;
  readonly rule: FaultRule;
  readonly stream: Stream;
  met: number;
  fired: number;
};

const firedKept = 1000;

export function createFaultInjector({
  plan,
  seed,
  openedMs,
  nowMs,
}: InjectorOptions): FaultInjector {
  let armed: ArmedRule[] = [];
  let byKind = new Map<FaultKind, ArmedRule[]>();
  let made = 0;
  const fired: FiredFault[] = [];

  function arm(rule: FaultRule): ArmedRule {
    made += 1;
    const stream = createStream({ seed, stream: "fault", id: made });
    return { id: rule.id ?? `rule-${made}`, rule, stream, met: 0, fired: 0 };
  }

  function settle(next: ArmedRule[]): void {
    armed = next;
    byKind = Map.groupBy(next, ({ rule }) => rule.fault.kind);
  }

  function load(value: unknown): Result<null, Fault> {
    const parsed = parseFaultPlan(value, "fault plan");
    if (!parsed.ok) return parsed;
    settle(
      parsed.value.rules.map((rule) => {
        const before = armed.find(({ id }) => id === rule.id);
        const now = arm(rule);
        return before === undefined ? now : { ...now, met: before.met, fired: before.fired };
      }),
    );
    return ok(null);
  }

  function note({ id, rule }: ArmedRule, point: FaultPoint): void {
    fired.push({
      rule: id,
      kind: rule.fault.kind,
      at_ms: nowMs(),
      endpoint: point.endpoint,
      account: point.account,
      inst_id: point.instId,
      cl_ord_ids: point.clOrdIds,
    });
    if (fired.length > firedKept) fired.shift();
  }

  settle(plan.rules.map(arm));

  return {
    has: (kind) => byKind.has(kind),
    isArmed: () => armed.length > 0,
    strike: (kind, point, when) => {
      const sinceMs = nowMs() - openedMs;
      for (const entry of byKind.get(kind) ?? []) {
        const { fault } = entry.rule;
        if (when !== undefined && "when" in fault && fault.when !== when) continue;
        if (!meets(entry.rule, point, sinceMs) || !draws(entry)) continue;
        entry.fired += 1;
        note(entry, point);
        // The map is by kind, which the compiler cannot follow through an index.
        return fault as PlannedFaultOf<typeof kind>;
      }
      return null;
    },
    load,
    add: (value) => {
      const parsed = parseFaultPlan({ ...emptyPlan, rules: [value] }, "fault rule");
      if (!parsed.ok) return parsed;
      const added = parsed.value.rules.map(arm);
      const ids = new Set(added.map(({ id }) => id));
      settle([...armed.filter(({ id }) => !ids.has(id)), ...added]);
      return ok(added[0]?.id ?? "");
    },
    remove: (id) => {
      const rest = armed.filter((entry) => entry.id !== id);
      const isGone = rest.length < armed.length;
      settle(rest);
      return isGone;
    },
    plan: () => ({ ...emptyPlan, rules: armed.map(({ id, rule }) => ({ ...rule, id })) }),
    counts: () =>
      armed.map(({ id, rule, met, fired: struck }) => ({
        rule: id,
        kind: rule.fault.kind,
        met,
        fired: struck,
      })),
    fired: () => [...fired],
  };
}

/** The conditions that look at the moment alone. */
function meets({ match }: FaultRule, point: FaultPoint, sinceMs: number): boolean {
  if (match.endpoint !== undefined && !matchesEndpoint(match.endpoint, point.endpoint))
    return false;
  if (match.channel !== undefined && !matchesText(match.channel, point.channel)) return false;
  if (match.inst_id !== undefined && match.inst_id !== point.instId) return false;
  if (match.account !== undefined && match.account !== point.account) return false;
  if (match.from_ms !== undefined && sinceMs < match.from_ms) return false;
  if (match.to_ms !== undefined && sinceMs >= match.to_ms) return false;
  const prefix = match.cl_ord_id_prefix;
  return prefix === undefined || point.clOrdIds.some((id) => id.startsWith(prefix));
}

/** The conditions that count; each thing that got this far counts once. */
function draws(entry: ArmedRule): boolean {
  const { nth, every, probability, times } = entry.rule.match;
  entry.met += 1;
  // Drawn whether or not it is needed, so that one condition never shifts the draws of another.
  const chance = probability === undefined ? 0 : entry.stream.uniform();
  if (times !== undefined && entry.fired >= times) return false;
  if (every !== undefined && entry.met % every !== 0) return false;
  if (typeof nth === "number" && entry.met !== nth) return false;
  if (Array.isArray(nth) && !nth.includes(entry.met)) return false;
  return probability === undefined || chance < probability;
}

function matchesEndpoint(pattern: string, endpoint: string): boolean {
  if (pattern.startsWith("/")) {
    const path = endpoint.slice(endpoint.indexOf(" ") + 1);
    return matchesText(pattern, path);
  }
  return matchesText(pattern, endpoint);
}

function matchesText(pattern: string, text: string | null): boolean {
  if (text === null) return false;
  return pattern.endsWith("*") ? text.startsWith(pattern.slice(0, -1)) : text === pattern;
}
