"""Who acted, and from which start: Step 93 and its flatten (docs/contracts/orders.md)."""

from order_claims import ATTEMPTS
from order_files import OrderFiles, digest16
from records import GENES, ROSTER


def roster_of(files: OrderFiles) -> dict:
    anchors = {}
    for line, agent in enumerate(files.documents.get("agent_roster", {}).get("agents", []), 2):
        anchors.setdefault(agent["agent_id_hash"], []).append((line, agent))
    return anchors


def step93_agent_roster(files: OrderFiles, finding, gap) -> int:
    anchors, roster = roster_of(files), files.documents.get("agent_roster", {})
    named = [("decision_trace.jsonl", line, row.get("agent_id_hash"))
             for line, row in files.rows.get("decision_trace", [])]
    named += [(ATTEMPTS, line, row["agent_id_hash"])
              for line, row in files.rows.get("order_attempts", [])]
    named += [("bills.jsonl", line, row["agent_id_hash"]) for line, row in files.of_scope("bills")]
    for file, line, agent in named:
        if agent is not None and agent not in anchors:
            finding("roster_unknown_agent", file, line, f"{agent} has no anchor")
    for agent, lines in anchors.items():
        if len(lines) > 1:
            finding("roster_agent_repeated", ROSTER, lines[1][0], f"{agent} has two anchors")
    count = GENES.get(roster.get("genome_schema_version"))
    if count is None:
        finding("roster_schema_unknown", ROSTER, 1, str(roster.get("genome_schema_version")))
    elif (roster["weights_count"], roster["feature_dimension"],
          roster["feature_contract_version"]) != (count, 33, "features/1"):
        finding("roster_registry_differs", ROSTER, 1, "the head is not of the registry")
    for lines in anchors.values():
        for line, agent in lines:
            if agent["agent_id_hash"] != digest16(f"{files.run_id}:{agent['agent_id']}"):
                finding("roster_hash_wrong", ROSTER, line, agent["agent_id"])
            if count is not None and (agent["weights_count"], agent["genome_schema_version"]) != (
                    count, roster["genome_schema_version"]):
                finding("roster_registry_differs", ROSTER, line, agent["agent_id"])
    tests = (files.manifest.get("broker_trader_test") or {}).get("client_order_ids", [])
    for line, row in files.rows.get("order_attempts", []):
        if row["client_order_id"] in tests and row["agent_id_hash"] is not None:
            finding("self_test_as_agent", ATTEMPTS, line, row["client_order_id"])
    if not any(row["agent_id_hash"] is not None and row["connector_call"] is not None
               for _, row in files.rows.get("order_attempts", [])):
        gap("no_agent_level_attempt", ATTEMPTS, None, "the agents sent nothing")
    return len(named) + len(anchors)


def step93_startup_flatten(files: OrderFiles, finding, gap) -> int:
    section, preflight = files.manifest.get("startup_flatten"), files.documents.get(
        "startup_preflight")
    if section is None:
        finding("flatten_not_recorded", "run_manifest.json", None, "no startup_flatten")
        return 1
    if not section["enabled"] or not section["completed"]:
        finding("flatten_not_completed", "run_manifest.json", None, "not enabled or not completed")
    sent = [(line, row) for line, row in files.rows.get("order_attempts", [])
            if row["lifecycle_scope"] == "startup_flatten" and row["operation"] == "place"
            and row["status"] == "sending"]
    agents = [line for line, row in files.rows.get("order_attempts", [])
              if row["agent_id_hash"] is not None]
    for line, row in sent:
        if not row["params"]["reduce_only"]:
            finding("flatten_not_reduce_only", ATTEMPTS, line, row["client_order_id"])
        if agents and agents[0] < line:
            finding("flatten_after_agents", ATTEMPTS, line, row["client_order_id"])
    if preflight is None:
        return 1 + len(sent)
    before, after = preflight["before"], preflight["after"]
    counts = (section["orders_submitted"], section["positions_detected"])
    if counts[0] != len(sent) or before["positions_count"] not in (None, counts[1]):
        finding("flatten_counts_differ", "run_manifest.json", None,
                f"{len(sent)} orders, {before['positions_count']} positions")
    left = (after["open_orders_count"], after["positions_count"])
    if any(left):
        finding("flatten_not_flat", "startup_preflight.json", None, f"{left} left")
    if None in left:
        gap("flatten_end_unknown", "startup_preflight.json", None, "nobody looked again")
    return 2 + len(sent)


def check_asked(files: OrderFiles, lives: dict, finding):
    """L.9: in every tick everybody who lives then decides once."""
    asked, tick, begun = set(), None, None

    def close():
        for agent, (born, died) in lives.items():
            if tick is not None and born < tick and (died is None or died > tick) and (
                    agent not in asked):
                finding("decision_missing", "decision_trace.jsonl", begun, agent)
    for line, row in files.rows["decision_trace"]:
        if row["record_type"] == "tick_summary":
            close()
            asked, tick, begun = set(), row["tick"], line
            continue
        if row["tick"] != tick:
            finding("decision_misplaced", "decision_trace.jsonl", line, f"of tick {row['tick']}")
        elif row["agent_id_hash"] in asked:
            finding("decision_repeated", "decision_trace.jsonl", line, row["agent_id_hash"])
        asked.add(row["agent_id_hash"])
