"""Reports on real events against SQL written on the export's nested columns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Ask = Callable[..., list[tuple[str, ...]]]


def test_known_totals_of_the_real_month(ask: Ask) -> None:
    assert ask("", "totalUsers sessions eventCount") == [("82402", "99571", "964517")]
    by_event = {name: figures for name, *figures in ask("eventName", "eventCount totalUsers")}
    assert by_event["purchase"] == ["851", "743"]
    assert by_event["add_to_cart"] == ["15253", "3230"]
    assert by_event["begin_checkout"] == ["8354", "1374"]


def test_events_by_day_and_device_equal_the_export(ask: Ask, sql: Callable[[str], Any]) -> None:
    expected = sql(
        "SELECT event_date, device.category, event_name, count(*), count(DISTINCT user_pseudo_id) "
        "FROM export GROUP BY ALL"
    )
    assert sorted(ask("date deviceCategory eventName", "eventCount totalUsers")) == sorted(expected)


def test_sessions_with_any_of_some_events_equal_the_export(ask: Ask, sql: Callable[[str], Any]) -> None:
    expected = sql(
        "SELECT geo.country, count(DISTINCT (user_pseudo_id, of(event_params, 'ga_session_id').int_value)), "
        "count(DISTINCT user_pseudo_id) FROM export "
        "WHERE event_name IN ('add_to_cart', 'begin_checkout', 'view_search_results') GROUP BY ALL"
    )
    values = {"values": ["add_to_cart", "begin_checkout", "view_search_results"]}
    condition = {"filter": {"field_name": "eventName", "in_list_filter": values}}
    got = ask("country", "sessions totalUsers", dimension_filter=condition)
    assert sorted(got) == sorted((country or "(not set)", *rest) for country, *rest in expected)


def test_views_by_page_path_equal_the_export(ask: Ask, sql: Callable[[str], Any]) -> None:
    expected = sql(
        "SELECT '/' || split_part(split_part(l, '?', 1), '/', 4), count(*) "
        "FROM (SELECT of(event_params, 'page_location').string_value l FROM export "
        "WHERE event_name = 'page_view') GROUP BY ALL"
    )
    by_top: dict[str, int] = {}
    for path, views in ask("pagePath", "screenPageViews"):
        top = "/" + path.split("/")[1]
        by_top[top] = by_top.get(top, 0) + int(views)
    assert sorted((top, str(views)) for top, views in by_top.items()) == sorted(expected)


def test_landing_pages_equal_the_first_views_of_the_export(ask: Ask, sql: Callable[[str], Any]) -> None:
    expected = sql(
        "WITH v AS (SELECT user_pseudo_id u, of(event_params, 'ga_session_id').int_value s, "
        "of(event_params, 'page_location').string_value l, event_timestamp t FROM export "
        "WHERE event_name = 'page_view') "
        "SELECT split_part(arg_min(l, t), '?', 1) AS page FROM v WHERE s IS NOT NULL GROUP BY u, s"
    )
    first = [page for (page,) in expected if page.endswith(".com/store.html")]
    got = [sessions for page, sessions in ask("landingPage", "sessions") if page == "/store.html"]
    assert got == [str(len(first))]


def test_purchases_and_rates_equal_the_export(ask: Ask, sql: Callable[[str], Any]) -> None:
    ((events, users, revenue, sessions, all_sessions),) = sql(
        "WITH e AS (SELECT *, (user_pseudo_id, of(event_params, 'ga_session_id').int_value) s FROM export) "
        "SELECT count(*) FILTER (event_name = 'purchase'), "
        "count(DISTINCT user_pseudo_id) FILTER (event_name = 'purchase'), "
        "sum(ecommerce.purchase_revenue) FILTER (event_name = 'purchase'), "
        "count(DISTINCT s) FILTER (event_name = 'purchase'), count(DISTINCT s) FROM e"
    )
    metrics = "keyEvents:purchase totalPurchasers purchaseRevenue sessionKeyEventRate:purchase"
    ((keyed, purchasers, money, rate),) = ask("", metrics)
    assert (keyed, purchasers, float(money)) == (events, users, float(revenue))
    assert float(rate) == int(sessions) / int(all_sessions)


def test_engaged_sessions_equal_the_rule_on_the_export(ask: Ask, sql: Callable[[str], Any]) -> None:
    ((engaged, seconds),) = sql(
        "WITH e AS (SELECT user_pseudo_id u, of(event_params, 'ga_session_id').int_value s, "
        "max(event_timestamp) - min(event_timestamp) d, "
        "count(*) FILTER (event_name = 'page_view') v, bool_or(event_name = 'purchase') k, "
        "coalesce(bool_or(of(event_params, 'session_engaged').string_value = '1'), false) f "
        "FROM export GROUP BY ALL) "
        "SELECT count(*) FILTER (f OR v >= 2 OR d > 10000000 OR k), avg(d) / 1e6 FROM e"
    )
    ((sessions, mean),) = ask("", "engagedSessions averageSessionDuration")
    assert sessions == engaged
    assert float(mean) == pytest.approx(float(seconds))


def test_two_periods_equal_the_export(ask: Ask, sql: Callable[[str], Any]) -> None:
    ranges = [
        {"start_date": "14daysAgo", "end_date": "yesterday", "name": "now"},
        {"start_date": "28daysAgo", "end_date": "15daysAgo", "name": "before"},
    ]
    expected = sql(
        "SELECT CASE WHEN event_date >= '20210103' THEN 'now' ELSE 'before' END, "
        "count(DISTINCT user_pseudo_id) FROM export GROUP BY 1"
    )
    assert sorted(ask("", "totalUsers", date_ranges=ranges)) == sorted(expected)
