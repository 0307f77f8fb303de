import * as z from "zod";
import type { CalendarId } from "#market";
import { type ConfigSpec, flag, optional, type Secret, secret, wholeNumber, wordList } from "#mesh";
import { healthMaxAgeSeconds } from "#protocol";
import { type Failure, parseFailurePlan } from "./feeds/failure-plan.ts";

export const marketdataSources = ["none", "alpaca", "okx", "replay", "simulator"] as const;
export type MarketdataSource = (typeof marketdataSources)[number];

/** What the market data server may be told. */
export type MarketdataConfig = Readonly<{
  source: MarketdataSource;
  symbols: readonly string[];
  streamUrl: string | null;
  alpacaFeed: string;
  alpacaKeyId: Secret | null;
  alpacaSecretKey: Secret | null;
  replayFile: string | null;
  replaySymbol: string | null;
  replaySpeed: number;
  replayShift: boolean;
  replayLoop: boolean;
  simulatorSeed: number;
  simulatorStepMs: number;
  simulatorFailures: readonly Failure[];
  calendar: CalendarId;
  maxAgeSeconds: number;
  /** Null: as long as the maximal age. */
  frozenAfterSeconds: number | null;
  forceStale: boolean;
  mcpAllowedHosts: readonly string[];
}>;

export const marketdataConfig: ConfigSpec<MarketdataConfig> = {
  source: optional<MarketdataSource>("ASSAY_MARKETDATA_SOURCE", {
    meaning: `where ticks come from: ${marketdataSources.join(", ")}; none publishes nothing`,
    schema: z.enum(marketdataSources),
    fallback: "none",
  }),
  symbols: optional<readonly string[]>("ASSAY_MARKETDATA_SYMBOLS", {
    meaning: "symbols between commas, such as SPY,IWM,QQQ or BTC-USDT,ETH-USDT",
    schema: symbolList(),
    fallback: ["SPY", "IWM", "QQQ"],
  }),
  streamUrl: optional<string | null>("ASSAY_MARKETDATA_STREAM_URL", {
    meaning: "ws or wss address of the stream; unset: that of the source itself",
    schema: z.url({ protocol: /^wss?$/ }),
    fallback: null,
  }),
  alpacaFeed: optional("ALPACA_DATA_FEED", {
    meaning: "which of Alpaca's stock feeds: iex, sip, delayed_sip, boats, overnight or test",
    schema: z.enum(["iex", "sip", "delayed_sip", "boats", "overnight", "test"]),
    fallback: "iex",
  }),
  alpacaKeyId: secret("APCA_API_KEY_ID", "key id of an Alpaca account, for market data alone"),
  alpacaSecretKey: secret("APCA_API_SECRET_KEY", "secret key that belongs to APCA_API_KEY_ID"),
  ...replayConfig(),
  ...simulatorConfig(),
  calendar: optional<CalendarId>("ASSAY_MARKETDATA_CALENDAR", {
    meaning: "the sessions in which ticks are due: nyse or 24x7",
    schema: z.enum(["nyse", "24x7"]),
    fallback: "nyse",
  }),
  maxAgeSeconds: optional("MARKETDATA_MAX_AGE_SECONDS", {
    meaning: "how old the newest exchange tick may be, in whole seconds from 1 to 3600",
    schema: wholeNumber(1, 3600),
    fallback: healthMaxAgeSeconds,
  }),
  frozenAfterSeconds: optional<number | null>("ASSAY_MARKETDATA_FROZEN_AFTER_SECONDS", {
    meaning: "how long ticks may repeat themselves; unset: as long as the maximal age",
    schema: wholeNumber(1, 86_400),
    fallback: null,
  }),
  forceStale: optional("MARKETDATA_FORCE_STALE", {
    meaning: "a drill: 1 makes everything stale; there is no switch for the opposite",
    schema: flag,
    fallback: false,
  }),
  mcpAllowedHosts: optional<readonly string[]>("ASSAY_MCP_HOSTS", {
    meaning: "names between commas that Host and Origin may carry at /mcp beside loopback",
    schema: symbolList(),
    fallback: [],
  }),
};

type ReplayKeys = "replayFile" | "replaySymbol" | "replaySpeed" | "replayShift" | "replayLoop";

function replayConfig(): ConfigSpec<Pick<MarketdataConfig, ReplayKeys>> {
  return {
    replayFile: optional<string | null>("ASSAY_MARKETDATA_REPLAY_FILE", {
      meaning: "a recording: ticks as JSON lines, quote bars, a raw OKX session, or dataset:NAME",
      schema: z.string().max(4096),
      fallback: null,
    }),
    replaySymbol: optional<string | null>("ASSAY_MARKETDATA_REPLAY_SYMBOL", {
      meaning: "the symbol of a recording that names none, such as SPY",
      schema: z.string().max(64),
      fallback: null,
    }),
    replaySpeed: optional("ASSAY_MARKETDATA_REPLAY_SPEED", {
      meaning: "how many recorded seconds pass in one, from 1 to 10000",
      schema: wholeNumber(1, 10_000),
      fallback: 1,
    }),
    replayShift: optional("ASSAY_MARKETDATA_REPLAY_SHIFT", {
      meaning: "1 writes times of now into the ticks, and says so in their source",
      schema: flag,
      fallback: false,
    }),
    replayLoop: optional("ASSAY_MARKETDATA_REPLAY_LOOP", {
      meaning: "1 begins again at the end; only together with the shift",
      schema: flag,
      fallback: false,
    }),
  };
}

type SimulatorKeys = "simulatorSeed" | "simulatorStepMs" | "simulatorFailures";

function simulatorConfig(): ConfigSpec<Pick<MarketdataConfig, SimulatorKeys>> {
  return {
    simulatorSeed: optional("ASSAY_MARKETDATA_SEED", {
      meaning: "seed of the simulated market, a whole number",
      schema: wholeNumber(0, 999_999_999_999_999),
      fallback: 1,
    }),
    simulatorStepMs: optional("ASSAY_MARKETDATA_STEP_MS", {
      meaning: "milliseconds between two simulated ticks of a symbol, from 10 to 60000",
      schema: wholeNumber(10, 60_000),
      fallback: 250,
    }),
    simulatorFailures: optional<readonly Failure[]>("ASSAY_MARKETDATA_FAILURES", {
      meaning: 'a drill: JSON like [{"kind":"stall","from_ms":60000,"for_ms":90000}]',
      schema: failurePlan(),
      fallback: [],
    }),
  };
}

function symbolList(): z.ZodType<readonly string[], string> {
  return wordList.refine((words) => words.length <= 200, "expected at most 200 words");
}

function failurePlan(): z.ZodType<readonly Failure[], string> {
  return z.string().transform((text, context) => {
    const plan = parseFailurePlan(text);
    if (plan.ok) return plan.value;
    context.addIssue(plan.fault.message);
    return z.NEVER;
  });
}
