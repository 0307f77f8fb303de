import { z } from "zod";
import { err, type Fault, type Millis, millisFromIso, ok, type Result } from "#base";
import { maxFutureMs } from "#safety";
import { type OptionContract, type Proposal, proposalCodec, proposalIdOf } from "./proposal.ts";

export type ProposalLimits = Readonly<{
  nowMs: Millis;
  /** Symbols that may be proposed; null allows every one. */
  symbols: readonly string[] | null;
  /** An older reading of the market data makes no proposal. */
  maxHeartbeatAgeMs: number;
}>;

/** How long a proposal may claim to stand; more than this is no intraday decision. */
export const maxValidityMs = 86_400_000;

/** Five minutes, unless a strategy says otherwise. */
export const defaultValidityMs = 300_000;

/** A proposal for the same thing within this time replaces the earlier one. */
export const supersedeWindowMs = 30_000;

/**
 * Whether a proposal can stand, before it is published and again before anyone acts on it. Faults:
 * those of a codec, proposal_id_mismatch, proposal_not_open, proposal_from_future,
 * proposal_expired, proposal_validity_too_long, proposal_symbol_not_allowed,
 * proposal_contract_mismatch, proposal_data_stale, proposal_genome_missing.
 */
export function checkProposal(value: unknown, limits: ProposalLimits): Result<Proposal, Fault> {
  const read = proposalCodec.read(value);
  if (!read.ok) return read;
  const proposal = read.value;
  const idFault = checkId(value, proposal.proposal_id);
  if (idFault !== null) return err(idFault);
  for (const check of checks) {
    const fault = check(proposal, limits);
    if (fault !== null) return err(fault);
  }
  return ok(proposal);
}

type Check = (proposal: Proposal, limits: ProposalLimits) => Fault | null;

const checks: readonly Check[] = [
  checkOpen,
  checkTimes,
  checkSymbol,
  checkContract,
  checkData,
  checkGenome,
];

/** Over all that was said, also by a newer version than ours. */
function checkId(value: unknown, claimed: string): Fault | null {
  const said = z.record(z.string(), z.json()).safeParse(value);
  if (said.success && proposalIdOf(said.data) === claimed) return null;
  return fault("proposal_id_mismatch", "proposal_id", "is not the digest of what is proposed");
}

function checkOpen({ status }: Proposal): Fault | null {
  return status === "PROPOSED" ? null : fault("proposal_not_open", "status", `is ${status}`);
}

function checkTimes(proposal: Proposal, { nowMs }: ProposalLimits): Fault | null {
  const createdMs = timeOf(proposal.created_at_utc);
  const untilMs = timeOf(proposal.constraints.valid_until_utc);
  // Written so that a time that is no number refuses.
  if (!(createdMs <= nowMs + maxFutureMs)) {
    return fault("proposal_from_future", "created_at_utc", "lies in the future");
  }
  const at = "constraints.valid_until_utc";
  if (!(untilMs > nowMs && untilMs > createdMs)) return fault("proposal_expired", at, "is over");
  if (untilMs - createdMs <= maxValidityMs) return null;
  return fault("proposal_validity_too_long", at, "is more than a day after it was made");
}

function checkSymbol({ symbol }: Proposal, { symbols }: ProposalLimits): Fault | null {
  if (symbols === null || symbols.includes(symbol)) return null;
  return fault("proposal_symbol_not_allowed", "symbol", `${symbol} may not be proposed`);
}

/** The contract symbol repeats root, day, right and strike; two that differ are two orders. */
function checkContract({ symbol, option }: Proposal): Fault | null {
  if (option === null) return null;
  const root = option.contract_symbol.slice(0, -15);
  const plain = symbol.replaceAll(/[^A-Za-z0-9]/g, "").toUpperCase();
  // Weekly and afternoon-settled index options have a root of their own: SPX, SPXW.
  const fits = root === plain || root === `${plain}W`;
  if (fits && option.contract_symbol.slice(-15) === contractTail(option)) return null;
  const at = "option.contract_symbol";
  return fault("proposal_contract_mismatch", at, "is another contract than the one described");
}

/** `240119C00450000`; null for a strike that the form cannot say. */
function contractTail({ expiration, right, strike }: OptionContract): string | null {
  const [whole = "", fraction = ""] = strike.split(".");
  if (whole.length > 5 || /[1-9]/.test(fraction.slice(3))) return null;
  const thousandths = `${whole}${fraction.slice(0, 3).padEnd(3, "0")}`.padStart(8, "0");
  return `${expiration.slice(2).replaceAll("-", "")}${right.slice(0, 1)}${thousandths}`;
}

function checkData(proposal: Proposal, { maxHeartbeatAgeMs }: ProposalLimits): Fault | null {
  // Written so that a limit that is no number refuses.
  if (proposal.heartbeat_age_ms <= maxHeartbeatAgeMs) return null;
  return fault("proposal_data_stale", "heartbeat_age_ms", "is more than the limit");
}

function checkGenome({ strategy_name, genome }: Proposal): Fault | null {
  if (strategy_name !== "genome-strategy" || genome !== null) return null;
  return fault("proposal_genome_missing", "genome", "is needed from genome-strategy");
}

function fault(code: string, at: string, what: string): Fault {
  return { code, message: `proposal: ${at} ${what}`, at };
}

function timeOf(text: string): Millis {
  const read = millisFromIso(text);
  // The codec has read it before.
  return read.ok ? read.value : Number.NaN;
}
