"""A site without history: what is sent to it over HTTP is all that its reports can show."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPResponse
from typing import Any
from urllib.parse import urlencode

import grpc
import pytest
from google.analytics import admin_v1beta, data_v1beta
from google.analytics.admin_v1beta.services.analytics_admin_service.transports import (
    AnalyticsAdminServiceGrpcTransport,
)
from google.analytics.data_v1beta.services.beta_analytics_data.transports import (
    BetaAnalyticsDataGrpcTransport,
)

from milepost.emulator.admin import ExtraProperty, add_property
from milepost.emulator.clock import Clock
from milepost.emulator.embedded import Emulator
from milepost.emulator.switches import Switches

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
PROPERTY = "properties/4711"
SESSION = "1700000000"


def request(
    address: str, method: str, path: str, body: bytes | str | None = None, headers: Mapping[str, str] = {}
) -> tuple[HTTPResponse, bytes]:
    """One request and its answer."""
    connection = HTTPConnection(address)
    try:
        connection.request(method, path, body, dict(headers))
        response = connection.getresponse()
        return response, response.read()
    finally:
        connection.close()


@dataclass(frozen=True)
class Site:
    """One property, its web stream, and the clients that configure and read it."""

    emulator: Emulator
    channel: grpc.Channel
    admin: admin_v1beta.AnalyticsAdminServiceClient
    data: data_v1beta.BetaAnalyticsDataClient
    measurement_id: str
    stream: str
    secret: str

    def tag(self, *lines: str, agent: str = "", **fields: Any) -> int:
        """What the Google tag would send, by default for one person in one session."""
        usual = {"v": 2, "tid": self.measurement_id, "cid": "1.2", "sid": SESSION, "sct": 1}
        path = f"/g/collect?{urlencode({**usual, **fields})}"
        method = "POST" if lines else "GET"
        headers = {"User-Agent": agent}
        return request(self.emulator.collect_address, method, path, "\n".join(lines), headers)[0].status

    def server(
        self, *events: Any, path: str = "/mp/collect", secret: str | None = None, **fields: Any
    ) -> Any:
        """What a server would send; the answer, of the validation endpoint its messages."""
        query = {
            "measurement_id": self.measurement_id,
            "api_secret": self.secret if secret is None else secret,
        }
        body = json.dumps({"client_id": "1.2", "events": events, **fields})
        address = self.emulator.collect_address
        response, answer = request(address, "POST", f"{path}?{urlencode(query)}", body)
        return json.loads(answer)["validationMessages"] if answer else response.status

    def flag(self, event_name: str) -> None:
        """Make an event a key event."""
        key_event = admin_v1beta.KeyEvent(event_name=event_name, counting_method="ONCE_PER_EVENT")
        self.admin.create_key_event(parent=PROPERTY, key_event=key_event)

    def report(
        self, dimensions: Sequence[str], metrics: Sequence[str], **asked: Any
    ) -> dict[str, list[float]]:
        """Figures of the last days and today by the values of dimensions, joined by ` | `."""
        response = self.data.run_report(
            data_v1beta.RunReportRequest(
                property=PROPERTY,
                dimensions=[{"name": name} for name in dimensions],
                metrics=[{"name": name} for name in metrics],
                date_ranges=[{"start_date": "7daysAgo", "end_date": "today"}],
                **asked,
            )
        )
        return _figures(response)

    def realtime(self, *metrics: str) -> dict[str, list[float]]:
        """Figures of the last half hour by event name; by default how often it came."""
        response = self.data.run_realtime_report(
            data_v1beta.RunRealtimeReportRequest(
                property=PROPERTY,
                dimensions=[{"name": "eventName"}],
                metrics=[{"name": name} for name in metrics or ("eventCount",)],
            )
        )
        return _figures(response)


def _figures(response: Any) -> dict[str, list[float]]:
    return {
        " | ".join(value.value for value in row.dimension_values): [
            float(value.value) for value in row.metric_values
        ]
        for row in response.rows
    }


@pytest.fixture
def site() -> Iterator[Site]:
    """A property at noon, whom nobody has visited yet."""
    switches = Switches(user_data_acknowledged=True)
    with Emulator(clock=Clock(NOON), switches=switches) as emulator:
        add_property(emulator.store, emulator.clock, ExtraProperty("4711"))
        with grpc.insecure_channel(emulator.address) as channel:
            admin = admin_v1beta.AnalyticsAdminServiceClient(
                transport=AnalyticsAdminServiceGrpcTransport(channel=channel)
            )
            data = data_v1beta.BetaAnalyticsDataClient(
                transport=BetaAnalyticsDataGrpcTransport(channel=channel)
            )
            (stream,) = admin.list_data_streams(parent=PROPERTY)
            secret = admin.create_measurement_protocol_secret(
                parent=stream.name,
                measurement_protocol_secret=admin_v1beta.MeasurementProtocolSecret(display_name="Till"),
            )
            yield Site(
                emulator,
                channel,
                admin,
                data,
                stream.web_stream_data.measurement_id,
                stream.name,
                secret.secret_value,
            )
