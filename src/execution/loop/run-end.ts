import type { ExecutionDocuments } from "#evidence";

/** How a venue run came to its end. */
export type VenueRunEnd = ExecutionDocuments["multiple_experiments_summary"]["end"];
