import type { Command } from "commander";
import { err, type Fault, ok, parseDecimal, type Result } from "#base";
import { barInterval, type OneShotAction, type OrderStyle, type VenueRunConfig } from "#execution";
import type { VenueLibrary } from "#venues";
import { parseCount, parseMicro, parsePpm } from "./quantities.ts";

/** What a run at a venue was told on the command line, as it was typed. */
export type VenueConfigOptions = Readonly<{
  library: string;
  instrument: string;
  bar?: string | undefined;
  tickSeconds?: string | undefined;
  ticks: string;
  oneShotTick?: string | undefined;
  oneShotAction: string;
  minAgents: string;
  maxAgents: string;
  capitalPerAgent: string;
  allocationRatio: string;
  leverage: string;
  orderStyle: string;
  orderLifetime?: string | undefined;
  poll?: string | undefined;
  stp: string;
  flatten: boolean;
  shutdownFlatten: boolean;
  maxMarketAge: string;
  tolerance: string;
  sharedAccount: boolean;
}>;

const group = "World of the agents:";
const ordersGroup = "Orders:";

/** Adds what becomes the recorded configuration of the run. */
export function addVenueConfig(command: Command): Command {
  return command
    .optionsGroup(group)
    .option("--instrument <id>", "what to trade", "BTC-USDT-SWAP")
    .option("--bar <name>", "bars to decide on, in the venue's words: 1m (default), 15m, 1H")
    .option("--ticks <n>", "decisions of each agent", "60")
    .option("--tick-seconds <n>", "decide this often instead of at every closed bar")
    .option("--max-agents <n>", "at most so many genomes of the snapshot", "100")
    .option("--min-agents <n>", "fewer are no run", "1")
    .option("--capital-per-agent <amount>", "of the account's equity, in its currency", "1000")
    .option("--allocation-ratio <ratio>", "share of the equity that agents may have", "0.8")
    .option("--leverage <ratio>", "notional over equity that a full signal asks for", "3")
    .option("--one-shot-tick <n>", "from this tick on, force one order for the one-shot proof")
    .option("--one-shot-action <word>", "open_long, open_short or close_to_flat", "open_long")
    .optionsGroup(ordersGroup)
    .option("--library <name>", "direct, okx_sdk or ccxt", "direct")
    .option("--order-style <word>", "market, limit (may take) or passive (never takes)", "limit")
    .option("--order-lifetime <s>", "how long an order may rest (default: half a tick)")
    .option("--poll <s>", "time between two looks at resting orders (default: 1)")
    .option("--stp <word>", "cancel_maker, cancel_taker, cancel_both or netting", "cancel_maker")
    .option("--no-flatten", "refuse an account in use; without the flatten step 93 cannot pass")
    .option("--shutdown-flatten", "close what is held when the run ends", false)
    .option("--max-market-age <s>", "older market data stops orders", "30")
    .option("--tolerance <amount>", "unexplained money beyond it freezes the run", "1")
    .option("--shared-account", "others trade on the account too", false);
}

/** What holds where nothing was typed. */
export type VenueConfigDefaults = Readonly<{
  bar: string;
  /** Looks at resting orders by how long they may rest. */
  pollMs: (lifetimeMs: number) => number;
}>;

export const networkDefaults: VenueConfigDefaults = { bar: "1m", pollMs: () => 1000 };

/** Reads every option; the fault names the one that is wrong. */
export function readVenueConfig(
  options: VenueConfigOptions,
  defaults: VenueConfigDefaults = networkDefaults,
): Result<VenueRunConfig, Fault> {
  const words = readWords(options);
  if (!words.ok) return words;
  const numbers = readNumbers(options);
  if (!numbers.ok) return numbers;
  const oneShot = readOneShot(options);
  if (!oneShot.ok) return oneShot;
  const bar = options.bar ?? defaults.bar;
  const interval = named("--bar", barInterval(bar));
  if (!interval.ok) return interval;
  const { lifetimeMs, pollMs, tickSeconds, ...counts } = numbers.value;
  const everyMs = tickSeconds === null ? interval.value : tickSeconds * 1000;
  const orderLifetimeMs = lifetimeMs ?? Math.floor(everyMs / 2);
  return ok({
    instId: options.instrument,
    bar,
    ...words.value,
    ...counts,
    tickSeconds,
    oneShot: oneShot.value,
    marginMode: "cross",
    orderLifetimeMs,
    pollMs: pollMs ?? defaults.pollMs(orderLifetimeMs),
    startupFlatten: options.flatten,
    shutdownFlatten: options.shutdownFlatten,
    exclusiveAccount: !options.sharedAccount,
    pageLimit: 100,
    bookDepth: 5,
  });
}

