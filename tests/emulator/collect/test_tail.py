"""Events that come later stand among those that were there as if they had always been."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from milepost.emulator.data.dataset import Dataset, Markings
from milepost.emulator.events.generator import generate

DAY = date(2026, 11, 18)

STATEMENTS = (
    "SELECT event_name, ts, page_location, value, date FROM all_events",
    "SELECT count(*), count(DISTINCT event_id), max(event_id) FROM all_events",
    """SELECT u.user_pseudo_id, s.session_id, s.number, s.duration, s.landing_location, s.engaged,
              s.traffic.source, s.traffic.medium, s.channel, count(*), min(e.ts)
       FROM all_events e JOIN sessions s USING (session_key) JOIN users u ON u.user_key = e.user_key
       GROUP BY ALL""",
    "SELECT user_pseudo_id, source, medium, first_touch, first_date FROM users",
    "SELECT u.user_pseudo_id, a.date FROM active_days a JOIN users u USING (user_key)",
    "SELECT e.event_name, e.ts, p.names, p.texts FROM parameters p JOIN all_events e USING (event_id)",
    "SELECT u.user_pseudo_id, p.name, p.text FROM user_properties p JOIN users u USING (user_key)",
    "SELECT e.ts, i.id, i.quantity, i.revenue FROM items i JOIN all_events e USING (event_id)",
    "SELECT e.ts, t.quantity, t.revenue FROM item_totals t JOIN all_events e USING (event_id)",
    "SELECT location, path, host FROM pages",
)


@dataclass(frozen=True)
class Part:
    """Some of the events, as a source and as a tail."""

    table: pa.Table

    def fingerprint(self, today: date) -> Hashable:
        return int(self.table.num_rows)

    def revision(self) -> Hashable:
        return int(self.table.num_rows) or None

    def relation(self, connection: duckdb.DuckDBPyConnection, today: date = DAY) -> duckdb.DuckDBPyRelation:
        return connection.from_arrow(self.table)

    def cache(self) -> None:
        return None


@pytest.fixture(scope="module")
def events() -> pa.Table:
    table = generate("ecommerce", first_day=DAY, last_day=DAY, seed=3)
    return table.sort_by([("event_timestamp", "ascending"), ("event_bundle_sequence_id", "ascending")])


def _answers(dataset: Dataset) -> list[list[Any]]:
    with dataset.reading(DAY, Markings) as reading:
        return [sorted(map(repr, reading.execute(sql).fetchall())) for sql in STATEMENTS]


@pytest.fixture(scope="module")
def whole(events: pa.Table) -> list[list[Any]]:
    answers = _answers(Dataset(Part(events)))
    assert all(answers)
    return answers


@pytest.mark.parametrize("share", [0.0, 0.3, 0.7, 0.999])
def test_later_events_stand_as_if_always_there(
    events: pa.Table, whole: list[list[Any]], share: float
) -> None:
    stamps = events["event_timestamp"]
    cut = stamps[int(share * len(stamps))]
    # What has one time was sent at once.
    before, after = (
        events.filter(chosen) for chosen in (pc.less(stamps, cut), pc.greater_equal(stamps, cut))
    )
    found = _answers(Dataset(Part(before), Part(after)))
    for statement, answer, expected in zip(STATEMENTS, found, whole, strict=True):
        assert answer == expected, statement


def test_tail_grows_and_goes_again(events: pa.Table) -> None:
    class Growing:
        count = 0

        def revision(self) -> Hashable:
            return self.count or None

        def relation(self, connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyRelation:
            return connection.from_arrow(events.take(list(range(500, 500 + self.count))))

    tail = Growing()
    dataset = Dataset(Part(events.take(list(range(500)))), tail)
    for count in (0, 3, 40, 0):
        tail.count = count
        with dataset.reading(DAY, Markings) as reading:
            for table in ("all_events", "parameters"):
                assert reading.execute(f"SELECT count(*) FROM {table}").fetchone() == (500 + count,)
