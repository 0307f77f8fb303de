export const moneyPurposes = {
  /** Fees, and the remainders of rounding. */
  moneyFees: 0,
  /** Liquidation fees in, losses beyond an account's money out. */
  moneyInsurance: 1,
  /** The other side of realized profits: minus the cost of all open positions. */
  moneyClearing: 2,
  /** Cash of the outside market: what it was paid for spot, and its funding. */
  moneyOutside: 3,
  /** Minus everything that was ever paid in. */
  moneyIssued: 4,
} as const;
