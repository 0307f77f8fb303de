import { performance } from "node:perf_hooks";
import { err, ok, type Result } from "#base";
import { mintPermit, type OrderSubject, type Permit, type PermitRefusalCode } from "#safety";
import { lookNow } from "../switch/look-now.ts";
import type { FenceId, Refusal } from "./fences.ts";
import type { SafetyInputs } from "./options.ts";

/**
 * Asks #safety for a permit for this one order, with everything read for this very order. The only
 * caller of the mint.
 */
export function permitFor(subject: OrderSubject, safety: SafetyInputs): Result<Permit, Refusal> {
  const halt = lookNow(safety.halt);
  const minted = mintPermit({
    mode: safety.mode,
    subject,
    halt,
    freshness: safety.freshness(),
    demoAccount: safety.demoAccount(),
    gate: safety.gate(),
    agentMode: safety.agentMode(),
    lease: safety.lease(),
    monoMs: performance.now(),
  });
  if (minted.ok) return ok(minted.value);
  const { code } = minted.fault;
  return err({ fence: fenceOf(code), reason: code });
}

const staleCodes: ReadonlySet<PermitRefusalCode> = new Set([
  "forced_stale",
  "tick_never_seen",
  "tick_in_future",
  "tick_too_old",
  "clock_stepped_back",
]);

const guardCodes: ReadonlySet<PermitRefusalCode> = new Set([
  "mode_unknown",
  "account_not_demo",
  "agent_mode_not_live",
  "not_armed",
]);

function fenceOf(code: PermitRefusalCode): FenceId {
  if (staleCodes.has(code)) return "fence_market_freshness";
  if (guardCodes.has(code)) return "fence_live_auth_guard";
  return code === "gate_not_ready" ? "fence_execution_gate" : "fence_kill_switch";
}
