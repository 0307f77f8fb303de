export { type Bar, type BarColumns, barFields, createBarColumns } from "./bar.ts";
export { builtinInstruments, findInstrument } from "./builtin-instruments.ts";
export {
  type BarGrid,
  createBarGrid,
  type GridPhase,
  gridPhase,
  isGridInterval,
} from "./calendar/bar-grid.ts";
export { newYorkDay } from "./calendar/new-york-time.ts";
export {
  createCalendar,
  dateText,
  type Session,
  type SessionCalendar,
} from "./calendar/session-calendar.ts";
export {
  alignFunding,
  createFundingColumns,
  type FundingColumns,
  type FundingHistory,
} from "./funding.ts";
export type { CalendarId, Instrument, InstrumentKind, MarginTier } from "./instrument.ts";
export { intervalText, parseInterval } from "./interval.ts";
export { parseInstrument } from "./parse-instrument.ts";
export { createUnitReader, type UnitReader } from "./unit-reader.ts";
