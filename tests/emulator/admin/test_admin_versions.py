from __future__ import annotations

import asyncio
import importlib
import json
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.analytics import admin_v1alpha, admin_v1beta
from google.api_core.exceptions import AlreadyExists, MethodNotImplemented

from milepost.emulator import admin
from milepost.emulator.clock import Clock
from milepost.emulator.store import Store
from milepost.emulator.switches import Switches

SHOP = "properties/100000001"
BOTH = {
    f"{verb}{kind}"
    for kind, verbs in {
        "KeyEvent": ("Get", "Create", "Update", "Delete"),
        "ConversionEvent": ("Get", "Create", "Update", "Delete"),
        "CustomDimension": ("Get", "Create", "Update", "Archive"),
        "CustomMetric": ("Get", "Create", "Update", "Archive"),
        "DataStream": ("Get", "Create", "Update", "Delete"),
        "Property": ("Get", "Create", "Update", "Delete"),
        "Account": ("Get", "Update", "Delete"),
        "DataRetentionSettings": ("Get", "Update"),
        "GoogleAdsLink": ("Create", "Update", "Delete"),
        "MeasurementProtocolSecret": ("Get", "Create", "Update", "Delete"),
    }.items()
    for verb in verbs
} | {
    "ListKeyEvents",
    "ListConversionEvents",
    "ListCustomDimensions",
    "ListCustomMetrics",
    "ListDataStreams",
    "ListProperties",
    "ListAccounts",
    "ListAccountSummaries",
    "ListGoogleAdsLinks",
    "ListMeasurementProtocolSecrets",
    "AcknowledgeUserDataCollection",
    "SearchChangeHistoryEvents",
}
ALPHA_ONLY = {
    f"{verb}{kind}"
    for kind, verbs in {
        "EventCreateRule": ("Get", "Create", "Update", "Delete"),
        "CalculatedMetric": ("Get", "Create", "Update", "Delete"),
        "ReportingDataAnnotation": ("Get", "Create", "Update", "Delete"),
        "ChannelGroup": ("Get", "Create", "Update", "Delete"),
        "Audience": ("Get", "Create", "Update", "Archive"),
        "EnhancedMeasurementSettings": ("Get", "Update"),
        "AttributionSettings": ("Get", "Update"),
    }.items()
    for verb in verbs
} | {
    "ListEventCreateRules",
    "ListCalculatedMetrics",
    "ListReportingDataAnnotations",
    "ListAudiences",
    "ListChannelGroups",
}


def rpcs_of_client(package: Any) -> set[str]:
    text = (Path(package.__file__).parent / "gapic_metadata.json").read_text(encoding="utf-8")
    return set(json.loads(text)["services"]["AnalyticsAdminService"]["clients"]["grpc"]["rpcs"])


def shape(message: Any, seen: frozenset[str] = frozenset()) -> Any:
    """Numbers, names and types of a message's fields, all the way down."""
    descriptor = message.DESCRIPTOR if hasattr(message, "DESCRIPTOR") else message
    if descriptor.full_name in seen:
        return descriptor.name
    seen |= {descriptor.full_name}
    return {
        field.number: (
            field.name,
            field.is_repeated,
            field.has_presence,
            shape(field.message_type, seen) if field.message_type else field.type,
            [value.number for value in field.enum_type.values] if field.enum_type else None,
        )
        for field in descriptor.fields
    }


def shape_of(package: Any, name: str) -> Any:
    message_type = getattr(package, name)
    return shape(message_type.pb(message_type()))


@pytest.mark.parametrize(
    ("version", "package", "expected"),
    [("v1beta", admin_v1beta, BOTH), ("v1alpha", admin_v1alpha, BOTH | ALPHA_ONLY)],
)
def test_methods_are_those_of_the_client(
    store: Store, clock: Clock, version: str, package: Any, expected: set[str]
) -> None:
    prefix = f"/google.analytics.admin.{version}.AnalyticsAdminService/"
    paths = [method.path for method in admin.methods(store, clock, Switches())]
    assert len(paths) == len(set(paths))
    answered = {path.removeprefix(prefix) for path in paths if path.startswith(prefix)}
    assert answered == expected
    assert answered <= rpcs_of_client(package)


