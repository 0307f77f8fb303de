#!/usr/bin/env python3
"""The second verifier: what docs/contracts says of runs, pools and logs, by the standard library.

Usage: verify.py PATH... [--policy POLICY.json] [--memory FOLDER] [--alone] [--json]
A path is the directory of a run, or `pools/stage1` of a root. A run in `runs_hf/` or `runs/` of a
root is judged with the log and the pool of that root, unless it is to be judged `--alone`;
`--memory` holds what was seen of logs and pools before (seal.md 5.5).
Exit code: 0 PASS, 1 FAIL, 3 NOT_MEASURABLE, 2 usage or unreadable input; of several the worst.
"""

import argparse
import json
import os
import sys

sys.dont_write_bytecode = True
from pools import verify_pool  # noqa: E402
from runs import MARKS, looks_like_run, verify_run  # noqa: E402
from seal import parse_policy  # noqa: E402
from strict import read_regular  # noqa: E402
from verdict import MALFORMED, Verdict  # noqa: E402

CODES = {"PASS": 0, "FAIL": 1, "NOT_MEASURABLE": 3}


def judge(path: str, policy, options) -> Verdict:
    verdict, whole = Verdict(), os.path.realpath(path)
    if whole.endswith("/pools/stage1"):
        verify_pool(verdict, whole[:-len("/pools/stage1")], policy, options.memory)
        return verdict
    if not os.path.isdir(path):
        raise FileNotFoundError("no directory of a run and no pool")
    if not looks_like_run(whole):
        raise FileNotFoundError(f"no run here: no {', '.join(MARKS)} in it, and no run id its name")
    above = os.path.dirname(whole)
    is_under = os.path.basename(above) in ("runs_hf", "runs") and not options.alone
    root = os.path.dirname(above) if is_under else None
    verify_run(verdict, path, {"root": root, "policy": policy, "memory": options.memory})
    return verdict


def main(arguments) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", nargs="+")
    for name in ("--policy", "--memory"):
        parser.add_argument(name)
    for name in ("--alone", "--json"):
        parser.add_argument(name, action="store_true")
    options = parser.parse_args(arguments)
    policy, worst = None, 0
    if options.policy is not None:
        try:
            policy = parse_policy(read_regular(options.policy))
        except MALFORMED as error:
            return refuse(f"{options.policy}: no trust policy: {error}")
    for path in options.path:
        try:
            verdict = judge(path, policy, options)
        except MALFORMED as error:
            return refuse(f"{path}: {error}")
        show(path, verdict, options.json)
        code = CODES[verdict.word()]
        worst = code if worst == 0 or code == 1 else worst
    return worst


def refuse(message: str) -> int:
    print(f"verify.py: {message}", file=sys.stderr)
    return 2


def show(path: str, verdict: Verdict, as_json: bool):
    if as_json:
        print(json.dumps({"path": path, "verdict": verdict.word(), "claims": verdict.claims,
                          "findings": verdict.findings, "gaps": verdict.gaps}))
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
