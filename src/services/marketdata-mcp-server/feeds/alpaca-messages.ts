import * as z from "zod";
import { err, type Fault, millisFromIso, ok, parseJson, type Result } from "#base";
import { type BareTick, quoteTick, tradeTick } from "./bare-tick.ts";

const price = z.number().nonnegative();
const time = z.string();

/** A quote of Alpaca's stock, option or crypto stream; sizes are in lots or in coins. */
const quoteMessage = z.object({
  T: z.literal("q"),
  S: z.string().min(1),
  bp: price,
  bs: price,
  ap: price,
  as: price,
  t: time,
});

const tradeMessage = z.object({
  T: z.literal("t"),
  S: z.string().min(1),
  p: price,
  s: price,
  t: time,
});

const controlMessage = z.union([
  z.object({ T: z.literal("success"), msg: z.string() }),
  z.object({ T: z.literal("error"), code: z.number(), msg: z.string() }),
  z.object({ T: z.literal("subscription") }),
]);

/** Bars, statuses, corrections, news: known to exist, of no use to a tick stream. */
const otherMessage = z.object({ T: z.enum(["b", "u", "d", "o", "s", "l", "c", "x", "i", "n"]) });

export type AlpacaMessage = Readonly<
  | { type: "tick"; tick: BareTick }
  | { type: "success"; text: string }
  | { type: "error"; code: number; text: string }
  | { type: "subscribed" }
  | { type: "other"; kind: string }
>;

/** Reads one frame: a JSON list of messages. Fault: alpaca_malformed. */
export function parseAlpacaFrame(text: string): Result<readonly AlpacaMessage[], Fault> {
  const json = parseJson(text);
  if (!json.ok) return malformed("the frame is not JSON");
  if (!Array.isArray(json.value)) return malformed("the frame is not a list");
  const messages: AlpacaMessage[] = [];
  for (const item of json.value) {
    const message = parseAlpacaMessage(item);
    if (!message.ok) return message;
    messages.push(message.value);
  }
  return ok(messages);
}

/** Reads one message. Fault: alpaca_malformed, naming the message type. */
function parseAlpacaMessage(item: unknown): Result<AlpacaMessage, Fault> {
  const quote = quoteMessage.safeParse(item);
  if (quote.success) return readQuote(quote.data);
  const trade = tradeMessage.safeParse(item);
  if (trade.success) return readTrade(trade.data);
  const control = controlMessage.safeParse(item);
  if (control.success) return ok(controlOf(control.data));
  const other = otherMessage.safeParse(item);
  if (other.success) return ok({ type: "other", kind: other.data.T });
  const kind = z.object({ T: z.string() }).safeParse(item);
  return malformed(`a message of type ${kind.success ? JSON.stringify(kind.data.T) : "unknown"}`);
}

/** The exchange's time in whole ms; nanoseconds are cut off, never rounded up into the future. */
export function alpacaTimeMs(text: string): number | null {
  const cut = text.replace(/(\.\d{3})\d+(Z)$/, "$1$2");
  const millis = millisFromIso(cut);
  return millis.ok ? millis.value : null;
}

function readQuote(message: z.infer<typeof quoteMessage>): Result<AlpacaMessage, Fault> {
  const at = alpacaTimeMs(message.t);
  if (at === null) return malformed(`a quote of ${message.S} with the time ${message.t}`);
  const tick = quoteTick({
    symbol: message.S,
    // Alpaca writes a side without orders as a price of zero.
    bid:
      message.bp === 0 ? null : { price: decimalText(message.bp), size: decimalText(message.bs) },
    ask:
      message.ap === 0 ? null : { price: decimalText(message.ap), size: decimalText(message.as) },
    exchangeMs: at,
    sequence: null,
  });
  return ok({ type: "tick", tick });
}

function readTrade(message: z.infer<typeof tradeMessage>): Result<AlpacaMessage, Fault> {
  const at = alpacaTimeMs(message.t);
  if (at === null) return malformed(`a trade of ${message.S} with the time ${message.t}`);
  const tick = tradeTick({
    symbol: message.S,
    last: { price: decimalText(message.p), size: decimalText(message.s) },
    exchangeMs: at,
    // Trade ids are given by each exchange for itself: they order nothing across them.
    sequence: null,
  });
  return ok({ type: "tick", tick });
}

function controlOf(control: z.infer<typeof controlMessage>): AlpacaMessage {
  if (control.T === "success") return { type: "success", text: control.msg };
  if (control.T === "subscription") return { type: "subscribed" };
  return { type: "error", code: control.code, text: control.msg };
}

/** A JSON number as plain decimal text: never `1e-7`. */
export function decimalText(value: number): string {
  const text = String(value);
  if (!text.includes("e")) return text;
  return value.toFixed(18).replace(/\.?0+$/, "");
}

function malformed(what: string): Result<never, Fault> {
  return err({ code: "alpaca_malformed", message: `Alpaca sent ${what}` });
}
