import type { Stream } from "#base";
import {
  type GenomeSchema,
  twinEntryGene,
  twinExitGene,
  twinInBase,
  twinNetGenes,
  twinOutBase,
} from "./schema.ts";

const f = Math.fround;
/** Glorot (2010): the variance that keeps signals alive is 2 / (inputs + outputs). */
const inputDeviation = Math.sqrt(2 / (33 + 5));
const outputDeviation = Math.sqrt(2 / (5 + 1));
const linearDeviation = Math.sqrt(2 / (33 + 1));
/**
 * Founders are born patient: reluctant to open and more so to close. Nets that trade every few
 * bars die of fees whatever they know; mutation is free to move both genes anywhere.
 */
const entryDeviation = 0.5;
const exitMean = -0.5;
const exitDeviation = 0.3;

/** Fills `into` with a founder's genes: one normal draw a gene, in gene order. */
export function founderGenome(schema: GenomeSchema, stream: Stream, into: Float32Array): void {
  const linear = schema.weights_count === schema.feature_dimension;
  for (let gene = 0; gene < schema.weights_count; gene += 1) {
    const draw = stream.gaussian();
    into[gene] = f(linear ? draw * linearDeviation : twinGene(gene, draw));
  }
}

function twinGene(gene: number, draw: number): number {
  if (gene === twinEntryGene) return draw * entryDeviation;
  if (gene === twinExitGene) return exitMean + draw * exitDeviation;
  const inNet = gene - (gene >= twinInBase ? twinInBase : twinOutBase);
  return draw * (inNet < twinNetGenes - 5 ? inputDeviation : outputDeviation);
}
