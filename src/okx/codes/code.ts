/**
 * A code that OKX answers: the status of the answer that carries it (0: WebSocket only), what kind
 * of no it is, and the meaning. `{0}` and `{1}` stand for what the venue names.
 */
export type CodeRow = readonly [code: string, http: number, kind: CodeKind, message: string];

/**
 * - done: the request was carried out (code 1 and 2: look at each entry).
 * - transport: the venue could not handle it now; isOutcomeUnsure tells whether it may have.
 * - rate: too many requests; nothing was done.
 * - permission: this key or account may not.
 * - mode: the account is in the wrong mode or state for it.
 * - parameter: the request is wrong.
 * - instrument: the instrument does not exist or does not trade.
 * - funds: margin or balance does not suffice.
 * - liquidity: nothing to trade against within the bounds.
 * - missing: what was asked for is not there.
 * - rejected: the venue refuses for another reason.
 */
export type CodeKind =
  | "done"
  | "transport"
  | "rate"
  | "permission"
  | "mode"
  | "parameter"
  | "instrument"
  | "funds"
  | "liquidity"
  | "missing"
  | "rejected";
