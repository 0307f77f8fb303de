import { base64ToBytes, Defect, err, type Fault, ok, type Result } from "#base";
import { findGenomeSchema } from "#core";
import type { Snapshot } from "#evidence";

type PoolRecord = Parameters<Parameters<Snapshot["read"]>[0]>[0];

/** A genome that a snapshot brought in. */
export type ChosenGenome = Readonly<{
  geneId: string;
  weightsSha256: string;
  weightsBase64: string;
  weights: Float32Array;
  poolRecordId: string;
}>;

export type ChosenGenomes = Readonly<{
  schemaVersion: string;
  genomes: readonly ChosenGenome[];
  /** Different genomes that the snapshot offers. */
  offered: number;
}>;

/**
 * The first `limit` different genomes of a snapshot, in the pool's order: which genomes trade is
 * decided when the snapshot is taken, not here. Faults: genomes_mixed_schemas (one run has one
 * schema), genomes_none, snapshot_altered and those of reading.
 */
export function chooseGenomes(snapshot: Snapshot, limit: number): Result<ChosenGenomes, Fault> {
  const genomes: ChosenGenome[] = [];
  const seen = new Set<string>();
  const schemas = new Set<string>();
  const read = snapshot.read((record) => {
    schemas.add(record.genome_schema_version);
    if (seen.has(record.gene_id)) return;
    seen.add(record.gene_id);
    if (genomes.length < limit) genomes.push(genomeOf(record));
  });
  if (!read.ok) return read;
  const [schemaVersion, other] = schemas;
  if (schemaVersion === undefined) {
    const message = "the snapshot holds no genome";
    return err({ code: "genomes_none", message, at: snapshot.path });
  }
  if (other !== undefined) {
    const message =
      `the snapshot mixes ${schemaVersion} and ${other}; take one of a single schema: ` +
      `assay pool snapshot --filter genome_schema_version=${schemaVersion}`;
    return err({ code: "genomes_mixed_schemas", message, at: snapshot.path });
  }
  return ok({ schemaVersion, genomes, offered: seen.size });
}

/** A snapshot that opened has records whose weights fit their schema and their hashes. */
function genomeOf(record: PoolRecord): ChosenGenome {
  const bytes = base64ToBytes(record.genome_vector);
  if (!bytes.ok) throw new Defect(`a checked record holds no base64: ${record.id}`);
  const expected = findGenomeSchema(record.genome_schema_version)?.weights_count ?? 0;
  const weights = new Float32Array(expected);
  if (bytes.value.length !== expected * 4) throw new Defect(`wrong weights in ${record.id}`);
  const view = new DataView(bytes.value.buffer, bytes.value.byteOffset, bytes.value.length);
  for (let gene = 0; gene < expected; gene += 1) weights[gene] = view.getFloat32(gene * 4, true);
  return {
    geneId: record.gene_id,
    weightsSha256: record.weights_sha256,
    weightsBase64: record.genome_vector,
    weights,
    poolRecordId: record.id,
  };
}
