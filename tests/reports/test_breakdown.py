from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from milepost.gateways.data import DateRange, InList, Number, ReportAnswer, Row
from milepost.model.declared import DeclaredProperty, declared_property
from milepost.model.load import check_text
from milepost.reports.breakdown import Breakdown, first_queries, read_breakdown, second_queries
from milepost.reports.period import FixedDays
from milepost.reports.results import Period, RoleFigures
from milepost.reports.worth import Worth

_FILE = """
version = 1

[properties.shop]
id = "1"
business_types = ["shop"]

[business_types.shop.micro.add_to_cart]
label = "Added to cart"

[business_types.shop.micro.sign_up]
value = 1.5

[business_types.shop.macro.purchase]
label = "Purchase"
"""
_PERIOD = Period(date(2021, 1, 3), date(2021, 1, 16))
_DAYS = DateRange("2021-01-03", "2021-01-16", "current")
_PEOPLE = ("totalUsers", "sessions")
_ROLE = (*_PEOPLE, "eventCount", "eventValue")
_DAYS_OF_EVENTS = ("date", "nthDay", "eventName")
_DEVICE = ("deviceCategory",)


def _declared() -> DeclaredProperty:
    document, problems = check_text(_FILE)
    assert document is not None, problems
    return declared_property(document, "shop", {})


def _answer(
    dimensions: tuple[str, ...],
    metrics: tuple[str, ...],
    rows: Mapping[tuple[str, ...], tuple[Number, ...]],
    row_count: int | None = None,
    total: tuple[Number, ...] | None = None,
) -> ReportAnswer:
    found = tuple(Row(key, values) for key, values in rows.items())
    totals = (Row(("RESERVED_TOTAL",) * len(dimensions), total),) if total else ()
    return ReportAnswer(
        dimensions,
        metrics,
        found,
        row_count or len(found),
        currency_code="EUR",
        time_zone="Etc/GMT",
        totals=totals,
    )


def _answers() -> dict[str, ReportAnswer]:
    return {
        "rows": _answer(_DEVICE, _PEOPLE, {("desktop",): (60, 90), ("mobile",): (40, 50)}, 5),
        "total": _answer(("date", "nthDay"), _PEOPLE, {("20210105", "0002"): (3, 3)}, 14, (100, 150)),
        "total macro": _answer(
            _DAYS_OF_EVENTS,
            _ROLE,
            {
                ("20210103", "0000", "purchase"): (3, 3, 4, 80.5),
                ("20210105", "0002", "purchase"): (2, 3, 3, 9.5),
            },
            total=(5, 6, 7, 90),
        ),
        "total micro": _answer(
            _DAYS_OF_EVENTS,
            _ROLE,
            {
                ("20210103", "0000", "sign_up"): (9, 9, 40, 0),
                ("20210104", "0001", "add_to_cart"): (41, 51, 160, 0),
            },
            total=(50, 60, 200, 0),
        ),
        "valued": _answer(
            ("deviceCategory", "eventName"),
            ("eventCount",),
            {("mobile", "sign_up"): (30,), ("tablet", "sign_up"): (7,), ("tv", "sign_up"): (3,)},
        ),
        "others": _answer((), _PEOPLE, {(): (8, 10)}),
        "rows macro": _answer(_DEVICE, _ROLE, {("desktop",): (3, 4, 5, 70.25)}),
        "others macro": _answer((), _ROLE, {(): (2, 2, 2, 19.75)}),
        "rows micro": _answer(_DEVICE, _ROLE, {("mobile",): (20, 22, 90, 0), ("desktop",): (30, 35, 100, 0)}),
        "others micro": _answer((), _ROLE, {(): (4, 4, 10, 0)}),
    }


def _read(answers: Mapping[str, ReportAnswer] | None = None, by: str = "device") -> Breakdown:
    now = datetime(2021, 3, 1, tzinfo=UTC)
    return read_breakdown(_declared(), "1", FixedDays(_PERIOD, "none"), by, answers or _answers(), now)


def test_queries_are_two_batches_of_at_most_five() -> None:
    rows = InList("deviceCategory", ("desktop", "mobile"))
    first, second = (
        first_queries(_declared(), _DAYS, "deviceCategory", 2),
        second_queries(_declared(), _DAYS, rows),
    )

    assert list(first) == ["rows", "total", "total macro", "total micro", "valued"]
    assert first["valued"].only == InList("eventName", ("sign_up",))
    assert (first["total"].totals, first["total"].limit) == (True, 1)
    assert (first["rows"].dimensions, first["rows"].limit) == (_DEVICE, 2)
    assert len(second) == 5
    assert {(q.within, q.outside) for name, q in second.items() if name.startswith("rows")} == {(rows, None)}
    assert {(q.within, q.outside) for name, q in second.items() if "others" in name} == {(None, rows)}


