import type { Row } from "../fields.ts";

/** Channel `balance_and_position`: cash, positions and the trades that moved them. */
export const balanceAndPositionFields = {
  pTime: "ms",
  eventType: "id",
  balData: { rows: { ccy: "id", cashBal: "decimal", uTime: "ms" } },
  posData: {
    rows: {
      posId: "id",
      tradeId: "text",
      instId: "id",
      instType: "text",
      mgnMode: "text",
      posSide: "=long|short|net",
      pos: "decimal",
      ccy: "text",
      posCcy: "text",
      avgPx: "decimal~",
      nonSettleAvgPx: "?decimal~",
      settledPnl: "?decimal~",
      uTime: "ms",
    },
  },
  trades: { rows: { instId: "id", tradeId: "id" } },
} as const;
export type BalanceAndPositionRow = Row<typeof balanceAndPositionFields>;
