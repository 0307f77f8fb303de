import { findGenomeSchema } from "#core";
import { type PoolRecord, poolRecord } from "../artifacts/pool-record.ts";
import { judgeRecord } from "../reading/parse-record.ts";
import { scanLine } from "../reading/scan/record-scanner.ts";
import { agentIdHash, createGenomeAnchorer, type GenomeAnchorer } from "../run/agent-identity.ts";
import { fromCanonicalBase64 } from "../run/canonical-base64.ts";
import { runFileNames } from "../run/file-names.ts";
import { tierOneFolder } from "../run/layout.ts";

/** What one line of a pool or snapshot says against its own format or itself. */
export type RecordProblem = Readonly<{
  /** Claims P1 and P3 of pools.md. */
  claim: "pool_records" | "pool_genomes";
  code: string;
  field: string | null;
  detail: string;
}>;

export type CheckedRecord = Readonly<{
  record: PoolRecord | null;
  problems: readonly RecordProblem[];
}>;

/** Reads a line strictly and recomputes everything that follows from the line alone. */
export type RecordChecker = (line: Uint8Array, number: number) => CheckedRecord;

export function createRecordChecker(): RecordChecker {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const checkGenome = createGenomeChecker();
  return (line, number) => {
    const plain = scanLine(line, poolRecord);
    if (plain !== null) {
      return { record: plain, problems: [...ownFacts(plain), ...checkGenome(plain)] };
    }
    const text = decode(decoder, line);
    if (text === null) {
      const problem = { code: "text_not_utf8", field: null, detail: "bytes are not UTF-8" };
      return { record: null, problems: [{ claim: "pool_records", ...problem }] };
    }
    const { value: record, problems: refused } = judgeRecord(text, poolRecord, number);
    const problems: RecordProblem[] = refused.map(({ code, field, detail }) => {
      return { claim: "pool_records", code, field: field ?? null, detail };
    });
    if (record !== null) problems.push(...ownFacts(record), ...checkGenome(record));
    return { record, problems };
  };
}

function decode(decoder: TextDecoder, bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}

/** What the record says twice, or what follows from its own numbers. */
function ownFacts(record: PoolRecord): readonly RecordProblem[] {
  const { source, agent_id, metrics_summary: metrics } = record;
  const { life } = metrics;
  const gain = life.final_capital_micro + life.given_to_children_micro - life.initial_capital_micro;
  const folder = `${tierOneFolder}/${source.run_id}`;
  const facts: readonly (readonly [field: string, holds: boolean])[] = [
    ["id", record.id === `${source.run_id}:${agent_id}`],
    ["agent_id_hash", record.agent_id_hash === agentIdHash(source.run_id, agent_id)],
    [
      "fingerprint_ref",
      record.fingerprint_ref === `${folder}/${runFileNames.execution_fingerprint}`,
    ],
    ["source.git_commit_reason", explains(source.git_commit, source.git_commit_reason)],
    ["source.docker_image_reason", explains(source.docker_image, source.docker_image_reason)],
    ["source.ablation_reason", explains(source.ablation, source.ablation_reason)],
    [
      "metrics_summary.run_administrative_death_share_reason",
      explains(
        metrics.run_administrative_death_share,
        metrics.run_administrative_death_share_reason,
      ),
    ],
    [
      "metrics_summary.costs_micro",
      metrics.costs_micro === life.fees_micro + life.funding_micro + life.living_cost_micro,
    ],
    [
      "metrics_summary.lifetime_return",
      metrics.lifetime_return === gain / life.initial_capital_micro,
    ],
  ];
  return facts
    .filter(([, holds]) => !holds)
    .map(([field]) => ({
      claim: "pool_records",
      code: "record_inconsistent",
      field,
      detail: "does not follow from the rest of the record",
    }));
}

/** A null has its reason, and only a null has one. */
function explains(value: unknown, reason: string | null): boolean {
  return (value === null) === (reason !== null);
}

/** Count from the registry, hashes from the weights. */
function createGenomeChecker(): (record: PoolRecord) => readonly RecordProblem[] {
  const anchorerByVersion = new Map<string, GenomeAnchorer>();

  return (record) => {
    const { genome_schema_version: version, genome_vector: weights } = record;
    const schema = findGenomeSchema(version);
    if (schema === null) return [wrong("genome_schema_version", "is not registered")];
    const { weights_count: count, feature_contract_version: features } = schema;
    const canonical = fromCanonicalBase64(weights);
    const bytes = canonical ?? Buffer.from(weights, "base64");
    if (bytes.length !== count * 4) return [wrong("genome_vector", `not ${count} float32`)];
    const anchorer = anchorerByVersion.get(version) ?? createGenomeAnchorer(version, count);
    anchorerByVersion.set(version, anchorer);
    const anchor = anchorer.fromBytes(bytes);

    const isTwin = count === 342;
    const facts: readonly (readonly [field: string, holds: boolean, detail: string])[] = [
      ["weights_count", record.weights_count === count, `${count} is registered`],
      [
        "feature_contract_version",
        record.feature_contract_version === features,
        `${features} is registered`,
      ],
      ["genome_vector", canonical !== null, "not canonical base64"],
      ["weights_sha256", anchor.weights_sha256 === record.weights_sha256, hashDiffers],
      ["gene_id", anchor.gene_id === record.gene_id, hashDiffers],
      [
        "genome_vector_342",
        record.genome_vector_342 === (isTwin ? weights : null),
        "repeats genome_vector for genomes of 342 genes, and is null for others",
      ],
      [
        "genome_vector_342_reason",
        explains(record.genome_vector_342, record.genome_vector_342_reason),
        "stands beside a null and only there",
      ],
    ];
    return facts.filter(([, holds]) => !holds).map(([field, , detail]) => wrong(field, detail));
  };
}

const hashDiffers = "not the hash of the weights";

function wrong(field: string, detail: string): RecordProblem {
  return { claim: "pool_genomes", code: "genome_differs", field, detail };
}
