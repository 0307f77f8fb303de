"""What a run records, after docs/contracts/run-directory.md: its text, and C2, C3 and C9."""

import array
import hashlib
import math
import os
import sys

from strict import Refused, canonical_base64, parse_json, stringify

GENES = {"twin-33-5-1/1": 342, "linear/1": 33}
LINE_FILES = """birth_events capital_ledger collapse_events death_events errors genomes_snapshot
seasons survivors"""
DOCUMENTS = "run_manifest multiple_experiments_summary gating_telemetry execution_fingerprint"
LONE_REASONS = {"internal_collapse_reason", "stop_reason", "death_reason"}
ROSTER, MANIFEST = "agent_roster.json", "run_manifest.json"
BIRTHS, DEATHS, SURVIVORS = "birth_events.jsonl", "death_events.jsonl", "survivors.jsonl"
LEDGER, GENOMES, SUMMARY = ("capital_ledger.jsonl", "genomes_snapshot.jsonl",
                            "multiple_experiments_summary.json")


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def number_of(agent_id: str) -> int:
    number = int(agent_id[1:])
    if agent_id != f"a{number:06d}" or number < 1:
        raise Refused(f"{agent_id!r} is no agent id")
    return number


class Records:
    """The record files of a run, parsed; text that breaks section 2 is a finding on the way."""

    def __init__(self, directory, finding):
        self.documents, self.lines, self.run_id = {}, {}, None
        for name in DOCUMENTS.split():
            self._document(directory, f"{name}.json", finding)
        self.manifest = self.documents.get(MANIFEST, {})
        self.run_id = self.manifest.get("run_id")
        for name in LINE_FILES.split():
            self._lines(directory, f"{name}.jsonl", finding)
        lists = [ROSTER]
        if self.manifest.get("behaviors_enabled") is True:
            lists.append(f"behaviors_run_{self.run_id}.json")
        for name in lists:
            self._document(directory, name, finding)
        for name, document in self.documents.items():
            if document.get("run_id") != self.run_id:
                finding("run_id_differs", name, None, "names another run")

    def _document(self, directory, name: str, finding):
        try:
            data = directory.read(name)
            value = parse_json(data)
            if not isinstance(value, dict):
                raise Refused("no object")
            text = list_text(value) if "agents" in value else stringify(value, indent=2) + "\n"
            if text.encode() != data:
                finding("text_not_canonical", name, first_difference(text.encode(), data),
                        "not what JSON.stringify gives")
            self.documents[name] = value
        except (OSError, ValueError, TypeError) as error:
            finding("document_unreadable", name, None, str(error))

    def _lines(self, directory, name: str, finding):
        rows = self.lines[name] = []
        try:
            data = directory.read(name)
        except (OSError, ValueError) as error:
            finding("file_unreadable", name, None, str(error))
            return
        for number, line in enumerate(data.split(b"\n")[:-1], 1):
            try:
                value = parse_json(line)
                if stringify(value).encode() != line or value["run_id"] != self.run_id:
                    raise Refused("not what JSON.stringify gives, or of another run")
                rows.append(value)
            except (ValueError, KeyError, TypeError) as error:
                finding("record_unreadable", name, number, str(error))
        if data and not data.endswith(b"\n"):
            finding("text_not_canonical", name, None, "the last line does not end")


def list_text(value: dict) -> str:
    """The text of a list document (2.4)."""
    head = stringify({**value, "agents": []})
    if not head.endswith('"agents":[]}'):
        raise Refused("the list is not the last member")
    rows = "\n,".join(stringify(each) for each in value["agents"])
    return head[:-2] + "\n" + (rows + "\n" if rows else "") + "]}\n"


def first_difference(one: bytes, other: bytes) -> int:
    return len(os.path.commonprefix([one, other]).split(b"\n"))


def manifest_identity(records: Records, directory, finding) -> int:
    m, summary = records.documents[MANIFEST], records.documents[SUMMARY]
    config_hash = digest(stringify(m["config"], ordered=True))
    parts = {"config_hash": m["config_hash"], "core_hash": m["core_hash"],
             "dataset_id": m["dataset"]["dataset_id"], "seed": m["seed"],
             "window": {"len": m["window"]["len"], "start_index": m["window"]["start_index"]}}
    run_id = "HF_" + digest(stringify(parts, ordered=True))[:16]
    folder = os.path.basename(os.path.realpath(directory.path))
    completed = m["status"] == "completed"
    for field, said, is_so in (
            ("config_hash", m["config_hash"], config_hash), ("run_id", m["run_id"], run_id),
            ("run_id", m["run_id"], folder),
            ("results_dir", m["results_dir"], f"runs_hf/{m['run_id']}"),
            ("config", list(m["config"]), sorted(m["config"])),
            ("schema_version", m["schema_version"], "run_manifest/1"),
            ("meta", m["meta"], {"tier": "tier1_hf", "contract": "run_directory/1"}),
            ("symbol_in_use", m["symbol_in_use"], m["instrument"]["id"]),
            ("config_hash of the summary", summary["config_hash"], m["config_hash"]),
            ("seed of the summary", summary["seed"], m["seed"]),
            ("genome_schema_version", m["genome_schema_version"],
             m["config"]["genome_schema_version"]),
            ("status", m["status"], "interrupted" if summary["end"] == "stopped" else "completed"),
            ("stopped_after_tick", m["stopped_after_tick"],
             None if completed else summary["ticks"]),
            ("status_detail", completed and m["status_detail"], completed and summary["end"]),
            ("survival_kpi", m["survival_kpi"], summary["survival_kpi"])):
        if said != is_so:
            finding("manifest_differs", MANIFEST, None, f"{field} is {said!r}, not {is_so!r}")
    for field in sorted(m):
        if field.endswith("_reason") and field[:-7] in m and field not in LONE_REASONS:
            if (m[field[:-7]] is None) == (m[field] is None):
                finding("reason_missing", MANIFEST, None, f"{field} does not fit its field")
    return 1


