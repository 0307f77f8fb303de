"""The world of a run at a venue: its manifest, genomes, births, deaths and summary
(docs/contracts/orders.md)."""

import hashlib
import re
from decimal import Decimal

from order_agents import check_asked
from order_claims import ENDS, Orders
from order_files import OrderFiles, decisions_of
from order_shapes import ORDERS
from records import BIRTHS, DEATHS, GENES, GENOMES, MANIFEST, SUMMARY, digest, read_document
from strict import Refused, stringify
from world_agents import are_finite, weights_of

REGISTERED = {"feature_contract_version": "features/1", "feature_dimension": 33}
ENDS_OF_COMPLETED = ("ticks_done", "extinction", "financial_collapse")
HASHES = ("agent_id_hash", "gene_id", "weights_sha256")


def venue_manifest(files: OrderFiles, finding, _) -> int:
    manifest = files.manifest
    try:
        read_document(files.directory.read(MANIFEST), ORDERS, "run_manifest")
    except Refused as error:
        finding("manifest_form_wrong", MANIFEST, None, str(error))
        return 1
    for field, said, due in identity_of(files):
        if said != due:
            finding("manifest_identity_differs", MANIFEST, None, f"{field}: {said}, not {due}")
    end = manifest["end_time"]
    if manifest["status"] == "running" or end is None or end < manifest["start_time"]:
        finding("manifest_not_ended", MANIFEST, None, f"{manifest['status']}, ended {end}")
    seconds = manifest["time_to_first_internal_collapse_seconds"]
    parts = (manifest["internal_collapse_reason"], manifest["internal_collapse_time"], seconds)
    if any((part is not None) != manifest["internal_collapse_detected"] for part in parts) or (
            seconds is not None and seconds < 0):
        finding("manifest_collapse_contradicts", MANIFEST, None, str(parts))
    return len(manifest)


def identity_of(files: OrderFiles):
    """M.2 and M.3: (field, what it says, what it has to)."""
    manifest = files.manifest
    parts = {"config_hash": manifest["config_hash"], "core_hash": manifest["core_hash"],
             "inst_id": manifest["symbol_in_use"], "mode": manifest["mode"],
             "snapshot_id": manifest["genome_snapshot"]["snapshot_id"]}
    folder = "runs" if files.is_full else "runs_hf"
    yield "config_hash", manifest["config_hash"], digest(stringify(manifest["config"], True))
    yield "run_id", files.run_id.split("_")[1], digest(stringify(parts, True))[:16]
    yield "results_dir", manifest["results_dir"], f"{folder}/{files.run_id}"
    yield "env", manifest["env"], manifest["mode"]
    if "startup_preflight" in files.documents:
        yield ("symbol_in_use", manifest["symbol_in_use"],
               files.documents["startup_preflight"]["inst_id"])
    yield "genome_schema_version", manifest["genome_schema_version"] in GENES, True
    roster = files.documents.get("agent_roster", manifest)
    for field in (*REGISTERED, "genome_schema_version"):
        yield field, manifest[field], roster[field]
    for field, due in REGISTERED.items():
        yield field, manifest[field], due


def anchors_of(files: OrderFiles, key: str) -> dict:
    """The roster by `key`; a second anchor of one agent is the finding of another claim."""
    anchors = {}
    for agent in files.documents.get("agent_roster", {}).get("agents", []):
        anchors.setdefault(agent[key], agent)
    return anchors


def venue_genomes(files: OrderFiles, finding, _) -> int:
    roster = files.documents.get("agent_roster", {})
    schema = roster.get("genome_schema_version")
    anchors, seen = anchors_of(files, "agent_id"), set()
    for line, genome in files.rows["genomes_snapshot"]:
        agent = genome["agent_id"]
        if agent not in anchors:
            finding("genome_without_anchor", GENOMES, line, agent)
        elif agent in seen:
            finding("genome_repeated", GENOMES, line, agent)
        seen.add(agent)
        data = weights_of(genome)
        if data is None or len(data) != 4 * GENES.get(schema, -1) or not are_finite(genome):
            finding("genome_weights_wrong", GENOMES, line, f"no weights of {schema}")
            continue
        due = {"genome_schema_version": schema, "weights_count": GENES[schema],
               "weights_sha256": hashlib.sha256(data).hexdigest(),
               "gene_id": hashlib.sha256(schema.encode() + b"\n" + data).hexdigest()[:16]}
        for facts in (due, {field: anchors.get(agent, genome)[field] for field in HASHES}):
            for field, value in facts.items():
                if genome[field] != value:
                    finding("genome_anchor_differs", GENOMES, line, f"{field} is not {value}")
    for agent in anchors:
        if agent not in seen:
            finding("genome_missing", GENOMES, None, agent)
    return len(seen) + len(anchors)


