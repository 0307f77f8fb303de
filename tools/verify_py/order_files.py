"""The files of a run at a venue, read once (docs/contracts/orders.md 2), and the claims about the
files themselves: Order files, Order stream, Tier contract."""

import hashlib
import os
from decimal import Decimal

from check_seal import RECORDS as WORLD_FILES
from order_shapes import ORDERS
from records import MANIFEST, ROSTER, read_document, read_line, read_lines, read_list
from strict import Refused, parse_json, stringify

LINES = """genomes_snapshot birth_events death_events decision_trace order_attempts exchange_api_calls
order_status_samples reconciliation_freeze_events ledger_ticks errors paging_traces orders_history
fills bills auditor_discrepancies""".split()
DOCUMENTS = """startup_preflight gating_telemetry execution_fingerprint evidence_ref_index
auditor_report positions_snapshot multiple_experiments_summary""".split()
SHARDS = ("m_execution_raw", "positions_reconstruction_raw")
AUDIT = """auditor_report paging_traces orders_history fills bills auditor_discrepancies""".split()
VENUE = """startup_preflight agent_roster genomes_snapshot birth_events death_events
decision_trace order_attempts exchange_api_calls order_status_samples reconciliation_freeze_events
ledger_ticks errors gating_telemetry execution_fingerprint multiple_experiments_summary
evidence_ref_index""".split()
SECTIONS = """startup_flatten broker_trader_test oneshot_closure_proof execution_freeze
audit_scope""".split()
COMMON_FIELDS = """git_commit docker_image python_version mode window ablation config_hash results_dir
start_time end_time positions_quality impedance_fidelity self_trade_prevention exchange_lib env
symbol_in_use internal_collapse_detected time_to_first_internal_collapse_seconds
restart_time_seconds""".split()
PATHS = ["execution_alignment_report_path", "execution_raw_samples_path"]
FULL_FIELDS = [f"{stem}_index_{what}" for stem in SHARDS for what in ("path", "hash")] + PATHS
OFFLINE_FIELDS = ["m_execution_raw_index_path", *PATHS]
MAX_ROWS = 1_000_000


def file_of(name: str) -> str:
    if name in SHARDS:
        return f"{name}_index.json"
    return f"{name}.json" if name in DOCUMENTS or name == "agent_roster" else f"{name}.jsonl"


class OrderFiles:
    """Manifest, lines by file as (line, row), documents, and what was wrong with any of them."""

    def __init__(self, directory):
        self.directory, self.faults, self.count = directory, [], 0
        self.manifest, self.rows, self.documents, self.shards = {}, {}, {}, {}
        self._manifest()
        # Offline, files of the same names are those of run-directory.md.
        if self.manifest and not self.is_venue:
            return
        for name in LINES:
            if file_of(name) in directory.files:
                self._lines(name)
        for name in DOCUMENTS:
            self._document(name, read_document)
        self._document("agent_roster", read_list)
        for stem in SHARDS:
            self._document(f"{stem}_index", read_document, "shard_index")
            self._parts(stem)
            for each in self.documents.get(f"{stem}_index", {"shards": []})["shards"]:
                if each["filename"] not in directory.files:
                    self._fault(each["filename"], None, "the index names it")

    @property
    def run_id(self):
        return self.manifest.get("run_id")

    @property
    def scope(self):
        """The id of the current audit; None without an audit."""
        return (self.manifest.get("audit_scope") or {}).get("audit_scope_id")

    @property
    def prefix(self) -> str:
        return self.manifest["audit_scope"]["clOrdId_namespace_prefix"]

    @property
    def is_full(self) -> bool:
        return (self.manifest.get("meta") or {}).get("tier") == "tier2_full"

    @property
    def is_venue(self) -> bool:
        return self.manifest.get("mode") in ("okx_demo", "okx_live")

    def owed(self) -> list:
        """2.1."""
        if not self.manifest:
            return []
        return [*(VENUE if self.is_venue else []),
                *(AUDIT if self.is_venue and self.scope else []),
                *(["positions_snapshot", *SHARDS] if self.is_venue and self.is_full else [])]

    def has(self, name: str) -> bool:
        return file_of(name) in self.directory.files

    def of_scope(self, name: str) -> list:
        """Rows of the current audit alone (4.3)."""
        return [(line, row) for line, row in self.rows.get(name, [])
                if row.get("audit_scope_id") == self.scope]

    def _fault(self, file: str, line, detail: str):
        self.faults.append((file, line, detail))

    def _manifest(self):
        self.count += 1
        try:
            value = parse_json(self.directory.read(MANIFEST))
            self._check_manifest(value)
            self.manifest = value
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            self._fault(MANIFEST, None, str(error))

    def _check_manifest(self, value: dict):
        head = {"run_id": value["run_id"], "tier": value["meta"]["tier"], "mode": value["mode"]}
        ORDERS.check(head, "manifest_head")
        for name in SECTIONS:
            if value.get(name) is not None:
                ORDERS.check(value[name], name, name)
        for at, scope in enumerate(value.get("audit_scopes") or []):
            ORDERS.check(scope, "audit_scope", f"audit_scopes.{at}")
        paths = {key: value.get(key) for key in FULL_FIELDS[:4]}
        ORDERS.check(paths, "manifest_paths")

    def _lines(self, name: str):
        self.count += 1
        file = file_of(name)

        def read(line: bytes):
            shape = name
            if name == "decision_trace":
                is_detail = b'"record_type":"agent_detail"' in line
                shape = "agent_detail" if is_detail else "tick_summary"
            return read_line(line, ORDERS, shape)
        kept, bad = [], set()

        def fault(line, detail):
            bad.add(line)
            self._fault(file, line, detail)
        try:
            kept = read_lines(self.directory.read(file), read, fault)
        except (OSError, ValueError) as error:
            self._fault(file, None, str(error))
        numbers = (line for line in range(1, len(kept) + len(bad) + 1) if line not in bad)
        self.rows[name] = list(zip(numbers, kept))

    def _document(self, name: str, read, shape=None):
        file = f"{name}.json"
        if file not in self.directory.files:
            return
        self.count += 1
        try:
            self.documents[name] = read(self.directory.read(file), ORDERS, shape or name)
        except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
            self._fault(file, None, str(error))

    def _parts(self, stem: str):
        """Every part that is there, by its number."""
        self.shards[stem] = {}
        for file in self.directory.files:
            if not file.startswith(f"{stem}_part_"):
                continue
            self.count += 1
            try:
                data = self.directory.read(file)
                value = parse_json(data)
                ORDERS.check(value, "shard_head")
                head = stringify({**value, "records": []})[:-2]
                rows = "\n,".join(stringify(each) for each in value["records"])
                if f"{head}\n{rows}\n]}}\n".encode() != data:
                    raise Refused("not the text of a list document")
                for each in value["records"]:
                    ORDERS.check(each, stem)
                self.shards[stem][file] = value
            except (OSError, ValueError, TypeError, KeyError) as error:
                self._fault(file, None, str(error))


