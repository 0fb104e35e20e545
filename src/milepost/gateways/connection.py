"""One way to reach Google, or an emulator in its place: channels, credentials, scopes, deadlines, retries."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any

import grpc
from google.api_core import exceptions, retry

from milepost.errors import InputError, UnreachableError
from milepost.gateways.calls import Calls
from milepost.gateways.credentials import SCOPES, Access, Found, find_credentials
from milepost.gateways.pacing import GOOGLE, UNLIMITED, Pacer
from milepost.gateways.translate import is_sign_in_failure, translated

EMULATOR_VARIABLE = "ANALYTICS_EMULATOR_HOST"

READ_TIMEOUT = 30.0
"""Seconds one read may take; the clients themselves would mostly wait for ever."""

WRITE_TIMEOUT = 60.0
"""Seconds one write may take. One that may have been carried out is never repeated: reading settles it."""

_PASSING = retry.if_exception_type(
    exceptions.ServiceUnavailable, exceptions.InternalServerError, exceptions.DeadlineExceeded
)

READ_RETRY = retry.Retry(
    predicate=lambda error: _PASSING(error) and not is_sign_in_failure(error),
    initial=0.25,
    maximum=8.0,
    timeout=45.0,
)

_HOST = re.compile(r"[^\s/:]+|\[[0-9A-Fa-f:.]+\]")
_PORT = re.compile(r"[0-9]{1,5}")
_EMULATOR_WAIT = 5.0
_CHANNEL_OPTIONS = [
    ("grpc.max_receive_message_length", -1),
    ("grpc.max_send_message_length", -1),
    # A proxy that the environment names is for the world outside, not for an emulator next door.
    ("grpc.enable_http_proxy", 0),
]


class Connection:
    """Makes the official clients, each once, all over the same channel to an emulator if there is one.

    Args:
        access: what the tokens may do; the narrowest a command can live with.
        emulator: `host:port`, or None for Google.
        pacer: keeps the Admin API's calls within a quota; by default Google's own, and none for an emulator.

    Attributes:
        reading: how a call of the Admin API that reads is made: what its `retry` takes.
        writing: the same for one that changes something.

    Raises:
        InputError: `emulator` is no address.
        UnreachableError: nothing answers there.
    """

    def __init__(self, access: Access, emulator: str | None = None, pacer: Pacer | None = None) -> None:
        self.access = access
        self.emulator = emulator
        self.pacer = pacer or Pacer(UNLIMITED if emulator else GOOGLE)
        self.reading = Calls(self.pacer, write=False)
        self.writing = Calls(self.pacer, write=True)
        self._channel = _emulator_channel(emulator) if emulator else None

    @cached_property
    def admin_beta(self) -> Any:
        """google-analytics-admin, v1beta: for everything it has."""
        from google.analytics import admin_v1beta
        from google.analytics.admin_v1beta.services.analytics_admin_service.transports import (
            AnalyticsAdminServiceGrpcTransport,
        )

        return self._client(admin_v1beta.AnalyticsAdminServiceClient, AnalyticsAdminServiceGrpcTransport)

    @cached_property
    def admin_alpha(self) -> Any:
        """google-analytics-admin, v1alpha: for what only it has."""
        from google.analytics import admin_v1alpha
        from google.analytics.admin_v1alpha.services.analytics_admin_service.transports import (
            AnalyticsAdminServiceGrpcTransport,
        )

        return self._client(admin_v1alpha.AnalyticsAdminServiceClient, AnalyticsAdminServiceGrpcTransport)

    @cached_property
    def data_beta(self) -> Any:
        """google-analytics-data, v1beta."""
        from google.analytics import data_v1beta
        from google.analytics.data_v1beta.services.beta_analytics_data.transports import (
            BetaAnalyticsDataGrpcTransport,
        )

        return self._client(data_v1beta.BetaAnalyticsDataClient, BetaAnalyticsDataGrpcTransport)

    @cached_property
    def data_alpha(self) -> Any:
        """google-analytics-data, v1alpha: for funnels."""
        from google.analytics import data_v1alpha
        from google.analytics.data_v1alpha.services.alpha_analytics_data.transports import (
            AlphaAnalyticsDataGrpcTransport,
        )

        return self._client(data_v1alpha.AlphaAnalyticsDataClient, AlphaAnalyticsDataGrpcTransport)

    @cached_property
    def found(self) -> Found:
        """The credentials for Google that all clients share; an emulator needs none.

        Raises:
            SignInError: there are none.
        """
        return find_credentials(self.access)

    def _client(self, client_type: Any, transport_type: Any) -> Any:
        if self._channel is not None:
            return client_type(transport=transport_type(channel=self._channel))
        with translated("signing in to Google"):
            return client_type(
                credentials=self.found.credentials, client_options={"scopes": [SCOPES[self.access]]}
            )

    def close(self) -> None:
        """Close every channel; a call still under way ends at once."""
        for client in ("admin_beta", "admin_alpha", "data_beta", "data_alpha"):
            if client in self.__dict__:
                self.__dict__[client].transport.close()
        if self._channel is not None:
            self._channel.close()

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _emulator_channel(address: str) -> grpc.Channel:
    host, _, port = address.rpartition(":")
    if not _HOST.fullmatch(host) or not _PORT.fullmatch(port) or not 0 < int(port) < 65536:
        raise InputError(EMULATOR_VARIABLE, f'"{address}" is not host:port', 'Write it as "127.0.0.1:8080".')
    channel = grpc.insecure_channel(address, options=_CHANNEL_OPTIONS)
    try:
        grpc.channel_ready_future(channel).result(timeout=_EMULATOR_WAIT)
    except grpc.FutureTimeoutError:
        channel.close()
        raise UnreachableError(
            f"{EMULATOR_VARIABLE}={address}",
            "no emulator answers there",
            "Start one with 'milepost emulator', or unset the variable.",
        ) from None
    return channel
