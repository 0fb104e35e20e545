"""Audience exports through the official client: who is in them, and when they are ready."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from google.analytics import admin_v1alpha
from google.api_core.exceptions import (
    FailedPrecondition,
    InvalidArgument,
    MethodNotImplemented,
    NotFound,
    PermissionDenied,
)

Make = Callable[..., Any]
NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)
ACROSS, SESSION, EVENT = (
    f"AUDIENCE_FILTER_SCOPE_{name}"
    for name in ("ACROSS_ALL_SESSIONS", "WITHIN_SAME_SESSION", "WITHIN_SAME_EVENT")
)


def did(name: str, *parameters: Any) -> dict[str, Any]:
    leaf: dict[str, Any] = {"event_name": name}
    if parameters:
        parts = [{"dimension_or_metric_filter": each} for each in parameters]
        leaf["event_parameter_filter_expression"] = {"and_group": {"filter_expressions": parts}}
    return {"or_group": {"filter_expressions": [{"event_filter": leaf}]}}


def clause(*wanted: Any, kind: str = "INCLUDE", scope: str = ACROSS) -> dict[str, Any]:
    expression = {"and_group": {"filter_expressions": list(wanted)}}
    return {"clause_type": kind, "simple_filter": {"scope": scope, "filter_expression": expression}}


def put_audience(shop: Any, *clauses: Any, days: int = 30, label: str = "Some", number: str = "7") -> str:
    name = f"properties/1/audiences/{number}"
    shop.put(
        name,
        admin_v1alpha.Audience(
            name=name, display_name=label, membership_duration_days=days, filter_clauses=clauses
        ),
    )
    return name


def create(shop: Any, audience: str, dimension: str = "deviceId") -> Any:
    return shop.client.create_audience_export(
        parent="properties/1",
        audience_export={"audience": audience, "dimensions": [{"dimension_name": dimension}]},
    )


def users(shop: Any, *clauses: Any, **fields: Any) -> list[str]:
    """Those in an export of such an audience."""
    export = create(shop, put_audience(shop, *clauses, **fields)).result()
    answer = shop.client.query_audience_export(name=export.name)
    assert answer.row_count == export.row_count == len(answer.audience_rows)
    return [row.dimension_values[0].value for row in answer.audience_rows]


@pytest.fixture
def shop(analytics: Make, event: Any) -> Any:
    """Three users: the first bought in the session of the cart, the second in another, the third never."""
    return analytics(
        event("add_to_cart", parameters={"value": 30}),
        event("purchase", at=601),
        event("add_to_cart", user="u2", parameters={"value": 5}),
        event("purchase", user="u2", session=2, day=date(2026, 3, 12)),
        event("add_to_cart", user="u3", day=date(2026, 2, 20)),
        audience_export_seconds=0,
    )


def test_members_did_one_thing_and_not_another(shop: Any) -> None:
    cart = clause(did("add_to_cart"))
    assert users(shop, cart) == ["u1", "u2", "u3"]
    assert users(shop, cart, clause(did("purchase"), kind="EXCLUDE")) == ["u3"]


def test_members_did_everything_within_the_scope(shop: Any) -> None:
    both = [did("add_to_cart"), did("purchase")]
    assert users(shop, clause(*both)) == ["u1", "u2"]
    assert users(shop, clause(*both, scope=SESSION)) == ["u1"]
    assert users(shop, clause(*both, scope=EVENT)) == []


def test_members_leave_when_their_days_are_over(shop: Any) -> None:
    assert users(shop, clause(did("add_to_cart")), days=7) == ["u1", "u2"]
    assert users(shop, clause(did("add_to_cart")), days=5) == []


def test_parameters_narrow_what_was_done(shop: Any) -> None:
    dear = {
        "field_name": "value",
        "numeric_filter": {"operation": "GREATER_THAN", "value": {"int64_value": 10}},
    }
    assert users(shop, clause(did("add_to_cart", dear))) == ["u1"]


def steps(*wanted: Any, kind: str = "INCLUDE", scope: str = ACROSS, **fields: Any) -> dict[str, Any]:
    """A clause of a sequence; a step is an event's name, or fields of an AudienceSequenceStep."""
    made = [{"filter_expression": did(step)} if isinstance(step, str) else step for step in wanted]
    sequence = {"scope": scope, "sequence_steps": [{"scope": scope, **step} for step in made], **fields}
    return {"clause_type": kind, "sequence_filter": sequence}


def step(name: str, **fields: Any) -> dict[str, Any]:
    return {"filter_expression": did(name), **fields}


def test_members_did_one_thing_after_another(shop: Any) -> None:
    assert users(shop, steps("add_to_cart", "purchase")) == ["u1", "u2"]
    assert users(shop, steps("purchase", "add_to_cart")) == []
    assert users(shop, steps("add_to_cart", "purchase", scope=SESSION)) == ["u1"]
    cart_only = steps("add_to_cart", "purchase", kind="EXCLUDE")
    assert users(shop, clause(did("add_to_cart")), cart_only) == ["u3"]


