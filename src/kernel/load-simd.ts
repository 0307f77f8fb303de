import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { Defect } from "#base";
import { createWorld, type Kernel, layoutWorld, type WorldShape } from "#core";

const pageBytes = 65536;

type Exports = Readonly<{
  run: (from: number, to: number, resume: number) => number;
  loadPanel: (slot: number) => void;
}>;

/** The part of the host's WebAssembly that is used; only browser libraries declare it. */
declare const WebAssembly: Readonly<{
  Module: new (bytes: Uint8Array) => object;
  Memory: new (size: { initial: number; maximum: number }) => { buffer: ArrayBuffer };
  Instance: new (
    module: object,
    imports: { env: { memory: object } },
  ) => { exports: Readonly<Record<string, unknown>> };
}>;

type Code = Readonly<{ module: object; sha256: string }>;
let loaded: Code | null = null;

/**
 * A world in WASM memory with the SIMD kernel behind it. The module beside this file is checked
 * against its recorded sum first: code that is not the code of this commit never runs.
 */
export function createSimdKernel(shape: WorldShape): Kernel {
  loaded ??= readCode();
  const { module, sha256 } = loaded;
  const layout = layoutWorld(shape);
  const pages = Math.ceil(layout.bytes / pageBytes);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const world = createWorld(memory.buffer, layout);
  const instance = new WebAssembly.Instance(module, { env: { memory } });
  const { run, loadPanel } = instance.exports as unknown as Exports;
  return {
    id: "simd",
    codeSha256: sha256,
    world,
    loadPanel,
    run: (from, to, resume) => run(from, to, resume ? 1 : 0),
  };
}

function readCode(): Code {
  const bytes = readFileSync(new URL("./kernel.wasm", import.meta.url));
  const recorded = readFileSync(new URL("./kernel.wasm.sha256", import.meta.url), "utf8");
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  if (recorded !== `${sha256}  kernel.wasm\n`) {
    throw new Defect(
      "src/kernel/kernel.wasm differs from its recorded sha256; restore the checkout",
    );
  }
  return { module: new WebAssembly.Module(bytes), sha256 };
}
