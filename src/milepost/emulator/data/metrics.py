"""The metrics every property has."""

from __future__ import annotations

from milepost.emulator.data.cohorts import COHORT_METRICS
from milepost.emulator.data.metrics_items import ITEM_METRICS
from milepost.emulator.data.metrics_rolling import ROLLING_METRICS
from milepost.emulator.data.registry import Family, Kind, Metric
from milepost.emulator.data.sql import PURCHASE_EVENTS, exact_sum, literal, ratio
from milepost.emulator.switches import Switches

PURCHASES = f"e.event_name IN {PURCHASE_EVENTS}"
_VIEWS = "e.event_name IN ('page_view', 'screen_view')"
EVENTS = "count(*)"
USERS = "count(DISTINCT e.user_key)"
ACTIVE_USERS = "count(DISTINCT e.user_key) FILTER (a.active)"
SESSIONS = "count(DISTINCT e.session_key)"
_ENGAGED = "count(DISTINCT e.session_key) FILTER (s.engaged)"
_PURCHASERS = f"count(DISTINCT e.user_key) FILTER ({PURCHASES})"
_GROSS = f"coalesce({exact_sum('e.purchase_revenue', PURCHASES)}, 0)"
_REFUNDED = "e.event_name = 'refund'"
_REFUNDS = f"coalesce({exact_sum('e.refund_value', _REFUNDED)}, 0)"
_REVENUE = f"({_GROSS} - {_REFUNDS})"
_FIRST_BUYERS = f"count(DISTINCT e.user_key) FILTER ({PURCHASES} AND e.ts = f.ts)"
_NEW_USERS = "count(DISTINCT e.user_key) FILTER (e.event_name IN ('first_visit', 'first_open'))"
_TRANSACTIONS = f"count(*) FILTER ({PURCHASES} AND e.purchase_revenue IS NOT NULL OR {_REFUNDED})"
_KEY_EVENTS = (
    "count(*) FILTER (k.event_name IS NOT NULL AND NOT k.once) "
    "+ count(DISTINCT {'session': e.session_key, 'event': e.event_name}) FILTER (k.once)"
)
_SHIFT = 10**15
# Each session once, its key in front of its microseconds: whole numbers, so that no order matters.
_DURATION = ratio(
    f"(sum(DISTINCT s.session_key::HUGEINT * {_SHIFT} + s.duration) "
    f"- sum(DISTINCT s.session_key)::HUGEINT * {_SHIFT}) / 1e6",
    "count(DISTINCT s.session_key)",
)


def named(event: str) -> str:
    """SQL that counts the events of one name."""
    return f"count(*) FILTER (e.event_name = '{event}')"


_USER = (
    Metric("totalUsers", "Total users", "User", Kind.INTEGER, USERS,
           "Users with at least one event of any kind.", family=Family.USER),
    Metric("activeUsers", "Active users", "User", Kind.INTEGER, ACTIVE_USERS,
           "Users who truly visited: engaged, or for the first time.", family=Family.USER),
    Metric("newUsers", "New users", "User", Kind.INTEGER,
           _NEW_USERS, "Users who came for the first time."),
    Metric("userEngagementDuration", "User engagement", "User", Kind.SECONDS,
           "sum(e.engagement_msec) / 1000.0", "Seconds for which pages were in the foreground."),
    Metric("sessionsPerUser", "Sessions per active user", "User", Kind.FLOAT,
           ratio(SESSIONS, ACTIVE_USERS), "Sessions divided by active users.", family=Family.USER),
    Metric("scrolledUsers", "Scrolled users", "User", Kind.INTEGER,
           "count(DISTINCT e.user_key) FILTER (e.event_name = 'scroll')",
           "Users who scrolled past nine tenths of a page."),
)  # fmt: skip

