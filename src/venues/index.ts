export { openDirectVenue } from "./adapters/direct-venue.ts";
export type { HttpReply, HttpRequest, HttpSend } from "./adapters/http-send.ts";
export { openVenue } from "./adapters/open-venue.ts";
export type { VenueAccess } from "./adapters/wire.ts";
export {
  type Broker,
  openBroker,
} from "./broker/broker.ts";
export type { CancelAllReport, CancelAllRequest } from "./broker/cancel-all.ts";
export type { FollowUpReport } from "./broker/follow-up.ts";
export type { FreezeReason, Frozen } from "./broker/freeze.ts";
export type {
  AmendIntent,
  CancelIntent,
  Classification,
  IntentHead,
  LeverageFact,
  LifecycleScope,
  Owner,
  PlaceIntent,
  WantedOrder,
  WriteOutcome,
} from "./broker/intent.ts";
export { type BrokerLimits, defaultLimits, readLimits } from "./broker/limits.ts";
export type {
  BrokerFacts,
  BrokerOptions,
  BrokerTime,
  SafetyInputs,
  SelfTradePolicy,
} from "./broker/options.ts";
export type { OrderPhase, OwnOrderView } from "./broker/own-orders.ts";
export { okxRates, type RateRule, type RateRules } from "./broker/rate-budget.ts";
export { type RecordedOrders, readRecordedOrders } from "./broker/read-recorded.ts";
export { callsNamed, type RecoveryReport } from "./broker/recover.ts";
export type { TickOrders } from "./broker/tick-counts.ts";
export {
  type InterfaceDiff,
  type InterfaceDiffOptions,
  renderLog,
  runInterfaceDiff,
} from "./diff/interface-diff.ts";
export type { DifferenceRecord } from "./diff/log/entry.ts";
export { renderedName } from "./diff/log/render-differences.ts";
export {
  type LogFinding,
  type VerifiedDifferences,
  verifyDifferences,
} from "./diff/log/verify-differences.ts";
export { createRemoteHost } from "./diff/remote-host.ts";
export type { ComparisonProgress } from "./diff/run-comparison.ts";
export { isComparable } from "./diff/seat.ts";
export type { Stage, StageHost, StageKeys, StageRule } from "./diff/stage.ts";
export { createWriteGuard, type WriteGuard } from "./diff/write-guard.ts";
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
  Maintenance,
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
export type { CallPurpose } from "./recording/call-line.ts";
export {
  type CallRecorder,
  type CallRecorderOptions,
  createCallRecorder,
  type RecordedCall,
} from "./recording/call-recorder.ts";
export type {
  BrokerFile,
  EvidenceSink,
  LandedLine,
  LineBody,
} from "./recording/evidence-sink.ts";
export { type OrderSink, type OrderSinkOptions, openOrderSink } from "./recording/order-sink.ts";
export { createRedactor, type Redactor } from "./recording/redact.ts";
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
