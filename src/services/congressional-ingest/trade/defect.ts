/**
 * What can be wrong with a row. The list only grows.
 * Refused, and listed instead of published:
 * - row_malformed: other cells than the header names, or no record.
 * - scanned_filing: the filing is a picture; the row holds nothing but its link.
 * - politician_missing, chamber_unknown, transaction_type_unknown.
 * - transaction_date_impossible, disclosure_date_impossible: no such day, or no sane year.
 * - disclosure_date_future: disclosed after it was read.
 * - lag_negative: traded after it was disclosed; one of the days is wrong, and nobody knows which.
 * - amount_unreadable: no range of dollars.
 * Kept, and told with the trade:
 * - ticker_missing, ticker_unreadable: the ticker is null.
 * - amount_cut_off: the range names no upper bound although it should.
 * - text_damaged: bytes that were no UTF-8.
 * Neither:
 * - duplicate: the same trade stands in the same file before.
 */
export const refusedCodes = [
  "row_malformed",
  "scanned_filing",
  "politician_missing",
  "chamber_unknown",
  "transaction_type_unknown",
  "transaction_date_impossible",
  "disclosure_date_impossible",
  "disclosure_date_future",
  "lag_negative",
  "amount_unreadable",
] as const;

export type RefusedCode = (typeof refusedCodes)[number];

export type KeptCode = "ticker_missing" | "ticker_unreadable" | "amount_cut_off" | "text_damaged";

export type DefectCode = RefusedCode | KeptCode | "duplicate";

/** `found`: what stands there, cut to 200 characters. */
export type Defect = Readonly<{ code: DefectCode; found: string }>;
