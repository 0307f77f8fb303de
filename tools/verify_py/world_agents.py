"""Claims about time and descent: C1 to C4 of docs/contracts/run-directory.md."""

import hashlib
import math
from datetime import datetime

from records import (BIRTHS, DEATHS, EVENT_FILES, GENES, GENOMES, ROSTER, SEASONS, SURVIVORS,
                     Records, digest, floats, number_of)
from strict import Refused, canonical_base64

MAX_SEQ, MAX_TICK = 2**26, 2**27


def is_real_time(text: str) -> bool:
    """Whether the day and the hour exist."""
    try:
        datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ")
        return True
    except ValueError:
        return False


def event_order(records: Records, finding, _) -> int:
    events = [(name, line, row) for name in EVENT_FILES
              for line, row in enumerate(records.lines[name], 1)]
    reboots = [row["seq"] for row in records.lines["collapse_events.jsonl"]
               if row["event"] == "reboot"]
    starts = check_seasons(records, finding)
    for name in EVENT_FILES:
        check_file(name, records.lines[name], finding)
    window, bars = records.manifest["window"], {}
    first, last = window["start_index"], window["start_index"] + window["len"] - 1
    bars = {first: window["start_utc"], last: window["end_utc"]}
    for name, line, row in events:
        if row["seq"] >= MAX_SEQ or row["tick"] >= MAX_TICK:
            finding("event_out_of_range", name, line, f"seq {row['seq']}, tick {row['tick']}")
        if row["segment"] != sum(seq <= row["seq"] for seq in reboots):
            finding("event_segment_wrong", name, line, f"segment {row['segment']}")
        start = starts.get(row["season"])
        if start is None or not stands_in(row, start):
            finding("event_outside_seasons", name, line, f"bar {row['bar_index']}")
        if not first <= row["bar_index"] <= last:
            finding("event_outside_window", name, line, f"bar {row['bar_index']}")
        elif bars.setdefault(row["bar_index"], row["ts_utc"]) != row["ts_utc"] or (
                not is_real_time(row["ts_utc"])):
            finding("event_time_differs", name, line, f"bar {row['bar_index']} opened otherwise")
    stream = sorted((row["seq"], row["tick"], name, line) for name, line, row in events)
    before = 0
    for due, (seq, tick, name, line) in enumerate(stream):
        if seq != due:
            finding("event_seq_broken", name, line, f"seq {seq} where {due} is due")
            break
        if tick < before:
            finding("event_time_backwards", name, line, f"tick {tick} after {before}")
        before = tick
    return len(events)


def stands_in(row: dict, start: dict) -> bool:
    lived = row["tick"] - start["tick"]
    return 0 <= lived <= start["bars"] and (
        row["bar_index"] == start["start_index"] + max(lived - 1, 0))


def check_seasons(records: Records, finding) -> dict:
    """Pairs of start and end; gives the starts by season."""
    starts, opened = {}, None
    for line, row in enumerate(records.lines[SEASONS], 1):
        facts = (row["season"], row["start_index"], row["bars"])
        if row["edge"] == "start":
            if opened is not None or row["season"] != len(starts):
                finding("season_not_paired", SEASONS, line, "the end of a season is due")
            starts[len(starts)] = row
            opened = facts
        else:
            if opened != facts:
                finding("season_not_paired", SEASONS, line, "the end of another season")
            opened = None
    return starts


def check_file(name: str, rows: list, finding):
    """Later lines of a file are later in every sense."""
    for line, (one, two) in enumerate(zip(rows, rows[1:]), 2):
        if two["seq"] <= one["seq"]:
            finding("event_seq_broken", name, line, f"seq {two['seq']} after {one['seq']}")
        bars = (one["bar_index"], two["bar_index"])
        same, times = bars[0] == bars[1], (one["ts_utc"], two["ts_utc"])
        backwards = two["season"] == one["season"] and (
            times[0] != times[1] if same else bars[1] < bars[0] or times[1] <= times[0])
        falls = any(two[field] < one[field] for field in ("season", "segment", "tick"))
        if backwards or falls:
            finding("event_time_backwards", name, line, f"tick {two['tick']}, {two['ts_utc']}")


def roster_join(records: Records, finding, _) -> int:
    agents = records.documents[ROSTER]["agents"]
    hashes = {}
    for line, agent in enumerate(agents, 2):
        hashes[agent["agent_id"]] = agent["agent_id_hash"]
        if number_of(agent["agent_id"]) != line - 1:
            finding("roster_not_numbered", ROSTER, line, f"{agent['agent_id']} stands here")
    lists = [((GENOMES,), "genome"), ((BIRTHS,), "birth"), ((DEATHS, SURVIVORS), "end")]
    by_name = {name: records.lines[name] for name in (GENOMES, BIRTHS, DEATHS, SURVIVORS)}
    if records.manifest["behaviors_enabled"]:
        by_name[records.behaviors_name] = records.documents[records.behaviors_name]["agents"]
        lists.append(((records.behaviors_name,), "behavior"))
    for names, what in lists:
        seen = {}
        for name in names:
            for line, row in enumerate(by_name[name], 1):
                agent = row["agent_id"]
                seen[agent] = seen.get(agent, 0) + 1
                if hashes.get(agent) != row["agent_id_hash"]:
                    finding("roster_unknown_agent", name, line, f"{agent} is not in the roster so")
                if seen[agent] == 2:
                    finding("agent_seen_twice", name, line, f"{agent} has two: {what}")
        for agent in hashes:
            if agent not in seen:
                finding("agent_incomplete", names[0], None, f"{agent} has none: {what}")
    for line, birth in enumerate(records.lines[BIRTHS], 1):
        if hashes.get(birth["parent_id"]) != birth["parent_id_hash"] or (
                birth["lineage_id"] not in hashes):
            finding("roster_unknown_agent", BIRTHS, line, "its parent or ancestor is not there so")
    return len(agents)


