import type { EvidenceRef, FreezeEvent, OrderManifest } from "#evidence";
import type { EvidenceSink } from "../recording/evidence-sink.ts";

export type FreezeReason = FreezeEvent["freeze_reason_code"];

/** Why and since when nothing is placed any more. */
export type Frozen = Readonly<{
  freezeId: string;
  reason: FreezeReason;
  detail: string;
  /** Time of the recorded trigger; null when not even that could be recorded. */
  tsUtc: string | null;
}>;

export type FreezeTrigger = Readonly<{
  reason: FreezeReason;
  detail: string;
  tick: number | null;
  refs: readonly EvidenceRef[];
}>;

/** One way: the first trigger freezes placing to the end of the run, cancelling never. */
export type Freeze = Readonly<{
  state: () => Frozen | null;
  /** Frozen when this is called, recorded when it resolves. A later trigger changes nothing. */
  trigger: (trigger: FreezeTrigger) => Promise<void>;
  /** The section `execution_freeze` of the manifest. */
  section: () => NonNullable<OrderManifest["execution_freeze"]>;
}>;

const eventFile = "reconciliation_freeze_events.jsonl";

export function createFreeze(
  sink: EvidenceSink,
  auditScopeId: string | null,
  before: Frozen | null,
): Freeze {
  let frozen: Frozen | null = before;
  return {
    state: () => frozen,
    async trigger({ reason, detail, tick, refs }): Promise<void> {
      if (frozen !== null) return;
      const freezeId = "fz00000001";
      frozen = { freezeId, reason, detail, tsUtc: null };
      const landed = await sink.append("reconciliation_freeze_events", {
        audit_scope_id: auditScopeId,
        tick,
        tick_reason: tick === null ? "outside_the_ticks" : null,
        freeze_id: freezeId,
        freeze_reason_code: reason,
        freeze_reason_detail: detail.slice(0, 1000),
        execution_frozen: true,
        evidence_refs: refs,
      });
      if (landed.ok) frozen = { freezeId, reason, detail, tsUtc: landed.value.tsUtc };
    },
    section() {
      const recorded = frozen !== null && frozen.tsUtc !== null;
      return {
        enabled: true,
        frozen: frozen !== null,
        freeze_reason_code: frozen?.reason ?? null,
        freeze_ts_utc: frozen?.tsUtc ?? null,
        freeze_event_rel_path: recorded ? eventFile : null,
        status: frozen === null ? "not_triggered" : "frozen",
      };
    },
  };
}
