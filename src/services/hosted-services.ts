import { type HostedService, hosted } from "#mesh";
import { congressionalIngest } from "./congressional-ingest/service.ts";
import { executionAgent } from "./execution-agent/service.ts";
import { marketIngestService } from "./market-ingest-service/service.ts";
import { marketdataService } from "./marketdata-mcp-server/service.ts";
import { missionControl } from "./mission-control/service.ts";
import { reportingAgent } from "./reporting-agent/service.ts";
import { researchRunner } from "./research-runner/service.ts";
import { strategyEngine } from "./strategy-engine/service.ts";
import { strategyService } from "./strategy-service/service.ts";

/**
 * Every service by its name in the roster, in the order in which one process starts them: who
 * listens comes before who speaks, and strategies last, so that their first round finds data.
 */
export const services: readonly HostedService[] = [
  hosted(marketIngestService()),
  hosted(strategyService),
  hosted(congressionalIngest),
  hosted(researchRunner),
  hosted(marketdataService()),
  hosted(strategyEngine),
  hosted(executionAgent),
  hosted(missionControl),
  hosted(reportingAgent),
];
