"""Custom dimensions: parameters that reports may break figures down by."""

from __future__ import annotations

from collections.abc import Iterator

from milepost.model.declared import DeclaredProperty
from milepost.model.document import Dimension
from milepost.model.resources import Resource, ResourceType
from milepost.reconcile.kinds.kind import Fields, Kind


def _desired(declared: DeclaredProperty) -> Iterator[Resource]:
    for parameter, dimension in declared.dimensions:
        yield Resource(_fields(parameter, dimension))


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


CUSTOM_DIMENSION = Kind(
    type=ResourceType("custom_dimension", "v1beta", "property", "archive"),
    label="custom dimension",
    section="dimensions",
    identity=lambda fields: f"{fields['scope'].lower()}:{fields['parameter_name']}",
    desired=_desired,
    limit=lambda fields: f"custom_dimension:{fields['scope'].lower()}",
    on_create={},
)
