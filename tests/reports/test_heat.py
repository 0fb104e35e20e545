from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.gateways.data import DateRange, InList, ReportAnswer, Row
from milepost.model.declared import DeclaredProperty, declared_property
from milepost.model.load import check_text
from milepost.reports.heat import (
    HeatCell,
    HeatTable,
    first_heat_queries,
    read_heat,
    second_heat_queries,
)
from milepost.reports.period import FixedDays
from milepost.reports.results import Period

_FILE = """
version = 1

[properties.shop]
id = "1"
business_types = ["shop"]

[business_types.shop.micro.sign_up]

[business_types.shop.micro.add_to_cart]
label = "Added to cart"

[business_types.shop.macro.purchase]
"""
_DAYS = DateRange("2021-01-03", "2021-01-16", "current")
_CHOICE = FixedDays(Period(date(2021, 1, 3), date(2021, 1, 16)), "none")
_USERS = ("totalUsers",)
_PAGE = ("pagePath",)


def _declared() -> DeclaredProperty:
    document, problems = check_text(_FILE)
    assert document is not None, problems
    return declared_property(document, "shop", {})


def _answer(
    dimensions: tuple[str, ...], rows: Mapping[tuple[str, ...], int], *, row_count: int = 0, total: int = 0
) -> ReportAnswer:
    return ReportAnswer(
        dimensions,
        _USERS,
        tuple(Row(key, (users,)) for key, users in rows.items()),
        row_count or len(rows),
        time_zone="Etc/GMT",
        totals=(Row(("RESERVED_TOTAL",) * len(dimensions), (total,)),) if total else (),
    )


def _answers() -> dict[str, ReportAnswer]:
    by_event = ("pagePath", "eventName")
    return {
        "rows": _answer(_PAGE, {("/",): 80, ("/shop",): 40}, row_count=7),
        "total": _answer(("date", "nthDay"), {("20210103", "0000"): 9}, row_count=14, total=100),
        "total cells": _answer(("eventName",), {("sign_up",): 5, ("add_to_cart",): 20, ("purchase",): 4}),
        "others": _answer((), {(): 10}),
        "cells": _answer(
            by_event, {("/", "sign_up"): 4, ("/shop", "add_to_cart"): 20, ("/", "add_to_cart"): 4}
        ),
        "others cells": _answer(("eventName",), {("purchase",): 4, ("sign_up",): 1}),
    }


def _read(answers: Mapping[str, ReportAnswer] | None = None) -> HeatTable:
    now = datetime(2021, 3, 1, tzinfo=UTC)
    return read_heat(_declared(), "1", _CHOICE, "page", answers or _answers(), now)


def test_queries_are_two_small_batches() -> None:
    rows = InList("pagePath", ("/", "/shop"))
    first = first_heat_queries(_declared(), _DAYS, "pagePath", 2)
    second = second_heat_queries(_declared(), _DAYS, rows)

    assert [list(first), list(second)] == [
        ["rows", "total", "total cells"],
        ["others", "cells", "others cells"],
    ]
    assert second["cells"].dimensions == ("pagePath", "eventName")
    assert (second["cells"].within, second["others"].outside, second["others cells"].outside) == (rows,) * 3


def test_columns_are_micros_by_users_then_macros() -> None:
    assert [column.event for column in _read().columns] == ["add_to_cart", "sign_up", "purchase"]


def test_cells_are_shares_of_the_rows_users_and_warm_against_their_column() -> None:
    (home, front), (shop, list_page) = _read().rows

    assert (home, shop) == ("/", "/shop")
    assert front.cells == (HeatCell(4, 0.05, 0.1), HeatCell(4, 0.05, 1.0), HeatCell(0, 0.0, 0.0))
    assert list_page.cells == (HeatCell(20, 0.5, 1.0), HeatCell(0, 0.0, 0.0), HeatCell(0, 0.0, 0.0))


def test_others_and_total_are_ga4s_own_counts() -> None:
    table = _read()

    assert table.others is not None
    assert (table.others.users, table.others.cells[2]) == (10, HeatCell(4, 0.4))
    assert (table.total.users, table.total.cells[0], table.values) == (100, HeatCell(20, 0.2), 7)
    assert any("in several rows" in note for note in table.notes)


def test_property_that_nobody_visited_has_a_cold_total() -> None:
    empty = {
        name: replace(answer, rows=(), totals=(), row_count=0)
        for name, answer in _answers().items()
        if name in ("rows", "total", "total cells")
    }
    table = _read(empty)

    assert (table.rows, table.others, table.total.users) == ((), None, 0)
    assert table.total.cells == (HeatCell(0, None),) * 3


@pytest.mark.parametrize("events", [(), ("purchase",)])
def test_property_with_few_conversions_has_few_columns(events: tuple[str, ...]) -> None:
    declared = _declared()
    few = replace(declared, conversions=tuple(c for c in declared.conversions if c.event in events))

    assert ("total cells" in first_heat_queries(few, _DAYS, "pagePath", 2)) is bool(events)
    table = read_heat(few, "1", _CHOICE, "page", _answers(), datetime(2021, 3, 1, tzinfo=UTC))
    assert tuple(column.event for column in table.columns) == events


@given(st.data())
def test_heat_does_not_depend_on_the_order_of_cells(data: st.DataObject) -> None:
    answers = _answers()
    rows = tuple(data.draw(st.permutations(answers["cells"].rows)))

    assert _read({**answers, "cells": replace(answers["cells"], rows=rows)}) == _read()


@given(st.lists(st.integers(0, 80), min_size=2, max_size=2))
def test_warmth_is_one_for_the_highest_of_a_column_that_has_any(users: list[int]) -> None:
    cells: dict[tuple[str, ...], int] = {("/", "sign_up"): users[0], ("/shop", "sign_up"): min(users[1], 40)}
    table = _read({**_answers(), "cells": _answer(("pagePath", "eventName"), cells)})
    warmths = [row.cells[1].warmth or 0 for _, row in table.rows]

    assert all(0 <= warmth <= 1 for warmth in warmths)
    assert (max(warmths) == 1) is any(cells.values())
