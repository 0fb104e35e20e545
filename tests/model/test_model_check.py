# ruff: noqa: E501 - a table reads best with one case per line
from __future__ import annotations

import pytest

from milepost.model.load import check_text
from tests.model.pages import HERE, PURCHASE, STEP, Bad, dimensions, many_micro, micro, page, rule

FORTY_ONE = "e" * 41

BAD: dict[str, Bad] = {
    # The shape
    "missing version": Bad(page(version=""), "version", "is missing", "version = "),
    "version": Bad(page(version=f"version = 2 {HERE}"), "version", "is not 1", "version = 1"),
    "version no number": Bad(page(version=f"version = true {HERE}"), "version", "is true", "whole number"),
    "unknown table": Bad(page(f"[dimension.x] {HERE}"), "dimension", "not a key", 'Did you mean "dimensions"?'),
    "unknown key": Bad(
        page(purchase=f'countng = "once_per_event" {HERE}'), f"{PURCHASE}.countng", "not a key", '"counting"'
    ),
    "unknown key unlike any": Bad(
        page(purchase=f"zzz = 1 {HERE}"), f"{PURCHASE}.zzz", "not a key", "Known here: copy_parameters"
    ),
    "python name of an alias": Bad(
        page(purchase=f'source = "x" {HERE}'), f"{PURCHASE}.source", "not a key", "Known here"
    ),
    "unknown key in a condition": Bad(
        page(rule(f'when = [{{ a = {{ eqals = "b", contains = "c" }} }}] {HERE}')),
        f"{STEP}.when.0.a.eqals", "not a key", '"equals"',
    ),
    "unknown key in ignore": Bad(
        page(shop=f'id = "demo"\nbusiness_types = ["shop"]\nignore.keyevents = [] {HERE}'),
        "properties.shop.ignore.keyevents", "not a key", '"key_events"',
    ),
    "not one of": Bad(
        page(purchase=f'counting = "once_per_sesion" {HERE}'), f"{PURCHASE}.counting",
        'is "once_per_sesion"', 'Did you mean "once_per_session"? It must be "once_per_event" or',
    ),
    "text for truth": Bad(
        page(purchase=f'key_event = "no" {HERE}'), f"{PURCHASE}.key_event", 'is "no"', "true or false"
    ),
    "text for a number": Bad(
        page(purchase=f'value = "5" {HERE}'), f"{PURCHASE}.value", 'is "5"', "It must be a number"
    ),
    "negative value": Bad(page(purchase=f"value = -1 {HERE}"), f"{PURCHASE}.value", "is -1", "greater than"),
    "endless value": Bad(page(purchase=f"value = inf {HERE}"), f"{PURCHASE}.value", "is inf", "finite"),
    "huge value": Bad(
        page(purchase=f"value = 0x{'f' * 5000} {HERE}"), f"{PURCHASE}.value", "very many digits", "a number"
    ),
    "endless target": Bad(
        page(purchase=f"target = {{ per_week = inf }} {HERE}"), f"{PURCHASE}.target.per_week", "inf", "finite"
    ),
    "rate above one": Bad(
        page(purchase=f"target.user_rate = 5 {HERE}"), f"{PURCHASE}.target.user_rate", "is 5", "equal to 1"
    ),
    "text for a list": Bad(
        page(shop_type=f'journey = "purchase" {HERE}'), "business_types.shop.journey", "is", "square brackets"
    ),
    "number in a list": Bad(
        page(shop_type=f'journey = ["purchase", 3] {HERE}'), "business_types.shop.journey.1", "is 3", "quotes"
    ),
    "number for a table": Bad(
        page(shop_type=f'journey = ["step", "purchase"]\nmicro.step = 3 {HERE}'), STEP, "is 3", "a table"
    ),
    "list for a table": Bad(page(f"[[absent]] {HERE}"), "absent", "is a list", "a table"),
    "property without id": Bad(
        page(f'[properties.two] {HERE}\nbusiness_types = ["shop"]'), "properties.two.id", "is missing", "id = "
    ),
    "property without type": Bad(
        page(shop=f'id = "demo"\nbusiness_types = [] {HERE}'), "properties.shop.business_types", "is a list", "1"
    ),
    "dimension without label": Bad(
        page(f"[dimensions.x] {HERE}"), "dimensions.x.label", "is missing", 'label = '
    ),
    "currency": Bad(
        page(purchase=f'value = 1\ncurrency = "eur" {HERE}'), f"{PURCHASE}.currency", '"eur"', '"EUR"'
    ),
    "no comparator": Bad(
        page(rule(f"when = [{{ a = {{ negated = true }} }}] {HERE}")), f"{STEP}.when.0.a",
        "exactly one comparator, has none", "Keep one of: equals",
    ),
    "two comparators": Bad(
        page(rule(f'when = [{{ a = {{ equals = "b", contains = "c" }} }}] {HERE}')), f"{STEP}.when.0.a",
        "has equals and contains", "Keep one of",
    ),
    "case of a number": Bad(
        page(rule(f"when = [{{ a = {{ less_than = 2, ignore_case = true }} }}] {HERE}")), f"{STEP}.when.0.a",
        "less_than compares numbers", "Remove ignore_case",
    ),
    "truth in a condition": Bad(
        page(rule(f"when = [{{ outbound = true }}] {HERE}")), f"{STEP}.when.0.outbound",
        "is true, and GA4 compares text", '"true"',
    ),
    "list in a comparison": Bad(
        page(rule(f"when = [{{ a = {{ equals = [1] }} }}] {HERE}")), f"{STEP}.when.0.a.equals",
        "neither text nor a number", "quotes",
    ),
    "no number": Bad(
        page(rule(f"when = [{{ a = {{ greater_than = nan }} }}] {HERE}")), f"{STEP}.when.0.a.greater_than",
        "no number GA4 can compare with", "ordinary size",
    ),
    "days": Bad(
        page(f'[business_types.shop.audiences.left]\ndid = ["purchase"]\ndays = 541 {HERE}'),
        "business_types.shop.audiences.left.days", "is 541", "540",
    ),
    # Properties
    "id": Bad(
        page(shop=f'id = "shop" {HERE}\nbusiness_types = ["shop"]'), "properties.shop.id",
        '"shop" is no property id', "Write the digits",
    ),
    "measurement id": Bad(
        page(shop=f'id = "G-ABC123" {HERE}\nbusiness_types = ["shop"]'), "properties.shop.id",
        "is no property id", "the id of a tag",
    ),
    "resource name as id": Bad(
        page(shop=f'id = "properties/12" {HERE}\nbusiness_types = ["shop"]'), "properties.shop.id",
        "is no property id", 'Write id = "12".',
    ),
    "half a variable": Bad(
        page(shop=f'id = "${{A}}1" {HERE}\nbusiness_types = ["shop"]'), "properties.shop.id", "no property id", "${"
    ),
    "id twice": Bad(
        page(f'[properties.two]\nid = "7" {HERE}\nbusiness_types = ["shop"]',
             shop='id = "7"\nbusiness_types = ["shop"]'),
        "properties.two.id", "also the id of properties.shop", "One table per property",
    ),
    "unknown type": Bad(
        page(shop=f'id = "demo"\nbusiness_types = ["shopp"] {HERE}'), "properties.shop.business_types",
        '"shopp" is no business type', 'Did you mean "shop"?',
    ),
    "unknown type unlike any": Bad(
        page(shop=f'id = "demo"\nbusiness_types = ["zzz"] {HERE}'), "properties.shop.business_types",
        '"zzz" is no business type', "Add [business_types.zzz]",
    ),
    "two roles": Bad(
        page("[business_types.b.macro.lead]\n[business_types.b.micro.purchase]",
             shop=f'id = "demo"\nbusiness_types = ["shop", "b"] {HERE}'),
        "properties.shop.business_types",
        '"purchase" is macro in business_types.shop.macro.purchase and micro in business_types.b.micro.purchase',
        "split the property",
    ),
    "two definitions": Bad(
        page('[business_types.b.macro.purchase]\ncounting = "once_per_event"',
             shop=f'id = "demo"\nbusiness_types = ["shop", "b"] {HERE}'),
        "properties.shop.business_types", "business_types.b.macro.purchase differ", "make them equal",
    ),
    "value without currency": Bad(
        page(purchase=f"value = 2 {HERE}"), f"{PURCHASE}.value", "no currency for properties.shop", '"EUR"'
    ),
    "too many for a standard property": Bad(
        page(dimensions(26, "user")).replace(
            "[properties.shop]", f"[properties.shop] {HERE}"),
        "properties.shop", "declares 26 of kind custom dimension, scope user", "360", "warning",
    ),
    "too many for any": Bad(
        page(dimensions(26, "item")).replace("[properties.shop]", f"[properties.shop] {HERE}"),
        "properties.shop", "declares 26 of kind custom dimension, scope item", "at most 25",
    ),
    "too many rules": Bad(
        page(many_micro(51, 'from = "page_view"', "key_event = false")).replace(
            "[properties.shop]", f"[properties.shop] {HERE}"),
        "properties.shop", "declares 51 of kind event create rule", "at most 50",
    ),
    "ignore covers declared": Bad(
        page(shop=f'id = "demo"\nbusiness_types = ["shop"]\nignore = {{ key_events = ["pur*"] }} {HERE}'),
        "properties.shop.ignore.key_events", '"pur*" covers "purchase"', "Narrow",
    ),
    "no property": Bad(
        "version = 1\n[business_types.shop.macro.purchase]", "", "declares no property", "[properties.NAME]"
    ),
    # [absent]
    "absent without scope": Bad(
        page(f'[absent]\ndimensions = ["old"] {HERE}'), "absent.dimensions", "lacks its scope", '"event:old"'
    ),
    "absent and declared": Bad(
        page(f'[absent]\nkey_events = ["purchase"] {HERE}'), "absent.key_events", "also declared", "Keep one"
    ),
    "absent rule and declared": Bad(
        page(f'{rule()}\n[absent]\nevent_create_rules = ["step"] {HERE}'), "absent.event_create_rules",
        '"step" is also declared', "Keep one",
    ),
    "absent dimension and declared": Bad(
        page(f'[dimensions.a]\nlabel = "A"\nscope = "user"\n[absent]\ndimensions = ["user:a"] {HERE}'),
        "absent.dimensions", '"user:a" is also declared', "Keep one",
    ),
    # Business types
    "no macro": Bad(
        page(f"[business_types.b] {HERE}"), "business_types.b", "no macro conversion", "business_types.b.macro"
    ),
    "journey step unknown": Bad(
        page(shop_type=f'journey = ["purchas", "purchase"] {HERE}'), "business_types.shop.journey",
        '"purchas" is no conversion', 'Did you mean "purchase"?',
    ),
    "journey step twice": Bad(
        page(shop_type=f'journey = ["page_view", "page_view", "purchase"] {HERE}'),
        "business_types.shop.journey", "stands in it twice", "once",
    ),
    "journey ends small": Bad(
        page(micro("step"), shop_type=f'journey = ["purchase", "step"] {HERE}'), "business_types.shop.journey",
        'ends with the micro conversion "step"', "macro",
    ),
    "macro and micro": Bad(
        page(f"[business_types.shop.micro.purchase] {HERE}"), "business_types.shop.micro.purchase",
        "as macro and as micro", "Keep one",
    ),
    "event name shape": Bad(
        page(f'[business_types.shop.micro."add to cart"] {HERE}'), 'business_types.shop.micro."add to cart"',
        "not an event name", "underscores",
    ),
    "event name length": Bad(
        page(f"{micro(FORTY_ONE)}".replace("]", f"] {HERE}", 1)), f"business_types.shop.micro.{FORTY_ONE}",
        "41 characters", "40",
    ),
    "derived event name length": Bad(
        page(micro("e" * 40, 'from = "page_view"').replace("]", f"] {HERE}", 1)),
        f"business_types.shop.micro.{'e' * 40}", "40 characters", "39",
    ),
    "event prefix": Bad(
        page(f"[business_types.shop.micro.ga_step] {HERE}"), "business_types.shop.micro.ga_step",
        'starts with "ga_"', "another name",
    ),
    "reserved event": Bad(
        page(f"[business_types.shop.micro.error] {HERE}"), "business_types.shop.micro.error",
        "GA4 reserves", "rename", "warning",
    ),
    "derived automatic event": Bad(
        page(f'[business_types.shop.micro.scroll] {HERE}\nfrom = "page_view"'),
        "business_types.shop.micro.scroll", "GA4 uses itself", "rename", "warning",
    ),
    "when without from": Bad(
        page(micro("step", f'when = [{{ a = "b" }}] {HERE}')), f"{STEP}.when", "needs a source", "Add from"
    ),
    "set without from": Bad(
        page(micro("step", f'set = {{ a = "b" }} {HERE}')), f"{STEP}.set", "needs a source", "Add from"
    ),
    "from itself": Bad(
        page(micro("step", f'from = "step" {HERE}')), f"{STEP}.from", "is the event itself", "made from"
    ),
    "from nothing": Bad(page(micro("step", f'from = "" {HERE}')), f"{STEP}.from", "not an event", "no spaces"),
    "from two words": Bad(
        page(micro("step", f'from = "page view" {HERE}')), f"{STEP}.from", '"page view" is not', "no spaces"
    ),
    "chained rules": Bad(
        page(f'{rule()}\n{micro("second", f"""from = "step" {HERE}""")}'), "business_types.shop.micro.second.from",
        '"step" is made by a rule', "original event",
    ),
    "counting without key event": Bad(
        page(micro("step", "key_event = false", f'counting = "once_per_event" {HERE}')), f"{STEP}.counting",
        "no effect", "Remove", "warning",
    ),
    "conditions": Bad(
        page(rule(f"when = [{{ {', '.join(f'p{n} = {n}' for n in range(10))} }}] {HERE}")), f"{STEP}.when",
        "10 conditions", "9 beside",
    ),
    "condition parameter": Bad(
        page(rule(f'when = [{{ "page location" = "x" }}] {HERE}')), f"{STEP}.when", '"page location"', "spaces"
    ),
    "condition on nothing": Bad(
        page(rule(f'when = [{{ a = "" }}] {HERE}')), f"{STEP}.when", "compares a with nothing", "value"
    ),
    "broken pattern": Bad(
        page(rule(f"when = [{{ a = {{ matches = '(b' }} }}] {HERE}")), f"{STEP}.when",
        "pattern for a is broken", "Mend",
    ),
    "endless repetition": Bad(
        page(rule(f"when = [{{ a = {{ matches = 'b{{99999999999}}' }} }}] {HERE}")), f"{STEP}.when",
        "pattern for a is broken", "Mend",
    ),
    "nested pattern": Bad(
        page(rule(f"when = [{{ a = {{ matches = '{'(' * 2000}{')' * 2000}' }} }}] {HERE}")), f"{STEP}.when",
        "too many brackets", "Mend",
    ),
    "text compared as number": Bad(
        page(rule(f'when = [{{ a = {{ greater_than = "x" }} }}] {HERE}')), f"{STEP}.when",
        'greater_than compares a with "x"', "Give a number",
    ),
    "text that is no number": Bad(
        page(rule(f'when = [{{ a = {{ less_than = "nan" }} }}] {HERE}')), f"{STEP}.when", '"nan"', "Give a number"
    ),
    "mutations": Bad(
        page(rule(f"set = {{ {', '.join(f'p{n} = {chr(34)}v{chr(34)}' for n in range(21))} }} {HERE}")),
        f"{STEP}.set", "sets 21", "20",
    ),
    "mutation parameter": Bad(
        page(rule(f'set.a-b = "c" {HERE}')), f"{STEP}.set.a-b", "not a parameter name", "underscores"
    ),
    "mutation parameter length": Bad(
        page(rule(f'set.{"p" * 40} = "c" {HERE}')), f"{STEP}.set.{'p' * 40}", "40 characters", "39"
    ),
    "mutation of the event name": Bad(
        page(rule(f'set.event_name = "c" {HERE}')), f"{STEP}.set.event_name", "by its key", "Remove"
    ),
    "mutation value length": Bad(
        page(rule(f'set.a = "{"v" * 100}" {HERE}')), f"{STEP}.set.a", "100 characters", "99"
    ),
    "mutation to nothing": Bad(page(rule(f'set.a = "" {HERE}')), f"{STEP}.set.a", "value is empty", "give one"),
    "unregistered parameter": Bad(
        page(micro("step", f'parameters = ["plan"] {HERE}')), f"{STEP}.parameters",
        '"plan" is not registered', "[dimensions.plan]", "warning",
    ),
    "too many key events": Bad(
        page(many_micro(8)).replace("[business_types.shop]", f"[business_types.shop] {HERE}"),
        "business_types.shop", "flags 9 key events", "Flag up to 8", "warning",
    ),
    "nobody": Bad(
        page(f"[business_types.shop.audiences.left] {HERE}"), "business_types.shop.audiences.left",
        "describes nobody", "Add did",
    ),
    "audience of an unknown event": Bad(
        page(f'[business_types.shop.audiences.left]\ndid = ["purchase"]\ndid_not = ["purchas"] {HERE}'),
        "business_types.shop.audiences.left.did_not", '"purchas" is no conversion', '"purchase"',
    ),
    "near duplicate": Bad(
        page(f"{micro('sign_up')}\n{micro('signup')} {HERE}"), "business_types.shop.micro.signup",
        'nearly the same as "sign_up" (business_types.shop.micro.sign_up)', "one name", "warning",
    ),
    # Definitions
    "parameter shape": Bad(
        page(f'[dimensions."a b"] {HERE}\nlabel = "A"'), 'dimensions."a b"', "not a parameter name", "underscores"
    ),
    "parameter length": Bad(
        page(f'[dimensions.{"p" * 25}] {HERE}\nlabel = "A"\nscope = "user"'), f"dimensions.{'p' * 25}",
        "25 characters", "24 in user scope",
    ),
    "parameter prefix": Bad(
        page(f'[metrics.ga_time] {HERE}\nlabel = "A"'), "metrics.ga_time", 'starts with "ga_"', "another name"
    ),
    "reserved parameter": Bad(
        page(f'[dimensions.x] {HERE}\nlabel = "A"\nparameter = "session_id"'), "dimensions.x",
        "GA4 refuses this parameter", "another name",
    ),
    "reserved user property": Bad(
        page(f'[dimensions.session_number] {HERE}\nlabel = "A"\nscope = "user"'), "dimensions.session_number",
        "GA4 refuses this parameter", "another name",
    ),
    "built in": Bad(
        page(f'[dimensions.method] {HERE}\nlabel = "A"'), "dimensions.method", 'already, as "method"', "in vain",
        "warning",
    ),
    "personalization of an event": Bad(
        page(f'[dimensions.a]\nlabel = "A"\ndisallow_ads_personalization = true {HERE}'),
        "dimensions.a.disallow_ads_personalization", "no meaning in event scope", 'scope = "user"',
    ),
    "label shape": Bad(
        page(f'[dimensions.a]\nlabel = "A (b)" {HERE}'), "dimensions.a.label", "not a display name", "letter first"
    ),
    "empty label": Bad(page(f'[metrics.a]\nlabel = "" {HERE}'), "metrics.a.label", "not a display", "letter"),
    "label length": Bad(
        page(f'[dimensions.a]\nlabel = "{"A" * 83}" {HERE}'), "dimensions.a.label", "83 characters", "82"
    ),
    "description length": Bad(
        page(f'[metrics.a]\nlabel = "A"\ndescription = "{"d" * 151}" {HERE}'), "metrics.a.description",
        "151 characters", "150",
    ),
    "currency unrestricted": Bad(
        page(f'[metrics.a] {HERE}\nlabel = "A"\nunit = "currency"'), "metrics.a", "who may see", "revenue_data"
    ),
    "restricted without currency": Bad(
        page(f'[metrics.a]\nlabel = "A"\nrestricted = ["cost_data"] {HERE}'), "metrics.a.restricted",
        'no meaning with unit = "standard"', "Remove",
    ),
    "label of both": Bad(
        page(f'[dimensions.a]\nlabel = "A"\n[metrics.b]\nlabel = "A" {HERE}'), "metrics.b.label",
        "also the label of dimensions.a", "choose another",
    ),
    "label of two types that a property joins": Bad(
        page(f'[business_types.b.macro.lead]\n[dimensions.a]\nlabel = "A"\nbusiness_types = ["shop"]\n'
             f'[dimensions.c]\nlabel = "A" {HERE}\nbusiness_types = ["b"]',
             shop='id = "demo"\nbusiness_types = ["shop", "b"]'),
        "dimensions.c.label", "also the label of dimensions.a", "choose another",
    ),
    "parameter twice": Bad(
        page(f'[dimensions.a]\nlabel = "A"\n[dimensions.b] {HERE}\nlabel = "B"\nparameter = "a"'),
        "dimensions.b", "same parameter as dimensions.a", "Keep one",
    ),
    "definition of an unknown type": Bad(
        page(f'[dimensions.a]\nlabel = "A"\nbusiness_types = ["shopp"] {HERE}'), "dimensions.a.business_types",
        '"shopp" is no business type', 'Did you mean "shop"?',
    ),
}  # fmt: skip


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
def test_one_fault_gives_one_problem_with_its_place_and_remedy(bad: Bad) -> None:
    lines = bad.text.split("\n")
    marked = next((number for number, line in enumerate(lines, 1) if line.endswith(HERE)), None)
    _, problems = check_text(bad.text)
    assert [(p.path, p.line, p.severity) for p in problems] == [(bad.path, marked, bad.severity)]
    assert bad.cause in problems[0].cause
    assert bad.remedy in problems[0].remedy
