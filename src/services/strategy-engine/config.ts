import * as z from "zod";
import { type ConfigSpec, flag, httpUrl, optional, plainText, wholeNumber, wordList } from "#mesh";
import { healthMaxAgeSeconds, healthTimeoutMs, type RuntimeName, runtimeNames } from "#protocol";

/** What the strategy engine may be told. */
export type StrategyEngineConfig = Readonly<{
  runtimes: readonly RuntimeName[];
  cycleSeconds: number;
  symbols: readonly string[];
  healthUrl: URL;
  maxAgeSeconds: number;
  healthTimeoutSeconds: number;
  replay: boolean;
  /** Pages of option chains by underlying. */
  gammaChains: ReadonlyMap<string, string>;
  gammaBook: string | null;
  whaleTrades: string | null;
  genomePromotion: string | null;
  policy: string | null;
}>;

const file = (variable: string, meaning: string) =>
  optional<string | null>(variable, { meaning, schema: plainText, fallback: null });

export const strategyEngineConfig: ConfigSpec<StrategyEngineConfig> = {
  runtimes: optional<readonly RuntimeName[]>("ASSAY_STRATEGY_RUNTIMES", {
    meaning: `which strategies run, between commas: ${runtimeNames.join(", ")}`,
    schema: runtimeList(),
    fallback: runtimeNames,
  }),
  cycleSeconds: optional("STRATEGY_CYCLE_SECONDS", {
    meaning: "seconds between two decisions of a strategy, from 1 to 300",
    schema: wholeNumber(1, 300),
    fallback: 30,
  }),
  symbols: optional<readonly string[]>("STRATEGY_SYMBOLS", {
    meaning: "symbols that may be proposed, between commas; the first one leads",
    schema: wordList,
    fallback: ["SPY", "IWM", "QQQ"],
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
  replay: optional("ASSAY_STRATEGY_REPLAY", {
    meaning: "1 decides at the time that recorded inputs speak of, and says so in each proposal",
    schema: flag,
    fallback: false,
  }),
  gammaChains: optional<ReadonlyMap<string, string>>("ASSAY_GAMMA_CHAINS", {
    meaning: "option chains as UNDERLYING=FILE between commas; Cboe's delayed-quotes pages",
    schema: chainFiles(),
    fallback: new Map(),
  }),
  gammaBook: file("ASSAY_GAMMA_BOOK", "what is held, as JSON {shares, options}: what gamma hedges"),
  whaleTrades: file("ASSAY_WHALE_TRADES", "option trades, one JSON object a line"),
  genomePromotion: file("ASSAY_GENOME_PROMOTION", "the signed promotion of a genome"),
  policy: file("ASSAY_POLICY", "whose signatures count; unset: the installation's own policy"),
};

function runtimeList(): z.ZodType<readonly RuntimeName[], string> {
  const known = (word: string): word is RuntimeName => runtimeNames.some((name) => name === word);
  return z.string().transform((text, context) => {
    const words = text.split(",").map((word) => word.trim());
    if (words.every(known) && new Set(words).size === words.length) return words;
    context.addIssue(`expected some of ${runtimeNames.join(", ")}, each once`);
    return z.NEVER;
  });
}

function chainFiles(): z.ZodType<ReadonlyMap<string, string>, string> {
  return z.string().transform((text, context) => {
    const files = new Map<string, string>();
    for (const part of text.split(",")) {
      const [, underlying = "", path = ""] = /^\s*([A-Z^.]{1,10})=(.+?)\s*$/.exec(part) ?? [];
      if (path === "" || files.has(underlying)) {
        context.addIssue("expected UNDERLYING=FILE between commas, each underlying once");
        return z.NEVER;
      }
      files.set(underlying, path);
    }
    return files;
  });
}
