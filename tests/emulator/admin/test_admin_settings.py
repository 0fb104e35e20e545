from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from google.analytics.admin_v1alpha import (
    AnalyticsAdminServiceClient,
    AttributionSettings,
    DataRetentionSettings,
    DataStream,
    EnhancedMeasurementSettings,
)
from google.api_core.exceptions import FailedPrecondition, InvalidArgument, NotFound, PermissionDenied
from google.protobuf.field_mask_pb2 import FieldMask

from milepost.emulator import admin
from milepost.emulator.clock import Clock
from milepost.emulator.store import Store
from milepost.emulator.switches import SwitchError, Switches

SHOP, PREMIUM = "properties/100000001", "properties/360"
AlphaWith = Callable[..., AnalyticsAdminServiceClient]
SEARCH = "q,s,search,query,keyword"
RETENTION, ATTRIBUTION = f"{SHOP}/dataRetentionSettings", f"{SHOP}/attributionSettings"


def retain(client: AnalyticsAdminServiceClient, parent: str, **fields: Any) -> DataRetentionSettings:
    settings = DataRetentionSettings(name=f"{parent}/dataRetentionSettings", **fields)
    mask = FieldMask(paths=list(fields))
    return client.update_data_retention_settings(data_retention_settings=settings, update_mask=mask)


def attribute(client: AnalyticsAdminServiceClient, **fields: Any) -> AttributionSettings:
    settings = AttributionSettings(name=ATTRIBUTION, **fields)
    mask = FieldMask(paths=list(fields))
    return client.update_attribution_settings(attribution_settings=settings, update_mask=mask)


def measure(client: AnalyticsAdminServiceClient, name: str, **fields: Any) -> EnhancedMeasurementSettings:
    settings = EnhancedMeasurementSettings(name=name, **fields)
    return client.update_enhanced_measurement_settings(
        enhanced_measurement_settings=settings, update_mask=FieldMask(paths=list(fields))
    )


def seeded(client: AnalyticsAdminServiceClient) -> str:
    return f"{next(iter(client.list_data_streams(parent=SHOP))).name}/enhancedMeasurementSettings"


def new_stream(client: AnalyticsAdminServiceClient, **fields: Any) -> DataStream:
    web = {"type_": 1, "display_name": "Second", "web_stream_data": {"default_uri": "https://b.example"}}
    return client.create_data_stream(parent=SHOP, data_stream=DataStream(fields or web))


def switched_on(settings: EnhancedMeasurementSettings) -> set[str]:
    fields = EnhancedMeasurementSettings.pb(settings).ListFields()
    return {field.name for field, value in fields if value is True}


ALL_BUT_FORMS = {
    "stream_enabled",
    "scrolls_enabled",
    "outbound_clicks_enabled",
    "site_search_enabled",
    "video_engagement_enabled",
    "file_downloads_enabled",
    "page_changes_enabled",
}


def test_settings_are_there_from_birth(alpha: AnalyticsAdminServiceClient) -> None:
    retention = alpha.get_data_retention_settings(name=RETENTION)
    assert retention.name == RETENTION
    assert (retention.event_data_retention.name, retention.user_data_retention.name) == ("TWO_MONTHS",) * 2
    assert retention.reset_user_data_on_new_activity
    attribution = alpha.get_attribution_settings(name=ATTRIBUTION)
    assert attribution.acquisition_conversion_event_lookback_window.name.endswith("_30_DAYS")
    assert attribution.other_conversion_event_lookback_window.name.endswith("_90_DAYS")
    assert attribution.reporting_attribution_model.name == "PAID_AND_ORGANIC_CHANNELS_DATA_DRIVEN"
    assert attribution.ads_web_conversion_data_export_scope.name == "NOT_SELECTED_YET"
    measured = alpha.get_enhanced_measurement_settings(name=seeded(alpha))
    assert measured.name == seeded(alpha)
    assert switched_on(measured) == ALL_BUT_FORMS
    assert (measured.search_query_parameter, measured.uri_query_parameter) == (SEARCH, "")


def test_property_made_through_the_api_has_settings(alpha: AnalyticsAdminServiceClient) -> None:
    fields = {"parent": "accounts/1000", "display_name": "New", "time_zone": "Etc/GMT"}
    made = alpha.create_property(request={"property": fields})
    retention = alpha.get_data_retention_settings(name=f"{made.name}/dataRetentionSettings")
    assert retention.event_data_retention.name == "TWO_MONTHS"
    assert {audience.display_name for audience in alpha.list_audiences(parent=made.name)} == {
        "All Users",
        "Purchasers",
    }
    (group,) = alpha.list_channel_groups(parent=made.name)
    assert group.system_defined


