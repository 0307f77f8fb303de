import { isClientOrderId, isOrderTag } from "#okx";
import type { Floor } from "../floor/floor.ts";
import type { SingleHandlers } from "../rest/call.ts";
import { rejectToRefusal } from "../rest/reject-codes.ts";
import { refused, rows } from "../rest/reply.ts";
import { unknownInstrument } from "./order-writes.ts";
import { positionSide } from "./read-order.ts";

type PositionWrites = Pick<
  SingleHandlers,
  "close_position" | "cancel_all_after" | "account_rate_limit"
>;

export function createPositionWrites(floor: Floor, rateOf: RateOf): PositionWrites {
  return {
    close_position: (request, { caller }) => {
      const { clOrdId, tag = "", posSide, mgnMode, autoCxl } = request;
      const listing = floor.catalog.find(request.instId);
      if (listing === null) return unknownInstrument(floor, request.instId);
      if (clOrdId !== undefined && !isClientOrderId(clOrdId)) return refused("51000", "clOrdId");
      if (tag !== "" && !isOrderTag(tag)) return refused("51000", "tag");
      const outcome = floor.execute({
        type: "close_position",
        account: caller.account,
        instrument: listing.index,
        marginMode: mgnMode,
        positionSide: positionSide(posSide),
        tag: floor.tags.number(tag),
        ...(autoCxl === undefined ? {} : { autoCancel: autoCxl }),
        ...(clOrdId === undefined ? {} : { clientId: clOrdId }),
      });
      if (outcome.reject !== null) return rejectToRefusal(outcome.reject, "close");
      const side = posSide ?? "net";
      return rows([{ instId: listing.instId, posSide: side, clOrdId: clOrdId ?? "", tag }]);
    },

    // OKX takes 0 or 10 to 120 seconds. A tag has a timer of its own beside the account's.
    cancel_all_after: ({ timeOut, tag = "" }, { caller }) => {
      const seconds = Number(timeOut);
      const isInRange = seconds === 0 || (seconds >= 10 && seconds <= 120);
      if (!isInRange) return refused("51000", "timeOut");
      if (tag !== "" && !isOrderTag(tag)) return refused("51000", "tag");
      const nowMs = floor.nowMs();
      const outcome = floor.execute({
        type: "cancel_all_after",
        account: caller.account,
        timeoutMs: seconds * 1000,
        ...(tag === "" ? {} : { tag: floor.tags.number(tag) }),
      });
      if (outcome.reject !== null) return rejectToRefusal(outcome.reject, "other");
      const triggerTime = seconds === 0 ? "0" : String(nowMs + seconds * 1000);
      return rows([{ triggerTime, tag, ts: String(nowMs) }]);
    },

    account_rate_limit: (_request, { caller }) => {
      const limit = String(rateOf(caller.account));
      const ts = String(floor.nowMs());
      const noRatio = { fillRatio: "", mainFillRatio: "" };
      return rows([{ ...noRatio, accRateLimit: limit, nextAccRateLimit: limit, ts }]);
    },
  };
}

/** How many new and amended orders an account may send in two seconds. */
export type RateOf = (account: number) => number;
