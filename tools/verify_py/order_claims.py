"""What became of each order: P0, P1 and P2 of docs/contracts/orders.md."""

from decimal import Decimal

from order_files import OrderFiles, digest16
from order_sizes import Asked, asked_sizes

ENDS = ("filled", "canceled", "mmp_canceled", "rejected")
ATTEMPTS, CALLS = "order_attempts.jsonl", "exchange_api_calls.jsonl"
SAMPLES, HISTORY = "order_status_samples.jsonl", "orders_history.jsonl"
IDENTITY = """intent_id client_order_id operation agent_id_hash lifecycle_scope intent_source
flags""".split()
TRADE = "/api/v5/trade/"
LATER = ("leverage_applied", "leverage_applied_reason")


class Order:
    """A place attempt that left, and what is known of what it became."""

    def __init__(self, line: int, sending: dict):
        self.line, self.row, self.outcome = line, sending, None
        self.ord_ids, self.samples, self.history = [], [], []

    @property
    def name(self) -> str:
        return self.row["client_order_id"]


class Orders:
    """Attempts by id, the orders that left, and whatever names them."""

    def __init__(self, files: OrderFiles):
        self.files, self.attempts = files, {}
        for line, row in files.rows.get("order_attempts", []):
            self.attempts.setdefault(row["attempt_id"], []).append((line, row))
        self.calls = {}
        for line, row in files.rows.get("exchange_api_calls", []):
            if row["attempt_id"] is not None:
                self.calls.setdefault(row["attempt_id"], []).append((line, row))
        self.orders, self.replaces = {}, {}
        for attempt, lines in self.attempts.items():
            line, row = lines[0]
            if row["operation"] == "replace" and row["status"] == "sending":
                self.replaces.setdefault(row["client_order_id"], []).append(attempt)
            if row["operation"] == "place" and row["connector_call"] is not None:
                order = self.orders.setdefault(row["client_order_id"], Order(line, row))
                order.outcome = self.status_of(attempt)
        self._join()

    def _join(self):
        for _, row in self.files.rows.get("order_attempts", []):
            order = self.orders.get(row["client_order_id"])
            if order and row["operation"] == "place" and row["exchange_ids"]["ordId"]:
                order.ord_ids.append(row["exchange_ids"]["ordId"])
        for lines in self.calls.values():
            for _, row in lines:
                if row["operation"] == "place" and row["clOrdId"] in self.orders and row["ordId"]:
                    self.orders[row["clOrdId"]].ord_ids.append(row["ordId"])
        for line, row in self.files.rows.get("order_status_samples", []):
            if row["clOrdId"] in self.orders:
                self.orders[row["clOrdId"]].samples.append((line, row))
                if row["ordId"]:
                    self.orders[row["clOrdId"]].ord_ids.append(row["ordId"])
        for line, row in self.files.of_scope("orders_history"):
            if row["clOrdId"] in self.orders:
                self.orders[row["clOrdId"]].history.append((line, row))
                self.orders[row["clOrdId"]].ord_ids.append(row["ordId"])

    def asked(self, order: Order) -> Asked:
        replaces = self.replaces.get(order.name, [])
        return asked_sizes(order, [([row for _, row in self.attempts[attempt]],
                                    self.status_of(attempt)) for attempt in replaces])

    def status_of(self, attempt: str):
        """The outcome of an attempt: of its line, else of the answer to its call, else None."""
        for _, row in self.attempts[attempt]:
            if row["status"] != "sending":
                return row["status"]
        answers = [status_of_call(row) for _, row in self.calls.get(attempt, [])]
        return answers[0] if answers else None

    def taken(self, order: Order) -> bool:
        """Whether the exchange took an order, by its answer or by what it said later."""
        if order.outcome in ("ok", "rejected"):
            return order.outcome == "ok"
        return self.resolution(order) not in (None, "rejected", "not_found")

    @staticmethod
    def resolution(order: Order):
        """What a sample or the history says of an order whose outcome nobody learnt."""
        seen = [row["state"] for _, row in order.samples if row["state"] != "unknown"]
        return (seen or [row["state"] for _, row in order.history] or [None])[-1]

    def owner_of_ord_id(self, ord_id: str):
        return next((order for order in self.orders.values() if ord_id in order.ord_ids), None)


def status_of_call(call: dict) -> str:
    """P1.2: what the answer to a write says."""
    status = call["http_status"]
    if call["error_type"] not in (None, "api_error") or status is None or not 200 <= status <= 299:
        return "error"
    code = call["code"] if call["sCode"] is None else call["sCode"]
    return "ok" if code == "0" and call["error_type"] is None else "rejected"


