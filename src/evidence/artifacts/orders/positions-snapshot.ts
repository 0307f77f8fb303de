import type { z } from "zod";
import { exactly, listOf, nullable, oneOf, reason, strictRecord, utcTime } from "../fields.ts";
import { anyRunId, decimal, reasonedRecord, recordId } from "./order-fields.ts";

export type PositionRecord = Readonly<{
  inst_id: string;
  side: "long" | "short" | "net";
  /** Signed: negative = short, whatever `side` says. */
  contracts: string;
  avg_entry: string | null;
  avg_entry_reason: string | null;
  source: "exchange_reported" | "reconstructed_from_fills";
}>;

export type PositionsLook = Readonly<{
  moment: "run_start" | "run_end";
  ts_utc: string;
  positions: readonly PositionRecord[];
}>;

/** What was held before the first tick and after the last. */
export type PositionsSnapshot = Readonly<{
  schema_version: "positions_snapshot/1";
  run_id: string;
  positions_quality: "exchange_reported" | "reconstructed_from_fills" | "unreliable" | "unknown";
  snapshots: readonly PositionsLook[];
}>;

export const positionsSnapshot: z.ZodType<PositionsSnapshot> = strictRecord<PositionsSnapshot>({
  schema_version: exactly("positions_snapshot/1"),
  run_id: anyRunId,
  positions_quality: oneOf([
    "exchange_reported",
    "reconstructed_from_fills",
    "unreliable",
    "unknown",
  ]),
  snapshots: listOf(
    strictRecord<PositionsLook>({
      moment: oneOf(["run_start", "run_end"]),
      ts_utc: utcTime,
      positions: listOf(
        reasonedRecord<PositionRecord>({
          inst_id: recordId,
          side: oneOf(["long", "short", "net"]),
          contracts: decimal,
          avg_entry: nullable(decimal),
          avg_entry_reason: nullable(reason),
          source: oneOf(["exchange_reported", "reconstructed_from_fills"]),
        }),
      ),
    }),
  ),
});
