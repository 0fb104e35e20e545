"""The Data side of the emulator over real gRPC, on events built here in the export schema."""

from __future__ import annotations

import random
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import duckdb
import grpc
import pyarrow as pa
import pytest
from google.analytics import admin_v1alpha, data_v1alpha, data_v1beta
from google.analytics.data_v1alpha.services.alpha_analytics_data.transports import (
    AlphaAnalyticsDataGrpcTransport,
)
from google.analytics.data_v1beta.services.beta_analytics_data.transports import (
    BetaAnalyticsDataGrpcTransport,
)

from milepost.emulator.clock import Clock
from milepost.emulator.data import methods
from milepost.emulator.events.source import ExportFiles
from milepost.emulator.server import RpcServer
from milepost.emulator.store import Record, Store
from milepost.emulator.switches import Switches

NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)
LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)

_SLOTS = pa.struct(
    [
        ("string_value", pa.string()),
        ("int_value", pa.int64()),
        ("float_value", pa.float64()),
        ("double_value", pa.float64()),
    ]
)
_PARAMETERS = pa.list_(pa.struct([("key", pa.string()), ("value", _SLOTS)]))
_SCHEMA = pa.schema(
    [
        ("event_date", pa.string()),
        ("event_timestamp", pa.int64()),
        ("event_name", pa.string()),
        ("event_params", _PARAMETERS),
        ("user_pseudo_id", pa.string()),
        ("user_properties", _PARAMETERS),
        ("device", pa.struct([("category", pa.string())])),
        ("geo", pa.struct([("country", pa.string())])),
        (
            "traffic_source",
            pa.struct([("source", pa.string()), ("medium", pa.string()), ("name", pa.string())]),
        ),
        ("stream_id", pa.string()),
        ("platform", pa.string()),
        ("ecommerce", pa.struct([("purchase_revenue", pa.float64())])),
    ]
)


def _parameter(key: str, value: object) -> dict[str, Any]:
    slot = {str: "string_value", int: "int_value", float: "double_value"}[type(value)]
    return {"key": key, "value": {slot: value}}


@dataclass(frozen=True)
class Event:
    """One event; `at` is minutes since midnight, `parameters` go into the slot of their type."""

    name: str
    user: str = "u1"
    session: int | None = 1
    day: date = date(2026, 3, 10)
    at: float = 600
    device: str = "desktop"
    country: str | None = "Germany"
    stream: str = "77"
    revenue: float | None = None
    parameters: dict[str, Any] = field(default_factory=dict)
    user_properties: dict[str, Any] = field(default_factory=dict)

    @property
    def moment(self) -> datetime:
        return datetime(self.day.year, self.day.month, self.day.day, tzinfo=UTC) + timedelta(minutes=self.at)

    def row(self) -> dict[str, Any]:
        ids = {} if self.session is None else {"ga_session_id": self.session}
        return {
            "event_date": self.day.strftime("%Y%m%d"),
            "event_timestamp": int(self.moment.timestamp() * 1e6),
            "event_name": self.name,
            "event_params": [_parameter(*item) for item in ({**ids, **self.parameters}).items()],
            "user_pseudo_id": self.user,
            "user_properties": [_parameter(*item) for item in self.user_properties.items()],
            "device": {"category": self.device},
            "geo": {"country": self.country},
            "traffic_source": {"source": "google", "medium": "organic", "name": "(organic)"},
            "stream_id": self.stream,
            "platform": "WEB",
            "ecommerce": {"purchase_revenue": self.revenue},
        }


@dataclass(frozen=True)
class TableEvents:
    """Events from an Arrow table; with `threads` the database uses that many."""

    table: pa.Table
    threads: int | None = None

    def fingerprint(self, today: date) -> Hashable:
        return id(self.table)

    def relation(
        self,
        connection: duckdb.DuckDBPyConnection,
        today: date,
    ) -> duckdb.DuckDBPyRelation:
        if self.threads is not None:
            connection.execute(f"SET threads = {self.threads}")
        return connection.from_arrow(self.table)

    def cache(self) -> None:
        """Kept nowhere."""


