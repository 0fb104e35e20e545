"""What a server sends by the Measurement Protocol, from the wire to realtime and reports."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from .conftest import NOON, SESSION, Site

SEEN = {"session_id": SESSION, "engagement_time_msec": 1}


def micros(moment: datetime) -> int:
    return int(moment.timestamp()) * 1_000_000


def test_event_is_in_realtime_and_in_reports(site: Site) -> None:
    lead = {"name": "qualify_lead", "params": {**SEEN, "currency": "EUR", "value": 40}}
    assert site.server(lead) == 204
    assert site.realtime() == {"qualify_lead": [1]}
    assert site.report(("eventName",), ("eventCount", "eventValue")) == {"qualify_lead": [1, 40]}


@pytest.mark.parametrize("missing", ["session_id", "engagement_time_msec"])
def test_event_without_session_or_engagement_is_in_reports_alone(site: Site, missing: str) -> None:
    params = {name: value for name, value in SEEN.items() if name != missing}
    site.server({"name": "webinar_attend", "params": params})
    assert site.realtime() == {}
    assert site.report(("eventName",), ("eventCount",)) == {"webinar_attend": [1]}


def test_event_joins_the_visit_of_the_same_person(site: Site) -> None:
    site.tag(en="page_view", dl="https://site.example/?utm_source=letter&utm_medium=email")
    site.server({"name": "close_convert_lead", "params": SEEN})
    found = site.report(("eventName", "sessionSourceMedium"), ("eventCount", "totalUsers"))
    assert found["close_convert_lead | letter / email"] == [1, 1]
    assert site.report((), ("totalUsers", "sessions")) == {"": [1, 1]}


def test_key_event_counts(site: Site) -> None:
    site.flag("renewal")
    site.server({"name": "renewal", "params": SEEN})
    assert site.realtime("keyEvents") == {"renewal": [1]}


@pytest.mark.parametrize("secret", ["", "wrong", "ü"])
def test_wrong_secret_is_accepted_and_dropped(site: Site, secret: str) -> None:
    assert site.server({"name": "qualify_lead", "params": SEEN}, secret=secret) == 204
    assert site.emulator.hits[-1].fate == "wrong_secret"
    assert site.report(("eventName",), ("eventCount",)) == {}


def test_deleted_secret_does_not_work_any_more(site: Site) -> None:
    (secret,) = site.admin.list_measurement_protocol_secrets(parent=site.stream)
    site.admin.delete_measurement_protocol_secret(name=secret.name)
    site.server({"name": "qualify_lead", "params": SEEN})
    assert site.emulator.hits[-1].fate == "wrong_secret"


def test_no_log_holds_the_secret(site: Site) -> None:
    site.server({"name": "qualify_lead", "params": SEEN})
    site.server({"name": "_bad"}, path="/debug/mp/collect")
    assert site.secret not in repr(site.emulator.hits)


@pytest.mark.parametrize(
    ("own", "of_request", "moment"),
    [
        (None, None, NOON),
        (None, NOON - timedelta(hours=20), NOON - timedelta(hours=20)),
        (NOON - timedelta(hours=50), NOON - timedelta(hours=20), NOON - timedelta(hours=50)),
        (NOON - timedelta(days=30), None, NOON - timedelta(hours=72)),
        (NOON + timedelta(days=3), None, NOON),
    ],
)
def test_time_is_the_events_then_the_requests_then_now(
    site: Site, own: datetime | None, of_request: datetime | None, moment: datetime
) -> None:
    event: dict[str, Any] = {"name": "renewal", "params": SEEN}
    event |= {"timestamp_micros": micros(own)} if own else {}
    # JSON of protocol messages may carry 64-bit numbers as texts.
    site.server(event, **({"timestamp_micros": str(micros(of_request))} if of_request else {}))
    assert list(site.report(("dateHour",), ("eventCount",))) == [f"{moment:%Y%m%d%H}"]


def test_bad_event_is_dropped_and_the_others_stay(site: Site) -> None:
    assert site.server({"name": "good", "params": SEEN}, {"name": "_bad"}, {"name": "session_start"}) == 204
    assert site.report(("eventName",), ("eventCount",)) == {"good": [1]}


@pytest.mark.parametrize(
    "fields", [{"client_id": ""}, {"unknown": 1}, {"validation_behavior": "ENFORCE_RECOMMENDATIONS"}]
)
def test_bad_request_is_dropped_whole(site: Site, fields: dict[str, Any]) -> None:
    assert site.server({"name": "good", "params": SEEN}, {"name": "_bad"}, **fields) == 204
    assert site.report(("eventName",), ("eventCount",)) == {}


def test_validation_reaches_no_report_and_asks_for_no_secret(site: Site) -> None:
    path = "/debug/mp/collect"
    assert site.server({"name": "good", "params": SEEN}, path=path, secret="") == []
    assert site.report(("eventName",), ("eventCount",)) == {}


def test_purchase_brings_revenue_and_items(site: Site) -> None:
    items = [{"item_id": "A", "item_name": "Tea", "price": 10, "quantity": 2}]
    params = {**SEEN, "currency": "EUR", "value": 20, "transaction_id": "T9", "items": items}
    site.server({"name": "purchase", "params": params}, user_properties={"plan": {"value": "pro"}})
    assert site.report(("transactionId",), ("purchaseRevenue",)) == {"T9": [20]}
    assert site.report(("itemName",), ("itemRevenue", "itemsPurchased")) == {"Tea": [20, 2]}