_SESSION = (
    Metric("sessions", "Sessions", "Session", Kind.INTEGER, SESSIONS,
           "Sessions; beside an event's dimension, those that held such an event.", family=Family.SESSION),
    Metric("engagedSessions", "Engaged sessions", "Session", Kind.INTEGER, _ENGAGED,
           "Sessions of more than ten seconds, with a key event, or with two views.", family=Family.SESSION),
    Metric("engagementRate", "Engagement rate", "Session", Kind.FLOAT, ratio(_ENGAGED, SESSIONS),
           "Engaged sessions as a fraction of sessions.", family=Family.SESSION),
    Metric("bounceRate", "Bounce rate", "Session", Kind.FLOAT,
           ratio(f"{SESSIONS} - {_ENGAGED}", SESSIONS),
           "Sessions that were not engaged, as a fraction of sessions.", family=Family.SESSION),
    Metric("averageSessionDuration", "Average session duration", "Session", Kind.SECONDS, _DURATION,
           "Mean time between a session's first and last event.", family=Family.SESSION),
    Metric("screenPageViewsPerSession", "Views per session", "Session", Kind.FLOAT,
           ratio(f"count(*) FILTER ({_VIEWS})", SESSIONS), "Views divided by sessions."),
    Metric("eventsPerSession", "Events per session", "Session", Kind.FLOAT, ratio(EVENTS, SESSIONS),
           "Events divided by sessions."),
    Metric("sessionKeyEventRate", "Session key event rate", "Session", Kind.FLOAT,
           ratio("count(DISTINCT e.session_key) FILTER (k.event_name IS NOT NULL)", SESSIONS),
           "Sessions with any key event, as a fraction of sessions.",
           aliases=("sessionConversionRate",), family=Family.KEY_EVENT),
)  # fmt: skip

_EVENT = (
    Metric("eventCount", "Event count", "Event", Kind.INTEGER, EVENTS, "The number of events."),
    Metric("eventCountPerUser", "Event count per active user", "Event", Kind.FLOAT,
           ratio(EVENTS, ACTIVE_USERS), "Events divided by active users."),
    Metric("eventValue", "Event value", "Event", Kind.FLOAT,
           exact_sum("coalesce(e.value, k.default_value)"),
           "Sum of the parameter 'value'; a key event's default value stands in where it is missing."),
    Metric("keyEvents", "Key events", "Event", Kind.FLOAT, _KEY_EVENTS,
           "The number of key events, by each one's counting method.",
           aliases=("conversions",), family=Family.KEY_EVENT),
    Metric("screenPageViews", "Views", "Page / Screen", Kind.INTEGER, f"count(*) FILTER ({_VIEWS})",
           "Pages and screens seen; seeing one again counts again."),
    Metric("screenPageViewsPerUser", "Views per active user", "Page / Screen", Kind.FLOAT,
           ratio(f"count(*) FILTER ({_VIEWS})", ACTIVE_USERS), "Views divided by active users."),
)  # fmt: skip

_COMMERCE = (
    Metric("addToCarts", "Add to carts", "Ecommerce", Kind.INTEGER, named("add_to_cart"),
           "How often something was put into a cart."),
    Metric("checkouts", "Checkouts", "Ecommerce", Kind.INTEGER, named("begin_checkout"),
           "How often a checkout was begun."),
    Metric("ecommercePurchases", "Ecommerce purchases", "Ecommerce", Kind.INTEGER, named("purchase"),
           "The number of purchase events."),
    Metric("transactions", "Transactions", "Ecommerce", Kind.INTEGER, _TRANSACTIONS,
           "Events that brought or gave back revenue."),
    Metric("totalPurchasers", "Total purchasers", "Ecommerce", Kind.INTEGER, _PURCHASERS,
           "Users who bought something."),
    Metric("purchaserRate", "Purchaser rate", "Ecommerce", Kind.FLOAT, ratio(_PURCHASERS, ACTIVE_USERS),
           "Users who bought something, as a fraction of active users."),
    Metric("grossPurchaseRevenue", "Gross purchase revenue", "Revenue", Kind.CURRENCY, _GROSS,
           "Revenue of purchases, before refunds."),
    Metric("purchaseRevenue", "Purchase revenue", "Revenue", Kind.CURRENCY, _REVENUE,
           "Revenue of purchases, less refunds."),
    Metric("totalRevenue", "Total revenue", "Revenue", Kind.CURRENCY, _REVENUE,
           "Revenue of purchases and subscriptions, less refunds; the events carry no advertising revenue."),
    Metric("averagePurchaseRevenue", "Average purchase revenue", "Revenue", Kind.CURRENCY,
           ratio(_REVENUE, _TRANSACTIONS), "Purchase revenue divided by transactions."),
    Metric("transactionsPerPurchaser", "Transactions per purchaser", "Ecommerce", Kind.FLOAT,
           ratio(_TRANSACTIONS, _PURCHASERS), "Transactions divided by purchasers."),
    Metric("firstTimePurchasers", "First time purchasers", "Ecommerce", Kind.INTEGER, _FIRST_BUYERS,
           "Users whose first purchase of all falls into the row."),
    Metric("firstTimePurchaserRate", "First-time purchaser rate", "Ecommerce", Kind.FLOAT,
           ratio(_FIRST_BUYERS, ACTIVE_USERS), "First-time purchasers as a fraction of active users."),
    Metric("firstTimePurchasersPerNewUser", "First-time purchasers per new user", "Ecommerce", Kind.FLOAT,
           ratio(_FIRST_BUYERS, _NEW_USERS), "First-time purchasers divided by new users."),
    Metric("averagePurchaseRevenuePerPayingUser", "ARPPU", "Revenue", Kind.CURRENCY,
           ratio(_REVENUE, _PURCHASERS), "Purchase revenue divided by purchasers."),
    Metric("averagePurchaseRevenuePerUser", "Average purchase revenue per active user", "Revenue",
           Kind.CURRENCY, ratio(_REVENUE, ACTIVE_USERS), "Purchase revenue divided by active users."),
    Metric("averageRevenuePerUser", "ARPU", "Revenue", Kind.CURRENCY, ratio(_REVENUE, ACTIVE_USERS),
           "Total revenue divided by active users."),
    Metric("refundAmount", "Refund amount", "Revenue", Kind.CURRENCY, _REFUNDS, "Money given back."),
    Metric("shippingAmount", "Shipping amount", "Revenue", Kind.CURRENCY,
           exact_sum("e.shipping_value", PURCHASES), "What delivery cost with purchases."),
    Metric("taxAmount", "Tax amount", "Revenue", Kind.CURRENCY, exact_sum("e.tax_value", PURCHASES),
           "Tax on purchases."),
    Metric("itemListViewEvents", "Item list view events", "Ecommerce", Kind.INTEGER,
           named("view_item_list"), "How often a list of items was seen."),
    Metric("itemListClickEvents", "Item list click events", "Ecommerce", Kind.INTEGER, named("select_item"),
           "How often an item in a list was clicked."),
    Metric("promotionViews", "Promotion views", "Ecommerce", Kind.INTEGER, named("view_promotion"),
           "How often a promotion was seen."),
    Metric("promotionClicks", "Promotion clicks", "Ecommerce", Kind.INTEGER, named("select_promotion"),
           "How often a promotion was clicked."),
)  # fmt: skip


