import type { OrderAttempt, OrderParams, OrderState } from "#evidence";
import { type VenueSession } from "./session.ts";
/** What a caller wants placed. Sizes are tenths of a contract, so that sums are exact. */
export type PlaceOrder = Readonly<{
  tick: number | null;
  agent: string | null;
  scope: OrderAttempt["lifecycle_scope"];
  source: OrderAttempt["intent_source"];
  intentId: string;
  kind: string;
  side: "buy" | "sell";
  posSide: "long" | "short" | "net";
  type: OrderParams["order_type"];
  tenths: number;
  px: string | null;
  reduceOnly: boolean;
  oneShot: boolean;
  answer: Answer;
}>;
export type Answer =
  | Readonly<{
      type: "ack";
    }>
  | Readonly<{
      type: "reject";
      sCode: string;
      sMsg: string;
    }>
  | Readonly<{
      type: "timeout";
    }>
  | Readonly<{
      type: "refused";
      fence: string;
      reason: string;
    }>
  | Readonly<{
      type: "frozen";
      freezeId: string;
      reason: string;
    }>;
/** An order that the exchange took. */
export type VenueOrder = {
  readonly placed: PlaceOrder;
  readonly clOrdId: string;
  readonly ordId: string;
  readonly createdMs: number;
  filled: number;
  fees: number;
  state: OrderState;
};
/** Goes through the gate, the wire and the exchange, and records every step. */
export declare function place(session: VenueSession, wanted: PlaceOrder): VenueOrder | null;
export declare function cancel(session: VenueSession, order: VenueOrder): void;
/** One execution: a fill, its bill, and a look at the order. */
export declare function fill(
  session: VenueSession,
  order: VenueOrder,
  tenths: number,
  px: number,
): void;
/** A movement of the balance that no order caused. */
export declare function funding(session: VenueSession, amount: string): void;
export declare function sample(session: VenueSession, order: VenueOrder, lastTenths?: number): void;
/** A query that the exchange answers with "no such order". */
export declare function sampleNotFound(session: VenueSession, clOrdId: string): void;
/** `1.5` for 15 tenths. */
export declare function sizeText(tenths: number): string;
