"""Answers to the queries of a standard report, and the report of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime

from milepost.gateways.data import Number, ReportAnswer, Row
from milepost.model.declared import DeclaredProperty, declared_property
from milepost.model.load import check_text
from milepost.reports.period import FixedDays, LastDays
from milepost.reports.results import Period, PropertyReport
from milepost.reports.standard import KeyEventFact, read_report

FILE = """
version = 1

[properties.shop]
id = "1"
business_types = ["shop"]
currency = "EUR"

[business_types.shop.micro.add_to_cart]
label = "Added to cart"
value = 0.1

[business_types.shop.micro.filter_apply]
label = "Used a filter"
key_event = false

[business_types.shop.macro.purchase]
label = "Purchase"
"""
PERIOD = Period(date(2021, 1, 15), date(2021, 1, 17))
NOW = datetime(2021, 3, 1, 12, tzinfo=UTC)
PEOPLE = ("totalUsers", "sessions")


def declared_shop(text: str = FILE) -> DeclaredProperty:
    document, problems = check_text(text)
    assert document is not None, problems
    return declared_property(document, "shop", {})


def answer_of(
    dimensions: tuple[str, ...], metrics: tuple[str, ...], rows: Mapping[tuple[str, ...], tuple[Number, ...]]
) -> ReportAnswer:
    return ReportAnswer(
        dimensions,
        metrics,
        tuple(Row(key, values) for key, values in rows.items()),
        len(rows),
        currency_code="USD",
        time_zone="America/Los_Angeles",
    )


def people_of(**rows: tuple[int, int]) -> ReportAnswer:
    return answer_of(("dateRange",), PEOPLE, {(name,): figures for name, figures in rows.items()})


def shop_answers() -> dict[str, ReportAnswer]:
    return {
        "totals": people_of(current=(200, 300), previous=(100, 150)),
        "macro": people_of(current=(10, 12), previous=(8, 9)),
        "micro": people_of(current=(50, 60)),
        "events": answer_of(
            ("eventName", "dateRange"),
            ("eventCount", "totalUsers", "eventValue"),
            {
                ("add_to_cart", "current"): (3, 50, 0),
                ("purchase", "current"): (12, 10, 1200.5),
                ("purchase", "previous"): (8, 8, 800),
            },
        ),
        "trend": answer_of(
            ("date", "nthDay", "eventName"),
            ("eventCount",),
            {
                ("20210117", "0002", "purchase"): (7,),
                ("20210115", "0000", "purchase"): (5,),
                ("20210116", "0001", "add_to_cart"): (3,),
                ("20210116", "0001", "session_start"): (250,),
            },
        ),
    }


def read_shop(
    answers: Mapping[str, ReportAnswer] | None = None,
    *,
    choice: LastDays | FixedDays = LastDays(3),  # noqa: B008 - frozen
    key_events: Mapping[str, KeyEventFact] | None = None,
    now: datetime = NOW,
    declared: DeclaredProperty | None = None,
) -> PropertyReport:
    return read_report(declared or declared_shop(), "1", choice, answers or shop_answers(), key_events, now)


def all_flagged() -> dict[str, KeyEventFact]:
    long_ago = KeyEventFact(datetime(2020, 1, 1, tzinfo=UTC))
    return {"purchase": long_ago, "add_to_cart": long_ago}
