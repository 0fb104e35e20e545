"""Data retention settings: how long a property keeps what it knows of events and users."""

from __future__ import annotations

from typing import Any

from google.analytics import admin_v1alpha

from milepost.emulator.admin.kind import OUTPUT, Draft, Field, Kind
from milepost.emulator.admin.limits import GOOGLE_ANALYTICS_360
from milepost.emulator.rpc import invalid_argument
from milepost.emulator.switches import Switches

_TWO_MONTHS, _FOURTEEN_MONTHS = 1, 3


def data_retention(switches: Switches) -> Kind:
    """Data retention settings, two months at first."""

    def initial(_: Any) -> Any:
        return admin_v1alpha.DataRetentionSettings(
            event_data_retention=_TWO_MONTHS,
            user_data_retention=_TWO_MONTHS,
            reset_user_data_on_new_activity=switches.reset_user_data_at_birth,
        )

    return Kind(
        message=admin_v1alpha.DataRetentionSettings,
        plural="",
        collection="dataRetentionSettings",
        parent=("properties",),
        verbs=(),
        fields={
            "name": OUTPUT,
            "event_data_retention": Field(required=True),
            "user_data_retention": Field(required=True),
        },
        check=_check,
        initial=initial,
    )


def _check(draft: Draft) -> None:
    settings = draft.new
    if settings.user_data_retention > _FOURTEEN_MONTHS:
        raise invalid_argument("DataRetentionSettings.user_data_retention: at most 14 months.")
    premium = draft.root.service_level == GOOGLE_ANALYTICS_360
    if settings.event_data_retention > _FOURTEEN_MONTHS and not premium:
        raise invalid_argument(
            "DataRetentionSettings.event_data_retention: more than 14 months is for "
            "Google Analytics 360 properties only."
        )
