export { openDirectVenue } from "./adapters/direct-venue.ts";
export type { HttpReply, HttpRequest, HttpSend } from "./adapters/http-send.ts";
export { openVenue } from "./adapters/open-venue.ts";
export type { VenueAccess } from "./adapters/wire.ts";
export type {
  AccountConfig,
  AlgoKind,
  AlgoRow,
  Answer,
  Balance,
  BillRow,
  Book,
  CallRecord,
  CancelTimer,
  Candle,
  FeeRates,
  FillRow,
  Funding,
  Level,
  LeverageChange,
  LeverageRow,
  MarginMode,
  NewOrder,
  OrderAck,
  OrderChange,
  OrderKey,
  OrderRow,
  OrderState,
  OrderType,
  Page,
  PageQuery,
  Position,
  PositionSide,
  Priced,
  Side,
  StpMode,
  StreamChannel,
  StreamEnd,
  StreamMessage,
  Ticker,
  Venue,
  VenueFailure,
  VenueInstrument,
  VenueLibrary,
} from "./port.ts";
export { algoKinds } from "./port.ts";
export { engageHalt, type HaltPosture, haltPosture, releaseHalt } from "./switch/halt-acts.ts";
export {
  defaultSwitchFile,
  type HaltPlaces,
  type HaltWatch,
  haltPlaces,
  openHaltWatch,
  systemMoment,
} from "./switch/halt-watch.ts";
export { amendSubject, createSendGate, placeSubject, type SendGate } from "./switch/send-gate.ts";
