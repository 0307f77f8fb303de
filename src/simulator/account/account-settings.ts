import { parseDecimal } from "#base";
import type { MarginMode, PositionSide } from "#exchange";
import type { RowByEndpoint } from "#okx";
import type { Listing } from "../catalog/listing.ts";
import type { Floor } from "../floor/floor.ts";
import type { SingleHandlers } from "../rest/call.ts";
import { rejectToRefusal } from "../rest/reject-codes.ts";
import { refused, rows } from "../rest/reply.ts";
import { scaledText } from "../text/decimal-text.ts";
import { unknownInstrument } from "../trade/order-writes.ts";

type AccountSettings = Pick<SingleHandlers, "leverage_info" | "set_leverage" | "set_position_mode">;
type LeverageRow = RowByEndpoint["leverage_info"];

/** Leverage by instrument and margin mode, and whether positions are held net or both ways. */
export function createAccountSettings(floor: Floor): AccountSettings {
  const { exchange, catalog } = floor;

  function leverageRows(
    listing: Listing,
    account: number,
    marginMode: "cross" | "isolated",
    sides: readonly PositionSide[],
  ): readonly LeverageRow[] {
    const { index: instrument, instId } = listing;
    return sides.map((positionSide) => {
      const key = { account, instrument, marginMode, positionSide };
      const lever = scaledText(exchange.leverageCenti(key), 2);
      return { instId, ccy: "", mgnMode: marginMode, posSide: positionSide, lever };
    });
  }

  function sidesOf(account: number): readonly PositionSide[] {
    return exchange.account(account)?.positionMode === "long_short" ? ["long", "short"] : ["net"];
  }

  return {
    leverage_info: ({ instId, mgnMode }, { caller }) => {
      if (instId === undefined) return refused("50014", "instId");
      const found: LeverageRow[] = [];
      for (const id of instId.split(",")) {
        const listing = catalog.find(id);
        if (listing === null) return unknownInstrument(floor, id);
        if (listing.instType === "SPOT") return refused("54000");
        const { account } = caller;
        found.push(...leverageRows(listing, account, mgnMode, sidesOf(account)));
      }
      return rows(found);
    },

    set_leverage: ({ instId, lever, mgnMode, posSide }, { caller }) => {
      if (instId === undefined) return refused("50014", "instId");
      const listing = catalog.find(instId);
      if (listing === null) return unknownInstrument(floor, instId);
      if (listing.instType === "SPOT") return refused("54000");
      const centi = parseDecimal(lever, 2);
      if (!centi.ok || centi.value <= 0) return refused("51000", "lever");
      const { account } = caller;
      const positionSide = leverageSide(mgnMode, posSide, sidesOf(account));
      if (positionSide === null) return refused("51000", "posSide");
      const outcome = floor.execute({
        type: "set_leverage",
        account,
        instrument: listing.index,
        marginMode: mgnMode,
        positionSide,
        leverageCenti: centi.value,
      });
      if (outcome.reject !== null) return rejectToRefusal(outcome.reject, "leverage");
      const shown = mgnMode === "isolated" ? [positionSide] : sidesOf(account);
      return rows(leverageRows(listing, account, mgnMode, shown));
    },

    set_position_mode: ({ posMode }, { caller }) => {
      const outcome = floor.execute({
        type: "set_position_mode",
        account: caller.account,
        positionMode: posMode === "net_mode" ? "net" : "long_short",
      });
      if (outcome.reject !== null) return rejectToRefusal(outcome.reject, "mode");
      return rows([{ posMode }]);
    },
  };
}

/** Where isolated is held both ways the side must be named; elsewhere it does not matter. */
function leverageSide(
  marginMode: MarginMode,
  named: PositionSide | undefined,
  sides: readonly PositionSide[],
): PositionSide | null {
  if (sides.length === 1) return named === undefined || named === "net" ? "net" : null;
  if (marginMode === "cross") return "long";
  return named === "long" || named === "short" ? named : null;
}
