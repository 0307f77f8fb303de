import { z } from "zod";
import type { Secret } from "./secret.ts";
import { type ConfigSpec, optional, secret } from "./setting.ts";
import { plainText, wholeNumber, wordList } from "./shapes.ts";

/** What every process of the mesh reads, whatever it hosts. */
export type MeshConfig = Readonly<{
  busUrl: Secret | null;
  databaseUrl: Secret | null;
  httpHost: string;
  /** Null: the port of the roster, or any free one. */
  httpPort: number | null;
  allowedHosts: readonly string[];
  logLevel: LogLevel;
  /** Null: not set, which is no source of the switch. */
  executionHalted: string | null;
  executionHaltedFile: string | null;
}>;

export const logLevels = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof logLevels)[number];

export const meshConfig: ConfigSpec<MeshConfig> = {
  busUrl: secret("ASSAY_BUS_URL", "nats://HOST:4222 of the bus; unset: inside this process"),
  databaseUrl: secret(
    "ASSAY_DATABASE_URL",
    "postgres://USER@HOST:5432/DATABASE of the store; unset: a SQLite file under the root",
  ),
  httpHost: optional("ASSAY_HTTP_HOST", {
    meaning: "the address to listen on, such as 127.0.0.1 or, in a container, 0.0.0.0",
    schema: plainText,
    fallback: "127.0.0.1",
  }),
  httpPort: optional<number | null>("ASSAY_HTTP_PORT", {
    meaning: "the port to listen on; 0 takes a free one",
    schema: wholeNumber(0, 65_535),
    fallback: null,
  }),
  allowedHosts: optional("ASSAY_HTTP_HOSTS", {
    meaning: "names between commas that a Host header may carry beside those of loopback",
    schema: wordList,
    fallback: [],
  }),
  logLevel: optional<LogLevel>("ASSAY_LOG_LEVEL", {
    meaning: `the least level that is logged: ${logLevels.join(", ")}`,
    schema: z.enum(logLevels, { message: `expected one of ${logLevels.join(", ")}` }),
    fallback: "info",
  }),
  executionHalted: optional<string | null>("EXECUTION_HALTED", {
    meaning: "the kill switch as a variable: only an explicit off word lets anything leave",
    schema: plainText,
    fallback: null,
  }),
  executionHaltedFile: optional<string | null>("EXECUTION_HALTED_FILE", {
    meaning: "the file of the kill switch; unset: its usual place",
    schema: plainText,
    fallback: null,
  }),
};
