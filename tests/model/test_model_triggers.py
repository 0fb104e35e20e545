"""What the file may say about triggers, and what `check` says about the rest."""

# ruff: noqa: E501 - a table reads best with one case per line
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.model.load import check_text
from milepost.model.selectors import selector_problem, selects_links_only, with_descendants
from tests.model.pages import HERE, STEP, Bad, micro, page


def step(*lines: str) -> str:
    return page(micro("step", *lines))


BAD: dict[str, Bad] = {
    "no trigger": Bad(step(f"on = {{}} {HERE}"), f"{STEP}.on", "exactly one trigger, has none", "click, submit"),
    "two triggers": Bad(
        step(f'on = {{ click = "a", timer = 3 }} {HERE}'), f"{STEP}.on", "has click and timer", "Keep one"
    ),
    "unknown trigger": Bad(step(f'on = {{ hover = "a" }} {HERE}'), f"{STEP}.on.hover", "not a key", "Known here: click"),
    "broken selector": Bad(step(f'on = {{ click = "a[" }} {HERE}'), f"{STEP}.on.click", '"a[" is no CSS selector', "console"),
    "selector cut off": Bad(step(f'on = {{ click = "|" }} {HERE}'), f"{STEP}.on.click", "ends too early", "after the bar"),
    "empty selector": Bad(step(f'on = {{ submit = "" }} {HERE}'), f"{STEP}.on.submit", "no CSS selector", "console"),
    "jQuery's selector": Bad(
        step(f"""on = {{ click = "a:not(.b, :contains('x'))" }} {HERE}"""), f"{STEP}.on.click", "jQuery's, not CSS", "class"
    ),
    "pseudo-element": Bad(step(f'on = {{ visible = "a::before" }} {HERE}'), f"{STEP}.on.visible", "::before", "Leave"),
    "variable in a selector": Bad(
        step(f"""on = {{ click = "[a='{{{{b}}}}']" }} {HERE}"""), f"{STEP}.on.click", "Tag Manager sees a variable", "without"
    ),
    "timer of no time": Bad(step(f"on = {{ timer = 0 }} {HERE}"), f"{STEP}.on.timer", "is 0", "greater than 0"),
    "scroll too far": Bad(step(f"on = {{ scroll = 101 }} {HERE}"), f"{STEP}.on.scroll", "is 101", "100"),
    "moment of a video": Bad(step(f'on = {{ video = "half" }} {HERE}'), f"{STEP}.on.video", "no moment", '"start"'),
    "truth as a moment": Bad(step(f"on = {{ video = true }} {HERE}"), f"{STEP}.on.video", "no moment", "percentage"),
    "custom without a name": Bad(step(f'on = {{ custom = " " }} {HERE}'), f"{STEP}.on.custom", "no name of an event", "pushed"),
    "seconds of a click": Bad(
        step(f'on = {{ click = "a", seconds = 2 }} {HERE}'), f"{STEP}.on.seconds", "nothing about click", "visible"
    ),
    "timer again and again": Bad(
        step(f"on = {{ timer = 5, once = false }} {HERE}"), f"{STEP}.on.once", "no effect", "Remove", "warning"
    ),
    "page by number": Bad(
        step(f"on = {{ timer = 5, page = {{ less_than = 3 }} }} {HERE}"), f"{STEP}.on.page", "a path is text", "matches"
    ),
    "page by a broken pattern": Bad(
        step(f"on = {{ timer = 5, page = {{ matches = '(' }} }} {HERE}"), f"{STEP}.on.page", "pattern is broken", "Mend"
    ),
    "page of nothing": Bad(step(f'on = {{ timer = 5, page = "" }} {HERE}'), f"{STEP}.on.page", "no path", "/pricing"),
    "trigger of what GA4 makes": Bad(
        step('from = "page_view"', f'on = {{ click = "a" }} {HERE}'), f"{STEP}.on", 'out of "page_view"', "from and on"
    ),
    "send of what GA4 makes": Bad(
        step('from = "page_view"', f'send = {{ method = "a" }} {HERE}'), f"{STEP}.send", "out of", "under set"
    ),
    "trigger of enhanced measurement": Bad(
        page(micro("scroll", f"on = {{ scroll = 50 }} {HERE}")), "business_types.shop.micro.scroll.on",
        "GA4 collects this event itself", "name of your own",
    ),
    "trigger of a server's event": Bad(
        step('sent_by = "server"', f'on = {{ click = "a" }} {HERE}'), f"{STEP}.on", "server sends", "Keep one"
    ),
    "unknown sender": Bad(step(f'sent_by = "crm" {HERE}'), f"{STEP}.sent_by", 'is "crm"', '"site" or "server"'),
    "two sources": Bad(
        step('on = { click = "a" }', f'send.method = {{ attribute = "a", query = "b" }} {HERE}'),
        f"{STEP}.send.method", "has attribute and query", "Keep one",
    ),
    "element of a timer": Bad(
        step("on = { timer = 5 }", f'send.method = {{ element = "text" }} {HERE}'), f"{STEP}.send.method", "timer has no element", "value"
    ),
    "data of a click": Bad(
        step('on = { click = "a" }', f'send.method = {{ data = "x" }} {HERE}'), f"{STEP}.send.method", "nothing is pushed", "custom"
    ),
    "video of a click": Bad(
        step('on = { click = "a" }', f'send.method = {{ video = "title" }} {HERE}'), f"{STEP}.send.method", "no video", "video"
    ),
    "page of a server": Bad(
        step('sent_by = "server"', f'send.method = {{ page = "url" }} {HERE}'), f"{STEP}.send.method", "knows no page", "value"
    ),
    "no attribute": Bad(
        step('on = { click = "a" }', f'send.method = {{ attribute = "a b" }} {HERE}'), f"{STEP}.send.method", "no attribute", "data-plan"
    ),
    "no key": Bad(step(f'send.method = {{ query = "a}}}}" }} {HERE}'), f"{STEP}.send.method", "no key", "as it is sent"),
    "long value": Bad(step(f'send.method = "{"v" * 101}" {HERE}'), f"{STEP}.send.method", "101 characters", "100"),
    "empty value": Bad(step(f'send.method = "" {HERE}'), f"{STEP}.send.method", "is empty", "Give one"),
    "variable in a value": Bad(step(f'send.method = "{{{{Click URL}}}}" {HERE}'), f"{STEP}.send.method", "sees a variable", "without"),
    "truth as a value": Bad(step(f"send.method = true {HERE}"), f"{STEP}.send.method", "is true", '"true"'),
    "too many parameters": Bad(
        page(micro("step", f"parameters = [{', '.join(chr(34) + f'p{n}' + chr(34) for n in range(26))}]").replace("step]", f"step] {HERE}"))
        + "\n" + "\n".join(f'[dimensions.p{n}]\nlabel = "P{n}"' for n in range(26)),
        STEP, "has 26 parameters", "25",
    ),
    "unregistered": Bad(step(f"send = {{ plan = 3 }} {HERE}"), f"{STEP}.send", '"plan" is not registered', "dimensions.plan", "warning"),
    "registered for others": Bad(
        page(micro("step", f'parameters = ["plan"] {HERE}')
             + '\n[business_types.b.macro.lead]\n[dimensions.plan]\nlabel = "P"\nbusiness_types = ["b"]'),
        f"{STEP}.parameters", "not registered for events of this business type", "dimensions.plan", "warning",
    ),
    "registered for users": Bad(
        step(f'parameters = ["plan"] {HERE}') + '\n[dimensions.plan]\nlabel = "P"\nscope = "user"',
        f"{STEP}.parameters", "not registered for events", "dimensions.plan", "warning",
    ),
    "otherwise in a property": Bad(
        page(micro("step"), shop=f'id = "demo"\nbusiness_types = ["shop"]\nconversions.step.on.click = "a:first" {HERE}'),
        "properties.shop.conversions.step.on.click", "jQuery's", "class",
    ),
    "word order": Bad(
        page(f"{micro('watch_demo')}\n{micro('demo_watched')} {HERE}"), "business_types.shop.micro.demo_watched",
        'nearly the same as "watch_demo"', "one name", "warning",
    ),
    "tense": Bad(
        page(f"{micro('quote_submitted')} {HERE}\n{micro('form_submit')}"), "business_types.shop.micro.quote_submitted",
        'says "submitted" where "form_submit"', "one tense", "warning",
    ),
    "case": Bad(
        page(f"{micro('callClick')} {HERE}"), "business_types.shop.micro.callClick", 'capital letters, which "purchase"', "one case", "warning"
    ),
    "value without currency": Bad(
        page(f'{micro("step")} {HERE}\nparameters = ["value"]'), STEP, "without its currency", 'currency = "EUR"', "warning"
    ),
}  # fmt: skip


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
def test_one_fault_gives_one_problem_with_its_place_and_remedy(bad: Bad) -> None:
    marked = next((n for n, line in enumerate(bad.text.split("\n"), 1) if HERE in line), None)
    _, problems = check_text(bad.text)
    assert [(p.path, p.line, p.severity) for p in problems] == [(bad.path, marked, bad.severity)]
    assert bad.cause in problems[0].cause
    assert bad.remedy in problems[0].remedy


