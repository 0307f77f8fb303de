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
export { once } from "./bus/once.ts";
export { type OnceInTables, onceInTables, seenTable } from "./bus/once-in-tables.ts";
export { type OpenBusOptions, openBus } from "./bus/open-bus.ts";
export { type Outbox, type OutboxOptions, type OutboxStatus, openOutbox } from "./bus/outbox.ts";
export { defaultRetryPolicy, type RetryPolicy } from "./bus/retry-policy.ts";
export { openSeenLog, type SeenLog, type SeenStore } from "./bus/seen-log.ts";
export { type MeshConfig, meshConfig } from "./config/mesh-config.ts";
export {
  checkVariableNames,
  type Environment,
  type Presence,
  type ReadConfig,
  readConfig,
} from "./config/read-config.ts";
export { Secret } from "./config/secret.ts";
export {
  type ConfigSpec,
  optional,
  required,
  requiredSecret,
  type Setting,
  secret,
} from "./config/setting.ts";
export { flag, httpUrl, plainText, wholeNumber, wordList } from "./config/shapes.ts";
export { type ForkOptions, forkRuntime } from "./fork/fork-runtime.ts";
export type { ForkedRuntime, RuntimeEnd, SandboxedRuntime } from "./fork/sandboxed.ts";
export {
  addHealthz,
  type HealthSource,
  healthBodyOf,
  type StaleDrill,
} from "./health/add-healthz.ts";
export {
  createHealthReader,
  type HealthReader,
  type HealthReaderOptions,
} from "./health/health-reader.ts";
export { isMarketOpen } from "./health/market-hours.ts";
export { createApi } from "./http/create-api.ts";
export { type ErrorBody, errorAnswer } from "./http/error-answer.ts";
export type { HttpApp, HttpEnv } from "./http/http-app.ts";
export { type Identity, newIdentity, type ServiceName, sourceOf } from "./identity.ts";
export type { LogSink } from "./log/create-log.ts";
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
export { exitCodeOf } from "./run/exit-code.ts";
export { type HostedService, hosted, variablesOf } from "./run/hosted.ts";
export type { MeshOptions } from "./run/mesh-options.ts";
export { checkSettings } from "./run/open-mesh.ts";
export { type MeshEnd, type RunningMesh, startMesh } from "./run/start-mesh.ts";
export { drainMs } from "./run/start-service.ts";
export type { SupervisedStatus } from "./run/supervise.ts";
export type {
  Readiness,
  RunningService,
  Service,
  ServiceDeps,
  ServiceEnd,
  ServiceFacts,
} from "./service.ts";
export {
  type ChangeRecord,
  changeFolder,
  type ReadChanges,
  readChanges,
} from "./store/change-log.ts";
export type { ColumnType, Migration, TableSpec } from "./store/migration.ts";
export { openStoreHost, type StoreHost, type StoreHostOptions } from "./store/open-store.ts";
export type { RecordChange, Store, StoreEngine, Tables } from "./store/store.ts";
export type { SwitchFacts, SwitchView } from "./switches/switch-view.ts";
export { type MeshClock, momentOf, systemClock } from "./time/mesh-clock.ts";
export type { CancelTimer, Timers } from "./time/timers.ts";
