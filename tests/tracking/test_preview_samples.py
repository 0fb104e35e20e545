"""What the preview makes up: elements that fit a selector, paths that fit a condition, values to send."""

from __future__ import annotations

import pytest

from milepost.model.part import Comparison
from milepost.tracking.means import sent_by_site
from milepost.tracking.preview.elements import sample_element
from milepost.tracking.preview.steps import preview_step, sample_path
from tests.tracking.site import SITE, declared_site


@pytest.mark.parametrize(
    ("selector", "html"),
    [
        ("a[href^='tel:']", '<a href="tel:">T</a>'),
        ("#prices", '<button id="prices">T</button>'),
        (".hero > a.big.red", '<div class="hero"><a class="big red">T</a></div>'),
        ("label + input[type=checkbox]", '<label></label><input type="checkbox">'),
        ("html body .x", '<button class="x">T</button>'),
        (":is(a, button).cta", '<a class="cta">T</a>'),
        ("a[href$='.pdf'][href^='/files/']", '<a href="/files/.pdf">T</a>'),
        (r"#a\:b", '<button id="a:b">T</button>'),
        ("""[data-x='"><script>']""", '<button data-x="&quot;&gt;&lt;script&gt;">T</button>'),
        ("tr.row, a.row", '<a class="row">T</a>'),
        ("ul li:first-child a", "<ul><li><a>T</a></li></ul>"),
    ],
)
def test_element_fits_its_selector(selector: str, html: str) -> None:
    sample = sample_element(selector, "button", {}, "T")
    assert sample is not None
    assert sample.html() == html


@pytest.mark.parametrize(
    "selector", ["tr.row", "body > a", "html", "a:hover", "a:not(a)", ".x:nth-child(2)", "a:has(> img)"]
)
def test_selector_that_nothing_fits_gives_no_element(selector: str) -> None:
    assert sample_element(selector, "button", {}, "T") is None


def test_element_carries_what_parameters_need_and_keeps_what_the_selector_wants() -> None:
    sample = sample_element("a[data-plan=pro]", "a", {"data-plan": "other", "data-size": "1"})
    assert sample is not None
    assert sample.html() == '<a data-plan="pro" data-size="1"></a>'


@pytest.mark.parametrize(
    ("condition", "path"),
    [
        ({"equals": "/pricing"}, "/pricing"),
        ({"starts_with": "/Pri.ce", "ignore_case": True}, "/Pri.ce"),
        ({"ends_with": ".html"}, "/.html"),
        ({"contains": "shop"}, "/shop"),
        ({"matches": "^/contact"}, "/contact"),
        ({"matches": r"^/blog/[^/]+/?$"}, "/blog/example"),
        ({"matches": r"^/(de|en)/prices\.html$"}, "/de/prices.html"),
        ({"matches": "^/contact", "negated": True}, "/"),
        ({"equals": "/", "negated": True}, "/example"),
        ({"matches": r"^/[0-9]{7}-x$"}, None),
        ({"equals": "/a", "contains": None}, "/a"),
    ],
)
def test_path_fits_its_condition(condition: dict[str, object], path: str | None) -> None:
    assert sample_path(Comparison.model_validate(condition)) == path


def test_steps_are_the_events_of_the_site() -> None:
    steps = {tracked.event: preview_step(tracked) for tracked in sent_by_site(declared_site(SITE))}
    assert steps["chat_start"].values == {"chat": {"plan": "example"}}
    assert steps["chat_start"].address == "/?utm_campaign=example"
    assert steps["cta_click"].address == "/Pri.ce"
    assert steps["generate_lead"].values == {}
    contact = steps["contact_send"].sample
    assert contact is not None
    assert contact.subject.attributes == {"id": "contact", "name": "example", "data-plan": "example"}
    assert steps["engaged_time"].sample is None
