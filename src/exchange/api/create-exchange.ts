import { err, type Fault, ok, type Result } from "#base";
import { Engine } from "../engine/engine.ts";
import { execute } from "../engine/execute.ts";
import { accountQueries } from "./account-queries.ts";
import { applyCommand, type Shell } from "./apply-command.ts";
import { checkConfig } from "./check-config.ts";
import { ClientIds } from "./client-ids.ts";
import type { ExchangeConfig } from "./config.ts";
import { digestOf } from "./digest.ts";
import type { Exchange } from "./exchange.ts";
import { marketQueries } from "./market-queries.ts";

/**
 * A new exchange without accounts at time 0. Faults: `spec_invalid`, with the field that is wrong.
 */
export function createExchange(config: ExchangeConfig): Result<Exchange, Fault> {
  const checked = checkConfig(config);
  if (!checked.ok) return err(checked.fault);
  const engine = new Engine(config);
  const shell: Shell = {
    engine,
    orderIds: new ClientIds(),
    algoIds: new ClientIds(),
    reuse: config.clientIdReuse ?? "never",
  };
  return ok({
    instruments: config.instruments,
    currencies: engine.currencies,
    apply: (command) => applyCommand(shell, command),
    hot: {
      apply: (rows, at) => execute(engine, rows, at),
      orderId: () => engine.resultOrderId,
      eventCount: () => engine.events.count,
      events: () => engine.events.numbers,
    },
    nowMs: () => engine.nowMs,
    nextTimerMs: () => (engine.nextTimerMs === Infinity ? null : engine.nextTimerMs),
    ...accountQueries(shell),
    ...marketQueries(shell),
    digest: () => digestOf(engine),
  });
}
