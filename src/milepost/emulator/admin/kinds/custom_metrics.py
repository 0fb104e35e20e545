"""Custom metrics: event parameters that reports may add up."""

from __future__ import annotations

from google.analytics import admin_v1alpha

from milepost.emulator.admin.kind import OUTPUT, Draft, Field, Kind
from milepost.emulator.admin.kinds.definitions import (
    DESCRIPTION,
    PARAMETER,
    check_reserved,
    display_name,
    display_name_taken,
)
from milepost.emulator.rpc import invalid_argument
from milepost.emulator.switches import Switches

_EVENT = 1
_CURRENCY = 2


def custom_metrics(switches: Switches) -> Kind:
    """Custom metrics. They are never deleted, only archived."""
    return Kind(
        message=admin_v1alpha.CustomMetric,
        plural="CustomMetrics",
        collection="customMetrics",
        parent=("properties",),
        verbs=("Get", "List", "Create", "Update", "Archive"),
        fields={
            "name": OUTPUT,
            "parameter_name": PARAMETER,
            "scope": Field(required=True, immutable=True),
            "display_name": display_name(switches),
            "description": DESCRIPTION,
            "measurement_unit": Field(required=True),
        },
        check=_check,
        identity=("parameter_name",),
        clashes=_clashes,
        buckets=lambda _: ("custom_metrics",),
    )


def _check(draft: Draft) -> None:
    metric = draft.new
    if draft.old is None:
        check_reserved(metric.parameter_name)
    if metric.measurement_unit != _CURRENCY and metric.restricted_metric_type:
        raise invalid_argument(
            "CustomMetric restricted_metric_types should only be set for CURRENCY custom metrics."
        )
    if metric.measurement_unit == _CURRENCY and not metric.restricted_metric_type:
        raise invalid_argument(
            "CustomMetric restricted_metric_types must be set for CURRENCY custom metrics."
        )
    if 0 in metric.restricted_metric_type:
        raise invalid_argument("CustomMetric.restricted_metric_type must not be unspecified.")


def _clashes(draft: Draft) -> bool:
    return display_name_taken(draft) or (
        draft.switches.shared_parameter_namespace
        and any(
            dimension.scope == _EVENT and dimension.parameter_name == draft.new.parameter_name
            for dimension in draft.siblings("customDimensions")
        )
    )
