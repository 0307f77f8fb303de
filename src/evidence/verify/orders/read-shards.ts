import { join } from "node:path";
import type { z } from "zod";
import {
  executionRawRecord,
  reconstructionRawRecord,
  type ShardStem,
  shardHead,
  shardIndex,
  shardIndexName,
} from "../../artifacts/orders/raw-shards.ts";
import { readDocument } from "../../reading/read-document.ts";
import { readListDocument } from "../../reading/read-list-document.ts";
import type { OrderIntake } from "./read-order-artifacts.ts";
import type { OrderRecords } from "./records.ts";

/** Reads the index and then each part it names, once; a name that is no part's is not opened. */
export function readShards(stem: ShardStem): (directory: string, intake: OrderIntake) => void {
  return (directory, intake) => {
    const file = shardIndexName(stem);
    const { value: index, facts, problems } = readDocument(join(directory, file), shardIndex);
    for (const problem of problems) intake.problem(file, problem);
    if (facts !== null) intake.file(file, { ...facts, lines: null });
    if (index === null) return;
    intake.record("shard_index", index, { file, line: null });
    for (const filename of new Set(index.shards.map((entry) => entry.filename))) {
      if (isShardName(stem, filename)) readPart(stem, { directory, filename, intake });
    }
  };
}

/** Whether this is the name of a part of these shards. */
export function isShardName(stem: ShardStem, name: string): boolean {
  return name.startsWith(`${stem}_part_`) && /_part_\d{4,6}\.json$/.test(name);
}

type Part = Readonly<{ directory: string; filename: string; intake: OrderIntake }>;

function readPart(stem: ShardStem, part: Part): void {
  if (stem === "m_execution_raw") readItems(part, executionRawRecord, "execution_raw");
  else readItems(part, reconstructionRawRecord, "reconstruction_raw");
}

function readItems<Kind extends "execution_raw" | "reconstruction_raw">(
  { directory, filename: file, intake }: Part,
  item: z.ZodType<OrderRecords[Kind]>,
  kind: Kind,
): void {
  const facts = readListDocument(
    join(directory, file),
    { head: shardHead, listKey: "records", item },
    {
      head: (head) => intake.record("shard_head", head, { file, line: 1 }),
      item: (record, line) => intake.record(kind, record, { file, line }),
      problem: (problem) => intake.problem(file, problem),
    },
  );
  if (facts !== null) intake.file(file, { ...facts, lines: null });
}