def metrics(switches: Switches) -> tuple[Metric, ...]:
    """All of them, in the order in which GetMetadata lists them."""
    rate = Metric(
        "userKeyEventRate",
        "User key event rate",
        "User",
        Kind.FLOAT,
        user_key_event_rate("k.event_name IS NOT NULL", switches),
        "Users with any key event, as a fraction of users.",
        aliases=("userConversionRate",),
        family=Family.KEY_EVENT,
    )
    return (*_USER, *ROLLING_METRICS, *_SESSION, *_EVENT, rate, *_COMMERCE, *ITEM_METRICS, *COHORT_METRICS)


def key_event_metrics(event: str, once_per_session: bool, switches: Switches) -> tuple[Metric, ...]:
    """The three metrics that exist for one configured key event."""
    happened = f"k.event_name = {literal(event)}"
    count = "count(DISTINCT e.session_key)" if once_per_session else "count(*)"
    return (
        Metric(f"keyEvents:{event}", f"Key event count for {event}", "Event", Kind.INTEGER,
               f"{count} FILTER ({happened})", f"How often {event} counted as a key event.",
               aliases=(f"conversions:{event}",), custom=True, family=Family.KEY_EVENT),
        Metric(f"sessionKeyEventRate:{event}", f"Session key event rate for {event}", "Session", Kind.FLOAT,
               ratio(f"count(DISTINCT e.session_key) FILTER ({happened})", SESSIONS),
               f"Sessions with the key event {event}, as a fraction of sessions.",
               aliases=(f"sessionConversionRate:{event}",), custom=True, family=Family.KEY_EVENT),
        Metric(f"userKeyEventRate:{event}", f"User key event rate for {event}", "User", Kind.FLOAT,
               user_key_event_rate(happened, switches),
               f"Users with the key event {event}, as a fraction of users.",
               aliases=(f"userConversionRate:{event}",), custom=True, family=Family.KEY_EVENT),
    )  # fmt: skip


def user_key_event_rate(happened: str, switches: Switches) -> str:
    """SQL of the share of users for whom a condition on `k` came true."""
    if switches.key_event_rate_of_active_users:
        return ratio(f"count(DISTINCT e.user_key) FILTER (a.active AND {happened})", ACTIVE_USERS)
    return ratio(f"count(DISTINCT e.user_key) FILTER ({happened})", USERS)
