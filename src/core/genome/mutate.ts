import { exp, normalInverse, type Stream } from "#base";

export type Mutation = Readonly<{
  /** Loci changed, in parts per million. */
  rate: number;
  /** Learning rate of sigma itself. */
  tau: number;
  /** The parent's step size. */
  sigma: number;
}>;

const smallestSigma = 0.02;
const largestSigma = 1;

/**
 * Writes the child's genes: few loci move, by large steps. The step size is inherited and changes
 * by exp(tau N(0,1)) before it is used (log-normal self-adaptation, Schwefel). Always the same
 * number of draws: two a gene and one for sigma.
 */
export function mutate(
  parent: Float32Array,
  { rate, tau, sigma }: Mutation,
  stream: Stream,
  into: Float32Array,
): Readonly<{ sigma: number; loci: number }> {
  const stepped = sigma * exp(tau * stream.gaussian());
  const childSigma = Math.min(Math.max(stepped, smallestSigma), largestSigma);
  let loci = 0;
  for (let gene = 0; gene < parent.length; gene += 1) {
    const hit = stream.below(1000000) < rate;
    // The second draw is taken either way; only a hit pays for turning it into a normal.
    const draw = stream.uniform();
    into[gene] = parent[gene];
    if (!hit) continue;
    into[gene] = Math.fround(parent[gene] + Math.fround(normalInverse(draw) * childSigma));
    loci += 1;
  }
  return { sigma: childSigma, loci };
}
