import type { Command } from "commander";
import { addDataCheck } from "./data-check.ts";
import { addDataFetch } from "./data-fetch.ts";
import { addDataImport } from "./data-import.ts";
import { addDataList } from "./data-list.ts";
import type { Shell } from "./verb.ts";

/** `assay data`: market data comes in, is looked through and is listed. */
export function addData(program: Command, shell: Shell): void {
  const data = program.command("data").description("import, check, list and fetch market data");
  addDataImport(data, shell);
  addDataCheck(data, shell);
  addDataList(data, shell);
  addDataFetch(data, shell);
}