class Analytics:
    """One property `properties/1` with its events, its configuration, and a client that asks for reports."""

    def __init__(self, events: Sequence[Event], switches: Switches, stack: ExitStack) -> None:
        self.clock = Clock(NOW)
        self.store = Store()
        self.events = list(events)
        self.threads: int | None = None
        self.table = pa.Table.from_pylist([event.row() for event in events], schema=_SCHEMA)
        self.put(
            "properties/1",
            admin_v1alpha.Property(name="properties/1", time_zone="Etc/GMT", currency_code="EUR"),
        )
        self.put(
            "properties/1/dataStreams/5",
            admin_v1alpha.DataStream(type_=admin_v1alpha.DataStream.DataStreamType.WEB_DATA_STREAM),
        )
        server = RpcServer(
            methods(self.store, self.clock, switches, lambda _: TableEvents(self.table, self.threads))
        )
        server.start()
        stack.callback(server.stop)
        self.address = server.address
        channel = stack.enter_context(grpc.insecure_channel(server.address))
        self.client = data_v1beta.BetaAnalyticsDataClient(
            transport=BetaAnalyticsDataGrpcTransport(channel=channel)
        )
        self.alpha = data_v1alpha.AlphaAnalyticsDataClient(
            transport=AlphaAnalyticsDataGrpcTransport(channel=channel)
        )

    def put(self, name: str, message: Any, created: datetime = LONG_AGO) -> None:
        """Configure something as the Admin API would."""
        with self.store.transaction():
            self.store.put(name, Record(message, created, created))

    def key_event(self, event: str, created: datetime = LONG_AGO, **fields: Any) -> None:
        """Mark an event as key event."""
        fields = {"counting_method": 1, **fields}
        message = admin_v1alpha.KeyEvent(event_name=event, **fields)
        self.put(f"properties/1/keyEvents/{event}", message, created)

    def rule(
        self, name: str, *conditions: Any, created: datetime = LONG_AGO, stream: str = "5", **fields: Any
    ) -> None:
        """Make an event create rule."""
        message = admin_v1alpha.EventCreateRule(destination_event=name, event_conditions=conditions, **fields)
        self.put(f"properties/1/dataStreams/{stream}/eventCreateRules/{name}", message, created)

    def ask(self, dimensions: str = "", metrics: str = "", **fields: Any) -> Any:
        """Run a report over all events, unless the fields say otherwise; names stand apart by spaces."""
        ranges = [data_v1beta.DateRange(start_date="2026-03-01", end_date="2026-03-14")]
        return self.client.run_report(
            data_v1beta.RunReportRequest(
                property="properties/1",
                dimensions=[{"name": name} for name in dimensions.split()],
                metrics=[{"name": name} for name in metrics.split()],
                **{"date_ranges": ranges, **fields},
            )
        )

    def rows(self, dimensions: str = "", metrics: str = "", **fields: Any) -> list[tuple[str, ...]]:
        """The rows of such a report as tuples of text."""
        return texts(self.ask(dimensions, metrics, **fields).rows)

    def figure(self, metric: str, **fields: Any) -> str:
        """One metric over everything."""
        rows = self.rows("", metric, keep_empty_rows=True, **fields)
        return rows[0][0]


def texts(rows: Sequence[Any]) -> list[tuple[str, ...]]:
    return [(*(v.value for v in row.dimension_values), *(v.value for v in row.metric_values)) for row in rows]


@pytest.fixture(scope="session")
def event() -> type[Event]:
    return Event


@pytest.fixture
def analytics() -> Iterator[Callable[..., Analytics]]:
    """Makes a property with the events given; keyword arguments are switches."""
    with ExitStack() as stack:
        yield lambda *events, **switches: Analytics(events, Switches(**switches), stack)


@pytest.fixture(scope="session")
def property_of() -> Callable[..., Analytics]:
    """Makes a property that lives as long as the stack given, for tests that share one."""
    return lambda events, stack, **switches: Analytics(events, Switches(**switches), stack)


@pytest.fixture(scope="session")
def crowd() -> Iterator[Analytics]:
    """A property with 900 random events of forty users in two weeks; nothing in it may be changed."""
    with ExitStack() as stack:
        property_ = Analytics(_random_events(random.Random(5)), Switches(), stack)  # noqa: S311
        property_.key_event("purchase")
        property_.put(
            "properties/1/customDimensions/9",
            admin_v1alpha.CustomDimension(parameter_name="plan", display_name="Plan", scope=1),
        )
        yield property_


