import { canonicalJson, type Json } from "#base";
import { digestOf } from "#protocol";
import type { Defect } from "../trade/defect.ts";
import { type Normalised, normalise } from "../trade/normalise.ts";
import type { SourceRow } from "../trade/raw-trade.ts";
import type { DefectTable, DisclosureTable } from "./tables.ts";
import type { BatchOutcome } from "./watermark.ts";

/** Where a disclosure that is in the ledger already came from. */
export type Origin = Readonly<{ sha256: string | null; row: number | null }>;

export type TakenIn = Readonly<{
  disclosures: readonly DisclosureTable[];
  defects: readonly DefectTable[];
  outcome: BatchOutcome;
}>;

export type Judged = Readonly<{ row: SourceRow; normalised: Normalised }>;

/** Judges the rows of a batch; the same rows are judged the same whenever that is. */
export function judgeRows(rows: readonly SourceRow[], readAtUtc: string): readonly Judged[] {
  return rows.map((row) => ({ row, normalised: normalise(row, readAtUtc) }));
}

/**
 * What a batch adds to the ledger. `known` holds the origin of each of its disclosures that is
 * there already. A trade that its own file tells twice is kept once, and the repetition is listed;
 * one that was known from elsewhere, or from the same row read before, is known and nothing else.
 */
export function takeIn(
  judged: readonly Judged[],
  known: ReadonlyMap<string, Origin>,
  at: Readonly<{ firstNumber: number; nowUtc: string }>,
): TakenIn {
  const origins = new Map(known);
  const disclosures: DisclosureTable[] = [];
  const defects: DefectTable[] = [];
  const counts = { disclosed: 0, known: 0, refused: 0 };
  let latest: string | null = null;
  for (const { row, normalised } of judged) {
    const list = (found: Defect, id: string | null): void => {
      defects.push(defectRow(row, found, { disclosureId: id, nowUtc: at.nowUtc }));
    };
    if (normalised.state === "refused") {
      counts.refused += 1;
      for (const found of normalised.defects) list(found, null);
      continue;
    }
    const { disclosure } = normalised;
    const id = disclosure.disclosure_id;
    if (latest === null || disclosure.disclosure_date > latest) latest = disclosure.disclosure_date;
    const origin = origins.get(id);
    if (origin === undefined) {
      origins.set(id, row.place);
      counts.disclosed += 1;
      const number = at.firstNumber + disclosures.length;
      disclosures.push(disclosureRow(row, normalised, { number, nowUtc: at.nowUtc }));
      for (const found of normalised.defects) list(found, id);
      continue;
    }
    counts.known += 1;
    const { sha256, row: line } = row.place;
    if (sha256 !== null && origin.sha256 === sha256 && origin.row !== line) {
      list({ code: "duplicate", found: `as in row ${origin.row}` }, id);
    }
  }
  const lastRow = judged.at(-1)?.row.place.row ?? null;
  return { disclosures, defects, outcome: { lastRow, latestDisclosure: latest, counts } };
}

/** The ids of all disclosures that the judged rows make. */
export function idsOf(judged: readonly Judged[]): readonly string[] {
  const ids = judged.flatMap(({ normalised }) => {
    return normalised.state === "disclosed" ? [normalised.disclosure.disclosure_id] : [];
  });
  return [...new Set(ids)];
}

function disclosureRow(
  { place }: SourceRow,
  { disclosure }: Extract<Normalised, { state: "disclosed" }>,
  { number, nowUtc }: Readonly<{ number: number; nowUtc: string }>,
): DisclosureTable {
  const { disclosure_id, politician_id, ticker, transaction_date, disclosure_date } = disclosure;
  return {
    disclosure_id,
    number,
    politician_id,
    ticker,
    transaction_date,
    disclosure_date,
    source: place.source,
    source_sha256: place.sha256,
    source_row: place.row,
    body: canonicalJson(disclosure),
    recorded_at: nowUtc,
    published_at: null,
  };
}

function defectRow(
  { place, raw }: SourceRow,
  { code, found }: Defect,
  { disclosureId, nowUtc }: Readonly<{ disclosureId: string | null; nowUtc: string }>,
): DefectTable {
  const text = shownRaw(raw);
  const finding: Json = {
    // A file is what is in it, under whatever name it lies.
    source: place.sha256 ?? place.source,
    row: place.row,
    code,
    raw: text,
  };
  return {
    defect_id: digestOf("assay.congress_defect/1", finding),
    code,
    source: place.source,
    source_sha256: place.sha256,
    source_row: place.row,
    found,
    raw: text,
    disclosure_id: disclosureId,
    found_at: nowUtc,
  };
}

const maxRawChars = 8192;

/** A row that no table can hold is cut: PostgreSQL has no text with a zero character in it. */
function shownRaw(raw: Json): string {
  const text = canonicalJson(cleaned(raw));
  return text.length > maxRawChars ? text.slice(0, maxRawChars) : text;
}

function cleaned(raw: Json): Json {
  const text = JSON.stringify(raw).replaceAll("\\u0000", "\\ufffd");
  // It was JSON before, and one escape for another leaves it so.
  return JSON.parse(text) as Json;
}
