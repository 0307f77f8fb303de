import { Defect, ok, type Result } from "#base";
import type { OkxKey } from "#okx";
import { makeRoster, openVenue, type VenueRoster } from "#simulator";
import type { Stage, StageHost, StageKeys } from "#venues";

/**
 * Simulated venues for a comparison: each act of each library gets one of its own, with the same
 * keys, seed and time, so that all of them are the same until the act begins.
 */
export function simulatedHost(seed: number): StageHost {
  const roster = comparedRoster();
  const keys = keysOf(roster);
  return {
    environment: "simulated",
    fresh: true,
    open: async () => {
      const opened = openVenue({ roster, seed, clock: { kind: "stepped" }, startMs, historyBars });
      if (!opened.ok) return opened;
      const venue = opened.value;
      const address = await venue.listen({ host: "127.0.0.1", port: 0 });
      if (!address.ok) {
        await venue.close();
        return address;
      }
      const { restUrl, streamUrl } = address.value;
      const stage: Stage = {
        ...{ restUrl, streamUrl, keys },
        digest: () => venue.floor.exchange.digest(),
        nowMs: () => venue.clock.nowMs(),
        advance: (ms) => venue.clock.advanceTo(venue.clock.nowMs() + ms),
        arm: (rule) => {
          must(venue.faults.load({ schema_version: "venue-faults/1", rules: [rule] }));
        },
        struck: () => venue.faults.fired().length,
        close: async () => {
          await venue.close();
          return null;
        },
      };
      return ok(stage);
    },
  };
}

/** A market that begins on the hour has paid funding and a fresh candle. */
const startMs = Date.UTC(2026, 0, 1);
const historyBars = 300;

/** One account with money of many digits, and one with hardly any. */
function comparedRoster(): VenueRoster {
  const roster = makeRoster("demo");
  const balances = [{ USDT: "1234567.12345613", BTC: "1" }, { USDT: "10" }];
  const accounts = roster.accounts.map((account, at) => {
    return { ...account, balances: balances[at] ?? account.balances };
  });
  return { ...roster, accounts };
}

function keysOf({ accounts }: VenueRoster): StageKeys {
  const [main, poor] = accounts;
  const of = (account: typeof main, mayTrade: boolean): OkxKey | null => {
    const key = account?.keys.find(({ permissions }) => permissions.includes("trade") === mayTrade);
    if (key === undefined) return null;
    return { apiKey: key.apiKey, secret: key.secretKey, passphrase: key.passphrase };
  };
  const trader = of(main, true);
  if (trader === null) throw new Defect("a roster has a trader");
  return { trader, reader: of(main, false), poor: of(poor, true) };
}

function must(result: Result<unknown, Readonly<{ message: string }>>): void {
  if (!result.ok) throw new Defect(result.fault.message);
}
