"""Files, live properties and a GA4 of dictionaries, made by chance: the ground of the plan's laws."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import cache
from itertools import count
from typing import Any

from hypothesis import strategies as st

from milepost.model.check import check_document
from milepost.model.declared import DeclaredProperty, declared_property
from milepost.model.document import Document
from milepost.model.resources import PropertyFacts, Resource, Stream
from milepost.reconcile.kinds import KINDS
from milepost.reconcile.live import Live
from milepost.reconcile.plan import Change

PROPERTY = "properties/7"
STREAM = Stream(f"{PROPERTY}/dataStreams/70", "Web", "https://a.example", "G-A")
FACTS = PropertyFacts("7", "Seven", "accounts/1", "Etc/GMT", "EUR", "standard")

EVENTS = ("view_plans", "see_demo", "sign_up_free", "buy_now")
PARAMETERS = ("plan", "tier", "seats")
SCOPES = ("event", "user", "item")
UNITS = ("standard", "seconds", "currency")
SECTIONS = {
    "custom_dimension": "dimensions",
    "custom_metric": "metrics",
    "event_create_rule": "event_create_rules",
    "key_event": "key_events",
}
POOL: dict[str, tuple[str, ...]] = {
    "dimensions": tuple(f"{scope}:{parameter}" for scope in SCOPES for parameter in PARAMETERS),
    "metrics": PARAMETERS,
    "event_create_rules": EVENTS,
    "key_events": EVENTS,
}
BLANK: dict[str, dict[str, Any]] = {
    "custom_dimension": {"description": "", "disallow_ads_personalization": False},
    "custom_metric": {"description": "", "restricted_metric_type": []},
    "event_create_rule": {"source_copy_parameters": False, "parameter_mutations": []},
    "key_event": {"deletable": True, "custom": True, "create_time": "2026-01-01T00:00:00Z"},
}
"""What GA4 shows of fields that a create leaves out."""

values = st.sampled_from(["a", "b", "12"])


def sometimes(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=fields)


conditions = st.dictionaries(
    st.sampled_from(PARAMETERS),
    values
    | st.builds(lambda value: {"contains": value, "ignore_case": True, "negated": True}, values)
    | st.builds(lambda number: {"less_than": number}, st.sampled_from([1, 2.5])),
    min_size=1,
    max_size=2,
)
rules = st.fixed_dictionaries(
    {"from": st.sampled_from(["page_view", "user_action"])},
    optional={
        "when": st.lists(conditions, max_size=2),
        "set": st.dictionaries(st.sampled_from(PARAMETERS), values, max_size=2),
        "copy_parameters": st.booleans(),
    },
)
conversions = st.builds(
    lambda own, rule: own | rule,
    sometimes(
        counting=st.sampled_from(["once_per_event", "once_per_session"]),
        value=st.sampled_from([0, 1, 2.5]),
        key_event=st.booleans(),
    ),
    rules | st.just({}),
)


@st.composite
def definitions(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """Custom dimensions and metrics as the file writes them; no two labels are alike."""
    dimensions = {}
    for identity in draw(st.sets(st.sampled_from(POOL["dimensions"]), max_size=4)):
        scope, _, parameter = identity.partition(":")
        entry = draw(sometimes(description=values))
        if scope == "user":
            entry |= draw(sometimes(disallow_ads_personalization=st.booleans()))
        dimensions[f"{scope}_{parameter}"] = entry | {
            "label": f"{scope} {parameter} {draw(values)}",
            "scope": scope,
            "parameter": parameter,
        }
    metrics = {}
    for parameter in draw(st.sets(st.sampled_from(PARAMETERS), max_size=2)):
        unit = draw(st.sampled_from(UNITS))
        restricted = draw(st.permutations(["cost_data", "revenue_data"])) if unit == "currency" else []
        entry = draw(sometimes(description=values))
        metrics[parameter] = entry | {
            "label": f"metric {parameter} {draw(values)}",
            "unit": unit,
            "restricted": restricted,
        }
    return dimensions, metrics


def declared_identities(raw: Mapping[str, Any]) -> dict[str, set[str]]:
    """What a file of `files` declares, by section."""
    shop = raw["business_types"]["shop"]
    told = {**shop["macro"], **shop["micro"]}
    return {
        "dimensions": {f"{d['scope']}:{d['parameter']}" for d in raw["dimensions"].values()},
        "metrics": set(raw["metrics"]),
        "event_create_rules": {event for event, c in told.items() if "from" in c},
        "key_events": {event for event, c in told.items() if c.get("key_event", True)},
    }


@cache
def some_of(identities: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(identities), unique=True, max_size=3) if identities else st.just([])


@st.composite
def files(draw: st.DrawFn) -> dict[str, Any]:
    """A conversions file without fault, as parsed TOML; its one property is called `site`."""
    events = draw(st.lists(st.sampled_from(EVENTS), unique=True, min_size=1))
    told = {event: draw(conversions) for event in events}
    macro = draw(st.integers(1, len(events)))
    dimensions, metrics = draw(definitions())
    raw: dict[str, Any] = {
        "version": 1,
        "properties": {"site": {"id": "7", "business_types": ["shop"], "currency": "EUR"}},
        "business_types": {
            "shop": {
                "macro": {event: told[event] for event in events[:macro]},
                "micro": {event: told[event] for event in events[macro:]},
            }
        },
        "dimensions": dimensions,
        "metrics": metrics,
    }
    declared = declared_identities(raw)
    free = {section: sorted(set(pool) - declared[section]) for section, pool in POOL.items()}
    raw["absent"] = {section: draw(some_of(tuple(left))) for section, left in free.items()}
    ignore = {section: [*draw(some_of(tuple(left)))] for section, left in free.items()}
    glob = draw(st.sampled_from(["user:*", "se*", "?????", "nothing"]))
    for section, patterns in ignore.items():
        if not any(fnmatchcase(identity, glob) for identity in declared[section]):
            patterns.append(glob)
    raw["properties"]["site"]["ignore"] = ignore
    return raw


def declared_by(raw: Mapping[str, Any]) -> DeclaredProperty:
    document = Document.model_validate(raw)
    assert [f for f in check_document(document) if f.severity == "error"] == []
    return declared_property(document, "site", {})


def live_of(resources: Mapping[str, Iterable[Resource]]) -> Live:
    return Live(FACTS, STREAM, {kind.name: tuple(resources.get(kind.name, ())) for kind in KINDS})


@cache
def rule_conditions() -> st.SearchStrategy[list[dict[str, Any]]]:
    one = st.fixed_dictionaries(
        {
            "field": st.sampled_from(["event_name", *PARAMETERS]),
            "comparison_type": st.sampled_from(["EQUALS", "CONTAINS"]),
            "value": values,
            "negated": st.booleans(),
        }
    )
    return st.lists(one, min_size=1, max_size=3)


@cache
def foreign_fields(kind: str, identity: str) -> st.SearchStrategy[dict[str, Any]]:
    """A live resource of somebody else's making, every field that GA4 shows but its name."""
    match kind:
        case "custom_dimension":
            scope, _, parameter = identity.partition(":")
            return st.fixed_dictionaries(
                {
                    "parameter_name": st.just(parameter),
                    "scope": st.just(scope.upper()),
                    "display_name": values,
                    "description": values,
                    "disallow_ads_personalization": st.booleans(),
                }
            )
        case "custom_metric":
            return st.fixed_dictionaries(
                {
                    "parameter_name": st.just(identity),
                    "scope": st.just("EVENT"),
                    "display_name": values,
                    "description": values,
                    "measurement_unit": st.sampled_from([unit.upper() for unit in UNITS]),
                    "restricted_metric_type": st.sampled_from([[], ["COST_DATA"]]),
                }
            )
        case "event_create_rule":
            return st.fixed_dictionaries(
                {
                    "destination_event": st.just(identity),
                    "event_conditions": rule_conditions(),
                    "source_copy_parameters": st.booleans(),
                    "parameter_mutations": st.just([{"parameter": "plan", "parameter_value": "x"}]),
                }
            )
    return st.fixed_dictionaries(
        {
            "event_name": st.just(identity),
            "counting_method": st.sampled_from(["ONCE_PER_EVENT", "ONCE_PER_SESSION"]),
            "deletable": st.booleans(),
            "custom": st.booleans(),
            "create_time": st.just("2025-01-01T00:00:00Z"),
        },
        optional={"default_value": st.just({"numeric_value": 1.0, "currency_code": "EUR"})},
    )