GOOD = {
    "every trigger": "\n".join(
        micro(f"step_{kind}", f"on = {{ {kind} = {value} }}")
        for kind, value in {
            "click": '''"a[href^='tel:' i], button:not(.x, #y)"''', "submit": '"form#contact"',
            "visible": '"#pricing", percent = 80, seconds = 1.5', "timer": "60", "scroll": "50",
            "video": '"complete"', "custom": '"chat:started", once = true',
        }.items()
    ),
    "every source": micro(
        "step", 'on = { click = "[data-plan]", page = { starts_with = "/pricing" } }',
        'send = { method = "x", link_text = { element = "text" }, content_id = { attribute = "data-plan" },'
        ' content_type = { query = "type" }, page_title = { page = "title" } }',
    ),
    "data": micro("step", 'send = { method = { data = "chat.topic" } }'),
    "value with the property's currency": micro("step", 'parameters = ["value"]'),
    "server": micro("step", 'sent_by = "server"', 'send = { method = "crm", value = 3.5, currency = "EUR" }'),
}  # fmt: skip


@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD.keys())
def test_what_stays_within_the_rules_gives_no_problem(text: str) -> None:
    whole = page(text, shop='id = "demo"\nbusiness_types = ["shop"]\ncurrency = "EUR"')
    document, problems = check_text(whole)
    assert problems == ()
    assert document is not None


