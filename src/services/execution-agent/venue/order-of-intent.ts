import { err, type Fault, isoFromMillis, millisFromIso, ok, type Result } from "#base";
import type { Intent } from "#protocol";
import type { PlaceIntent, WantedOrder } from "#venues";

/** A clock of somebody else may be ahead of ours by so much. */
const maxFutureMs = 5000;
/** A person's leave for one order is for minutes, not for days. */
const maxValidityMs = 86_400_000;

export type IntentRules = Readonly<{
  nowMs: number;
  venue: string;
  instruments: readonly string[];
  /** The change whose lease is held; null where none is needed. */
  changeId: string | null;
}>;

/** Refuses what a person cannot have meant for this agent, here and now. */
export function checkIntent(intent: Intent, rules: IntentRules): Result<void, Fault> {
  const { nowMs, venue, instruments, changeId } = rules;
  const refuse = (code: string, message: string): Result<never, Fault> => err({ code, message });
  if (intent.approval === null) {
    return refuse("intent_not_approved", "an intent without an approval is none");
  }
  if (changeId !== null && intent.approval.change_id !== changeId) {
    return refuse("intent_of_other_change", "it names another change than the one that armed");
  }
  if (intent.venue !== venue) {
    return refuse("intent_of_other_venue", `it is for ${intent.venue}, this agent is at ${venue}`);
  }
  const created = millisOf(intent.created_at_utc);
  const until = millisOf(intent.valid_until_utc);
  if (!(created <= nowMs + maxFutureMs)) {
    return refuse("intent_from_future", `it was made at ${intent.created_at_utc}`);
  }
  if (!(until > nowMs)) {
    return refuse("intent_expired", `it was good until ${isoFromMillis(until)}`);
  }
  if (!(until - created <= maxValidityMs)) {
    return refuse("intent_validity_too_long", "an intent is good for at most a day");
  }
  if (intent.asset_type !== "SWAP" && intent.asset_type !== "SPOT") {
    return refuse("asset_type_not_traded", `${intent.asset_type} is not traded at this venue`);
  }
  if (!instruments.includes(intent.symbol)) {
    return refuse("symbol_not_allowed", `${intent.symbol} is not among the instruments allowed`);
  }
  return ok(undefined);
}

/** The order that an intent asks for; the broker judges its form. */
export function placeIntentOf(intent: Intent, agentIdHash: string): PlaceIntent {
  const unknown = { value: null, reason: "leverage_not_looked_at" } as const;
  return {
    intentId: intent.intent_id,
    owner: { type: "agent", agentIdHash },
    kind: intent.reduce_only ? "reduce" : `open_${intent.side === "BUY" ? "long" : "short"}`,
    tick: null,
    tickReason: "order_of_a_person",
    order: orderOf(intent),
    oneshot: false,
    leverageTarget: unknown,
    leverageApplied: unknown,
  };
}

function orderOf(intent: Intent): WantedOrder {
  const isIoc = intent.time_in_force === "IOC";
  return {
    instId: intent.symbol,
    tdMode: intent.asset_type === "SPOT" ? "cash" : "cross",
    side: intent.side === "BUY" ? "buy" : "sell",
    posSide: "net",
    ordType: intent.order_type === "MARKET" ? "market" : isIoc ? "ioc" : "limit",
    sz: intent.quantity,
    px: intent.limit_price,
    reduceOnly: intent.reduce_only,
  };
}

function millisOf(text: string): number {
  const millis = millisFromIso(text);
  return millis.ok ? millis.value : Number.NaN;
}
