"""CheckCompatibility: which fields can be added to a request."""

from __future__ import annotations

from typing import Any

from google.analytics import data_v1beta

from milepost.emulator.data import errors
from milepost.emulator.data.filters import field_names
from milepost.emulator.data.metadata import dimension_metadata, metric_metadata
from milepost.emulator.data.registry import REFUSES, Dimension, Metric
from milepost.emulator.data.schema import Schema

_Compatibility = data_v1beta.Compatibility


def check_compatibility(request: Any, schema: Schema) -> Any:
    """Every field the property has, with whether the request could name it too.

    Args:
        request: a CheckCompatibilityRequest.
        schema: what the property has.

    Raises:
        RpcError: an unknown field, or fields that cannot stand together as it is.
    """
    dimensions = {name: _dimension(name, schema) for name in _dimension_names(request)}
    metrics = {name: _metric(name, schema) for name in _metric_names(request)}
    refused = [name for name, d in dimensions.items() if any(not _together(d, m) for m in metrics.values())]
    if refused:
        raise errors.incompatible(refused)
    wanted = request.compatibility_filter
    of_dimensions = [
        data_v1beta.DimensionCompatibility(
            dimension_metadata=dimension_metadata(d, data_v1beta),
            compatibility=_verdict(all(_together(d, m) for m in metrics.values())),
        )
        for d in schema.listed_dimensions()
    ]
    of_metrics = [
        data_v1beta.MetricCompatibility(
            metric_metadata=metric_metadata(m, data_v1beta),
            compatibility=_verdict(all(_together(d, m) for d in dimensions.values())),
        )
        for m in schema.listed_metrics()
    ]
    return data_v1beta.CheckCompatibilityResponse(
        dimension_compatibilities=[d for d in of_dimensions if wanted in (0, d.compatibility)],
        metric_compatibilities=[m for m in of_metrics if wanted in (0, m.compatibility)],
    )


def _together(dimension: Dimension, metric: Metric) -> bool:
    return metric.family not in REFUSES.get(dimension.scope, set())


def _verdict(compatible: bool) -> Any:
    return _Compatibility.COMPATIBLE if compatible else _Compatibility.INCOMPATIBLE


def _dimension_names(request: Any) -> list[str]:
    return [*(d.name for d in request.dimensions), *field_names(request.dimension_filter)]


def _metric_names(request: Any) -> list[str]:
    return [*(m.name for m in request.metrics), *field_names(request.metric_filter)]


def _dimension(name: str, schema: Schema) -> Dimension:
    if name not in schema.dimensions:
        raise errors.unknown_dimension(name, schema.dimensions)
    return schema.dimensions[name]


def _metric(name: str, schema: Schema) -> Metric:
    if name not in schema.metrics:
        raise errors.unknown_metric(name, schema.metrics)
    return schema.metrics[name]
