"""verify --send-test: the events that a server must send, tried out by the Measurement Protocol."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from time import monotonic, time

from milepost.errors import InputError, RemoteError
from milepost.gateways.admin import AdminGateway
from milepost.gateways.connection import Connection
from milepost.gateways.measurement import (
    SECRET_VARIABLE,
    MeasurementGateway,
    Secret,
    ServerEvent,
    read_secret,
)
from milepost.gateways.realtime import RealtimeGateway, Recent
from milepost.model.declared import DeclaredProperty
from milepost.model.load import ConversionsFile
from milepost.model.resources import Stream
from milepost.operations.outcome import SILENT, Failure, Watch, each_property
from milepost.operations.session import Session
from milepost.operations.verify import check_events, only_events
from milepost.operations.verify_wait import EVERY
from milepost.reconcile.live import choose_stream
from milepost.tracking.means import tracked_conversions
from milepost.tracking.server_tests import (
    ServerTest,
    ServerTests,
    parameters_shown,
    sample_event,
)

TIMEOUT = 120.0
"""Seconds to wait at most for what was sent to be seen."""

_NO_SECRET = "the stream has no Measurement Protocol secret, so no server can send to it yet"  # noqa: S105
_MAKE_ONE = (
    "Make one in GA4: Admin → Data streams → your web stream → Measurement Protocol API secrets; "
    f"or set {SECRET_VARIABLE}."
)


def try_server_events(
    file: ConversionsFile,
    names: Sequence[str],
    session: Session,
    *,
    for_real: bool = False,
    events: Sequence[str] = (),
    timeout: float = TIMEOUT,
    every: float = EVERY,
    environ: Mapping[str, str] | None = None,
    watch: Watch = SILENT,
) -> tuple[ServerTests | Failure, ...]:
    """What Google finds wrong with the events that a server sends, for each property asked for (none: all).

    Args:
        file: what declares them, with `sent_by = "server"`.
        names: names of properties or shell patterns.
        session: what they are reached through; reading is enough.
        for_real: send those that are good to be counted, too, and wait until realtime shows them.
        events: only these conversions; none: all that a server sends.
        timeout: seconds to wait at most for realtime.
        every: seconds between two looks.
        environ: in place of the process's environment.
        watch: is told how far it is.

    Raises:
        InputError: a name or an event that the file does not have.
    """
    check_events(file, names, events)
    variables = os.environ if environ is None else environ

    def work(declared: DeclaredProperty) -> ServerTests:
        watch.began(declared.name)
        trial = _Trial(only_events(declared, events), session, variables)
        return trial.run(for_real, timeout, every)

    return each_property(file, names, work, session, watch=watch)


class _Trial:
    """The events of one property."""

    def __init__(self, declared: DeclaredProperty, session: Session, environ: Mapping[str, str]) -> None:
        self._declared = declared
        self._session = session
        self._given = environ.get(SECRET_VARIABLE, "").strip()
        now = int(time())
        by_server = [t for t in tracked_conversions(declared) if t.means == "server"]
        # Each a visitor and a session of its own, so that none is taken for a repetition.
        self._samples = [(t, sample_event(t, now + number)) for number, t in enumerate(by_server)]

    def run(self, for_real: bool, timeout: float, every: float) -> ServerTests:
        """Validate, and where wanted send and wait."""
        connection, property_id = self._session.reach(self._declared)
        found = ServerTests(self._declared.name, property_id, None, for_real, ())
        if not self._samples:
            return found
        stream = self._stream(connection, property_id)
        secret, notes = self._secret(connection, stream, needed=for_real)
        gateway = MeasurementGateway(self._session.measurement_origin(self._declared), stream.measurement_id)
        tests = [
            ServerTest(
                sample.name, tracked.conversion.label, parameters_shown(sample), gateway.validate(sample)
            )
            for tracked, sample in self._samples
        ]
        if for_real and secret is not None:
            good = [s for (_, s), test in zip(self._samples, tests, strict=True) if test.passed]
            looking = _Looking(RealtimeGateway(connection), property_id, good)
            for sample in good:
                gateway.send(sample, secret)
            seen = looking.wait(self._session, timeout, every)
            tests = [_arrived(test, seen) if test.passed else test for test in tests]
        return replace(found, measurement_id=stream.measurement_id, tests=tuple(tests), notes=notes)

    def _stream(self, connection: Connection, property_id: str) -> Stream:
        stream = choose_stream(self._declared, AdminGateway(connection).read_web_streams(property_id))
        if stream is None:
            raise InputError(
                f"properties.{self._declared.name}.stream",
                "there is no web stream to send to, or several",
                "Name the stream's address, or its measurement id.",
            )
        return stream

    def _secret(
        self, connection: Connection, stream: Stream, *, needed: bool
    ) -> tuple[Secret | None, tuple[str, ...]]:
        """The secret, and what there is to say of it; that it cannot be read matters only if it is needed."""
        if self._given:
            return Secret(self._given), ()
        try:
            secret = read_secret(connection, stream.name)
        except RemoteError:
            if needed:
                raise
            return None, ()
        if secret is None and needed:
            raise InputError(f"property {self._declared.name}", _NO_SECRET, _MAKE_ONE)
        return secret, () if secret else (f"{_NO_SECRET[0].upper()}{_NO_SECRET[1:]}. {_MAKE_ONE}",)


def _arrived(test: ServerTest, seen: frozenset[str]) -> ServerTest:
    return replace(test, arrival="seen" if test.event in seen else "not_seen")


class _Looking:
    """Looks for events in realtime, beside those of other people that were there before."""

    def __init__(self, gateway: RealtimeGateway, property_id: str, events: Sequence[ServerEvent]) -> None:
        self._gateway = gateway
        self._property_id = property_id
        self._wanted = [event.name for event in events]
        self._before = self._read(self._wanted)

    def _read(self, wanted: Sequence[str]) -> dict[str, Recent]:
        return self._gateway.read_recent(self._property_id, wanted) if wanted else {}

    def wait(self, session: Session, timeout: float, every: float) -> frozenset[str]:
        """Those that came since, as soon as all did or the time is over."""
        seen: set[str] = set()
        until = monotonic() + timeout
        while left := [name for name in self._wanted if name not in seen]:
            recent = self._read(left)
            seen |= {name for name in left if name in recent and self._is_new(name, recent[name])}
            if len(seen) == len(self._wanted) or session.halted or monotonic() >= until:
                break
            session.pause(min(every, max(until - monotonic(), 0)))
        return frozenset(seen)

    def _is_new(self, name: str, now: Recent) -> bool:
        """More than before, or more recent: what half an hour ago was counted drops out meanwhile."""
        before = self._before.get(name)
        return before is None or now.events > before.events or now.minutes_ago < before.minutes_ago
