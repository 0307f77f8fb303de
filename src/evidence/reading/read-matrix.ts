import { npyHeader, npyHeaderBytes } from "../run/npy-file.ts";
import type { Problem } from "./problem.ts";
import { type FileFacts, readChunks } from "./read-chunks.ts";

export type MatrixSink = Readonly<{
  /** Bytes of one row, valid during the call. */
  row: (index: number, bytes: Uint8Array) => void;
  problem: (problem: Problem) => void;
}>;

/** Behind ten bytes of magic, version and length, which the comparison below looks at. */
const headerForm =
  /^\{'descr': '<f4', 'fortran_order': False, 'shape': \((\d{1,9}), (\d{1,6})\), \} *\n$/;

/** Streams the rows of an array file in exactly the form `createNpyFile` writes. */
export function readMatrix(path: string, sink: MatrixSink): FileFacts | null {
  const header = Buffer.alloc(npyHeaderBytes);
  let shape: Readonly<{ rows: number; columns: number }> | null = null;
  let headerUsed = 0;
  let row = Buffer.alloc(0);
  let rowUsed = 0;
  let rows = 0;
  let broken = false;

  function readHeader(): void {
    const [, rowText, columnText] = headerForm.exec(header.toString("latin1", 10)) ?? [];
    if (rowText === undefined || columnText === undefined) {
      broken = true;
      sink.problem({ code: "record_invalid", detail: "not the header of a float32 matrix" });
      return;
    }
    shape = { rows: Number(rowText), columns: Number(columnText) };
    row = Buffer.alloc(shape.columns * 4);
    if (shape.columns === 0 || !npyHeader(shape.rows, shape.columns).equals(header)) {
      broken = true;
      sink.problem({ code: "text_not_canonical", detail: "the header is not in our spelling" });
    }
  }

  const facts = readChunks(path, (chunk) => {
    let at = 0;
    if (headerUsed < npyHeaderBytes) {
      const count = chunk.copy(header, headerUsed);
      headerUsed += count;
      at = count;
      if (headerUsed < npyHeaderBytes) return;
      readHeader();
    }
    while (!broken && at < chunk.length) {
      const count = chunk.copy(row, rowUsed, at);
      rowUsed += count;
      at += count;
      if (rowUsed < row.length) return;
      sink.row(rows, row);
      rows += 1;
      rowUsed = 0;
    }
  });
  if (!facts.ok) {
    sink.problem(facts.fault);
    return null;
  }
  const { rows: promised } = shape ?? { rows: -1 };
  if (!broken && (rowUsed > 0 || rows !== promised)) {
    const detail = `the header promises ${promised} rows, the file holds ${rows} whole ones`;
    sink.problem({ code: "record_invalid", detail });
  }
  return facts.value;
}
