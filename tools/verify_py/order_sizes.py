"""What was asked for of an order that was amended: P2.3 of docs/contracts/orders.md."""

from decimal import Decimal

OPEN = ("L1_RETRYABLE_TRANSPORT", "L1_TRUTH_INCOMPLETE")


class Asked:
    """`ever`: every size that was asked for; `now`: those that may hold in the end; `shrunk`: the
    size before an amendment to less, from which on the order may have been full already."""

    def __init__(self, size: str):
        self.ever, self.now, self.shrunk = {Decimal(size)}, {Decimal(size)}, None

    def amend(self, size: str, taken: bool):
        size, most = Decimal(size), max(self.now)
        if size in self.now:
            return
        if taken:
            self.now, self.shrunk = set(), None
        if size < most:
            self.shrunk = self.shrunk or most
        self.now.add(size)
        self.ever.add(size)

    def remember(self, size: str):
        """The size that the exchange's history has of it: taken is not made."""
        if Decimal(size) in self.ever:
            self.now.add(Decimal(size))

    def is_full(self, filled: Decimal) -> bool:
        return filled in self.now or (
            self.shrunk is not None and min(self.now) < filled < self.shrunk)


def asked_sizes(order, replaces) -> Asked:
    """`replaces`: of each replace that left, in order, its lines and the status of its answer."""
    asked = Asked(order.row["params"]["requested_sz"])
    for lines, answer in replaces:
        outcome = next((row for row in lines if row["status"] != "sending"), None)
        status = outcome["status"] if outcome else answer
        refused = outcome and status == "rejected" and outcome["l1_classification"] not in OPEN
        if not refused:
            asked.amend(lines[0]["params"]["requested_sz"], status == "ok")
    for _, row in order.history:
        asked.remember(row["sz"])
    return asked
