"""Records of a gene pool: their form, and what a sealed run makes of its survivors (pools.md 2,
run-directory.md 6)."""

import hashlib

from records import (FINGERPRINT, GENES, GENOMES, MANIFEST, ROSTER, SUMMARY, SURVIVORS, digest,
                     read_document, read_lines, read_list, read_line)
from shapes import Shapes, read_table
from strict import Refused, canonical_base64, stringify
from world_figures import number
from world_shapes import WORLD

MAX_RECORD = 1024 * 1024
SOURCES = (MANIFEST, SUMMARY, SURVIVORS, GENOMES, ROSTER)

TABLE = """
life born_tick:n age_ticks:n initial_capital_micro:z capital_base_micro:z
  given_to_children_micro:n trade_flow_micro:z fees_micro:z funding_micro:z living_cost_micro:z
  position_lots:z mark_price_ticks:n final_capital_micro:z opened_long:n opened_short:n closed:n
  closed_with_profit:n partial_fills:n unfilled_orders:n children:n last_signal:f?
  state_final:OUT_MARKET|IN_MARKET
window name:r start_index:n len:p start_utc:t end_utc:t
source git_commit:r? git_commit_reason:r? docker_image:r? docker_image_reason:r? run_id:run seed:n
  mode:=offline window:@window ablation:o? ablation_reason:r? dataset_id:r config_hash:h64
  core_hash:h64
metrics survived:=true lifetime_return:f costs_micro:z has_nan:b has_inf:b has_explosion:b
  run_deaths:n run_administrative_death_share:f? run_administrative_death_share_reason:r?
  life:@life
record id:r schema_version:=pool_record/1 created_at:t source:@source agent_id:a agent_id_hash:h16
  origin:founder|split|reboot_founder generation:n lineage_id:a cohort_id:r gene_id:h16
  weights_sha256:h64 weights_count:p genome_schema_version:r feature_contract_version:r
  encoding:=base64_float32_le genome_vector:r genome_vector_342:r? genome_vector_342_reason:r?
  metrics_summary:@metrics fingerprint_ref:r
"""

POOL = Shapes(read_table(TABLE), {"run": r"HF_[0-9a-f]{16}"})


def read_record(line: bytes) -> dict:
    if len(line) > MAX_RECORD:
        raise Refused("longer than any record")
    return read_line(line, POOL, "record")


def gain_of(life: dict) -> float:
    gain = (life["final_capital_micro"] + life["given_to_children_micro"]
            - life["initial_capital_micro"])
    return number(gain / life["initial_capital_micro"])


def costs_of(life: dict) -> int:
    return life["fees_micro"] + life["funding_micro"] + life["living_cost_micro"]


def own_faults(record: dict):
    """P1: what a record says twice, or what follows from its own numbers."""
    source, metrics = record["source"], record["metrics_summary"]
    run, agent, life = source["run_id"], record["agent_id"], metrics["life"]
    due = {"id": f"{run}:{agent}", "agent_id_hash": digest(f"{run}:{agent}")[:16],
           "fingerprint_ref": f"runs_hf/{run}/{FINGERPRINT}"}
    for field, value in due.items():
        if record[field] != value:
            yield field
    if metrics["costs_micro"] != costs_of(life):
        yield "costs_micro"
    if metrics["lifetime_return"] != gain_of(life):
        yield "lifetime_return"
    for part, fields in ((source, ("git_commit", "docker_image", "ablation")),
                         (metrics, ("run_administrative_death_share",))):
        for field in fields:
            if (part[field] is None) == (part[f"{field}_reason"] is None):
                yield f"{field}_reason"


def genome_faults(record: dict):
    """P3: count, hashes and gene id follow from the weights and the registry."""
    schema = record["genome_schema_version"]
    count = GENES.get(schema)
    try:
        data = canonical_base64(record["genome_vector"])
    except ValueError:
        yield "genome_vector"
        return
    if count is None or len(data) != 4 * count:
        yield "genome_vector"
        return
    is_twin = count == 342
    due = {"weights_count": count, "feature_contract_version": "features/1",
           "weights_sha256": hashlib.sha256(data).hexdigest(),
           "gene_id": hashlib.sha256(schema.encode() + b"\n" + data).hexdigest()[:16],
           "genome_vector_342": record["genome_vector"] if is_twin else None}
    for field, value in due.items():
        if record[field] != value:
            yield field
    if (record["genome_vector_342"] is None) == (record["genome_vector_342_reason"] is None):
        yield "genome_vector_342_reason"


class RunFiles:
    """The files that a pool record is made from, read from a run whose sums vouch for them."""

    def __init__(self, read):
        def refuse(line, detail):
            raise Refused(f"line {line}: {detail}")

        def lines(name, shape):
            return read_lines(read(name), lambda line: read_line(line, WORLD, shape), refuse)
        self.manifest = read_document(read(MANIFEST), WORLD, "run_manifest")
        self.summary = read_document(read(SUMMARY), WORLD, "multiple_experiments_summary")
        self.roster = read_list(read(ROSTER), WORLD, "agent_roster")
        self.survivors = lines(SURVIVORS, "survivors")
        self.genomes = lines(GENOMES, "genomes_snapshot")

    def records(self) -> list:
        """The lines of the survivors of a completed run, in their order; no others have any."""
        if self.manifest["status"] != "completed":
            return []
        genome = {each["agent_id"]: each for each in self.genomes}
        anchor = {each["agent_id"]: each["metadata"] for each in self.roster["agents"]}
        return [stringify(self._record(each, genome[each["agent_id"]], anchor[each["agent_id"]]))
                for each in self.survivors]

    def _record(self, survivor: dict, genome: dict, anchor: dict) -> dict:
        m, summary, life = self.manifest, self.summary, survivor["life"]
        agent, is_twin = survivor["agent_id"], genome["weights_count"] == 342
        source = {key: m["dataset"]["dataset_id"] if key == "dataset_id" else m[key]
                  for key in POOL.keys("source")}
        share = "administrative_death_share"
        metrics = {"survived": True, "lifetime_return": gain_of(life),
                   "costs_micro": costs_of(life),
                   **{key: summary[key] for key in ("has_nan", "has_inf", "has_explosion")},
                   "run_deaths": summary["deaths"], f"run_{share}": summary[share],
                   f"run_{share}_reason": summary[f"{share}_reason"], "life": life}
        return {"id": f"{m['run_id']}:{agent}", "schema_version": "pool_record/1",
                "created_at": m["end_time"], "source": source, "agent_id": agent,
                "agent_id_hash": survivor["agent_id_hash"],
                **{key: anchor[key] for key in ("origin", "generation", "lineage_id",
                                                "cohort_id")},
                **{key: genome[key] for key in ("gene_id", "weights_sha256", "weights_count",
                                                "genome_schema_version")},
                "feature_contract_version": m["feature_contract_version"],
                "encoding": genome["encoding"], "genome_vector": genome["weights"],
                "genome_vector_342": genome["weights"] if is_twin else None,
                "genome_vector_342_reason": None if is_twin else "not_a_342_gene_genome",
                "metrics_summary": metrics,
                "fingerprint_ref": f"runs_hf/{m['run_id']}/{FINGERPRINT}"}
