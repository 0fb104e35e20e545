"""Every metric the emulator offers against SQL written on the export's own columns, over 28 real days."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Ask = Callable[..., list[tuple[str, ...]]]
Sql = Callable[[str], list[tuple[str, ...]]]

# One row per event (e), per session (s), per user and day (d), per item of an event (i).
TABLES = """
    CREATE TABLE e AS SELECT row_number() OVER () AS id, event_date, event_timestamp AS t, event_name AS n,
        user_pseudo_id AS u, user_first_touch_timestamp AS touch,
        user_pseudo_id || '/' || of(event_params, 'ga_session_id').int_value AS s,
        of(event_params, 'engagement_time_msec').int_value AS msec,
        of(event_params, 'session_engaged').string_value = '1' AS flag,
        coalesce(of(event_params, 'value').int_value, of(event_params, 'value').float_value,
                 of(event_params, 'value').double_value) AS value,
        ecommerce.purchase_revenue AS revenue, ecommerce.tax_value AS tax,
        ecommerce.shipping_value AS shipping, items
    FROM export;
    CREATE TABLE s AS SELECT s, u, (max(t) - min(t)) / 1e6 AS seconds,
        coalesce(bool_or(flag), false) OR max(t) - min(t) > 10000000
        OR count(*) FILTER (n = 'page_view') > 1 OR bool_or(n = 'purchase') AS engaged
    FROM e WHERE s IS NOT NULL GROUP BY s, u;
    CREATE TABLE d AS SELECT e.u, event_date,
        coalesce(bool_or(n = 'first_visit' OR msec > 0 OR engaged), false) AS active,
        bool_or(n = 'purchase') AS bought
    FROM e LEFT JOIN s ON s.s = e.s GROUP BY e.u, event_date;
    CREATE TABLE i AS SELECT id, n, u, coalesce(x.quantity, 1) AS q, x.item_revenue AS revenue
    FROM (SELECT id, n, u, unnest(items) AS x FROM e)
