import type { Json } from "#base";
import {
  type Disclosure,
  digestOf,
  disclosureCodec,
  disclosureSchema,
  type TransactionType,
} from "#protocol";
import { orNull, plainText } from "../parse/plain-text.ts";
import { type AmountRange, midpointText, readAmount } from "../parse/read-amount.ts";
import { daysBetween, readDay } from "../parse/read-day.ts";
import { readPerson } from "../parse/read-person.ts";
import type { Defect, KeptCode, RefusedCode } from "./defect.ts";
import type { RawTrade, SourceRow } from "./raw-trade.ts";

/** A row is a disclosure, perhaps with something wrong that is told with it, or it is refused. */
export type Normalised =
  | Readonly<{ state: "disclosed"; disclosure: Disclosure; defects: readonly Defect[] }>
  | Readonly<{ state: "refused"; defects: readonly Defect[] }>;

/** `readAtUtc`: when the source was asked; nothing can have been disclosed later. */
export function normalise(row: SourceRow, readAtUtc: string): Normalised {
  const { trade } = row;
  if (trade === null) return refused([defect("row_malformed", JSON.stringify(row.raw))]);
  if (/^PDF Disclosed Filing$/i.test(trade.assetType.trim())) {
    return refused([defect("scanned_filing", trade.filingUrl)]);
  }
  const told = read(trade, readAtUtc);
  if (told.refusals.length > 0 || told.value === null) return refused(told.refusals);

  const kept = keptDefects(trade, told.value.amount, row.raw);
  const content = contentOf(trade, told.value);
  const { amount } = told.value;
  const disclosure: Disclosure = {
    schema: disclosureSchema,
    disclosure_id: digestOf(disclosureSchema, content),
    ...content,
    lag_days: daysBetween(content.transaction_date, content.disclosure_date),
    amount_range: plainText(trade.amount, 64),
    amount_midpoint: midpointText(amount),
    defects: kept.map(({ code }) => code),
    source: {
      name: row.place.source,
      sha256: row.place.sha256,
      row: row.place.row,
      read_at_utc: readAtUtc,
    },
  };
  // What our own shape refuses could never be published.
  if (!disclosureCodec.write(disclosure).ok) {
    return refused([defect("row_malformed", JSON.stringify(row.raw))]);
  }
  return { state: "disclosed", disclosure, defects: kept };
}

/** What makes a disclosed trade the same one: everything that is known of the trade itself. */
type Content = Omit<
  Disclosure,
  | "schema"
  | "disclosure_id"
  | "lag_days"
  | "amount_range"
  | "amount_midpoint"
  | "defects"
  | "source"
>;

/** What every disclosure has. */
type Needed = Readonly<{
  chamber: "house" | "senate";
  name: string;
  slug: string;
  transactionType: TransactionType;
  transactionDate: string;
  disclosureDate: string;
  amount: AmountRange;
}>;

type Told = Readonly<{ value: Needed | null; refusals: readonly Defect[] }>;

/** Everything that is wrong is told, not the first thing alone. */
function read(trade: RawTrade, readAtUtc: string): Told {
  const refusals: Defect[] = [];
  const need = <T>(value: T | null, code: RefusedCode, found: string): T | null => {
    if (value === null) refusals.push(defect(code, found));
    return value;
  };
  const chamber = need(readChamber(trade.chamber), "chamber_unknown", trade.chamber);
  const person = need(readPerson(trade.politician), "politician_missing", trade.politician);
  const type = need(
    readType(trade.transactionType),
    "transaction_type_unknown",
    trade.transactionType,
  );
  const traded = need(
    readDay(trade.transactionDate),
    "transaction_date_impossible",
    trade.transactionDate,
  );
  const disclosed = need(
    readDay(trade.disclosureDate),
    "disclosure_date_impossible",
    trade.disclosureDate,
  );
  const amount = need(readAmount(trade.amount), "amount_unreadable", trade.amount);
  if (disclosed !== null && disclosed > readAtUtc.slice(0, 10)) {
    refusals.push(defect("disclosure_date_future", disclosed));
  }
  if (traded !== null && disclosed !== null && traded > disclosed) {
    refusals.push(defect("lag_negative", `traded ${traded}, disclosed ${disclosed}`));
  }
  if (chamber === null || person === null || type === null) return { value: null, refusals };
  if (traded === null || disclosed === null || amount === null) return { value: null, refusals };
  const value: Needed = {
    chamber,
    ...person,
    transactionType: type,
    transactionDate: traded,
    disclosureDate: disclosed,
    amount,
  };
  return { value, refusals };
}

