"""A whole emulator with the faults a test asks for, and Google's own clients on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import grpc
import pytest
from google.analytics import admin_v1alpha, admin_v1beta, data_v1beta
from google.analytics.admin_v1alpha.services.analytics_admin_service.transports import (
    AnalyticsAdminServiceGrpcTransport as AlphaTransport,
)
from google.analytics.admin_v1beta.services.analytics_admin_service.transports import (
    AnalyticsAdminServiceGrpcTransport as BetaTransport,
)
from google.analytics.data_v1beta.services.beta_analytics_data.transports import (
    BetaAnalyticsDataGrpcTransport,
)
from google.protobuf import json_format
from google.protobuf.struct_pb2 import Struct

from milepost.emulator.clock import Clock
from milepost.emulator.embedded import Emulator

SHOP = "properties/100000001"
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def running() -> Iterator[Emulator]:
    with Emulator(clock=Clock(NOW)) as emulator:
        yield emulator


@pytest.fixture
def emulator(running: Emulator) -> Emulator:
    """As if just started."""
    running.reset()
    return running


@pytest.fixture
def channel(emulator: Emulator) -> Iterator[grpc.Channel]:
    with grpc.insecure_channel(emulator.address) as opened:
        yield opened


@pytest.fixture
def alpha(channel: grpc.Channel) -> admin_v1alpha.AnalyticsAdminServiceClient:
    return admin_v1alpha.AnalyticsAdminServiceClient(transport=AlphaTransport(channel=channel))


@pytest.fixture
def beta(channel: grpc.Channel) -> admin_v1beta.AnalyticsAdminServiceClient:
    return admin_v1beta.AnalyticsAdminServiceClient(transport=BetaTransport(channel=channel))


@pytest.fixture
def data(channel: grpc.Channel) -> data_v1beta.BetaAnalyticsDataClient:
    return data_v1beta.BetaAnalyticsDataClient(transport=BetaAnalyticsDataGrpcTransport(channel=channel))


Control = Callable[..., dict[str, Any]]


@pytest.fixture
def control(channel: grpc.Channel) -> Control:
    """Calls the control interface the way any gRPC client can."""

    def call(rpc: str, /, **request: Any) -> dict[str, Any]:
        remote = channel.unary_unary(
            f"/milepost.emulator.v1.Control/{rpc}",
            request_serializer=Struct.SerializeToString,
            response_deserializer=Struct.FromString,
        )
        answer: dict[str, Any] = json_format.MessageToDict(remote(json_format.ParseDict(request, Struct())))
        return answer

    return call


@pytest.fixture
def create(alpha: admin_v1alpha.AnalyticsAdminServiceClient) -> Callable[..., Any]:
    """Creates a key event; metadata says who asks."""

    def create_key_event(name: str, *, parent: str = SHOP, **options: Any) -> Any:
        key_event = admin_v1alpha.KeyEvent(event_name=name, counting_method="ONCE_PER_EVENT")
        return alpha.create_key_event(parent=parent, key_event=key_event, **options)

    return create_key_event


@pytest.fixture
def names(alpha: admin_v1alpha.AnalyticsAdminServiceClient) -> Callable[[], list[str]]:
    """Key events of the shop that GA4 did not bring along."""
    return lambda: [each.event_name for each in alpha.list_key_events(parent=SHOP) if each.custom]
