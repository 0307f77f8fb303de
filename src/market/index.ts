export { type Bar, type BarColumns, barFields, createBarColumns } from "./bar.ts";
export { builtinInstruments, findInstrument } from "./builtin-instruments.ts";
export {
  alignFunding,
  createFundingColumns,
  type FundingColumns,
  type FundingHistory,
} from "./funding.ts";
export type { CalendarId, Instrument, InstrumentKind, MarginTier } from "./instrument.ts";
export { parseInstrument } from "./parse-instrument.ts";
export { createUnitReader, type UnitReader } from "./unit-reader.ts";
