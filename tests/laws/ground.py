"""The ground of the laws: an emulator, the operations at work on it, somebody else, and sudden death."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
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
from google.api_core.exceptions import GoogleAPICallError

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
from tests.reconcile.served import SOMEBODY

PROPERTY = f"properties/{SHOP}"
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
    session: Session
    somebody: admin_v1alpha.AnalyticsAdminServiceClient

    def clean(self) -> None:
        self.emulator.reset()

    @property
    def connection(self) -> Connection:
        declared = declared_property(files.file_of(_SMALLEST).document, "site", {})
        return self.session.reach(declared)[0]

    @property
    def stream(self) -> str:
        ((name, _),) = self.emulator.store.children(PROPERTY, "dataStreams")
        return name

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
            for name, record in self.emulator.store.children(self._parent(collection), collection)
        }

    def besides(self) -> dict[str, str]:
        """Everything else of the property, archived things too, by resource name."""
        store = self.emulator.store
        everything = itertools.chain(
            store.children("", "properties"),
            *(store.children(PROPERTY, collection) for collection in _OTHERS),
        )
        return {name: record.saved for name, record in everything}

    def settings(self) -> dict[str, Any]:
        """Retention and enhanced measurement, by field."""
        retention = self.somebody.get_data_retention_settings(name=f"{PROPERTY}/dataRetentionSettings")
        measured = self.somebody.get_enhanced_measurement_settings(
            name=f"{self.stream}/enhancedMeasurementSettings"
        )
        return {**type(retention).to_dict(retention), **type(measured).to_dict(measured)}

    def _parent(self, collection: str) -> str:
        return self.stream if collection == "eventCreateRules" else PROPERTY

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
        self._do(run.before)
        with self._mortal(run.death), suppress(Killed):
            with self._troubled(run):
                plan = self.plan(run.raw, prune=run.prune)
            if isinstance(plan, Failure):
                return
            self._do(run.between)
            was = self.held(), self.besides(), self.settings()
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
        after = self.settings()
        assert {f: v for f, v in after.items() if f not in told} == {
            f: v for f, v in settings.items() if f not in told
        }

    def _do(self, deeds: Sequence[Deed]) -> None:
        for deed in deeds:
            # What GA4 refuses did not happen.
            with suppress(GoogleAPICallError):
                _DOING[deed.action](self, deed)

    def _act(self, method: str, **fields: Any) -> Any:
        call = getattr(self.somebody, method)
        return call(request=fields, metadata=(("x-emulator-actor", SOMEBODY),))

    def _one(self, deed: Deed) -> str | None:
        names = [name for name, thing in self.held().items() if thing.collection == deed.collection]
        return names[deed.at % len(names)] if names else None

    def make(self, deed: Deed) -> None:
        if deed.collection == "settings":
            self.alter(deed)
            return
        kind = _RESOURCES[deed.collection]
        fields = _thing(deed)
        request: dict[str, Any] = {"parent": self._parent(deed.collection), kind: fields}
        if kind == "calculated_metric":
            request["calculated_metric_id"] = ("per_seat", "both", "theirs")[deed.at % 3]
        self._act(f"create_{kind}", **request)

    def alter(self, deed: Deed) -> None:
        if deed.collection == "settings":
            self._alter_settings(deed)
            return
        name, kind = self._one(deed), _RESOURCES[deed.collection]
        choices = _alterations(deed)
        if name is not None:
            fields = choices[deed.how % len(choices)]
            self._act(
                f"update_{kind}", **{kind: {"name": name, **fields}}, update_mask={"paths": list(fields)}
            )

    def _alter_settings(self, deed: Deed) -> None:
        if deed.at % 2:
            field = {"event_data_retention": ("TWO_MONTHS", "FOURTEEN_MONTHS")[deed.how % 2]}
            kind, name = "data_retention_settings", f"{PROPERTY}/dataRetentionSettings"
        else:
            switches = ("stream_enabled", "file_downloads_enabled", "scrolls_enabled")
            field = {switches[deed.how % 3]: deed.how > 2}  # type: ignore[dict-item]  # other fields, other types
            kind, name = "enhanced_measurement_settings", f"{self.stream}/enhancedMeasurementSettings"
        self._act(f"update_{kind}", **{kind: {"name": name, **field}}, update_mask={"paths": list(field)})

    def remove(self, deed: Deed) -> None:
        name = self._one(deed) if deed.collection != "settings" else None
        if name is not None:
            verb = "archive" if deed.collection.startswith(("custom", "aud")) else "delete"
            self._act(f"{verb}_{_RESOURCES[deed.collection]}", name=name)


_SMALLEST: Raw = {
    "version": 1,
    "properties": {"site": {"id": SHOP, "business_types": ["shop"]}},
    "business_types": {"shop": {"macro": {"buy_now": {}}}},
}
_RESOURCES = {
    "keyEvents": "key_event",
    "customDimensions": "custom_dimension",
    "customMetrics": "custom_metric",
    "calculatedMetrics": "calculated_metric",
    "eventCreateRules": "event_create_rule",
    "audiences": "audience",
}
_DOING: dict[str, Callable[[Ground, Deed], None]] = {
    "make": Ground.make,
    "alter": Ground.alter,
    "remove": Ground.remove,
}
_names = itertools.count(1)


def _thing(deed: Deed) -> dict[str, Any]:
    """A new thing: of a name that the file may know, or of one that it does not."""
    event = ("view_plans", "see_demo", "sign_up_free", "legacy_lead")[deed.at % 4]
    parameter = ("plan", "tier", "seats", "theirs")[deed.at % 4]
    label = f"Theirs {next(_names)}"
    match deed.collection:
        case "keyEvents":
            return {"event_name": event, "counting_method": 1 + deed.how % 2}
        case "customDimensions":
            return {"parameter_name": parameter, "scope": 1 + deed.how % 3, "display_name": label}
        case "customMetrics":
            unit = ("STANDARD", "SECONDS")[deed.how % 2]
            return {
                "parameter_name": parameter,
                "scope": "EVENT",
                "display_name": label,
                "measurement_unit": unit,
            }
        case "calculatedMetrics":
            return {"display_name": label, "formula": "sessions * 3", "metric_unit": "STANDARD"}
        case "eventCreateRules":
            return {"destination_event": event, "event_conditions": _conditions(deed.how)}
    did = {"event_filter": {"event_name": event}}
    ors = {"or_group": {"filter_expressions": [did]}}
    groups = {"and_group": {"filter_expressions": [ors]}}
    scope = "AUDIENCE_FILTER_SCOPE_ACROSS_ALL_SESSIONS"
    clause = {"clause_type": "INCLUDE", "simple_filter": {"scope": scope, "filter_expression": groups}}
    return {
        "display_name": ("Cart left", "Fans", label)[deed.how % 3],
        "description": "Theirs",
        "membership_duration_days": (7, 30)[deed.how % 2],
        "filter_clauses": [clause],
    }


def _conditions(how: int) -> list[dict[str, str]]:
    source = ("page_view", "user_action")[how % 2]
    return [{"field": "event_name", "comparison_type": "EQUALS", "value": source}]


def _alterations(deed: Deed) -> list[dict[str, Any]]:
    """Ways in which a live thing can be changed by hand."""
    value = {"numeric_value": 7.5, "currency_code": "USD"}
    ways: dict[str, list[dict[str, Any]]] = {
        "keyEvents": [{"counting_method": 1}, {"counting_method": 2}, {"default_value": value}],
        "customDimensions": [{"description": "By hand"}, {"display_name": f"By hand {next(_names)}"}],
        "customMetrics": [
            {"description": "By hand"},
            {"display_name": f"By hand {next(_names)}"},
            {"measurement_unit": "MILES", "restricted_metric_type": []},
        ],
        "calculatedMetrics": [{"formula": "eventCount * 5"}, {"display_name": "By hand"}],
        "eventCreateRules": [
            {"source_copy_parameters": bool(deed.at % 2)},
            {"event_conditions": _conditions(deed.at)},
        ],
        "audiences": [{"description": "By hand"}, {"display_name": f"By hand {next(_names)}"}],
    }
    return ways[deed.collection]


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
    if site["enhanced_measurement"] and "file_download" in raw["business_types"]["shop"]["micro"]:
        told |= {"stream_enabled", "file_downloads_enabled"}
    return told


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
            yield Ground(emulator, session, somebody)
