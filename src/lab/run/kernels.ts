import { type Kernel, type WorldConfig } from "#core";
import type { KernelFacts } from "#evidence";
import { createReferenceKernel, createSimdKernel } from "#kernel";
import type { KernelId } from "./run-job.ts";

/** A fresh world with room for the living of this config, and the kernel that drives it. */
export function createKernel(id: KernelId, config: WorldConfig): Kernel {
  const shape = { capacity: config.max_agents };
  return id === "simd" ? createSimdKernel(shape) : createReferenceKernel(shape);
}

/** What the manifest says of the kernel. A tiny world is made, so broken code fails here. */
export function kernelFacts(id: KernelId): KernelFacts {
  const shape = { capacity: 8 };
  const { codeSha256 } = id === "simd" ? createSimdKernel(shape) : createReferenceKernel(shape);
  const reason = codeSha256 === null ? "source_is_part_of_core_hash" : null;
  return { id, wasm_sha256: codeSha256, wasm_sha256_reason: reason };
}
