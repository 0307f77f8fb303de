export { createReferenceKernel } from "./reference.ts";
