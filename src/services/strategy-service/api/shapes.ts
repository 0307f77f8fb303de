import { z } from "@hono/zod-openapi";

/**
 * Everything that goes over the wire, closed: a field that is not named here is refused. Amounts
 * are decimal text with at most 8 decimals.
 */
export type StrategyKind = "gamma" | "whale" | "genome" | "other";
export type Mode = "OFF" | "OBSERVE" | "PAPER" | "LIVE";
export type SettingValue = string | number | boolean | null;

export type StrategyDraft = Readonly<{
  name: string;
  description: string;
  kind: StrategyKind;
  symbols: readonly string[];
  mode: Mode;
  enabled: boolean;
  config: Readonly<Record<string, SettingValue>>;
}>;

export type NewStrategy = StrategyDraft & Readonly<{ strategy_id: string }>;

export type StrategyAnswer = NewStrategy &
  Readonly<{ version: number; created_utc: string; updated_utc: string }>;

export type NewPaperOrder = Readonly<{
  strategy_id: string;
  symbol: string;
  side: "BUY" | "SELL";
  type: "market" | "limit";
  quantity: string;
  limit_price: string | null;
  time_in_force: "gtc" | "ioc";
  execution: "paper" | "live";
}>;

export type PaperOrderAnswer = Omit<NewPaperOrder, "execution"> &
  Readonly<{
    order_id: string;
    execution: "paper";
    status: "open" | "filled" | "rejected" | "cancelled";
    reason: string | null;
    fill_price: string | null;
    quote_utc: string | null;
    quote_source: string | null;
    created_utc: string;
    updated_utc: string;
  }>;

export type Analytics = Readonly<{
  strategy_id: string;
  cash: string;
  started_cash: string;
  realised: string;
  /** Null, with a reason, while something held has no fresh quote. */
  unrealised: string | null;
  equity: string | null;
  equity_reason: string | null;
  positions: readonly Readonly<{
    symbol: string;
    quantity: string;
    cost: string;
    realised: string;
    mark: string | null;
    unrealised: string | null;
  }>[];
  orders: Readonly<Record<"open" | "filled" | "rejected" | "cancelled", number>>;
  rejections: Readonly<Record<string, number>>;
  signals: Readonly<{
    since_utc: string;
    proposals: number;
    refusals: Readonly<Record<string, number>>;
  }>;
}>;

export type ErrorAnswer = Readonly<{
  error: Readonly<{ code: string; message: string; at: string | null; request_id: string }>;
}>;

export const word: z.ZodType<string, string> = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,63}$/, "must be lower-case words with hyphens");
const symbolShape = z
  .string()
  .regex(/^[A-Z0-9][A-Z0-9._/-]{0,63}$/, "must be a symbol such as SPY or BTC-USDT");
const utc = z.iso.datetime();
const amount = z
  .string()
  .regex(/^-?\d{1,21}(\.\d{1,8})?$/)
  .openapi({ description: "decimal text with at most 8 decimals", example: "12.5" });
const quantity = z
  .string()
  .regex(/^\d{1,12}(\.\d{1,8})?$/, "must be a number above zero with at most 8 decimals")
  .refine((text) => /[1-9]/.test(text), "must be above zero");

/** Text of people, on as many lines as they like; what no database keeps as it is, is refused. */
const storable = (text: string): boolean => {
  return text.isWellFormed() && !/[^\P{Cc}\t\n\r]/u.test(text);
};
const storableMessage = "must be text without control characters";

const settingName = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, "must be lower_snake");
const settingText = z.string().max(256).refine(storable, storableMessage);
const setting = z.union([settingText, z.number(), z.boolean(), z.null()]);

const strategyFields = {
  name: z.string().min(1).max(120).refine(storable, storableMessage),
  description: z.string().max(2000).refine(storable, storableMessage).default(""),
  kind: z.enum(["gamma", "whale", "genome", "other"]),
  symbols: z.array(symbolShape).min(1).max(100),
  mode: z
    .enum(["OFF", "OBSERVE", "PAPER", "LIVE"])
    .openapi({ description: "LIVE is always refused: 403 live_refused" }),
  enabled: z.boolean().default(false),
  config: z.record(settingName, setting).default({}),
};

