"""Waiting for conversions: a list that is ticked off, a line as one arrives, and the end as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence

from rich.console import Console, Group
from rich.text import Text

from milepost.gateways.realtime import Recent
from milepost.model.declared import DeclaredConversion
from milepost.render.report.figures import ASCII_SIGNS, Signs, count, duration
from milepost.render.safe import plain
from milepost.reports.verification.waiting import Awaited

FORMAT_VERSION = 1


def signs_of(console: Console) -> Signs:
    """The signs that a screen can show."""
    return ASCII_SIGNS if console.options.ascii_only else Signs()


def arrival_line(name: str, conversion: DeclaredConversion, recent: Recent, signs: Signs) -> Text:
    """One conversion that arrived; with the property's name unless that is empty."""
    line = Text(f"{signs.met} ", style="green")
    if name:
        line.append(f"{plain(name)}: ", style="default")
    line.append(plain(conversion.label), style="default")
    line.append(f"  {plain(conversion.event)}  ", style="dim")
    line.append(f"{_ago(recent)}", style="default")
    return line


def _ago(recent: Recent) -> str:
    times = "" if recent.events == 1 else f", {count(recent.events)} in the last 30 minutes"
    minutes = recent.minutes_ago
    when = "this minute" if not minutes else "1 minute ago" if minutes == 1 else f"{minutes} minutes ago"
    return f"{when}{times}"


def checklist(awaited: Sequence[Awaited], left: float | None, signs: Signs) -> Group:
    """All conversions waited for, ticked or not, and the seconds still left; None when the wait is over."""
    lines = []
    several = len(awaited) > 1
    for state in awaited:
        name = state.name if several else ""
        lines += [
            arrival_line(name, conversion, recent, signs)
            if recent
            else _missing_line(name, conversion, signs)
            for conversion, recent in state.conversions
        ]
    if left is not None and any(state.missing for state in awaited):
        lines.append(Text(f"Waiting, {duration(max(left, 0))} left. Ctrl-C ends it.", style="dim"))
    return Group(*lines)


def _missing_line(name: str, conversion: DeclaredConversion, signs: Signs) -> Text:
    place = f"{plain(name)}: " if name else ""
    return Text(f"{signs.none} {place}{plain(conversion.label)}  {plain(conversion.event)}", style="dim")


def print_end(awaited: Sequence[Awaited], console: Console) -> None:
    """What was seen, and what was not, which may have been done by nobody."""
    several = len(awaited) > 1
    for state in awaited:
        place = f"{state.name}: " if several else ""
        all_ = len(state.conversions)
        if not all_:
            continue
        if not state.missing:
            console.print(Text(plain(f"{place}All {all_} seen."), style="green"), soft_wrap=True)
            continue
        events = ", ".join(conversion.event for conversion in state.missing)
        text = f"{place}{len(state.seen)} of {all_} seen. Not seen: {events}."
        console.print(Text(plain(text), style="red"), soft_wrap=True)


def render_wait_json(awaited: Sequence[Awaited], *, interrupted: bool = False) -> str:
    """One object, indented, ASCII only, ending in a newline."""
    document = {
        "format_version": FORMAT_VERSION,
        "interrupted": interrupted,
        "properties": [
            {
                "name": state.name,
                "property": state.property_id,
                "seen": [
                    {
                        "event": conversion.event,
                        "label": conversion.label,
                        "events": recent.events,
                        "minutes_ago": recent.minutes_ago,
                    }
                    for conversion, recent in state.seen
                ],
                "missing": [{"event": c.event, "label": c.label} for c in state.missing],
            }
            for state in awaited
        ],
    }
    return json.dumps(document, indent=2, allow_nan=False) + "\n"