def test_new_activity_may_leave_user_data_alone_at_first(alpha_with: AlphaWith) -> None:
    settings = alpha_with(reset_user_data_at_birth=False).get_data_retention_settings(name=RETENTION)
    assert not settings.reset_user_data_on_new_activity


@pytest.mark.parametrize(
    ("at_birth", "expected", "search"),
    [("on", ALL_BUT_FORMS, SEARCH), ("off", set(), SEARCH), ("empty", set(), "")],
)
def test_new_stream_measures_what_its_switch_says(
    alpha_with: AlphaWith, at_birth: str, expected: set[str], search: str
) -> None:
    client = alpha_with(enhanced_measurement_at_birth=at_birth)
    name = f"{new_stream(client).name}/enhancedMeasurementSettings"
    settings = client.get_enhanced_measurement_settings(name=name)
    assert (switched_on(settings), settings.search_query_parameter) == (expected, search)
    assert switched_on(measure(client, name, scrolls_enabled=True)) == expected | {"scrolls_enabled"}
    assert switched_on(client.get_enhanced_measurement_settings(name=seeded(client))) == ALL_BUT_FORMS


def test_unknown_word_in_the_switch_is_refused_at_the_start(store: Store, clock: Clock) -> None:
    with pytest.raises(SwitchError, match="on, off, empty"):
        admin.methods(store, clock, Switches(enhanced_measurement_at_birth="yes"))


