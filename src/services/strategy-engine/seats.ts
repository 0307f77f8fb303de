import { type Fault, ok, type Result } from "#base";
import { type ForkedRuntime, forkRuntime, type Log, type Timers } from "#mesh";
import type { RuntimeName } from "#protocol";
import { gammaVersion, genomeVersion, whaleVersion } from "#strategies";
import type { StrategyEngineConfig } from "./config.ts";
import { gatherGamma } from "./inputs/gather-gamma.ts";
import { gatherGenome } from "./inputs/gather-genome.ts";
import { gatherWhale } from "./inputs/gather-whale.ts";
import type { Gather } from "./inputs/gathered.ts";

/** What a runtime is: its file, its version, and where its inputs come from. */
export type RuntimeSpec = Readonly<{ file: URL; version: string; gather: Gather }>;

export function runtimeSpec(
  name: RuntimeName,
  config: StrategyEngineConfig,
  root: string,
): RuntimeSpec {
  const { replay } = config;
  const symbol = config.symbols[0] ?? "SPY";
  switch (name) {
    case "gamma-strategy":
      return {
        file: new URL("./runtimes/gamma-runtime.ts", import.meta.url),
        version: gammaVersion,
        gather: gatherGamma({
          symbol,
          chains: config.gammaChains,
          book: config.gammaBook,
          replay,
        }),
      };
    case "whale-strategy":
      return {
        file: new URL("./runtimes/whale-runtime.ts", import.meta.url),
        version: whaleVersion,
        gather: gatherWhale({ symbol, trades: config.whaleTrades, replay }),
      };
    case "genome-strategy":
      return {
        file: new URL("./runtimes/genome-runtime.ts", import.meta.url),
        version: genomeVersion,
        gather: gatherGenome({
          root,
          promotion: config.genomePromotion,
          policy: config.policy,
          replay,
        }),
      };
  }
}

/** A process that is there again some time after it has died. */
export type StrategyProcess = Readonly<{
  ask: ForkedRuntime["ask"];
  up: () => boolean;
  stop: (deadlineMs: number) => Promise<void>;
}>;

const firstPauseMs = 1000;
const longestPauseMs = 60_000;

/** Faults of the first start; later ones are tried again, each after a longer pause. */
export async function startProcess(
  name: RuntimeName,
  file: URL,
  { timers, log }: Readonly<{ timers: Timers; log: Log }>,
): Promise<Result<StrategyProcess, Fault>> {
  let child: ForkedRuntime | null = null;
  let pauseMs = firstPauseMs;
  let stopping = false;

  async function start(): Promise<Result<void, Fault>> {
    const forked = await forkRuntime(file, { name });
    if (!forked.ok) return forked;
    child = forked.value;
    log.info("strategy.started", { strategy: name, pid: forked.value.pid });
    void forked.value.ended.then((end) => {
      child = null;
      if (stopping) return;
      const why = end.outcome === "failed" ? end.fault : null;
      log.error("strategy.died", {
        strategy: name,
        reason_code: why?.code ?? "runtime_ended",
        msg: why?.message ?? "it ended by itself",
        outcome: "failed",
      });
      again();
    });
    return ok(undefined);
  }

  function again(): void {
    timers.after(pauseMs, async () => {
      if (stopping) return;
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
      const started = await start();
      if (!started.ok) again();
    });
  }

  const started = await start();
  if (!started.ok) return started;
  return ok({
    async ask(request) {
      if (child === null) {
        const message = `the process of ${name} is not there; it is started again`;
        return { ok: false, fault: { code: "strategy_failed", message } };
      }
      const answer = await child.ask(request);
      if (answer.ok) {
        pauseMs = firstPauseMs;
        return answer;
      }
      const isLate = answer.fault.code === "runtime_timed_out";
      const code = isLate ? "strategy_timed_out" : "strategy_failed";
      return { ok: false, fault: { ...answer.fault, code } };
    },
    up: () => child !== null,
    async stop(deadlineMs) {
      stopping = true;
      await child?.stop(deadlineMs);
    },
  });
}
