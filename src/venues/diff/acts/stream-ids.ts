import type { OperationId } from "../catalogue/operation-ids.ts";

/** The acts that follow a stream. */
export type StreamId = Extract<OperationId, `stream_${string}`>;
