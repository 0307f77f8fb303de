import type { EndpointFamily } from "../../artifacts/orders/paging-traces.ts";
import { type OrderReport, type OrderRun, wholeFile } from "./order-claim.ts";
import { orderFileNames } from "./records.ts";

/** Whether this family was read to its end; otherwise says why nothing follows from it. */
export function closedOrGap(run: OrderRun, family: EndpointFamily, report: OrderReport): boolean {
  const closure = run.paging.closureOf(family);
  if (closure.closed) return true;
  report.gap(closure.code, wholeFile(orderFileNames.paging_traces), closure.detail);
  return false;
}
