"""Claims with what was found against them, and the one word for them all."""

MALFORMED = (KeyError, TypeError, ValueError, AttributeError, IndexError, OSError,
             RecursionError, OverflowError)


class Verdict:
    """Claims and findings, in the order in which they were looked at."""

    def __init__(self):
        self.claims, self.findings, self.gaps = [], [], []

    def claim(self, name: str, check, proof=None):
        """`check(finding, gap)` returns how much it looked at; broken input is a finding. Where
        nothing was there to look at, a claim that passed can prove that nothing is right: then the
        empty file is the one thing looked at."""
        finding, gap = self.listener(name, self.findings), self.listener(name, self.gaps)
        found, open_gaps = len(self.findings), len(self.gaps)
        checked = 0
        try:
            checked = check(finding, gap)
        except MALFORMED as error:
            finding("record_malformed", None, None, f"{type(error).__name__}: {error}")
        if len(self.findings) > found:
            self.add(name, "FAIL", None, checked)
        elif len(self.gaps) > open_gaps:
            self.add(name, "NOT_MEASURABLE", self.gaps[-1]["code"], checked)
        elif not checked:
            self.add(name, "NOT_MEASURABLE", "nothing_to_check")
            self.claims[-1]["proof"] = proof
        else:
            self.add(name, "PASS", None, checked)

    @staticmethod
    def listener(name: str, into: list):
        def hear(code, file, line, detail):
            into.append({"claim": name, "code": code, "file": file, "line": line,
                         "detail": detail})
        return hear

    def add(self, name: str, verdict: str, reason, checked: int = 0):
        self.claims.append({"id": name, "verdict": verdict, "reason": reason, "checked": checked})

    def accept_proven_emptiness(self):
        passed = {each["id"] for each in self.claims
                  if each["verdict"] == "PASS" and each["checked"]}
        for each in self.claims:
            proof = each.pop("proof", None)
            if proof in passed:
                each.update(verdict="PASS", reason=f"empty_as_{proof}_proves", checked=1)

    def of(self, name: str) -> str:
        return next((each["verdict"] for each in self.claims if each["id"] == name), "")

    def word(self) -> str:
        words = {each["verdict"] for each in self.claims}
        return next((word for word in ("FAIL", "NOT_MEASURABLE") if word in words), "PASS")