@pytest.mark.parametrize("rpc", sorted(BOTH - {"SearchChangeHistoryEvents"}))
def test_both_versions_have_the_same_messages(rpc: str) -> None:
    assert shape_of(admin_v1beta, f"{rpc}Request") == shape_of(admin_v1alpha, f"{rpc}Request")
    if rpc.startswith("List"):
        assert shape_of(admin_v1beta, f"{rpc}Response") == shape_of(admin_v1alpha, f"{rpc}Response")


def test_history_is_the_one_call_whose_messages_differ() -> None:
    name = "SearchChangeHistoryEventsResponse"
    assert shape_of(admin_v1beta, name) != shape_of(admin_v1alpha, name)


def client_of(version: str, address: str, *, asynchronous: bool) -> Any:
    package = importlib.import_module(f"google.analytics.admin_{version}")
    transports = importlib.import_module(f"{package.__name__}.services.analytics_admin_service.transports")
    if asynchronous:
        channel: Any = grpc.aio.insecure_channel(address)
        transport = transports.AnalyticsAdminServiceGrpcAsyncIOTransport(channel=channel)
        return package.AnalyticsAdminServiceAsyncClient(transport=transport)
    transport = transports.AnalyticsAdminServiceGrpcTransport(channel=grpc.insecure_channel(address))
    return package.AnalyticsAdminServiceClient(transport=transport)


SIGN_UP = {"parent": SHOP, "key_event": {"event_name": "sign_up", "counting_method": 2}}


@pytest.mark.parametrize("version", ["v1beta", "v1alpha"])
def test_sync_client_walks_the_life_of_a_key_event(address: str, version: str) -> None:
    with client_of(version, address, asynchronous=False) as client:
        made = client.create_key_event(request=SIGN_UP)
        with pytest.raises(AlreadyExists):
            client.create_key_event(request=SIGN_UP)
        changed = {"name": made.name, "counting_method": 1}
        request = {"key_event": changed, "update_mask": {"paths": ["counting_method"]}}
        assert client.update_key_event(request=request).counting_method == 1
        pager = client.list_key_events(request={"parent": SHOP, "page_size": 1})
        assert [event.event_name for event in pager][-1] == "sign_up"
        assert client.delete_key_event(name=made.name) is None
        assert len(list(client.list_key_events(parent=SHOP))) == 3


@pytest.mark.parametrize("version", ["v1beta", "v1alpha"])
def test_async_client_walks_the_life_of_a_key_event(address: str, version: str) -> None:
    async def walk() -> None:
        client = client_of(version, address, asynchronous=True)
        async with client.transport.grpc_channel:
            made = await client.create_key_event(request=SIGN_UP)
            with pytest.raises(AlreadyExists):
                await client.create_key_event(request=SIGN_UP)
            changed = {"name": made.name, "counting_method": 1}
            request = {"key_event": changed, "update_mask": {"paths": ["counting_method"]}}
            assert (await client.update_key_event(request=request)).counting_method == 1
            pager = await client.list_key_events(request={"parent": SHOP, "page_size": 1})
            assert [event.event_name async for event in pager][-1] == "sign_up"
            assert await client.delete_key_event(name=made.name) is None
            pager = await client.list_key_events(parent=SHOP)
            assert len([event async for event in pager]) == 3

    asyncio.run(walk())


def test_versions_show_one_store(
    alpha: admin_v1alpha.AnalyticsAdminServiceClient, beta: admin_v1beta.AnalyticsAdminServiceClient
) -> None:
    made = beta.create_key_event(request=SIGN_UP)
    seen = alpha.get_key_event(name=made.name)
    assert admin_v1alpha.KeyEvent.serialize(seen) == admin_v1beta.KeyEvent.serialize(made)


@pytest.mark.parametrize("asynchronous", [False, True])
def test_unmodelled_method_is_not_implemented(address: str, asynchronous: bool) -> None:
    async def ask() -> None:
        client = client_of("v1alpha", address, asynchronous=True)
        async with client.transport.grpc_channel:
            await client.get_google_signals_settings(name=f"{SHOP}/googleSignalsSettings")

    with pytest.raises(MethodNotImplemented, match="Method not found!"):
        if asynchronous:
            asyncio.run(ask())
        else:
            with client_of("v1alpha", address, asynchronous=False) as client:
                client.get_google_signals_settings(name=f"{SHOP}/googleSignalsSettings")