def test_all_own_names_in_one_case_are_consistent() -> None:
    text = 'version = 1\n[properties.a]\nid = "demo"\nbusiness_types = ["b"]\n[business_types.b.macro.leadSent]\n[business_types.b.micro.callClick]\n'
    assert check_text(text)[1] == ()


@pytest.mark.parametrize(
    ("selector", "links"),
    [
        ("a[href^='tel:']", True),
        (".x > area[HREF], A[href]", True),
        ("a.cta", False),
        ("a[href] span", False),
        ("[href]", False),
    ],
)
def test_links_are_told_from_other_elements(selector: str, links: bool) -> None:
    assert selects_links_only(selector) is links


def test_descendants_are_added_to_each_selector_of_a_list() -> None:
    assert with_descendants("a, [x='b,c'] /* d, e */") == 'a, a *, [x="b,c"], [x="b,c"] *'


@pytest.mark.parametrize(
    "selector",
    [
        "li:nth-child(2n+1)",
        "li:nth-child( odd )",
        "li:nth-last-child(-n + 3 of .x, .y)",
        ":is(a, b) > :where(c):not(.d, #e)",
        "form:has(> input[type='tel' i])",
        "*|a",
        "svg a",
        r"#a\:b .md\:flex",
        "a:lang(en):dir(rtl)",
        "details[open] > summary",
    ],
)
def test_what_browsers_take_is_no_problem(selector: str) -> None:
    assert selector_problem(selector) is None


@pytest.mark.parametrize(
    "selector",
    [
        "li:nth-child(x)",
        "li:nth-of-type(2 of .x)",
        "a:has()",
        "a:has(> )",
        "a:has(b:has(c))",
        "a:is",
        "svg|a",
        "#1",
        "a > > b",
        "a[href=tel:]",
        ":lang()",
        "a:",
        "a::",
        "a b,",
    ],
)
def test_what_browsers_refuse_is_a_problem(selector: str) -> None:
    assert selector_problem(selector) is not None


@given(st.text(alphabet="a.b#[]=':()*>+~, \"\\-n0{}/@|", max_size=20))
def test_any_text_is_a_selector_or_a_problem(text: str) -> None:
    if selector_problem(text) is None:
        assert selector_problem(with_descendants(text)) is None
