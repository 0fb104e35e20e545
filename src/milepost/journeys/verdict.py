"""What may be said about each step: refusals, flags, verdicts, and the order of the rows.

A finding is one step with its counts and, where there is one, its estimate; whichever source they are from,
they are judged here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from milepost.journeys.counts import StepCounts
from milepost.journeys.estimate import Estimate, estimate, q_values, rate_interval
from milepost.journeys.results import Flag, LiftRow, MacroValue, Verdict

LEAST_USERS = 30
LEAST_EXPECTED = 5
LEAST_COMPARED = 10
FEW_EXPECTED = 20
MOST_UNMATCHED = 0.05
MOST_AFTER = 0.5
MOST_SAME_INSTANT = 0.2
REQUIRED_SHARE = 0.95
REQUIRED_RATIO = 2.0

MARGIN = 1.2
"""How far from 1 the whole interval must lie: it absorbs what people's different pace does to a ratio."""

_CHANCE = 0.05

_WARNINGS: frozenset[Flag] = frozenset({"low-data", "repeated"})
_COUNTS_ONLY: frozenset[Flag] = frozenset({"mostly-after", "same-instant"})
_NO_WORTH: frozenset[Flag] = _COUNTS_ONLY | {"too-few", "sampled"}


@dataclass(frozen=True)
class Extent:
    """How often a step happened, and how it lay to the macro conversion; None: the source cannot know."""

    ever: int | None = None
    after_macro: int | None = None
    same_instant: int | None = None
    too_recent: int | None = None
    share_of_macros: float | None = None
    events_per_user: float | None = None
    unmatched: int | None = None
    median_seconds: float | None = None


@dataclass(frozen=True)
class Finding:
    """One step before it is judged. `reached` of its `users` came to the macro conversion in time."""

    event: str
    label: str
    users: int
    reached: int
    estimate: Estimate | None
    flags: tuple[Flag, ...]
    extent: Extent = field(default_factory=Extent)

    @property
    def shown(self) -> Estimate | None:
        """The estimate, where nothing forbids to show it."""
        return None if set(self.flags) - _WARNINGS else self.estimate


def step_finding(step: StepCounts, label: str, macro_users: int) -> Finding:
    """What event-level counts say about one step."""
    found = estimate(step.strata)
    share = step.before_macro / macro_users if macro_users else None
    return Finding(
        event=step.event,
        label=label,
        users=step.users,
        reached=step.reached,
        estimate=found,
        flags=tuple(_step_flags(step, macro_users, found)),
        extent=Extent(
            ever=step.ever,
            after_macro=step.after_macro,
            same_instant=step.same_instant,
            too_recent=step.too_recent,
            share_of_macros=share,
            events_per_user=step.events_per_user,
            unmatched=step.unmatched,
            median_seconds=step.median_seconds,
        ),
    )


def _step_flags(step: StepCounts, macro_users: int, found: Estimate | None) -> Iterator[Flag]:
    if step.ever and step.after_macro + step.same_instant >= MOST_AFTER * step.ever:
        yield "mostly-after"
    if step.ever and step.same_instant >= MOST_SAME_INSTANT * step.ever:
        yield "same-instant"
    compared = sum(stratum.moments_reached for stratum in step.strata)
    yield from size_flags(step.users, compared, found)
    if step.unmatched > MOST_UNMATCHED * step.users:
        yield "unmatched"
    # A click that leads to the macro conversion at once is required all the same.
    by_then = step.before_macro + step.same_instant
    yield from required_flag(by_then / macro_users if macro_users else None, found)


def size_flags(users: int, compared: int, found: Estimate | None) -> Iterator[Flag]:
    """`too-few` or `low-data`, or neither. `compared` of the comparison reached the macro conversion."""
    if found is None or found.expected < LEAST_EXPECTED or users < LEAST_USERS or compared < LEAST_COMPARED:
        yield "too-few"
    elif found.expected < FEW_EXPECTED:
        yield "low-data"


def required_flag(share: float | None, found: Estimate | None) -> Iterator[Flag]:
    """`required-step` where nearly everybody with the macro conversion did it, and others hardly convert."""
    if share is not None and share >= REQUIRED_SHARE and found and found.ratio >= REQUIRED_RATIO:
        yield "required-step"


def judge(findings: Iterable[Finding], value: MacroValue | None) -> tuple[LiftRow, ...]:
    """The rows of a table, leading ones first; those without a ratio last, by users.

    The chance figures are corrected for the number of ratios shown.
    """
    findings = tuple(findings)
    shown = [finding for finding in findings if finding.shown]
    chances = q_values([finding.shown.p_value for finding in shown if finding.shown])
    corrected = dict(zip((finding.event for finding in shown), chances, strict=True))
    rows = [_row(finding, corrected.get(finding.event), value) for finding in findings]
    return tuple(sorted(rows, key=_place))


def tested(rows: Sequence[LiftRow]) -> int:
    """How many ratios are shown."""
    return sum(row.ratio is not None for row in rows)


def _place(row: LiftRow) -> tuple[bool, float, int, str]:
    return row.ratio_low is None, -(row.ratio_low or 0.0), -row.users, row.event


def _verdict(found: Estimate, q_value: float, flags: Container[Flag]) -> Verdict:
    if q_value < _CHANCE and found.interval.low > MARGIN:
        return "ahead"
    # A ratio that is known to come out too low says nothing by being low.
    low = q_value < _CHANCE and found.interval.high < 1 / MARGIN and "repeated" not in flags
    return "behind" if low else "level"


def _row(finding: Finding, q_value: float | None, value: MacroValue | None) -> LiftRow:
    flags, extent = set(finding.flags), finding.extent
    rate = finding.reached / finding.users if finding.users and not flags & _COUNTS_ONLY else None
    rate_low, rate_high = (None, None) if rate is None else rate_interval(finding.reached, finding.users)
    row = LiftRow(
        event=finding.event,
        label=finding.label,
        verdict=None,
        flags=finding.flags,
        users=finding.users,
        reached=finding.reached,
        rate=rate,
        rate_low=rate_low,
        rate_high=rate_high,
        value=rate * value.amount if value and rate is not None and not flags & _NO_WORTH else None,
        median_seconds=extent.median_seconds,
        ever=extent.ever,
        after_macro=extent.after_macro,
        same_instant=extent.same_instant,
        too_recent=extent.too_recent,
        share_of_macros=extent.share_of_macros,
        events_per_user=extent.events_per_user,
        unmatched=extent.unmatched,
    )
    found = finding.shown
    return row if found is None or q_value is None else _compared(row, found, q_value, value)


def _compared(row: LiftRow, found: Estimate, q_value: float, value: MacroValue | None) -> LiftRow:
    """The row with all that its comparison says."""
    above, interval = found.above_base(value.amount) if value else (None, None)
    return replace(
        row,
        verdict=_verdict(found, q_value, row.flags),
        base=found.base,
        ratio=found.ratio,
        ratio_low=found.interval.low,
        ratio_high=found.interval.high,
        p_value=found.p_value,
        q_value=q_value,
        value_above_base=above,
        value_above_base_low=interval and interval.low,
        value_above_base_high=interval and interval.high,
        expected=found.expected,
        compared=found.compared,
        compared_reached=found.compared_reached,
    )
