import type { CapitalTripletRecord } from "../../artifacts/moment.ts";
import type { At, OrderReport } from "./order-claim.ts";

/** What is allocated and what is in reserve is all there is, to the micro. */
export function checkSplit(split: CapitalTripletRecord, at: At, report: OrderReport): void {
  const sum = split.allocated_capital_micro + split.system_reserve_micro;
  if (sum === split.current_total_micro) return;
  const detail = `${sum} allocated and in reserve, ${split.current_total_micro} in all`;
  report.finding("capital_split_wrong", { ...at, field: "capital_triplet" }, detail);
}
