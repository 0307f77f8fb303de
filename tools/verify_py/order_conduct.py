"""How a run at a venue conducted itself: Steps 38, 74 and 94, fences, counts and positions
(docs/contracts/orders.md)."""

from decimal import Decimal

from order_audit import closure_gap
from order_claims import ATTEMPTS, ENDS
from order_files import OrderFiles, decisions_of, exact, file_of

FENCES, FREEZES = "gating_telemetry.json", "reconciliation_freeze_events.jsonl"
SEED_FENCES = """fence_i_positions_empty_fallback fence_live_auth_guard
fence_m_no_fills_skip_reconstruction fence_rate_limiter_block_order""".split()
SCOPED = """order_status_samples orders_history fills bills paging_traces auditor_discrepancies
reconciliation_freeze_events errors""".split()
RATE_LIMIT_CODES = ("50011", "50061")


def step38_audit_scopes(files: OrderFiles, finding, gap) -> int:
    scopes, current = files.manifest.get("audit_scopes") or [], files.manifest.get("audit_scope")
    if current is None:
        gap("audit_not_executed", None, None, "no audit was declared")
        return 0
    ids = [scope["audit_scope_id"] for scope in scopes]
    for name in sorted({each for each in ids if ids.count(each) > 1}):
        finding("audit_scope_repeated", "run_manifest.json", None, name)
    times = [(scope["ts_utc_start"], scope["ts_utc_end"]) for scope in scopes]
    if any(start > end for start, end in times) or any(
            two[0] < one[0] for one, two in zip(times, times[1:])):
        finding("audit_scope_disordered", "run_manifest.json", None, "times go back")
    if not scopes or scopes[-1] != current:
        finding("audit_scope_not_current", "run_manifest.json", None, "not the last of them")
    for name in SCOPED:
        for line, row in files.rows.get(name, []):
            if row["audit_scope_id"] is not None and row["audit_scope_id"] not in ids:
                finding("audit_scope_unknown", file_of(name), line, row["audit_scope_id"])
    report = files.documents.get("auditor_report")
    if report and report["audit_scope_id"] not in ids:
        finding("audit_scope_unknown", "auditor_report.json", None, report["audit_scope_id"])
    for line, row in files.rows.get("order_attempts", []):
        if not row["client_order_id"].startswith(files.prefix):
            finding("audit_prefix_foreign", ATTEMPTS, line, row["client_order_id"])
    window = current["time_window_ms"]
    for line, row in files.of_scope("paging_traces"):
        if (row["inst_id"], row["time_window_ms"]) != (current["inst_id"], window):
            finding("audit_query_outside", "paging_traces.jsonl", line, row["inst_id"])
    for name, key in (("fills", "filled_ms"), ("bills", "billed_ms")):
        for line, row in files.of_scope(name):
            if not window["start_ms"] <= row[key] <= window["end_ms"]:
                finding("audit_window_missed", file_of(name), line, str(row[key]))
    for name in current["artifacts"]:
        if name not in files.directory.files:
            finding("audit_artifact_missing", name, None, "the scope declares it")
    return len(scopes)


def step74_freeze(files: OrderFiles, finding, _) -> int:
    section = files.manifest.get("execution_freeze")
    events = files.rows.get("reconciliation_freeze_events", [])
    attempts = files.rows.get("order_attempts", [])
    ids = {}
    for line, row in events:
        if row["freeze_id"] in ids:
            finding("freeze_repeated", FREEZES, line, row["freeze_id"])
        ids.setdefault(row["freeze_id"], row)
    first = events[0][1] if events else None
    for line, row in attempts:
        by_freeze = row["l1_classification"] == "L1_EXECUTION_FROZEN"
        if by_freeze != (row["freeze"] is not None) or by_freeze and (
                row["status"] != "rejected" or row["connector_call"] is not None):
            finding("freeze_refusal_contradicts", ATTEMPTS, line, row["attempt_id"])
        if row["freeze"] is not None:
            event = ids.get(row["freeze"]["freeze_id"])
            if event is None:
                finding("freeze_trigger_missing", ATTEMPTS, line, row["freeze"]["freeze_id"])
            elif event["freeze_reason_code"] != row["freeze"]["freeze_reason_code"]:
                finding("freeze_reason_differs", ATTEMPTS, line, row["attempt_id"])
            elif row["ts_utc"] < event["ts_utc"]:
                finding("freeze_refusal_early", ATTEMPTS, line, row["attempt_id"])
        if first and row["status"] == "sending" and row["operation"] != "cancel" and (
                row["ts_utc"] > first["ts_utc"]):
            finding("freeze_broken", ATTEMPTS, line, row["attempt_id"])
    frozen_in = first and first["tick"]
    for line, row in files.rows.get("ledger_ticks", []):
        if frozen_in is not None and row["tick"] > frozen_in and row["execution_orders_sent"]:
            finding("freeze_broken", "ledger_ticks.jsonl", line, f"sent in tick {row['tick']}")
    if section is None or not section["enabled"]:
        finding("freeze_gate_off", "run_manifest.json", None, "the gate is not on")
        return len(events) + len(attempts)
    due = {"frozen": first is not None, "status": "frozen" if first else "not_triggered",
           "freeze_reason_code": first and first["freeze_reason_code"],
           "freeze_ts_utc": first and first["ts_utc"],
           "freeze_event_rel_path": FREEZES if first else None}
    for field, value in due.items():
        if section[field] != value:
            finding("freeze_manifest_differs", "run_manifest.json", None, field)
    return 1 + len(events) + len(attempts)


