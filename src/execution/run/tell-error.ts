import type { EvidenceRef } from "#evidence";
import type { Broker, FreezeReason } from "#venues";
import type { LinePlace } from "../landing/journal.ts";
import { refToLines } from "../landing/refs.ts";
import type { RunSession } from "./open-session.ts";

export type RunError = Readonly<{
  tick: number | null;
  type: string;
  code: string;
  detail: string;
  /** Lines of the run's own journal that show it. */
  places?: readonly LinePlace[];
}>;

/** A line of errors.jsonl: every degradation, freeze and stop leaves one. */
export function tellError(session: RunSession, error: RunError): LinePlace {
  const { journal, auditScopeId, directory } = session;
  const places = error.places ?? [];
  // A ref binds to bytes on disk, so what it points at has to be there first.
  if (places.length > 0) journal.land();
  const refs: readonly EvidenceRef[] = places.map(({ file, line }) =>
    refToLines(directory, { file, start: line, end: line }, auditScopeId),
  );
  return journal.order("errors", {
    audit_scope_id: auditScopeId,
    tick: error.tick,
    tick_reason: error.tick === null ? "outside_the_ticks" : null,
    error_type: error.type,
    reason_code: error.code,
    detail: error.detail.slice(0, 1000),
    evidence_refs: refs,
  });
}

type Freezing = Readonly<{ session: RunSession; broker: Broker }>;

/** Freezes execution over something that went wrong, and points at the line that says so. */
export async function freezeOver(
  { session, broker }: Freezing,
  reason: FreezeReason,
  error: RunError,
): Promise<void> {
  const { line } = tellError(session, error);
  const { journal, directory, auditScopeId } = session;
  const landed = journal.land();
  const place = { file: "errors.jsonl", start: line, end: line };
  const refs = landed.ok ? [refToLines(directory, place, auditScopeId)] : [];
  await broker.freeze(reason, error.detail, { tick: error.tick, refs });
}
