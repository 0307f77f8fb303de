"""One verdict for a run: which contract judges it, its seal, and the claims about its records."""

import os
import re

from check_seal import (SEAL_PARTS, STATEMENT, SUMS, Seal, check_authenticity, check_seal,
                        check_sums, expected_records)
from installation_log import installation_log
from money import capital_conservation, life_records, population_balance
from order_raw import deletion_of
from order_runs import verify_orders
from pools import pool_lines
from records import MANIFEST, Records
from seal import Directory
from strict import parse_json
from world_agents import event_order, genome_anchors, lineage, roster_join
from world_summary import (fence_telemetry, genome_matrix, manifest_identity, numerical_health,
                           summary_figures, survival_kpi)

WORLD_CLAIMS = (event_order, roster_join, genome_anchors, lineage, population_balance,
                capital_conservation, life_records, numerical_health, manifest_identity,
                survival_kpi, fence_telemetry, summary_figures)


MARKS = ("run_manifest.json", ".reserve", SUMS, STATEMENT, "tlog", "proofs")
RUN_NAME = re.compile(r"(HF|PROMOTE|AUDIT)_[0-9a-f]{16}(_\d{8}T\d{6}Z_[0-9a-f]{8})?")


def looks_like_run(path: str) -> bool:
    """run-directory.md 1.6: of anything else nothing was ever claimed."""
    return RUN_NAME.fullmatch(os.path.basename(path)) is not None or any(
        os.path.lexists(os.path.join(path, mark)) for mark in MARKS)


def verify_run(verdict, path: str, context: dict):
    """`context` holds root, policy and memory; None where there is none."""
    held = {}

    def look(finding, _):
        held["directory"] = Directory(path, finding)
        return len(held["directory"].files)
    verdict.claim("files", look)
    directory = held["directory"]
    # run-directory.md 1.2: without its sums a run was never finished, or its seal was robbed.
    if SUMS not in directory.files and not directory.has_part_of_seal():
        verdict.add("sums", "NOT_MEASURABLE", "run_unsealed")
        return
    kind = kind_of(directory)
    if kind != "venue":
        verify_world(verdict, directory, context, is_screening=kind == "world")
    else:
        verify_venue(verdict, directory, context)


def kind_of(directory) -> str:
    """orders.md 5.1 and 5.2: tier and mode choose, and a name may only ask for more."""
    try:
        manifest = parse_json(directory.read(MANIFEST))
        mode, tier = manifest.get("mode"), (manifest.get("meta") or {}).get("tier")
    except (OSError, ValueError, AttributeError):
        mode = tier = None
    if mode in ("okx_demo", "okx_live"):
        return "venue"
    if tier == "tier2_full":
        return "full_offline" if mode == "offline" else "venue"
    if tier == "tier1_hf" and mode == "offline":
        return "world"
    path = os.path.realpath(directory.path)
    name, folder = os.path.basename(path), os.path.basename(os.path.dirname(path))
    looks_so = re.match(r"(PROMOTE|AUDIT)_", name) or folder == "runs" or (
        re.search(r"_\d{8}T\d{6}Z_[0-9a-f]{8}$", name))
    return "venue" if looks_so else "world"


def verify_world(verdict, directory, context: dict, is_screening: bool):
    records = Records(directory, verdict)
    if not records.manifest:
        verdict.claim("sums", lambda finding, _: len(check_sums(directory, None, (), finding)))
        return
    behaviors = records.manifest["behaviors_enabled"]
    expected = expected_records(records.run_id, behaviors)
    sums = {}

    def look_at_sums(finding, _):
        sums.update(check_sums(directory, expected, (), finding))
        return len(sums)
    verdict.claim("sums", look_at_sums)
    records.path = directory.path
    records.read_all()
    for check in WORLD_CLAIMS:
        verdict.claim(check.__name__, lambda finding, gap: check(records, finding, gap))
    if behaviors:
        verdict.claim("genome_matrix", lambda finding, gap: genome_matrix(records, finding, gap))
    else:
        verdict.add("genome_matrix", "NOT_APPLICABLE", "behaviors_not_enabled")
    if is_screening:
        pool_lines(verdict, directory, records.manifest, context["root"])
    else:
        verify_orders(verdict, directory, None)
    check_evidence(verdict, directory, records.run_id, (sums, frozenset()), context)
    verdict.accept_proven_emptiness()


def verify_venue(verdict, directory, context: dict):
    sums, run_id = {}, os.path.basename(os.path.realpath(directory.path))
    deletion = deletion_of(context, run_id)
    detached = ("raw",) if "raw/SHA256SUMS" in directory.files else ()

    def look_at_sums(finding, _):
        sums.update(check_sums(directory, None, detached, finding))
        return len(sums)
    verdict.claim("sums", look_at_sums)
    verify_orders(verdict, directory, deletion)
    retained = frozenset(deletion["files"]) if deletion else frozenset()
    check_evidence(verdict, directory, run_id, (sums, retained), context)


def check_evidence(verdict, directory, run_id: str, sealed, context: dict):
    """C15 to C17."""
    (sums, retained), held = sealed, {}
    policy, is_signed = context["policy"], STATEMENT in directory.files

    def look_at_seal(finding, _):
        for name in SEAL_PARTS:
            if name not in directory.files:
                finding("seal_incomplete", name, None, "the rest of the seal is there")
        if not is_signed:
            return 0
        held["seal"] = Seal(directory, finding)
        check_seal(directory, held["seal"], sums, run_id, finding, retained)
        return len(directory.files)

    def look_at_signers(finding, _):
        check_authenticity(held["seal"], policy, run_id, finding)
        return 1

    if directory.has_part_of_seal():
        verdict.claim("seal", look_at_seal)
    else:
        verdict.add("seal", "NOT_APPLICABLE", "not_signed")
    if not is_signed or policy is None:
        verdict.add("authenticity", "NOT_MEASURABLE", "no_policy" if is_signed else "not_signed")
    else:
        verdict.claim("authenticity", look_at_signers)
    name = os.path.basename(os.path.realpath(directory.path))
    installation_log(verdict, name, context["root"], policy, context["memory"], is_signed)
