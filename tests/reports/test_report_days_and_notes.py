"""Which days a report says it covers, and what it says about them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from milepost.gateways.data import Notices, Row
from milepost.reports.period import FixedDays
from milepost.reports.results import Figures, Period
from milepost.reports.standard import KeyEventFact
from tests.reports.standard_answers import (
    PERIOD,
    all_flagged,
    read_shop,
    shop_answers,
)


def test_report_reads_its_days_from_the_answer_not_from_the_machine() -> None:
    report = read_shop(now=datetime(2031, 7, 1, tzinfo=UTC))

    assert report.period == PERIOD
    assert report.previous_period == Period(date(2021, 1, 12), date(2021, 1, 14))


def test_report_reads_its_days_from_visits_where_no_conversion_happened() -> None:
    answers = shop_answers()
    rows = (Row(("20200310", "0001", "session_start"), (4,)), Row(("(other)", "(other)", "purchase"), (9,)))
    report = read_shop({**answers, "trend": replace(answers["trend"], rows=rows, row_count=2)})

    assert report.period == Period(date(2020, 3, 9), date(2020, 3, 11))
    assert all(c.trend == (0, 0, 0) for c in report.conversions)


def test_report_without_rows_ends_yesterday_in_the_propertys_time_zone() -> None:
    empty = {name: replace(answer, rows=(), row_count=0) for name, answer in shop_answers().items()}
    # 02:00 in London is still the evening before in Los Angeles.
    report = read_shop(empty, now=datetime(2021, 1, 18, 2, tzinfo=UTC))

    assert report.period == Period(date(2021, 1, 14), date(2021, 1, 16))
    assert (report.current.users, report.current.micro.user_rate) == (0, None)
    assert all(c.current == Figures(0, 0, None, c.current.value) for c in report.conversions)
    assert "Nothing to compare with: GA4 counted no users from 2021-01-11 to 2021-01-13." in report.notes


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (
            15,
            [
                "2021-01-15 is preliminary: GA4 goes on processing a day for up to 48 hours.",
                "2021-01-16 to 2021-01-17 are still to come.",
            ],
        ),
        (
            16,
            [
                "2021-01-15 to 2021-01-16 are preliminary: GA4 goes on processing a day for up to 48 hours.",
                "2021-01-17 is still to come.",
            ],
        ),
        (18, ["2021-01-16 to 2021-01-17 are preliminary: GA4 goes on processing a day for up to 48 hours."]),
        (19, ["2021-01-17 is preliminary: GA4 goes on processing a day for up to 48 hours."]),
        (20, []),
    ],
)
def test_report_of_named_days_says_which_are_preliminary(day: int, expected: list[str]) -> None:
    report = read_shop(
        choice=FixedDays(PERIOD), now=datetime(2021, 1, day, 12, tzinfo=UTC), key_events=all_flagged()
    )

    assert list(report.notes) == expected


def test_report_names_the_day_a_key_event_began_inside_the_period() -> None:
    facts = {**all_flagged(), "purchase": KeyEventFact(datetime(2021, 1, 17, 3, tzinfo=UTC))}
    report = read_shop(choice=FixedDays(PERIOD), key_events=facts)

    assert [c.key_event_since for c in report.conversions] == [date(2021, 1, 16), None, None]
    assert [c.key_event for c in report.conversions] == [True, True, False]
    assert len(report.notes) == 1
    assert report.notes[0].startswith("Key event since 2021-01-16: purchase.")


def test_report_names_what_the_file_flags_and_ga4_does_not() -> None:
    report = read_shop(choice=FixedDays(PERIOD), key_events={})

    assert report.notes == (
        "Not flagged as key events in GA4 yet: purchase, add_to_cart. Run 'milepost sync'.",
    )


def test_report_says_when_key_events_could_not_be_read() -> None:
    report = read_shop(choice=FixedDays(PERIOD), key_events=None)

    assert {c.key_event for c in report.conversions} == {None}
    assert report.notes == ("Which events are key events in GA4 could not be read.",)


@pytest.mark.parametrize(
    ("notices", "note"),
    [
        (
            Notices(sampled=((250, 1000),)),
            "GA4 sampled: these figures are estimated from 25.0% of the events",
        ),
        (Notices(thresholded=True), "GA4 may have held back rows with few users"),
        (Notices(other_row=True), 'GA4 folded rare values into "(other)"'),
        (
            Notices(truncated=(("PROPERTY", "Only 2 months."),)),
            "GA4 cut off part of the data: Only 2 months.",
        ),
        (Notices(truncated=(("PROPERTY", ""),)), "days before the property's retention limit are missing."),
        (
            Notices(restricted=(("eventValue", "REVENUE_DATA"),)),
            "may not see revenue data: GA4 sends eventValue",
        ),
        (Notices(empty_reason="no access"), "GA4 sent no rows: no access."),
    ],
)
def test_report_passes_on_what_ga4_says_against_its_figures_once(notices: Notices, note: str) -> None:
    answers = {name: replace(answer, notices=notices) for name, answer in shop_answers().items()}
    report = read_shop(answers, choice=FixedDays(PERIOD), key_events=all_flagged())

    assert len(report.notes) == 1
    assert note in report.notes[0]


def test_report_says_when_rows_are_missing() -> None:
    answers = shop_answers()
    answers["trend"] = replace(answers["trend"], row_count=300_000)
    report = read_shop(answers, choice=FixedDays(PERIOD), key_events=all_flagged())

    assert report.notes == (
        "GA4 sent only 4 of 300,000 rows by date, nthDay, eventName: the rest is missing.",
    )


def test_report_with_a_time_zone_nobody_knows_falls_back_to_utc() -> None:
    answers = {name: replace(answer, time_zone="Mars/Olympus") for name, answer in shop_answers().items()}

    assert read_shop(answers).period == PERIOD
