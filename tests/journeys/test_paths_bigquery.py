"""Roads, reports and funnels: the same figures from BigQuery as from DuckDB."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from milepost.journeys.definitions import EventDefinition
from milepost.journeys.engines import EventsEngine, open_events
from milepost.journeys.paths import PathQuestion, path_table
from milepost.journeys.reporting import FunnelQuestion, ReportQuestion, funnel_answer, report_answers
from tests.journeys.bigquery import Dataset
from tests.journeys.test_export_bigquery import SEEN, bigquery, dataset, files, people

__all__ = ["bigquery", "dataset", "files"]

PURCHASE, SIGNUP, VIDEO = (EventDefinition(name) for name in ("purchase", "signup", "video"))


def roads(engine: EventsEngine) -> Any:
    question = PathQuestion(PURCHASE, (SIGNUP, VIDEO, SEEN), 2, 100)
    labels = {event.name: event.name for event in (PURCHASE, *question.micros)}
    return path_table(engine, question, engine.days(), labels)[0]


def report(engine: EventsEngine) -> Any:
    question = ReportQuestion((PURCHASE,), (SIGNUP, VIDEO, SEEN), "EUR")
    answers, read = report_answers(engine, question, [("current", engine.days())])
    figures = {
        name: {row.dimensions: tuple(round(number, 6) for number in row.metrics) for row in answer.rows}
        for name, answer in answers.items()
    }
    return figures, read.rows, read.rows_without_user


def funnels(engine: EventsEngine) -> Any:
    questions = (FunnelQuestion((SEEN, SIGNUP, PURCHASE), is_open) for is_open in (False, True))
    return [funnel_answer(engine, question, engine.days()) for question in questions]


@pytest.mark.parametrize("ask", [roads, report, funnels])
def test_bigquery_and_duckdb_answer_alike(ask: Any, dataset: Dataset, files: str) -> None:
    with open_events(dataset.events) as there, open_events(files) as here:
        assert ask(there) == ask(here)


def test_roads_come_out_the_same_whatever_shares_people_are_read_in(
    files: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_events(files) as whole:
        expected = [ask(whole) for ask in (roads, report, funnels)]
    monkeypatch.setattr("milepost.journeys.engines.duckdb_events._ROWS_AT_ONCE", len(people()) // 3)
    with open_events(files) as shared:
        assert [ask(shared) for ask in (roads, report, funnels)] == expected


def test_query_reads_few_columns(tmp_path: Path) -> None:
    columns = ("event_timestamp", "event_name", "event_params", "user_pseudo_id")
    assert PathQuestion(PURCHASE, (SIGNUP,), 3, 3).query().columns == columns
    assert ReportQuestion((PURCHASE,), ()).query().columns == (*columns, "event_date")
