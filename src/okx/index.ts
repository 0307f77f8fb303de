export type {
  Endpoint,
  EndpointAuth,
  LimitScope,
  Paging,
  RateLimit,
} from "./endpoints/endpoint.ts";
export { endpointOf, endpoints, findEndpoint } from "./endpoints/table.ts";
export type { EndpointName, RequestByEndpoint, RowByEndpoint } from "./endpoints/types.ts";
export type { Columns, Fields, RawLevel, Row, Whole } from "./fields.ts";
