"""The standard report over real gRPC: from the real export, compared with SQL of its own, and generated."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from milepost.emulator.clock import Clock
from milepost.emulator.embedded import Emulator
from milepost.gateways.connection import Connection
from milepost.gateways.data import DataGateway
from milepost.model.declared import DeclaredProperty, declared_property
from milepost.model.load import load_file
from milepost.reports.period import FixedDays, LastDays, PeriodChoice
from milepost.reports.results import ConversionReport, Period, PropertyReport
from milepost.reports.standard import KeyEventFact, standard_report

_SHOP = "100000001"
_CATALOGUE = Path(__file__).parents[2] / "conversions.toml"
_EXPORT = Period(date(2020, 12, 20), date(2021, 1, 16))
_HALF = Period(date(2021, 1, 3), date(2021, 1, 16))
_SESSION = """(user_pseudo_id, list_extract(list_filter(
    event_params, lambda p: p.key = 'ga_session_id'), 1).value.int_value)"""
_VALUE = """list_extract(list_transform(
    list_filter(event_params, lambda p: p.key = 'value'),
    lambda p: coalesce(p.value.int_value::double, p.value.double_value, p.value.float_value)), 1)"""


@pytest.fixture(scope="module")
def shop() -> DeclaredProperty:
    return declared_property(load_file(_CATALOGUE).document, "shop")


@pytest.fixture(scope="module")
def real_gateway(real_emulator: Emulator) -> Iterator[DataGateway]:
    with Connection("read", real_emulator.address) as link:
        yield DataGateway(link)


@pytest.fixture(scope="module")
def whole(real_gateway: DataGateway, shop: DeclaredProperty) -> PropertyReport:
    return _report(real_gateway, shop, LastDays())


@pytest.fixture(scope="module")
def half(real_gateway: DataGateway, shop: DeclaredProperty) -> PropertyReport:
    return _report(real_gateway, shop, FixedDays(_HALF))


def _report(gateway: DataGateway, declared: DeclaredProperty, period: PeriodChoice) -> PropertyReport:
    flagged = {"purchase": KeyEventFact(datetime(2021, 1, 10, 8, tzinfo=UTC))}
    return standard_report(
        gateway, declared, _SHOP, period, lambda: flagged, now=datetime(2021, 1, 17, 12, tzinfo=UTC)
    )


def _conversion(report: PropertyReport, event: str) -> ConversionReport:
    return next(c for c in report.conversions if c.event == event)


def _sql(
    export: str, select: str, period: Period, where: str = "true", tail: str = ""
) -> list[tuple[object, ...]]:
    """Rows straight from the files, on the nested columns of the export."""
    bounds = f"event_date between '{period.first:%Y%m%d}' and '{period.last:%Y%m%d}'"
    with duckdb.connect() as connection:
        return connection.sql(
            f"{select} from read_parquet('{export}') where {bounds} and ({where}) {tail}"
        ).fetchall()


def _one_of(events: list[str]) -> str:
    return f"event_name in ({', '.join(repr(event) for event in events)})"


def test_report_of_the_export_shows_its_known_figures(whole: PropertyReport) -> None:
    assert (whole.period, whole.time_zone) == (_EXPORT, "Etc/GMT")
    assert (whole.current.users, whole.current.sessions) == (82_402, 99_571)
    figures = {c.event: (c.current.events, c.current.users) for c in whole.conversions}
    assert figures["purchase"] == (851, 743)
    assert figures["add_to_cart"] == (15_253, 3_230)
    assert figures["begin_checkout"] == (8_354, 1_374)
    assert figures["chat_start"] == (0, 0)
    assert whole.previous is not None
    assert (whole.previous.users, whole.comparable) == (0, False)


def test_report_of_the_export_dates_its_notes_by_the_emulators_clock(whole: PropertyReport) -> None:
    assert whole.notes[0].startswith("2021-01-15 to 2021-01-16 are preliminary")
    assert _conversion(whole, "purchase").key_event_since == date(2021, 1, 10)


@pytest.mark.parametrize("role", ["macro", "micro"])
def test_users_and_sessions_of_a_role_are_counted_once(
    half: PropertyReport, real_export: str, role: str
) -> None:
    events = _one_of([c.event for c in half.conversions if c.role == role])
    select = f"select count(distinct user_pseudo_id), count(distinct {_SESSION})"

    assert half.previous is not None
    for totals, period in ((half.current, _HALF), (half.previous, _HALF.before())):
        figures = totals.macro if role == "macro" else totals.micro
        assert [(figures.users, figures.sessions)] == _sql(real_export, select, period, events)
        assert figures.user_rate == figures.users / totals.users


def test_totals_of_both_periods_equal_sql(half: PropertyReport, real_export: str) -> None:
    select = f"select count(distinct user_pseudo_id), count(distinct {_SESSION})"

    assert [(half.current.users, half.current.sessions)] == _sql(real_export, select, _HALF)
    assert half.previous is not None
    assert [(half.previous.users, half.previous.sessions)] == _sql(real_export, select, _HALF.before())


def test_engagement_equals_sql(half: PropertyReport, real_export: str) -> None:
    milliseconds = """list_extract(list_filter(
        event_params, lambda p: p.key = 'engagement_time_msec'), 1).value.int_value"""
    ((sessions, views, seconds),) = _sql(
        real_export,
        f"select count(distinct {_SESSION}), count(*) filter (event_name = 'page_view'), "
        f"sum({milliseconds}) / 1000",
        _HALF,
    )
    engagement = half.current.engagement

    assert isinstance(views, int)
    assert isinstance(sessions, int)
    assert isinstance(seconds, float)
    assert engagement.pages_per_session == pytest.approx(views / sessions)
    # Active users are those that GA4 calls so; there cannot be more of them than users.
    assert engagement.per_user is not None
    assert engagement.per_user >= seconds / half.current.users
    assert 0.5 < (engagement.rate or 0) < 1


def test_every_conversion_equals_sql_in_both_periods(half: PropertyReport, real_export: str) -> None:
    events = [c.event for c in half.conversions]
    select = "select event_name, count(*), count(distinct user_pseudo_id)"
    now, before = (
        {
            row[0]: row[1:]
            for row in _sql(real_export, f"{select}", period, _one_of(events), "group by event_name")
        }
        for period in (_HALF, _HALF.before())
    )

    assert {e for e in events if e in now} >= {"purchase", "view_item", "add_to_cart", "view_search_results"}
    for conversion in half.conversions:
        current, previous = conversion.current, conversion.previous
        assert previous is not None
        assert (current.events, current.users) == now.get(conversion.event, (0, 0))
        assert (previous.events, previous.users) == before.get(conversion.event, (0, 0))


def test_value_of_purchases_equals_sql(whole: PropertyReport, half: PropertyReport, real_export: str) -> None:
    for figures, period in (
        (_conversion(whole, "purchase").current, _EXPORT),
        (_conversion(half, "purchase").current, _HALF),
        (_conversion(half, "purchase").previous, _HALF.before()),
    ):
        ((total,),) = _sql(real_export, f"select sum({_VALUE})", period, "event_name = 'purchase'")
        assert figures is not None
        assert figures.value == pytest.approx(total, abs=1e-6)
        assert figures.value is not None
        assert figures.value > 20_000


@pytest.mark.parametrize("event", ["purchase", "add_to_cart", "view_item"])
def test_trend_equals_sql_per_day(half: PropertyReport, real_export: str, event: str) -> None:
    rows = _sql(
        real_export,
        "select event_date, count(*)",
        _HALF,
        f"event_name = '{event}'",
        "group by event_date order by event_date",
    )

    assert _conversion(half, event).trend == tuple(count for _, count in rows)
    assert len(rows) == 14


def test_report_of_the_last_days_equals_that_of_the_same_days_named(
    real_gateway: DataGateway, shop: DeclaredProperty, half: PropertyReport
) -> None:
    assert _report(real_gateway, shop, LastDays(14)) == half


def test_report_of_generated_events_covers_the_days_before_the_emulators_today(
    shop: DeclaredProperty,
) -> None:
    with (
        Emulator(clock=Clock.on_day(date(2024, 3, 15))) as emulator,
        Connection("read", emulator.address) as connection,
    ):
        report = standard_report(DataGateway(connection), shop, _SHOP, LastDays(7), dict)

    purchase = _conversion(report, "purchase")
    assert report.period == Period(date(2024, 3, 8), date(2024, 3, 14))
    assert report.comparable
    assert 0 < report.current.macro.users < report.current.micro.users < report.current.users
    assert sum(purchase.trend) == purchase.current.events > 0
    assert report.current.macro.users == purchase.current.users
    assert purchase.value_source == "ga4"
