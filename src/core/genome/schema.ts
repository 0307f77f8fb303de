import { featureContract } from "../features/contract.ts";

/** What the weights of a genome mean; verifiers take every expected count from here. */
export type GenomeSchema = Readonly<{
  genome_schema_version: string;
  feature_contract_version: string;
  feature_dimension: number;
  weights_count: number;
  /** Named gene ranges, end exclusive. */
  layout: readonly Readonly<{ name: string; start: number; end: number }>[];
}>;

export const twinHidden = 5;
/** Genes of one net: 33 x 5 input weights, feature-major, then 5 output weights; no biases. */
export const twinNetGenes = 170;
export const twinOutBase = 0;
export const twinInBase = 170;
export const twinEntryGene = 340;
export const twinExitGene = 341;

export const twinSchema: GenomeSchema = {
  genome_schema_version: "twin-33-5-1/1",
  feature_contract_version: featureContract.version,
  feature_dimension: 33,
  weights_count: 342,
  layout: [
    { name: "out_w1", start: 0, end: 165 },
    { name: "out_w2", start: 165, end: 170 },
    { name: "in_w1", start: 170, end: 335 },
    { name: "in_w2", start: 335, end: 340 },
    { name: "entry_threshold", start: 340, end: 341 },
    { name: "exit_threshold", start: 341, end: 342 },
  ],
};

export const linearSchema: GenomeSchema = {
  genome_schema_version: "linear/1",
  feature_contract_version: featureContract.version,
  feature_dimension: 33,
  weights_count: 33,
  layout: [{ name: "w", start: 0, end: 33 }],
};

/** Append-only: a layout never changes under its name. */
export const genomeSchemas: readonly GenomeSchema[] = [twinSchema, linearSchema];

export function findGenomeSchema(version: string): GenomeSchema | null {
  return genomeSchemas.find((schema) => schema.genome_schema_version === version) ?? null;
}
