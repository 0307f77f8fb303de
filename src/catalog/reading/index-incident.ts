import { join } from "node:path";
import { z } from "zod";
import { err, type Fault, ok, type Result } from "#base";
import { maybe, parseShape, shortText } from "../files/parse-shape.ts";
import { linesOf } from "../files/read-lines.ts";
import { incidentRecord } from "../sources/incident-files.ts";
import type { Source } from "../sources/source.ts";
import type { IncidentRow } from "../tables/other-rows.ts";
import type { RowSink } from "./row-sink.ts";

/**
 * Puts the row of one incident: how it was opened, and whether it was closed. Entries between say
 * nothing that the index holds. The last line may be half written.
 */
export async function indexIncident(
  root: string,
  source: Source,
  sink: RowSink,
): Promise<Fault | null> {
  const file = `${source.path}/${incidentRecord}`;
  let row: IncidentRow | null = null;
  for (const line of linesOf(join(root, file), file)) {
    if (!line.ok && line.fault.code === "line_unfinished") break;
    if (!line.ok) return line.fault;
    const at = `${file}:${line.value.number}`;
    const entry = parseShape(line.value.text, entryShape, at);
    if (!entry.ok) return entry.fault;
    const next: Result<IncidentRow, Fault> = follow(row, entry.value, source, at);
    if (!next.ok) return next.fault;
    row = next.value;
  }
  if (row === null) return { code: "incident_empty", message: "the record has no entry", at: file };
  await sink.put("incidents", row);
  return null;
}

function follow(
  row: IncidentRow | null,
  entry: z.infer<typeof entryShape>,
  { name, path }: Source,
  at: string,
): Result<IncidentRow, Fault> {
  const { type, ts_utc, run } = entry;
  if (entry.incident_id !== name) {
    return err({ code: "incident_id_differs", message: "the entry is of another incident", at });
  }
  if ((row === null) !== (type === "open")) {
    return err({ code: "record_invalid", message: "a record starts with its one opening", at });
  }
  if (row === null) {
    const { title, severity, incident_type } = entry;
    return ok({
      incident_id: name,
      path,
      status: "open",
      title,
      severity,
      incident_type,
      opened_at: ts_utc,
      closed_at: null,
      run_id: run?.run_id ?? null,
      closing_run_id: null,
      entries: 1,
    });
  }
  const counted = { ...row, entries: row.entries + 1 };
  if (type !== "closed") return ok(counted);
  return ok({
    ...counted,
    status: "closed",
    closed_at: ts_utc,
    closing_run_id: run?.run_id ?? null,
  });
}

const text = maybe(shortText);

const entryShape = z.object({
  type: shortText,
  incident_id: shortText,
  ts_utc: text,
  title: text,
  severity: text,
  incident_type: text,
  run: maybe(z.object({ run_id: text })),
});
