"""All claims about the orders of a run at a venue, in the order of docs/contracts/orders.md 4."""

import decimal

from order_agents import step93_agent_roster, step93_startup_flatten
from order_audit import (step32_orphans, step33_fills_bills_join, step34_paging_closure,
                         step88_p3_fills, step88_p4_bills, step88_p5_auditor_join)
from order_claims import step88_p0_attempts, step88_p1_acks, step88_p2_terminal_state
from order_conduct import (execution_counts, fence_audit, positions_balance,
                           step38_audit_scopes, step74_freeze, step94_one_shot_closure)
from order_files import AUDIT, OrderFiles, file_of, order_files, order_stream, tier_contract
from order_raw import raw_samples, raw_shards
from order_world import (venue_deaths, venue_genomes, venue_manifest, venue_population,
                         venue_summary)
from refs import step41_evidence_refs, step43_ref_index

decimal.getcontext().prec = 200

# Each claim with the files that it reads (4.2).
CLAIMS = (
    (venue_manifest, ""),
    (venue_genomes, "agent_roster genomes_snapshot"),
    (venue_population, "agent_roster birth_events"),
    (venue_deaths,
     "birth_events death_events decision_trace order_attempts gating_telemetry"),
    (venue_summary, "agent_roster birth_events death_events decision_trace order_attempts "
     "multiple_experiments_summary"),
    (step93_agent_roster, "agent_roster order_attempts"),
    (step93_startup_flatten, "startup_preflight order_attempts"),
    (step88_p0_attempts, "decision_trace order_attempts"),
    (step88_p1_acks, "order_attempts exchange_api_calls"),
    (step88_p2_terminal_state,
     "order_attempts order_status_samples reconciliation_freeze_events"),
    (step88_p3_fills, "order_attempts fills paging_traces auditor_report"),
    (step88_p4_bills, "order_attempts fills bills paging_traces auditor_report"),
    (step88_p5_auditor_join, "order_attempts order_status_samples orders_history auditor_report"),
    (step32_orphans, "order_attempts orders_history paging_traces auditor_report"),
    (step33_fills_bills_join, "order_attempts fills bills paging_traces auditor_report"),
    (step34_paging_closure, "paging_traces auditor_report"),
    (step38_audit_scopes, "order_attempts"),
    (step41_evidence_refs, "evidence_ref_index"),
    (step43_ref_index, "evidence_ref_index"),
    (step74_freeze, "order_attempts reconciliation_freeze_events ledger_ticks"),
    (fence_audit, "gating_telemetry order_attempts decision_trace"),
    (execution_counts, "order_attempts exchange_api_calls ledger_ticks execution_fingerprint"),
)
FULL_TIER = ((positions_balance, "positions_snapshot fills paging_traces auditor_report"),
             (raw_shards, "m_execution_raw positions_reconstruction_raw"))
ONE_SHOT_FILES = "decision_trace order_attempts orders_history"
READS = (*CLAIMS, *FULL_TIER, (step94_one_shot_closure, ONE_SHOT_FILES))
LEVELS = [check.__name__ for check, _ in CLAIMS if "step88_p" in check.__name__]


def verify_orders(verdict, directory, deletion):
    files = OrderFiles(directory)
    verdict.claim("order_files", lambda finding, gap: order_files(files, finding, gap))
    if not files.manifest:
        return

    def claim(check, reads: str):
        def guarded(finding, gap):
            if missing(files, reads, finding, gap):
                return 1
            return check(files, finding, gap)
        verdict.claim(check.__name__, guarded)
    claim(tier_contract, "")
    if not files.is_venue:
        for check, _ in (*READS, (order_stream, ""), (raw_samples, "")):
            verdict.add(check.__name__, "NOT_APPLICABLE", "no_order_leaves_an_offline_run")
        return
    claim(order_stream, "")
    for check, reads in CLAIMS:
        claim(check, reads)
    for check, reads in FULL_TIER:
        if files.is_full:
            claim(check, reads)
        else:
            verdict.add(check.__name__, "NOT_APPLICABLE", "full_tier_only")
    judge_samples(verdict, files, deletion)
    verdict.claim("step88_order_confirmation", lambda finding, gap: confirmation(
        verdict, files, (finding, gap)))
    step94_one_shot_closure(verdict, files, lambda finding, gap: missing(
        files, ONE_SHOT_FILES, finding, gap))


def missing(files: OrderFiles, reads: str, finding, gap) -> bool:
    """4.2: a file that is owed and absent is a finding, one of an audit that was none a gap."""
    is_missing = False
    for name in reads.split():
        if files.has(name):
            continue
        is_missing = True
        if name in files.owed():
            finding("evidence_missing", file_of(name), None, "the claim reads it")
        elif name in AUDIT:
            gap("audit_not_executed", file_of(name), None, "no audit was declared")
        else:
            gap("nothing_to_check", file_of(name), None, "not there")
    if not is_missing and set(reads.split()) & set(AUDIT) and files.scope is None:
        gap("audit_not_executed", None, None, "no audit was declared")
        return True
    return is_missing


def judge_samples(verdict, files: OrderFiles, deletion):
    if files.is_full:
        verdict.add("raw_samples", "NOT_APPLICABLE", "screening_tier_only")
        return
    verdict.claim("raw_samples",
                  lambda finding, gap: raw_samples(files, deletion, finding, gap))
    if deletion and verdict.of("raw_samples") == "PASS":
        verdict.claims[-1].update(verdict="NOT_APPLICABLE", reason="retained_out")


def confirmation(verdict, files: OrderFiles, listeners) -> int:
    """Step 88: the worst of its levels; a run without an order confirms none."""
    finding, gap = listeners
    for name in LEVELS:
        word = verdict.of(name)
        if word == "FAIL":
            finding("step88_level_failed", None, None, name)
        elif word == "NOT_MEASURABLE":
            gap("step88_level_unknown", None, None, name)
    if not any(row["operation"] == "place" and row["connector_call"] is not None
               for _, row in files.rows.get("order_attempts", [])):
        gap("no_order_placed", "order_attempts.jsonl", None, "no order left")
    return len(LEVELS)
