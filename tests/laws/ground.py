"""The ground of the laws: an emulator, the operations at work on it, somebody else, and sudden death."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from threading import Lock
from typing import Any

import grpc
from google.analytics import admin_v1alpha
from google.analytics.admin_v1alpha.services.analytics_admin_service.transports import (
    AnalyticsAdminServiceGrpcTransport,
)

from milepost.emulator.embedded import Emulator
from milepost.emulator.faults import UNLIMITED, Faults
from milepost.emulator.switches import Switches
from milepost.gateways.connection import Connection
from milepost.gateways.pacing import Pacer
from milepost.model.declared import declared_property
from milepost.operations.outcome import Failure
from milepost.operations.session import Session
from milepost.operations.sync import Synced, plan_properties, sync_properties
from milepost.reconcile.plan import Plan
from tests.laws import files
from tests.laws.files import COLLECTIONS, SHOP, Death, Deed, Raw, Run
from tests.laws.somebody import PROPERTY, Somebody

SWITCHES = Switches(recreate_after_archive=True, strict_formula_references=True)
"""A name that was archived may come back: otherwise one deed puts the declared state out of reach."""

SECTIONS = {
    "keyEvents": "key_events",
    "customDimensions": "dimensions",
    "customMetrics": "metrics",
    "calculatedMetrics": "calculated_metrics",
    "eventCreateRules": "event_create_rules",
    "audiences": "audiences",
}
_IDENTITIES: dict[str, Callable[[Any], str]] = {
    "keyEvents": lambda m: m.event_name,
    "customDimensions": lambda m: f"{m.scope.name.lower()}:{m.parameter_name}",
    "customMetrics": lambda m: m.parameter_name,
    "calculatedMetrics": lambda m: m.calculated_metric_id,
    "eventCreateRules": lambda m: m.destination_event,
    "audiences": lambda m: m.display_name,
}
_LABELLED = ("customDimensions", "customMetrics")
_OTHERS = ("dataStreams", "channelGroups", "googleAdsLinks", "reportingDataAnnotations")


class Killed(BaseException):
    """The process is no more."""


class HurriedTime:
    """A clock for waiting that costs no time: who sleeps puts it forward."""

    def __init__(self) -> None:
        self._now = 0.0
        self._lock = Lock()

    def clock(self) -> float:
        return self._now

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self._now += seconds


class Dying:
    """Stands where a connection's writing calls are made, and ends at one of them."""

    def __init__(self, writing: Callable[..., Any], death: Death) -> None:
        self._writing = writing
        self._death = death
        self._made = 0

    def __call__(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def made(*args: Any, **kwargs: Any) -> Any:
            self._made += 1
            if self._made >= self._death.at and not self._death.after:
                raise Killed
            answer = self._writing(call)(*args, **kwargs)
            if self._made >= self._death.at:
                raise Killed
            return answer

        return made


@dataclass(frozen=True)
class Held:
    """One live thing. `saved` is all there is to say of it; `label` its name where GA4 wants it unique."""

    collection: str
    identity: str
    saved: str
    removable: bool
    label: str


@dataclass(frozen=True)
class Ground:
    """The shop of one emulator, to be used again and again: `clean` brings it back to its birth."""

    emulator: Emulator
    environ: dict[str, str]
    session: Session
    somebody: Somebody

    def clean(self) -> None:
        self.emulator.reset()

    @property
    def connection(self) -> Connection:
        declared = declared_property(files.file_of(_SMALLEST).document, "site", {})
        return self.session.reach(declared)[0]

    def held(self) -> dict[str, Held]:
        """Every live thing of the kinds that a sync looks after, by resource name."""
        return {
            name: Held(
                collection,
                _IDENTITIES[collection](record.message),
                record.saved,
                _is_removable(collection, record.message),
                record.message.display_name if collection in _LABELLED else "",
            )
            for collection in COLLECTIONS
            for name, record in self.emulator.store.children(self.somebody.parent_of(collection), collection)
        }

    def besides(self) -> dict[str, str]:
        """Everything else of the property, archived things too, by resource name."""
        store = self.emulator.store
        everything = itertools.chain(
            store.children("", "properties"),
            *(store.children(PROPERTY, collection) for collection in _OTHERS),
        )
        return {name: record.saved for name, record in everything}

    def plan(self, raw: Raw, *, prune: bool = False) -> Plan | Failure:
        (planned,) = plan_properties(files.file_of(raw), ["site"], self.session, prune=prune)
        return planned

    def sync(self, raw: Raw) -> Synced:
        """A sync that meets with nothing."""
        plan = self.plan(raw)
        assert isinstance(plan, Plan)
        (synced,) = sync_properties(files.file_of(raw), [plan], self.session)
        assert isinstance(synced, Synced)
        return synced

    def live_through(self, run: Run) -> None:
        """What happens in one run; afterwards, what was not the file's must be as it was."""
        self.somebody.do(run.before)
        with self._mortal(run.death), suppress(Killed):
            with self._troubled(run):
                plan = self.plan(run.raw, prune=run.prune)
            if isinstance(plan, Failure):
                return
            for deed in run.between:
                if isinstance(deed, Deed):
                    self.somebody.do([deed])
                else:
                    self.somebody.hinder(plan, deed)
            was = self.held(), self.besides(), self.somebody.settings()
            try:
                with self._troubled(run):
                    sync_properties(files.file_of(run.raw), [plan], self.session)
            finally:
                self.check_untouched(run.raw, *was, prune=run.prune)

    @contextmanager
    def _mortal(self, death: Death | None) -> Iterator[None]:
        connection = self.connection
        writing: Any = connection.writing
        if death is not None:
            connection.writing = Dying(writing, death)  # type: ignore[assignment]  # another callable
        try:
            yield
        finally:
            connection.writing = writing

    @contextmanager
    def _troubled(self, run: Run) -> Iterator[None]:
        if run.trouble is not None:
            self.emulator.faults.set(*run.trouble.rules, seed=run.trouble.seed)
        try:
            yield
        finally:
            self.emulator.faults.set()

    def check_untouched(
        self,
        raw: Raw,
        held: dict[str, Held],
        besides: dict[str, str],
        settings: dict[str, Any],
        *,
        prune: bool,
    ) -> None:
        """Nothing but the file's own has changed, and nothing was made that was there already."""
        now = self.held()
        for name, thing in held.items():
            if not _is_the_file_s(thing, raw, prune=prune):
                assert now.get(name) == thing, f"{thing.collection} {thing.identity} is not the file's"
        assert self.besides() == besides
        made = [(now[name].collection, now[name].identity) for name in now.keys() - held.keys()]
        there = {(thing.collection, thing.identity) for thing in held.values()}
        assert len(set(made)) == len(made), "made twice"
        assert there.isdisjoint(made), "made although it was there"
        told = _told_settings(raw)
        after = self.somebody.settings()
        assert {f: v for f, v in after.items() if f not in told} == {
            f: v for f, v in settings.items() if f not in told
        }


_SMALLEST: Raw = {
    "version": 1,
    "properties": {"site": {"id": SHOP, "business_types": ["shop"]}},
    "business_types": {"shop": {"macro": {"buy_now": {}}}},
}


def _is_removable(collection: str, message: Any) -> bool:
    if collection == "keyEvents":
        return bool(message.deletable)
    return collection != "audiences" or bool(message.filter_clauses)


def _is_the_file_s(thing: Held, raw: Raw, *, prune: bool) -> bool:
    """Whether a sync of this file may change or remove it."""
    section = SECTIONS[thing.collection]
    if thing.identity in files.declared_identities(raw)[section]:
        return True
    patterns = raw["properties"]["site"]["ignore"].get(section, ())
    if any(fnmatchcase(thing.identity, pattern) for pattern in patterns) or not thing.removable:
        return False
    return prune or thing.identity in raw["absent"][section]


def _told_settings(raw: Raw) -> set[str]:
    """The settings that the file has a say in."""
    site = raw["properties"]["site"]
    fields = {
        "events": "event_data_retention",
        "users": "user_data_retention",
        "reset_on_new_activity": "reset_user_data_on_new_activity",
    }
    told = {fields[key] for key in site["retention"]}
    measured = {s for e, s in files.MEASURED.items() if e in raw["business_types"]["shop"]["micro"]}
    return told | measured | {"stream_enabled"} if measured and site["enhanced_measurement"] else told


@contextmanager
def served(folder: Path, switches: Switches = SWITCHES) -> Iterator[Ground]:
    """A ground whose locks stand in a folder, and on which waiting takes no time."""
    time = HurriedTime()
    pacer = Pacer(clock=time.clock, sleep=time.sleep)
    with Emulator(switches=switches, faults=Faults(quota=UNLIMITED)) as emulator:
        environ = {"ANALYTICS_EMULATOR_HOST": emulator.address, "MILEPOST_STATE_DIR": str(folder)}
        channel = grpc.insecure_channel(emulator.address)
        transport = AnalyticsAdminServiceGrpcTransport(channel=channel)
        with (
            Session("edit", environ, pacer=pacer) as session,
            admin_v1alpha.AnalyticsAdminServiceClient(transport=transport) as somebody,
        ):
            (stream,) = somebody.list_data_streams(parent=PROPERTY)
            yield Ground(emulator, environ, session, Somebody(somebody, stream.name))