def step88_p0_attempts(files: OrderFiles, finding, _) -> int:
    orders = Orders(files)
    intents = {}
    for _, row in files.rows.get("decision_trace", []):
        if row.get("intent_id"):
            intents.setdefault(row["intent_id"], set()).add(row["agent_id_hash"])
    for lines in orders.attempts.values():
        check_attempt(lines, finding)
    unknown, placed = {}, set()
    for line, row in files.rows.get("order_attempts", []):
        check_attribution(line, row, finding)
        agent = row["agent_id_hash"]
        if agent is not None:
            owners = intents.get(row["intent_id"])
            if owners is None:
                finding("p0_intent_unknown", ATTEMPTS, line, row["intent_id"])
            elif agent not in owners:
                finding("p0_intent_of_other_agent", ATTEMPTS, line, row["intent_id"])
        name = row["client_order_id"]
        if row["operation"] == "place":
            first = orders.attempts[row["attempt_id"]][0][0] == line
            if first and name in unknown and unknown[name] != "error":
                finding("p0_client_order_id_reused", ATTEMPTS, line, name)
            if row["status"] != "sending" or name not in unknown or first:
                unknown[name] = row["status"]
            placed.add(name)
        elif name not in placed:
            finding("p0_target_unknown", ATTEMPTS, line, name)
    return len(files.rows.get("order_attempts", []))


def check_attribution(line: int, row: dict, finding):
    """P0.1 and P0.4."""
    agent, scope, source = row["agent_id_hash"], row["lifecycle_scope"], row["intent_source"]
    if agent is None and scope is None:
        finding("p0_attribution_missing", ATTEMPTS, line, "nobody stands behind it")
    if agent is not None and scope is not None:
        finding("p0_attribution_double", ATTEMPTS, line, f"{agent} and {scope}")
    fitting = {"startup_flatten": "lifecycle", "death_settlement": "lifecycle",
               "shutdown_flatten": "lifecycle", "preflight_self_test": "preflight_self_test",
               "operator": "operator"}
    due = "decision_cycle" if agent is not None else fitting.get(scope, source)
    if source != due:
        finding("p0_source_contradicts", ATTEMPTS, line, f"{source}, {due} is due")
    gate, is_rejected = row["gate"], row["status"] == "rejected"
    if row["connector_call"] is None:
        sound = is_rejected and gate["gate_decision"] == "reject" and (
            gate["gate_reason_code"] is not None)
    else:
        sound = gate["gate_decision"] == "allow"
    if not sound or row["rejected"] != is_rejected:
        finding("p0_gate_contradicts", ATTEMPTS, line, f"{row['status']} by {gate['gate_name']}")


def check_attempt(lines: list, finding):
    """P0.3."""
    (first_line, first), rest = lines[0], lines[1:]
    if first["status"] != "sending" and first["connector_call"] is not None:
        finding("p0_outcome_without_sending", ATTEMPTS, first_line, first["attempt_id"])
    is_single = first["status"] != "sending"
    for line, row in rest[0 if is_single else 1:]:
        finding("p0_attempt_repeated", ATTEMPTS, line, row["attempt_id"])
    for line, row in rest[:1]:
        if row["status"] == "sending":
            finding("p0_attempt_repeated", ATTEMPTS, line, row["attempt_id"])
        elif identity_of(row) != identity_of(first):
            finding("p0_attempt_changed", ATTEMPTS, line, row["attempt_id"])


def identity_of(row: dict) -> list:
    """What an outcome line repeats of its sending line; leverage may only be learnt then."""
    asked = {key: value for key, value in row["params"].items() if key not in LATER}
    call = row["connector_call"] and row["connector_call"]["call_id"]
    return [*(row[field] for field in IDENTITY), call, asked]


def step88_p1_acks(files: OrderFiles, finding, gap) -> int:
    orders = Orders(files)
    for attempt, lines in orders.attempts.items():
        line, row = lines[0]
        if row["status"] == "sending":
            check_call(orders, attempt, (line, row, lines[-1]), finding)
    for attempt, calls in orders.calls.items():
        for line, call in calls:
            if orders.attempts.get(attempt, [(0, {})])[0][1].get("status") != "sending":
                finding("p1_call_unknown", CALLS, line, f"no attempt {attempt}")
    ends = ends_of_preflight(files)
    for line, call in files.rows.get("exchange_api_calls", []):
        if call["operation"] == "query":
            if call["method"] == "POST" and call["endpoint"].startswith(TRADE) and (
                    call["endpoint"] != TRADE + "cancel-all-after"):
                finding("p1_write_as_query", CALLS, line, call["endpoint"])
        elif call["attempt_id"] is None:
            check_foreign(orders, (line, call, ends), finding)
    for order in orders.orders.values():
        if len(set(order.ord_ids)) > 1:
            finding("p1_ord_id_conflict", ATTEMPTS, order.line, f"{order.name} has two ordIds")
        if order.outcome in (None, "error") and orders.resolution(order) is None:
            gap("p1_outcome_unknown", ATTEMPTS, order.line, order.name)
        elif orders.taken(order) and not order.ord_ids:
            gap("p1_ord_id_unknown", ATTEMPTS, order.line, order.name)
    return len(orders.attempts)


