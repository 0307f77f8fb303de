import { type Kernel, runWorld } from "#core";
import { barSourceOf, createKernel, type KernelId } from "#lab";
import { openWorkload, planShape, type Workload } from "./workload.ts";

/** One life without evidence, and how much of it was spent inside the kernel. */
export type BareRun = Readonly<{
  agent_bars: number;
  ticks: number;
  births: number;
  deaths: number;
  /** Inside `Kernel.run`: settle and decide, nothing else. */
  kernel_seconds: number;
  /** Features, life and death and the kernel; no files. */
  world_seconds: number;
}>;

export type BareSpec = Readonly<{
  workload: Workload;
  kernel: KernelId;
  seed: number;
  world: Readonly<Record<string, number | object>>;
}>;

/** The clock stands around each call of the kernel: some thousand calls, not some million. */
export function liveBare({ workload, kernel: id, seed, world }: BareSpec): BareRun {
  const shape = { folder: "none", seeds: [seed], workers: 1, kernel: id, world };
  const { common } = planShape(workload, shape);
  using dataset = openWorkload(workload);
  const inner = createKernel(id, common.config);
  let kernelMillis = 0;
  const kernel: Kernel = {
    id: inner.id,
    codeSha256: inner.codeSha256,
    world: inner.world,
    loadPanel: (slot) => inner.loadPanel(slot),
    run: (from, to, resume) => {
      const start = performance.now();
      const paused = inner.run(from, to, resume);
      kernelMillis += performance.now() - start;
      return paused;
    },
  };
  const { start_index, len } = common.window;
  const start = performance.now();
  const outcome = runWorld({
    config: common.config,
    seed,
    instrument: common.instrument,
    bars: barSourceOf(dataset),
    window: { start_index, end_index_exclusive: start_index + len },
    kernel,
    listener: () => {},
    control: { stopRequested: () => false, stopAfterTick: null, progress: () => {} },
  });
  const { agent_bars, ticks, births, deaths } = outcome;
  return {
    ...{ agent_bars, ticks, births, deaths },
    kernel_seconds: kernelMillis / 1000,
    world_seconds: (performance.now() - start) / 1000,
  };
}
