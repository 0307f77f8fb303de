import { createHash } from "node:crypto";
import { createStream, err, type Fault, ok, type Result } from "#base";
import { type BarSource, defaultWorldConfig, type Kernel, runWorld, type WorldConfig } from "#core";
import { createReferenceKernel, createSimdKernel } from "#kernel";
import { findInstrument } from "#market";

export type KernelCheck = Readonly<{ wasm_sha256: string; agent_bars: number }>;

/**
 * Loads the WASM kernel, which checks its bytes against the recorded sum, and lives one small run
 * in both kernels: every event must be the same. Faults: kernel_unavailable, kernel_differs.
 */
export function checkKernels(): Result<KernelCheck, Fault> {
  try {
    const simd = liveSmallRun(createSimdKernel);
    const reference = liveSmallRun(createReferenceKernel);
    if (simd.digest === reference.digest && simd.sha256 !== null) {
      return ok({ wasm_sha256: simd.sha256, agent_bars: simd.agentBars });
    }
    const message = "the WASM kernel and its reference live different runs on this machine";
    return err({ code: "kernel_differs", message });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return err({ code: "kernel_unavailable", message: reason });
  }
}

const bars = 600;

type SmallRun = Readonly<{ digest: string; agentBars: number; sha256: string | null }>;

function liveSmallRun(create: (shape: Readonly<{ capacity: number }>) => Kernel): SmallRun {
  const instrument = findInstrument("BTC-USDT-SWAP");
  if (instrument === null) throw new Error("the builtin instrument BTC-USDT-SWAP is gone");
  const config: WorldConfig = {
    ...defaultWorldConfig(instrument, bars),
    population: 24,
    max_agents: 48,
    seasons: { kind: "whole_window" },
  };
  const kernel = create({ capacity: config.max_agents });
  const digest = createHash("sha256");
  const outcome = runWorld({
    config,
    seed: 1,
    instrument,
    bars: drawnBars(),
    window: { start_index: 0, end_index_exclusive: bars },
    kernel,
    listener: (event) => {
      const plain = "weights" in event ? { ...event, weights: [...event.weights] } : event;
      digest.update(JSON.stringify(plain));
    },
    control: { stopRequested: () => false, stopAfterTick: null, progress: () => {} },
  });
  digest.update(JSON.stringify(outcome));
  const sha256 = kernel.codeSha256;
  return { digest: digest.digest("hex"), agentBars: outcome.agent_bars, sha256 };
}

/** A random walk around 40 000 quote units; it only has to move both kernels the same way. */
function drawnBars(): BarSource {
  const stream = createStream({ seed: 1, stream: "sample", id: 0 });
  const closes = [400_000];
  for (let bar = 1; bar <= bars; bar += 1) {
    closes.push(Math.round((closes[bar - 1] ?? 0) * (1 + stream.gaussian() * 0.004)));
  }
  return {
    count: bars,
    intervalMs: 900_000,
    read(start, count, into) {
      for (let row = 0; row < count; row += 1) {
        const [open, close] = [closes[start + row] ?? 0, closes[start + row + 1] ?? 0];
        into.ts_ms[row] = (start + row) * 900_000;
        into.open[row] = open;
        into.close[row] = close;
        into.high[row] = Math.max(open, close) + 20;
        into.low[row] = Math.min(open, close) - 20;
        into.volume[row] = 3_000_000;
      }
    },
    readFunding(_start, count, due, known) {
      due.fill(Number.NaN, 0, count);
      known.fill(Number.NaN, 0, count);
    },
  };
}
