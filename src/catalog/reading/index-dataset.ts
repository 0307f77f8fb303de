import { basename, join } from "node:path";
import { z } from "zod";
import type { Fault } from "#base";
import { hex, maybe, shortText, whole } from "../files/parse-shape.ts";
import { readDocument } from "../files/read-document.ts";
import type { Source } from "../sources/source.ts";
import type { RowSink } from "./row-sink.ts";

/** Puts the row of one dataset directory, or says why there is none. */
export async function indexDataset(
  root: string,
  source: Source,
  sink: RowSink,
): Promise<Fault | null> {
  const at = `${source.path}/dataset.json`;
  const read = readDocument(join(root, at), datasetShape, at);
  if (!read.ok) return read.fault;
  const { dataset_id, name, instrument, bar_interval_ms, bars } = read.value.value;
  const shortId = basename(source.path);
  if (!dataset_id.startsWith(shortId)) {
    const message = "the document has an id of another directory";
    return { code: "dataset_id_differs", message, at };
  }
  await sink.put("datasets", {
    short_id: shortId,
    dataset_id,
    name,
    instrument: instrument?.id ?? null,
    venue: instrument?.venue ?? null,
    bar_interval_ms,
    bars: bars?.rows ?? null,
    first_utc: bars?.first_utc ?? null,
    last_utc: bars?.last_utc ?? null,
  });
  return null;
}

const text = maybe(shortText);
const number = maybe(whole);

const datasetShape = z.object({
  dataset_id: hex,
  name: text,
  instrument: maybe(z.object({ id: text, venue: text })),
  bar_interval_ms: number,
  bars: maybe(z.object({ rows: number, first_utc: text, last_utc: text })),
});
