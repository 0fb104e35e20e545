"""The validation endpoint's answers: recorded texts, limits at their bounds, and laws."""

from __future__ import annotations

import json
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milepost.emulator.collect.protocol import read_protocol_request
from milepost.emulator.collect.rows import row_of
from milepost.emulator.collect.streams import WebStream
from milepost.emulator.collect.tag_hits import read_tag_hit
from milepost.emulator.collect.validation import validate
from milepost.emulator.events.collected import CollectedEvents

from .conftest import NOON, Site

STRICT = {"validation_behavior": "ENFORCE_RECOMMENDATIONS"}
NOW = int(NOON.timestamp()) * 1_000_000
HOUR = 3_600_000_000


def body(*events: Any, **fields: Any) -> bytes:
    return json.dumps({"client_id": "1.2", "events": events or [{"name": "lead"}], **fields}).encode()


def codes(sent: bytes) -> list[tuple[str, str]]:
    return [(message.field_path, message.code) for message in validate(sent, NOON)[1]]


def event(name: str = "lead", /, **params: Any) -> dict[str, Any]:
    return {"name": name, "params": params}


def test_answer_over_http_has_googles_shape(site: Site) -> None:
    assert site.server({"name": "_badEventName", "params": {}}, path="/debug/mp/collect") == [
        {
            "fieldPath": "events",
            "description": "Event at index: [0] has invalid name [_badEventName]. "
            "Names must start with an alphabetic character.",
            "validationCode": "NAME_INVALID",
        }
    ]


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        (
            body({"names": "x"}),
            "Unable to parse Measurement Protocol JSON payload. (events[0]) names: Cannot find field.",
        ),
        (body(client_id=None), "Measurement requires a client_id."),
        (
            body({"name": "a@b"}),
            "Event at index: [0] has invalid name [a@b]. "
            "Only alphanumeric characters and underscores are allowed.",
        ),
        (
            body(client_id="12", **STRICT),
            "client_id [12] has invalid format. It should be in <number>.<number> format.",
        ),
    ],
)
def test_texts_on_record_are_googles(sent: bytes, text: str) -> None:
    (message,) = validate(sent, NOON)[1]
    assert message.description == text