def fence_audit(files: OrderFiles, finding, _) -> int:
    telemetry = files.documents["gating_telemetry"]
    rows = {}
    for row in telemetry["fences"]:
        if row["fence_id"] in rows:
            finding("fence_repeated", FENCES, None, row["fence_id"])
        rows[row["fence_id"]] = row
        if row["block_count"] > row["trigger_count"]:
            finding("fence_counts_wrong", FENCES, None, row["fence_id"])
        if row["category"] == "man_made" and row["off_switch"] is None:
            finding("fence_without_switch", FENCES, None, row["fence_id"])
    for name in SEED_FENCES:
        if name not in rows:
            finding("fence_missing", FENCES, None, name)
    attempts = [row for _, row in files.rows.get("order_attempts", [])
                if row["status"] == "sending" or row["gate"]["gate_decision"] == "reject"]
    refused = {}
    for row in attempts:
        name = row["gate"]["gate_name"]
        if row["gate"]["gate_decision"] == "reject":
            refused[name] = refused.get(name, 0) + 1
    for name in refused:
        if name not in rows:
            finding("fence_unknown", FENCES, None, name)
    for name, row in rows.items():
        if row["layer"] == "ops" and row["block_count"] != refused.get(name, 0):
            finding("fence_blocks_differ", FENCES, None, f"{name} refused {refused.get(name, 0)}")
    for base, due in (("attempts", len(attempts)), ("steps", len(decisions_of(files)))):
        if telemetry[base] != due:
            finding("fence_base_differs", FENCES, None, f"{due} {base}")
    check_rates(telemetry, rows, finding)
    return len(rows)


def check_rates(telemetry: dict, rows: dict, finding):
    """F.3 and F.4."""
    said = {(each["fence_id"], each["rate"]): each for each in telemetry["high_rate_fences"]}
    if len(said) != len(telemetry["high_rate_fences"]):
        finding("fence_rate_differs", FENCES, None, "a rate is listed twice")
    for name, row in rows.items():
        for rate, count, base in (("trigger_per_step", "trigger_count", "steps"),
                                  ("block_per_attempt", "block_count", "attempts")):
            ppm = row[count] * 1_000_000 // (telemetry[base] or 1)
            entry = said.pop((name, rate), None)
            if entry is None:
                if ppm > 200_000:
                    finding("fence_rate_hidden", FENCES, None, f"{name} {rate} is {ppm}")
                continue
            if entry["rate_ppm"] != ppm or ppm <= 200_000:
                finding("fence_rate_differs", FENCES, None, f"{name} {rate} is {ppm}")
            if row["category"] == "man_made" and entry["counterfactual_run_id"] is None:
                finding("fence_without_counterfactual", FENCES, None, name)
    for name, rate in said:
        finding("fence_rate_differs", FENCES, None, f"{name} {rate} is no rate of a fence")


def execution_counts(files: OrderFiles, finding, _) -> int:
    ticks = {}
    for _, row in files.rows.get("order_attempts", []):
        if row["tick"] is None or row["connector_call"] is None:
            continue
        sent, acked, failed = ticks.get(row["tick"], (0, 0, 0))
        status = row["status"]
        ticks[row["tick"]] = (sent + (status == "sending"), acked + (status == "ok"),
                              failed + (status in ("rejected", "error")))
    seen = set()
    for line, row in files.rows.get("ledger_ticks", []):
        seen.add(row["tick"])
        said = tuple(row[f"execution_orders_{what}"] for what in ("sent", "acked", "failed"))
        if said != ticks.get(row["tick"], (0, 0, 0)):
            finding("ledger_counts_differ", "ledger_ticks.jsonl", line, f"tick {row['tick']}")
    for tick in sorted(set(ticks) - seen):
        finding("ledger_tick_missing", "ledger_ticks.jsonl", None, f"tick {tick}")
    said, calls = files.documents["execution_fingerprint"], [
        row for _, row in files.rows.get("exchange_api_calls", [])]
    failed = [row for row in calls if row["error_type"] is not None]
    due = {"api_calls": len(calls), "error_count": len(failed),
           "orders_sent": sum(row["status"] == "sending"
                              for _, row in files.rows.get("order_attempts", [])),
           "error_events": [{key: row[key] for key in ("ts_utc", "call_id", "error_type")}
                            for row in failed],
           "rate_limit_hits": sum(is_rate_limit(row) for row in calls)}
    for field, value in due.items():
        if said[field] != value:
            finding("fingerprint_differs", "execution_fingerprint.json", None, field)
    return len(seen) + len(due)


