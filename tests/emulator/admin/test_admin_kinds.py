"""What every kind has in common: its life through each client, and its trace in the change history."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import grpc
import pytest
from google.analytics.admin_v1alpha import AnalyticsAdminServiceClient
from google.api_core.exceptions import NotFound, PermissionDenied

SHOP = "properties/100000001"
STREAM = f"{SHOP}/dataStreams/1"
AlphaWith = Callable[..., AnalyticsAdminServiceClient]
Call = Callable[..., Awaitable[Any]]
Fields = dict[str, Any]

_LEAF: Fields = {"event_filter": {"event_name": "purchase"}}
_EXPRESSION: Fields = {"and_group": {"filter_expressions": [{"or_group": {"filter_expressions": [_LEAF]}}]}}
_CHANNEL_LEAF: Fields = {
    "filter": {"field_name": "eachScopeSource", "string_filter": {"match_type": "EXACT", "value": "news"}}
}
_CHANNEL: Fields = {
    "and_group": {"filter_expressions": [{"or_group": {"filter_expressions": [_CHANNEL_LEAF]}}]}
}


@dataclass(frozen=True)
class Sample:
    """One kind, by the snake_case name of one, and a life of it."""

    singular: str
    fields: Fields
    change: Fields
    parent: str = SHOP
    end: str = "delete"
    plural: str = ""
    readable: bool = True
    versions: tuple[str, ...] = ("v1alpha",)
    request: tuple[tuple[str, str], ...] = ()

    @property
    def collection(self) -> str:
        return self.plural or f"{self.singular}s"


SAMPLES = [
    Sample(
        "calculated_metric",
        {"display_name": "Depth", "metric_unit": 1, "formula": "eventCount / sessions"},
        {"formula": "eventCount"},
        request=(("calculated_metric_id", "depth"),),
    ),
    Sample(
        "audience",
        {
            "display_name": "Buyers",
            "description": "Bought",
            "membership_duration_days": 30,
            "filter_clauses": [
                {"clause_type": 1, "simple_filter": {"scope": 3, "filter_expression": _EXPRESSION}}
            ],
        },
        {"description": "Bought something"},
        end="archive",
    ),
    Sample(
        "channel_group",
        {"display_name": "News", "grouping_rule": [{"display_name": "News", "expression": _CHANNEL}]},
        {"description": "With news"},
    ),
    Sample(
        "reporting_data_annotation",
        {"title": "Launch", "color": 3, "annotation_date": {"year": 2026, "month": 3, "day": 1}},
        {"title": "Relaunch"},
    ),
    Sample(
        "google_ads_link",
        {"customer_id": "1234567890"},
        {"ads_personalization_enabled": False},
        readable=False,
        versions=("v1alpha", "v1beta"),
    ),
    Sample(
        "measurement_protocol_secret",
        {"display_name": "Server"},
        {"display_name": "Till"},
        parent=STREAM,
        versions=("v1alpha", "v1beta"),
    ),
]
LIVES = [pytest.param(s, v, id=f"{s.singular}-{v}") for s in SAMPLES for v in s.versions]
SETTINGS = [
    ("data_retention_settings", f"{SHOP}/dataRetentionSettings", {"event_data_retention": 3}, "v1alpha"),
    ("data_retention_settings", f"{SHOP}/dataRetentionSettings", {"event_data_retention": 3}, "v1beta"),
    ("attribution_settings", f"{SHOP}/attributionSettings", {"reporting_attribution_model": 7}, "v1alpha"),
    (
        "enhanced_measurement_settings",
        f"{STREAM}/enhancedMeasurementSettings",
        {"form_interactions_enabled": True, "uri_query_parameter": "utm_x"},
        "v1alpha",
    ),
]


def client_of(version: str, address: str, *, asynchronous: bool) -> Any:
    package = importlib.import_module(f"google.analytics.admin_{version}")
    transports = importlib.import_module(f"{package.__name__}.services.analytics_admin_service.transports")
    if asynchronous:
        channel: Any = grpc.aio.insecure_channel(address)
        transport = transports.AnalyticsAdminServiceGrpcAsyncIOTransport(channel=channel)
        return package.AnalyticsAdminServiceAsyncClient(transport=transport)
    transport = transports.AnalyticsAdminServiceGrpcTransport(channel=grpc.insecure_channel(address))
    return package.AnalyticsAdminServiceClient(transport=transport)


def through(
    version: str, address: str, story: Callable[[Call], Awaitable[None]], *, asynchronous: bool
) -> None:
    """Play a story with one client; lists come back as lists."""

    async def play() -> None:
        client = client_of(version, address, asynchronous=asynchronous)

        async def call(method: str, **request: Any) -> Any:
            answer = getattr(client, method)(request=request)
            if asynchronous:
                answer = await answer
                return [each async for each in answer] if method.startswith("list_") else answer
            return list(answer) if method.startswith("list_") else answer

        await story(call)
        closing = client.transport.grpc_channel.close()
        if asynchronous:
            await closing

    asyncio.run(play())


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
@pytest.mark.parametrize(("sample", "version"), LIVES)
def test_client_walks_the_life_of_a_kind(
    serve: Callable[..., str], sample: Sample, version: str, asynchronous: bool
) -> None:
    async def walk(call: Call) -> None:
        before = await call(f"list_{sample.collection}", parent=sample.parent)
        request = {"parent": sample.parent, sample.singular: sample.fields} | dict(sample.request)
        made = await call(f"create_{sample.singular}", **request)
        assert made.name.startswith(f"{sample.parent}/")
        changed = {"name": made.name} | sample.change
        mask = {"paths": list(sample.change)}
        after = await call(f"update_{sample.singular}", **{sample.singular: changed, "update_mask": mask})
        assert (after.name, after != made) == (made.name, True)
        assert await call(f"list_{sample.collection}", parent=sample.parent) == [*before, after]
        if sample.readable:
            assert await call(f"get_{sample.singular}", name=made.name) == after
        await call(f"{sample.end}_{sample.singular}", name=made.name)
        assert await call(f"list_{sample.collection}", parent=sample.parent) == before
        with pytest.raises(NotFound, match="Requested entity was not found"):
            await call(f"{sample.end}_{sample.singular}", name=made.name)

    through(version, serve(user_data_acknowledged=True), walk, asynchronous=asynchronous)


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
@pytest.mark.parametrize(("singular", "name", "change", "version"), SETTINGS)
def test_client_changes_settings(
    address: str, singular: str, name: str, change: Fields, version: str, asynchronous: bool
) -> None:
    async def walk(call: Call) -> None:
        before = await call(f"get_{singular}", name=name)
        request = {singular: {"name": name} | change, "update_mask": {"paths": list(change)}}
        after = await call(f"update_{singular}", **request)
        assert {field: getattr(after, field) for field in change} == change
        assert before != after == await call(f"get_{singular}", name=name)

    through(version, address, walk, asynchronous=asynchronous)


@pytest.mark.parametrize("version", ["v1alpha", "v1beta"])
@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
def test_client_acknowledges_user_data_collection(address: str, version: str, asynchronous: bool) -> None:
    sentence = importlib.import_module(
        "milepost.emulator.admin.kinds.measurement_protocol_secrets"
    ).ACKNOWLEDGEMENT

    async def walk(call: Call) -> None:
        await call("acknowledge_user_data_collection", property=SHOP, acknowledgement=sentence)
        secret = {"display_name": "Server"}
        made = await call(
            "create_measurement_protocol_secret", parent=STREAM, measurement_protocol_secret=secret
        )
        assert made.secret_value

    through(version, address, walk, asynchronous=asynchronous)


def changes(client: AnalyticsAdminServiceClient, resource_type: str) -> list[Any]:
    request = {"account": "accounts/1000", "resource_type": [resource_type.upper()]}
    return [event.changes[0] for event in client.search_change_history_events(request=request)]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.singular)
def test_history_tells_the_life_of_a_kind(alpha_with: AlphaWith, sample: Sample) -> None:
    client = alpha_with(user_data_acknowledged=True)
    request = {"parent": sample.parent, sample.singular: sample.fields} | dict(sample.request)
    made = getattr(client, f"create_{sample.singular}")(request=request)
    mask = {"paths": list(sample.change)}
    sent = {sample.singular: {"name": made.name} | sample.change, "update_mask": mask}
    after = getattr(client, f"update_{sample.singular}")(request=sent)
    getattr(client, f"{sample.end}_{sample.singular}")(request={"name": made.name})
    removed, updated, created = changes(client, sample.singular)
    assert [change.action.name for change in (created, updated, removed)] == ["CREATED", "UPDATED", "DELETED"]
    assert {change.resource for change in (created, updated, removed)} == {made.name}
    assert getattr(created.resource_after_change, sample.singular) == made
    assert getattr(updated.resource_before_change, sample.singular) == made
    assert getattr(updated.resource_after_change, sample.singular) == after
    assert getattr(removed.resource_before_change, sample.singular) == after


@pytest.mark.parametrize(
    ("singular", "name", "change", "version"), [s for s in SETTINGS if s[3] == "v1alpha"]
)
def test_history_tells_of_changed_settings(
    alpha: AnalyticsAdminServiceClient, singular: str, name: str, change: Fields, version: str
) -> None:
    before = getattr(alpha, f"get_{singular}")(name=name)
    request = {singular: {"name": name} | change, "update_mask": {"paths": list(change)}}
    after = getattr(alpha, f"update_{singular}")(request=request)
    getattr(alpha, f"update_{singular}")(request=request)
    (told,) = changes(alpha, singular)
    assert (told.action.name, told.resource) == ("UPDATED", name)
    assert getattr(told.resource_before_change, singular) == before
    assert getattr(told.resource_after_change, singular) == after


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.singular)
def test_foreign_property_is_not_told_from_a_missing_one(alpha_with: AlphaWith, sample: Sample) -> None:
    client = alpha_with(user_data_acknowledged=True)
    parent = sample.parent.replace(SHOP, "properties/1")
    with pytest.raises(PermissionDenied, match="The caller does not have permission"):
        getattr(client, f"list_{sample.collection}")(parent=parent)
    with pytest.raises(PermissionDenied):
        getattr(client, f"create_{sample.singular}")(request={"parent": parent})


def test_secret_of_a_missing_stream_is_not_found(alpha_with: AlphaWith) -> None:
    client = alpha_with(user_data_acknowledged=True)
    with pytest.raises(NotFound):
        client.list_measurement_protocol_secrets(parent=f"{SHOP}/dataStreams/99999")
    fields = {"display_name": "Server"}
    request = {"parent": f"{SHOP}/dataStreams/99999", "measurement_protocol_secret": fields}
    with pytest.raises(NotFound):
        client.create_measurement_protocol_secret(request=request)
