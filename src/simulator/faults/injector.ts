import { createStream, type Fault, ok, type Result } from "#base";
import { type ArmedRule, draws, type FaultPoint, meets } from "./armed-rule.ts";
import { parseFaultPlan } from "./parse-plan.ts";
import {
  emptyPlan,
  type FaultKind,
  type FaultMoment,
  type FaultPlan,
  type FaultRule,
  type PlannedFault,
} from "./plan.ts";

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

const firedKept = 1000;

export function createFaultInjector(options: InjectorOptions): FaultInjector {
  const { openedMs, nowMs } = options;
  const rules = createRuleSet(options.seed);
  const fired: FiredFault[] = [];
  rules.replace(options.plan.rules);

  return {
    has: (kind) => rules.ofKind(kind).length > 0,
    isArmed: () => rules.all().length > 0,
    strike: (kind, point, when) => {
      const sinceMs = nowMs() - openedMs;
      for (const entry of rules.ofKind(kind)) {
        const { fault } = entry.rule;
        if (when !== undefined && "when" in fault && fault.when !== when) continue;
        if (!meets(entry.rule, point, sinceMs) || !draws(entry)) continue;
        entry.fired += 1;
        fired.push(firedOf(entry, point, nowMs()));
        if (fired.length > firedKept) fired.shift();
        // Rules are kept by kind, which the compiler cannot follow through an index.
        return fault as PlannedFaultOf<typeof kind>;
      }
      return null;
    },
    load: (value) => {
      const parsed = parseFaultPlan(value, "fault plan");
      if (!parsed.ok) return parsed;
      rules.replace(parsed.value.rules);
      return ok(null);
    },
    add: (value) => {
      const parsed = parseFaultPlan({ ...emptyPlan, rules: [value] }, "fault rule");
      return parsed.ok ? ok(rules.add(parsed.value.rules)) : parsed;
    },
    remove: rules.remove,
    plan: () => ({ ...emptyPlan, rules: rules.all().map(({ id, rule }) => ({ ...rule, id })) }),
    counts: () => rules.all().map(countOf),
    fired: () => [...fired],
  };
}

function countOf({ id, rule, met, fired }: ArmedRule): RuleCount {
  return { rule: id, kind: rule.fault.kind, met, fired };
}

type RuleSet = Readonly<{
  all: () => readonly ArmedRule[];
  ofKind: (kind: FaultKind) => readonly ArmedRule[];
  /** Rules that were there by id keep their counts. */
  replace: (rules: readonly FaultRule[]) => void;
  /** Takes the place of rules with the same id; gives the id of the first. */
  add: (rules: readonly FaultRule[]) => string;
  remove: (id: string) => boolean;
}>;

function createRuleSet(seed: number): RuleSet {
  let armed: readonly ArmedRule[] = [];
  let byKind = new Map<FaultKind, ArmedRule[]>();
  let made = 0;

  function arm(rule: FaultRule): ArmedRule {
    made += 1;
    const stream = createStream({ seed, stream: "fault", id: made });
    return { id: rule.id ?? `rule-${made}`, rule, stream, met: 0, fired: 0 };
  }

  function settle(next: readonly ArmedRule[]): void {
    armed = next;
    byKind = Map.groupBy(next, ({ rule }) => rule.fault.kind);
  }

  return {
    all: () => armed,
    ofKind: (kind) => byKind.get(kind) ?? nothing,
    replace: (rules) => {
      const before = new Map(armed.map((entry) => [entry.id, entry]));
      settle(
        rules.map(arm).map((entry) => {
          const { met = 0, fired = 0 } = before.get(entry.id) ?? {};
          return { ...entry, met, fired };
        }),
      );
    },
    add: (rules) => {
      const added = rules.map(arm);
      const ids = new Set(added.map(({ id }) => id));
      settle([...armed.filter(({ id }) => !ids.has(id)), ...added]);
      return added[0]?.id ?? "";
    },
    remove: (id) => {
      const rest = armed.filter((entry) => entry.id !== id);
      const isGone = rest.length < armed.length;
      settle(rest);
      return isGone;
    },
  };
}

const nothing: readonly ArmedRule[] = [];

function firedOf({ id, rule }: ArmedRule, point: FaultPoint, atMs: number): FiredFault {
  return {
    rule: id,
    kind: rule.fault.kind,
    at_ms: atMs,
    endpoint: point.endpoint,
    account: point.account,
    inst_id: point.instId,
    cl_ord_ids: point.clOrdIds,
  };
}
