import assert from "node:assert/strict";
import { test } from "node:test";
import { disclosureCodec } from "#protocol";
import { normalise } from "./normalise.ts";
import type { RawTrade, SourceRow } from "./raw-trade.ts";
import { formOf, readQuiverRecord } from "./row-forms.ts";

const readAt = "2026-02-05T12:00:00.000Z";

const sound: RawTrade = {
  chamber: "house",
  politician: "Hon. Virginia Foxx",
  personKey: null,
  party: "",
  state: "NC",
  district: "NC05",
  owner: "joint",
  ticker: "BP",
  assetType: "",
  assetDescription: "BP plc",
  transactionType: "purchase",
  transactionDate: "2021-09-27",
  disclosureDate: "10/04/2021",
  amount: "$1,001 - $15,000",
  comment: "--",
  filingUrl: "https://disclosures-clerk.house.gov/public_disc/ptr-pdfs/2021/20019557.pdf",
};

function row(changes: Partial<RawTrade>, place: Partial<SourceRow["place"]> = {}): SourceRow {
  const trade = { ...sound, ...changes };
  return { place: { source: "a file", sha256: null, row: 7, ...place }, raw: { ...trade }, trade };
}

function codes(changes: Partial<RawTrade>): readonly string[] {
  const judged = normalise(row(changes), readAt);
  return [judged.state, ...judged.defects.map(({ code }) => code)];
}

function idOf(changes: Partial<RawTrade>, place: Partial<SourceRow["place"]> = {}): string {
  const judged = normalise(row(changes, place), readAt);
  assert.ok(judged.state === "disclosed");
  return judged.disclosure.disclosure_id;
}

test("a sound row becomes a disclosure that its codec accepts; what is unknown is null", () => {
  const judged = normalise(row({}), readAt);
  assert.ok(judged.state === "disclosed");
  const { disclosure_id, ...rest } = judged.disclosure;
  assert.match(disclosure_id, /^[0-9a-f]{64}$/);
  assert.equal(disclosureCodec.write(judged.disclosure).ok, true);
  assert.deepEqual(rest, {
    schema: "assay.disclosure/1",
    politician: "Virginia Foxx",
    politician_id: "house:virginia-foxx",
    chamber: "house",
    party: null,
    state: "NC",
    district: "NC05",
    owner: "joint",
    ticker: "BP",
    asset_type: null,
    asset_description: "BP plc",
    transaction_type: "purchase",
    transaction_date: "2021-09-27",
    disclosure_date: "2021-10-04",
    lag_days: 7,
    amount_range: "$1,001 - $15,000",
    amount_min: "1001",
    amount_max: "15000",
    amount_midpoint: "8000.5",
    comment: null,
    filing_url: sound.filingUrl,
    defects: [],
    source: { name: "a file", sha256: null, row: 7, read_at_utc: readAt },
  });
});

