export type { Brand } from "./brand.ts";
export { assert, Defect, unreachable } from "./defect.ts";
export { ln } from "./math/ln.ts";
export { normalInverse } from "./math/normal-inverse.ts";
export type { Clock } from "./ports.ts";
export { err, type Fault, ok, type Result } from "./result.ts";
export { multiplyHigh, philox4x32 } from "./rng/philox.ts";
export {
  createStream,
  type Stream,
  type StreamAddress,
  type StreamName,
  streamNames,
} from "./rng/stream.ts";
export {
  type Civil,
  civilFromDays,
  daysFromCivil,
  durationText,
  isoFromMillis,
  type Millis,
  millisFromIso,
  millisPerDay,
} from "./time.ts";
