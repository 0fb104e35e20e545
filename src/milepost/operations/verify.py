"""verify."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import TypeVar

from milepost.errors import InputError, RefusedError, RemoteError
from milepost.gateways.admin import AdminGateway
from milepost.gateways.connection import Connection
from milepost.gateways.data import LARGEST_BATCH, DataGateway, ReportAnswer, ReportQuery
from milepost.gateways.realtime import RealtimeGateway
from milepost.model.declared import DeclaredProperty
from milepost.model.load import ConversionsFile, selected
from milepost.model.resources import Resource
from milepost.operations.outcome import SILENT, Failure, Watch, each_property
from milepost.operations.session import Session
from milepost.reconcile.kinds import KEY_EVENT, Kind
from milepost.reconcile.kinds.custom_dimension import CUSTOM_DIMENSION
from milepost.reconcile.kinds.custom_metric import CUSTOM_METRIC
from milepost.reconcile.kinds.event_create_rule import EVENT_CREATE_RULE
from milepost.reconcile.live import choose_stream
from milepost.reports.verification.queries import (
    FlaggedEvent,
    LiveFacts,
    Window,
    day_query,
    field_queries,
)
from milepost.reports.verification.read import read_verification
from milepost.reports.verification.results import Verification

Answer = TypeVar("Answer")

_AT_ONCE = 8


def verify_properties(
    file: ConversionsFile,
    names: Sequence[str],
    session: Session,
    *,
    days: int = 28,
    events: Sequence[str] = (),
    watch: Watch = SILENT,
) -> tuple[Verification | Failure, ...]:
    """Whether what is declared arrives, or why that is not known, for each property asked for (none: all).

    Two rounds of parallel calls: GA4's settings and realtime; then reports, five to a call: one of all days,
    and one for each field that tells a parameter.

    Args:
        file: what declares the conversions.
        names: names or shell patterns.
        session: what the properties are reached through.
        days: full days to count, ending yesterday, 1 to 366.
        events: only these conversions; none: all.
        watch: is told how far it is.

    Raises:
        InputError: a name or an event that the file does not have, or days out of bounds.
    """
    window = Window(days)
    check_events(file, names, events)

    def work(declared: DeclaredProperty) -> Verification:
        watch.began(declared.name)
        return _verify(only_events(declared, events), session, window)

    return each_property(file, names, work, session, watch=watch)


def check_events(file: ConversionsFile, names: Sequence[str], events: Sequence[str]) -> None:
    """Raises InputError for an event that none of the properties asked for declares."""
    if not events:
        return
    wanted = selected(tuple(names), tuple(file.document.properties), file.path)
    known = {
        event
        for name in wanted
        for business_type in file.document.properties[name].business_types
        for event, _, _ in file.document.business_types[business_type].conversions()
        if event not in file.document.properties[name].without
    }
    for event in events:
        if event not in known:
            near = get_close_matches(event, known, 1)
            remedy = f'Did you mean "{near[0]}"?' if near else "Give an event name as the file has it."
            raise InputError("--event", f'no property asked for declares "{event}"', remedy)


def only_events(declared: DeclaredProperty, events: Sequence[str]) -> DeclaredProperty:
    """The property with only these of its conversions; none given: all."""
    if not events:
        return declared
    return replace(declared, conversions=tuple(c for c in declared.conversions if c.event in events))


def _verify(declared: DeclaredProperty, session: Session, window: Window) -> Verification:
    connection, property_id = session.reach(declared)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        reading = _Reading(connection, declared, property_id, pool)
        registered = reading.registered()
        fields = field_queries(declared.conversions, registered, window)
        days = day_query(declared.conversions, window)
        queries = [days, *fields.values()]
        asking = _Asking(DataGateway(connection), property_id, days)
        batches = [queries[n : n + LARGEST_BATCH] for n in range(0, len(queries), LARGEST_BATCH)]
        found = (answer for answers in pool.map(asking.ask, batches) for answer in answers)
        answers = {query: answer for query, answer in zip(queries, found, strict=True) if answer is not None}
        facts = reading.complete(registered)
    carried = {field: answers[query] for field, query in fields.items() if query in answers}
    return read_verification(
        declared, property_id, window, (answers[days], carried), facts, datetime.now(UTC)
    )


class _Asking:
    """Asks for batches of reports. One bad report fails all of its batch: then each is asked alone.

    Which fields stand beside event counts is only partly documented (Data API reference, sections 7 and 8),
    and one that GA4 refuses must not hide the others.
    """

    def __init__(self, gateway: DataGateway, property_id: str, needed: ReportQuery) -> None:
        self._gateway = gateway
        self._property_id = property_id
        self._needed = needed

    def ask(self, batch: Sequence[ReportQuery]) -> tuple[ReportAnswer | None, ...]:
        """The answers; None for a report that GA4 refuses and that is not needed."""
        try:
            return self._gateway.run_reports(self._property_id, batch)
        except RefusedError:
            return tuple(self._alone(query) for query in batch)

    def _alone(self, query: ReportQuery) -> ReportAnswer | None:
        try:
            return self._gateway.run_reports(self._property_id, (query,))[0]
        except RefusedError:
            if query is self._needed:
                raise
            return None


class _Reading:
    """GA4's settings and realtime, read side by side; what the file has no use for is not asked.

    What cannot be read is None: figures are worth something without it.
    """

    def __init__(
        self,
        connection: Connection,
        declared: DeclaredProperty,
        property_id: str,
        pool: ThreadPoolExecutor,
    ) -> None:
        self._declared = declared
        self._parent = f"properties/{property_id}"
        self._admin = AdminGateway(connection)
        events = [c.event for c in declared.conversions]
        registers = any(c.definition.parameters for c in declared.conversions)
        derives = any(c.definition.source for c in declared.conversions)

        def start(wanted: bool, read: Callable[[], Answer]) -> Future[Answer | None] | None:
            return pool.submit(_if_told, read) if wanted else None

        realtime = RealtimeGateway(connection)
        self._dimensions = start(registers, self._read_dimensions)
        self._metrics = start(registers, self._read_metrics)
        self._key_events = start(True, self._read_key_events)
        self._rules = start(derives, self._read_rules)
        self._recent = start(bool(events), lambda: realtime.read_recent(property_id, events))

    def registered(self) -> LiveFacts:
        """The parameters registered, as soon as those are known: the reports wait for nothing else."""
        return LiveFacts(dimensions=_result(self._dimensions), metrics=_result(self._metrics))

    def complete(self, registered: LiveFacts) -> LiveFacts:
        """Everything.

        Raises:
            InputError: rules are declared and it is not clear for which web stream.
        """
        return replace(
            registered,
            key_events=_result(self._key_events),
            rules=_result(self._rules),
            # Without a conversion to look for, nothing is missing.
            recent=_result(self._recent) if self._recent else {},
        )

    def _read(self, kind: Kind, parent: str = "") -> tuple[Resource, ...]:
        return self._admin.read_resources(kind.type, parent or self._parent)

    def _read_dimensions(self) -> frozenset[str]:
        found = self._read(CUSTOM_DIMENSION)
        return frozenset(r.fields["parameter_name"] for r in found if r.fields["scope"] == "EVENT")

    def _read_metrics(self) -> frozenset[str]:
        return frozenset(r.fields["parameter_name"] for r in self._read(CUSTOM_METRIC))

    def _read_key_events(self) -> dict[str, FlaggedEvent]:
        return {
            r.fields["event_name"]: FlaggedEvent(
                datetime.fromisoformat(r.fields["create_time"]), bool(r.fields.get("default_value"))
            )
            for r in self._read(KEY_EVENT)
        }

    def _read_rules(self) -> frozenset[str]:
        streams = self._admin.read_web_streams(self._parent.removeprefix("properties/"))
        stream = choose_stream(self._declared, streams)
        found = self._read(EVENT_CREATE_RULE, stream.name) if stream else ()
        return frozenset(r.fields["destination_event"] for r in found)


def _if_told(read: Callable[[], Answer]) -> Answer | None:
    try:
        return read()
    except RemoteError:
        return None


def _result(reading: Future[Answer | None] | None) -> Answer | None:
    return reading.result() if reading else None
