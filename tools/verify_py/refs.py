"""Pointers into the evidence of a run (orders.md 3): whether each holds."""

import hashlib
import re

FAMILY_FIELDS = ("endpoint_family", "scope_id", "query_chain_id", "freeze_id",
                 "freeze_reason_code")


def refs_of(files):
    """(file, line, ref) of every ref in the evidence."""
    for name in ("decision_trace", "reconciliation_freeze_events", "errors",
                 "auditor_discrepancies"):
        for line, row in files.rows.get(name, []):
            for ref in row.get("evidence_refs", []):
                yield f"{name}.jsonl", line, ref
    report = files.documents.get("auditor_report")
    for ref in report["evidence_refs"] if report else []:
        yield "auditor_report.json", None, ref


def ref_fault(files, ref: dict):
    """The code of what is wrong with a ref; None where it holds."""
    file, start, end = ref["file"], ref["line_start"], ref["line_end"]
    if file not in files.directory.files:
        return "ref_file_missing"
    is_lines = file.endswith(".jsonl")
    if is_lines != (start is not None) or is_lines != (end is not None) or (
            is_lines and start > end):
        return "ref_range_invalid"
    data = files.directory.read(file)
    if not is_lines:
        return None if hashlib.sha256(data).hexdigest() == ref["sha256"] else "ref_digest_differs"
    lines = data.split(b"\n")[:-1]
    if end > len(lines):
        return "ref_range_outside"
    chosen = b"".join(line + b"\n" for line in lines[start - 1:end])
    if hashlib.sha256(chosen).hexdigest() != ref["sha256"]:
        return "ref_digest_differs"
    rows = [row for line, row in files.rows.get(file[:-6], []) if start <= line <= end]
    if len(rows) != end - start + 1 and file[:-6] in files.rows:
        return "ref_line_unreadable"
    return rows_fault(files, ref, rows)


def rows_fault(files, ref: dict, rows: list):
    """3.3."""
    if any(row["run_id"] != files.run_id for row in rows):
        return "ref_run_differs"
    if any(row.get("audit_scope_id", ref["audit_scope_id"]) != ref["audit_scope_id"]
           for row in rows):
        return "ref_scope_differs"
    for field in FAMILY_FIELDS:
        if len({row[field] for row in rows if field in row}) > 1:
            return "ref_not_homogeneous"
    return None


def step41_evidence_refs(files, finding, gap) -> int:
    count = 0
    for file, line, ref in refs_of(files):
        count += 1
        fault = ref_fault(files, ref)
        if fault is not None:
            finding(fault, file, line, f"{ref['file']} {ref['line_start']}")
    required = [("reconciliation_freeze_events.jsonl", line, row)
                for line, row in files.rows.get("reconciliation_freeze_events", [])]
    required += [("auditor_discrepancies.jsonl", line, row)
                 for line, row in files.rows.get("auditor_discrepancies", [])
                 if row["severity"] != "WARN"]
    if "auditor_report" in files.documents:
        required.append(("auditor_report.json", None, files.documents["auditor_report"]))
    for file, line, row in required:
        if not row["evidence_refs"]:
            finding("ref_required", file, line, "it points at nothing")
    if count == 0 and not required:
        gap("no_refs", None, None, "nothing points at anything")
    return count


def step43_ref_index(files, finding, _) -> int:
    index = files.documents.get("evidence_ref_index")
    if index is None:
        return 0
    entries, file = index["entries"], "evidence_ref_index.json"
    paths = [each["rel_path"] for each in entries]
    if paths != sorted(set(paths)):
        finding("index_disordered", file, None, "not ascending, or one is there twice")
    outside = re.compile(r"(tlog|proofs|raw)/|attestations\.intoto\.jsonl|SHA256SUMS")
    there = {name for name in files.directory.files if not outside.match(name)}
    there -= {file, "run_manifest.json"}
    for missing in sorted(there - set(paths)):
        finding("index_file_missing", file, None, missing)
    for each in entries:
        name = each["rel_path"]
        if name not in files.directory.sha:
            finding("index_differs", file, None, f"{name} is not there")
            continue
        lines = files.directory.read(name).count(b"\n") if name.endswith(".jsonl") else None
        due = (files.directory.sha[name], files.directory.sha[name][:16],
               files.directory.size[name], lines)
        if tuple(each[key] for key in ("sha256", "sha256_16", "byte_size", "line_count")) != due:
            finding("index_differs", file, None, name)
    for _, _, ref in refs_of(files):
        if ref["file"] not in paths:
            finding("index_file_missing", file, None, ref["file"])
    return len(entries)