test("each thing that is wrong with a row has its code, and all of them are told", () => {
  const rows: readonly (readonly [Partial<RawTrade>, readonly string[]])[] = [
    [{ ticker: "--" }, ["disclosed", "ticker_missing"]],
    [{ ticker: "Broadcom Inc." }, ["disclosed", "ticker_unreadable"]],
    [{ amount: "$1,001 -" }, ["disclosed", "amount_cut_off"]],
    [{ amount: "Over $50,000,000" }, ["disclosed"]],
    [{ assetDescription: "caf\uFFFD" }, ["disclosed", "text_damaged"]],
    [{ transactionDate: "0009-06-09" }, ["refused", "transaction_date_impossible"]],
    [{ transactionDate: "2021-02-30" }, ["refused", "transaction_date_impossible"]],
    [{ disclosureDate: "soon" }, ["refused", "disclosure_date_impossible"]],
    [{ disclosureDate: "2026-02-06" }, ["refused", "disclosure_date_future"]],
    [{ transactionDate: "2021-10-05" }, ["refused", "lag_negative"]],
    [{ transactionDate: "2021-10-04" }, ["disclosed"]],
    [{ amount: "a lot" }, ["refused", "amount_unreadable"]],
    [{ transactionType: "N/A" }, ["refused", "transaction_type_unknown"]],
    [{ politician: "Hon." }, ["refused", "politician_missing"]],
    [{ chamber: "lords" }, ["refused", "chamber_unknown"]],
    [{ assetType: "PDF Disclosed Filing", amount: "Unknown" }, ["refused", "scanned_filing"]],
    [
      { amount: "?", transactionDate: "x", ticker: "" },
      ["refused", "transaction_date_impossible", "amount_unreadable"],
    ],
  ];
  for (const [changes, expected] of rows) {
    assert.deepEqual(codes(changes), expected, JSON.stringify(changes));
  }
  const shapeless: SourceRow = { place: row({}).place, raw: ["a", "b"], trade: null };
  const judged = normalise(shapeless, readAt);
  assert.deepEqual(
    judged.defects.map(({ code }) => code),
    ["row_malformed"],
  );
});

test("the same trade has the same id from any row and file; distinct amounts are distinct", () => {
  const id = idOf({});
  assert.equal(idOf({}, { row: 9, sha256: "a".repeat(64), source: "another" }), id);
  assert.equal(idOf({ politician: "Mrs. Virginia Foxx", ticker: " bp " }), id);
  assert.equal(idOf({ transactionDate: "09/27/2021", owner: "Joint" }), id);
  const others: readonly Partial<RawTrade>[] = [
    { amount: "$15,001 - $50,000" },
    { amount: "$1,001 -" },
    { transactionType: "sale" },
    { transactionDate: "2021-09-28" },
    { disclosureDate: "2021-10-05" },
    { ticker: "XOM" },
    { owner: "self" },
    { assetDescription: "BP plc ADR" },
    { politician: "Hon. Nancy Pelosi" },
    { chamber: "senate" },
    { filingUrl: "https://disclosures-clerk.house.gov/another.pdf" },
  ];
  const ids = new Set([id, ...others.map((changes) => idOf(changes))]);
  assert.equal(ids.size, others.length + 1);
});

test("a record of Quiver's shape is a trade, with the person's own key", () => {
  const trade = readQuiverRecord({
    Representative: "Nancy Pelosi",
    BioGuideID: "P000197",
    ReportDate: "2023-03-01",
    TransactionDate: "2023-02-10",
    Ticker: "AAPL",
    Transaction: "Sale (Partial)",
    Range: "$1,000,001 - $5,000,000",
    House: "Representatives",
    Amount: "1000001.0",
    Party: "D",
    ExcessReturn: 1.5,
  });
  const judged = normalise({ place: row({}).place, raw: {}, trade }, readAt);
  assert.ok(judged.state === "disclosed");
  const { politician_id, chamber, party, amount_min, transaction_type } = judged.disclosure;
  assert.deepEqual(
    [politician_id, chamber, party, amount_min, transaction_type],
    ["bioguide:P000197", "house", "D", "1000001", "sale_partial"],
  );
});

test("a record that tells the lower bound alone is listed as cut off; no record is none", () => {
  const lower = readQuiverRecord({ Amount: 1001.0, House: "Senate" });
  assert.equal(lower?.amount, "$1001 -");
  for (const value of [null, 7, "x", ["a"]]) assert.equal(readQuiverRecord(value), null);
});

test("a header is known by its columns in any order, and by nothing less", () => {
  const house = [
    "ptr_link",
    "district",
    "representative",
    "amount",
    "type",
    "asset_description",
    "ticker",
    "owner",
    "transaction_date",
    "disclosure_date",
  ];
  assert.equal(formOf(house)?.name, "house_stock_watcher");
  assert.equal(formOf(house.slice(1)), null);
  assert.equal(formOf([]), null);
});
