"""Figures that follow from records: companies, rates of fences, survival, behaviors (sections 3, 4)."""

import math

from records import number_of

QUANTILES = {"min": 0, "p05": 5, "p25": 25, "p50": 50, "p75": 75, "p95": 95, "max": 100}
SUMMED = """opened_long opened_short closed closed_with_profit partial_fills unfilled_orders children
fees_micro funding_micro living_cost_micro""".split()


def number(value: float):
    """A float with a whole value is written as a whole number."""
    return int(value) if value.is_integer() else value


def company(lives: list) -> dict:
    """A company in numbers (A11): quantiles by nearest rank, means in the order of the files."""
    gains = [life["final_capital_micro"] + life["given_to_children_micro"]
             - life["initial_capital_micro"] for _, life in lives]
    returns = [gain / life["initial_capital_micro"] for gain, (_, life) in zip(gains, lives)]
    traded = [life["opened_long"] + life["opened_short"] > 0 for _, life in lives]
    both = [life["opened_long"] > 0 and life["opened_short"] > 0 for _, life in lives]
    founder = [is_founder for is_founder, _ in lives]
    return {"agents": len(lives),
            "final_capital_micro": quantiles([life["final_capital_micro"] for _, life in lives]),
            "lifetime_return": quantiles(returns),
            "age_ticks": quantiles([life["age_ticks"] for _, life in lives]),
            "quantiles_reason": None if lives else "no_agents",
            "profitable_agents": sum(gain > 0 for gain in gains), "traded_agents": sum(traded),
            "traded_both_sides": sum(both), "founders": sum(founder),
            "founders_traded": sum(a and b for a, b in zip(founder, traded)),
            "founders_traded_both_sides": sum(a and b for a, b in zip(founder, both)),
            **{key: sum(life[key] for _, life in lives) for key in SUMMED}}


def quantiles(values: list):
    if not values:
        return None
    ranked, total = sorted(values), 0.0
    for value in values:
        total += value
    return {**{name: number(float(ranked[max(math.ceil(percent * len(ranked) / 100) - 1, 0)]))
               for name, percent in QUANTILES.items()}, "mean": number(total / len(values))}


def high_rates(telemetry: dict):
    """A12: what acted on more than a fifth, rates in millionths rounded down."""
    for row in telemetry["fences"]:
        for rate, count, base in (("trigger_per_step", "trigger_count", "steps"),
                                  ("block_per_attempt", "block_count", "attempts")):
            ppm = row[count] * 1_000_000 // (telemetry[base] or 1)
            if ppm > 200_000:
                off = row["off_switch"]
                yield {"fence_id": row["fence_id"], "rate": rate, "rate_ppm": ppm,
                       "explanation": f"{row['what_it_gates']}: {row['default_behavior']}; "
                                      f"{row['risk']}",
                       "counterfactual_run_id": None,
                       "counterfactual_run_id_reason": row["off_switch_reason"] if off is None
                       else f"not run here; {off}"}


def kpi_of(collapses, reboots, ticks_lived: int, interval_ms: int) -> dict:
    """3.5, in market time."""
    def seconds(ticks):
        return None if ticks is None else number(ticks * interval_ms / 1000)
    first = collapses[0] if collapses else None
    time = first["tick"] if first else None
    restart = None
    if reboots:
        before = [each["tick"] for each in collapses if each["tick"] <= reboots[0]["tick"]]
        restart = reboots[0]["tick"] - (before[-1] if before else 0)
    none = None if first else "no_collapse"
    no_reboot = None if restart is not None else none or "no_reboot"
    ticks = [each["tick"] for each in collapses]
    return {"internal_collapse_detected": first is not None,
            "internal_collapse_reason": first and first["reason"],
            "internal_collapse_time": first and first["ts_utc"],
            "internal_collapse_time_reason": none,
            "time_to_first_internal_collapse_ticks": time,
            "time_to_first_internal_collapse_ticks_reason": none,
            "time_to_first_internal_collapse_seconds": seconds(time),
            "time_to_first_internal_collapse_seconds_reason": none,
            "internal_collapses": len(ticks),
            "internal_collapse_interval_ticks": [b - a for a, b in zip(ticks, ticks[1:])],
            "reboots": len(reboots), "restart_time_ticks": restart,
            "restart_time_ticks_reason": no_reboot, "restart_time_seconds": seconds(restart),
            "restart_time_seconds_reason": no_reboot, "ticks_lived": ticks_lived,
            "survival_time_basis": "market_ticks"}


def behavior_of(end: dict, birth: dict) -> dict:
    """A14: how a life is told."""
    life, reason = end["life"], end.get("death_reason")
    rate = number(life["closed_with_profit"] / life["closed"]) if life["closed"] else None
    return {"genome_index": number_of(end["agent_id"]) - 1, "agent_id": end["agent_id"],
            "agent_id_hash": end["agent_id_hash"], "origin": birth["origin"],
            "is_alive": reason is None, "birth_time": birth["ts_utc"],
            **{key: life[key] for key in ("born_tick", "age_ticks", "initial_capital_micro",
                                          "final_capital_micro")},
            "trades": life["opened_long"] + life["opened_short"], "closed": life["closed"],
            "win_rate": rate, "win_rate_reason": None if life["closed"] else "no_closed_position",
            "last_signal": life["last_signal"], "state_final": life["state_final"],
            "death_reason": reason,
            "death_reason_reason": "alive_at_the_end" if reason is None else None}
