import { type Fault, type Result } from "#base";
import { type BarFile, type BarScan, type ScanHooks, scanBars } from "./scan-bars.ts";

/** Looks through a file of bars as an import would and lands nothing. Faults: those of scanBars. */
export async function checkBarFile(
  file: BarFile,
  hooks: Omit<ScanHooks, "onBar"> = {},
): Promise<Result<BarScan, Fault>> {
  return scanBars(file, { ...hooks, onBar: () => {} });
}
