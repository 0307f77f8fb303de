import {
  createWorld,
  type Kernel,
  layoutWorld,
  meta,
  status,
  type World,
  type WorldShape,
} from "#core";
import { decide } from "./reference-decide.ts";
import { settle } from "./reference-settle.ts";

/**
 * The specification of the hot loop: what a tick does to every agent, in the order of the world
 * contract. The SIMD kernel must leave exactly these bytes.
 */
export function createReferenceKernel(shape: WorldShape): Kernel {
  const layout = layoutWorld(shape);
  const world = createWorld(new ArrayBuffer(layout.bytes), layout);
  return {
    id: "reference",
    codeSha256: null,
    world,
    loadPanel() {
      // The reference reads genomes in place: it has no panel to keep.
    },
    run: (from, to, resume) => run(world, from, to, resume),
  };
}

function run(world: World, from: number, to: number, resume: boolean): number {
  const { meta: words } = world;
  let bar = from;
  if (resume) {
    decide(world, bar);
    bar += 1;
  }
  for (; bar < to; bar += 1) {
    const outcome = settle(world, bar);
    words[meta.status] = outcome;
    if (outcome !== status.boundary || bar === to - 1) return bar;
    decide(world, bar);
  }
  words[meta.status] = status.boundary;
  return to - 1;
}
