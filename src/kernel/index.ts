export { createSimdKernel } from "./load-simd.ts";
export { createReferenceKernel } from "./reference.ts";
