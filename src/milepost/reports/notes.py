"""What a reader must know about the figures, in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby

from milepost.gateways.data import Notices, QuotaUse, ReportAnswer
from milepost.model.declared import DeclaredProperty
from milepost.reports.results import ConversionReport, Period

KEY_EVENTS_UNREAD = "Which events are key events in GA4 could not be read."

PRELIMINARY_DAYS = 2
"""GA4 goes on processing a day for 24 to 48 hours (Data API reference, section 13)."""

_EXPECTED_BEFORE = 7
"""Events that the silent days should have had at the later rate, before silence is taken for a missing tag:
by chance alone (Poisson) so many stay away less than once in a thousand times."""

_STEADY = 0.8
"""Share of the days since the first event that must have any."""

_DAYS_SINCE = 3

_QUOTAS = {
    "tokens_per_day": "for the day",
    "tokens_per_hour": "for the hour",
    "tokens_per_project_per_hour": "for this project's hour",
}

_TRUNCATED = {
    "PROPERTY": "days before the property's retention limit are missing",
    "DATE_RANGE": "not all days could be served",
}


def answer_notes(answers: Iterable[ReportAnswer]) -> Iterator[str]:
    """What GA4 itself says against its answers, each thing once."""
    said: set[str] = set()
    for answer in answers:
        for note in (*_notice_notes(answer.notices), *_missing_rows(answer)):
            if note not in said:
                said.add(note)
                yield note


def _notice_notes(notices: Notices) -> Iterator[str]:
    yield from sampled_notes(notices.sampled)
    if notices.thresholded:
        yield "GA4 may have held back rows with few users (data thresholds)."
    if notices.other_row:
        yield 'GA4 folded rare values into "(other)": counts of single events may be too low.'
    for reason, message in notices.truncated:
        yield f"GA4 cut off part of the data: {_unstopped(message) or _TRUNCATED.get(reason, reason)}."
    for metric, kind in notices.restricted:
        data = kind.lower().replace("_", " ")
        yield f"The signed-in account may not see {data}: GA4 sends {metric} as 0."
    if notices.empty_reason:
        yield f"GA4 sent no rows: {_unstopped(notices.empty_reason)}."


def sampled_notes(sampled: Iterable[tuple[int, int]]) -> Iterator[str]:
    """How far figures are estimated.

    Args:
        sampled: events read, and events there were, of each sampled date range.
    """
    for read, space in sampled:
        part = f"{read / space:.1%} of " if space else ""
        yield f"GA4 sampled: these figures are estimated from {part}the events ({read:,} read)."


def _unstopped(message: str) -> str:
    return message.strip().removesuffix(".")


def _missing_rows(answer: ReportAnswer) -> Iterator[str]:
    if len(answer.rows) < answer.row_count:
        by = ", ".join(answer.dimensions)
        yield f"GA4 sent only {len(answer.rows):,} of {answer.row_count:,} rows by {by}: the rest is missing."


def period_notes(
    period: Period, today: date, *, comparable: bool, before: Period | None = None
) -> Iterator[str]:
    """Days that may still change, and a comparison that tells nothing.

    Args:
        period: the days reported on.
        today: the property's present day.
        comparable: whether anyone was there in the days compared with.
        before: those days; None for none.
    """
    settled = today - timedelta(days=PRELIMINARY_DAYS)
    if period.last >= settled and period.first <= today:
        unsettled = _days(max(period.first, settled), min(period.last, today))
        yield f"{unsettled} preliminary: GA4 goes on processing a day for up to 48 hours."
    if period.last > today:
        yield f"{_days(max(period.first, today + timedelta(days=1)), period.last)} still to come."
    if before and not comparable:
        yield f"Nothing to compare with: GA4 counted no users from {before.first} to {before.last}."


def _days(first: date, last: date) -> str:
    return f"{first} is" if first == last else f"{first} to {last} are"


def appeared_notes(daily: Mapping[str, Sequence[int]], period: Period) -> Iterator[str]:
    """Events that begin inside the period and come steadily since: rather a new tag than new behaviour.

    Args:
        daily: events of each day of the period by event name, without those known from days before it.
        period: the days.
    """
    since = [(first, event) for event, counts in daily.items() if (first := _appeared(counts))]
    for first, group in groupby(sorted(since), key=lambda pair: pair[0]):
        events = ", ".join(event for _, event in group)
        day = period.first + timedelta(days=first)
        yield (
            f"First seen on {day}, nearly every day since: {events}. A tag that appeared inside the period? "
            "The days before are in every rate all the same."
        )


def _appeared(counts: Sequence[int]) -> int:
    """How many days were silent before a steady stream of events; 0 where that is not how it was."""
    silent = next((number for number, count in enumerate(counts) if count), 0)
    since = counts[silent:]
    if not silent or len(since) < _DAYS_SINCE:
        return 0
    steady = sum(1 for count in since if count) >= _STEADY * len(since)
    return silent if steady and sum(since) / len(since) * silent >= _EXPECTED_BEFORE else 0


def engagement_note(conversions: Iterable[ConversionReport]) -> str:
    """The warning that belongs to the engagement rate where micro conversions are flagged; else empty.

    Source: conversion catalogue, section 4.3 (a session with any key event is an engaged one).
    """
    flagged = [c.event for c in conversions if c.role == "micro" and c.key_event]
    if not flagged:
        return ""
    number = "1 micro conversion is" if len(flagged) == 1 else f"{len(flagged)} micro conversions are"
    return (
        f"{number} flagged: GA4 counts a session with any key event as engaged, so flagging micro "
        "conversions raises the engagement rate by itself."
    )


def quota_note(quotas: Iterable[QuotaUse]) -> str:
    """What the report cost and what is left, in one line; empty where it was not asked for."""
    by_name = {quota.name: quota for quota in quotas}
    if not by_name:
        return ""
    left = ", ".join(f"{by_name[name].left:,} {word}" for name, word in _QUOTAS.items() if name in by_name)
    used = max(quota.used for quota in by_name.values())
    return f"Quota: {used:,} token{'' if used == 1 else 's'} used; left: {left}."


def key_event_notes(declared: DeclaredProperty, conversions: Iterable[ConversionReport]) -> Iterator[str]:
    """What the key events of GA4 mean for the figures.

    Args:
        declared: what the file wants flagged.
        conversions: what the report says about the same conversions.
    """
    found = {conversion.event: conversion for conversion in conversions}
    if any(conversion.key_event is None for conversion in found.values()):
        yield KEY_EVENTS_UNREAD
    since = [(c.key_event_since, c.event) for c in found.values() if c.key_event_since is not None]
    for day, group in groupby(sorted(since), key=lambda pair: pair[0]):
        events = ", ".join(event for _, event in group)
        yield f"Key event since {day}: {events}. GA4's key event figures begin there; these cover all days."
    waiting = [
        c.event
        for c in declared.conversions
        if c.definition.key_event and c.event in found and found[c.event].key_event is False
    ]
    if waiting:
        yield f"Not flagged as key events in GA4 yet: {', '.join(waiting)}. Run 'milepost sync'."
