# ruff: noqa: E501 - a table reads best with one case per line
"""Files within the rules, files with many faults, and how problems stand together."""

from __future__ import annotations

import pytest

from milepost.model.load import check_text
from tests.model.pages import STEP, many_micro, micro, page, rule

GOOD: dict[str, str] = {
    "bare": page(),
    "variable": page(shop='id = "${GA4_PROPERTY}"\nbusiness_types = ["shop"]'),
    "digits": page(shop='id = "123456789"\nbusiness_types = ["shop"]'),
    "demo twice": page('[properties.two]\nid = "demo"\nbusiness_types = ["shop"]'),
    "40 characters": page(micro("e" * 40)),
    "39 characters derived": page(micro("e" * 39, 'from = "page_view"')),
    "flagged automatic event": page(micro("scroll")),
    "journey from an automatic event": page(shop_type='journey = ["session_start", "purchase"]'),
    "9 conditions": page(rule(f"when = [{{ {', '.join(f'p{n} = {n}' for n in range(9))} }}]")),
    "conditions in many tables": page(rule("when = [{ a = 1 }, { a = { less_than = 2.5 } }]")),
    "number written as text": page(rule('when = [{ a = { greater_than = "12.5" } }]')),
    "pattern Python warns of": page(rule("when = [{ a = { matches = '[[a]' } }]")),
    "ignore case of text": page(
        rule("when = [{ a = { matches = 'A', ignore_case = true, negated = true } }]")
    ),
    "20 mutations": page(rule(f"set = {{ {', '.join(f'p{n} = {chr(34)}v{chr(34)}' for n in range(20))} }}")),
    "99 characters set": page(rule(f'set.{"p" * 39} = "{"v" * 99}"')),
    "8 key events": page(many_micro(7)),
    "more that are not flagged": page(many_micro(40, "key_event = false")),
    "value with currency of the property": page(
        shop='id = "demo"\nbusiness_types = ["shop"]\ncurrency = "EUR"', purchase="value = 0"
    ),
    "value with its own currency": page(purchase='value = 2.5\ncurrency = "USD"'),
    "value of no key event": page(micro("step", "value = 1", "key_event = false")),
    "known parameters": page(
        micro("step", 'parameters = ["method", "value", "currency", "plan"]\n[dimensions.plan]\nlabel = "P"')
    ),
    "definitions at their limits": page(
        f'[dimensions.{"p" * 40}]\nlabel = "{"A" * 82}"\ndescription = "{"d" * 150}"\n'
        f'[dimensions.{"u" * 24}]\nlabel = "B"\nscope = "user"\ndisallow_ads_personalization = true'
    ),
    "50 event, 25 user, 10 item dimensions": page(
        "\n".join(
            f'[dimensions.{scope}{n}]\nlabel = "{scope} {n}"\nscope = "{scope}"'
            for scope, count in (("event", 50), ("user", 25), ("item", 10))
            for n in range(count)
        )
    ),
    "50 rules": page(many_micro(50, 'from = "page_view"', "key_event = false")),
    "currency metric": page('[metrics.a]\nlabel = "A"\nunit = "currency"\nrestricted = ["cost_data"]'),
    "built in as item parameter": page('[dimensions.method]\nlabel = "A"\nscope = "item"'),
    "one parameter in two scopes": page(
        '[dimensions.a]\nlabel = "A"\n[dimensions.b]\nlabel = "B"\nparameter = "a"\nscope = "user"'
    ),
    "one parameter, one label, for two kinds of site": page(
        '[business_types.b.macro.lead]\n[dimensions.a]\nlabel = "A"\nbusiness_types = ["shop"]\n'
        '[dimensions.c]\nlabel = "A"\nparameter = "a"\nbusiness_types = ["b"]'
    ),
    "one role in two types": page(
        "[business_types.b.macro.purchase]", shop='id = "demo"\nbusiness_types = ["shop", "b"]'
    ),
    "two roles in two types of two properties": page(
        "[business_types.b.macro.lead]\n[business_types.b.micro.purchase]\n"
        '[properties.two]\nid = "5"\nbusiness_types = ["b"]'
    ),
    "ignore beside declared": page(
        shop='id = "demo"\nbusiness_types = ["shop"]\nignore = { key_events = ["legacy_*"], dimensions = ["user:*"] }'
    ),
    "absent": page('[absent]\nkey_events = ["old"]\ndimensions = ["event:old"]\nmetrics = ["old"]'),
    "audience": page(
        '[business_types.shop.audiences.left]\ndid = ["session_start"]\ndid_not = ["purchase"]\ndays = 540'
    ),
    "same event in two types is no near duplicate": page("[business_types.b.macro.purchase]"),
}


@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD.keys())
def test_what_stays_within_the_rules_gives_no_problem(text: str) -> None:
    document, problems = check_text(text)
    assert problems == ()
    assert document is not None


TEN = """\
version = 2
[properties.shop]
id = "G-123"
business_types = ["shop"]
[business_types.shop]
journey = ["purchse", "purchase"]
[business_types.shop.macro.purchase]
countng = "once_per_event"
value = -1
[business_types.shop.micro.step]
when = [3, { a = {} }]
[business_types.shop.micro."two words"]
[dimensions.plan]
scope = "events"
[metrics.ga_time]
label = "Time!"
[absent]
dimensions = ["old"]
"""


def test_ten_faults_of_shape_and_sense_are_told_in_one_run() -> None:
    document, problems = check_text(TEN)
    assert [(p.line, p.path) for p in problems] == [
        (1, "version"),
        (3, "properties.shop.id"),
        (6, "business_types.shop.journey"),
        (8, "business_types.shop.macro.purchase.countng"),
        (9, "business_types.shop.macro.purchase.value"),
        (11, "business_types.shop.micro.step.when.0"),
        (11, "business_types.shop.micro.step.when.1.a"),
        (11, "business_types.shop.micro.step.when"),
        (12, 'business_types.shop.micro."two words"'),
        (13, "dimensions.plan.label"),
        (14, "dimensions.plan.scope"),
        (15, "metrics.ga_time"),
        (16, "metrics.ga_time.label"),
        (18, "absent.dimensions"),
    ]
    assert document is not None


def test_a_part_taken_out_is_not_held_against_what_refers_to_it() -> None:
    text = page(
        shop_type='journey = ["step", "purchase"]\nmicro.step = "yes"\naudiences.a = { did = ["step"] }'
    )
    assert [p.path for p in check_text(text)[1]] == ["business_types.shop.micro.step"]


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ('form = "page_view"\nwhen = [{ a = "b" }]', "form"),
        ('from = 3\nwhen = [{ a = "b" }]', "from"),
        ('value = 1\ncurency = "EUR"', "curency"),
        ('value = 1\ncurrency = "euro"', "currency"),
    ],
)
def test_a_key_that_is_broken_or_misspelt_is_not_missed_as_well(line: str, path: str) -> None:
    assert [p.path for p in check_text(page(micro("step", line)))[1]] == [f"{STEP}.{path}"]


def test_problems_stand_errors_first_and_in_the_order_of_the_file() -> None:
    extra = f"{micro('error')}\n{micro('ga_step')}\n{micro('google_step')}\n{micro('view_complete')}"
    problems = check_text(page(extra))[1]
    assert [p.severity for p in problems] == ["error", "error", "warning", "warning"]
    assert [p.line for p in problems[:2]] == sorted(p.line or 0 for p in problems[:2])
    assert [p.line for p in problems[2:]] == sorted(p.line or 0 for p in problems[2:])
