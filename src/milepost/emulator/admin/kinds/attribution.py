"""Attribution settings: how far back a property looks, and by which model it gives credit."""

from __future__ import annotations

from typing import Any

from google.analytics import admin_v1alpha

from milepost.emulator.admin.kind import OUTPUT, Draft, Field, Kind
from milepost.emulator.rpc import invalid_argument
from milepost.emulator.switches import Switches

_NOT_SELECTED_YET = 1
_CHOICES = (
    "acquisition_conversion_event_lookback_window",
    "other_conversion_event_lookback_window",
    "reporting_attribution_model",
    "ads_web_conversion_data_export_scope",
)


def attribution(_: Switches) -> Kind:
    """Attribution settings. An export scope once chosen can be changed, but not taken back."""
    return Kind(
        message=admin_v1alpha.AttributionSettings,
        plural="",
        collection="attributionSettings",
        parent=("properties",),
        verbs=(),
        fields={"name": OUTPUT} | dict.fromkeys(_CHOICES, Field(required=True)),
        check=_check,
        initial=_initial,
    )


def _initial(_: Any) -> Any:
    return admin_v1alpha.AttributionSettings(
        acquisition_conversion_event_lookback_window="ACQUISITION_CONVERSION_EVENT_LOOKBACK_WINDOW_30_DAYS",
        other_conversion_event_lookback_window="OTHER_CONVERSION_EVENT_LOOKBACK_WINDOW_90_DAYS",
        reporting_attribution_model="PAID_AND_ORGANIC_CHANNELS_DATA_DRIVEN",
        ads_web_conversion_data_export_scope=_NOT_SELECTED_YET,
    )


def _check(draft: Draft) -> None:
    before = draft.old.ads_web_conversion_data_export_scope
    after = draft.new.ads_web_conversion_data_export_scope
    if after == _NOT_SELECTED_YET and before != _NOT_SELECTED_YET:
        raise invalid_argument(
            "AttributionSettings.ads_web_conversion_data_export_scope can never be NOT_SELECTED_YET again."
        )
