import type { Json } from "#base";

/** One row of a source with its members by one set of names; texts as the source has them. */
export type RawTrade = Readonly<{
  chamber: string;
  politician: string;
  /** A key of the source's own for the person, such as a BioGuide id. */
  personKey: string | null;
  party: string;
  state: string;
  district: string;
  owner: string;
  ticker: string;
  assetType: string;
  assetDescription: string;
  transactionType: string;
  transactionDate: string;
  disclosureDate: string;
  amount: string;
  comment: string;
  filingUrl: string;
}>;

/** Where a row stands. Files have digests and rows; an answer of an interface has neither. */
export type Place = Readonly<{ source: string; sha256: string | null; row: number | null }>;

/** A row as it came, for the list of defects, and as a trade when it has the form of one. */
export type SourceRow = Readonly<{
  place: Place;
  /** The members of the row as the source wrote them. */
  raw: Json;
  trade: RawTrade | null;
}>;
