export type { BarQuality, BarRounding } from "./bar-quality.ts";
export type { BarStamp } from "./bar-rows.ts";
export type {
  Candle,
  CandleSource,
  FundingRate,
  PageRequest,
  SourceFault,
} from "./candle-source.ts";
export { type CcxtRequest, openCcxtSource } from "./ccxt-source.ts";
export { checkBarFile } from "./check-file.ts";
export {
  type ColumnPlan,
  defaultBarColumns,
  defaultFundingColumns,
  parseBarColumns,
  parseFundingColumns,
} from "./columns.ts";
export type { DatasetDocument, FundingReason, FundingSection } from "./document.ts";
export { embeddedName, ensureEmbeddedDataset } from "./embedded.ts";
export { type FetchProgress, type FetchRequest, fetchDataset } from "./fetch-dataset.ts";
export { type FlawCode, type FlawRecord, parseAllow } from "./flaws.ts";
export {
  type FundingRequest,
  type ImportOutcome,
  type ImportRequest,
  importDataset,
} from "./import-dataset.ts";
export { type Dataset, type FundingPayment, openDataset } from "./open-dataset.ts";
export type { BarFile, BarScan, ScanProgress } from "./scan-bars.ts";
export { findDataset, listDatasets, type StoreEntry } from "./store.ts";
export { type DataWindow, parseWindow } from "./window.ts";
