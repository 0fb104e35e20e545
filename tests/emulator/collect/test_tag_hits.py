"""What the Google tag sends, from the wire to realtime and reports."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from google.analytics import admin_v1alpha, admin_v1beta
from google.analytics.admin_v1alpha.services.analytics_admin_service.transports import (
    AnalyticsAdminServiceGrpcTransport,
)

from milepost.emulator.collect.tag_hits import read_tag_hit

from .conftest import NOON, PROPERTY, Site, request

PAGE = {
    "dl": "https://site.example/pricing?utm_source=letter&utm_medium=email&utm_campaign=may",
    "dt": "Prices",
}
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) "
    "AppleWebKit/605.1.15 Version/17.0 Mobile Safari/604.1"
)


def test_hit_is_in_realtime_at_once(site: Site) -> None:
    assert site.realtime() == {}
    assert site.tag(en="page_view", **PAGE) == 204
    assert site.realtime() == {"page_view": [1], "session_start": [1], "first_visit": [1]}


def test_batch_has_an_event_per_line(site: Site) -> None:
    site.tag("en=page_view", "en=demo_watched&_et=1500&ep.title=Tour", "en=demo_watched", **PAGE)
    assert site.realtime()["demo_watched"] == [2]


def test_batch_keeps_its_order(site: Site) -> None:
    site.tag(*(f"en=step_{n}" for n in range(5)))
    rows = site.emulator.collected.rows("4711")
    names = [row["event_name"] for row in sorted(rows, key=lambda row: row["event_timestamp"])]
    assert names[-5:] == [f"step_{n}" for n in range(5)]


def test_report_knows_page_source_device_and_value(site: Site) -> None:
    site.tag("en=page_view", "en=sign_up&epn.value=12.5&cu=EUR&_et=20000", agent=PHONE, **PAGE)
    names = ("eventName", "pagePath", "sessionSourceMedium", "sessionCampaignName", "deviceCategory")
    found = site.report(names, ("eventCount", "eventValue"))
    assert found["sign_up | /pricing | letter / email | may | mobile"] == [1, 12.5]


def test_session_is_counted_once_and_engaged_by_the_tags_word(site: Site) -> None:
    site.tag(en="page_view", _ss=1, _fv=1, **PAGE)
    site.tag(en="page_view", _ss=1, _fv=1, **PAGE)
    site.tag(en="page_view", sid="1700000999", sct=2, seg=1, **PAGE)
    figures = site.report((), ("sessions", "newUsers", "totalUsers", "screenPageViews", "engagedSessions"))
    # Two views make the first session an engaged one; the second is by its flag.
    assert figures == {"": [2, 1, 1, 3, 2]}


def test_returning_person_is_not_new(site: Site) -> None:
    site.tag(en="page_view", sct=5)
    assert "first_visit" not in site.realtime()


@pytest.mark.parametrize(
    ("referrer", "source"),
    [
        ("https://www.google.com/", "google / organic"),
        ("https://blog.example/post", "blog.example / referral"),
        ("https://site.example/other", "(direct) / (none)"),
        ("", "(direct) / (none)"),
        ("https://[broken", "(direct) / (none)"),
    ],
)
def test_source_comes_from_the_referrer(site: Site, referrer: str, source: str) -> None:
    site.tag(en="page_view", dl="https://site.example/", dr=referrer)
    assert list(site.report(("sessionSourceMedium",), ("sessions",))) == [source]


@pytest.mark.parametrize(
    ("consent", "counted"), [("G111", 2), ("G101", 2), ("G110", 0), ("G100", 0), ("G1--", 2), ("", 2)]
)
def test_denied_analytics_consent_counts_nowhere(site: Site, consent: str, counted: int) -> None:
    assert site.tag("en=page_view", "en=page_view", gcs=consent) == 204
    assert site.realtime().get("page_view", [0]) == [counted]
    assert site.emulator.hits[-1].fate == ("collected" if counted else "consent_denied")


def test_unknown_measurement_id_is_accepted_and_dropped(site: Site) -> None:
    assert site.tag(en="page_view", tid="G-NOBODY0000") == 204
    assert [hit.fate for hit in site.emulator.hits] == ["unknown_stream"]
    assert site.realtime() == {}


@pytest.mark.parametrize("fields", [{"en": ""}, {"en": "page_view", "cid": ""}])
def test_hit_without_event_or_person_is_dropped(site: Site, fields: dict[str, str]) -> None:
    assert site.tag(**fields) == 204
    assert site.emulator.hits[-1].fate == "invalid"


def test_purchase_brings_revenue_and_items(site: Site) -> None:
    items: dict[str, Any] = {"pr1": "idA~nmTea~~pot~pr10~qt2~k0colour~v0red", "pr2": "idB~nmCup~pr5"}
    site.tag(en="purchase", cu="EUR", **{"epn.value": 25, "ep.transaction_id": "T1", **items})
    assert site.report(("transactionId",), ("purchaseRevenue", "transactions")) == {"T1": [25, 1]}
    found = site.report(("itemName",), ("itemRevenue", "itemsPurchased"))
    assert found == {"Tea~pot": [20, 2], "Cup": [5, 1]}


def test_custom_dimension_and_user_property_are_reported(site: Site) -> None:
    for name, scope in (("plan", "USER"), ("box", "EVENT")):
        definition = admin_v1beta.CustomDimension(parameter_name=name, display_name=name, scope=scope)
        site.admin.create_custom_dimension(parent=PROPERTY, custom_dimension=definition)
    site.tag(en="open_box", **{"ep.box": "big", "up.plan": "free"})
    found = site.report(("customEvent:box", "customUser:plan"), ("eventCount",))
    assert found["big | free"] == [1]
    site.tag(en="upgrade", **{"up.plan": "pro"})
    assert set(site.report(("customUser:plan",), ("totalUsers",))) == {"pro"}


def test_create_rule_and_key_event_act_on_hits(site: Site) -> None:
    rules = admin_v1alpha.AnalyticsAdminServiceClient(
        transport=AnalyticsAdminServiceGrpcTransport(channel=site.channel)
    )
    condition = {"field": "page_location", "comparison_type": "CONTAINS", "value": "/pricing"}
    rule = admin_v1alpha.EventCreateRule(destination_event="pricing_view", event_conditions=[condition])
    rules.create_event_create_rule(parent=site.stream, event_create_rule=rule)
    site.flag("pricing_view")
    site.tag(en="probe", **PAGE)
    # The tag's event, and what GA4 itself makes of a first one: the rule meets all three.
    assert site.realtime("eventCount", "keyEvents")["pricing_view"] == [3, 3]
    site.server(
        {"name": "probe", "params": {"page_location": PAGE["dl"], "session_id": 1, "engagement_time_msec": 1}}
    )
    assert site.realtime()["probe"] == [2]
    assert site.realtime()["pricing_view"] == [3]


def test_day_is_that_of_the_propertys_time_zone(site: Site) -> None:
    patch = admin_v1alpha.Property(name=PROPERTY, time_zone="Asia/Tokyo")
    site.admin.update_property({"property": {"name": patch.name, "time_zone": patch.time_zone},
                                "update_mask": {"paths": ["time_zone"]}})  # fmt: skip
    site.emulator.clock.set(NOON + timedelta(hours=4))
    site.tag(en="page_view")
    assert list(site.report(("date",), ("eventCount",))) == ["20261121"]


def test_half_an_hour_later_realtime_has_forgotten(site: Site) -> None:
    site.tag(en="page_view")
    site.emulator.clock.set(NOON + timedelta(minutes=31))
    assert site.realtime() == {}
    assert site.report(("eventName",), ("eventCount",))["page_view"] == [1]


def test_reset_forgets_what_was_collected(site: Site) -> None:
    site.tag(en="page_view")
    site.emulator.reset()
    assert site.emulator.hits == ()
    assert site.emulator.collected.properties() == ()


def test_browser_of_another_site_may_send(site: Site) -> None:
    origin = {"Origin": "https://site.example"}
    for method, path in (("OPTIONS", "/g/collect"), ("POST", f"/g/collect?tid={site.measurement_id}")):
        response, body = request(site.emulator.collect_address, method, path, b"", origin)
        assert (response.status, body) == (204, b"")
        assert response.getheader("Access-Control-Allow-Origin") == "https://site.example"
        assert response.getheader("Access-Control-Allow-Credentials") == "true"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("POST", "/collect", 404),
        ("GET", "/mp/collect", 405),
        ("GET", "/debug/mp/collect", 405),
    ],
)
def test_other_paths_and_methods_are_refused(site: Site, method: str, path: str, status: int) -> None:
    assert request(site.emulator.collect_address, method, path)[0].status == status


@pytest.mark.parametrize(
    ("fields", "parameters"),
    [
        ("epn.price=12", {"price": 12}),
        ("epn.price=1.5", {"price": 1.5}),
        ("epn.price=cheap", {"price": "cheap"}),
        ("epn.price=nan", {"price": "nan"}),
        ("ep.price=12", {"price": "12"}),
        ("ep.note=", {"note": ""}),
        ("ep.=x", {}),
        (f"ep.{'n' * 41}=x", {}),
        (f"ep.note={'x' * 101}", {"note": "x" * 100}),
        (f"dl=https://a.example/{'x' * 999}", {"page_location": f"https://a.example/{'x' * 982}"}),
        ("dt=A%26B%3Cb%3E", {"page_title": "A&B<b>"}),
    ],
)
def test_fields_become_parameters(fields: str, parameters: dict[str, Any]) -> None:
    (event,) = read_tag_hit(f"tid=G-1&cid=1.2&en=probe&{fields}").events
    assert {
        name: value for name, value in event.parameters.items() if name != "session_engaged"
    } == parameters


def test_more_than_25_parameters_of_ones_own_are_dropped() -> None:
    own = "&".join(f"ep.p{n}=x" for n in range(30))
    (event,) = read_tag_hit(f"en=probe&dt=T&{own}").events
    assert sum(name.startswith("p") and name[1:].isdigit() for name in event.parameters) == 25
    assert event.parameters["page_title"] == "T"
