"""What a screening run records: its files as text and as records (run-directory.md 2 and 4)."""

import array
import hashlib
import struct
import sys

from strict import Refused, parse_json, stringify
from world_shapes import WORLD

GENES = {"twin-33-5-1/1": 342, "linear/1": 33}
DOCUMENTS = """run_manifest multiple_experiments_summary gating_telemetry
execution_fingerprint""".split()
LINES = """birth_events capital_ledger collapse_events death_events errors genomes_snapshot seasons
survivors""".split()
ROSTER, MANIFEST = "agent_roster.json", "run_manifest.json"
BIRTHS, DEATHS, SURVIVORS = "birth_events.jsonl", "death_events.jsonl", "survivors.jsonl"
LEDGER, GENOMES, SEASONS = "capital_ledger.jsonl", "genomes_snapshot.jsonl", "seasons.jsonl"
COLLAPSES, ERRORS = "collapse_events.jsonl", "errors.jsonl"
SUMMARY, FENCES = "multiple_experiments_summary.json", "gating_telemetry.json"
FINGERPRINT = "execution_fingerprint.json"
EVENT_FILES = (SEASONS, BIRTHS, DEATHS, SURVIVORS, LEDGER, COLLAPSES)
PROOF_OF_EMPTINESS = {"death_events": "population_balance", "survivors": "population_balance",
                      "collapse_events": "survival_kpi", "errors": "summary_figures"}
MAX_LINE = 8 * 1024 * 1024


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def number_of(agent_id: str) -> int:
    number = int(agent_id[1:])
    if agent_id != f"a{number:06d}" or number < 1:
        raise Refused(f"{agent_id!r} is no agent id")
    return number


def read_line(line: bytes, shapes, name: str):
    """One record in its one spelling (2.2)."""
    if len(line) > MAX_LINE:
        raise Refused("longer than any record")
    value = parse_json(line)
    if stringify(value).encode() != line:
        raise Refused("not what JSON.stringify gives")
    shapes.check(value, name)
    return value


def read_document(data: bytes, shapes, name: str):
    """A document with its indent (2.3)."""
    value = parse_json(data)
    if (stringify(value, indent=2) + "\n").encode() != data:
        raise Refused("not what JSON.stringify gives with an indent of two")
    shapes.check(value, name)
    return value


def read_list(data: bytes, shapes, name: str):
    """A list document, one record a line (2.4)."""
    value = parse_json(data)
    shapes.check(value, name)
    head = stringify({**value, "agents": []})
    rows = "\n,".join(stringify(each) for each in value["agents"])
    if (head[:-2] + "\n" + (rows + "\n" if rows else "") + "]}\n").encode() != data:
        raise Refused("not the text of a list document")
    return value


def read_lines(data: bytes, read, finding):
    """The records of a line file; `read` takes a line, refusals are findings at their lines."""
    rows = []
    for number, line in enumerate(data.split(b"\n")[:-1], 1):
        try:
            rows.append(read(line))
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            finding(number, str(error))
    if data and not data.endswith(b"\n"):
        finding(data.count(b"\n") + 1, "the last line does not end")
    return rows


class Records:
    """The files of a run as records; what breaks its form is a finding of the file's contract."""

    def __init__(self, directory, verdict):
        self.documents, self.lines, self.matrix = {}, {}, []
        self._directory, self._verdict = directory, verdict
        self._document("run_manifest", read_document)
        self.manifest = self.documents.get(MANIFEST, {})
        self.run_id = self.manifest.get("run_id")

    @property
    def behaviors_name(self) -> str:
        return f"behaviors_run_{self.run_id}.json"

    @property
    def matrix_name(self) -> str:
        return f"genomes_run_{self.run_id}.npy"

    def read_all(self):
        for name in LINES:
            self._lines(name)
        for name in DOCUMENTS[1:]:
            self._document(name, read_document)
        self._document("agent_roster", read_list)
        if self.manifest["behaviors_enabled"]:
            self._document("behaviors", read_list, self.behaviors_name)
            self._verdict.claim("contract_genomes_matrix", self._matrix)
        else:
            for name in ("behaviors", "genomes_matrix"):
                self._verdict.add(f"contract_{name}", "NOT_APPLICABLE", "behaviors_not_enabled")

    def _document(self, name: str, read, file=None):
        file = file or f"{name}.json"

        def check(finding, _):
            try:
                value = self.documents[file] = read(self._directory.read(file), WORLD, name)
            except (OSError, ValueError, TypeError, RecursionError) as error:
                finding("record_invalid", file, None, str(error))
                return 0
            if name != "run_manifest" and value["run_id"] != self.run_id:
                finding("record_of_other_run", file, None, f"is of run {value['run_id']}")
            return 1
        self._verdict.claim(f"contract_{name}", check)

    def _lines(self, name: str):
        file = f"{name}.jsonl"

        def read(line: bytes):
            shape = name
            if name == "collapse_events" and b'"event":"reboot"' in line:
                shape = "reboot"
            value = read_line(line, WORLD, shape)
            if value["run_id"] != self.run_id:
                raise Refused(f"is of run {value['run_id']}")
            return value

        def check(finding, _):
            self.lines[file] = []
            try:
                data = self._directory.read(file)
            except (OSError, ValueError) as error:
                finding("file_unreadable", file, None, str(error))
                return 0
            self.lines[file] = read_lines(
                data, read, lambda line, detail: finding("record_invalid", file, line, detail))
            return len(self.lines[file])
        self._verdict.claim(f"contract_{name}", check, PROOF_OF_EMPTINESS.get(name))

    def _matrix(self, finding, _) -> int:
        """A15: NumPy format 1.0, float32 in C order, a header of 128 bytes."""
        file, data = self.matrix_name, b""
        agents = len(self.documents[ROSTER]["agents"])
        genes = GENES.get(self.manifest["genome_schema_version"], 0)
        text = f"{{'descr': '<f4', 'fortran_order': False, 'shape': ({agents}, {genes}), }}"
        header = b"\x93NUMPY\x01\x00" + struct.pack("<H", 118) + f"{text:<117}\n".encode()
        try:
            data = self._directory.read(file)
        except (OSError, ValueError) as error:
            finding("file_unreadable", file, None, str(error))
        if data[:128] != header or len(data) != 128 + 4 * agents * genes:
            finding("record_invalid", file, None, f"not {agents} rows of {genes} float32")
        size = 4 * genes
        self.matrix = [data[at:at + size] for at in range(128, len(data), size or 1)]
        return len(self.matrix)


def floats(data: bytes):
    values = array.array("f", data[:len(data) // 4 * 4])
    if sys.byteorder == "big":
        values.byteswap()
    return values
