"""Claims that count heads and money: C5, C6, C7 of docs/contracts/run-directory.md."""

from records import BIRTHS, COLLAPSES, DEATHS, LEDGER, SEASONS, SUMMARY, SURVIVORS, Records

TRIPLET = ("allocated_capital_micro", "system_reserve_micro", "current_total_micro")


def founder_capital(config: dict) -> int:
    """world.md 3.4: founders share the floor of their part of the total equally."""
    share = config["initial_total_capital_micro"] * config["allocation_ratio_ppm"] // 1_000_000
    return share // config["population"]


def population_balance(records: Records, finding, _) -> int:
    births, deaths = records.lines[BIRTHS], records.lines[DEATHS]
    summary = records.documents[SUMMARY]
    checkpoints = [(name, line, row) for name in (LEDGER, SEASONS, COLLAPSES)
                   for line, row in enumerate(records.lines[name], 1)]
    for name, line, row in checkpoints:
        born = [each["origin"] for each in births if each["seq"] < row["seq"]]
        dead = sum(each["seq"] < row["seq"] for each in deaths)
        split, alive = born.count("split"), len(born) - dead
        ruined = row.get("reason") in ("extinction", "both")
        said = row.get("alive_agents", 0 if ruined else alive)
        if said != alive or (row.get("births", split), row.get("deaths", dead)) != (split, dead):
            finding("population_differs", name, line, f"{alive} alive, {split} born, {dead} dead")
    split = sum(each["origin"] == "split" for each in births)
    counts = {"founders": len(births) - split, "births": split, "deaths": len(deaths),
              "alive_agents": len(records.lines[SURVIVORS]), "agents_ever": len(births)}
    if len(births) - len(deaths) != counts["alive_agents"]:
        finding("population_differs", SURVIVORS, None, "who did not die did not survive")
    for field, value in counts.items():
        if summary[field] != value:
            finding("count_differs", SUMMARY, None, f"{field} is {value} by the records")
    return len(checkpoints)


def capital_conservation(records: Records, finding, _) -> int:
    for name, rows in records.lines.items():
        for line, row in enumerate(rows, 1):
            triplet = row.get("capital_triplet")
            if triplet and triplet[TRIPLET[0]] + triplet[TRIPLET[1]] != triplet[TRIPLET[2]]:
                finding("triplet_differs", name, line, "allocated and reserve are not the total")
    config, ledger = records.manifest["config"], records.lines[LEDGER]
    total = config["initial_total_capital_micro"]
    reserve = total - founder_capital(config) * config["population"]
    before = None
    for line, row in enumerate(ledger, 1):
        t, triplet = row["totals"], row["capital_triplet"]
        expected = total + t["price_pnl_micro"] - t["fees_micro"] - t["funding_micro"]
        kept = (reserve + t["living_cost_micro"] + t["settled_to_reserve_micro"]
                - t["reboot_capital_micro"])
        if (triplet[TRIPLET[2]], triplet[TRIPLET[1]]) != (expected, kept):
            finding("capital_not_conserved", LEDGER, line, f"total {expected}, reserve {kept}")
        for field in ("fees_micro", "living_cost_micro", "reboot_capital_micro"):
            if before is not None and t[field] < before[field]:
                finding("total_fell", LEDGER, line, field)
        if before is None and (row["cause"] != "start" or any(t.values())):
            finding("ledger_incomplete", LEDGER, line, "the ledger does not begin at the start")
        if row["alive_agents"] == 0 and triplet[TRIPLET[0]] != 0:
            finding("capital_not_conserved", LEDGER, line, "capital is allocated to nobody")
        before = t
    if ledger[-1]["cause"] != "end":
        finding("ledger_incomplete", LEDGER, len(ledger), "the ledger does not end at the end")
    last, summary = ledger[-1], records.documents[SUMMARY]
    held = sum(each["life"]["final_capital_micro"] for each in records.lines[SURVIVORS])
    if held != last["capital_triplet"][TRIPLET[0]]:
        finding("capital_not_conserved", SURVIVORS, None, f"the survivors hold {held}")
    for field, value in (("initial_total_micro", total), ("totals", last["totals"]),
                         ("capital_triplet", last["capital_triplet"])):
        if summary[field] != value:
            finding("total_differs", SUMMARY, None, f"{field} is not that of the ledger")
    return len(ledger)


