import { exp, ln } from "#base";
import { rootTwoPiInverse } from "./black-scholes.ts";
import type { ContractGreeks } from "./contract-greeks.ts";
import { crossingPoint, type Point, signChanges } from "./sign-change.ts";

/** A contract as the repricing sees it; `weight` is sign * open interest * 100. */
export type RepricedContract = Readonly<{ greeks: ContractGreeks; weight: number }>;

export type RepricedZero = Readonly<{
  /** The spot at which net gamma is zero; of several the nearest to the present spot. */
  level: number | null;
  level_reason: "no_volatility" | "no_sign_change_within_span" | null;
  crossings: number;
}>;

/** Beyond this many deviations the density is below 1e-18 of its height. */
const reach = 9;
const halvings = 40;

/**
 * Zero-gamma level by pricing every contract's gamma again at each spot of a grid, volatilities
 * held by strike, and halving the step in which the net changes its sign.
 */
export function repricedZero(
  contracts: readonly RepricedContract[],
  grid: Readonly<{ spot: number; span: number; step: number }>,
): RepricedZero {
  const netAt = netGammaCurve(contracts);
  if (netAt === null) return { level: null, level_reason: "no_volatility", crossings: 0 };
  const { spot, span, step } = grid;
  const steps = Math.floor(span / step + 1e-9);
  const points: Point[] = [];
  for (let index = -steps; index <= steps; index += 1) {
    const x = spot * (1 + index * step);
    if (x > 0) points.push({ x, y: netAt(x) });
  }
  const crossings = signChanges(points);
  let nearest: Crossing | null = null;
  for (const crossing of crossings) {
    if (nearest === null || distance(crossing, spot) < distance(nearest, spot)) nearest = crossing;
  }
  if (nearest === null) {
    return { level: null, level_reason: "no_sign_change_within_span", crossings: 0 };
  }
  return { level: halve(nearest, netAt), level_reason: null, crossings: crossings.length };
}

type Crossing = ReturnType<typeof signChanges>[number];
type Curve = (spot: number) => number;

function distance(crossing: Crossing, spot: number): number {
  return Math.abs(crossingPoint(crossing) - spot);
}

function halve({ from, to }: Crossing, netAt: Curve): number {
  let [low, high] = [from.x, to.x];
  const isLowAbove = from.y > 0;
  for (let step = 0; step < halvings; step += 1) {
    const middle = low + (high - low) / 2;
    if (netAt(middle) > 0 === isLowAbove) low = middle;
    else high = middle;
  }
  return low + (high - low) / 2;
}

/**
 * Net dollar gamma as a function of the spot. With gamma = e^-qT phi(d1) / (S v sqrt T), the
 * factor S of the exposure cancels: each contract adds weight * e^-qT phi(d1) / (v sqrt T).
 */
function netGammaCurve(contracts: readonly RepricedContract[]): Curve | null {
  const parts: Part[] = [];
  for (const { greeks, weight } of contracts) {
    if (greeks.volatility === null || weight === 0) continue;
    const { years, rate, dividend, strike } = greeks.terms;
    const { volatility } = greeks;
    const width = volatility * Math.sqrt(years);
    const drift = (rate - dividend + (volatility * volatility) / 2) * years;
    const height = (weight * exp(-dividend * years) * rootTwoPiInverse) / width;
    parts.push({ shift: ln(strike) - drift, width, height });
  }
  if (parts.length === 0) return null;
  return (spot) => {
    const logSpot = ln(spot);
    let net = 0;
    for (const { shift, width, height } of parts) {
      const d1 = (logSpot - shift) / width;
      if (d1 > reach || d1 < -reach) continue;
      net += height * exp((-d1 * d1) / 2);
    }
    return net;
  };
}

type Part = Readonly<{ shift: number; width: number; height: number }>;
