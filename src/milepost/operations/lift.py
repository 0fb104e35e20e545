"""lift."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, tzinfo
from math import isfinite
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from milepost.errors import InputError, MilepostError
from milepost.journeys.results import LiftReport, MacroValue
from milepost.model.declared import DeclaredConversion, DeclaredProperty, declared_property
from milepost.model.load import ConversionsFile, selected
from milepost.operations.outcome import SILENT, Failure, Watch, each_property
from milepost.operations.session import Session
from milepost.reports.period import PeriodChoice

By = Literal["channel", "campaign", "device"]

WEEK = 7 * 86_400

BIGQUERY = "bigquery://"
"""How the address of a BigQuery dataset begins."""

_TIME = re.compile(r"(\d{1,6})([dhm])")
_SECONDS = {"d": 86_400, "h": 3600, "m": 60}


@dataclass(frozen=True)
class LiftChoice:
    """What to ask.

    Attributes:
        period: the days; for the export None takes all there are.
        within_seconds: time allowed from micro to macro conversion.
        macro: the event of the only macro conversion to look at; None looks at each.
        macro_value: what one is worth; None takes what its events carry, or else what the file says.
        by: also split people by this.
        source: GA4's Data API, or the event export.
        events: files or BigQuery dataset of the export; None makes the demo's events.
        max_bytes: most that BigQuery may bill for.
        same_progress: compare people only with those who had taken as many of the required steps.
        time_zone: of the property, in which the days of the export end.
    """

    period: PeriodChoice | None = None
    within_seconds: int = WEEK
    macro: str | None = None
    macro_value: float | None = None
    by: By | None = None
    source: Literal["api", "export"] = "api"
    events: str | None = None
    max_bytes: int | None = None
    same_progress: bool = False
    time_zone: tzinfo = UTC


def read_time_zone(name: str | None) -> tzinfo:
    """The time zone of an IANA name such as `Europe/Rome`; UTC for None.

    Raises:
        InputError: there is none of this name.
    """
    try:
        return UTC if name is None else ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        remedy = "Write it as GA4's property settings do, such as Europe/Rome."
        raise InputError("--time-zone", f'"{name}" is no time zone', remedy) from None


def read_within(text: str) -> int:
    """Seconds that `7d`, `12h` or `90m` stand for.

    Raises:
        InputError: it is no such time, or none at all.
    """
    found = _TIME.fullmatch(text.strip())
    seconds = int(found[1]) * _SECONDS[found[2]] if found else 0
    if not seconds:
        remedy = "Write days, hours or minutes, such as 7d, 12h or 90m."
        raise InputError("--within", f'"{text}" is no time', remedy)
    return seconds


def lift_properties(
    file: ConversionsFile,
    names: Sequence[str],
    session: Session,
    choice: LiftChoice,
    *,
    watch: Watch = SILENT,
) -> tuple[LiftReport | Failure, ...]:
    """Which micro conversions lead to a macro one, for each property asked for (none: all).

    Raises:
        InputError: a name that the file does not have, or a choice that makes no sense.
    """
    check_choice(choice, selected(tuple(names), tuple(file.document.properties), file.path))

    def work(declared: DeclaredProperty) -> LiftReport:
        watch.began(declared.name)
        macros = chosen_macros(declared, choice)
        return _reader(choice)(declared, macros, session, choice, watch)

    return each_property(file, names, work, session, watch=watch)


def check_choice(choice: LiftChoice, wanted: Sequence[str]) -> None:
    """Refuses what does not go together.

    Raises:
        InputError: naming the option.
    """
    if choice.events is not None and len(wanted) > 1:
        cause = f"holds the events of one property, and {len(wanted)} are asked for"
        raise InputError("--events", cause, "Name the property.")
    if choice.same_progress and choice.source == "api":
        cause = "needs to know when each step was taken, and GA4's funnels do not tell"
        raise InputError("--same-progress", cause, "Use --source export.")
    if choice.time_zone is not UTC and choice.source == "api":
        raise InputError("--time-zone", "is for the export: GA4 knows the property's own", "Leave it out.")
    if choice.macro_value is not None and not isfinite(choice.macro_value):
        raise InputError("--macro-value", f"{choice.macro_value} is no amount", "Give a number.")
    if choice.max_bytes is not None and not (choice.events or "").startswith(BIGQUERY):
        raise InputError(
            "--max-bytes", "limits what BigQuery bills, and nothing else", f"Use --events {BIGQUERY}…."
        )


def check_step(file: ConversionsFile, names: Sequence[str], event: str) -> None:
    """Whether a step can be explained at all.

    Raises:
        InputError: no property asked for declares it as a micro conversion.
    """
    known: dict[str, None] = {}
    for name in selected(tuple(names), tuple(file.document.properties), file.path):
        # What is wrong with one property is told as its result.
        with suppress(MilepostError):
            known |= dict.fromkeys(m.event for m in declared_property(file.document, name).with_role("micro"))
    if known and event not in known:
        raise InputError("--explain", f'"{event}" is no micro conversion', f"There are: {', '.join(known)}.")


def chosen_macros(declared: DeclaredProperty, choice: LiftChoice) -> tuple[DeclaredConversion, ...]:
    """The macro conversions to look at.

    Raises:
        InputError: the property does not have the one named, or has none, or one value is given for several.
    """
    macros = declared.with_role("macro")
    place = f"property {declared.name}"
    if not macros:
        raise InputError(place, "has no macro conversion", "Declare one in the file: the goal of the site.")
    if not declared.with_role("micro"):
        raise InputError(place, "has no micro conversion", "Declare the steps that may lead to the goal.")
    if choice.macro is not None:
        macros = tuple(macro for macro in macros if macro.event == choice.macro)
        if not macros:
            known = ", ".join(macro.event for macro in declared.with_role("macro"))
            raise InputError("--macro", f'{place} has no "{choice.macro}"', f"It has: {known}.")
    if choice.macro_value is not None and len(macros) > 1:
        known = ", ".join(macro.event for macro in macros)
        raise InputError("--macro-value", f"{place} has several macro conversions ({known})", "Add --macro.")
    return macros


def macro_value(
    macro: DeclaredConversion,
    choice: LiftChoice,
    carried: float | None,
    currency: str | None,
    without: int | None = None,
) -> MacroValue | None:
    """What a macro conversion is worth: as the command line says, its events carry, or the file says.

    Args:
        macro: which.
        choice: holds what was said.
        carried: mean of what its events carry; None where none carries anything.
        currency: of `carried`.
        without: users whose macro conversion carried none.
    """
    if choice.macro_value is not None:
        return MacroValue(choice.macro_value, "given", macro.currency)
    if carried is not None:
        return MacroValue(carried, "events", currency or macro.currency, without)
    declared = macro.definition.value
    return None if declared is None else MacroValue(declared, "declared", macro.currency)


_Reader = Callable[[DeclaredProperty, tuple[DeclaredConversion, ...], Session, LiftChoice, Watch], LiftReport]


def _reader(choice: LiftChoice) -> _Reader:
    if choice.source == "api":
        from milepost.operations.lift_api import lift_from_api

        return lift_from_api
    from milepost.operations.lift_export import lift_from_export

    return lift_from_export