@pytest.mark.parametrize(
    ("sent", "found"),
    [
        (body(), []),
        (body(clientId="1.2", **STRICT), []),
        (body(events=[]), [("events", "VALUE_REQUIRED")]),
        (body(*[event()] * 25), []),
        (body(*[event()] * 26), [("events", "EXCEEDED_MAX_ENTITIES")]),
        (body(event("a" * 40)), []),
        (body(event("a" * 41)), [("events", "NAME_INVALID")]),
        (body(event("")), [("events", "VALUE_REQUIRED")]),
        (body(event("in_app_purchase")), [("events", "NAME_RESERVED")]),
        (body(event("page_view")), []),
        (body(event(**{f"p{n}": 1 for n in range(25)})), []),
        (body(event(**{f"p{n}": 1 for n in range(26)})), [("events[0].params", "EXCEEDED_MAX_ENTITIES")]),
        (body(event(**{"p" * 40: 1})), []),
        (body(event(**{"p" * 41: 1})), [(f"events[0].params.{'p' * 41}", "NAME_INVALID")]),
        (body(event(ga_x=1)), [("events[0].params.ga_x", "NAME_RESERVED")]),
        (body(event(x={"y": 1})), [("events[0].params.x", "VALUE_INVALID")]),
        (body(event(x="v" * 101)), []),
        (body(event(x="v" * 100), **STRICT), []),
        (body(event(x="v" * 101), **STRICT), [("events[0].params.x", "VALUE_OUT_OF_BOUNDS")]),
        (body(event(page_location="v" * 1000), **STRICT), []),
        (body(event(debug_mode=True), **STRICT), []),
        (body(event(value=4), **STRICT), [("events[0].params.currency", "VALUE_REQUIRED")]),
        (body(event(currency="EUR"), **STRICT), [("events[0].params.value", "VALUE_REQUIRED")]),
        (body(event(items="tea")), [("events[0].params.items", "VALUE_INVALID")]),
        (body(event(items=[{"price": 1}])), [("events[0].params.items[0]", "VALUE_REQUIRED")]),
        (body(event(items=[{"item_id": "A"}] * 201)), [("events[0].params.items", "EXCEEDED_MAX_ENTITIES")]),
        (body(consent={"ad_user_data": "GRANTED"}), []),
        (body(consent={"ad_user_data": "yes"}), [("consent.ad_user_data", "VALUE_INVALID")]),
        (body(user_id="u" * 257), [("user_id", "VALUE_OUT_OF_BOUNDS")]),
        (body(user_properties={"p" * 24: {"value": "x"}}), []),
        (body(user_properties={"p" * 25: {"value": "x"}}), [(f"user_properties.{'p' * 25}", "NAME_INVALID")]),
        (body(user_properties={"plan": "x"}), [("user_properties.plan", "VALUE_INVALID")]),
        (
            body(user_properties={"plan": {"value": "x" * 37}}, **STRICT),
            [("user_properties.plan", "VALUE_OUT_OF_BOUNDS")],
        ),
        (body(timestamp_micros=NOW - 72 * HOUR, **STRICT), []),
        (body(timestamp_micros=NOW - 72 * HOUR - 1, **STRICT), [("timestamp_micros", "VALUE_INVALID")]),
        (body(timestamp_micros=NOW - 99 * HOUR), []),
        (body(timestamp_micros=NOW + HOUR, **STRICT), [("timestamp_micros", "VALUE_INVALID")]),
        (body(timestamp_micros="soon"), [("", "VALUE_INVALID")]),
        (body(validation_behavior="LOUD"), [("", "VALUE_INVALID")]),
        (body(event(), "x"), [("", "VALUE_INVALID")]),
        (b"", [("", "VALUE_INVALID")]),
        (b"[]", [("", "VALUE_INVALID")]),
        (b"\xff", [("", "VALUE_INVALID")]),
        (b"[" * 100_000, [("", "VALUE_INVALID")]),
        (b'{"client_id": "1.2", "events": [{"name": "a", "params": {"x": NaN}}]}', [("", "VALUE_INVALID")]),
        (b'{"client_id": "1.2", "events": [{"name": "a", "params": {"x": 1e999}}]}', [("", "VALUE_INVALID")]),
        (body(event(x=10**400)), [("", "VALUE_INVALID")]),
        (
            b'{"client_id": "1.2", "events": [{"name": "a", "params": {"x": 1, "x": 2}}]}',
            [("x", "NAME_DUPLICATED")],
        ),
    ],
)
def test_limits_hold_at_their_bounds(sent: bytes, found: list[tuple[str, str]]) -> None:
    assert codes(sent) == found


@pytest.mark.parametrize(("size", "found"), [(129_999, []), (130_000, [("", "VALUE_OUT_OF_BOUNDS")])])
def test_payload_is_below_130_kilobytes(size: int, found: list[tuple[str, str]]) -> None:
    sent = body()
    assert codes(sent + b" " * (size - len(sent))) == found


_KNOWN = [
    "lead",
    "purchase",
    "session_start",
    "_x",
    "ga_x",
    "n" * 41,
    "value",
    "currency",
    "items",
    "session_id",
]
_NAMES = st.sampled_from(_KNOWN) | st.text(max_size=6)
_LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=6))
_VALUES = (
    _LEAVES
    | st.lists(_LEAVES, max_size=2)
    | st.lists(st.dictionaries(_NAMES, _LEAVES, max_size=3), max_size=2)
)
_EVENTS = st.fixed_dictionaries(
    {"name": _NAMES},
    optional={"params": st.dictionaries(_NAMES, _VALUES, max_size=4), "timestamp_micros": _LEAVES},
)
_REQUESTS = st.fixed_dictionaries(
    {"client_id": st.sampled_from(["1.2", "x", ""]), "events": st.lists(_EVENTS, max_size=3)},
    optional={
        "validation_behavior": st.sampled_from(["RELAXED", "ENFORCE_RECOMMENDATIONS"]),
        "user_properties": st.dictionaries(_NAMES, _VALUES, max_size=3),
    },
)


