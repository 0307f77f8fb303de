import type { ExchangeEvent, PositionView } from "#exchange";

/** A position that was closed, as `positions-history` tells of it. */
export type ClosedPosition = Readonly<{
  /** As it was when the last lot went. */
  last: PositionView;
  /** As it was just before. */
  before: PositionView;
  /** The largest it ever was, and all that was ever closed of it, in lots. */
  maxLots: number;
  closedLots: number;
  liquidated: boolean;
}>;

/** Follows positions from the engine's events; the engine forgets one when it is closed. */
export type ClosedPositions = Readonly<{
  hear: (events: readonly ExchangeEvent[]) => void;
  /** Newest first. */
  of: (account: number) => readonly ClosedPosition[];
}>;

type Open = { seen: PositionView; maxLots: number; closedLots: number; liquidated: boolean };

const keptPerAccount = 10_000;

export function createClosedPositions(): ClosedPositions {
  const openById = new Map<number, Open>();
  const closedByAccount = new Map<number, ClosedPosition[]>();

  function hearPosition(position: PositionView): void {
    const open = openById.get(position.id);
    if (open === undefined) {
      const maxLots = Math.abs(position.lots);
      if (maxLots > 0) {
        openById.set(position.id, { seen: position, maxLots, closedLots: 0, liquidated: false });
      }
      return;
    }
    const shrunk = Math.abs(open.seen.lots) - Math.abs(position.lots);
    if (shrunk > 0) open.closedLots += shrunk;
    open.maxLots = Math.max(open.maxLots, Math.abs(position.lots));
    if (position.lots === 0) close(open, position);
    else open.seen = position;
  }

  function close({ seen, maxLots, closedLots, liquidated }: Open, last: PositionView): void {
    openById.delete(last.id);
    const closed = closedByAccount.get(last.account) ?? [];
    closed.unshift({ last, before: seen, maxLots, closedLots, liquidated });
    if (closed.length > keptPerAccount) closed.pop();
    closedByAccount.set(last.account, closed);
  }

  return {
    hear: (events) => {
      for (const event of events) {
        if (event.type === "liquidation") {
          const open = openById.get(event.positionId);
          if (open !== undefined) open.liquidated = true;
        } else if (event.type === "position") {
          hearPosition(event.position);
        }
      }
    },
    of: (account) => closedByAccount.get(account) ?? [],
  };
}
