import { err, type Fault, ok, type Result } from "#base";
import type { AccountConfig, Answer, FeeRates, LeverageRow, VenueInstrument } from "#venues";
import { toAmount } from "../amounts/amount.ts";
import { type Sizes, sizesOf } from "../amounts/sizes.ts";
import { shareCapital } from "../bootstrap/share-capital.ts";
import type { AskVenue } from "../market-view/ask.ts";
import type { VenueRunConfig } from "../run/run-config.ts";
import { askFault, refused } from "./refusals.ts";

/** One question of the preflight and how it was answered. */
export type Check = Readonly<{
  check: string;
  ok: boolean;
  reasonCode: string | null;
  detail: string;
}>;

/** What is known of venue and account before anything is written anywhere. */
export type Probed = Readonly<{
  instrument: VenueInstrument;
  sizes: Sizes;
  account: AccountConfig;
  auditor: AccountConfig;
  fees: FeeRates;
  /** Of the margin mode that was chosen, in the words of the venue; null: it tells none. */
  leverage: string | null;
  checks: readonly Check[];
}>;

/** The venue's time may be this far from the run's. */
const maxSkewMs = 5000;

/**
 * Asks for everything that must be so before a run may begin, reading only. Faults by what was
 * found: venue_unreachable, venue_refused, venue_under_maintenance, clock_skewed,
 * instrument_unknown, instrument_not_live, account_not_demo, key_may_not_trade,
 * auditor_key_may_trade, auditor_of_other_account, position_mode_unknown, leverage_unknown,
 * leverage_too_low, capital_too_small, and those of sizesOf.
 */
export async function probeVenue(
  ask: AskVenue,
  askAuditor: AskVenue,
  config: VenueRunConfig,
  nowMs: () => number,
): Promise<Result<Probed, Fault>> {
  const checks: Check[] = [];
  const pass = (check: string, detail: string): void => {
    checks.push({ check, ok: true, reasonCode: null, detail });
  };
  const askedMs = nowMs();
  const time = await ask((venue) => venue.serverTime());
  if (!time.answer.ok) return err(askFault("time", time.answer));
  pass("connect", "the venue answers");
  const skew = outside(time.answer.value, askedMs, nowMs());
  if (Math.abs(skew) > maxSkewMs) {
    return refused("clock_skewed", `the venue's clock is ${skew} ms from ours`);
  }
  pass("time_skew", `${skew} ms`);
  const status = await probeStatus(ask);
  if (!status.ok) return status;
  checks.push(status.value);

  const instrument = await probeInstrument(ask, config.instId);
  if (!instrument.ok) return instrument;
  pass("instrument", `${config.instId} is ${instrument.value.instrument.state}`);
  const accounts = await probeAccounts(ask, askAuditor);
  if (!accounts.ok) return accounts;
  const { account } = accounts.value;
  pass("account_demo", "the account is proven to be a demo account");
  pass("position_mode", account.posMode);
  pass("permissions", account.permissions.join(" "));
  pass(
    "auditor_key",
    `reads the same account and may ${accounts.value.auditor.permissions.join(" ")}`,
  );
  const money = await probeMoney(ask, config);
  if (!money.ok) return money;
  const equity = await probeEquity(ask, instrument.value.sizes.currency, config);
  if (!equity.ok) return equity;
  checks.push(equity.value);
  pass("margin_mode", `${config.marginMode}, leverage ${money.value.leverage ?? "not told"}`);
  return ok({ ...instrument.value, ...accounts.value, ...money.value, checks });
}

/** What OKX numbers as services a run of swaps needs: swaps, and trading in all its batches. */
const neededServices: ReadonlySet<string> = new Set(["3", "5", "8", "9"]);
/** Of its numbers of environments, the one of practice. */
const practice = "2";

/**
 * Maintenance that touches the run refuses it. The question is answered once in five seconds and
 * may fail; then the instrument, which must be live, stands for it.
 */
async function probeStatus(ask: AskVenue): Promise<Result<Check, Fault>> {
  const { answer } = await ask((venue) => venue.systemStatus());
  if (!answer.ok) {
    const detail = `not told (${answer.failure.code}); the instrument must say live`;
    return ok({ check: "system_status", ok: false, reasonCode: "status_not_told", detail });
  }
  const running = answer.value.find(
    ({ state, service, env }) =>
      state === "ongoing" && neededServices.has(service) && (env ?? practice) === practice,
  );
  if (running !== undefined) {
    return refused("venue_under_maintenance", `the venue is under maintenance: ${running.title}`);
  }
  const detail = `${answer.value.length} maintenances run, none of what the run needs`;
  return ok({ check: "system_status", ok: true, reasonCode: null, detail });
}

