import type { Fault, Result } from "#base";
import type { SourceRow } from "../trade/raw-trade.ts";

/** Where disclosures come from. It opens again at each poll. */
export type DisclosureSource = Readonly<{
  /** For logs and labels: `quiver`, or `file` with the name of it. */
  name: string;
  open: (signal: AbortSignal) => Promise<Result<OpenedSource, SourceFault>>;
}>;

export type OpenedSource = Readonly<{
  /** Under which the watermark is kept: the digest of a file, the name of an interface. */
  key: string;
  /** Whether the same key always brings the same rows in the same order. */
  fixed: boolean;
  /** Reads on demand. A fault ends it; the rows before stand. */
  rows: AsyncIterable<Result<SourceRow, SourceFault>>;
}>;

/** `retry`: soon by the backoff, at the earliest after a time, or not before the next poll. */
export type SourceFault = Fault & Readonly<{ retry: Retry }>;

export type Retry = "soon" | "next_poll" | Readonly<{ afterMs: number }>;
