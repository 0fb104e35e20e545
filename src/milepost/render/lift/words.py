"""Figures and sentences about lift, the same in every format people read.

The words keep to what the data can say: association. Nothing drives, causes or lifts anything here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from milepost.journeys.notes import time_allowed
from milepost.journeys.results import (
    LEAST_MACRO_USERS,
    CreditRow,
    Flag,
    LiftReport,
    LiftRow,
    LiftTable,
    MacroValue,
    Stop,
)
from milepost.render.report.figures import ASCII_SIGNS, Signs, count, percent

FOOTER = (
    "Association, not cause: people choose their steps, and interest the data cannot see stays in these"
    " figures. To know whether a step helps, switch it off for half of the visitors."
)

MARKS: dict[Flag, str] = {"low-data": "*", "repeated": "+"}
"""Behind the verdict of a row that is shown but for which one must be careful."""

_STOPS: dict[Stop, str] = {
    "no-users": (
        "No event of these days carries a user id (user_pseudo_id), so nothing can be followed."
        " Without consent GA4 exports no ids: see the consent settings of the site."
    ),
    "no-macro": (
        "Nobody reached it in these days. Take more days, or see with 'milepost verify' whether it arrives."
    ),
    "few-macros": (
        f"Fewer than {LEAST_MACRO_USERS} people reached it in these days, too few to compare anything."
        " Take more days."
    ),
    "no-pages": (
        "There are no page views (page_view or screen_view), and people can only be compared at the same"
        " point of a visit. Send page views, or take days that have them."
    ),
    "too-short": (
        "Nothing in these days can be followed for the whole time allowed."
        " Take more days, or a shorter --within."
    ),
}


@dataclass(frozen=True)
class Style:
    """How figures are written: the screen's signs, and what marks a figure as approximate."""

    signs: Signs
    about: str = ""
    times_sign: str = "×"

    def users(self, number: int | None) -> str:
        """How many people."""
        return self.signs.none if number is None else f"{self.about}{count(number)}"

    def share(self, rate: float | None) -> str:
        """A fraction as a percentage."""
        return self.signs.none if rate is None else f"{self.about}{percent(rate, self.signs)}"

    def times(self, row: LiftRow) -> str:
        """The ratio and its interval: `1.44× (1.29-1.61)`."""
        if row.ratio is None or row.ratio_low is None or row.ratio_high is None:
            return self.signs.none
        interval = f"({_ratio(row.ratio_low)}-{_ratio(row.ratio_high)})"
        return f"{self.about}{_ratio(row.ratio)}{self.times_sign} {interval}"

    def money(self, amount: float | None, value: MacroValue | None) -> str:
        """An amount with its currency."""
        if amount is None or value is None:
            return self.signs.none
        return f"{self.about}{_amount(amount)}{_currency(value)}"

    def above(self, row: LiftRow) -> str:
        """What a step brings above the base, and its interval, without currency."""
        low, high = row.value_above_base_low, row.value_above_base_high
        if row.value_above_base is None or low is None or high is None:
            return self.signs.none
        return f"{self.about}{_amount(row.value_above_base)} ({_amount(low)} to {_amount(high)})"

    def time(self, seconds: float | None) -> str:
        """A time with its best unit."""
        return self.signs.none if seconds is None else f"{self.about}{length(seconds)}"

    def share_of(self, part: int, whole: int) -> str:
        """How many, and the share they are of others: `288, 10.9%`."""
        return f"{self.users(part)}, {self.share(part / whole if whole else None)}"

    def expected(self, row: CreditRow) -> str:
        """How many one expects, to a tenth."""
        return self.signs.none if row.expected is None else f"{self.about}{row.expected:,.1f}"

    def chance(self, value: float | None) -> str:
        """A p or q value: `<.001`, `.020`."""
        if value is None:
            return self.signs.none
        return "<.001" if value < 0.001 else f"{value:.3f}".removeprefix("0")


def style(report: LiftReport, signs: Signs) -> Style:
    """How this report's figures are written."""
    plain_signs = signs is ASCII_SIGNS
    about = "~" if plain_signs else "≈"
    return Style(signs, about if report.approximate else "", "x" if plain_signs else "×")


def length(seconds: float) -> str:
    """`40 s`, `4 min`, `2.3 h`, `1.5 days`."""
    for size, unit, places in ((86_400, "days", 1), (3600, "h", 1), (60, "min", 0)):
        if seconds >= size:
            return f"{seconds / size:.{places}f} {unit}"
    return f"{seconds:.0f} s"


def _ratio(number: float) -> str:
    return f"{number:,.0f}" if number >= 100 else f"{number:.1f}" if number >= 10 else f"{number:.2f}"


def _amount(amount: float) -> str:
    return f"{amount:,.2f}"


def _currency(value: MacroValue) -> str:
    return f" {value.currency}" if value.currency else ""


def title(table: LiftTable) -> str:
    """What the table answers."""
    return f"Which steps lead to {table.label}?"


def subject(report: LiftReport) -> str:
    """The window and where its events are from."""
    source = "GA4's funnels" if report.source == "api" else "the event export"
    days = f"{report.days} days" if report.days > 1 else "1 day"
    return f"{report.first_day} to {report.last_day}, {days}, from {source}"


def people(report: LiftReport, table: LiftTable, written: Style) -> str:
    """How many people reached the macro conversion, within what time, and what one is worth."""
    users = f"{written.users(table.macro_users)} people reached it"
    allowed = f"counted within {time_allowed(report.within_seconds)} of the step"
    return f"{users}, {allowed}{_worth_each(table.value, written)}."