def check_split(split: dict, finding, file: str, line):
    parts = split["allocated_capital_micro"] + split["system_reserve_micro"]
    if parts != split["current_total_micro"]:
        finding("capital_split_wrong", file, line, f"{parts}, not the total")


def micro_of(text):
    """Decimal text as micro; None where it is none, or finer."""
    if not isinstance(text, str) or not re.fullmatch(r"\d{1,20}(\.\d{1,18})?", text):
        return None
    micro = Decimal(text).scaleb(6)
    return int(micro) if micro == micro.to_integral_value() else None


def venue_population(files: OrderFiles, finding, _) -> int:
    anchors, born = anchors_of(files, "agent_id_hash"), set()
    capital = micro_of(files.manifest.get("capital_per_agent"))
    for line, birth in files.rows["birth_events"]:
        agent = birth["agent_id_hash"]
        check_split(birth["capital_triplet"], finding, BIRTHS, line)
        if agent not in anchors:
            finding("birth_without_anchor", BIRTHS, line, birth["agent_id"])
            continue
        if agent in born:
            finding("birth_repeated", BIRTHS, line, birth["agent_id"])
        born.add(agent)
        anchor = anchors[agent]
        facts = {"agent_id": anchor["agent_id"], "gene_id": anchor["gene_id"],
                 "weights_sha256": anchor["weights_sha256"],
                 "tick": anchor["metadata"]["born_tick"]}
        if capital is not None:
            facts["capital_micro"] = capital
        for field, value in facts.items():
            if birth[field] != value:
                finding("birth_differs", BIRTHS, line, f"{field} is not {value}")
    for agent, anchor in anchors.items():
        if agent not in born:
            finding("birth_missing", BIRTHS, None, anchor["agent_id"])
    number = files.manifest.get("num_agents")
    if number is not None and number != len(born):
        finding("population_differs", MANIFEST, None, f"{number}, {len(born)} were born")
    return len(born) + len(anchors)


def venue_deaths(files: OrderFiles, finding, _) -> int:
    born, died = {}, {}
    for _, birth in files.rows["birth_events"]:
        born.setdefault(birth["agent_id_hash"], birth)
    fences = {each["fence_id"] for each in
              files.documents.get("gating_telemetry", {}).get("fences", [])}
    scopes = {}
    for _, row in files.rows["order_attempts"]:
        if row["operation"] == "place":
            scopes.setdefault(row["client_order_id"], row["lifecycle_scope"])
    for line, death in files.rows["death_events"]:
        agent, birth = death["agent_id_hash"], born.get(death["agent_id_hash"])
        if birth is None or birth["agent_id"] != death["agent_id"]:
            finding("death_of_unknown", DEATHS, line, death["agent_id"])
        else:
            if agent in died:
                finding("death_repeated", DEATHS, line, death["agent_id"])
            died.setdefault(agent, death["tick"])
            if death["tick"] < birth["tick"]:
                finding("death_before_birth", DEATHS, line, death["agent_id"])
        check_split(death["capital_triplet"], finding, DEATHS, line)
        check_death(death, fences, scopes, lambda code, detail: finding(code, DEATHS, line, detail))
    check_asked(files, {agent: (birth["tick"], died.get(agent)) for agent, birth in born.items()},
                finding)
    acts = [("decision_trace.jsonl", line, row) for line, row in decisions_of(files)]
    acts += [("order_attempts.jsonl", line, row) for line, row in files.rows["order_attempts"]
             if row["operation"] != "cancel" and row["tick"] is not None]
    for file, line, row in acts:
        if row["tick"] > died.get(row["agent_id_hash"], row["tick"]):
            finding("dead_agent_acts", file, line, f"in tick {row['tick']}")
    return len(born) + len(files.rows["death_events"])


def check_death(death: dict, fences: set, scopes: dict, found):
    """L.6 to L.8."""
    lots = death["position_lots"]
    side = (lots > 0) - (lots < 0)
    due = (lots != 0, side, {1: "long", 0: None, -1: "short"}[side])
    if (death["has_position"], death["pos_side_sign"], death["position_side"]) != due:
        found("death_position_contradicts", f"{lots} lots")
    settled = death["settlement_client_order_id"]
    if settled is not None and scopes.get(settled) is None:
        found("death_settlement_unknown", settled)
    named = death["fence_block_rate_summary"]
    counts = [each["block_count"] for each in named]
    if len(named) > 3 or counts != sorted(counts, reverse=True) or (
            any(each["fence_id"] not in fences for each in named)):
        found("death_fences_wrong", str(named))


