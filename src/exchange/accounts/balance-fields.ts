export const balanceFields = {
  /** One row for each account and currency: float64 offsets. */
  balanceCash: 0,
  /** Reserved by resting spot orders. */
  balanceFrozen: 1,
  /** Initial margin of cross positions and their orders. */
  balanceInitial: 2,
  /** Initial margin of orders that would open isolated positions. */
  balanceIsolatedOrders: 3,
  /** Unrealized profit of cross positions at the mark. */
  balanceUnrealized: 4,
  /** Maintenance margin and liquidation fee of cross positions. */
  balanceRequired: 5,
  /** Sum of the margins of isolated positions. */
  balanceIsolated: 6,
  balanceUpdatedMs: 7,
  balanceNumbers: 8,
} as const;
