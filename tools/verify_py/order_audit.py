"""The books of the exchange against the run: P3 to P5, Steps 32, 33 and 34 (orders.md)."""

import hashlib

from order_claims import ENDS, HISTORY, SAMPLES, Orders
from order_files import OrderFiles, exact, file_of
from refs import ref_fault

REPORT, PAGES = "auditor_report.json", "paging_traces.jsonl"
FAMILIES = ("orders_history", "fills", "bills")
EXITS = {"PASS": 0, "FAIL": 1, "NOT_MEASURABLE": 3}


class Family:
    """The query that the report names for a family, page by page (4.4)."""

    def __init__(self, files: OrderFiles, name: str):
        report = files.documents.get("auditor_report")
        self.coverage = report["paging_coverage"][name] if report else None
        rows = [(line, row) for line, row in files.of_scope("paging_traces")
                if row["endpoint_family"] == name]
        self.all, self.pages = rows, []
        if self.coverage and self.coverage["query_chain_id"]:
            self.pages = [(line, row) for line, row in rows
                          if row["query_chain_id"] == self.coverage["query_chain_id"]]

    def is_closed(self) -> bool:
        cursor = None
        for due, (_, row) in enumerate(self.pages):
            if row["page_idx"] != due or row["request_cursor"] != cursor or not is_answered(row):
                return False
            cursor = row["response_meta"]["next_cursor"]
            is_end = not row["response_meta"]["has_more"] or cursor is None
            if is_end != (due == len(self.pages) - 1):
                return False
        return bool(self.pages)


def is_answered(page: dict) -> bool:
    status = page["http_status"]
    return status is not None and 200 <= status <= 299 and page["code"] in (None, "0") and (
        page["truth_quality"] == "ok")


def closure_gap(files: OrderFiles, names, gap) -> bool:
    """What is behind the last page of an unclosed query is unknown; gives whether nothing is."""
    is_closed = True
    for name in names:
        family = Family(files, name)
        if not family.all and not (family.coverage or {}).get("attempted"):
            gap("paging_not_attempted", REPORT, None, name)
        elif not family.is_closed():
            gap("paging_unclosed", REPORT, None, name)
        else:
            continue
        is_closed = False
    return is_closed


def repeated(rows: list, key: str, code: str, file: str, finding):
    seen = set()
    for line, row in rows:
        if row[key] in seen:
            finding(code, file, line, row[key])
        seen.add(row[key])


def step88_p3_fills(files: OrderFiles, finding, gap) -> int:
    orders, fills = Orders(files), files.of_scope("fills")
    repeated(fills, "tradeId", "p3_trade_repeated", "fills.jsonl", finding)
    filled = {}
    for _, row in fills:
        order = orders.orders.get(row["clOrdId"]) or orders.owner_of_ord_id(row["ordId"])
        if order is not None:
            filled.setdefault(order.name, []).append(row["fillSz"])
    if closure_gap(files, ["fills"], gap):
        for order in orders.orders.values():
            size, due = filled_size(order), exact(filled.get(order.name, []))
            if size is not None and due != size:
                finding("p3_size_differs", "fills.jsonl", None, f"{order.name}: {due} of {size}")
    return len(fills)


def filled_size(order):
    """The filled size of an ended order, of its samples, else of the history; else None."""
    for rows in (order.samples, order.history):
        last = [row for _, row in rows if row["state"] in ENDS]
        if last:
            return exact([last[-1]["accFillSz"]])
    return None


def step88_p4_bills(files: OrderFiles, finding, gap) -> int:
    orders, bills, fills = Orders(files), files.of_scope("bills"), files.of_scope("fills")
    repeated(bills, "billId", "p4_bill_repeated", "bills.jsonl", finding)
    for line, bill in bills:
        order = None if bill["ordId"] is None else orders.owner_of_ord_id(bill["ordId"])
        if bill["ordId"] is None and bill["agent_id_hash"] is not None:
            finding("p4_system_bill_charged", "bills.jsonl", line, bill["billId"])
        if order is not None and bill["agent_id_hash"] != order.row["agent_id_hash"]:
            finding("p4_bill_of_other_agent", "bills.jsonl", line, bill["billId"])
    if not closure_gap(files, ["fills", "bills"], gap):
        return len(bills)
    charged = [row["ordId"] for _, row in bills if row["bill_type"] == "trade" and row["ordId"]]
    for ord_id in dict.fromkeys([*(row["ordId"] for _, row in fills), *charged]):
        own = [row for _, row in bills if row["ordId"] == ord_id and row["bill_type"] == "trade"]
        if not own:
            finding("p4_bill_missing", "bills.jsonl", None, f"none of order {ord_id}")
        elif exact(row["fee"] for row in own) != exact(
                row["fee"] for _, row in fills if row["ordId"] == ord_id):
            finding("p4_fee_differs", "bills.jsonl", None, f"of order {ord_id}")
    return len(bills)


