import { createHash } from "node:crypto";
import { err, type Fault, ok, type Result } from "#base";
import type { VenueMode } from "#safety";
import type { AccountConfig, Answer, Venue, VenueInstrument } from "#venues";

/** What is known of venue and account before anything may be sent. */
export type Connected = Readonly<{
  account: AccountConfig;
  /** 16 hex of the account's number. */
  accountIdHash: string;
  instruments: readonly VenueInstrument[];
  skewMs: number;
}>;

/** Further than this from the venue's clock no order's expiry means what it says. */
const maxSkewMs = 5000;

/**
 * Asks the venue for everything that must be so, reading only. Faults: venue_unreachable,
 * clock_skewed, account_not_demo, account_is_demo, key_may_not_trade, position_mode_not_net,
 * instrument_unknown, instrument_not_live.
 */
export async function connectVenue(
  venue: Venue,
  about: Readonly<{ mode: VenueMode; instIds: readonly string[]; nowMs: () => number }>,
): Promise<Result<Connected, Fault>> {
  const skew = await readSkew(venue, about.nowMs);
  if (skew === null) return refuse("venue_unreachable", "the venue does not tell its time");
  if (Math.abs(skew) > maxSkewMs) {
    return refuse("clock_skewed", `the venue's clock is ${Math.round(skew)} ms from ours`);
  }
  const config = await venue.accountConfig();
  if (!config.ok) return err(askFault("account config", config));
  const wrong = wrongAccount(config.value, about.mode);
  if (wrong !== null) return err(wrong);
  const instruments: VenueInstrument[] = [];
  for (const instId of about.instIds) {
    const told = await venue.instrument(instId);
    if (!told.ok && told.failure.code === "instrument_unknown") {
      return refuse("instrument_unknown", `the venue has no ${instId}`);
    }
    if (!told.ok) return err(askFault(instId, told));
    const { state } = told.value;
    if (state !== "live") return refuse("instrument_not_live", `${instId} is ${state}`);
    instruments.push(told.value);
  }
  const accountIdHash = createHash("sha256").update(config.value.uid).digest("hex").slice(0, 16);
  return ok({ account: config.value, accountIdHash, instruments, skewMs: skew });
}

/** How far the venue's clock is ahead of ours; null where it does not tell. */
export async function readSkew(venue: Venue, nowMs: () => number): Promise<number | null> {
  const asked = nowMs();
  const told = await venue.serverTime();
  return told.ok ? told.value - (asked + nowMs()) / 2 : null;
}

/** An account for practice at the one, and no such account at the other. */
function wrongAccount(account: AccountConfig, mode: VenueMode): Fault | null {
  const isLive = mode === "okx_live";
  if (!isLive && account.demo !== true) {
    const message = "the account is not proven to be a demo account";
    return { code: "account_not_demo", message };
  }
  if (isLive && account.demo === true) {
    return { code: "account_is_demo", message: "the account is a demo account: name okx_demo" };
  }
  if (!account.permissions.includes("trade")) {
    return { code: "key_may_not_trade", message: "the key of the account may not trade" };
  }
  if (account.posMode !== "net_mode") {
    const message = `the position mode is ${account.posMode}; the agent trades in net_mode`;
    return { code: "position_mode_not_net", message };
  }
  return null;
}

function askFault(what: string, { failure }: Extract<Answer<unknown>, { ok: false }>): Fault {
  const code = failure.kind === "refused" ? "venue_refused" : "venue_unreachable";
  return { code, message: `${what}: ${failure.message} (${failure.code})` };
}

function refuse(code: string, message: string): Result<never, Fault> {
  return err({ code, message });
}
