export { congressionalIngest } from "./congressional-ingest/service.ts";
export { marketIngestService } from "./market-ingest-service/service.ts";
export { type MarketdataOptions, marketdataService } from "./marketdata-mcp-server/service.ts";
export { researchRunner } from "./research-runner/service.ts";