def life_records(records: Records, finding, _) -> int:
    config, births = records.manifest["config"], records.lines[BIRTHS]
    per_lot = records.manifest["instrument"]["micro_per_lot_tick"]
    cost = -(-founder_capital(config) * config["living_cost_ppm_per_tick"] // 1_000_000)
    born = {each["agent_id"]: each for each in births}
    children = {agent: [] for agent in born}
    for line, birth in enumerate(births, 1):
        if birth["parent_id"] is None:
            continue
        children[birth["parent_id"]].append(birth)
        if birth["parent_capital_micro"] - birth["capital_micro"] not in (0, 1):
            finding("split_differs", BIRTHS, line, "the parent kept no half")
    sums = dict.fromkeys(("price_pnl_micro", "fees_micro", "funding_micro", "living_cost_micro",
                          "settled_to_reserve_micro", "reboot_capital_micro"), 0)
    marks = {}
    ends = [(name, line, row) for name in (DEATHS, SURVIVORS)
            for line, row in enumerate(records.lines[name], 1)]
    for name, line, row in ends:
        life, birth, own = row["life"], born[row["agent_id"]], children[row["agent_id"]]
        value = life["position_lots"] * per_lot * life["mark_price_ticks"]
        still_open = 1 if life["position_lots"] != 0 else 0
        settled = row["settled_to_reserve_micro"] if name == DEATHS else 0
        base = own[-1]["parent_capital_micro"] if own else birth["capital_micro"]
        final = (life["initial_capital_micro"] - life["given_to_children_micro"]
                 + life["trade_flow_micro"] + value - life["fees_micro"] - life["funding_micro"]
                 - life["living_cost_micro"])
        facts = {"born_tick": birth["tick"], "age_ticks": row["tick"] - birth["tick"],
                 "initial_capital_micro": birth["capital_micro"], "capital_base_micro": base,
                 "given_to_children_micro": sum(each["capital_micro"] for each in own),
                 "children": len(own), "final_capital_micro": final,
                 "living_cost_micro": life["age_ticks"] * cost,
                 "closed": life["opened_long"] + life["opened_short"] - still_open,
                 "mark_price_ticks": marks.setdefault(row["tick"], life["mark_price_ticks"])}
        for field, fact in facts.items():
            if life[field] != fact:
                finding("life_differs", name, line, f"{field} is {life[field]}, not {fact}")
        lots = row["position_lots"] if name == DEATHS else life["position_lots"]
        if (life["state_final"] == "IN_MARKET") != (lots != 0) or (
                life["closed_with_profit"] > life["closed"]):
            finding("life_counts_wrong", name, line, f"{life['state_final']} with {lots} lots")
        if name == DEATHS:
            check_death(row, lambda field: finding("death_inconsistent", name, line, field))
        sums["price_pnl_micro"] += life["trade_flow_micro"] + value
        sums["settled_to_reserve_micro"] += settled
        for field in ("fees_micro", "funding_micro", "living_cost_micro"):
            sums[field] += life[field]
    sums["reboot_capital_micro"] = sum(each["capital_micro"] for each in births
                                       if each["origin"] == "reboot_founder")
    for line, row in enumerate(records.lines[COLLAPSES], 1):
        founders = sum(each["capital_micro"] for each in births
                       if (each["origin"], each["segment"]) == ("reboot_founder", row["segment"]))
        if row["event"] == "reboot" and founders != row["capital_micro"]:
            finding("reboot_capital_wrong", COLLAPSES, line, f"its founders got {founders}")
    if sums != records.lines[LEDGER][-1]["totals"]:
        finding("lives_differ", LEDGER, len(records.lines[LEDGER]), f"all lives give {sums}")
    return len(ends)


SOURCES = {"capital_depleted": "lifecycle_capital", "liquidated": "exchange_liquidation",
           "review_culled": "lifecycle_review"}


def check_death(death: dict, finding):
    """A death repeats its life and explains itself (A6)."""
    life, lots = death["life"], death["position_lots"]
    side = "long" if lots > 0 else "short" if lots < 0 else None
    due = {"death_reason_source": SOURCES[death["death_reason"]], "position_side": side,
           "has_position": side is not None, "last_signal": life["last_signal"],
           "state_final": life["state_final"],
           "settled_to_reserve_micro": life["final_capital_micro"]}
    for field, value in due.items():
        if death[field] != value:
            finding(f"{field} is {death[field]!r}, not {value!r}")
    if life["position_lots"] != 0 or (death["position_side_reason"] is None) != (side is not None):
        finding("what it held is still there, or has no reason")
