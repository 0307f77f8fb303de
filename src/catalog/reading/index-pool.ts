import { createHash } from "node:crypto";
import { join } from "node:path";
import { z } from "zod";
import type { Fault } from "#base";
import { hex, maybe, parseShape, shortText } from "../files/parse-shape.ts";
import { linesOf } from "../files/read-lines.ts";
import type { Source } from "../sources/source.ts";
import type { RowSink } from "./row-sink.ts";

/**
 * Puts the rows of a live pool or of a snapshot. A live pool is appended to while others read it,
 * so its last line may be half written and is then not part of it; a snapshot never changes.
 */
export async function indexPool(
  root: string,
  source: Source,
  sink: RowSink,
): Promise<Fault | null> {
  const [stage = "", snapshot = null] = source.name.split("/");
  const digest = createHash("sha256");
  let records = 0;
  let bytes = 0;
  for (const line of linesOf(join(root, source.path), source.path)) {
    if (!line.ok && line.fault.code === "line_unfinished" && snapshot === null) break;
    if (!line.ok) return line.fault;
    const text = `${line.value.text}\n`;
    digest.update(text);
    bytes += Buffer.byteLength(text);
    records += 1;
    const record = parseShape(line.value.text, recordShape, `${source.path}:${records}`);
    if (!record.ok) return record.fault;
    const { id, source: from, agent_id, gene_id } = record.value;
    await sink.put("pool_records", {
      pool: source.name,
      line: records,
      record_id: id,
      run_id: from.run_id,
      agent_id,
      gene_id,
    });
  }
  await sink.put("pools", {
    pool: source.name,
    stage,
    snapshot_id: snapshot?.replace(/^snapshot_/, "") ?? null,
    path: source.path,
    records,
    bytes,
    sha256: digest.digest("hex"),
  });
  return null;
}

const recordShape = z.object({
  id: shortText,
  source: z.object({ run_id: shortText }),
  agent_id: shortText,
  gene_id: maybe(hex),
});
