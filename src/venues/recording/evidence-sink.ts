import type { Fault, Result } from "#base";
import type { OrderLines } from "#evidence";

/** The files of a run that the broker writes. */
export type BrokerFile =
  | "order_attempts"
  | "exchange_api_calls"
  | "order_status_samples"
  | "reconciliation_freeze_events";

/** A line without the head that its writer gives it: run, number and time. */
export type LineBody<File extends BrokerFile> = Omit<OrderLines[File], "run_id" | "seq" | "ts_utc">;

/** Where a line lies, for refs to it. */
export type LandedLine = Readonly<{
  file: string;
  /** From 1. */
  line: number;
  tsUtc: string;
  /** Over the bytes of the line with its end. */
  sha256: string;
}>;

/**
 * Where the broker's evidence goes; lines of one file lie in the order of the calls, with the time
 * of the call. After a fault nothing more is taken.
 */
export type EvidenceSink = Readonly<{
  /** Durable when it says ok. */
  append: Append;
  /**
   * Written when it says ok, so that the end of the process does not take it, and durable with the
   * next line of the file that is, or when the sink is closed. It is for a line that says again
   * what durable lines say.
   */
  note: Append;
}>;

type Append = <File extends BrokerFile>(
  file: File,
  body: LineBody<File>,
) => Promise<Result<LandedLine, Fault>>;