def _random_events(rng: random.Random) -> list[Event]:
    events = []
    for _ in range(900):
        name = rng.choice(["page_view", "page_view", "scroll", "add_to_cart", "purchase", "first_visit"])
        parameters: dict[str, Any] = {
            "page_location": f"https://shop.example/{rng.choice(['', 'a', 'B', 'c?x=1'])}",
            "session_engaged": rng.choice(["0", "1"]),
        }
        if rng.random() < 0.7:
            parameters["plan"] = rng.choice(["free", "Pro", "pro", "team 10", "team 9", ""])
        if rng.random() < 0.5:
            parameters["value"] = rng.choice([1, 2.5, 0.1])
        events.append(
            Event(
                name,
                user=f"u{rng.randrange(40)}",
                session=rng.choice([1, 2, None]),
                day=date(2026, 3, 1) + timedelta(days=rng.randrange(14)),
                at=rng.randrange(1440),
                device=rng.choice(["desktop", "mobile", "tablet"]),
                country=rng.choice(["Germany", "France", "Österreich", None, "(not set)", ""]),
                revenue=10.1 if name == "purchase" else None,
                parameters=parameters,
            )
        )
    return events


@pytest.fixture(scope="session")
def real_client(real_export: str) -> Iterator[data_v1beta.BetaAnalyticsDataClient]:
    """Speaks to a property with the real events, on the day after the last; purchase is its key event."""
    store, long_ago = Store(), datetime(2019, 12, 1, tzinfo=UTC)
    shop = admin_v1alpha.Property(time_zone="Etc/GMT", currency_code="USD")
    purchase = admin_v1alpha.KeyEvent(event_name="purchase", counting_method=1)
    with store.transaction():
        store.put("properties/1", Record(shop, long_ago, long_ago))
        store.put("properties/1/keyEvents/2", Record(purchase, long_ago, long_ago))
    clock = Clock.on_day(date(2021, 1, 17))
    server = RpcServer(methods(store, clock, Switches(), lambda _: ExportFiles(real_export)))
    server.start()
    with ExitStack() as stack:
        stack.callback(server.stop)
        channel = stack.enter_context(grpc.insecure_channel(server.address))
        yield data_v1beta.BetaAnalyticsDataClient(transport=BetaAnalyticsDataGrpcTransport(channel=channel))


@pytest.fixture(scope="session")
def real_metrics(real_client: data_v1beta.BetaAnalyticsDataClient) -> list[str]:
    """Names of the metrics that property offers."""
    return [m.api_name for m in real_client.get_metadata(name="properties/1/metadata").metrics]


@pytest.fixture(scope="session")
def ask(real_client: data_v1beta.BetaAnalyticsDataClient) -> Callable[..., list[tuple[str, ...]]]:
    """Asks for reports on the real events, over all 28 days unless the fields say otherwise."""

    def rows(dimensions: str, metrics: str, **fields: Any) -> list[tuple[str, ...]]:
        ranges = [{"start_date": "28daysAgo", "end_date": "yesterday"}]
        response = real_client.run_report(
            data_v1beta.RunReportRequest(
                property="properties/1",
                dimensions=[{"name": name} for name in dimensions.split()],
                metrics=[{"name": name} for name in metrics.split()],
                limit=250_000,
                **{"date_ranges": ranges, **fields},
            )
        )
        return texts(response.rows)

    return rows


@pytest.fixture(scope="session")
def sql(real_export: str) -> Callable[[str], list[tuple[str, ...]]]:
    """Runs SQL on `export`, the real events as they were exported; `of` reads a parameter."""
    connection = duckdb.connect()
    connection.execute(f"CREATE VIEW export AS SELECT * FROM read_parquet('{real_export}')")
    connection.execute("CREATE MACRO of(params, k) AS list_filter(params, lambda x: x.key = k)[1].value")

    def run(query: str) -> list[tuple[str, ...]]:
        return [tuple(str(value) for value in row) for row in connection.execute(query).fetchall()]

    return run
