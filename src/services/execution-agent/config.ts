import * as z from "zod";
import {
  type ConfigSpec,
  httpUrl,
  optional,
  plainText,
  type Secret,
  secret,
  wholeNumber,
  wordList,
} from "#mesh";
import { healthMaxAgeSeconds, healthTimeoutMs } from "#protocol";

/**
 * What the execution agent may be told. Nothing here turns anything on: which venue it works at is
 * an argument of its process, and without one it refuses every order.
 */
export type ExecutionAgentConfig = Readonly<{
  /** Opens what acts: executing, recovering, arming, cancelling. */
  key: Secret | null;
  venueUrl: URL | null;
  apiKey: Secret | null;
  apiSecret: Secret | null;
  apiPassphrase: Secret | null;
  instruments: readonly string[];
  /** The currency that accounts are kept in. */
  currency: string;
  limitsFile: string | null;
  systemId: string;
  healthUrl: URL;
  maxAgeSeconds: number;
  healthTimeoutSeconds: number;
  executionHalted: string | null;
  executionHaltedFile: string | null;
}>;

export const executionAgentConfig: ConfigSpec<ExecutionAgentConfig> = {
  key: secret(
    "ASSAY_EXECUTION_KEY",
    "who may execute, recover, arm and cancel, as Authorization: Bearer KEY; at least 24 " +
      "characters; unset: nobody",
  ),
  venueUrl: optional<URL | null>("ASSAY_EXECUTION_VENUE_URL", {
    meaning: "scheme, host and port of the venue's REST service, like http://127.0.0.1:9000",
    schema: httpUrl,
    fallback: null,
  }),
  apiKey: secret("ASSAY_EXECUTION_API_KEY", "the key of the account at the venue"),
  apiSecret: secret("ASSAY_EXECUTION_API_SECRET", "the secret of that key"),
  apiPassphrase: secret("ASSAY_EXECUTION_API_PASSPHRASE", "the passphrase of that key"),
  instruments: optional<readonly string[]>("ASSAY_EXECUTION_INSTRUMENTS", {
    meaning: "instruments that may be traded, between commas; nothing else is",
    schema: wordList,
    fallback: ["BTC-USDT-SWAP"],
  }),
  currency: optional("ASSAY_EXECUTION_CURRENCY", {
    meaning: "the currency whose balance counts, like USDT",
    schema: z.string().regex(/^[A-Z0-9]{2,12}$/, "expected a currency like USDT"),
    fallback: "USDT",
  }),
  limitsFile: optional<string | null>("ASSAY_EXECUTION_LIMITS_FILE", {
    meaning: "limits of the broker as JSON; unset: careful ones, written to the service's folder",
    schema: plainText,
    fallback: null,
  }),
  systemId: optional("ASSAY_SYSTEM_ID", {
    meaning: "the name of this installation in changes that people sign",
    schema: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,62}$/, "expected a name like assay.local"),
    fallback: "assay.local",
  }),
  healthUrl: optional("MARKETDATA_HEALTH_URL", {
    meaning: "the freshness promise of the market data: a URL like http://127.0.0.1:8080/healthz",
    schema: httpUrl,
    fallback: new URL("http://127.0.0.1:8080/healthz"),
  }),
  maxAgeSeconds: optional("MARKETDATA_MAX_AGE_SECONDS", {
    meaning: "how old the newest exchange tick may be, in whole seconds from 1 to 3600",
    schema: wholeNumber(1, 3600),
    fallback: healthMaxAgeSeconds,
  }),
  healthTimeoutSeconds: optional("MARKETDATA_HEALTH_TIMEOUT_SECONDS", {
    meaning: "how long that answer is waited for, in whole seconds from 1 to 30",
    schema: wholeNumber(1, 30),
    fallback: healthTimeoutMs / 1000,
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
