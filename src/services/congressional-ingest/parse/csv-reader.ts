import { err, type Fault, ok, type Result } from "#base";

/** A record with the line of the text on which it begins, counted from 1. */
export type CsvRecord = Readonly<{ line: number; cells: readonly string[] }>;

/** Longer ones are no rows of a table but a quote that was never closed. */
export const maxRecordChars = 65_536;

/**
 * Reads CSV by RFC 4180 piece by piece: quoted cells may hold commas, line ends and doubled
 * quotes; `\r\n` and `\n` end a record. Faults: csv_malformed, csv_record_too_long,
 * csv_unterminated; after one nothing more can be read.
 */
export type CsvReader = Readonly<{
  /** Records that end within what was given so far. */
  push: (text: string) => Result<readonly CsvRecord[], Fault>;
  /** The last record, when no line end closed it. */
  end: () => Result<readonly CsvRecord[], Fault>;
}>;

export function createCsvReader(): CsvReader {
  const state: State = { mode: "start", cell: "", cells: [], line: 1, began: 1, chars: 0 };
  return {
    push(text) {
      const records: CsvRecord[] = [];
      for (const sign of text) {
        const wrong = take(state, sign, records);
        if (wrong !== null) return refuse(state, wrong);
      }
      return ok(records);
    },
    end() {
      if (state.mode === "quoted") {
        return refuse(state, { kind: "unterminated", what: "a quoted cell does not end" });
      }
      const records: CsvRecord[] = [];
      closeRecord(state, records);
      return ok(records);
    },
  };
}

type State = {
  mode: "start" | "plain" | "quoted" | "after_quote";
  cell: string;
  cells: string[];
  line: number;
  /** Line on which the record began. */
  began: number;
  chars: number;
};

type Wrong = Readonly<{ kind: "malformed" | "record_too_long" | "unterminated"; what: string }>;

function take(state: State, sign: string, records: CsvRecord[]): Wrong | null {
  state.chars += 1;
  if (state.chars > maxRecordChars) {
    return { kind: "record_too_long", what: "a record does not end" };
  }
  if (sign === "\n") state.line += 1;
  if (state.mode === "quoted") {
    if (sign === '"') state.mode = "after_quote";
    else state.cell += sign;
    return null;
  }
  if (state.mode === "after_quote" && sign === '"') {
    state.cell += sign;
    state.mode = "quoted";
    return null;
  }
  if (sign === "\n") closeRecord(state, records);
  else if (sign === ",") closeCell(state);
  else if (sign !== "\r") return takeText(state, sign);
  return null;
}

/** A sign outside of quotes that ends nothing. */
function takeText(state: State, sign: string): Wrong | null {
  if (state.mode === "after_quote") return { kind: "malformed", what: "text behind a quote" };
  if (sign !== '"') {
    state.cell += sign;
    state.mode = "plain";
    return null;
  }
  if (state.mode === "plain") return { kind: "malformed", what: "a quote within a plain cell" };
  state.mode = "quoted";
  return null;
}

function closeCell(state: State): void {
  state.cells.push(state.cell);
  state.cell = "";
  state.mode = "start";
}

/** An empty line is no record. */
function closeRecord(state: State, records: CsvRecord[]): void {
  const isBlank = state.cells.length === 0 && state.cell === "" && state.mode === "start";
  closeCell(state);
  if (!isBlank) records.push({ line: state.began, cells: state.cells });
  state.cells = [];
  state.chars = 0;
  state.began = state.line;
}

function refuse({ began }: State, { kind, what }: Wrong): Result<never, Fault> {
  return err({ code: `csv_${kind}`, message: `line ${began}: ${what}`, at: `line ${began}` });
}
