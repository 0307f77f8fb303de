export type {
  Bus,
  BusStatus,
  Delivery,
  DeliveryHandler,
  Kv,
  KvEntry,
  ObjectInfo,
  Objects,
  Receipt,
  SubscribeRequest,
  Subscription,
  Watch,
} from "./bus/bus.ts";
export { type BusEvent, maxEventBytes } from "./bus/bus-event.ts";
export type { BusFault, BusFaultCode } from "./bus/bus-fault.ts";
export type { DeadLetter, DeadLetters, DeadReason } from "./bus/dead-letters.ts";
export type { BusNotice } from "./bus/notices.ts";
export { type OpenBusOptions, openBus } from "./bus/open-bus.ts";
export { defaultRetryPolicy, type RetryPolicy } from "./bus/retry-policy.ts";
export { Secret } from "./config/secret.ts";
export {
  type ConfigSpec,
  optional,
  required,
  requiredSecret,
  type Setting,
  secret,
} from "./config/setting.ts";
export type { ForkedRuntime, RuntimeEnd, SandboxedRuntime } from "./fork/sandboxed.ts";
export type { HttpApp, HttpEnv } from "./http/http-app.ts";
export { type Identity, newIdentity, type ServiceName } from "./identity.ts";
export type { Log, LogAct, LogFields, LogOutcome } from "./log/log.ts";
export type {
  Counter,
  Gauge,
  Histogram,
  Labels,
  MetricAbout,
  Metrics,
} from "./metrics/metrics.ts";
export { createEnding, type Ending } from "./run/ending.ts";
export type {
  Readiness,
  RunningService,
  Service,
  ServiceDeps,
  ServiceEnd,
  ServiceFacts,
} from "./service.ts";
export type { ColumnType, Migration, TableSpec } from "./store/migration.ts";
export type { RecordChange, Store, StoreEngine, Tables } from "./store/store.ts";
export type { SwitchFacts, SwitchView } from "./switches/switch-view.ts";
export { type MeshClock, momentOf, systemClock } from "./time/mesh-clock.ts";
export type { CancelTimer, Timers } from "./time/timers.ts";