function contentOf(trade: RawTrade, needed: Needed): Content & Readonly<Record<string, Json>> {
  const { chamber, name, slug, amount } = needed;
  const text = (said: string, maxChars?: number): string | null => {
    const plain = orNull(plainText(said, maxChars));
    return plain === null || plain === "" ? null : plain;
  };
  return {
    politician: name,
    politician_id: trade.personKey === null ? `${chamber}:${slug}` : `bioguide:${trade.personKey}`,
    chamber,
    party: text(trade.party, 64),
    state: text(trade.state, 64),
    district: text(trade.district, 64),
    owner: readOwner(trade.owner),
    ticker: readTicker(trade.ticker),
    asset_type: text(trade.assetType, 200),
    asset_description: text(trade.assetDescription),
    transaction_type: needed.transactionType,
    transaction_date: needed.transactionDate,
    disclosure_date: needed.disclosureDate,
    amount_min: String(amount.min),
    amount_max: amount.max === null ? null : String(amount.max),
    comment: text(trade.comment),
    filing_url: readUrl(trade.filingUrl),
  };
}

function keptDefects(trade: RawTrade, amount: AmountRange, raw: Json): readonly Defect[] {
  const found: Defect[] = [];
  if (orNull(trade.ticker) === null) found.push(defect("ticker_missing", trade.ticker));
  else if (readTicker(trade.ticker) === null) {
    found.push(defect("ticker_unreadable", trade.ticker));
  }
  if (amount.upper === "cut_off") found.push(defect("amount_cut_off", trade.amount));
  if (JSON.stringify(raw).includes("\uFFFD")) found.push(defect("text_damaged", trade.politician));
  return found;
}

function refused(defects: readonly Defect[]): Normalised {
  return { state: "refused", defects };
}

function defect(code: RefusedCode | KeptCode, found: string): Defect {
  return { code, found: plainText(found, 200) };
}

function readChamber(text: string): "house" | "senate" | null {
  const word = text.trim().toLowerCase();
  if (word === "house" || word === "representatives") return "house";
  return word === "senate" ? "senate" : null;
}

const typeByWord: Readonly<Record<string, TransactionType>> = {
  purchase: "purchase",
  sale: "sale",
  sale_full: "sale_full",
  "sale (full)": "sale_full",
  sale_partial: "sale_partial",
  "sale (partial)": "sale_partial",
  exchange: "exchange",
};

function readType(text: string): TransactionType | null {
  return typeByWord[text.trim().toLowerCase()] ?? null;
}

const ownerByWord: Readonly<Record<string, "self" | "spouse" | "joint" | "dependent">> = {
  self: "self",
  spouse: "spouse",
  joint: "joint",
  dependent: "dependent",
  child: "dependent",
};

function readOwner(text: string): Disclosure["owner"] {
  return ownerByWord[text.trim().toLowerCase()] ?? null;
}

/** Letters in upper case; share classes, foreign places and old option symbols stay as they are. */
function readTicker(text: string): string | null {
  const ticker = orNull(text)?.toUpperCase() ?? "";
  return /^[A-Z0-9^][A-Z0-9.$^-]{0,24}$/.test(ticker) ? ticker : null;
}

/** A link that is none is left out; it is for people to follow. */
function readUrl(text: string): string | null {
  const trimmed = text.trim();
  return /^https:\/\/[\x21-\x7e]{3,400}$/.test(trimmed) ? trimmed : null;
}
