from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from google.analytics import data_v1beta
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

Match = data_v1beta.Filter.StringFilter.MatchType
NOT_SET = "(not set)"
quiet = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def one(name: str, **condition: Any) -> dict[str, Any]:
    return {"filter": {"field_name": name, **condition}}


def plan_of(event: Any) -> str:
    return str(event.parameters.get("plan", NOT_SET))


def count(crowd: Any, dimension_filter: dict[str, Any]) -> int:
    return int(crowd.figure("eventCount", dimension_filter=dimension_filter))


@pytest.mark.parametrize(
    "kind,value,holds",
    [
        ("EXACT", "PRO", lambda v: v.lower() == "pro"),
        ("BEGINS_WITH", "Team", lambda v: v.lower().startswith("team")),
        ("ENDS_WITH", "O", lambda v: v.lower().endswith("o")),
        ("CONTAINS", "R", lambda v: "r" in v.lower()),
        ("FULL_REGEXP", r"TEAM \d", lambda v: re.fullmatch(r"team \d", v)),
        ("PARTIAL_REGEXP", r"TEAM \d", lambda v: re.search(r"team \d", v)),
        ("MATCH_TYPE_UNSPECIFIED", "FREE", lambda v: v == "free"),
        ("EXACT", "it's \0 here", lambda _: False),
    ],
)
def test_string_filter_ignores_case(crowd: Any, kind: str, value: str, holds: Callable[[str], bool]) -> None:
    condition = one("customEvent:plan", string_filter={"match_type": kind, "value": value})
    assert count(crowd, condition) == sum(bool(holds(plan_of(e))) for e in crowd.events)


@pytest.mark.parametrize(
    "kind,value,holds",
    [
        ("EXACT", "Pro", lambda v: v == "Pro"),
        ("BEGINS_WITH", "P", lambda v: v.startswith("P")),
        ("ENDS_WITH", "O", lambda v: v.endswith("O")),
        ("CONTAINS", "ro", lambda v: "ro" in v),
        ("FULL_REGEXP", "[p]ro", lambda v: v == "pro"),
        ("PARTIAL_REGEXP", "^P", lambda v: v.startswith("P")),
    ],
)
def test_string_filter_minds_case_when_told(
    crowd: Any, kind: str, value: str, holds: Callable[[str], bool]
) -> None:
    text = {"match_type": kind, "value": value, "case_sensitive": True}
    condition = one("customEvent:plan", string_filter=text)
    assert count(crowd, condition) == sum(bool(holds(plan_of(e))) for e in crowd.events)


@pytest.mark.parametrize("case_sensitive", [True, False])
def test_in_list_filter_holds_any_of_its_values(crowd: Any, case_sensitive: bool) -> None:
    values = {"values": ["PRO", "free"], "case_sensitive": case_sensitive}
    allowed = {"PRO", "free"} if case_sensitive else {"pro", "Pro", "free"}
    expected = sum(plan_of(e) in allowed for e in crowd.events)
    assert count(crowd, one("customEvent:plan", in_list_filter=values)) == expected


def test_empty_filter_takes_not_set_and_the_empty_text(crowd: Any) -> None:
    expected = sum(plan_of(e) in (NOT_SET, "") for e in crowd.events)
    assert count(crowd, one("customEvent:plan", empty_filter={})) == expected


def test_numeric_filters_read_dimensions_as_numbers(crowd: Any) -> None:
    later = {"operation": "GREATER_THAN_OR_EQUAL", "value": {"int64_value": 10}}
    assert count(crowd, one("day", numeric_filter=later)) == sum(e.day.day >= 10 for e in crowd.events)
    between = {"from_value": {"int64_value": 3}, "to_value": {"double_value": 5.0}}
    assert count(crowd, one("day", between_filter=between)) == sum(3 <= e.day.day <= 5 for e in crowd.events)
    assert count(crowd, one("eventName", numeric_filter=later)) == 0


def test_groups_and_negation_combine(crowd: Any) -> None:
    exactly = {"string_filter": {"value": "purchase"}}
    condition = {
        "and_group": {
            "expressions": [
                {"not_expression": one("eventName", **exactly)},
                {
                    "or_group": {
                        "expressions": [
                            one("country", string_filter={"value": "France"}),
                            one("deviceCategory", string_filter={"value": "tablet"}),
                        ]
                    }
                },
            ]
        }
    }
    expected = [
        e for e in crowd.events if e.name != "purchase" and (e.country == "France" or e.device == "tablet")
    ]
    assert count(crowd, condition) == len(expected)


