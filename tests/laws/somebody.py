"""Another person at the same property, with Google's own client."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from google.analytics import admin_v1alpha
from google.api_core.exceptions import GoogleAPICallError

from milepost.reconcile.plan import Plan
from tests.laws.files import SHOP, Deed, Hindrance
from tests.reconcile.served import SOMEBODY

PROPERTY = f"properties/{SHOP}"

_RESOURCES = {
    "keyEvents": "key_event",
    "customDimensions": "custom_dimension",
    "customMetrics": "custom_metric",
    "calculatedMetrics": "calculated_metric",
    "eventCreateRules": "event_create_rule",
    "audiences": "audience",
}
_names = itertools.count(1)
_RENAMING = {"event_create_rule": "destination_event", "audience": "display_name"}
"""Field that makes the identity of a kind and can be changed."""


@dataclass(frozen=True)
class Somebody:
    """Who makes, alters and removes things by hand, in the property and in its one web stream."""

    client: admin_v1alpha.AnalyticsAdminServiceClient
    stream: str

    def settings(self) -> dict[str, Any]:
        """Retention and enhanced measurement, by field."""
        retention = self.client.get_data_retention_settings(name=f"{PROPERTY}/dataRetentionSettings")
        measured = self.client.get_enhanced_measurement_settings(
            name=f"{self.stream}/enhancedMeasurementSettings"
        )
        return {**type(retention).to_dict(retention), **type(measured).to_dict(measured)}

    def parent_of(self, collection: str) -> str:
        """Where things of a collection live."""
        return self.stream if collection == "eventCreateRules" else PROPERTY

    def do(self, deeds: Sequence[Deed]) -> None:
        """One after the other. What GA4 refuses did not happen."""
        for deed in deeds:
            doing = {"make": self._make, "alter": self._alter, "remove": self._remove}[deed.action]
            with suppress(GoogleAPICallError):
                (doing if deed.collection != "settings" else self._set)(deed)

    def hinder(self, plan: Plan, hindrance: Hindrance) -> None:
        """Be faster than a plan at one of its changes."""
        changes = [change for change in plan.changes if not change.kind.type.singleton]
        renamable = [c for c in changes if c.kind.name in _RENAMING and c.action != "create"]
        chosen_from = (hindrance.how and renamable) or changes
        if not chosen_from:
            return
        change = chosen_from[hindrance.at % len(chosen_from)]
        kind, renaming = change.kind.name, _RENAMING.get(change.kind.name)
        with suppress(GoogleAPICallError):
            if change.action == "create":
                fields = {name: field.desired for name, field in change.fields.items()}
                key = change.kind.type.id_field
                chosen = {key: fields.pop(key)} if key else {}
                self._act(f"create_{kind}", **{"parent": change.parent, kind: fields, **chosen})
            elif renaming and hindrance.how:
                self._update(kind, change.resource, {renaming: f"renamed_{next(_names)}"})
            else:
                self._act(f"{change.kind.type.ending}_{kind}", name=change.resource)

    def _act(self, method: str, **fields: Any) -> Any:
        call = getattr(self.client, method)
        return call(request=fields, metadata=(("x-emulator-actor", SOMEBODY),))

    def _one(self, deed: Deed) -> str | None:
        """The resource name of the one meant; None when there is none at all."""
        listing = getattr(self.client, f"list_{_RESOURCES[deed.collection]}s")
        names = sorted(found.name for found in listing(parent=self.parent_of(deed.collection)))
        return names[deed.at % len(names)] if names else None

    def _make(self, deed: Deed) -> None:
        kind = _RESOURCES[deed.collection]
        request = {"parent": self.parent_of(deed.collection), kind: _thing(deed)}
        if kind == "calculated_metric":
            request["calculated_metric_id"] = ("per_seat", "both", "theirs")[deed.at % 3]
        self._act(f"create_{kind}", **request)

    def _alter(self, deed: Deed) -> None:
        name, kind, ways = self._one(deed), _RESOURCES[deed.collection], _alterations(deed)
        if name is not None:
            self._update(kind, name, ways[deed.how % len(ways)])

    def _update(self, kind: str, name: str, fields: dict[str, Any]) -> None:
        mask = {"paths": list(fields)}
        self._act(f"update_{kind}", **{kind: {"name": name, **fields}, "update_mask": mask})

    def _remove(self, deed: Deed) -> None:
        name = self._one(deed)
        if name is not None:
            archived = deed.collection.startswith(("custom", "audiences"))
            self._act(f"{'archive' if archived else 'delete'}_{_RESOURCES[deed.collection]}", name=name)

    def _set(self, deed: Deed) -> None:
        if deed.at % 2:
            duration = ("TWO_MONTHS", "FOURTEEN_MONTHS")[deed.how % 2]
            name = f"{PROPERTY}/dataRetentionSettings"
            self._update("data_retention_settings", name, {"event_data_retention": duration})
        else:
            switch = ("stream_enabled", "file_downloads_enabled", "scrolls_enabled")[deed.how % 3]
            name = f"{self.stream}/enhancedMeasurementSettings"
            self._update("enhanced_measurement_settings", name, {switch: deed.how > 2})


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
