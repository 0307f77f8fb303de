import { err, type Fault, isoFromMillis, ok, type Result } from "#base";
import type { InputRef } from "#protocol";
import { defaultGammaConfig, type HedgeBook, type OptionChain } from "#strategies";
import { parseCboePage } from "./cboe-page.ts";
import type { Gather } from "./gathered.ts";
import { parseHedgeBook } from "./hedge-book.ts";
import { readInput } from "./input-file.ts";

/** `chains`: pages by underlying; `book`: what is held, or null when nobody says. */
export type GammaInputs = Readonly<{
  symbol: string;
  chains: ReadonlyMap<string, string>;
  book: string | null;
  replay: boolean;
}>;

/** Option chains and the book, from files that may be replaced between two cycles. */
export function gatherGamma({ symbol, chains, book, replay }: GammaInputs): Gather {
  return (nowMs) => {
    if (chains.size === 0) return missing("no option chain is configured: ASSAY_GAMMA_CHAINS");
    const read = readChains(chains, replay);
    if (!read.ok) return read;
    const held = readBook(book, nowMs);
    if (!held.ok) return held;
    const asOfMs = Math.max(...read.value.map(({ chain }) => chain.as_of_ms));
    const config = { ...defaultGammaConfig, symbol };
    const view = {
      now_ms: replay ? asOfMs : nowMs,
      chains: read.value.map(({ chain }) => chain),
      book: held.value?.book ?? null,
    };
    const inputs = read.value.map(({ ref }) => ref);
    return ok({
      view: view,
      config: config,
      inputs: held.value === null ? inputs : [...inputs, held.value.ref],
      symbol,
      genome: null,
    });
  };
}

type ReadChain = Readonly<{ chain: OptionChain; ref: InputRef }>;

function readChains(
  chains: ReadonlyMap<string, string>,
  replay: boolean,
): Result<readonly ReadChain[], Fault> {
  const read: ReadChain[] = [];
  for (const [underlying, path] of chains) {
    const input = readInput(path);
    if (!input.ok) return input;
    const chain = parseCboePage(input.value.text, underlying);
    if (!chain.ok) return err({ ...chain.fault, at: `${path}, ${chain.fault.at ?? ""}` });
    const name = `${replay ? "replay:" : ""}option_chain:${underlying}`;
    const as_of_utc = isoFromMillis(chain.value.as_of_ms);
    read.push({ chain: chain.value, ref: { name, sha256: input.value.sha256, as_of_utc } });
  }
  return ok(read);
}

type ReadBook = Readonly<{ book: HedgeBook; ref: InputRef }>;

function readBook(path: string | null, nowMs: number): Result<ReadBook | null, Fault> {
  if (path === null) return ok(null);
  const input = readInput(path);
  if (!input.ok) return input;
  const book = parseHedgeBook(input.value.text);
  if (!book.ok) return err({ ...book.fault, at: path });
  const as_of_utc = isoFromMillis(Math.floor(nowMs));
  return ok({
    book: book.value,
    ref: { name: "hedge_book", sha256: input.value.sha256, as_of_utc },
  });
}

function missing(message: string): Result<never, Fault> {
  return err({ code: "input_missing", message });
}
