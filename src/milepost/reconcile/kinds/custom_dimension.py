"""Custom dimensions: parameters that reports may break figures down by."""

from __future__ import annotations

from collections.abc import Iterator

from milepost.model.declared import DeclaredProperty
from milepost.model.document import Dimension
from milepost.model.findings import dotted
from milepost.model.resources import Resource, ResourceType
from milepost.reconcile.kinds.kind import Entry, Fields, Kind


def _desired(declared: DeclaredProperty) -> Iterator[Resource]:
    for key, dimension in declared.dimensions:
        yield Resource(_fields(dimension.parameter_of(key), dimension), origin=dotted(("dimensions", key)))


def _fields(parameter: str, dimension: Dimension) -> Fields:
    fields: dict[str, object] = {
        "parameter_name": parameter,
        "scope": dimension.scope.upper(),
        "display_name": dimension.label,
    }
    if dimension.description is not None:
        fields["description"] = dimension.description
    if dimension.disallow_ads_personalization is not None:
        fields["disallow_ads_personalization"] = dimension.disallow_ads_personalization
    return fields


def _declare(fields: Fields) -> Entry:
    scope, parameter = fields["scope"].lower(), fields["parameter_name"]
    values: dict[str, object] = {"label": fields["display_name"], "scope": scope}
    if fields.get("description"):
        values["description"] = fields["description"]
    if fields.get("disallow_ads_personalization"):
        values["disallow_ads_personalization"] = True
    return Entry(("dimensions", parameter), values)


CUSTOM_DIMENSION = Kind(
    type=ResourceType("custom_dimension", "v1beta", "property", "archive"),
    label="custom dimension",
    section="dimensions",
    identity=lambda fields: f"{fields['scope'].lower()}:{fields['parameter_name']}",
    desired=_desired,
    label_space="definitions",
    limit=lambda fields: f"custom_dimension:{fields['scope'].lower()}",
    declare=_declare,
)
