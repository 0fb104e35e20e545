"""GetMetadata: the registry as the service lists it."""

from __future__ import annotations

from typing import Any

from milepost.emulator.data.comparisons import STOCK_COMPARISONS
from milepost.emulator.data.registry import Dimension, Metric
from milepost.emulator.data.schema import Schema


def metadata(property_id: str, schema: Schema, types: Any) -> Any:
    """All fields of a property.

    Args:
        property_id: `0` for the fields that every property has.
        schema: the fields.
        types: the package whose messages answer, data_v1beta or data_v1alpha.
    """
    return types.Metadata(
        name=f"properties/{property_id}/metadata",
        dimensions=[dimension_metadata(dimension, types) for dimension in schema.listed_dimensions()],
        metrics=[metric_metadata(metric, types) for metric in schema.listed_metrics()],
        comparisons=[]
        if property_id == "0"
        else [
            types.ComparisonMetadata(api_name=name, ui_name=stock.label, description=stock.description)
            for name, stock in STOCK_COMPARISONS.items()
        ],
    )


def dimension_metadata(dimension: Dimension, types: Any) -> Any:
    """One dimension as the service describes it."""
    return types.DimensionMetadata(
        api_name=dimension.name,
        ui_name=dimension.ui_name,
        description=dimension.description,
        deprecated_api_names=dimension.aliases,
        custom_definition=dimension.custom,
        category=dimension.category,
    )


def metric_metadata(metric: Metric, types: Any) -> Any:
    """One metric as the service describes it."""
    return types.MetricMetadata(
        api_name=metric.name,
        ui_name=metric.ui_name,
        description=metric.description,
        deprecated_api_names=metric.aliases,
        type_=types.MetricType(metric.kind.value),
        custom_definition=metric.custom,
        category=metric.category,
    )
