"""Calculated metrics: figures GA4 computes from others, by a formula."""

from __future__ import annotations

import re
from collections.abc import Iterator

from milepost.model.declared import DeclaredProperty
from milepost.model.document import CalculatedMetric
from milepost.model.findings import dotted
from milepost.model.resources import Resource, ResourceType
from milepost.reconcile.kinds.kind import Entry, Fields, Kind

_CUSTOM = re.compile(r"customEvent:([A-Za-z0-9_]+)")


def _desired(declared: DeclaredProperty) -> Iterator[Resource]:
    for metric_id, metric in declared.calculated_metrics:
        yield Resource(_fields(metric_id, metric), origin=dotted(("calculated_metrics", metric_id)))


def _fields(metric_id: str, metric: CalculatedMetric) -> Fields:
    fields: dict[str, object] = {
        "calculated_metric_id": metric_id,
        "display_name": metric.label,
        "formula": metric.formula,
        "metric_unit": metric.unit.upper(),
    }
    if metric.description is not None:
        fields["description"] = metric.description
    return fields


def _declare(fields: Fields) -> Entry:
    values = {
        "label": fields["display_name"],
        "formula": fields["formula"],
        "unit": fields["metric_unit"].lower(),
    }
    if fields.get("description"):
        values["description"] = fields["description"]
    return Entry(("calculated_metrics", fields["calculated_metric_id"]), values)


CALCULATED_METRIC = Kind(
    type=ResourceType("calculated_metric", "v1alpha", "property", "delete", id_field="calculated_metric_id"),
    label="calculated metric",
    section="calculated_metrics",
    identity=lambda fields: str(fields["calculated_metric_id"]),
    desired=_desired,
    limit=lambda _: "calculated_metric",
    requires=lambda fields: tuple(("custom_metric", name) for name in _CUSTOM.findall(fields["formula"])),
    declare=_declare,
)