def test_master_switch_leaves_the_others_alone(alpha: AnalyticsAdminServiceClient) -> None:
    after = measure(alpha, seeded(alpha), stream_enabled=False)
    assert switched_on(after) == ALL_BUT_FORMS - {"stream_enabled"}
    assert alpha.get_enhanced_measurement_settings(name=seeded(alpha)) == after


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"search_query_parameter": ""}, "search_query_parameter is required"),
        ({"search_query_parameter": "q" * 1025}, "search_query_parameter: at most 1024 characters"),
        ({"uri_query_parameter": "q" * 1025}, "uri_query_parameter: at most 1024 characters"),
    ],
)
def test_query_parameters_have_rules(
    alpha: AnalyticsAdminServiceClient, fields: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(InvalidArgument, match=complaint):
        measure(alpha, seeded(alpha), **fields)


def test_query_parameters_may_be_long(alpha: AnalyticsAdminServiceClient) -> None:
    after = measure(alpha, seeded(alpha), search_query_parameter="q" * 1024, uri_query_parameter="u" * 1024)
    assert (len(after.search_query_parameter), len(after.uri_query_parameter)) == (1024, 1024)
    assert measure(alpha, seeded(alpha), uri_query_parameter="").uri_query_parameter == ""


def test_app_stream_has_no_enhanced_measurement(alpha: AnalyticsAdminServiceClient) -> None:
    app = new_stream(alpha, type_=2, android_app_stream_data={"package_name": "com.example"})
    name = f"{app.name}/enhancedMeasurementSettings"
    with pytest.raises(NotFound):
        alpha.get_enhanced_measurement_settings(name=name)
    with pytest.raises(NotFound):
        measure(alpha, name, scrolls_enabled=False)


def test_settings_go_with_their_stream(alpha: AnalyticsAdminServiceClient, store: Store) -> None:
    stream = new_stream(alpha)
    name = f"{stream.name}/enhancedMeasurementSettings"
    measure(alpha, name, scrolls_enabled=False)
    assert store.get(name) is not None
    alpha.delete_data_stream(name=stream.name)
    assert store.get(name) is None
    with pytest.raises(NotFound):
        alpha.get_enhanced_measurement_settings(name=name)


@pytest.mark.parametrize(
    ("name", "refusal"),
    [
        ("properties/1/dataRetentionSettings", PermissionDenied),
        (f"{SHOP}/dataRetentionSettings/1", InvalidArgument),
        (f"{SHOP}/attributionSettings", InvalidArgument),
        ("accounts/1000/dataRetentionSettings", InvalidArgument),
        ("dataRetentionSettings", InvalidArgument),
        ("", InvalidArgument),
    ],
)
def test_name_of_settings_is_judged_like_any(
    alpha: AnalyticsAdminServiceClient, name: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        alpha.get_data_retention_settings(name=name)


def test_settings_of_a_missing_stream_are_not_found(alpha: AnalyticsAdminServiceClient) -> None:
    with pytest.raises(NotFound):
        alpha.get_enhanced_measurement_settings(name=f"{SHOP}/dataStreams/99999/enhancedMeasurementSettings")


def test_settings_in_the_trash_cannot_change(alpha: AnalyticsAdminServiceClient) -> None:
    alpha.delete_property(name=SHOP)
    with pytest.raises(FailedPrecondition, match="trash"):
        retain(alpha, SHOP, event_data_retention=3)


@pytest.mark.parametrize("field", ["event_data_retention", "user_data_retention"])
@pytest.mark.parametrize("value", [0, 2, 7])
def test_retention_knows_only_its_own_numbers(
    alpha: AnalyticsAdminServiceClient, field: str, value: int
) -> None:
    with pytest.raises(InvalidArgument, match=f"DataRetentionSettings.{field}"):
        retain(alpha, PREMIUM, **{field: value})


@pytest.mark.parametrize(
    ("parent", "field", "value", "fits"),
    [
        (SHOP, "event_data_retention", 3, True),
        (SHOP, "event_data_retention", 4, False),
        (SHOP, "event_data_retention", 6, False),
        (SHOP, "user_data_retention", 3, True),
        (SHOP, "user_data_retention", 4, False),
        (PREMIUM, "event_data_retention", 4, True),
        (PREMIUM, "event_data_retention", 6, True),
        (PREMIUM, "user_data_retention", 4, False),
    ],
)
def test_long_retention_is_for_events_of_360_properties(
    alpha: AnalyticsAdminServiceClient, parent: str, field: str, value: int, fits: bool
) -> None:
    if fits:
        assert getattr(retain(alpha, parent, **{field: value}), field) == value
        return
    with pytest.raises(InvalidArgument, match=f"DataRetentionSettings.{field}"):
        retain(alpha, parent, **{field: value})


def test_masked_settings_change_and_others_stay(alpha: AnalyticsAdminServiceClient) -> None:
    after = retain(alpha, SHOP, event_data_retention=3, reset_user_data_on_new_activity=False)
    assert (after.event_data_retention, after.user_data_retention) == (3, 1)
    assert not after.reset_user_data_on_new_activity
    assert alpha.get_data_retention_settings(name=RETENTION) == after
    other = alpha.get_data_retention_settings(name="properties/100000002/dataRetentionSettings")
    assert other.event_data_retention == 1


def test_whole_settings_are_replaced_by_a_star(alpha: AnalyticsAdminServiceClient) -> None:
    settings = DataRetentionSettings(name=RETENTION, event_data_retention=3, user_data_retention=3)
    star = FieldMask(paths=["*"])
    after = alpha.update_data_retention_settings(data_retention_settings=settings, update_mask=star)
    assert after == settings


def test_export_scope_once_chosen_is_not_taken_back(alpha: AnalyticsAdminServiceClient) -> None:
    scope = "ads_web_conversion_data_export_scope"
    assert attribute(alpha, **{scope: 1}).ads_web_conversion_data_export_scope == 1
    assert attribute(alpha, **{scope: 2}).ads_web_conversion_data_export_scope == 2
    assert attribute(alpha, **{scope: 3}).ads_web_conversion_data_export_scope == 3
    with pytest.raises(InvalidArgument, match="can never be NOT_SELECTED_YET again"):
        attribute(alpha, **{scope: 1})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("acquisition_conversion_event_lookback_window", 0),
        ("acquisition_conversion_event_lookback_window", 3),
        ("other_conversion_event_lookback_window", 4),
        ("reporting_attribution_model", 3),
        ("reporting_attribution_model", 6),
        ("ads_web_conversion_data_export_scope", 4),
    ],
)
def test_attribution_knows_only_its_own_numbers(
    alpha: AnalyticsAdminServiceClient, field: str, value: int
) -> None:
    with pytest.raises(InvalidArgument, match=f"AttributionSettings.{field}"):
        attribute(alpha, **{field: value})


def test_attribution_models_skip_numbers(alpha: AnalyticsAdminServiceClient) -> None:
    after = attribute(alpha, reporting_attribution_model=7)
    assert after.reporting_attribution_model.name == "GOOGLE_PAID_CHANNELS_LAST_CLICK"