const fewSettings = ({ config }: Pick<StrategyDraft, "config">): boolean => {
  return Object.keys(config).length <= 100;
};
const tooMany = { message: "at most 100 settings", path: ["config"] };

export const strategyDraft: z.ZodType<StrategyDraft> = z
  .strictObject(strategyFields)
  .refine(fewSettings, tooMany)
  .openapi("StrategyDraft");
export const newStrategy: z.ZodType<NewStrategy> = z
  .strictObject({ strategy_id: word, ...strategyFields })
  .refine(fewSettings, tooMany)
  .openapi("NewStrategy");

export const strategyShape: z.ZodType<StrategyAnswer> = z
  .strictObject({
    strategy_id: word,
    version: z.int().min(1),
    ...strategyFields,
    description: z.string().max(2000),
    enabled: z.boolean(),
    config: z.record(settingName, setting),
    created_utc: utc,
    updated_utc: utc,
  })
  .openapi("Strategy");

export type StrategyList = Readonly<{ strategies: readonly StrategyAnswer[]; next: string | null }>;
export const strategyList: z.ZodType<StrategyList> = z
  .strictObject({ strategies: z.array(strategyShape), next: word.nullable() })
  .openapi("StrategyList");

export const newPaperOrder: z.ZodType<NewPaperOrder> = z
  .strictObject({
    strategy_id: word,
    symbol: symbolShape,
    side: z.enum(["BUY", "SELL"]),
    type: z.enum(["market", "limit"]),
    quantity,
    limit_price: quantity.nullable().default(null),
    time_in_force: z.enum(["gtc", "ioc"]).default("gtc"),
    execution: z
      .enum(["paper", "live"])
      .default("paper")
      .openapi({ description: "live is always refused: 403 live_refused" }),
  })
  .refine(({ type, limit_price }) => (type === "limit") === (limit_price !== null), {
    message: "a limit order has one, a market order has none",
    path: ["limit_price"],
  })
  .openapi("NewPaperOrder");

export const orderId: z.ZodType<string, string> = z
  .string()
  .regex(/^[0-9a-f]{32}$/, "must be 32 hex digits");

export const paperOrder: z.ZodType<PaperOrderAnswer> = z
  .strictObject({
    order_id: orderId,
    strategy_id: word,
    symbol: symbolShape,
    side: z.enum(["BUY", "SELL"]),
    type: z.enum(["market", "limit"]),
    quantity: amount,
    limit_price: amount.nullable(),
    time_in_force: z.enum(["gtc", "ioc"]),
    execution: z.literal("paper"),
    status: z.enum(["open", "filled", "rejected", "cancelled"]),
    reason: z.string().nullable(),
    fill_price: amount.nullable(),
    quote_utc: utc.nullable(),
    quote_source: z.string().nullable(),
    created_utc: utc,
    updated_utc: utc,
  })
  .openapi("PaperOrder");

export type PaperOrderList = Readonly<{ orders: readonly PaperOrderAnswer[]; next: string | null }>;
export const paperOrderList: z.ZodType<PaperOrderList> = z
  .strictObject({ orders: z.array(paperOrder), next: orderId.nullable() })
  .openapi("PaperOrderList");

const count = z.int().min(0);

export const analyticsShape: z.ZodType<Analytics> = z
  .strictObject({
    strategy_id: word,
    cash: amount,
    started_cash: amount,
    realised: amount,
    unrealised: amount.nullable(),
    equity: amount.nullable(),
    equity_reason: z.string().nullable(),
    positions: z.array(
      z.strictObject({
        symbol: symbolShape,
        quantity: amount,
        cost: amount,
        realised: amount,
        mark: amount.nullable(),
        unrealised: amount.nullable(),
      }),
    ),
    orders: z.strictObject({ open: count, filled: count, rejected: count, cancelled: count }),
    rejections: z.record(z.string(), count),
    signals: z.strictObject({
      since_utc: utc,
      proposals: count,
      refusals: z.record(z.string(), count),
    }),
  })
  .openapi("Analytics");

export const errorShape: z.ZodType<ErrorAnswer> = z
  .strictObject({
    error: z.strictObject({
      code: z.string(),
      message: z.string(),
      at: z.string().nullable(),
      request_id: z.string(),
    }),
  })
  .openapi("Error");