def order_files(files: OrderFiles, finding, _) -> int:
    for file, line, detail in files.faults:
        finding("file_malformed", file, line, detail)
    return files.count


def order_stream(files: OrderFiles, finding, _) -> int:
    streams = [(file_of(name), files.rows[name]) for name in files.rows]
    for stem in SHARDS:
        index = files.documents.get(f"{stem}_index", {"shards": []})
        parts = [files.shards[stem].get(each["filename"]) for each in index["shards"]]
        streams.append((f"{stem}_index.json",
                        [(None, row) for part in parts if part for row in part["records"]]))
    for file, value in [*((f"{name}.json", each) for name, each in files.documents.items()),
                        *((file, each) for stem in SHARDS
                          for file, each in files.shards[stem].items())]:
        if value["run_id"] != files.run_id:
            finding("record_of_other_run", file, None, f"of run {value['run_id']}")
    for file, rows in streams:
        before = ""
        for due, (line, row) in enumerate(rows):
            if row["run_id"] != files.run_id:
                finding("record_of_other_run", file, line, f"of run {row['run_id']}")
            if row["seq"] != due:
                finding("stream_seq_broken", file, line, f"seq {row['seq']}, {due} is due")
                break
            if row["ts_utc"] < before:
                finding("stream_time_backwards", file, line, row["ts_utc"])
            before = row["ts_utc"]
    return sum(len(rows) for _, rows in streams) + len(files.documents)


def tier_contract(files: OrderFiles, finding, _) -> int:
    path = os.path.realpath(files.directory.path)
    name, folder = os.path.basename(path), os.path.basename(os.path.dirname(path))
    prefixes = ("PROMOTE_", "AUDIT_") if files.is_full else ("HF_",)
    if not files.run_id.startswith(prefixes):
        finding("tier_prefix_differs", MANIFEST, None, f"not {' or '.join(prefixes)}")
    if folder in ("runs", "runs_hf") and folder != ("runs" if files.is_full else "runs_hf"):
        finding("tier_root_differs", MANIFEST, None, f"lies in {folder}/")
    if name != files.run_id:
        finding("tier_directory_differs", MANIFEST, None, f"lies in {name}")
    fields = COMMON_FIELDS + (files.is_full and (FULL_FIELDS if files.is_venue else
                                                 OFFLINE_FIELDS) or [])
    for field in fields:
        reason = files.manifest.get(f"{field}_reason")
        if field not in files.manifest or (
                files.manifest[field] is None and not (isinstance(reason, str) and reason)):
            finding("manifest_field_missing", MANIFEST, None, field)
    due = [file_of(each) for each in files.owed()]
    if not files.is_venue:
        due += WORLD_FILES
    if files.is_full:
        due += [files.manifest[field] for field in PATHS
                if isinstance(files.manifest.get(field), str)]
    for file in due:
        if file not in files.directory.files:
            finding("file_owed", file, None, "a run of this tier and mode has it")
    return len(fields) + len(due)


def decisions_of(files: OrderFiles) -> list:
    """(line, row) of what each agent wanted in each tick."""
    return [(line, row) for line, row in files.rows.get("decision_trace", [])
            if row["record_type"] == "agent_detail"]


def digest16(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def exact(texts) -> Decimal:
    """Decimals added exactly: none has more digits than the context of the caller."""
    return sum((Decimal(text) for text in texts), Decimal(0))
