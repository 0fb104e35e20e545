"""Audiences: people by what they did and did not do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from milepost.model.declared import DeclaredProperty
from milepost.model.document import Audience
from milepost.model.resources import Resource, ResourceType
from milepost.reconcile.kinds.kind import Entry, Fields, Kind

_DEFAULT = frozenset({"All Users", "Purchasers"})
"""Every property has them from birth, and no field tells them apart. Source: Admin API reference, 4.4, 9."""

_EVER = "AUDIENCE_FILTER_SCOPE_ACROSS_ALL_SESSIONS"


def _desired(declared: DeclaredProperty) -> Iterator[Resource]:
    for path, audience in declared.audiences:
        yield Resource(_fields(path.rpartition(".")[2].strip('"'), audience), origin=path)


def _fields(name: str, audience: Audience) -> Fields:
    clauses = [_clause("INCLUDE", [[event] for event in audience.did])]
    if audience.did_not:
        clauses.append(_clause("EXCLUDE", [audience.did_not]))
    return {
        "display_name": audience.label_of(name),
        # GA4 demands one; it is ours to write where the file does not.
        "description": _description(audience) if audience.description is None else audience.description,
        "membership_duration_days": audience.days,
        "filter_clauses": clauses,
    }


def _description(audience: Audience) -> str:
    did = f"Did {', '.join(audience.did)}"
    return f"{did}; did not {', '.join(audience.did_not)}" if audience.did_not else did


def _clause(kind: str, groups: Sequence[Sequence[str]]) -> dict[str, Any]:
    """One of each group must have happened. GA4 takes filters in this shape only: an AND of ORs."""
    ors = [{"or_group": {"filter_expressions": [_happened(e) for e in group]}} for group in groups]
    expression = {"and_group": {"filter_expressions": ors}}
    return {"clause_type": kind, "simple_filter": {"scope": _EVER, "filter_expression": expression}}


def _happened(event: str) -> dict[str, Any]:
    return {"event_filter": {"event_name": event}}


def _comparable(field: str, value: Any) -> Any:
    """Clauses all have to hold, and so have groups: their order means nothing. Empty fields are not set."""
    return _sorted_tree(value) if field == "filter_clauses" else value


def _sorted_tree(value: Any) -> Any:
    if isinstance(value, dict):
        return sorted((key, _sorted_tree(inner)) for key, inner in value.items() if _is_set(inner))
    if isinstance(value, (list, tuple)):
        return sorted((_sorted_tree(inner) for inner in value), key=repr)
    return value


def _is_set(value: Any) -> bool:
    return value not in (None, "", False, 0, [], {}) and not str(value).endswith("_UNSPECIFIED")


def _declare(fields: Fields) -> Entry | None:
    """None for an audience of another shape: read back, it would not be the same."""
    events = _events(fields.get("filter_clauses", ()))
    if events is None:
        return None
    did, did_not = events
    values: dict[str, object] = {
        "label": fields["display_name"],
        "description": fields.get("description", ""),
        "did": did,
        "did_not": did_not,
        "days": fields["membership_duration_days"],
    }
    again = _fields("", Audience.model_validate(values))
    if _comparable("filter_clauses", again["filter_clauses"]) != _comparable(
        "filter_clauses", fields["filter_clauses"]
    ):
        return None
    return Entry(("audiences", fields["display_name"]), {k: v for k, v in values.items() if v != []})


def _events(clauses: Sequence[Mapping[str, Any]]) -> tuple[list[str], list[str]] | None:
    """The events that clauses name to include and to exclude; None when they include none."""
    found: dict[str, list[str]] = {"INCLUDE": [], "EXCLUDE": []}
    for clause in clauses:
        found.setdefault(clause.get("clause_type", ""), []).extend(event_names(clause))
    return (found["INCLUDE"], found["EXCLUDE"]) if found["INCLUDE"] else None


def event_names(tree: Any) -> Iterator[str]:
    """The events that filter clauses speak of, in order, however deep they stand."""
    if isinstance(tree, Mapping):
        if "event_name" in tree:
            yield tree["event_name"]
        tree = list(tree.values())
    if isinstance(tree, (list, tuple)):
        for inner in tree:
            yield from event_names(inner)


AUDIENCE = Kind(
    type=ResourceType("audience", "v1alpha", "property", "archive"),
    label="audience",
    section="audiences",
    identity=lambda fields: str(fields["display_name"]),
    desired=_desired,
    limit=lambda _: "audience",
    immutable=frozenset({"membership_duration_days", "filter_clauses"}),
    comparable=_comparable,
    removable=lambda fields: fields["display_name"] not in _DEFAULT,
    declare=_declare,
)
