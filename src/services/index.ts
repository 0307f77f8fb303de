export { type MarketdataOptions, marketdataService } from "./marketdata-mcp-server/service.ts";
