export const commandFields = {
  /**
   * A command of the hot interface is one row of float64 numbers: sixteen words, of which each kind
   * uses some. Names of sides, types and modes are the numbers of codes.ts.
   */
  commandWidth: 16,
  commandKind: 0,
  commandTimeMs: 1,
  commandAccount: 2,
  commandMarket: 3,
  commandSide: 4,
  commandType: 5,
  /** 0 where there is no price. */
  commandTicks: 6,
  commandLots: 7,
  commandMode: 8,
  commandPositionSide: 9,
  commandReduceOnly: 10,
  /** -1: the account's. */
  commandStp: 11,
  commandClientKey: 12,
  commandTag: 13,
  /** Money: a quote size, a transfer, a margin change; a rate; a timeout. */
  commandUnits: 14,
  /** An order or algo id; a currency. */
  commandTarget: 15,
} as const;

export const commandKinds = {
  kindOpenAccount: 1, // type: position mode, stp
  kindTransfer: 2, // target: currency, units
  kindPlace: 3,
  kindAmend: 4, // target, ticks or 0, lots or 0, reduceOnly: cancel on fail
  kindCancel: 5, // target
  kindCancelAll: 6, // market or -1
  kindCancelAllAfter: 7, // units: timeout in ms, tag or 0
  kindClosePosition: 8, // reduceOnly: cancel closing orders first
  kindSetLeverage: 9, // units: leverage in hundredths
  kindSetPositionMode: 10, // type
  kindSetStpMode: 11, // stp
  kindAdjustMargin: 12, // units
  kindSetMark: 13, // ticks
  kindSettleFunding: 14, // units: rate in 10^-12
  /** One level of the outside market. */
  kindOutsideLevel: 15,
  kindOutsidePrint: 16,
  kindTick: 17,
  kindSetState: 18, // type: 1 live, 0 suspend
} as const;
