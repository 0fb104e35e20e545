"""A note on GA4's own timeline that says what a sync changed, for those who wonder about a curve later."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from milepost.errors import MilepostError
from milepost.gateways.annotations import DESCRIPTION_LENGTH, TITLE_LENGTH, annotate_day
from milepost.model.declared import DeclaredProperty
from milepost.model.load import ConversionsFile
from milepost.operations.outcome import Failure, each_property
from milepost.operations.session import Session
from milepost.operations.sync import Synced
from milepost.reconcile.apply import Outcome
from milepost.reconcile.plan import Change

_PAST = {"create": "created", "update": "updated", "archive": "archived", "delete": "deleted"}


@dataclass(frozen=True)
class Annotation:
    """What was noted on which day of a property's timeline."""

    name: str
    day: date
    title: str
    description: str


def annotation_of(outcomes: Iterable[Outcome]) -> tuple[str, str] | None:
    """Title and description of what was done, as long as GA4 takes them; None when nothing was."""
    done = [outcome.change for outcome in outcomes if outcome.status == "done"]
    if not done:
        return None
    counts = {past: sum(1 for c in done if _PAST[c.action] == past) for past in _PAST.values()}
    title = "Milepost: " + ", ".join(f"{count} {past}" for past, count in counts.items() if count)
    return title[:TITLE_LENGTH], _cut("; ".join(_parts(done)), DESCRIPTION_LENGTH)


def _parts(done: Iterable[Change]) -> Iterator[str]:
    """`created key event a, b` and so on, in the order they were done first."""
    groups: dict[tuple[str, str], list[str]] = {}
    for change in done:
        groups.setdefault((_PAST[change.action], change.kind.label), []).append(change.identity)
    for (past, label), identities in groups.items():
        yield f"{past} {label} {', '.join(identities)}"


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"


def annotate_synced(
    file: ConversionsFile,
    results: Iterable[Synced | Failure],
    session: Session,
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> tuple[Annotation | Failure, ...]:
    """One annotation for each property that a sync changed, on its present day.

    Args:
        file: what declares the properties.
        results: of the sync.
        session: what they are reached through, with edit access.
        now: the present moment, with a time zone.

    Returns:
        What was noted, in the order of the file; a Failure where GA4 did not take it, which takes nothing
        away from the sync.
    """
    texts = {
        r.plan.name: (r, t) for r in results if isinstance(r, Synced) and (t := annotation_of(r.outcomes))
    }

    def work(declared: DeclaredProperty) -> Annotation:
        synced, (title, description) = texts[declared.name]
        day = now().astimezone(_zone(synced.plan.facts.time_zone)).date()
        connection, property_id = session.reach(declared)
        try:
            annotate_day(connection, property_id, day, title, description)
        except MilepostError as error:
            raise type(error)(
                f"property {declared.name}", f"was synced, but not annotated ({error.cause})", error.remedy
            ) from error
        return Annotation(declared.name, day, title, description)

    return each_property(file, tuple(texts), work, session, finish=True) if texts else ()


def _zone(name: str) -> ZoneInfo:
    """The property's time zone; where this machine does not know it, the day may be off by one."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