@pytest.mark.parametrize(("seconds", "members"), [(59, []), (60, ["u1"])])
def test_sequences_end_within_their_time_to_the_second(shop: Any, seconds: int, members: list[str]) -> None:
    time = timedelta(seconds=seconds)
    assert users(shop, steps("add_to_cart", "purchase", sequence_maximum_duration=time)) == members
    assert users(shop, steps("add_to_cart", step("purchase", constraint_duration=time))) == members


def test_immediate_step_is_the_very_next_event(analytics: Make, event: Any) -> None:
    shop = analytics(
        *(event(name, at=at) for at, name in enumerate("axb", 1)),
        *(event(name, user="u2", at=at) for at, name in enumerate("ab", 1)),
        audience_export_seconds=0,
    )
    assert users(shop, steps("a", "b")) == ["u1", "u2"]
    assert users(shop, steps("a", step("b", immediately_follows=True))) == ["u2"]
    assert users(shop, steps(step("a", immediately_follows=True), "b")) == ["u1", "u2"]


def test_audiences_of_ga4_hold_everybody_and_buyers(shop: Any) -> None:
    assert users(shop, label="All Users") == ["u1", "u2", "u3"]
    assert users(shop, label="Purchasers") == ["u1", "u2"]


def test_export_is_ready_after_a_quarter_of_an_hour(analytics: Make, event: Any) -> None:
    shop = analytics(event("a"))
    audience = put_audience(shop, clause(did("a")), label="Did a")
    operation = create(shop, audience)
    assert not operation.done()
    (export,) = shop.client.list_audience_exports(parent="properties/1")
    assert export.state.name == "CREATING"
    assert 0 < export.percentage_completed < 100
    assert "row_count" not in export
    with pytest.raises(FailedPrecondition, match="still being created"):
        shop.client.query_audience_export(name=export.name)
    shop.clock.set(NOON + timedelta(minutes=16))
    export = shop.client.get_audience_export(name=export.name)
    assert (export.state.name, export.percentage_completed, export.row_count) == ("ACTIVE", 100, 1)
    assert (export.audience, export.audience_display_name) == (audience, "Did a")
    assert export.creation_quota_tokens_charged > 0
    assert export.begin_creating_time.replace(microsecond=0) == NOON
    assert operation.done()
    assert operation.result() == export


def test_membership_is_that_of_the_moment_of_creation(shop: Any) -> None:
    export = create(shop, put_audience(shop, clause(did("add_to_cart")), days=7)).result()
    shop.clock.set(NOON + timedelta(days=30))
    assert shop.client.query_audience_export(name=export.name).row_count == 2


def test_rows_and_lists_come_in_pages(shop: Any) -> None:
    audience = put_audience(shop, clause(did("add_to_cart")))
    names = [create(shop, audience).result().name for _ in range(3)]
    page = shop.client.query_audience_export({"name": names[0], "offset": 1, "limit": 1})
    assert ([r.dimension_values[0].value for r in page.audience_rows], page.row_count) == (["u2"], 3)
    listed = shop.client.list_audience_exports({"parent": "properties/1", "page_size": 2})
    assert [len(each.audience_exports) for each in listed.pages] == [2, 1]
    again = shop.client.list_audience_exports({"parent": "properties/1", "page_size": 2})
    assert [export.name for export in again] == names


def test_broken_requests_are_refused(shop: Any) -> None:
    audience = put_audience(shop, clause(did("a")))
    with pytest.raises(NotFound):
        create(shop, "properties/1/audiences/404")
    with pytest.raises(InvalidArgument, match="must belong to properties/1"):
        create(shop, "properties/2/audiences/7")
    with pytest.raises(InvalidArgument, match="Field country is not a valid dimension"):
        create(shop, audience, "country")
    with pytest.raises(MethodNotImplemented, match="userId"):
        create(shop, audience, "userId")
    with pytest.raises(InvalidArgument, match="dimensions is required"):
        shop.client.create_audience_export(parent="properties/1", audience_export={"audience": audience})
    with pytest.raises(NotFound):
        shop.client.get_audience_export(name="properties/1/audienceExports/404")
    with pytest.raises(PermissionDenied):
        shop.client.list_audience_exports(parent="properties/2")
    export = create(shop, audience).result()
    with pytest.raises(InvalidArgument, match="The API received limit = -1"):
        shop.client.query_audience_export({"name": export.name, "limit": -1})


def test_audiences_that_ask_for_more_than_events_are_not_emulated(shop: Any) -> None:
    country = {"dimension_or_metric_filter": {"field_name": "country", "string_filter": {"value": "x"}}}
    with pytest.raises(MethodNotImplemented, match="dimensions or metrics"):
        create(shop, put_audience(shop, clause({"or_group": {"filter_expressions": [country]}})))
    together = {"and_group": {"filter_expressions": [did("add_to_cart"), did("purchase")]}}
    with pytest.raises(MethodNotImplemented, match="several events meet together"):
        create(shop, put_audience(shop, steps({"filter_expression": together})))
