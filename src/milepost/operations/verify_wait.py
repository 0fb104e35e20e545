"""verify --wait: for somebody who clicks through the site right now."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from threading import Lock
from time import monotonic

from milepost.gateways.realtime import RealtimeGateway, Recent
from milepost.model.declared import DeclaredConversion, DeclaredProperty
from milepost.model.load import ConversionsFile
from milepost.operations.outcome import Failure, Watch, each_property
from milepost.operations.session import Session
from milepost.operations.verify import check_events, only_events
from milepost.reports.verification.waiting import Awaited, Waiting

TIMEOUT = 300.0
"""Seconds to wait at most."""

EVERY = 10.0
"""Seconds between looks. GA4 gives a property 14,000 tokens an hour, and a look costs about one."""


class Arrivals(Watch):
    """Keeps what was seen so far, and is told of each conversion as it arrives, from several threads."""

    def __init__(self) -> None:
        self._waiting: dict[str, Waiting] = {}
        self._lock = Lock()

    @property
    def so_far(self) -> tuple[Awaited, ...]:
        """How things stand, in the order in which the properties were begun."""
        with self._lock:
            return tuple(waiting.state() for waiting in self._waiting.values())

    def waits_for(self, waiting: Waiting) -> None:
        """A property's conversions are waited for from now on."""
        with self._lock:
            self._waiting[waiting.name] = waiting

    def arrived(self, name: str, conversion: DeclaredConversion, recent: Recent) -> None:
        """A property's conversion is there."""


def wait_for_conversions(
    file: ConversionsFile,
    names: Sequence[str],
    session: Session,
    *,
    timeout: float = TIMEOUT,
    every: float = EVERY,
    events: Sequence[str] = (),
    arrivals: Arrivals | None = None,
) -> tuple[Awaited | Failure, ...]:
    """Looks at realtime until every conversion was seen there, or the time is over.

    What arrived up to half an hour before counts too: realtime tells no more than the minute. So do other
    people's visits.

    Args:
        file: what declares the conversions.
        names: names of properties or shell patterns; none: all.
        session: what they are reached through; once it is halted, no further look is taken.
        timeout: seconds to wait at most; 0 looks once.
        every: seconds between two looks.
        events: only these conversions; none: all.
        arrivals: is told of each as it comes.

    Raises:
        InputError: a name or an event that the file does not have.
    """
    check_events(file, names, events)
    arrivals = arrivals or Arrivals()

    def work(declared: DeclaredProperty) -> Awaited:
        return _wait(only_events(declared, events), session, timeout, every, arrivals)

    return each_property(file, names, work, session, watch=arrivals)


def _wait(
    declared: DeclaredProperty, session: Session, timeout: float, every: float, arrivals: Arrivals
) -> Awaited:
    connection, property_id = session.reach(declared)
    gateway = RealtimeGateway(connection)
    waiting = Waiting(declared.name, property_id, declared.conversions)
    arrivals.waits_for(waiting)
    until = inf
    while waiting.missing and not session.halted:
        recent = gateway.read_recent(property_id, [c.event for c in waiting.missing])
        for conversion in waiting.take(recent):
            arrivals.arrived(declared.name, conversion, recent[conversion.event])
        # The time runs from the first answer on: to connect may take seconds.
        until = min(until, monotonic() + timeout)
        left = until - monotonic()
        if not waiting.missing or left <= 0:
            break
        session.pause(min(every, left))
    return waiting.state()
