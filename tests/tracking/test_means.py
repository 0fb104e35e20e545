"""How each conversion comes to be: told by the file, or inferred from it."""

from __future__ import annotations

import pytest

from milepost.model.trigger import Source, Trigger
from milepost.tracking.means import Parameter, Tracked, sent_by_site, tracked_conversions, usual_source
from milepost.tracking.notes import tool_notes, tracking_notes
from tests.model.pages import micro, page
from tests.tracking.site import declared_site

SITE = {tracked.event: tracked for tracked in tracked_conversions(declared_site())}


def _one(*lines: str, event: str = "step", extra: str = "") -> Tracked:
    shop = 'id = "demo"\nbusiness_types = ["shop"]\ncurrency = "EUR"'
    declared = declared_site(page(micro(event, *lines) + extra, shop=shop))
    return next(t for t in tracked_conversions(declared) if t.event == event)


@pytest.mark.parametrize(
    ("event", "means"),
    {
        "purchase": "recommended",
        "call_click": "custom",
        "sign_up": "recommended",
        "thanks_see": "derived",
        "scroll": "enhanced_measurement",
        "webinar_attend": "server",
    }.items(),
)
def test_means_follow_from_the_file(event: str, means: str) -> None:
    assert SITE[event].means == means


def test_first_visit_is_automatic() -> None:
    assert _one(event="first_visit").means == "automatic"


def test_what_the_site_sends_is_what_has_a_trigger() -> None:
    by_site = {tracked.event for tracked in sent_by_site(declared_site())}
    assert by_site == {event for event, tracked in SITE.items() if tracked.trigger is not None}
    assert not by_site & {"thanks_see", "scroll", "webinar_attend"}


def test_event_without_a_trigger_is_awaited_under_its_own_name() -> None:
    assert SITE["sign_up"].trigger == Trigger(custom="sign_up")
    assert not SITE["sign_up"].declares_trigger


@pytest.mark.parametrize(
    ("on", "name", "source"),
    [
        ({"click": "a"}, "link_url", {"element": "url"}),
        ({"click": "a"}, "cta_id", {"attribute": "data-cta-id"}),
        ({"submit": "form"}, "form_name", {"attribute": "name"}),
        ({"submit": "form"}, "link_url", {"attribute": "data-link-url"}),
        ({"visible": "a"}, "plan", {"attribute": "data-plan"}),
        ({"scroll": 75}, "percent_scrolled", {"value": 75}),
        ({"video": 50}, "video_title", {"video": "title"}),
        ({"timer": 5}, "page_title", {"page": "title"}),
        ({"custom": "x"}, "plan", {"data": "plan"}),
        ({"timer": 5}, "plan", None),
        ({"click": "a"}, "items", None),
    ],
)
def test_usual_source_of_a_parameter(
    on: dict[str, object], name: str, source: dict[str, object] | None
) -> None:
    expected = None if source is None else Source.model_validate(source)
    assert usual_source(Trigger.model_validate(on), name) == expected


def test_what_the_file_says_goes_before_what_is_usual() -> None:
    tracked = _one('on = { click = "a" }', 'send = { link_url = { attribute = "data-target" } }')
    assert tracked.parameters == (Parameter("link_url", Source(attribute="data-target")),)


def test_metrics_and_what_ga4_counts_are_numbers() -> None:
    numbers = {p.name for t in SITE.values() for p in t.parameters if p.is_number}
    assert numbers == {"value", "seconds", "percent_scrolled", "video_percent"}


def test_number_that_is_always_sent_is_a_number() -> None:
    (parameter,) = _one("on = { timer = 5 }", "send = { method = 5 }").parameters
    assert parameter.is_number


def test_value_comes_with_the_currency_of_the_file() -> None:
    parameters = {p.name: p.source for p in SITE["generate_lead"].parameters}
    assert parameters == {"value": Source(value=40), "currency": Source(value="EUR")}


def test_recommended_event_has_what_ga4_requires() -> None:
    required = [p.name for p in SITE["purchase"].parameters if p.required]
    assert required == ["transaction_id", "currency", "value", "items"]


def test_note_names_parameters_that_come_from_nowhere() -> None:
    plan = '\n[dimensions.plan]\nlabel = "P"'
    (note,) = tracking_notes(_one("on = { timer = 5 }", 'parameters = ["plan", "method"]', extra=plan))
    assert "plan and method come from" in note.cause
    assert note.remedy == "Add send = { plan = … }."


def test_note_says_that_a_click_knows_no_items() -> None:
    found = tracking_notes(_one('on = { click = "a" }', event="add_to_cart"))
    assert [n.cause for n in found] == ["click knows no items"]


def test_note_says_that_the_source_event_must_be_sent() -> None:
    (note,) = tracking_notes(_one('from = "form_sent"'))
    assert "form_sent" in note.cause


@pytest.mark.parametrize(
    ("event", "tool", "alternative"),
    [
        ("webinar_attend", "gtm", "Measurement Protocol"),
        ("webinar_attend", "gtag", "Measurement Protocol"),
        ("video_half", "gtm", "gtag.js"),
        ("purchase", "gtag", 'milepost("purchase"'),
    ],
)
def test_what_a_tool_cannot_do_is_said_with_the_alternative(event: str, tool: str, alternative: str) -> None:
    (note,) = tool_notes(SITE[event], "gtm" if tool == "gtm" else "gtag")
    assert alternative in note.remedy


def test_property_may_do_it_otherwise() -> None:
    shop = 'id = "demo"\nbusiness_types = ["shop"]\nconversions.step.on = { click = ".own" }'
    declared = declared_site(page(micro("step", 'on = { click = ".all" }'), shop=shop))
    tracked = next(t for t in tracked_conversions(declared) if t.event == "step")
    assert tracked.trigger == Trigger(click=".own")