def genome_anchors(records: Records, finding, _) -> int:
    roster, genomes = records.documents[ROSTER], records.lines[GENOMES]
    schema = records.manifest["genome_schema_version"]
    count = GENES.get(schema)
    head = (roster["weights_count"], roster["genome_schema_version"], roster["feature_dimension"],
            roster["feature_contract_version"])
    if head != (count, schema, 33, "features/1"):
        finding("anchor_differs", ROSTER, 1, f"the head says {head}")
    anchored = {each["agent_id"]: each for each in roster["agents"]}
    born = {each["agent_id"]: each for each in records.lines[BIRTHS]}
    for line, genome in enumerate(genomes, 1):
        agent, data = genome["agent_id"], weights_of(genome)
        if data is None or len(data) != 4 * (count or 0):
            finding("weights_malformed", GENOMES, line, f"not {count} float32 in canonical base64")
            continue
        true = {"agent_id_hash": digest(f"{records.run_id}:{agent}")[:16],
                "weights_sha256": hashlib.sha256(data).hexdigest(),
                "gene_id": hashlib.sha256(schema.encode() + b"\n" + data).hexdigest()[:16]}
        shape = {"weights_count": count, "genome_schema_version": schema}
        if number_of(agent) != line:
            finding("genome_not_numbered", GENOMES, line, f"{agent} stands here")
        birth = born.get(agent, {})
        when = {"tick": birth.get("tick"), "ts_utc": birth.get("ts_utc")}
        for name, place, record, facts in (
                (GENOMES, line, genome, {**true, **shape, **when}),
                (ROSTER, line + 1, anchored.get(agent, {}), {**true, **shape}),
                (BIRTHS, line, birth, true)):
            for field, value in facts.items():
                if record.get(field) != value:
                    finding("anchor_differs", name, place, f"{field} of {agent} is not {value}")
    return len(genomes)


def weights_of(genome: dict):
    try:
        return canonical_base64(genome["weights"])
    except ValueError:
        return None


def are_finite(genome: dict) -> bool:
    data = weights_of(genome)
    return data is None or all(map(math.isfinite, floats(data)))


def lineage(records: Records, finding, _) -> int:
    births = records.lines[BIRTHS]
    agents = records.documents[ROSTER]["agents"]
    died = {each["agent_id"]: each["seq"] for each in records.lines[DEATHS]}
    known = {}
    for line, birth in enumerate(births, 1):
        if number_of(birth["agent_id"]) != line:
            finding("birth_not_numbered", BIRTHS, line, f"{birth['agent_id']} stands here")
        if birth["origin"] == "split":
            check_child(birth, known, died, lambda *found: finding(found[0], BIRTHS, line, found[1]))
        else:
            due = (None, None, None, 0, birth["agent_id"])
            if tuple(birth[field] for field in ("parent_id", "parent_id_hash",
                                                "parent_capital_micro", "generation",
                                                "lineage_id")) != due:
                finding("founder_has_ancestors", BIRTHS, line, birth["agent_id"])
            if (birth["origin"] == "founder") != (birth["segment"] == 0):
                finding("founder_out_of_place", BIRTHS, line, f"in segment {birth['segment']}")
        known[birth["agent_id"]] = birth
    for line, (birth, agent) in enumerate(zip(births, agents), 2):
        meta, fields = agent["metadata"], ("parent_id", "origin", "generation", "lineage_id")
        if meta["cohort_id"] != f"{records.run_id}:{birth['segment']}":
            finding("cohort_unknown", ROSTER, line, meta["cohort_id"])
        if any(meta[field] != birth[field] for field in fields) or (
                meta["born_tick"] != birth["tick"]):
            finding("lineage_differs", ROSTER, line, "not as its birth says")
    if len(births) != len(agents):
        raise Refused(f"{len(births)} births of {len(agents)} agents")
    return len(births)


def check_child(birth: dict, known: dict, died: dict, found):
    parent = known.get(birth["parent_id"])
    if parent is None or birth["parent_id_hash"] is None:
        found("parent_unknown", f"{birth['agent_id']} has no parent born before it")
        return
    if birth["generation"] != parent["generation"] + 1:
        found("generation_wrong", f"generation {birth['generation']}")
    if birth["lineage_id"] != parent["lineage_id"]:
        found("lineage_wrong", f"{birth['agent_id']} left the line of its parent")
    if died.get(birth["parent_id"], math.inf) < birth["seq"] or (
            parent["segment"] != birth["segment"]):
        found("parent_dead", f"{birth['parent_id']} did not live then")