def test_rows_stand_in_ga4s_order_with_both_roles_side_by_side() -> None:
    result = _read()
    (first, desktop), (second, mobile) = result.rows

    assert (first, second, result.dimension, result.values) == ("desktop", "mobile", "deviceCategory", 5)
    assert (desktop.users, desktop.macro, desktop.macro_events) == (60, RoleFigures(3, 4, 0.05), 5)
    assert (desktop.micro, desktop.micro_events) == (RoleFigures(30, 35, 0.5), 100)
    assert (mobile.macro, mobile.micro.user_rate) == (RoleFigures(0, 0, 0.0), 0.5)


def test_others_are_those_that_ga4_counted_not_what_is_left_over() -> None:
    result = _read()

    assert result.others is not None
    assert (result.others.users, result.others.macro) == (8, RoleFigures(2, 2, 0.25))
    assert result.total.users == 100
    assert any("in several rows, once in the total" in note for note in result.notes)


def test_others_are_none_where_every_value_has_a_row() -> None:
    answers = _answers()
    answers["rows"] = replace(answers["rows"], row_count=2)

    assert _read(answers).others is None


def test_users_in_no_row_are_told() -> None:
    answers = _answers()
    answers["others"] = replace(answers["others"], rows=(), row_count=0)
    answers["total"] = replace(answers["total"], totals=(Row(("RESERVED_TOTAL",) * 2, (120, 150)),))

    assert any(note.startswith("Some users are in no row") for note in _read(answers).notes)


def test_property_that_nobody_visited_has_only_a_total() -> None:
    first = {
        name: a for name, a in _answers().items() if "others" not in name and not name.startswith("rows ")
    }
    empty = {name: replace(answer, rows=(), totals=(), row_count=0) for name, answer in first.items()}
    result = _read(empty)

    assert (result.rows, result.others, result.total.users) == ((), None, 0)
    assert result.total.macro == RoleFigures(0, 0, None)


def test_conversions_of_pages_are_explained() -> None:
    assert any("happened on it" in note for note in _read(by="page").notes)
    assert not any("happened on it" in note for note in _read(by="landing-page").notes)


@given(st.data())
def test_breakdown_does_not_depend_on_the_order_of_looked_up_rows(data: st.DataObject) -> None:
    answers = _answers()
    rows = tuple(data.draw(st.permutations(answers["rows micro"].rows)))

    assert _read({**answers, "rows micro": replace(answers["rows micro"], rows=rows)}) == _read()


def test_values_are_ga4s_where_it_has_any_and_else_the_files() -> None:
    result = _read()
    (_, desktop), (_, mobile) = result.rows

    assert desktop.macro_value == Worth(70.25, "ga4", "EUR")
    assert (desktop.micro_value, mobile.micro_value) == (
        Worth(0, "declared", "EUR"),
        Worth(45, "declared", "EUR"),
    )
    assert result.others is not None
    assert (result.others.macro_value, result.others.micro_value) == (
        Worth(19.75, "ga4", "EUR"),
        Worth(15, "declared", "EUR"),
    )
    assert (result.total.macro_value, result.total.micro_value) == (
        Worth(90, "ga4", "EUR"),
        Worth(60, "declared", "EUR"),
    )


def test_breakdown_by_the_event_itself_asks_no_dimension_twice() -> None:
    assert first_queries(_declared(), _DAYS, "eventName", 2)["valued"].dimensions == ("eventName",)


def test_event_that_begins_inside_the_period_is_told() -> None:
    answers = _answers()
    daily: dict[tuple[str, ...], tuple[Number, ...]] = {
        (f"202101{day:02}", f"{day - 3:04}", "purchase"): (1, 1, 5, 0) for day in range(8, 17)
    }
    answers["total macro"] = _answer(_DAYS_OF_EVENTS, _ROLE, daily, total=(5, 6, 45, 0))

    assert any("First seen on 2021-01-08" in note and "purchase" in note for note in _read(answers).notes)
    assert not any("First seen" in note for note in _read().notes)
