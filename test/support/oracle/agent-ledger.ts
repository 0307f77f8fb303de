import assert from "node:assert/strict";

/** One agent with its own books, in whole micro-units and lots. */
export type AgentLedger = {
  readonly id: number;
  readonly parentId: number | null;
  readonly generation: number;
  readonly lineage: number;
  readonly bornTick: number;
  readonly initial: bigint;
  base: bigint;
  given: bigint;
  cash: bigint;
  lots: bigint;
  order: bigint;
  fees: bigint;
  funding: bigint;
  living: bigint;
  flow: bigint;
  cashBeforePosition: bigint;
  openedLong: number;
  openedShort: number;
  closed: number;
  wins: number;
  partials: number;
  unfilled: number;
  children: number;
  asleep: boolean;
  /** Lots that the tick's liquidation closed; 0 = none happened. */
  liquidatedLots: bigint;
  mayNotSplit: boolean;
};

/** What one bar charges and pays. */
export type OracleBar = Readonly<{
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  /** Most lots that one order may take. */
  cap: bigint;
  halfSpread: number;
  /** Price moved by the square root of so many lots. */
  impact: number;
  /** Rate due in parts per billion; 0 = none. */
  fundingPpb: number;
}>;

export type OracleRates = Readonly<{
  microPerLotTick: bigint;
  takerFeePpm: number;
  /** Maintenance by position size, ascending. */
  tiers: readonly Readonly<{ maxLots: bigint; ppm: number }>[];
}>;

export function newLedger(
  birth: Pick<AgentLedger, "id" | "parentId" | "generation" | "lineage" | "bornTick">,
  capital: bigint,
): AgentLedger {
  return {
    ...birth,
    initial: capital,
    base: capital,
    given: 0n,
    cash: capital,
    lots: 0n,
    order: 0n,
    fees: 0n,
    funding: 0n,
    living: 0n,
    flow: 0n,
    cashBeforePosition: 0n,
    openedLong: 0,
    openedShort: 0,
    closed: 0,
    wins: 0,
    partials: 0,
    unfilled: 0,
    children: 0,
    asleep: true,
    liquidatedLots: 0n,
    mayNotSplit: false,
  };
}

function valueAt(agent: AgentLedger, rates: OracleRates, price: number): bigint {
  return agent.lots * rates.microPerLotTick * BigInt(price);
}

export function equityAt(agent: AgentLedger, rates: OracleRates, price: number): bigint {
  return agent.cash + valueAt(agent, rates, price);
}

/** A positive rate is paid by longs to shorts, on the value at the open. */
export function payFunding(agent: AgentLedger, rates: OracleRates, bar: OracleBar): void {
  if (agent.lots === 0n || bar.fundingPpb === 0) return;
  const value = valueAt(agent, rates, bar.open);
  const exact = floorDivide(-value * BigInt(bar.fundingPpb), 1000000000n);
  const written = BigInt(Math.floor(-Number(value) * (bar.fundingPpb / 1000000000)));
  assert.ok(exact - written === 0n || exact - written === 1n, "funding rounds against the agent");
  agent.cash += written;
  agent.funding -= written;
}

/** Yesterday's order meets today's open: all of it, a part, or nothing. */
export function fillOrder(agent: AgentLedger, rates: OracleRates, bar: OracleBar): void {
  const { order } = agent;
  agent.order = 0n;
  if (order === 0n) return;
  const size = order > 0n ? order : -order;
  const filled = size < bar.cap ? size : bar.cap;
  if (filled === 0n) {
    agent.unfilled += 1;
    return;
  }
  if (filled < size) agent.partials += 1;
  const away = bar.halfSpread + bar.impact * Math.sqrt(Number(filled));
  const exact = order > 0n ? bar.open + away : bar.open - away;
  // Sums of three floats depend on their order; the written one is open, spread, impact.
  const push = bar.impact * Math.sqrt(Number(filled));
  const price =
    order > 0n
      ? Math.ceil(bar.open + bar.halfSpread + push)
      : Math.max(Math.floor(bar.open - bar.halfSpread - push), 1);
  assert.ok(order > 0n ? price > exact - 1e-6 : price < exact + 1e-6 || price === 1);
  trade(agent, rates, order > 0n ? filled : -filled, price);
}

/** Within the maintenance margin at the worst price of the bar, the position is closed there. */
export function liquidate(agent: AgentLedger, rates: OracleRates, bar: OracleBar): void {
  if (agent.lots === 0n) return;
  const worst = agent.lots > 0n ? bar.low : bar.high;
  const gross = absolute(valueAt(agent, rates, worst));
  const size = absolute(agent.lots);
  const tier = rates.tiers.find(({ maxLots }) => size <= maxLots) ?? rates.tiers.at(-1);
  const margin = Number(gross) * ((tier?.ppm ?? 0) / 1000000);
  if (Number(equityAt(agent, rates, worst)) > margin) return;
  agent.liquidatedLots = agent.lots;
  trade(agent, rates, -agent.lots, worst);
}

/** The world's own closing: at the close of the bar, whatever its volume. */
export function closeOut(agent: AgentLedger, rates: OracleRates, bar: OracleBar): void {
  if (agent.lots === 0n) return;
  const push = bar.impact * Math.sqrt(Number(absolute(agent.lots)));
  const price =
    agent.lots > 0n
      ? Math.max(Math.floor(bar.close - bar.halfSpread - push), 1)
      : Math.ceil(bar.close + bar.halfSpread + push);
  trade(agent, rates, -agent.lots, price);
}

function trade(agent: AgentLedger, rates: OracleRates, lots: bigint, price: number): void {
  const value = lots * rates.microPerLotTick * BigInt(price);
  const fee = feeOn(absolute(value), rates.takerFeePpm);
  const wasFlat = agent.lots === 0n;
  if (wasFlat) {
    agent.cashBeforePosition = agent.cash;
    if (lots > 0n) agent.openedLong += 1;
    else agent.openedShort += 1;
  }
  agent.lots += lots;
  agent.cash -= value + fee;
  agent.flow -= value;
  agent.fees += fee;
  if (!wasFlat && agent.lots === 0n) {
    agent.closed += 1;
    if (agent.cash > agent.cashBeforePosition) agent.wins += 1;
  }
}

function feeOn(gross: bigint, ppm: number): bigint {
  const exact = -floorDivide(-gross * BigInt(ppm), 1000000n);
  const written = BigInt(Math.ceil(Number(gross) * (ppm / 1000000)));
  assert.ok(written - exact === 0n || written - exact === 1n, "fees round against the agent");
  return written;
}

function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value % by < 0n ? quotient - 1n : quotient;
}

function absolute(value: bigint): bigint {
  return value < 0n ? -value : value;
}
