"""The standard report as a page: key figures, the trend, now against before, every conversion, targets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from milepost.render.html.page import (
    Cell,
    Column,
    KeyFigure,
    KeyFigures,
    Part,
    Remarks,
    Row,
    RowGroup,
    Section,
    Table,
    Tone,
    row,
)
from milepost.render.html.properties import ROLES, SIGNS, direction, moved, property_lines, write_properties
from milepost.render.html.report_charts import conversions_chart, events_chart, trend_chart
from milepost.render.report.figures import (
    DECLARED,
    ENGAGEMENT,
    change,
    common_currency,
    compared,
    count,
    covered,
    of_users,
    percent,
    target,
    target_legend,
    value,
    value_legend,
    wanted,
)
from milepost.render.report.pace import HEADINGS, pace_rows
from milepost.reports.notes import engagement_note
from milepost.reports.results import (
    Change,
    ConversionReport,
    GoalStatus,
    PropertyReport,
    RoleFigures,
)

_STATUS_TONES: Mapping[GoalStatus, Tone] = {
    "met": "met",
    "on_pace": "met",
    "missed": "missed",
    "behind": "missed",
    "open": "muted",
}


def render_report_html(reports: Sequence[PropertyReport], missing: Mapping[str, str] | None = None) -> str:
    """One page for all properties, with a summary before them where there are several.

    Args:
        reports: one section each.
        missing: why there is none for a property, by its name.

    Raises:
        InputError: a package of the extra `html` is not installed.
    """
    return write_properties(
        "Micro and macro conversions",
        [_section(report) for report in reports],
        ("Users", "Any macro conversion", "Any micro conversion", "Targets"),
        [tuple(_summary(report)) for report in reports],
        missing,
    )


def _summary(report: PropertyReport) -> Iterator[Cell]:
    now = report.current
    yield Cell(count(now.users), moved(report.users_change))
    yield Cell(of_users(now.macro.user_rate, SIGNS), moved(report.macro_change))
    yield Cell(of_users(now.micro.user_rate, SIGNS), moved(report.micro_change))
    yield Cell(_targets(report).value)


def _section(report: PropertyReport) -> Section:
    lines = (
        *property_lines(report.property_id, report.period, report.time_zone, covered(report)),
        *([compared(report).capitalize()] if report.previous_period else []),
    )
    return Section(report.name, lines, tuple(_parts(report)))


def _parts(report: PropertyReport) -> Iterator[Part]:
    yield KeyFigures(tuple(_people(report)))
    warning = engagement_note(report.conversions)
    minor = tuple(_minor(report))
    if minor:
        yield KeyFigures(minor, (warning,) if warning in report.notes else (), minor=True)
    if rest := tuple(note for note in report.notes if not minor or note != warning):
        yield Remarks(rest)
    if report.conversions:
        yield trend_chart(report)
        yield events_chart(report)
        yield _table(report)
        yield from _pace(report)
        yield conversions_chart(report)


def _people(report: PropertyReport) -> Iterator[KeyFigure]:
    now = report.current
    yield _role("Any macro conversion", "macro", now.macro, report.macro_change)
    yield _role("Any micro conversion", "micro", now.micro, report.micro_change)
    yield _figure("Users", count(now.users), report.users_change)
    yield _figure("Sessions", count(now.sessions), report.sessions_change)


def _targets(report: PropertyReport) -> KeyFigure:
    """How many are met; of a running period, as well those on the way to be."""
    goals = [c.goal for c in report.conversions if c.goal]
    good = sum(goal.status in ("met", "on_pace") for goal in goals)
    label = "Targets met or on pace" if any(goal.running for goal in goals) else "Targets met"
    return KeyFigure(label, f"{good} of {len(goals)}" if goals else SIGNS.none)


def _role(label: str, tone: Tone, figures: RoleFigures, growth: Change) -> KeyFigure:
    rate = of_users(figures.user_rate, SIGNS) if figures.user_rate is not None else ""
    return KeyFigure(label, count(figures.users), rate, moved(growth), direction(growth), tone)


def _minor(report: PropertyReport) -> Iterator[KeyFigure]:
    if any(c.goals for c in report.conversions):
        yield _targets(report)
    for label, figure, written in ENGAGEMENT:
        if (amount := figure(report.current.engagement)) is not None:
            yield _figure(label, written(amount, SIGNS), report.engagement_change(figure))


def _figure(label: str, shown: str, growth: Change) -> KeyFigure:
    return KeyFigure(label, shown, "", moved(growth), direction(growth))


def _table(report: PropertyReport) -> Table:
    currency = common_currency(report.conversions)
    shown = _columns(report)
    return Table(
        "Conversions",
        (
            Column("Conversion", words=True),
            *(Column(f"Value, {currency}" if name == "Value" and currency else name) for name in shown),
        ),
        tuple(
            RowGroup(tuple(_row(report, c, shown) for c in report.with_role(role)), title, role)
            for role, title in ROLES.items()
            if report.with_role(role)
        ),
        tuple(_legend(report)),
    )


def _columns(report: PropertyReport) -> tuple[str, ...]:
    """Those that have anything to show."""
    needed = {
        "vs before": report.previous_period is not None,
        "Value": any(c.current.value is not None for c in report.conversions),
        "Target": any(c.goals for c in report.conversions),
    }
    columns = ("Events", "vs before", "Users", "Share", "Value", "Target")
    return tuple(column for column in columns if needed.get(column, True))


def _row(report: PropertyReport, conversion: ConversionReport, shown: Sequence[str]) -> Row:
    figures, growth = conversion.current, report.events_change(conversion)
    by_name = {
        "Events": Cell(count(figures.events)),
        "vs before": Cell(change(growth, SIGNS), tone=direction(growth)),
        "Users": Cell(count(figures.users)),
        "Share": Cell(percent(figures.user_rate, SIGNS)),
        "Value": Cell(value(conversion, SIGNS, with_currency=common_currency(report.conversions) is None)),
        "Target": _target(conversion),
    }
    name = Cell(conversion.label, conversion.event, marks=tuple(_marks(conversion)))
    return Row((name, *(by_name[column] for column in shown)))


def _marks(conversion: ConversionReport) -> Iterator[str]:
    if conversion.key_event_since:
        yield f"key event since {conversion.key_event_since}"
    elif conversion.key_event:
        yield "key event"


def _target(conversion: ConversionReport) -> Cell:
    goal = conversion.goal
    if goal is None:
        return Cell(SIGNS.none, tone="muted")
    return Cell(target(conversion, SIGNS), f"of {wanted(goal, SIGNS)}", _STATUS_TONES[goal.status])


def _pace(report: PropertyReport) -> Iterator[Table]:
    if rows := tuple(row(name, figures) for name, *figures in pace_rows(report, SIGNS)):
        title, *headings = HEADINGS
        columns = (Column(title, words=True), *map(Column, headings))
        yield Table("Targets of the running period", columns, (RowGroup(rows),))


def _legend(report: PropertyReport) -> Iterator[str]:
    against = " vs before: change of events." if report.previous_period else ""
    yield f"Share: of all users, each counted once.{against}"
    if legend := value_legend(report.conversions):
        yield legend
    if legend := target_legend(report.conversions, SIGNS):
        yield legend
    if any(c.value_source == "declared" for c in report.conversions):
        yield f"{DECLARED} marks a value from the conversions file, not from GA4."
