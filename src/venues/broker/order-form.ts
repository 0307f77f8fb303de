import type { NewOrder, VenueInstrument } from "../port.ts";
import { isMultiple, readUnits } from "./decimal-units.ts";
import type { Refusal } from "./fences.ts";

/** What the exchange would refuse by its form alone, in the words of the taxonomy. */
export function formRefusal(
  order: Pick<NewOrder, "ordType" | "px" | "sz">,
  instrument: VenueInstrument | null,
): Refusal | null {
  const reason = wrongForm(order, instrument);
  return reason === null ? null : { fence: "fence_order_form", reason };
}

function wrongForm(
  { ordType, px, sz }: Pick<NewOrder, "ordType" | "px" | "sz">,
  instrument: VenueInstrument | null,
): string | null {
  if (instrument === null) return "instrument_not_allowed";
  if (instrument.state !== "live") return "instrument_not_live";
  const [lot, least, tick] = [instrument.lotSz, instrument.minSz, instrument.tickSz].map(readUnits);
  const size = readUnits(sz);
  if (size === null || size <= 0n) return "param_invalid";
  if (lot === null || least === null || lot === undefined || least === undefined) {
    return "instrument_invalid";
  }
  if (!isMultiple(size, lot) || size < least) return "lot_size_invalid";
  if (ordType === "market") return px === null ? null : "param_invalid";
  const price = px === null ? null : readUnits(px);
  if (price === null || price <= 0n) return "param_invalid";
  return tick === null || tick === undefined || !isMultiple(price, tick)
    ? "tick_size_invalid"
    : null;
}
