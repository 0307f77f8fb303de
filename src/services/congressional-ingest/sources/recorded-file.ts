import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { basename } from "node:path";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { err, type Fault, ok, type Result } from "#base";
import { type CsvRecord, createCsvReader } from "../parse/csv-reader.ts";
import type { Place, SourceRow } from "../trade/raw-trade.ts";
import { formOf, type RowForm } from "../trade/row-forms.ts";
import type { DisclosureSource, OpenedSource, SourceFault } from "./source.ts";

/** The bytes of a file as it lies on the disk; a larger one is no list of disclosures. */
export const maxFileBytes: number = 64 << 20;

/** What a file may grow to when it is unpacked. */
const maxTextBytes = 1 << 30;

/**
 * A recorded list of disclosures: CSV with a header, gzipped or not, in one of the forms of
 * `row-forms.ts`. It is taken in one look, so that its digest is that of the rows, and unpacked row
 * by row. Faults: file_missing, file_unreadable, file_too_large, file_unknown_form, csv_*.
 */
export function recordedFile(path: string): DisclosureSource {
  const name = `file ${basename(path)}`;
  return { name, open: async () => openFile(path, name) };
}

async function openFile(path: string, name: string): Promise<Result<OpenedSource, SourceFault>> {
  const bytes = await readBytes(path);
  if (!bytes.ok) return err({ ...bytes.fault, retry: "next_poll" });
  const sha256 = createHash("sha256").update(bytes.value).digest("hex");
  const rows = readRows(bytes.value, { name, path, sha256 });
  return ok({ key: `file:${sha256}`, fixed: true, rows });
}

async function readBytes(path: string): Promise<Result<Uint8Array, Fault>> {
  const refuse = (code: string, what: string): Result<never, Fault> => {
    return err({ code, message: `${path} ${what}`, at: path });
  };
  try {
    await using handle = await open(path, "r");
    const facts = await handle.stat();
    if (!facts.isFile()) return refuse("file_unreadable", "is no regular file");
    if (facts.size > maxFileBytes) return refuse("file_too_large", `is over ${maxFileBytes} bytes`);
    return ok(await handle.readFile());
  } catch (cause) {
    const why = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
    return why === "ENOENT"
      ? refuse("file_missing", "is not there")
      : refuse("file_unreadable", `cannot be read (${why})`);
  }
}

type About = Readonly<{ name: string; path: string; sha256: string }>;
type Rows = AsyncGenerator<Result<SourceRow, SourceFault>, void>;

async function* readRows(bytes: Uint8Array, about: About): Rows {
  const reader = createCsvReader();
  const state: { header: Header | null } = { header: null };
  const decoder = new TextDecoder();
  let unpacked = 0;
  try {
    for await (const chunk of unpack(bytes)) {
      unpacked += chunk.byteLength;
      if (unpacked > maxTextBytes) {
        yield fail(about, { code: "file_too_large", message: "it unpacks to over 1 GiB" });
        return;
      }
      const records = reader.push(decoder.decode(chunk, { stream: true }));
      if ((yield* rowsOf(records, state, about)) === "over") return;
    }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    yield fail(about, { code: "file_unreadable", message: `it cannot be unpacked (${why})` });
    return;
  }
  const rest = reader.push(decoder.decode());
  if ((yield* rowsOf(rest, state, about)) === "over") return;
  if ((yield* rowsOf(reader.end(), state, about)) === "over") return;
  if (state.header === null) yield fail(about, { code: "file_unknown_form", message: "is empty" });
}

async function* unpack(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const source = Readable.from(pieces(bytes));
  const stream: AsyncIterable<Uint8Array> = isGzip ? source.pipe(createGunzip()) : source;
  yield* stream;
}

function* pieces(bytes: Uint8Array): Generator<Uint8Array, void> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}

type Header = Readonly<{ columns: readonly string[]; form: RowForm }>;

/** Rows of records; the first record is the header. */
async function* rowsOf(
  records: Result<readonly CsvRecord[], Fault>,
  state: { header: Header | null },
  about: About,
): AsyncGenerator<Result<SourceRow, SourceFault>, "over" | "more"> {
  if (!records.ok) {
    yield fail(about, records.fault);
    return "over";
  }
  for (const record of records.value) {
    if (state.header !== null) {
      yield ok(rowOf(record, state.header, about));
      continue;
    }
    const columns = record.cells.map((cell) => cell.replace(/^\uFEFF/, "").trim());
    const form = formOf(columns);
    if (form === null) {
      const message = `no known form has the columns ${columns.join(", ").slice(0, 200)}`;
      yield fail(about, { code: "file_unknown_form", message });
      return "over";
    }
    state.header = { columns, form };
  }
  return "more";
}

/** `row` is the line of the file on which the record begins, the header being line 1. */
function rowOf(record: CsvRecord, { columns, form }: Header, about: About): SourceRow {
  const place: Place = { source: about.name, sha256: about.sha256, row: record.line };
  if (record.cells.length !== columns.length) return { place, raw: [...record.cells], trade: null };
  const cells = Object.fromEntries(columns.map((column, at) => [column, record.cells[at] ?? ""]));
  return { place, raw: cells, trade: form.read(cells) };
}

function fail({ path }: About, fault: Fault): Result<never, SourceFault> {
  const message = `${path}: ${fault.message}`;
  return err({ ...fault, message, at: fault.at ?? path, retry: "next_poll" });
}
