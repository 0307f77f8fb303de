import type { Service } from "#mesh";
import { writeDeployReport } from "#ops";
import { type OpsBatchConfig, opsAddresses, startOpsBatch } from "../ops-batch.ts";

/** Writes the report of deployment and health, and is done. It asks and changes nothing. */
export const reportingAgent: Service<OpsBatchConfig> = {
  name: "reporting-agent",
  config: { addresses: opsAddresses },
  start: async (deps) => startOpsBatch(deps, writeDeployReport),
};
