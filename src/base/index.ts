export type { Brand } from "./brand.ts";
export { base64ToBytes, bytesToBase64 } from "./bytes/base64.ts";
export { bytesToHex, hexToBytes } from "./bytes/hex.ts";
export { bytesToUtf8, utf8ToBytes } from "./bytes/utf8.ts";
export { canonicalJson } from "./canonical-json.ts";
export { type DecimalRounding, formatDecimal, parseDecimal } from "./decimal.ts";
export { assert, Defect, unreachable } from "./defect.ts";
export { isJsonList, type Json } from "./json.ts";
export { erf, erfc, normalCdf } from "./math/erf.ts";
export { exp } from "./math/exp.ts";
export { assertSafe, floorDiv, mulSafe, roundHalfEven } from "./math/integer.ts";
export { lgamma } from "./math/lgamma.ts";
export { ln } from "./math/ln.ts";
export { normalInverse } from "./math/normal-inverse.ts";
export { pow2 } from "./math/pow2.ts";
export { cos, sin } from "./math/sin-cos.ts";
export { parseJson } from "./parse-json.ts";
export type { Clock } from "./ports.ts";
export { err, type Fault, ok, type Result } from "./result.ts";
export { philox4x32 } from "./rng/philox.ts";
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
