"""Claims about the whole run: C8 to C13 of docs/contracts/run-directory.md."""

import hashlib
import os

from records import (BIRTHS, COLLAPSES, DEATHS, ERRORS, FENCES, FINGERPRINT, GENES, GENOMES, LEDGER,
                     MANIFEST, ROSTER, SUMMARY, SURVIVORS, Records, digest)
from strict import stringify
from world_agents import are_finite
from world_figures import behavior_of, company, high_rates, kpi_of, number
from world_shapes import HOST_FIELDS

# The rows of the inventory of world/1 without their counts, as canonical JSON (C11).
INVENTORY_SHA256 = "b2b454d9f2ec84f2c18b44eb15d4a84d7d7604cfc8062926d625707e50d73a6b"
EXPLOSION_FACTOR = 1000
LONE_REASONS = {"internal_collapse_reason", "stop_reason", "death_reason"}
FOREIGN = {"config", "instrument", "dataset", "ablation"}
ERROR_LINES = {
    "stopped": ("run_stopped", "stopped_at_tick_boundary",
                "asked to stop before the end of its window"),
    "has_nan": ("numerical_health", "has_nan", "a number of the run is not a number"),
    "has_inf": ("numerical_health", "has_inf", "a number of the run is infinite")}


def numerical_health(records: Records, finding, _) -> int:
    bound = EXPLOSION_FACTOR * records.manifest["config"]["initial_total_capital_micro"]
    summary = records.documents[SUMMARY]
    for line, genome in enumerate(records.lines[GENOMES], 1):
        if not are_finite(genome):
            finding("number_broken", GENOMES, line, "a gene is NaN or infinite")
    money = [row["capital_triplet"]["current_total_micro"] for row in records.lines[LEDGER]]
    for name in (DEATHS, SURVIVORS):
        for line, row in enumerate(records.lines[name], 1):
            money.append(row["life"]["final_capital_micro"])
            if row["life"]["last_signal"] is None:
                finding("number_broken", name, line, "last_signal is null")
    for line, row in enumerate(records.lines[BIRTHS], 1):
        if row["mutation_sigma"] is None:
            finding("number_broken", BIRTHS, line, "mutation_sigma is null")
    if summary["has_nan"] or summary["has_inf"]:
        finding("number_broken", SUMMARY, None, "the run says so itself")
    if summary["has_explosion"] != any(abs(each) > bound for each in money):
        finding("explosion_flag_wrong", SUMMARY, None, "has_explosion is not what the records say")
    return len(money)


def purpose_of(manifest: dict):
    """The prefix that its tier allows a run, and the folder of its name (1.1)."""
    said = manifest["run_id"].split("_")[0]
    place = "runs_hf" if said == "HF" else "runs"
    if manifest["meta"]["tier"] == "tier1_hf":
        return "HF_", place
    return ("PROMOTE_" if said == "PROMOTE" else "AUDIT_"), place


def manifest_identity(records: Records, finding, _) -> int:
    m, summary = records.manifest, records.documents[SUMMARY]
    parts = {"config_hash": m["config_hash"], "core_hash": m["core_hash"],
             "dataset_id": m["dataset"]["dataset_id"], "seed": m["seed"],
             "window": {"len": m["window"]["len"], "start_index": m["window"]["start_index"]}}
    folder = os.path.basename(os.path.realpath(records.path))
    is_stopped = summary["end"] == "stopped"
    window = m["window"]
    purpose, place = purpose_of(m)
    for field, said, due in (
            ("config_hash", m["config_hash"], digest(stringify(m["config"], ordered=True))),
            ("run_id", m["run_id"], purpose + digest(stringify(parts, ordered=True))[:16]),
            ("run_id", m["run_id"], folder),
            ("results_dir", m["results_dir"], f"{place}/{m['run_id']}"),
            ("config", stringify(m["config"]), stringify(m["config"], ordered=True)),
            ("symbol_in_use", m["symbol_in_use"], m["instrument"]["id"]),
            ("config_hash of the summary", summary["config_hash"], m["config_hash"]),
            ("seed of the summary", summary["seed"], m["seed"]),
            ("genome_schema_version", m["genome_schema_version"],
             m["config"]["genome_schema_version"]),
            ("genome_schema_version", m["genome_schema_version"] in GENES, True),
            ("feature_contract_version", m["feature_contract_version"], "features/1"),
            ("feature_dimension", m["feature_dimension"], 33),
            ("host_fields", m["host_fields"], HOST_FIELDS),
            ("status", m["status"], "interrupted" if is_stopped else "completed"),
            ("status_detail", m["status_detail"], summary["end"]),
            ("stopped_after_tick", m["stopped_after_tick"],
             summary["ticks"] if is_stopped else None),
            ("stop_reason", m["stop_reason"] is not None, is_stopped),
            ("window", window["start_index"] + window["len"] <= m["dataset"]["bars"], True),
            ("window", window["start_utc"] <= window["end_utc"], True)):
        if said != due:
            finding("manifest_wrong", MANIFEST, None, f"{field} is {said!r}, not {due!r}")
    for field in reason_gaps(m):
        finding("reason_missing", MANIFEST, None, f"{field}: a reason stands beside nulls only")
    return 1