def parent_of(kind: str) -> str:
    return STREAM.name if kind == "event_create_rule" else PROPERTY


@dataclass(frozen=True)
class World:
    """A file, as parsed and as declared, and a property that agrees with it here and there."""

    raw: dict[str, Any]
    declared: DeclaredProperty
    live: Live


@st.composite
def worlds(draw: st.DrawFn) -> World:
    raw = draw(files())
    declared = declared_by(raw)
    numbers = count(1)
    resources: dict[str, list[Resource]] = {}
    for kind in KINDS:
        if kind.name not in SECTIONS:
            continue
        wanted = {kind.identity(r.fields): {**kind.on_create, **r.fields} for r in kind.desired(declared)}
        for identity in POOL[SECTIONS[kind.name]]:
            # Only rules may share their identity.
            for _ in range(draw(st.integers(0, 2 if kind.name == "event_create_rule" else 1))):
                fields = draw(foreign_fields(kind.name, identity))
                if identity in wanted and draw(st.booleans()):
                    fields |= wanted[identity]
                name = f"{parent_of(kind.name)}/{kind.name}/{next(numbers)}"
                resources.setdefault(kind.name, []).append(Resource({"name": name, **fields}, name))
    return World(raw, declared, live_of(resources))


def carried_out(live: Live, changes: Iterable[Change]) -> Live:
    """The property after some changes, by a GA4 that knows nothing but dictionaries."""
    resources = {kind: list(found) for kind, found in live.resources.items()}
    for number, change in enumerate(changes, 1000):
        found = resources[change.kind.name]
        fields = {name: field.desired for name, field in change.fields.items()}
        if change.action == "create":
            assert change.parent == parent_of(change.kind.name)
            assert change.resource == ""
            name = f"{change.parent}/{change.kind.name}/{number}"
            found.append(Resource({"name": name, **BLANK[change.kind.name], **fields}, name))
            continue
        (at,) = [at for at, resource in enumerate(found) if resource.name == change.resource]
        if change.removes:
            del found[at]
        else:
            found[at] = replace(found[at], fields={**found[at].fields, **fields})
    return replace(live, resources={kind: tuple(found) for kind, found in resources.items()})


def shuffled(draw: Callable[[st.SearchStrategy[Any]], Any], world: World) -> tuple[DeclaredProperty, Live]:
    """The same world in another order, on both sides."""
    live = {kind: tuple(draw(st.permutations(found))) for kind, found in world.live.resources.items()}
    declared = world.declared
    other = replace(
        declared,
        conversions=tuple(draw(st.permutations(declared.conversions))),
        dimensions=tuple(draw(st.permutations(declared.dimensions))),
        metrics=tuple(draw(st.permutations(declared.metrics))),
    )
    return other, replace(world.live, resources=live)
