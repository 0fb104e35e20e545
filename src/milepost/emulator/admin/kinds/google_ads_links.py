"""Google Ads links: the advertising accounts a property hands its conversions and audiences to."""

from __future__ import annotations

from google.analytics import admin_v1alpha

from milepost.emulator.admin.kind import OUTPUT, Draft, Field, Kind, Text
from milepost.emulator.switches import Switches

_CUSTOMER_ID = Text(20, "[0-9]+")


def google_ads_links(_: Switches) -> Kind:
    """Google Ads links. There is no Get: a link is found in the list."""
    return Kind(
        message=admin_v1alpha.GoogleAdsLink,
        plural="GoogleAdsLinks",
        collection="googleAdsLinks",
        parent=("properties",),
        verbs=("List", "Create", "Update", "Delete"),
        fields={
            "name": OUTPUT,
            "can_manage_clients": OUTPUT,
            "create_time": OUTPUT,
            "update_time": OUTPUT,
            "creator_email_address": OUTPUT,
            "customer_id": Field(required=True, immutable=True, text=_CUSTOMER_ID),
        },
        check=_check,
        fill=_fill,
        identity=("customer_id",),
        buckets=lambda _: ("google_ads_links",),
    )


def _check(draft: Draft) -> None:
    if not draft.new.HasField("ads_personalization_enabled"):
        draft.new.ads_personalization_enabled.value = True


def _fill(draft: Draft) -> None:
    draft.new.creator_email_address = draft.actor
