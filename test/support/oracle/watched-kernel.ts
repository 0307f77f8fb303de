import { type Kernel, meta, status, type World } from "#core";

/** Called between the halves of each tick; `row` is the bar's row in the prepared frames. */
export type KernelWatch = Readonly<{
  /** After steps 1 to 5, before life and decisions. */
  settled?: (world: World, row: number) => void;
  /** After step 8: orders for the next open stand in the world and may be replaced. */
  decided?: (world: World, row: number) => void;
}>;

/** A kernel that does the same, half a tick at a time, so that a test can look in between. */
export function watchKernel(inner: Kernel, watch: KernelWatch | null): Kernel {
  if (watch === null) return inner;
  const { world } = inner;
  const decideOne = (bar: number): void => {
    inner.run(bar, bar + 1, true);
    watch.decided?.(world, bar);
  };
  return {
    id: inner.id,
    codeSha256: inner.codeSha256,
    world,
    loadPanel: (slot) => inner.loadPanel(slot),
    run(from, to, resume) {
      if (resume) decideOne(from);
      for (let bar = resume ? from + 1 : from; bar < to; bar += 1) {
        inner.run(bar, bar + 1, false);
        watch.settled?.(world, bar);
        if (world.meta[meta.status] !== status.boundary || bar === to - 1) return bar;
        decideOne(bar);
      }
      world.meta[meta.status] = status.boundary;
      return to - 1;
    },
  };
}

/** A kernel that comes back after every bar, although nothing may have happened in it. */
export function impatientKernel(inner: Kernel): Kernel {
  return {
    id: inner.id,
    codeSha256: inner.codeSha256,
    world: inner.world,
    loadPanel: (slot) => inner.loadPanel(slot),
    run: (from, to, resume) => inner.run(from, Math.min(resume ? from + 2 : from + 1, to), resume),
  };
}
