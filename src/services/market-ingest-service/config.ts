import * as z from "zod";
import { type ConfigSpec, optional, wholeNumber } from "#mesh";
import { healthMaxAgeSeconds } from "#protocol";

export type IngestConfig = Readonly<{
  enabled: boolean;
  enabledFile: string | null;
  enabledPollMs: number;
  writesPerSecond: number;
  burst: number;
  symbolIntervalMs: number;
  flushMs: number;
  maxAgeSeconds: number;
}>;

export const ingestConfig: ConfigSpec<IngestConfig> = {
  enabled: optional("INGEST_ENABLED", {
    meaning: "0 pauses writing softly; ticks wait on the bus, and the heartbeat goes stale",
    schema: z
      .enum(["0", "1", "true", "false", "on", "off", "yes", "no"])
      .transform((word) => ["1", "true", "on", "yes"].includes(word)),
    fallback: true,
  }),
  enabledFile: optional<string | null>("INGEST_ENABLED_FILE", {
    meaning: "a file that must say 1 for writing to go on; missing or anything else pauses",
    schema: z.string().max(4096),
    fallback: null,
  }),
  enabledPollMs: optional("ASSAY_INGEST_ENABLED_POLL_MS", {
    meaning: "milliseconds between two looks at INGEST_ENABLED_FILE, from 50 to 60000",
    schema: wholeNumber(50, 60_000),
    fallback: 5000,
  }),
  writesPerSecond: optional("ASSAY_INGEST_WRITES_PER_SECOND", {
    meaning: "rows written in a second at most, from 1 to 1000",
    schema: wholeNumber(1, 1000),
    fallback: 20,
  }),
  burst: optional("ASSAY_INGEST_BURST", {
    meaning: "rows written at once at most, from 1 to 10000",
    schema: wholeNumber(1, 10_000),
    fallback: 40,
  }),
  symbolIntervalMs: optional("ASSAY_INGEST_SYMBOL_INTERVAL_MS", {
    meaning: "milliseconds between two writes of one symbol, from 0 to 60000",
    schema: wholeNumber(0, 60_000),
    fallback: 1000,
  }),
  flushMs: optional("ASSAY_INGEST_FLUSH_MS", {
    meaning: "milliseconds between two looks at what is due, from 10 to 10000",
    schema: wholeNumber(10, 10_000),
    fallback: 200,
  }),
  maxAgeSeconds: optional("MARKETDATA_MAX_AGE_SECONDS", {
    meaning: "how old the newest stored tick may be, in whole seconds from 1 to 3600",
    schema: wholeNumber(1, 3600),
    fallback: healthMaxAgeSeconds,
  }),
};