type Words = Pick<VenueRunConfig, "library" | "orderStyle" | "selfTrade">;

const libraries: readonly VenueLibrary[] = ["direct", "okx_sdk", "ccxt"];
const styles: readonly OrderStyle[] = ["market", "limit", "passive"];
const stpModes = ["cancel_maker", "cancel_taker", "cancel_both"] as const;
const actions: readonly OneShotAction[] = ["open_long", "open_short", "close_to_flat"];

function readWords(options: VenueConfigOptions): Result<Words, Fault> {
  const library = oneOf("--library", options.library, libraries);
  if (!library.ok) return library;
  const orderStyle = oneOf("--order-style", options.orderStyle, styles);
  if (!orderStyle.ok) return orderStyle;
  const words = { library: library.value, orderStyle: orderStyle.value };
  if (options.stp === "netting") return ok({ ...words, selfTrade: { policy: "netting" } });
  const stp = oneOf("--stp", options.stp, stpModes);
  return stp.ok ? ok({ ...words, selfTrade: { policy: "stp", mode: stp.value } }) : stp;
}

type Numbers = Readonly<
  Pick<
    VenueRunConfig,
    | "ticks"
    | "tickSeconds"
    | "minAgents"
    | "maxAgents"
    | "capitalPerAgentMicro"
    | "allocationRatioPpm"
    | "maxLeveragePpm"
    | "maxMarketAgeMs"
    | "toleranceMicro"
  > & { lifetimeMs: number | null; pollMs: number | null }
>;

function readNumbers(options: VenueConfigOptions): Result<Numbers, Fault> {
  let wrong: Fault | null = null;
  /** Goes on after the first fault with a number that nobody will use. */
  const read = (option: string, result: Result<number, Fault>): number => {
    if (result.ok) return result.value;
    wrong ??= { ...result.fault, at: option };
    return 0;
  };
  const upTo = (max: number) => ({ min: 1, max });
  const { tickSeconds, orderLifetime, poll } = options;
  const numbers: Numbers = {
    ticks: read("--ticks", parseCount(options.ticks, upTo(1_000_000))),
    tickSeconds:
      tickSeconds === undefined
        ? null
        : read("--tick-seconds", parseCount(tickSeconds, upTo(31_536_000))),
    minAgents: read("--min-agents", parseCount(options.minAgents, upTo(1000))),
    maxAgents: read("--max-agents", parseCount(options.maxAgents, upTo(1000))),
    capitalPerAgentMicro: read("--capital-per-agent", parseMicro(options.capitalPerAgent)),
    allocationRatioPpm: read("--allocation-ratio", parsePpm(options.allocationRatio)),
    maxLeveragePpm: read("--leverage", parsePpm(options.leverage)),
    lifetimeMs:
      orderLifetime === undefined ? null : read("--order-lifetime", parseSeconds(orderLifetime)),
    pollMs: poll === undefined ? null : read("--poll", parseSeconds(poll)),
    maxMarketAgeMs: read("--max-market-age", parseSeconds(options.maxMarketAge)),
    toleranceMicro: read("--tolerance", parseMicro(options.tolerance)),
  };
  return wrong === null ? ok(numbers) : err(wrong);
}

function readOneShot(options: VenueConfigOptions): Result<VenueRunConfig["oneShot"], Fault> {
  if (options.oneShotTick === undefined) return ok(null);
  const tick = named("--one-shot-tick", parseCount(options.oneShotTick, { min: 1, max: 1e6 }));
  if (!tick.ok) return tick;
  const action = oneOf("--one-shot-action", options.oneShotAction, actions);
  return action.ok ? ok({ tick: tick.value, action: action.value }) : action;
}

/** `0.5`: seconds as milliseconds. */
export function parseSeconds(text: string): Result<number, Fault> {
  const read = parseDecimal(text, 3);
  if (read.ok && read.value > 0) return read;
  const message = `expected seconds like 30 or 0.5, got "${text}"`;
  return err({ code: "seconds_malformed", message });
}

function oneOf<Word extends string>(
  option: string,
  text: string,
  words: readonly Word[],
): Result<Word, Fault> {
  const word = words.find((each) => each === text);
  if (word !== undefined) return ok(word);
  const message = `expected ${words.join(", ")}, got "${text}"`;
  return err({ code: "option_malformed", message, at: option });
}

function named<T>(option: string, result: Result<T, Fault>): Result<T, Fault> {
  return result.ok ? result : err({ ...result.fault, at: option });
}
