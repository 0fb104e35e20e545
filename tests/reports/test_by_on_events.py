"""Breakdowns and heat tables of the real export over real gRPC, held to SQL on its nested columns."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from milepost.emulator.embedded import Emulator
from milepost.gateways.connection import Connection
from milepost.gateways.data import DataGateway
from milepost.model.declared import DeclaredProperty, declared_property
from milepost.model.load import load_file
from milepost.reports.breakdown import BreakdownRow, breakdown
from milepost.reports.dimension import ALIASES
from milepost.reports.heat import heat_table
from milepost.reports.period import FixedDays
from milepost.reports.results import Period

_SHOP = "100000001"
_CATALOGUE = Path(__file__).parents[2] / "conversions.toml"
_CHOICE = FixedDays(Period(date(2021, 1, 3), date(2021, 1, 16)), "none")
_NOW = datetime(2021, 1, 17, 12, tzinfo=UTC)
_TOP = 12

# Each event with what rows are made of. The sources of the export are few: rules that none of them meets are
# left out, and the lists hold only names that are there.
_EVENTS = """
create table events as
with flat as (
    select
        event_date as day, user_pseudo_id as u, event_name as event, event_timestamp as ts,
        of(event_params, 'ga_session_id').int_value as sid,
        of(event_params, 'page_location').string_value as url,
        of(event_params, 'source').string_value as source,
        of(event_params, 'medium').string_value as medium,
        coalesce(device.category, '(not set)') as "deviceCategory",
        coalesce(nullif(geo.country, ''), '(not set)') as country,
        coalesce(of(event_params, 'value').int_value::double, of(event_params, 'value').double_value,
                 of(event_params, 'value').float_value) as value
    from read_parquet('{export}')
), paths as (
    select *, coalesce(nullif(regexp_extract(url, '^[a-z]+://[^/?#]+([^?#]*)', 1), ''),
                       if(url is null, '(not set)', '/')) as "pagePath"
    from flat
), sessions as (
    select u, sid,
        arg_min("pagePath", ts) filter (event = 'page_view') as landing,
        arg_min({{'source': lower(source), 'medium': lower(medium)}}, ts) filter (
            source is not null and event not in ('session_start', 'first_visit')
        ) as origin
    from paths where sid is not null group by all
)
select paths.*, coalesce(landing, '(not set)') as "landingPage",
    case
        when origin is null or origin.source = '(direct)' then 'Direct'
        when origin.medium = 'cpc' and origin.source = 'google' then 'Paid Search'
        when origin.source in ({social}) then 'Organic Social'
        when origin.source in ({video}) then 'Organic Video'
        when origin.source in ({search}) or origin.medium = 'organic' then 'Organic Search'
        when origin.medium = 'referral' then 'Referral'
        when origin.medium in ('affiliate', 'affiliates') then 'Affiliates'
        else 'Unassigned'
    end as "sessionDefaultChannelGroup"
from paths left join sessions using (u, sid) where day between '20210103' and '20210116'
"""


@pytest.fixture(scope="module")
def shop() -> DeclaredProperty:
    return declared_property(load_file(_CATALOGUE).document, "shop")


@pytest.fixture(scope="module")
def gateway(real_emulator: Emulator) -> Iterator[DataGateway]:
    with Connection("read", real_emulator.address) as link:
        yield DataGateway(link)


@pytest.fixture(scope="module")
def events(real_export: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """The table `events`, made of the files."""
    categories = Path(real_export).parent / "source_categories.csv"
    with duckdb.connect() as connection:
        connection.execute("create macro of(params, k) as list_filter(params, lambda x: x.key = k)[1].value")
        lists = {
            kind: f"select source from read_csv('{categories}') where source_category ilike '%{kind}'"
            for kind in ("social", "video", "search")
        }
        connection.execute(_EVENTS.format(export=real_export, **lists))
        yield connection


def _names(declared: DeclaredProperty, role: str) -> str:
    return ", ".join(f"'{c.event}'" for c in declared.conversions if c.role == role)


def _figures(row: BreakdownRow) -> tuple[float, ...]:
    value = row.macro_value.amount if row.macro_value else 0.0
    people = (row.users, row.sessions, row.macro.users, row.macro.sessions, row.macro_events)
    return (*people, row.micro.users, row.micro.sessions, row.micro_events, round(value, 2))


def _select(declared: DeclaredProperty) -> str:
    macro, micro = (f"event in ({_names(declared, role)})" for role in ("macro", "micro"))
    session = "count(distinct (u, sid)) filter (sid is not null"
    return f"""
        count(distinct u), {session}),
        count(distinct u) filter ({macro}), {session} and {macro}), count(*) filter ({macro}),
        count(distinct u) filter ({micro}), {session} and {micro}), count(*) filter ({micro}),
        round(coalesce(sum(value) filter ({macro}), 0), 2)
    """


@pytest.mark.parametrize("by", ["channel", "device", "country", "page", "landing-page"])
def test_every_row_equals_sql(
    gateway: DataGateway, shop: DeclaredProperty, events: duckdb.DuckDBPyConnection, by: str
) -> None:
    result = breakdown(gateway, shop, _SHOP, _CHOICE, by, top=_TOP, now=_NOW)
    dimension = ALIASES[by]
    values = [value for value, _ in result.rows]
    wanted = events.execute(
        f'select "{dimension}", {_select(shop)} from events where list_contains($values, "{dimension}") '
        "group by all",
        {"values": values},
    ).fetchall()
    beside = events.execute(
        f'select {_select(shop)} from events where not list_contains($values, "{dimension}")',
        {"values": values},
    ).fetchone()
    ((count,),) = events.execute(f'select count(distinct "{dimension}") from events').fetchall()

    assert {value: _figures(row) for value, row in result.rows} == {row[0]: row[1:] for row in wanted}
    assert result.values == count
    assert _figures(result.others) == beside if result.others else len(values) == count


def test_the_largest_pages_are_those_of_sql(
    gateway: DataGateway, shop: DeclaredProperty, events: duckdb.DuckDBPyConnection
) -> None:
    result = breakdown(gateway, shop, _SHOP, _CHOICE, "page", top=_TOP, now=_NOW)
    wanted = events.execute(
        f'select "pagePath" from events group by all order by count(distinct u) desc, 1 limit {_TOP}'
    ).fetchall()

    assert [value for value, _ in result.rows] == [value for (value,) in wanted]


def test_every_cell_of_the_heat_table_equals_sql(
    gateway: DataGateway, shop: DeclaredProperty, events: duckdb.DuckDBPyConnection
) -> None:
    table = heat_table(gateway, shop, _SHOP, _CHOICE, "page", top=_TOP, now=_NOW)
    pages = [value for value, _ in table.rows]
    inside = 'list_contains($values, "pagePath")'

    def cells(select: str, where: str) -> list[Any]:
        sql = f"select {select} event, count(distinct u) from events where {where} group by all"
        return events.execute(sql, {"values": pages} if "$values" in where else {}).fetchall()

    wanted = {(page, event): users for page, event, users in cells('"pagePath",', inside)}
    assert {
        (page, column.event): cell.users
        for page, row in table.rows
        for column, cell in zip(table.columns, row.cells, strict=True)
    } == {(page, c.event): wanted.get((page, c.event), 0) for page in pages for c in table.columns}
    for row, where in ((table.others, f"not {inside}"), (table.total, "true")):
        assert row is not None
        users = dict(cells("", where))
        assert [cell.users for cell in row.cells] == [users.get(column.event, 0) for column in table.columns]