def ends_of_preflight(files: OrderFiles) -> list:
    preflight = files.documents.get("startup_preflight") or {"end_time": None}
    agents = (row["ts_utc"] for _, row in files.rows.get("order_attempts", [])
              if row["agent_id_hash"] is not None)
    return [preflight["end_time"], next(agents, None)]


def check_foreign(orders: Orders, where, finding):
    """P1.6: a write without an attempt cancels what others left, before the run begins."""
    line, call, ends = where
    own = call["clOrdId"] in orders.orders or orders.owner_of_ord_id(call["ordId"])
    if (call["component"], call["operation"]) != ("preflight", "cancel") or (
            call["ordId"] is None or own):
        finding("p1_call_unknown", CALLS, line, "a write of nobody")
    elif any(end is not None and call["ts_utc"] > end for end in ends):
        finding("p1_foreign_cancel_late", CALLS, line, call["call_id"])


def check_call(orders: Orders, attempt: str, lines, finding):
    """P1.1 and P1.2."""
    line, row, (last_line, last) = lines
    calls = orders.calls.get(attempt, [])
    if not calls:
        finding("p1_call_missing", ATTEMPTS, line, attempt)
        return
    for call_line, _ in calls[1:]:
        finding("p1_call_repeated", CALLS, call_line, attempt)
    call_line, call = calls[0]
    if (call["call_id"], call["clOrdId"], call["operation"]) != (
            row["connector_call"]["call_id"], row["client_order_id"], row["operation"]):
        finding("p1_call_differs", CALLS, call_line, f"not the call of {attempt}")
    if last["status"] not in ("sending", status_of_call(call)):
        finding("p1_status_contradicts", ATTEMPTS, last_line,
                f"{last['status']}, the answer says {status_of_call(call)}")


def step88_p2_terminal_state(files: OrderFiles, finding, gap) -> int:
    orders = Orders(files)
    for line, row in files.rows.get("order_status_samples", []):
        if row["clOrdId"] not in orders.orders:
            finding("p2_order_unknown", SAMPLES, line, row["clOrdId"])
        if row["ordId"] is not None and row["order_id_hash"] != digest16(row["ordId"]):
            finding("p2_id_hash_wrong", SAMPLES, line, row["ordId"])
    frozen = bool(files.rows.get("reconciliation_freeze_events"))
    sent = [line for line, row in files.rows.get("order_attempts", [])
            if row["operation"] == "place" and row["status"] == "sending"]
    checked = 0
    for order in orders.orders.values():
        check_progress(order, orders.asked(order), finding)
        if not orders.taken(order):
            continue
        checked += 1
        states = [row["state"] for _, row in [*order.samples, *order.history]]
        if any(state in ENDS for state in states):
            continue
        if not frozen and any(line > order.line for line in sent):
            finding("p2_open_and_still_sending", ATTEMPTS, order.line, order.name)
        else:
            gap("p2_terminal_missing", ATTEMPTS, order.line, order.name)
    return checked


def check_progress(order: Order, asked: Asked, finding):
    """P2.3."""
    ended, filled = None, Decimal(0)
    for line, row in order.samples:
        state, now = row["state"], Decimal(row["accFillSz"])
        if ended is not None and state in ("live", "partially_filled"):
            finding("p2_state_reversed", SAMPLES, line, f"{state} after {ended}")
        if now < filled and state not in ("not_found", "unknown"):
            finding("p2_filled_size_fell", SAMPLES, line, f"{now} after {filled}")
        if now > max(asked.now if state in ENDS and state != "filled" else asked.ever):
            finding("p2_overfilled", SAMPLES, line, f"{now} of {max(asked.now)}")
        if state == "filled" and not asked.is_full(now):
            finding("p2_filled_size_differs", SAMPLES, line, f"{now} of {max(asked.now)}")
        ended = state if state in ENDS else ended
        filled = max(filled, now)