def is_rate_limit(call: dict) -> bool:
    return call["http_status"] == 429 or call["code"] in RATE_LIMIT_CODES or (
        call["sCode"] in RATE_LIMIT_CODES)


def positions_balance(files: OrderFiles, finding, gap) -> int:
    """B.1 to B.3."""
    is_closed = closure_gap(files, ["fills"], gap)
    file, snapshot = "positions_snapshot.json", files.documents["positions_snapshot"]
    looks = {}
    for look in snapshot["snapshots"]:
        looks.setdefault(look["moment"], look)
    for moment in ("run_start", "run_end"):
        if moment not in looks:
            finding("positions_moment_missing", file, None, moment)
    if snapshot["positions_quality"] in ("unreliable", "unknown"):
        gap("positions_not_trusted", file, None, snapshot["positions_quality"])
    if len(looks) < 2 or not is_closed:
        return 1
    held = {}
    for sign, moment in ((1, "run_start"), (-1, "run_end")):
        for each in looks[moment]["positions"]:
            held.setdefault(each["inst_id"], []).append(sign * Decimal(each["contracts"]))
    for _, row in files.of_scope("fills"):
        sign = 1 if row["side"] == "buy" else -1
        held.setdefault(row["inst_id"], []).append(sign * Decimal(row["fillSz"]))
    for name, parts in held.items():
        if exact(parts) != 0:
            finding("positions_differ", file, None, f"{name} differs by {exact(parts)}")
    return 2 + len(held)


def step94_one_shot_closure(verdict, files: OrderFiles, missing):
    """Judged last: it rests on Steps 93 and 88."""
    name, proof = "step94_one_shot_closure", files.manifest.get("oneshot_closure_proof")
    if proof is None or not proof["enabled"]:
        verdict.add(name, "NOT_APPLICABLE", "one_shot_not_enabled")
        return

    def check(finding, gap):
        if missing(finding, gap):
            return 1
        marked = [(line, row) for line, row in files.rows.get("decision_trace", [])
                  if row.get("oneshot")]
        for line, _ in marked[1:]:
            finding("one_shot_repeated", "decision_trace.jsonl", line, "a second marker")
        attempts = [(line, row) for line, row in files.rows.get("order_attempts", [])
                    if row["flags"]["oneshot"]]
        check_chain(files, proof, (marked[:1], attempts), finding)
        for other in ("step93_agent_roster", "step88_order_confirmation"):
            word = verdict.of(other)
            if word == "FAIL":
                finding("one_shot_rests_on_failed", None, None, other)
            elif word == "NOT_MEASURABLE":
                gap("one_shot_rests_on_unknown", None, None, other)
        if proof["step88_verdict"] != verdict.of("step88_order_confirmation"):
            finding("one_shot_broken", "run_manifest.json", None, "step88_verdict")
        return 1
    verdict.claim(name, check)


def check_chain(files: OrderFiles, proof: dict, chain, finding):
    """94.1 to 94.3: from the decision to the books without a break."""
    def broken(file, line, what):
        finding("one_shot_broken", file, line, what)
    marked, attempts = chain
    if not marked:
        return broken("decision_trace.jsonl", None, "no decision carries the marker")
    line, decision = marked[0]
    if (decision["tick"], decision["agent_id_hash"], decision["intent_action"]) != (
            proof["tick"], proof["agent_id_hash"], proof["action"]):
        broken("decision_trace.jsonl", line, "not that of the proof")
    names = {row["client_order_id"] for _, row in attempts}
    if names != {proof["client_order_id"]}:
        broken(ATTEMPTS, None, "the flag is on other orders than the proof's")
    for at, row in attempts:
        if row["lifecycle_scope"] is not None or row["intent_id"] != decision["intent_id"] or (
                row["agent_id_hash"] != proof["agent_id_hash"]):
            broken(ATTEMPTS, at, "not the attempt of the decision")
    history = [row for _, row in files.of_scope("orders_history")
               if row["clOrdId"] == proof["client_order_id"]]
    ends = [row for row in history if row["state"] in ENDS]
    if not ends or ends[-1]["ordId"] != proof["ordId"]:
        return broken("orders_history.jsonl", None, "the history does not show its end")
    if exact([ends[-1]["accFillSz"]]) > 0:
        for name in ("fills", "bills"):
            if not any(row["ordId"] == proof["ordId"] for _, row in files.of_scope(name)):
                broken(file_of(name), None, "nothing of the order")
