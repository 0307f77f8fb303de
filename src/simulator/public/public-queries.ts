import type { Listing } from "../catalog/listing.ts";
import type { FaultInjector } from "../faults/injector.ts";
import type { Floor } from "../floor/floor.ts";
import type { SingleHandlers } from "../rest/call.ts";
import { refused, rows } from "../rest/reply.ts";
import { ppmText } from "../text/decimal-text.ts";
import { unknownInstrument } from "../trade/order-writes.ts";

type PublicQueries = Pick<
  SingleHandlers,
  "time" | "status" | "instruments" | "position_tiers" | "price_limit"
>;

export type PublicParts = Readonly<{
  floor: Floor;
  faults: FaultInjector;
  openedMs: number;
  /** How far off the clock is that clients are shown. */
  skewMs: () => number;
}>;

/** What the venue says about itself and its instruments. */
export function createPublicQueries(parts: PublicParts): PublicQueries {
  const { floor, skewMs } = parts;
  const { catalog, exchange } = floor;

  return {
    time: () => rows([{ ts: String(floor.nowMs() + skewMs()) }]),

    status: ({ state }) => {
      const since = maintenanceSince(parts);
      if (since === null || (state !== undefined && state !== "ongoing")) return rows([]);
      return rows([{ ...maintenanceRow, begin: String(since), ts: String(floor.nowMs()) }]);
    },

    instruments: ({ instType, instId, instFamily, uly }) => {
      const family = instFamily ?? uly;
      const found = catalog.rows.filter(
        (row) =>
          row.instType === instType &&
          (instId === undefined || row.instId === instId) &&
          (family === undefined || row.instFamily === family),
      );
      return found.length === 0 && instId !== undefined ? refused("51001") : rows(found);
    },

    position_tiers: ({ instType, instId, instFamily, uly, tier }) => {
      if (instType !== "SWAP") return rows([]);
      const family = instFamily ?? uly;
      if (family === undefined && instId === undefined) return refused("50015", "uly", "instId");
      const meant = catalog.listings.filter(
        (listing) =>
          listing.instType === "SWAP" &&
          (family === undefined || family.split(",").includes(listing.family)) &&
          (instId === undefined || instId.split(",").includes(listing.instId)),
      );
      const found = meant.flatMap(tierRows);
      return rows(found.filter((row) => tier === undefined || row.tier === tier));
    },

    price_limit: ({ instId }) => {
      const listing = catalog.find(instId);
      if (listing === null) return unknownInstrument(floor, instId);
      const band = exchange.priceBand(listing.index);
      return rows([
        {
          instType: listing.instType,
          instId,
          buyLmt: band === null ? "" : listing.priceText(band.high),
          sellLmt: band === null ? "" : listing.priceText(band.low),
          ts: String(floor.nowMs()),
          enabled: band !== null,
        },
      ]);
    },
  };
}

type TierRow =
  ReturnType<SingleHandlers["position_tiers"]> extends infer Reply
    ? Reply extends Readonly<{ type: "rows"; rows: readonly (infer Row)[] }>
      ? Row
      : never
    : never;

function tierRows({ spec, family, sizeText }: Listing): readonly TierRow[] {
  return spec.tiers.map(({ maxLots, mmrPpm, imrPpm, maxLeverageCenti }, index) => ({
    uly: family,
    instFamily: family,
    instId: "",
    tier: String(index + 1),
    minSz: sizeText(index === 0 ? 0 : (spec.tiers[index - 1]?.maxLots ?? 0)),
    maxSz: sizeText(maxLots),
    mmr: ppmText(mmrPpm),
    imr: ppmText(imrPpm),
    maxLever: String(maxLeverageCenti / 100),
    optMgnFactor: "0",
    quoteMaxLoan: "",
    baseMaxLoan: "",
  }));
}

/** Since when the plan says that the venue is being worked on; null while it is not. */
function maintenanceSince({ floor, faults, openedMs }: PublicParts): number | null {
  if (!faults.has("maintenance")) return null;
  const sinceMs = floor.nowMs() - openedMs;
  for (const { match, fault } of faults.plan().rules) {
    if (fault.kind !== "maintenance") continue;
    // A rule that picks single requests out is a refusal of those, and no time of maintenance.
    const { nth, every, probability } = match;
    if (nth !== undefined || every !== undefined || probability !== undefined) continue;
    const from = match.from_ms ?? 0;
    if (sinceMs >= from && sinceMs < (match.to_ms ?? Number.POSITIVE_INFINITY)) {
      return openedMs + from;
    }
  }
  return null;
}

const maintenanceRow = {
  title: "Maintenance of the simulated venue",
  state: "ongoing",
  end: "",
  preOpenBegin: "",
  href: "",
  serviceType: "5",
  system: "unified",
  scheDesc: "",
  maintType: "1",
  env: "2",
} as const;
