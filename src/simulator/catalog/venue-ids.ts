import { createStream } from "#base";

/** Kinds of numbered things; each has its own numbers. */
export type IdKind = "order" | "algo" | "bill" | "position" | "trade";

/**
 * The engine counts 1, 2, 3; the venue writes 19 digits beyond 2^53, as OKX does, so that a client
 * that reads ids as numbers shows itself. A text is a function of the venue's seed and the count,
 * and its order is the order of the counts.
 */
export type VenueIds = Readonly<{
  text: (kind: IdKind, count: number) => string;
  /**
   * The count of an id; null where this venue never made such a text. As a cursor a foreign id
   * still has a place in the order: `place` gives the greatest count that is not above it.
   */
  count: (kind: IdKind, text: string) => number | null;
  place: (kind: IdKind, text: string) => number;
}>;

export function createVenueIds(seed: number): VenueIds {
  const draws = createStream({ seed, stream: "sample", id: idStream });
  const prefixes = Object.fromEntries(
    kinds.map((kind) => [kind, `${1 + draws.below(8)}${pad(draws.below(10 ** 7), 7)}${0}`]),
  ) as Readonly<Record<IdKind, string>>;
  const tradeOffset = 100_000_000 + draws.below(900_000_000);

  function count(kind: IdKind, text: string): number | null {
    if (!/^\d{1,19}$/.test(text)) return null;
    if (kind === "trade") return positive(Number(text) - tradeOffset);
    const prefix = prefixes[kind];
    if (text.length !== idDigits || !text.startsWith(prefix)) return null;
    return positive(Number(text.slice(prefix.length)));
  }

  return {
    text: (kind, number) => {
      if (kind === "trade") return String(tradeOffset + number);
      return prefixes[kind] + pad(number, idDigits - prefixes[kind].length);
    },
    count,
    place: (kind, text) => {
      const own = count(kind, text);
      if (own !== null) return own;
      if (!/^\d+$/.test(text)) return 0;
      const first = kind === "trade" ? BigInt(tradeOffset) : BigInt(prefixes[kind].padEnd(19, "0"));
      return BigInt(text) > first ? Number.MAX_SAFE_INTEGER : 0;
    },
  };
}

const kinds: readonly IdKind[] = ["order", "algo", "bill", "position", "trade"];
const idDigits = 19;
/** Far from the ids that other users of this stream take. */
const idStream = 4_001;

function pad(value: number, digits: number): string {
  return String(value).padStart(digits, "0");
}

function positive(value: number): number | null {
  return Number.isSafeInteger(value) && value > 0 ? value : null;
}