def counts_of(files: OrderFiles) -> dict:
    """What `summary_counts` of the report must say."""
    orders, bills = Orders(files), files.of_scope("bills")
    return {"orders_placed": len(orders.orders),
            "orders_acknowledged": sum(orders.taken(each) for each in orders.orders.values()),
            "orders_terminal": sum(
                any(row["state"] in ENDS for _, row in [*each.samples, *each.history])
                for each in orders.orders.values()),
            "orders_history": len(files.of_scope("orders_history")),
            "fills": len(files.of_scope("fills")), "bills": len(bills),
            "bills_without_order": sum(row["ordId"] is None for _, row in bills),
            "discrepancies": len(files.of_scope("auditor_discrepancies"))}


def step88_p5_auditor_join(files: OrderFiles, finding, gap) -> int:
    report, orders = files.documents["auditor_report"], Orders(files)
    if report["audit_scope_id"] != files.scope:
        finding("p5_report_of_other_audit", REPORT, None, report["audit_scope_id"])
    due = counts_of(files)
    for field, value in due.items():
        if report["summary_counts"][field] != value:
            finding("p5_counts_differ", REPORT, None, f"{field} is {value} by the evidence")
    verdict = report["verdict"]
    if report["exit_code"] != EXITS[verdict]:
        finding("p5_report_contradicts", REPORT, None, f"{verdict} with {report['exit_code']}")
    if verdict == "FAIL":
        finding("p5_auditor_failed", REPORT, None, ", ".join(report["reason_codes"]))
    if verdict == "NOT_MEASURABLE":
        gap("p5_auditor_not_measurable", REPORT, None, ", ".join(report["reason_codes"]))
    led = {ref["file"] for ref in report["evidence_refs"]}
    for name in ("order_attempts", "order_status_samples", "paging_traces", *FAMILIES):
        if files.rows.get(name) and file_of(name) not in led:
            finding("p5_ref_missing", REPORT, None, f"none leads into {file_of(name)}")
    for ref in report["evidence_refs"]:
        fault = ref_fault(files, ref)
        if fault is not None:
            finding("p5_ref_broken", REPORT, None, f"{ref['file']}: {fault}")
    for order in orders.orders.values():
        if orders.taken(order):
            check_last_word(order, finding, gap)
    for line, row in files.of_scope("auditor_discrepancies"):
        if row["severity"] == "FAIL":
            finding("p5_discrepancy", "auditor_discrepancies.jsonl", line, row["symptom"])
        if row["severity"] == "NOT_MEASURABLE":
            gap("p5_discrepancy_open", "auditor_discrepancies.jsonl", line, row["symptom"])
    return len(orders.orders) + len(due)


def check_last_word(order, finding, gap):
    """P5.3."""
    if not order.samples:
        return
    line, last = order.samples[-1]
    if last["truth_quality"] != "ok":
        gap("p5_truth_degraded", SAMPLES, line, order.name)
    has_ended, seen = any(row["state"] in ENDS for _, row in order.samples), exact(
        [last["accFillSz"]])
    for history_line, row in order.history:
        filled = exact([row["accFillSz"]])
        if (last["state"], seen) != (row["state"], filled) if has_ended else filled < seen:
            finding("p5_history_differs", HISTORY, history_line, order.name)


def step32_orphans(files: OrderFiles, finding, gap) -> int:
    orders, history = Orders(files), files.of_scope("orders_history")
    repeated(history, "ordId", "order_repeated", HISTORY, finding)
    for line, row in history:
        name = row["clOrdId"]
        if name is None:
            if orders.owner_of_ord_id(row["ordId"]) is None:
                gap("orphan_client_id_missing", HISTORY, line, row["ordId"])
        elif name.startswith(files.prefix):
            order = orders.orders.get(name)
            if order is None:
                finding("orphan_order", HISTORY, line, name)
            elif order.row["agent_id_hash"] is None and order.row["lifecycle_scope"] is None:
                finding("order_unanchored", HISTORY, line, name)
    if Family(files, "orders_history").is_closed():
        there = {row["clOrdId"] for _, row in history}
        known = {row["ordId"] for _, row in history}
        for order in orders.orders.values():
            if orders.taken(order) and order.name not in there and not set(order.ord_ids) & known:
                finding("order_missing_at_exchange", HISTORY, None, order.name)
    return len(history)