def venue_summary(files: OrderFiles, finding, _) -> int:
    summary, orders = files.documents.get("multiple_experiments_summary"), Orders(files)
    if summary is None:
        return 0

    def same(code, field, said, due):
        if said != due:
            finding(code, SUMMARY, None, f"{field}: {said} there, {due} by the records")
    check_end(files.manifest, summary, same)
    agents = facts_of_agents(files, orders)
    rows, seen = summary["agents"], set()
    for row in rows:
        agent = row["agent_id_hash"]
        facts = agents.get(agent)
        if facts is None or agent in seen:
            same("summary_agents_differ", agent, "is there", "twice, or of nobody in the roster")
            continue
        seen.add(agent)
        for field, due in facts.items():
            if field != "fills" or row["is_alive"] or row["fills"] > due:
                same("summary_agents_differ", f"{agent}.{field}", row[field], due)
    if len(seen) != len(agents):
        same("summary_agents_differ", "agents", len(seen), len(agents))
    check_counts(files, summary, orders, same)
    split, alive = summary["capital_triplet"], [row for row in rows if row["is_alive"]]
    check_split(split, lambda _, *found: finding("summary_capital_differs", *found), SUMMARY, None)
    left = split["allocated_capital_micro"] - sum(row["final_capital_micro"] for row in alive)
    if not 0 <= left <= len(alive):
        same("summary_capital_differs", "allocated_capital_micro", left, 0)
    start = summary["initial_total_micro"]
    due = (split["current_total_micro"] - start) / start if start else None
    same("summary_capital_differs", "system_return", summary["system_return"], due)
    for field in ("has_nan", "has_inf"):
        same("summary_numbers_broken", field, summary[field], False)
    return len(rows) + 1


def check_end(manifest: dict, summary: dict, same):
    """Y.1."""
    for field in ("mode", "config_hash", "ticks"):
        same("summary_manifest_differs", field, summary[field], manifest.get(field))
    end, status = summary["end"], manifest.get("status")
    is_told = end in ENDS_OF_COMPLETED if status == "completed" else end != "ticks_done"
    same("summary_manifest_differs", "end", is_told, True)
    due = {"extinction": "extinction", "financial_collapse": "financial"}.get(end)
    if due is None and summary["agents_ever"] and not summary["alive_agents"]:
        due = "extinction"
    if due is not None and manifest.get("internal_collapse_reason") not in (due, "both"):
        same("summary_manifest_differs", "end", manifest.get("internal_collapse_reason"), due)


def facts_of_agents(files: OrderFiles, orders: Orders) -> dict:
    """Y.2: what the records say of each agent of the roster."""
    born, dead = {}, {death["agent_id_hash"] for _, death in files.rows["death_events"]}
    for _, birth in files.rows["birth_events"]:
        born.setdefault(birth["agent_id_hash"], birth["capital_micro"])
    agents = {name: {"gene_id": agent["gene_id"], "initial_capital_micro": born.get(name),
                     "is_alive": name not in dead, "orders": 0}
              for name, agent in anchors_of(files, "agent_id_hash").items()}
    for order in orders.orders.values():
        if order.row["agent_id_hash"] in agents:
            agents[order.row["agent_id_hash"]]["orders"] += 1
    if not files.has("fills"):
        return agents
    for facts in agents.values():
        facts["fills"] = 0
    for _, fill in files.of_scope("fills"):
        order = orders.orders.get(fill["clOrdId"]) or orders.owner_of_ord_id(fill["ordId"])
        if order is not None and order.row["agent_id_hash"] in agents:
            agents[order.row["agent_id_hash"]]["fills"] += 1
    return agents


def check_counts(files: OrderFiles, summary: dict, orders: Orders, same):
    """Y.3."""
    rows, sent = summary["agents"], [order for order in orders.orders.values()
                                     if order.row["agent_id_hash"] is not None]
    alive = [row for row in rows if row["is_alive"]]
    ends = [end_of(order) for order in sent]
    richer = [row for row in rows if row["final_capital_micro"] > row["initial_capital_micro"]]
    due = {"steps": len(decisions_of(files)), "founders": len(rows), "births": 0, "deaths": len(files.rows["death_events"]),
           "alive_agents": len(alive), "agents_ever": len(rows), "orders_placed": len(sent),
           "orders_filled": sum(state == "filled" for state, _ in ends),
           "orders_partially_filled": sum(state not in (None, "filled") and size > 0
                                          for state, size in ends),
           "orders_rejected": sum(order.outcome == "rejected" for order in sent),
           "fills": sum(row["fills"] for row in rows), "profitable_agents_all": len(richer),
           "profitable_agents_alive": sum(row["is_alive"] for row in richer)}
    for field, value in due.items():
        same("summary_counts_differ", field, summary[field], value)


def end_of(order):
    """How an order ended and how much was filled: by its last sample, else by the history."""
    for rows in (order.samples, order.history):
        if rows and rows[-1][1]["state"] in ENDS:
            return rows[-1][1]["state"], Decimal(rows[-1][1]["accFillSz"])
    return None, Decimal(0)
