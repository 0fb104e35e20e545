"""verify on 28 days of real events, compared with SQL of its own."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

import milepost as library
from milepost.emulator.embedded import Emulator

_CATALOGUE = Path(__file__).parents[2] / "conversions.toml"
_LAST = date(2021, 1, 16)


@pytest.fixture(scope="module")
def real(real_emulator: Emulator) -> library.Verification:
    environ = {"ANALYTICS_EMULATOR_HOST": real_emulator.address, "MILEPOST_STATE_DIR": "unused"}
    with library.Session("read", environ) as session:
        (found,) = library.verify_properties(library.load_file(_CATALOGUE), ["shop"], session)
    assert isinstance(found, library.Verification)
    return found


def _sql(export: str, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        connection.execute("CREATE MACRO of(params, k) AS list_filter(params, lambda x: x.key = k)[1].value")
        return connection.sql(query.format(export=f"read_parquet('{export}')")).fetchall()


def test_counts_and_last_days_equal_sql(real: library.Verification, real_export: str) -> None:
    rows = _sql(
        real_export,
        "SELECT event_name, count(*), count(*) FILTER (event_date > '20210109'), max(event_date)"
        " FROM {export} GROUP BY event_name",
    )
    expected = {name: figures for name, *figures in rows}
    assert (real.period.first, real.period.last) == (date(2020, 12, 20), _LAST)
    seen = 0
    for conversion in real.conversions:
        events, week, last = expected.get(conversion.event, (0, 0, None))
        seen += bool(events)
        assert (conversion.events, conversion.week_events) == (events, week)
        assert (f"{conversion.last_seen:%Y%m%d}" if conversion.last_seen else None) == last
        assert conversion.state == ("arriving" if events else "not_seen")
    assert seen >= 7


@pytest.mark.parametrize(
    ("event", "parameter", "text"),
    [
        ("view_search_results", "search_term", "nullif(of(event_params, 'search_term').string_value, '')"),
        ("purchase", "coupon", "nullif(of(event_params, 'coupon').string_value, '')"),
        ("add_shipping_info", "shipping_tier", "nullif(of(event_params, 'shipping_tier').string_value, '')"),
    ],
)
def test_shares_equal_sql(
    real: library.Verification, real_export: str, event: str, parameter: str, text: str
) -> None:
    ((events, carried, first),) = _sql(
        real_export,
        f"SELECT count(*), count({text}), min(event_date) FILTER ({text} IS NOT NULL)"
        f" FROM {{export}} WHERE event_name = '{event}'",
    )
    conversion = next(c for c in real.conversions if c.event == event)
    found = next(p for p in conversion.parameters if p.parameter == parameter)
    assert found.events == carried
    assert events > 500
    if not carried:
        assert (found.state, found.share) == ("never", 0.0)
    else:
        since = f"{found.since or real.period.first:%Y%m%d}"
        assert since <= first
        assert found.share == pytest.approx(carried / events)
        assert found.state == "arrives"


def test_nothing_of_the_real_site_is_called_silent(real: library.Verification) -> None:
    assert [c.event for c in real.conversions if c.silence] == []
    assert [(c.event, p.parameter) for c in real.conversions for p in c.stopped] == []