@pytest.mark.parametrize(
    "operation,compare",
    [
        ("EQUAL", lambda n, m: n == m),
        ("LESS_THAN", lambda n, m: n < m),
        ("LESS_THAN_OR_EQUAL", lambda n, m: n <= m),
        ("GREATER_THAN", lambda n, m: n > m),
        ("GREATER_THAN_OR_EQUAL", lambda n, m: n >= m),
    ],
)
def test_metric_filter_works_on_a_metric_not_requested(
    crowd: Any, operation: str, compare: Callable[[int, int], bool]
) -> None:
    users: dict[str, set[str]] = {}
    for e in crowd.events:
        users.setdefault(e.day.strftime("%Y%m%d"), set()).add(e.user)
    middle = sorted(len(of) for of in users.values())[7]
    condition = one("totalUsers", numeric_filter={"operation": operation, "value": {"int64_value": middle}})
    response = crowd.ask("date", "eventCount", metric_filter=condition)
    assert [h.name for h in response.metric_headers] == ["eventCount"]
    kept = {row.dimension_values[0].value for row in response.rows}
    assert kept == {day for day, of in users.items() if compare(len(of), middle)}
    assert response.row_count == len(kept)


LEAVES = st.one_of(
    st.builds(
        lambda name, kind, value, sensitive: one(
            name, string_filter={"match_type": kind, "value": value, "case_sensitive": sensitive}
        ),
        st.sampled_from(["eventName", "country", "customEvent:plan", "landingPage", "newVsReturning"]),
        st.sampled_from(["EXACT", "BEGINS_WITH", "ENDS_WITH", "CONTAINS"]),
        st.sampled_from(["", "p", "Pro", "purchase", NOT_SET, "Ö", "'"]),
        st.booleans(),
    ),
    st.builds(
        lambda values: one("eventName", in_list_filter={"values": values}),
        st.lists(st.sampled_from(["SCROLL", "purchase", "none"]), min_size=1),
    ),
    st.builds(
        lambda n: one("day", numeric_filter={"operation": "LESS_THAN", "value": {"int64_value": n}}),
        st.integers(0, 20),
    ),
    st.just(one("customEvent:plan", empty_filter={})),
)
FILTERS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(
            lambda parts: {"and_group": {"expressions": parts}}, st.lists(inner, min_size=1, max_size=3)
        ),
        st.builds(
            lambda parts: {"or_group": {"expressions": parts}}, st.lists(inner, min_size=1, max_size=3)
        ),
        st.builds(lambda part: {"not_expression": part}, inner),
    ),
    max_leaves=4,
)


@quiet
@given(FILTERS)
def test_filter_and_its_negation_split_the_events(crowd: Any, condition: dict[str, Any]) -> None:
    negated = {"not_expression": condition}
    both = {"and_group": {"expressions": [condition, negated]}}
    assert count(crowd, condition) + count(crowd, negated) == len(crowd.events)
    assert crowd.rows("eventName", "eventCount", dimension_filter=both) == []


@quiet
@given(FILTERS, st.sampled_from(["date", "country deviceCategory", "customEvent:plan"]))
def test_totals_equal_the_report_without_dimensions(
    crowd: Any, condition: dict[str, Any], dimensions: str
) -> None:
    metrics = "eventCount totalUsers sessions engagedSessions keyEvents bounceRate purchaseRevenue eventValue"
    with_rows = crowd.ask(dimensions, metrics, dimension_filter=condition, metric_aggregations=["TOTAL"])
    alone = crowd.ask("", metrics, dimension_filter=condition)
    assert [list(row.metric_values) for row in with_rows.totals] == [
        list(row.metric_values) for row in alone.rows
    ]


@quiet
@given(st.integers(1, 200), st.sampled_from(["date eventName", "country", "pagePath eventName date"]))
def test_pages_concatenate_to_the_whole(crowd: Any, size: int, dimensions: str) -> None:
    whole = crowd.rows(dimensions, "sessions")
    pages = [
        row
        for offset in range(0, len(whole) + 1, size)
        for row in crowd.rows(dimensions, "sessions", limit=size, offset=offset)
    ]
    assert pages == whole
