"""What can be asked of one property: the common fields, its custom ones, and its key events' metrics."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from google.analytics import admin_v1alpha

from milepost.emulator.data.dataset import ActiveKeyEvent, Markings
from milepost.emulator.data.dimensions import dimensions
from milepost.emulator.data.metrics import key_event_metrics, metrics
from milepost.emulator.data.registry import Dimension, Kind, Metric, Scope
from milepost.emulator.data.rules import ActiveRule
from milepost.emulator.data.sql import exact_sum, literal, parameter, ratio
from milepost.emulator.store import Store
from milepost.emulator.switches import Switches

_DimensionScope = admin_v1alpha.CustomDimension.DimensionScope
_Unit = admin_v1alpha.CustomMetric.MeasurementUnit
_ONCE_PER_SESSION = admin_v1alpha.KeyEvent.CountingMethod.ONCE_PER_SESSION
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Schema:
    """Dimensions and metrics, each under its name and under its older ones."""

    dimensions: dict[str, Dimension] = field(default_factory=dict)
    metrics: dict[str, Metric] = field(default_factory=dict)

    @classmethod
    def of(cls, dimensions: list[Dimension], metrics: list[Metric]) -> Schema:
        """Index the fields by every name they answer to; on a clash the first entry keeps the name."""
        schema = cls()
        for dimension in dimensions:
            for name in (dimension.name, *dimension.aliases):
                schema.dimensions.setdefault(name, dimension)
        for metric in metrics:
            for name in (metric.name, *metric.aliases):
                schema.metrics.setdefault(name, metric)
        return schema

    def listed_dimensions(self) -> list[Dimension]:
        """Each once, in order."""
        return [d for name, d in self.dimensions.items() if name == d.name and d.listed]

    def listed_metrics(self) -> list[Metric]:
        """Each once, in order."""
        return [m for name, m in self.metrics.items() if name == m.name]


@dataclass(frozen=True)
class PropertyConfig:
    """What reports need to know of a property, read from the store in one go."""

    time_zone: str
    currency_code: str
    premium: bool
    schema: Schema
    markings: Markings


def common_schema(switches: Switches) -> Schema:
    """The fields that every property has."""
    return Schema.of(list(dimensions(switches)), list(metrics(switches)))


def read_property(store: Store, property_id: str, switches: Switches) -> PropertyConfig | None:
    """The property's configuration; None when there is no such property."""
    name = f"properties/{property_id}"
    with store.reading():
        record = store.get(name)
        if record is None:
            return None
        key_events = [r.message for _, r in store.children(name, "keyEvents")]
        return PropertyConfig(
            time_zone=record.message.time_zone or "Etc/GMT",
            currency_code=record.message.currency_code or "USD",
            premium=record.message.service_level == admin_v1alpha.ServiceLevel.GOOGLE_ANALYTICS_360,
            schema=_schema(store, name, key_events, switches),
            markings=Markings(
                rules=_rules(store, name, record.message.time_zone or "Etc/GMT", switches),
                key_events=_key_events(store, name, switches),
            ),
        )


def _schema(store: Store, name: str, key_events: list[Any], switches: Switches) -> Schema:
    custom_dimensions = [_custom_dimension(r.message) for _, r in store.children(name, "customDimensions")]
    custom_metrics = [
        metric for _, r in store.children(name, "customMetrics") for metric in _custom_metrics(r.message)
    ]
    of_key_events = [
        metric
        for k in key_events
        for metric in key_event_metrics(k.event_name, k.counting_method == _ONCE_PER_SESSION, switches)
    ]
    every_metric = [*metrics(switches), *of_key_events, *custom_metrics]
    if switches.restricted_revenue:
        every_metric = [_without_revenue(metric) for metric in every_metric]
    return Schema.of([*dimensions(switches), *custom_dimensions], every_metric)


def _without_revenue(metric: Metric) -> Metric:
    return replace(metric, sql="0", restricted=True) if metric.kind is Kind.CURRENCY else metric


def _custom_dimension(message: Any) -> Dimension:
    parameter_name = message.parameter_name
    prefix, scope, sql = {
        _DimensionScope.USER: ("customUser", Scope.USER, _user_property(parameter_name)),
        _DimensionScope.ITEM: ("customItem", Scope.ITEM, parameter(parameter_name, "i")),
    }.get(message.scope, ("customEvent", Scope.EVENT, parameter(parameter_name)))
    return Dimension(
        f"{prefix}:{parameter_name}",
        message.display_name,
        "Custom",
        sql,
        message.description or f"A custom dimension of the {scope.value}.",
        scope,
        custom=True,
    )


def _user_property(name: str) -> str:
    return (
        "(SELECT any_value(x.text) FROM user_properties x "
        f"WHERE x.user_key = e.user_key AND x.name = {literal(name)})"
    )


def _custom_metrics(message: Any) -> list[Metric]:
    number = f"try_cast({parameter(message.parameter_name)} AS DOUBLE)"
    kind = Kind[_Unit(message.measurement_unit).name] if message.measurement_unit else Kind.STANDARD
    description = message.description or "A custom metric of the event."
    suffix = f"customEvent:{message.parameter_name}"
    total, count = exact_sum(number), f"count({number})"
    average = f"average{suffix[0].upper()}{suffix[1:]}"
    counted = f"count{suffix[0].upper()}{suffix[1:]}"
    label = message.display_name
    return [
        Metric(suffix, label, "Custom", kind, total, description, custom=True),
        Metric(average, f"Average {label}", "Custom", kind, ratio(total, count), description, custom=True),
        Metric(counted, f"Count of {label}", "Custom", Kind.INTEGER, count, description, custom=True),
    ]


def _rules(store: Store, name: str, time_zone: str, switches: Switches) -> tuple[ActiveRule, ...]:
    streams = [
        stream
        for stream, record in store.children(name, "dataStreams")
        if record.message.type_ == admin_v1alpha.DataStream.DataStreamType.WEB_DATA_STREAM
    ]
    rules = []
    for stream in streams:
        # The stream id of an export is Google's, not the emulator's: a single web stream takes all.
        stream_id = None if len(streams) == 1 else stream.rpartition("/")[2]
        for _, record in store.children(stream, "eventCreateRules"):
            created = record.created.astimezone(ZoneInfo(time_zone)).date()
            rules.append(
                ActiveRule.of(record.message, stream_id, None if switches.retroactive_rules else created)
            )
    return tuple(rules)


def _key_events(store: Store, name: str, switches: Switches) -> tuple[ActiveKeyEvent, ...]:
    active = []
    for _, record in store.children(name, "keyEvents"):
        message = record.message
        has_default = "default_value" in message
        active.append(
            ActiveKeyEvent(
                event_name=message.event_name,
                since=0 if switches.retroactive_key_events else _microseconds(record.created),
                once_per_session=message.counting_method == _ONCE_PER_SESSION,
                default_value=message.default_value.numeric_value if has_default else None,
            )
        )
    return tuple(active)


def _microseconds(moment: datetime) -> int:
    passed = moment.astimezone(UTC) - _EPOCH
    return (passed.days * 86400 + passed.seconds) * 1_000_000 + passed.microseconds