"""


def _events(name: str) -> str:
    return f"(SELECT count(*) FROM e WHERE n = '{name}')"


def _users(name: str) -> str:
    return f"(SELECT count(DISTINCT u) FROM e WHERE n = '{name}')"


def _units(name: str) -> str:
    return f"(SELECT coalesce(sum(q), 0) FROM i WHERE n = '{name}')"


def _shoppers(name: str) -> str:
    return f"(SELECT count(DISTINCT u) FROM i WHERE n = '{name}')"


def _last(days: int) -> str:
    """Active users of the days up to 16 January 2021."""
    since = f"strftime(DATE '2021-01-16' - {days - 1}, '%Y%m%d')"
    return f"(SELECT count(DISTINCT u) FROM d WHERE active AND event_date >= {since})"


ALL = "(SELECT count(*) FROM e)"
USERS = "(SELECT count(DISTINCT u) FROM e)"
ACTIVE = "(SELECT count(DISTINCT u) FROM d WHERE active)"
SESSIONS = "(SELECT count(*) FROM s)"
ENGAGED = "(SELECT count(*) FROM s WHERE engaged)"
VIEWS = _events("page_view")
BUYERS = _users("purchase")
REVENUE = "(SELECT sum(revenue) FROM e WHERE n = 'purchase')"
ORDERS = "(SELECT count(revenue) FROM e WHERE n = 'purchase')"
SESSION_RATE = f"(SELECT count(DISTINCT s) FROM e WHERE n = 'purchase') / {SESSIONS}"
USER_RATE = f"(SELECT count(DISTINCT u) FROM d WHERE active AND bought) / {ACTIVE}"

METRICS = {
    "totalUsers": USERS,
    "activeUsers": ACTIVE,
    "newUsers": _users("first_visit"),
    "userEngagementDuration": "(SELECT sum(msec) / 1000 FROM e)",
    "sessionsPerUser": f"{SESSIONS} / {ACTIVE}",
    "scrolledUsers": _users("scroll"),
    "active1DayUsers": _last(1),
    "active7DayUsers": _last(7),
    "active28DayUsers": _last(28),
    "dauPerWau": f"{_last(1)} / {_last(7)}",
    "dauPerMau": f"{_last(1)} / {_last(30)}",
    "wauPerMau": f"{_last(7)} / {_last(30)}",
    "sessions": SESSIONS,
    "engagedSessions": ENGAGED,
    "engagementRate": f"{ENGAGED} / {SESSIONS}",
    "bounceRate": f"1 - {ENGAGED} / {SESSIONS}",
    "averageSessionDuration": "(SELECT avg(seconds) FROM s)",
    "screenPageViewsPerSession": f"{VIEWS} / {SESSIONS}",
    "eventsPerSession": f"{ALL} / {SESSIONS}",
    "sessionKeyEventRate": SESSION_RATE,
    "sessionKeyEventRate:purchase": SESSION_RATE,
    "eventCount": ALL,
    "eventCountPerUser": f"{ALL} / {ACTIVE}",
    "eventValue": "(SELECT sum(value) FROM e)",
    "keyEvents": _events("purchase"),
    "keyEvents:purchase": _events("purchase"),
    "userKeyEventRate": USER_RATE,
    "userKeyEventRate:purchase": USER_RATE,
    "screenPageViews": VIEWS,
    "screenPageViewsPerUser": f"{VIEWS} / {ACTIVE}",
    "addToCarts": _events("add_to_cart"),
    "checkouts": _events("begin_checkout"),
    "ecommercePurchases": _events("purchase"),
    "transactions": ORDERS,
    "totalPurchasers": BUYERS,
    "purchaserRate": f"{BUYERS} / {ACTIVE}",
    "grossPurchaseRevenue": REVENUE,
    "purchaseRevenue": REVENUE,
    "totalRevenue": REVENUE,
    "averagePurchaseRevenue": f"{REVENUE} / {ORDERS}",
    "transactionsPerPurchaser": f"{ORDERS} / {BUYERS}",
    "firstTimePurchasers": BUYERS,
    "firstTimePurchaserRate": f"{BUYERS} / {ACTIVE}",
    "firstTimePurchasersPerNewUser": f"{BUYERS} / {_users('first_visit')}",
    "averagePurchaseRevenuePerPayingUser": f"{REVENUE} / {BUYERS}",
    "averagePurchaseRevenuePerUser": f"{REVENUE} / {ACTIVE}",
    "averageRevenuePerUser": f"{REVENUE} / {ACTIVE}",
    "refundAmount": "0",
    "shippingAmount": "(SELECT coalesce(sum(shipping), 0) FROM e WHERE n = 'purchase')",
    "taxAmount": "(SELECT coalesce(sum(tax), 0) FROM e WHERE n = 'purchase')",
    "itemListViewEvents": _events("view_item_list"),
    "itemListClickEvents": _events("select_item"),
    "promotionViews": _events("view_promotion"),
    "promotionClicks": _events("select_promotion"),
    "itemViewEvents": "(SELECT count(DISTINCT id) FROM i WHERE n = 'view_item')",
    "itemsViewed": _units("view_item"),
    "itemsAddedToCart": _units("add_to_cart"),
    "itemsCheckedOut": _units("begin_checkout"),
    "itemsPurchased": _units("purchase"),
    "itemsViewedInList": _units("view_item_list"),
    "itemsClickedInList": _units("select_item"),
    "itemsViewedInPromotion": _units("view_promotion"),
    "itemsClickedInPromotion": _units("select_promotion"),
    "itemRevenue": "(SELECT sum(revenue) FROM i WHERE n = 'purchase')",
    "grossItemRevenue": "(SELECT sum(revenue) FROM i WHERE n = 'purchase')",
    "itemRefundAmount": "0",
    "cartToViewRate": f"{_shoppers('add_to_cart')} / {_shoppers('view_item')}",
    "purchaseToViewRate": f"{_shoppers('purchase')} / {_shoppers('view_item')}",
    "itemListClickThroughRate": f"{_shoppers('select_item')} / {_shoppers('view_item_list')}",
    "itemPromotionClickThroughRate": f"{_shoppers('select_promotion')} / {_shoppers('view_promotion')}",
}
OF_COHORTS = {"cohortActiveUsers", "cohortTotalUsers"}


@pytest.fixture(scope="module")
def prepared(sql: Sql) -> Sql:
    for statement in TABLES.split(";"):
        sql(statement)
    return sql


def test_table_below_names_every_metric_that_is_offered(real_metrics: list[str]) -> None:
    assert set(real_metrics) == METRICS.keys() | OF_COHORTS


def test_every_metric_equals_the_export(ask: Ask, prepared: Sql) -> None:
    names = list(METRICS)
    (expected,) = prepared(f"SELECT {', '.join(f'({sql})::DOUBLE' for sql in METRICS.values())}")
    got = [
        value
        for start in range(0, len(names), 10)
        for value in ask("", " ".join(names[start : start + 10]))[0]
    ]
    wrong = {
        name: (figure, truth)
        for name, figure, truth in zip(names, got, expected, strict=True)
        if float(figure) != pytest.approx(float(truth), rel=1e-9)
    }
    assert wrong == {}


def test_users_and_purchases_by_day_equal_the_export(ask: Ask, prepared: Sql) -> None:
    expected = prepared(
        "SELECT d.event_date, count(DISTINCT d.u), count(DISTINCT d.u) FILTER (d.active), "
        "count(DISTINCT d.u) FILTER (n = 'first_visit'), count(*) FILTER (n = 'purchase'), "
        "count(DISTINCT d.u) FILTER (n = 'purchase'), "
        "count(DISTINCT d.u) FILTER (n = 'purchase' AND t = first), count(DISTINCT e.s) "
        "FROM e JOIN d ON d.u = e.u AND d.event_date = e.event_date "
        "LEFT JOIN (SELECT u, min(t) AS first FROM e WHERE n = 'purchase' GROUP BY u) f ON f.u = e.u "
        "GROUP BY 1"
    )
    metrics = (
        "totalUsers activeUsers newUsers ecommercePurchases totalPurchasers firstTimePurchasers sessions"
    )
    assert sorted(ask("date", metrics)) == sorted(expected)


def test_rolling_users_by_day_equal_the_export(ask: Ask, prepared: Sql) -> None:
    expected = prepared(
        "WITH a AS (SELECT u, strptime(event_date, '%Y%m%d')::DATE AS day FROM d WHERE active), "
        "ends AS (SELECT DISTINCT day AS last FROM a WHERE day >= DATE '2021-01-10') "
        "SELECT strftime(last, '%Y%m%d'), count(DISTINCT u) FILTER (day = last), "
        "count(DISTINCT u) FILTER (day > last - 7), count(DISTINCT u) FROM ends "
        "JOIN a ON a.day BETWEEN last - 27 AND last GROUP BY last"
    )
    week = [{"start_date": "2021-01-10", "end_date": "2021-01-16"}]
    metrics = "active1DayUsers active7DayUsers active28DayUsers"
    assert sorted(ask("date", metrics, date_ranges=week)) == sorted(expected)


def test_items_by_name_equal_the_export(ask: Ask, prepared: Sql) -> None:
    expected = prepared(
        "SELECT CASE WHEN x.item_name IN ('', '(not set)') THEN '(not set)' ELSE x.item_name END, "
        "sum(coalesce(x.quantity, 1))::BIGINT, sum(coalesce(x.item_revenue, 0)), count(DISTINCT u) "
        "FROM (SELECT u, unnest(items) AS x FROM e WHERE n = 'purchase') GROUP BY 1"
    )
    bought = {"filter": {"field_name": "eventName", "string_filter": {"value": "purchase"}}}
    got = ask("itemName", "itemsPurchased itemRevenue totalUsers", dimension_filter=bought)
    assert {name: tuple(map(float, figures)) for name, *figures in got if name != "(not set)"} == {
        name: tuple(map(float, figures)) for name, *figures in expected if name != "(not set)"
    }


def test_cohort_of_a_real_day_equals_the_export(ask: Ask, prepared: Sql) -> None:
    expected = prepared(
        "WITH c AS (SELECT u FROM e GROUP BY u HAVING coalesce(min(event_date) FILTER (n = 'first_visit'), "
        "strftime(make_timestamp(min(touch)), '%Y%m%d'), min(event_date)) = '20210103') "
        "SELECT 'new', lpad((strptime(event_date, '%Y%m%d')::DATE - DATE '2021-01-03')::VARCHAR, 4, '0'), "
        "count(DISTINCT d.u), (SELECT count(*) FROM c) FROM d JOIN c ON c.u = d.u "
        "WHERE active AND event_date BETWEEN '20210103' AND '20210106' GROUP BY event_date"
    )
    days = {"start_date": "2021-01-03", "end_date": "2021-01-03"}
    spec: dict[str, Any] = {
        "cohorts": [{"name": "new", "dimension": "firstSessionDate", "date_range": days}],
        "cohorts_range": {"granularity": 1, "end_offset": 3},
    }
    got = ask("cohort cohortNthDay", "cohortActiveUsers cohortTotalUsers", cohort_spec=spec, date_ranges=[])
    assert sorted(got) == sorted(expected)
