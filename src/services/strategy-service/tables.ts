import type { Migration } from "#mesh";

export type StrategyRow = {
  tenant: string;
  strategy_id: string;
  version: number;
  /** Canonical JSON of what the caller wrote. */
  document: string;
  created_utc: string;
  updated_utc: string;
};

export type OrderStatus = "open" | "filled" | "rejected" | "cancelled";

export type OrderRow = {
  tenant: string;
  order_id: string;
  /** Counts the orders of all tenants in the order in which they came. */
  number: number;
  idempotency_key: string;
  request_sha256: string;
  strategy_id: string;
  symbol: string;
  side: "BUY" | "SELL";
  type: "market" | "limit";
  quantity: string;
  limit_price: string | null;
  time_in_force: "gtc" | "ioc";
  status: OrderStatus;
  reason: string | null;
  fill_price: string | null;
  /** Exchange time of the quote it filled against. */
  quote_ts_ms: number | null;
  quote_source: string | null;
  created_utc: string;
  updated_utc: string;
};

export type LedgerRow = { tenant: string; strategy_id: string; cash: string; started_cash: string };

export type PositionRow = {
  tenant: string;
  strategy_id: string;
  symbol: string;
  quantity: string;
  cost: string;
  realised: string;
};

/** Money and quantities are whole numbers of 10^-8 as text: they may pass 2^53. */
export type StrategyTables = {
  strategy_service_strategies: StrategyRow;
  strategy_service_orders: OrderRow;
  strategy_service_ledgers: LedgerRow;
  strategy_service_positions: PositionRow;
};

export const migrations: readonly Migration[] = [
  {
    id: "0001_strategies_and_paper",
    tables: [
      {
        name: "strategy_service_strategies",
        columns: {
          tenant: "text",
          strategy_id: "text",
          version: "integer",
          document: "text",
          created_utc: "text",
          updated_utc: "text",
        },
        key: ["tenant", "strategy_id"],
      },
      {
        name: "strategy_service_orders",
        columns: {
          tenant: "text",
          order_id: "text",
          number: "integer",
          idempotency_key: "text",
          request_sha256: "text",
          strategy_id: "text",
          symbol: "text",
          side: "text",
          type: "text",
          quantity: "text",
          limit_price: "text null",
          time_in_force: "text",
          status: "text",
          reason: "text null",
          fill_price: "text null",
          quote_ts_ms: "integer null",
          quote_source: "text null",
          created_utc: "text",
          updated_utc: "text",
        },
        key: ["tenant", "order_id"],
        indexes: [["status", "symbol", "number"], ["number"]],
        unique: [["tenant", "idempotency_key"]],
      },
      {
        name: "strategy_service_ledgers",
        columns: { tenant: "text", strategy_id: "text", cash: "text", started_cash: "text" },
        key: ["tenant", "strategy_id"],
      },
      {
        name: "strategy_service_positions",
        columns: {
          tenant: "text",
          strategy_id: "text",
          symbol: "text",
          quantity: "text",
          cost: "text",
          realised: "text",
        },
        key: ["tenant", "strategy_id", "symbol"],
      },
    ],
  },
];
