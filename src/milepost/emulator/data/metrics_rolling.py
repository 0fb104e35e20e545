"""Metrics over the last days before a row's last day, which reach back before the date range."""

from __future__ import annotations

import re

from milepost.emulator.data.registry import Family, Kind, Metric
from milepost.emulator.data.sql import ratio

_WINDOW = re.compile(r"\bw(\d+)\.users\b")


def windows(sql: str) -> set[int]:
    """Lengths in days of the windows that a metric's SQL reads."""
    return {int(days) for days in _WINDOW.findall(sql)}


def _metric(name: str, ui_name: str, kind: Kind, sql: str, description: str) -> Metric:
    return Metric(name, ui_name, "User", kind, sql, description, family=Family.USER)


ROLLING_METRICS = (
    *(
        _metric(f"active{days}DayUsers", f"{days}-day active users", Kind.INTEGER, f"w{days}.users",
                f"Users active on the row's last day or the {days - 1} days before it.")
        for days in (1, 7, 28)
    ),
    _metric("dauPerWau", "DAU / WAU", Kind.FLOAT, ratio("w1.users", "w7.users"),
            "Users of the last day as a fraction of those of the last 7."),
    _metric("dauPerMau", "DAU / MAU", Kind.FLOAT, ratio("w1.users", "w30.users"),
            "Users of the last day as a fraction of those of the last 30."),
    _metric("wauPerMau", "WAU / MAU", Kind.FLOAT, ratio("w7.users", "w30.users"),
            "Users of the last 7 days as a fraction of those of the last 30."),
)  # fmt: skip
