import { moneyOf } from "./amounts.ts";

/** What one strategy holds of one symbol. A paper ledger holds no shorts. */
export type Position = Readonly<{
  quantity: bigint;
  /** Money that the open quantity cost. */
  cost: bigint;
  /** Money won or lost by what was closed. */
  realised: bigint;
}>;

export const noPosition: Position = { quantity: 0n, cost: 0n, realised: 0n };

export type PaperFill = Readonly<{ side: "BUY" | "SELL"; quantity: bigint; price: bigint }>;

export type LedgerState = Readonly<{ cash: bigint; position: Position }>;

export type LedgerRefusal = "paper_cash_insufficient" | "paper_position_insufficient";

/**
 * Books one fill. Invariant: cash plus the cost of everything held changes by exactly what was
 * realised. A cost that does not divide stays with the part that is still held.
 */
export function bookFill(
  state: LedgerState,
  { side, quantity, price }: PaperFill,
): Readonly<{ state: LedgerState; refused: LedgerRefusal | null }> {
  const { cash, position } = state;
  if (side === "BUY") {
    const paid = moneyOf(quantity, price, "up");
    if (paid > cash) return { state, refused: "paper_cash_insufficient" };
    const grown = {
      quantity: position.quantity + quantity,
      cost: position.cost + paid,
      realised: position.realised,
    };
    return { state: { cash: cash - paid, position: grown }, refused: null };
  }
  if (quantity > position.quantity) return { state, refused: "paper_position_insufficient" };
  const received = moneyOf(quantity, price, "down");
  const released = (position.cost * quantity) / position.quantity;
  const shrunk = {
    quantity: position.quantity - quantity,
    cost: position.cost - released,
    realised: position.realised + received - released,
  };
  return { state: { cash: cash + received, position: shrunk }, refused: null };
}