def _worth_each(value: MacroValue | None, written: Style) -> str:
    if value is None:
        return "; no value is known, give one with --macro-value"
    source = {"given": "as given", "events": "on average", "declared": "as the file says"}[value.source]
    without = f" ({count(value.without)} carried no value)" if value.without else ""
    return f"; one is worth {written.money(value.amount, value)} {source}{without}"


def stopped(table: LiftTable) -> str:
    """Why there are no rows."""
    return "" if table.stopped is None else stop_words(table.stopped)


def stop_words(stop: Stop) -> str:
    """Why nothing can be said, and what to do."""
    return _STOPS[stop]


def reading(table: LiftTable, report: LiftReport, written: Style) -> Iterator[str]:
    """The first row in plain sentences, for somebody who never saw such a table; nothing without ratios."""
    row = table.rows[0] if table.rows else None
    if row is None or row.ratio is None:
        return
    yield f"How to read the first line: {' '.join(sentences(row, table, report, written))}"


def sentences(row: LiftRow, table: LiftTable, report: LiftReport, written: Style) -> Iterator[str]:
    """What a row with a ratio says, one sentence per figure."""
    others = (
        "visitors at the same point of a visit"
        if report.source == "export"
        else "visitors who saw as many pages"
    )
    yield (
        f'Of {written.users(row.users)} people with "{row.label}", {written.users(row.reached)}'
        f" ({written.share(row.rate)}) went on to {table.label};"
        f" compared with {others} who had not done it: {written.share(row.base)}."
    )
    yield f"That is {written.times(row)} as many, {_certainty(row)}."
    if row.value is not None and row.value_above_base is not None:
        yield (
            f"One person's first time is worth {written.money(row.value, table.value)}, of which"
            f" {written.money(row.value_above_base, table.value)} is above base:"
            " comparable visitors would not have brought it."
        )


def _certainty(row: LiftRow) -> str:
    match row.verdict:
        case "ahead":
            return "clearly more"
        case "behind":
            return "clearly fewer"
        case _:
            return "no clear difference"


def refusal(row: LiftRow, table: LiftTable) -> str:
    """Why a row has no ratio."""
    if not row.ever and not row.users:
        return "nobody did it in these days"
    if not row.users and row.too_recent:
        return "too new: nobody can be followed for long enough yet; wait, or shorten --within"
    match next((flag for flag in row.flags if flag not in MARKS), None):
        case "mostly-after":
            return f"{_after(row)} it after {table.label}"
        case "same-instant":
            return f"fires with {table.label}, within the same second"
        case "unmatched":
            return "happens where there is nobody to compare with"
        case "required-step":
            return f"required: hardly any {table.label} without it"
        case "sampled":
            return "GA4 gave figures of a part of the people only"
        case _:
            return "too few people to compare"


def _after(row: LiftRow) -> str:
    if row.ever is None or row.after_macro is None or row.same_instant is None:
        return "most did"
    return f"{(row.after_macro + row.same_instant) / row.ever:.0%} did"


def value_name(row: CreditRow) -> str:
    """The value of the dimension, in words where there is none."""
    return "(not known)" if row.value is None else row.value or "(empty)"


def marks(row: LiftRow) -> str:
    """The signs for what to be careful about."""
    return "".join(MARKS[flag] for flag in row.flags if flag in MARKS)


def legend(table: LiftTable, report: LiftReport) -> Iterator[str]:
    """How to read the columns."""
    shown = [row for row in table.rows if row.ratio is not None]
    others = (
        "visitors at the same point of a visit (session, pages seen, time on the page)"
        if report.source == "export"
        else "visitors who had seen as many pages"
    )
    if not shown:
        return
    yield (
        f"Base: how many of {others} went on without the step. × base: went on ÷ base, with its 95 %"
        " interval. ahead, behind: the whole interval beyond 1.2 times, q < .05; level: no clear difference."
    )
    yield f"q: the chance of such a difference without any, corrected for the {table.tested} steps tested."
    if table.value is not None:
        yield (
            "Worth: what follows one person's first time on average; above base: the part comparable visitors"
            " would not have brought. Worths of different steps overlap: never add them up."
        )
    flags = {flag for row in shown for flag in row.flags}
    if "low-data" in flags:
        yield "* low data: fewer than 20 conversions were to be expected; the true ratio may be far from it."
    if "repeated" in flags:
        yield (
            "+ done again and again: GA4's funnels make its ratio too low, so it is never called behind; "
            "--source export does not."
        )


def credit_legend(table: LiftTable, report: LiftReport) -> Iterator[str]:
    """How the figures by channel, campaign or device come about."""
    what = {
        "channel": "the channel of their first visit ever",
        "campaign": "the campaign of their first visit ever",
        "device": "the device they were first seen with in these days",
    }.get(table.by or "", table.by)
    if table.leading is None:
        yield f"People by {what}, each in one row. No step leads, so steps let nothing be expected."
        return
    yield (
        f"People by {what}, each in one row. Leading: took any step that is ahead. Expected: these people at"
        " the rate of all who took one, plus the row's others at the rate of all others; nobody counts twice."
    )
    yield (
        f"More expected than so far: {table.label} may still be to come (the last"
        f" {time_allowed(report.within_seconds)} count in full), or these people look more than they buy."
    )