/** How far a time is from the span in which it was told; a fast venue's hour is a long span. */
function outside(ms: number, fromMs: number, toMs: number): number {
  return ms < fromMs ? ms - fromMs : Math.max(ms - toMs, 0);
}

async function probeInstrument(
  ask: AskVenue,
  instId: string,
): Promise<Result<Pick<Probed, "instrument" | "sizes">, Fault>> {
  const { answer } = await ask((venue) => venue.instrument(instId));
  if (!answer.ok && answer.failure.code === "instrument_unknown") {
    return refused("instrument_unknown", `the venue has no ${instId}`);
  }
  if (!answer.ok) return err(askFault("instrument", answer));
  const { state } = answer.value;
  if (state !== "live") return refused("instrument_not_live", `${instId} is ${state}`);
  const sizes = sizesOf(answer.value);
  return sizes.ok ? ok({ instrument: answer.value, sizes: sizes.value }) : sizes;
}

async function probeAccounts(
  ask: AskVenue,
  askAuditor: AskVenue,
): Promise<Result<Pick<Probed, "account" | "auditor">, Fault>> {
  const trader = await ask((venue) => venue.accountConfig());
  if (!trader.answer.ok) return err(askFault("account config", trader.answer));
  const account = trader.answer.value;
  if (account.demo !== true) {
    const said = account.demo === null ? "could not be proven to be" : "is not";
    return refused("account_not_demo", `the account ${said} a demo account`);
  }
  if (!account.permissions.includes("trade")) {
    return refused("key_may_not_trade", "the trading key may not trade");
  }
  if (account.posMode !== "net_mode" && account.posMode !== "long_short_mode") {
    return refused("position_mode_unknown", `the position mode is ${account.posMode}`);
  }
  const reader = await askAuditor((venue) => venue.accountConfig());
  if (!reader.answer.ok) return err(askFault("account config of the auditor", reader.answer));
  const auditor = reader.answer.value;
  const mayWrite = auditor.permissions.filter((permission) => permission !== "read_only");
  if (mayWrite.length > 0) {
    const what = `the auditor's key may ${mayWrite.join(" and ")}; give one that only reads`;
    return refused("auditor_key_may_trade", what);
  }
  if (auditor.uid !== account.uid) {
    return refused("auditor_of_other_account", "the auditor's key is of another account");
  }
  return ok({ account, auditor });
}

async function probeMoney(
  ask: AskVenue,
  { instId, marginMode, maxLeveragePpm }: VenueRunConfig,
): Promise<Result<Pick<Probed, "fees" | "leverage">, Fault>> {
  const fees = await ask((venue) => venue.feeRates(instId));
  if (!fees.answer.ok) return err(askFault("fee rates", fees.answer));
  const rows: Answer<readonly LeverageRow[]> = (
    await ask((venue) => venue.leverage(instId, marginMode))
  ).answer;
  if (!rows.ok) return err(askFault("leverage", rows));
  const levers = rows.value.map(({ lever }) => Number(lever));
  const least = Math.min(...levers);
  if (!Number.isFinite(least) || least <= 0) {
    return refused("leverage_unknown", `the venue tells no ${marginMode} leverage of ${instId}`);
  }
  if (least * 1_000_000 < maxLeveragePpm) {
    const wanted = maxLeveragePpm / 1_000_000;
    const what = `the account's ${marginMode} leverage is ${least}, agents may use ${wanted}`;
    return refused("leverage_too_low", `${what}: raise it at the venue or lower --max-leverage`);
  }
  return ok({ fees: fees.answer.value, leverage: String(least) });
}

/**
 * The capital is shared by the equity after the flatten; an account that is far from enough is told
 * so before there is a run.
 */
async function probeEquity(
  ask: AskVenue,
  currency: string,
  config: VenueRunConfig,
): Promise<Result<Check, Fault>> {
  const { answer } = await ask((venue) => venue.balance(currency));
  if (!answer.ok) {
    const detail = `not told (${answer.failure.code}); the flatten asks again`;
    return ok({ check: "equity", ok: false, reasonCode: "equity_not_told", detail });
  }
  const share = shareCapital(toAmount(answer.value.eq), config.maxAgents, config);
  if (!share.ok) return share;
  const detail = `${answer.value.eq} ${currency}`;
  return ok({ check: "equity", ok: true, reasonCode: null, detail });
}