def reason_gaps(record: dict, path: str = ""):
    """2.6: null has its reason, and nothing else has one."""
    for key, value in record.items():
        if isinstance(value, dict) and key not in FOREIGN:
            yield from reason_gaps(value, f"{path}{key}.")
        if key.endswith("_reason"):
            continue
        reason = record.get(f"{key}_reason")
        if value is None and not isinstance(reason, str) or (
                value is not None and isinstance(reason, str)):
            yield path + key


def survival_kpi(records: Records, finding, _) -> int:
    summary, manifest = records.documents[SUMMARY], records.manifest
    events = list(enumerate(records.lines[COLLAPSES], 1))
    collapses = [(line, row) for line, row in events if row["event"] == "collapse"]
    reboots = [(line, row) for line, row in events if row["event"] == "reboot"]
    kpi = kpi_of([row for _, row in collapses], [row for _, row in reboots], summary["ticks"],
                 manifest["dataset"]["interval_ms"])
    for name, said in ((SUMMARY, summary["survival_kpi"]), (MANIFEST, manifest["survival_kpi"])):
        if said != kpi:
            finding("survival_kpi_wrong", name, None, "not what the collapse events make")
    for field in ("internal_collapse_detected", "internal_collapse_reason",
                  "internal_collapse_time", "time_to_first_internal_collapse_seconds",
                  "restart_time_seconds"):
        if manifest[field] != kpi[field]:
            finding("survival_kpi_wrong", MANIFEST, None, f"{field} is {manifest[field]!r}")
    for line, row in collapses:
        broke = row["capital_triplet"]["system_reserve_micro"] <= 0
        if broke != (row["reason"] != "extinction"):
            finding("collapse_reason_wrong", COLLAPSES, line, row["reason"])
    ticks = {row["tick"] for _, row in collapses}
    for line, row in enumerate(records.lines[LEDGER], 1):
        ruined = row["alive_agents"] == 0 or row["capital_triplet"]["system_reserve_micro"] <= 0
        if ruined and row["tick"] not in ticks:
            finding("collapse_missing", LEDGER, line, f"ruin at tick {row['tick']}")
    for due, (line, row) in enumerate(reboots, 1):
        born = sum((each["origin"], each["segment"]) == ("reboot_founder", row["segment"])
                   for each in records.lines[BIRTHS])
        if (row["segment"], row["founders"]) != (due, born):
            finding("reboot_wrong", COLLAPSES, line, f"{born} founders, segment {due}")
    is_ruin = summary["end"] in ("extinction", "financial_collapse")
    if len(collapses) != len(reboots) + is_ruin or summary["segments"] != len(reboots) + 1:
        finding("run_end_wrong", SUMMARY, None, f"end {summary['end']} does not fit the events")
    return len(events) + len(records.lines[LEDGER])


def fence_telemetry(records: Records, finding, _) -> int:
    telemetry, summary = records.documents[FENCES], records.documents[SUMMARY]
    rows, orders = telemetry["fences"], summary["orders"]
    counts = ("trigger_count", "block_count")
    bare = [{key: value for key, value in row.items() if key not in counts} for row in rows]
    if digest(stringify(bare, ordered=True)) != INVENTORY_SHA256:
        finding("fence_row_differs", FENCES, None, "not the inventory of the world")
    for row in rows:
        if row["block_count"] > row["trigger_count"]:
            finding("fence_counts_wrong", FENCES, None, row["fence_id"])
    block = {row["fence_id"]: row["block_count"] for row in rows}
    deaths, last = summary["deaths_by_reason"], summary["last"]
    for what, said, due in (
            ("fence_liquidation", block.get("fence_liquidation"), orders["liquidations"]),
            ("fence_liquidation", block.get("fence_liquidation"), deaths["liquidated"]),
            ("fence_living_cost_death", block.get("fence_living_cost_death"),
             deaths["capital_depleted"]),
            ("fence_review_cull", block.get("fence_review_cull"), deaths["review_culled"]),
            ("orders in part and not", block.get("fence_participation_cap", 0)
             + block.get("fence_zero_volume_bar", 0), orders["partial"] + orders["unfilled"]),
            ("ticks", telemetry["ticks"], summary["ticks"]),
            ("steps", telemetry["steps"], summary["agent_bars"]),
            ("attempts", telemetry["attempts"],
             orders["placed"] + block.get("fence_order_size_zero", 0)),
            ("ts_utc", telemetry["ts_utc"], last and last["ts_utc"])):
        if said != due:
            finding("fence_counts_wrong", FENCES, None, f"{what}: {said}, not {due}")
    if telemetry["high_rate_fences"] != list(high_rates(telemetry)):
        finding("fence_rate_differs", FENCES, None, "not the fences that act on over a fifth")
    for line, death in enumerate(records.lines[DEATHS], 1):
        blocks = death["fence_block_rate_summary"]
        ids, sizes = [each["fence_id"] for each in blocks], [each["block_count"] for each in blocks]
        if len(blocks) > 3 or len(set(ids)) != len(ids) or not set(ids) <= set(block) or (
                sizes != sorted(sizes, reverse=True) or 0 in sizes):
            finding("fence_summary_wrong", DEATHS, line, "known fences, most blocked first")
    return len(rows)


