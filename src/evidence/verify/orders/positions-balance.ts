import type {
  PositionsLook,
  PositionsSnapshot,
} from "../../artifacts/orders/positions-snapshot.ts";
import { toUnits, unitsToText } from "./exact-decimal.ts";
import { type OrderClaim, type OrderReport, wholeFile } from "./order-claim.ts";
import { withoutVenue } from "./order-contract.ts";
import { closedOrGap } from "./paging-gap.ts";
import { orderFileNames } from "./records.ts";

/**
 * What was held at the start, plus every fill of the audit, is what was held at the end: positions
 * are neither invented nor lost. It holds one sum for each instrument.
 */
export const positionsBalance: OrderClaim<"positions" | "fill"> = {
  id: "positions_balance",
  clause: "docs/contracts/orders.md#positions-balance",
  reads: ["positions_snapshot", "fills", "paging_traces", "auditor_report"],
  notApplicable: ({ manifest }) => {
    const full = manifest.orders.meta.tier === "tier2_full";
    return withoutVenue(manifest.orders.mode) ?? (full ? null : "positions_belong_to_tier2_full");
  },
  start(run, report) {
    const flowByInstrument = new Map<string, bigint>();
    const add = (instrument: string, units: bigint): void => {
      flowByInstrument.set(instrument, (flowByInstrument.get(instrument) ?? 0n) + units);
    };
    let snapshot: PositionsSnapshot | null = null;

    return {
      on: {
        positions(record): void {
          snapshot = record;
        },
        fill(fill): void {
          if (fill.audit_scope_id !== run.auditScopeId) return;
          const units = toUnits(fill.fillSz);
          add(fill.inst_id, fill.side === "buy" ? units : -units);
        },
      },
      end(): void {
        if (snapshot === null) return;
        const looks = looksOf(snapshot, report);
        const complete = closedOrGap(run, "fills", report);
        if (looks === null || !complete) return;
        for (const { inst_id, contracts } of looks.start.positions) {
          add(inst_id, toUnits(contracts));
        }
        for (const { inst_id, contracts } of looks.end.positions) {
          add(inst_id, -toUnits(contracts));
        }
        for (const [instrument, rest] of flowByInstrument) {
          report.count();
          if (rest === 0n) continue;
          const detail = `${instrument}: ${unitsToText(rest)} contracts are not accounted for`;
          report.finding("positions_differ", file, detail);
        }
      },
    };
  },
};

const file = wholeFile(orderFileNames.positions_snapshot);

type Looks = Readonly<{ start: PositionsLook; end: PositionsLook }>;

function looksOf(snapshot: PositionsSnapshot, report: OrderReport): Looks | null {
  const { snapshots, positions_quality: quality } = snapshot;
  report.count();
  if (quality === "unreliable" || quality === "unknown") {
    report.gap("positions_not_trusted", file, `positions_quality is ${quality}`);
    return null;
  }
  const [start, end] = snapshots;
  const paired = start?.moment === "run_start" && end?.moment === "run_end";
  if (start !== undefined && end !== undefined && paired && snapshots.length === 2) {
    return { start, end };
  }
  report.finding("positions_moment_missing", file, "one look at the start, one at the end");
  return null;
}
