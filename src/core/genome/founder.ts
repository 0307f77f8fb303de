import { type Stream } from "#base";
import {
  type GenomeSchema,
  twinExitGene,
  twinEntryGene,
  twinInBase,
  twinNetGenes,
  twinOutBase,
} from "./schema.ts";

const f = Math.fround;
/** Glorot (2010): the variance that keeps signals alive is 2 / (inputs + outputs). */
const inputDeviation = Math.sqrt(2 / (33 + 5));
const outputDeviation = Math.sqrt(2 / (5 + 1));
const thresholdDeviation = 0.2;
const linearDeviation = Math.sqrt(2 / (33 + 1));

/** Fills `into` with a founder's genes: one normal draw a gene, in gene order. */
export function founderGenome(schema: GenomeSchema, stream: Stream, into: Float32Array): void {
  for (let gene = 0; gene < schema.weights_count; gene += 1) {
    const deviation = schema.weights_count === 33 ? linearDeviation : twinDeviation(gene);
    into[gene] = f(stream.gaussian() * deviation);
  }
}

function twinDeviation(gene: number): number {
  if (gene === twinEntryGene || gene === twinExitGene) return thresholdDeviation;
  const inNet = gene >= twinInBase ? gene - twinInBase : gene - twinOutBase;
  return inNet < twinNetGenes - 5 ? inputDeviation : outputDeviation;
}
