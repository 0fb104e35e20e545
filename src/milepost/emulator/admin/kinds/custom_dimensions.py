"""Custom dimensions: event parameters, user properties and item parameters that reports may break down by."""

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
from milepost.emulator.admin.words import RESERVED_USER_PROPERTIES, USER_PROPERTY_PREFIXES
from milepost.emulator.rpc import invalid_argument
from milepost.emulator.switches import Switches

_EVENT, _USER, _ITEM = 1, 2, 3
_BUCKETS = {
    _EVENT: "custom_dimensions.event",
    _USER: "custom_dimensions.user",
    _ITEM: "custom_dimensions.item",
}
_LONGEST_USER_PROPERTY = 24


def custom_dimensions(switches: Switches) -> Kind:
    """Custom dimensions. They are never deleted, only archived."""
    return Kind(
        message=admin_v1alpha.CustomDimension,
        plural="CustomDimensions",
        collection="customDimensions",
        parent=("properties",),
        verbs=("Get", "List", "Create", "Update", "Archive"),
        fields={
            "name": OUTPUT,
            "parameter_name": PARAMETER,
            "scope": Field(required=True, immutable=True),
            "display_name": display_name(switches),
            "description": DESCRIPTION,
        },
        check=_check,
        identity=("scope", "parameter_name"),
        clashes=_clashes,
        buckets=lambda dimension: (_BUCKETS[dimension.scope],),
    )


def _check(draft: Draft) -> None:
    dimension = draft.new
    if dimension.disallow_ads_personalization and dimension.scope != _USER:
        raise invalid_argument(
            "CustomDimension.disallow_ads_personalization: only for dimensions with USER scope."
        )
    if draft.old is not None:
        return
    name = dimension.parameter_name
    if dimension.scope == _EVENT:
        check_reserved(name)
    elif dimension.scope == _USER:
        check_reserved(name, RESERVED_USER_PROPERTIES, USER_PROPERTY_PREFIXES)
        if len(name) > _LONGEST_USER_PROPERTY:
            raise invalid_argument(
                f"CustomDimension.parameter_name: at most {_LONGEST_USER_PROPERTY} characters "
                f"with USER scope, not {len(name)}."
            )


def _clashes(draft: Draft) -> bool:
    return display_name_taken(draft) or (
        draft.switches.shared_parameter_namespace
        and draft.new.scope == _EVENT
        and any(
            metric.parameter_name == draft.new.parameter_name for metric in draft.siblings("customMetrics")
        )
    )