def summary_figures(records: Records, finding, _) -> int:
    said, lines = records.documents[SUMMARY], records.lines
    births, deaths = lines[BIRTHS], lines[DEATHS]
    founders = {each["agent_id"] for each in births if each["origin"] != "split"}
    lives = [(row["agent_id"] in founders, row["life"]) for row in deaths]
    survivors = [(row["agent_id"] in founders, row["life"]) for row in lines[SURVIVORS]]
    everyone = company(lives + survivors)
    reasons = {reason: sum(each["death_reason"] == reason for each in deaths)
               for reason in ("capital_depleted", "liquidated", "review_culled")}
    last, total = lines[LEDGER][-1], records.manifest["config"]["initial_total_capital_micro"]
    current = said["capital_triplet"]["current_total_micro"]
    due = {"record_counts": {"agent_roster": len(records.documents[ROSTER]["agents"]),
                             **{name: len(lines[f"{name}.jsonl"]) for name in said["record_counts"]
                                if name != "agent_roster"}},
           "deaths_by_reason": reasons,
           "administrative_death_share":
               number(reasons["review_culled"] / len(deaths)) if deaths else None,
           "administrative_death_share_reason": None if deaths else "no_deaths",
           "all_agents": everyone, "survivors": company(survivors),
           "max_generation": max((each["generation"] for each in births), default=0),
           "last": {key: last[key] for key in ("ts_utc", "tick", "bar_index", "season", "segment")},
           "ticks": last["tick"], "agent_bars": sum(life["age_ticks"] for _, life in
                                                    lives + survivors),
           "system_return": number((current - total) / total),
           "explosion_factor": EXPLOSION_FACTOR}
    orders = {"opened_long": everyone["opened_long"], "opened_short": everyone["opened_short"],
              "closed": everyone["closed"], "partial": everyone["partial_fills"],
              "unfilled": everyone["unfilled_orders"], "liquidations": reasons["liquidated"]}
    for field, value in [*due.items(), *((f"orders.{key}", value)
                                         for key, value in orders.items())]:
        there = said["orders"][field[7:]] if field.startswith("orders.") else said[field]
        if there != value:
            finding("summary_differs", SUMMARY, None, f"{field} is {value} by the records")
    simulated = records.documents[FINGERPRINT]["orders_simulated"]
    if simulated != said["orders"]["placed"]:
        finding("summary_differs", FINGERPRINT, None, f"{simulated} orders simulated")
    degraded = [key for key in ERROR_LINES if key == said["end"] or said.get(key) is True]
    errors = [dict(zip(("run_id", "ts_utc", "tick", "error_type", "reason_code", "detail"),
                       (records.run_id, last["ts_utc"], last["tick"], *ERROR_LINES[key])))
              for key in degraded]
    if lines[ERRORS] != errors:
        finding("errors_differ", ERRORS, None, f"{len(errors)} lines are due")
    return len(due)


def genome_matrix(records: Records, finding, _) -> int:
    agents = records.documents[ROSTER]["agents"]
    told = records.documents[records.behaviors_name]
    births = {each["agent_id"]: each for each in records.lines[BIRTHS]}
    ends = records.lines[DEATHS] + records.lines[SURVIVORS]
    head = (told["genomes_file"], told["genome_schema_version"])
    if head != (records.matrix_name, records.manifest["genome_schema_version"]):
        finding("behaviors_differ", records.behaviors_name, 1, f"not of {records.matrix_name}")
    if not len(ends) == len(told["agents"]) == len(records.matrix) == len(agents):
        finding("matrix_misaligned", records.matrix_name, None, f"not of {len(agents)} agents")
    for line, (end, said) in enumerate(zip(ends, told["agents"]), 2):
        if said != behavior_of(end, births[end["agent_id"]]):
            finding("behaviors_differ", records.behaviors_name, line, "not the life it tells")
    for row, (data, genome) in enumerate(zip(records.matrix, records.lines[GENOMES]), 1):
        if hashlib.sha256(data).hexdigest() != genome["weights_sha256"]:
            finding("matrix_misaligned", records.matrix_name, row, "not the genome of its agent")
    return len(told["agents"])
