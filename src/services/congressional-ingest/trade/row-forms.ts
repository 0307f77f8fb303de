import type { Json } from "#base";
import type { RawTrade } from "./raw-trade.ts";

type Cells = Readonly<Record<string, string>>;

/** Reads the cells of one form of file; every column named must be there. */
export type RowForm = Readonly<{
  name: string;
  columns: readonly string[];
  read: (cells: Cells) => RawTrade;
}>;

const nothing = { personKey: null, party: "", state: "", district: "", assetType: "", comment: "" };

/** House periodic transaction reports as House Stock Watcher publishes them. */
const houseForm: RowForm = {
  name: "house_stock_watcher",
  columns: [
    "disclosure_date",
    "transaction_date",
    "owner",
    "ticker",
    "asset_description",
    "type",
    "amount",
    "representative",
    "district",
    "ptr_link",
  ],
  read: (cells) => ({
    ...nothing,
    ...shared(cells),
    chamber: "house",
    politician: cells["representative"] ?? "",
    // `NC05` is the fifth district of North Carolina.
    state: /^[A-Z]{2}/.exec(cells["district"] ?? "")?.[0] ?? "",
    district: cells["district"] ?? "",
  }),
};

/** Senate periodic transaction reports as Senate Stock Watcher publishes them. */
const senateForm: RowForm = {
  name: "senate_stock_watcher",
  columns: [
    "transaction_date",
    "owner",
    "ticker",
    "asset_description",
    "asset_type",
    "type",
    "amount",
    "comment",
    "senator",
    "ptr_link",
    "disclosure_date",
  ],
  read: (cells) => ({
    ...nothing,
    ...shared(cells),
    chamber: "senate",
    politician: cells["senator"] ?? "",
    assetType: cells["asset_type"] ?? "",
    comment: cells["comment"] ?? "",
  }),
};

/** What both forms name alike. */
function shared(cells: Cells): Omit<RawTrade, keyof typeof nothing | "chamber" | "politician"> {
  return {
    owner: cells["owner"] ?? "",
    ticker: cells["ticker"] ?? "",
    assetDescription: cells["asset_description"] ?? "",
    transactionType: cells["type"] ?? "",
    transactionDate: cells["transaction_date"] ?? "",
    disclosureDate: cells["disclosure_date"] ?? "",
    amount: cells["amount"] ?? "",
    filingUrl: cells["ptr_link"] ?? "",
  };
}

const rowForms: readonly RowForm[] = [houseForm, senateForm];

/** The form whose columns a header has, whatever their order; null for none. */
export function formOf(header: readonly string[]): RowForm | null {
  return rowForms.find(({ columns }) => columns.every((name) => header.includes(name))) ?? null;
}

/**
 * One record of Quiver's `congresstrading`. Null for what is no record at all; a member that is
 * missing is blank, and the judgement of the trade finds it.
 */
export function readQuiverRecord(value: Json): RawTrade | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const members = new Map(Object.entries(value));
  const text = (...names: readonly string[]): string => {
    const found = names.map((name) => members.get(name)).find((item) => item !== undefined);
    return typeof found === "string" || typeof found === "number" ? String(found) : "";
  };
  const key = text("BioGuideID").trim();
  return {
    chamber: text("House", "Chamber"),
    politician: text("Representative", "Senator", "Name"),
    personKey: /^[A-Z]\d{6}$/.test(key) ? key : null,
    party: text("Party"),
    state: text("State"),
    district: text("District"),
    owner: text("Owner"),
    ticker: text("Ticker"),
    assetType: text("TickerType"),
    assetDescription: text("Description"),
    transactionType: text("Transaction"),
    transactionDate: text("TransactionDate"),
    disclosureDate: text("ReportDate"),
    amount: text("Range") === "" ? lowerBound(text("Amount")) : text("Range"),
    comment: text("Comments"),
    filingUrl: text("Link"),
  };
}

/** Where only the lower bound of a range is told, the upper one is missing, and listed as such. */
function lowerBound(text: string): string {
  const whole = /^(\d{1,12})(?:\.0+)?$/.exec(text.trim())?.[1];
  return whole === undefined ? text : `$${whole} -`;
}