def step33_fills_bills_join(files: OrderFiles, finding, gap) -> int:
    orders, fills, bills = Orders(files), files.of_scope("fills"), files.of_scope("bills")
    repeated(fills, "tradeId", "trade_or_bill_repeated", "fills.jsonl", finding)
    repeated(bills, "billId", "trade_or_bill_repeated", "bills.jsonl", finding)
    closure_gap(files, ["fills", "bills"], gap)
    names = names_of_strangers(files, orders)
    for line, row in fills:
        by_id, name = orders.owner_of_ord_id(row["ordId"]), row["clOrdId"]
        if not (name or names.get(row["ordId"]) or files.prefix).startswith(files.prefix):
            continue
        if name is None:
            if by_id is None:
                gap("fill_client_id_missing", "fills.jsonl", line, row["tradeId"])
            continue
        by_name = orders.orders.get(name)
        if by_name is None:
            finding("fill_without_order", "fills.jsonl", line, row["tradeId"])
        elif by_id is not by_name and (by_id is not None or by_name.ord_ids):
            finding("fill_ids_differ", "fills.jsonl", line, row["tradeId"])
    for line, row in bills:
        ord_id = row["ordId"]
        if ord_id is None or orders.owner_of_ord_id(ord_id) is not None:
            continue
        if ord_id not in names:
            finding("bill_without_order", "bills.jsonl", line, row["billId"])
        elif names[ord_id] is None:
            gap("bill_client_id_missing", "bills.jsonl", line, row["billId"])
    return len(fills) + len(bills)


def names_of_strangers(files: OrderFiles, orders: Orders) -> dict:
    """33.2: by `ordId`, the foreign name of an order that is not ours; None where it has none."""
    names = {}
    for name in ("orders_history", "fills"):
        for _, row in files.of_scope(name):
            given, is_own = row["clOrdId"], orders.owner_of_ord_id(row["ordId"]) is not None
            if is_own if given is None else given.startswith(files.prefix):
                continue
            names[row["ordId"]] = names.get(row["ordId"]) or given
    return names


def step34_paging_closure(files: OrderFiles, finding, gap) -> int:
    pages = files.of_scope("paging_traces")
    for line, row in pages:
        window = row["time_window_ms"]
        text = "|".join(map(str, (row["endpoint"], row["inst_id"], window["start_ms"],
                                  window["end_ms"], row["scope_id"], row["chain_seq"])))
        if row["query_chain_id"] != hashlib.sha256(text.encode()).hexdigest()[:16]:
            finding("paging_chain_id_wrong", PAGES, line, row["query_chain_id"])
    for name in FAMILIES:
        family = Family(files, name)
        if not family.coverage["attempted"]:
            gap("paging_not_attempted", REPORT, None, name)
            continue
        check_coverage(family, name, pages, finding)
        is_closed = family.is_closed()
        if family.coverage["closure_proved"] and not is_closed:
            finding("paging_closure_false", REPORT, None, name)
        elif not is_closed or not family.coverage["closure_proved"]:
            gap("paging_unclosed", REPORT, None, name)
        check_rows(files, family, name, finding)
    return len(pages)


def check_coverage(family: Family, name: str, pages: list, finding):
    """34.1 and 34.3."""
    said = family.coverage
    start, end = said["line_start"], said["line_end"]
    inside = [(line, row) for line, row in pages if start and end and start <= line <= end]
    if any(row["query_chain_id"] != said["query_chain_id"] or row["endpoint_family"] != name
           for _, row in inside) or (inside and [line for line, _ in inside] != [
               line for line, _ in family.pages]):
        finding("paging_mixed_queries", REPORT, None, name)
    if not family.pages:
        finding("paging_coverage_differs", REPORT, None, f"{name}: no page of the query")
        return
    _, last = family.pages[-1]
    meta = last["response_meta"]
    rule = None
    if family.is_closed():
        rule = "cursor_exhausted" if meta["has_more"] else "has_more_false"
    due = {"page_count": len(family.pages), "closure_rule": rule,
           "last_has_more": meta["has_more"], "last_cursor": meta["next_cursor"],
           "paging_traces_present": True, "line_start": family.pages[0][0],
           "line_end": family.pages[-1][0], "scope_id": last["scope_id"]}
    for field, value in due.items():
        if said[field] != value:
            finding("paging_coverage_differs", REPORT, None, f"{name}.{field} is not {value}")


def check_rows(files: OrderFiles, family: Family, name: str, finding):
    """34.5."""
    announced = {}
    for _, row in family.pages:
        announced[row["page_idx"]] = row["response_meta"]["data_count"]
    kept = {}
    for line, row in files.of_scope(name):
        if row["query_chain_id"] != family.coverage["query_chain_id"]:
            finding("paging_row_of_other_query", file_of(name), line, row["query_chain_id"])
        else:
            kept[row["page_idx"]] = kept.get(row["page_idx"], 0) + 1
    for page in {*announced, *kept}:
        if announced.get(page, 0) != kept.get(page, 0):
            finding("paging_rows_differ", file_of(name), None,
                    f"page {page}: {kept.get(page, 0)} of {announced.get(page, 0)} rows")
