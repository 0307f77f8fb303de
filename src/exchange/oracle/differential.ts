import type { Command } from "../api/command.ts";
import type { QueueModel } from "../api/config.ts";
import type { Exchange } from "../api/exchange.ts";
import { anExchange, btcSpot, btcSwap } from "../fixtures/specs.ts";
import { engineState, happeningsOf, naiveState } from "./compare.ts";
import { createNaiveExchange, type NaiveExchange } from "./naive-exchange.ts";
import { type Mix, randomCommands } from "./random-commands.ts";

export type Differential = Readonly<{
  mix: Mix;
  model: QueueModel;
  commands: number;
  /** Books, balances and positions are compared after each so many commands. */
  every: number;
  clone: <T>(value: T) => T;
}>;

/** What differed first, with seed, step and command; null if nothing did. */
export type Difference = Readonly<{ at: string; engine: string; naive: string }> | null;

/** Applies the same commands to both; counts what happened by kind. */
export function compareWithNaive(
  run: Differential,
): Readonly<{ difference: Difference; seen: ReadonlyMap<string, number> }> {
  const { mix } = run;
  const { exchange, naive } = twins(run);
  const next = randomCommands(mix);
  const seen = new Map<string, number>();
  const count = (what: string): Map<string, number> => seen.set(what, (seen.get(what) ?? 0) + 1);
  for (let step = 1; step <= run.commands; step += 1) {
    const open = naive.state.accounts.flatMap((account) => account.open);
    const command = next(open, naive.state.orders.length, step);
    const fast = exchange.apply(command);
    const slow = naive.apply(command);
    for (const event of fast.events) count(event.type);
    count(fast.reject ?? "accepted");
    const pairs: [string, string][] = [
      [`${fast.reject}`, `${slow.reject}`],
      [textOf(happeningsOf(fast)), textOf(slow.happenings)],
    ];
    if (step % run.every === 0 || step === run.commands) {
      pairs.push([engineState(exchange, mix.accounts), naiveState(naive, exchange.currencies)]);
      for (const sum of exchange.conservation()) {
        pairs.push([`${sum.currency} ${sum.units} ${sum.clearingUnits}`, `${sum.currency} 0 0`]);
      }
    }
    const apart = pairs.find(([engine, other]) => engine !== other);
    if (apart !== undefined) {
      const at = `seed ${mix.seed}, step ${step}: ${JSON.stringify(command)}`;
      return { difference: { at, engine: apart[0], naive: apart[1] }, seen };
    }
  }
  return { difference: null, seen };
}

function textOf(happenings: readonly object[]): string {
  return happenings.map((each) => Object.values(each).join(" ")).join("\n");
}

function twins({ mix, model, clone }: Differential): {
  exchange: Exchange;
  naive: NaiveExchange;
} {
  const maxMakers = 5;
  const exchange = anExchange({
    accounts: 0,
    markTicks: null,
    config: { queueModel: model, maxMakersPerTaker: maxMakers, maxOpenOrdersPerInstrument: 4000 },
  });
  const naive = createNaiveExchange([btcSwap, btcSpot], { model, maxMakers, clone });
  const both = (command: Command): void => {
    exchange.apply(command);
    naive.apply(command);
  };
  for (let account = 0; account < mix.accounts; account += 1) {
    const hedge = mix.hedge && account === mix.accounts - 1;
    both({ type: "open_account", timeMs: 0, ...(hedge ? { positionMode: "long_short" } : {}) });
    both({ type: "transfer", timeMs: 0, account, currency: "USDT", units: mix.units });
    both({ type: "transfer", timeMs: 0, account, currency: "BTC", units: 100_000_000 });
  }
  both({ type: "set_mark", timeMs: 0, instrument: 0, priceTicks: mix.middle });
  return { exchange, naive };
}
