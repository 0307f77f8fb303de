import { join } from "node:path";
import { z } from "zod";
import type { Fault } from "#base";
import { maybe, parseShape, shortText, whole } from "../files/parse-shape.ts";
import { linesOf } from "../files/read-lines.ts";
import type { Source } from "../sources/source.ts";
import type { RowSink } from "./row-sink.ts";

/**
 * Puts the rows of one campaign record: the campaign on its first line, then its runs. The record
 * grows while the campaign is at work, so its last line may be half written. Lines of a type that
 * is not known here are passed over.
 */
export async function indexCampaign(
  root: string,
  source: Source,
  sink: RowSink,
): Promise<Fault | null> {
  let lines = 0;
  for (const line of linesOf(join(root, source.path), source.path)) {
    if (!line.ok && line.fault.code === "line_unfinished") break;
    if (!line.ok) return line.fault;
    lines += 1;
    const at = `${source.path}:${lines}`;
    const parsed = parseShape(line.value.text, lineShape, at);
    if (!parsed.ok) return parsed.fault;
    const fault = await putLine(source, lines, parsed.value, sink);
    if (fault !== null) return fault;
  }
  if (lines > 0) return null;
  return { code: "campaign_empty", message: "the record has no line", at: source.path };
}

async function putLine(
  { name: campaign_id, path }: Source,
  line: number,
  record: z.infer<typeof lineShape>,
  sink: RowSink,
): Promise<Fault | null> {
  const at = `${path}:${line}`;
  if ((line === 1) !== (record.type === "campaign")) {
    return { code: "record_invalid", message: "a record starts with its one campaign line", at };
  }
  if (record.type === "campaign") {
    if (record.id !== campaign_id) {
      return { code: "campaign_id_differs", message: "the record is of another campaign", at };
    }
    const { name, created_at, dataset_id, config_hash, core_hash, window, seeds } = record;
    await sink.put("campaigns", {
      campaign_id,
      path,
      name,
      created_at,
      dataset_id,
      window_name: window?.name ?? null,
      config_hash,
      core_hash,
      seeds: seeds?.length ?? null,
    });
  } else if (record.type === "run" && record.run_id !== null) {
    const { run_id, seed, status } = record;
    await sink.put("campaign_runs", { campaign_id, line, run_id, seed, status });
  }
  return null;
}

const text = maybe(shortText);

const lineShape = z.object({
  type: shortText,
  id: text,
  name: text,
  created_at: text,
  dataset_id: text,
  config_hash: text,
  core_hash: text,
  window: maybe(z.object({ name: text })),
  seeds: maybe(z.array(whole)),
  run_id: text,
  seed: maybe(whole),
  status: text,
});
