"""The Admin side of the emulator over real gRPC: one store, served with the switches a test asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime

import grpc
import pytest
from google.analytics import admin_v1alpha, admin_v1beta
from google.analytics.admin_v1alpha.services.analytics_admin_service.transports import (
    AnalyticsAdminServiceGrpcTransport as AlphaTransport,
)
from google.analytics.admin_v1beta.services.analytics_admin_service.transports import (
    AnalyticsAdminServiceGrpcTransport as BetaTransport,
)

from milepost.emulator import admin
from milepost.emulator.clock import Clock
from milepost.emulator.server import RpcServer
from milepost.emulator.store import Store
from milepost.emulator.switches import Switches


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2026, 3, 2, 12, tzinfo=UTC))


@pytest.fixture
def store(clock: Clock) -> Store:
    """One account, the six demo properties, and a 360 property `properties/360`."""
    store = Store()
    admin.seed(store, clock, [admin.ExtraProperty("360", "Premium", premium=True)])
    return store


@pytest.fixture
def serve(store: Store, clock: Clock) -> Iterator[Callable[..., str]]:
    """Start a server with the switches given; returns its address."""
    with ExitStack() as stack:

        def start(**switches: bool | int | str) -> str:
            # Any combination of switches: their own types are checked where they are read.
            server = RpcServer(admin.methods(store, clock, Switches(**switches)))  # type: ignore[arg-type]
            stack.callback(server.stop)
            server.start()
            return server.address

        yield start


@pytest.fixture
def address(serve: Callable[..., str]) -> str:
    return serve()


def connect(address: str) -> admin_v1alpha.AnalyticsAdminServiceClient:
    channel = grpc.insecure_channel(address)
    return admin_v1alpha.AnalyticsAdminServiceClient(transport=AlphaTransport(channel=channel))


@pytest.fixture
def alpha(address: str) -> Iterator[admin_v1alpha.AnalyticsAdminServiceClient]:
    with connect(address) as client:
        yield client


@pytest.fixture
def beta(address: str) -> Iterator[admin_v1beta.AnalyticsAdminServiceClient]:
    channel = grpc.insecure_channel(address)
    with admin_v1beta.AnalyticsAdminServiceClient(transport=BetaTransport(channel=channel)) as client:
        yield client


@pytest.fixture
def alpha_with(
    serve: Callable[..., str],
) -> Iterator[Callable[..., admin_v1alpha.AnalyticsAdminServiceClient]]:
    """A v1alpha client of a server with the switches given, over the same store."""
    with ExitStack() as stack:
        yield lambda **switches: stack.enter_context(connect(serve(**switches)))