@settings(max_examples=60, deadline=None)
@given(st.one_of(_REQUESTS, _VALUES))
def test_any_json_gets_an_answer_and_keeps_no_more_than_is_allowed(document: Any) -> None:
    sent = json.dumps(document).encode()
    messages = validate(sent, NOON)[1]
    kept = read_protocol_request(sent, NOON)
    assert len(kept.events) <= 25
    assert all(0 < len(one.name) <= 40 and len(one.parameters) <= 25 for one in kept.events)
    if not messages:
        assert len(kept.events) == len(document["events"])
    if any(message.event is None for message in messages):
        assert kept.events == ()


@settings(max_examples=50, deadline=None)
@given(_REQUESTS, st.text(), st.text())
def test_whatever_is_kept_can_be_read_back(document: dict[str, Any], query: str, line: str) -> None:
    stream = WebStream("properties/1/dataStreams/2", "1", ZoneInfo("Asia/Tokyo"))
    server = read_protocol_request(json.dumps(document).encode(), NOON)
    tag = read_tag_hit(query, f"en=probe&{line}")
    sent = [(event, server.sender) for event in server.events] + [(event, tag.sender) for event in tag.events]
    rows = [row_of(event, sender, stream, NOON, NOW, fresh=True) for event, sender in sent]
    collected = CollectedEvents()
    collected.append("1", rows)
    with duckdb.connect() as connection:
        found = collected.of("1").relation(connection).project("event_name").fetchall()
    assert [name for (name,) in found] == [event.name for event, _ in sent]


ODD_VALUES = [10**300, -(10**300), 2**64, "\ud800", "\0", True, ""]


def test_odd_values_leave_reports_readable(site: Site) -> None:
    for value in ODD_VALUES:
        item = {"item_id": "A", "item_name": value, "quantity": value, "price": value}
        params = {"session_id": "1", "engagement_time_msec": value, "value": value, "items": [item]}
        fields: dict[str, Any] = {"user_id": "\ud800", "user_properties": {"plan": {"value": value}}}
        assert site.server({"name": "purchase", "params": params}, **fields) == 204
        line = f"en=view_item&pr1=idA~qt{value!r}~pr{value!r}&epn.n={value!r}"
        assert site.tag(line, sct=repr(value)) == 204
    sent = float(len(ODD_VALUES))
    assert site.report(("eventName",), ("eventCount", "itemsPurchased"))["purchase"][0] == sent
    assert site.report(("eventName", "itemName"), ("itemRevenue",)) is not None
    assert site.realtime()["view_item"] == [sent]


@settings(max_examples=60, deadline=None)
@given(_REQUESTS)
def test_what_passes_with_recommendations_passes_without(document: dict[str, Any]) -> None:
    strict = codes(json.dumps(document | STRICT).encode())
    relaxed = codes(json.dumps(document | {"validation_behavior": "RELAXED"}).encode())
    assert set(relaxed) <= set(strict)


@settings(max_examples=60, deadline=None)
@given(st.lists(_EVENTS, min_size=1, max_size=4), st.integers(0, 3))
def test_messages_name_the_event_they_are_about(events: list[dict[str, Any]], at: int) -> None:
    good = [{"name": "lead"}] * len(events)
    position = at % len(events)
    alone = validate(body(*good[:position], events[position], *good[position + 1 :]), NOON)[1]
    assert all(message.event in (position, None) for message in alone)