def genome_anchors(records: Records, _, finding) -> int:
    roster, genomes = records.documents[ROSTER], records.lines[GENOMES]
    schema = records.manifest["genome_schema_version"]
    count = GENES.get(schema)
    head = (roster["weights_count"], roster["genome_schema_version"], roster["feature_dimension"],
            roster["feature_contract_version"], records.manifest["feature_dimension"])
    if head != (count, schema, 33, "features/1", 33):
        finding("registry_differs", ROSTER, None, f"the head says {head}")
    anchored = {each["agent_id"]: each for each in roster["agents"]}
    born = {each["agent_id"]: each for each in records.lines[BIRTHS]}
    for line, genome in enumerate(genomes, 1):
        agent = genome["agent_id"]
        data = canonical_base64(genome["weights"])
        true = {"agent_id_hash": digest(f"{records.run_id}:{agent}")[:16],
                "weights_sha256": hashlib.sha256(data).hexdigest(),
                "gene_id": hashlib.sha256(schema.encode() + b"\n" + data).hexdigest()[:16]}
        shape = {"weights_count": count, "genome_schema_version": schema}
        if number_of(agent) != line:
            finding("genome_out_of_order", GENOMES, line, f"{agent} stands here")
        if len(data) != 4 * (count or 0) or not all(map(math.isfinite, floats(data))):
            finding("weights_differ", GENOMES, line, f"{len(data)} bytes, or no finite numbers")
        birth = born.get(agent, {})
        for name, place, record, facts in (
                (GENOMES, line, genome, {**true, **shape, "encoding": "base64_float32_le",
                                         "tick": birth.get("tick"), "ts_utc": birth.get("ts_utc")}),
                (ROSTER, line + 1, anchored.get(agent, {}), {**true, **shape}),
                (BIRTHS, line, birth, true)):
            for field, value in facts.items():
                if record.get(field) != value:
                    finding("anchor_differs", name, place, f"{field} of {agent} is not {value}")
    return len(genomes)


def floats(data: bytes):
    values = array.array("f", data[:len(data) // 4 * 4])
    if sys.byteorder == "big":
        values.byteswap()
    return values


def roster_join(records: Records, _, finding) -> int:
    agents = records.documents[ROSTER]["agents"]
    hashes = {}
    for line, agent in enumerate(agents, 2):
        hashes[agent["agent_id"]] = agent["agent_id_hash"]
        if number_of(agent["agent_id"]) != line - 1:
            finding("roster_out_of_order", ROSTER, line, f"{agent['agent_id']} stands here")
    ends = records.lines[DEATHS] + records.lines[SURVIVORS]
    lists = [(GENOMES, records.lines[GENOMES]), (BIRTHS, records.lines[BIRTHS]), (DEATHS, ends)]
    behaviors = f"behaviors_run_{records.run_id}.json"
    if behaviors in records.documents:
        lists.append((behaviors, records.documents[behaviors]["agents"]))
    for name, rows in lists:
        for line, row in enumerate(rows, 1):
            if hashes.get(row["agent_id"]) != row["agent_id_hash"]:
                finding("agent_unknown", name, line, f"{row['agent_id']} is not in the roster so")
        found = [row["agent_id"] for row in rows]
        for agent in sorted({*found, *hashes}):
            if found.count(agent) != 1:
                finding("agent_not_once", name, None, f"{agent} stands {found.count(agent)} times")
    for line, (birth, agent) in enumerate(zip(records.lines[BIRTHS], agents), 1):
        meta = agent["metadata"]
        parent, fields = birth["parent_id"], ("parent_id", "origin", "generation", "lineage_id")
        cohort = f"{records.run_id}:{birth['segment']}"
        if hashes.get(parent) != birth["parent_id_hash"] or birth["lineage_id"] not in hashes:
            finding("agent_unknown", BIRTHS, line, "its parent or ancestor is not in the roster")
        if any(meta[field] != birth[field] for field in fields) or (
                (meta["born_tick"], meta["cohort_id"]) != (birth["tick"], cohort)):
            finding("roster_differs", ROSTER, line + 1, "not as its birth says")
    return len(agents)
