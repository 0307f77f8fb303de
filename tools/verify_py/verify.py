#!/usr/bin/env python3
"""The second verifier: what docs/contracts says about a sealed run, by the standard library alone.

Usage: verify.py RUN_DIRECTORY... [--policy POLICY.json] [--json]
Exit code: 0 PASS, 1 FAIL, 3 NOT_MEASURABLE, 2 usage or unreadable input; of several runs the worst.
The log of the installation, pools and raw evidence are not looked at.
"""

import argparse
import json
import os
import sys

sys.dont_write_bytecode = True
from check_seal import (SEAL_PARTS, STATEMENT, SUMS, Seal, check_authenticity, check_seal,  # noqa: E402
                        check_sums)
from money import capital_conservation, life_records, population_balance  # noqa: E402
from records import Records, genome_anchors, manifest_identity, roster_join  # noqa: E402
from seal import Directory, parse_policy  # noqa: E402
from strict import read_regular  # noqa: E402

MALFORMED = (KeyError, TypeError, ValueError, AttributeError, IndexError, OSError)
RECORD_CLAIMS = (manifest_identity, genome_anchors, roster_join, population_balance,
                 capital_conservation, life_records)


class Verdict:
    """Claims and findings, in the order in which they were looked at."""

    def __init__(self):
        self.claims, self.findings = [], []

    def claim(self, name: str, check):
        """`check(finding)` returns how much it looked at; broken input is a finding."""
        before = len(self.findings)

        def finding(code, file, line, detail):
            self.findings.append({"claim": name, "code": code, "file": file, "line": line,
                                  "detail": detail})
        checked = 0
        try:
            checked = check(finding)
        except MALFORMED as error:
            finding("record_malformed", None, None, f"{type(error).__name__}: {error}")
        if len(self.findings) > before:
            self.add(name, "FAIL", None)
        elif checked == 0:
            self.add(name, "NOT_MEASURABLE", "nothing_to_check")
        else:
            self.add(name, "PASS", None, checked)

    def add(self, name: str, verdict: str, reason, checked: int = 0):
        self.claims.append({"id": name, "verdict": verdict, "reason": reason, "checked": checked})

    def word(self) -> str:
        words = {each["verdict"] for each in self.claims}
        return next((word for word in ("FAIL", "NOT_MEASURABLE") if word in words), "PASS")


def verify(path: str, policy) -> Verdict:
    verdict, held = Verdict(), {}

    def look(finding):
        held["directory"] = Directory(path, finding)
        return len(held["directory"].files)

    def read(finding):
        held["records"] = Records(directory, finding)
        return len(held["records"].lines)

    verdict.claim("files", look)
    directory = held["directory"]
    # run-directory.md 1.2: without its sums a run was never finished, or its seal was robbed.
    if SUMS not in directory.files and not directory.has_part_of_seal():
        verdict.add("sums", "NOT_MEASURABLE", "not_finished")
        return verdict
    verdict.claim("text", read)
    records = held["records"]
    check_evidence(verdict, directory, records, policy)
    for check in RECORD_CLAIMS:
        verdict.claim(check.__name__, lambda finding: check(records, directory, finding))
    return verdict


def check_evidence(verdict: Verdict, directory, records, policy):
    run_id = records.run_id
    sums, held = {}, {}

    def look_at_sums(finding):
        behaviors = records.manifest.get("behaviors_enabled") is True
        sums.update(check_sums(directory, run_id, behaviors, finding))
        return len(sums)

    def look_at_seal(finding):
        for name in SEAL_PARTS:
            if name not in directory.files:
                finding("seal_incomplete", name, None, "the rest of the seal is there")
        if STATEMENT not in directory.files:
            return 0
        held["seal"] = Seal(directory, finding)
        check_seal(directory, held["seal"], sums, run_id, finding)
        return len(directory.files)

    def look_at_signers(finding):
        check_authenticity(held["seal"], policy, run_id, finding)
        return 1

    verdict.claim("sums", look_at_sums)
    if directory.has_part_of_seal():
        verdict.claim("seal", look_at_seal)
    else:
        verdict.add("seal", "NOT_APPLICABLE", "not_signed")
    if STATEMENT not in directory.files:
        verdict.add("authenticity", "NOT_MEASURABLE", "not_signed")
        return
    if policy is None:
        verdict.add("authenticity", "NOT_MEASURABLE", "no_policy")
    else:
        verdict.claim("authenticity", look_at_signers)


def main(arguments) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run", nargs="+")
    parser.add_argument("--policy")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    policy, worst = None, 0
    if options.policy is not None:
        try:
            policy = parse_policy(read_regular(options.policy))
        except MALFORMED as error:
            return refuse(f"{options.policy}: no trust policy: {error}")
    for path in options.run:
        if not os.path.isdir(path):
            return refuse(f"{path}: no run directory")
        try:
            verdict = verify(path, policy)
        except OSError as error:
            return refuse(f"{path}: {error}")
        show(path, verdict, options.json)
        code = {"PASS": 0, "FAIL": 1, "NOT_MEASURABLE": 3}[verdict.word()]
        worst = code if worst == 0 or code == 1 else worst
    return worst


def refuse(message: str) -> int:
    print(f"verify.py: {message}", file=sys.stderr)
    return 2


def show(path: str, verdict: Verdict, as_json: bool):
    if as_json:
        print(json.dumps({"run": path, "verdict": verdict.word(), "claims": verdict.claims,
                          "findings": verdict.findings}))
        return
    for claim in verdict.claims:
        tail = f"  {claim['reason']}" if claim["reason"] else f"  {claim['checked']} looked at"
        print(f"{claim['verdict']:<15}{claim['id']}{'' if claim['verdict'] == 'FAIL' else tail}")
    for found in verdict.findings:
        place = found["file"] or path
        line = f" line {found['line']}" if found["line"] else ""
        print(f"  {found['claim']} {found['code']}: {place}{line}: {found['detail']}")
    print(f"{verdict.word()}  {path}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
