"""Reports to be rendered: as they mostly are, with everything, and hostile."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from milepost.gateways.data import QuotaUse
from milepost.model.document import Role
from milepost.reports.results import (
    ConversionReport,
    Engagement,
    Figures,
    Goal,
    Pace,
    Period,
    PropertyReport,
    RoleFigures,
    Totals,
    ValueSource,
    share,
)
from milepost.reports.trend import read_trend

_PERIOD = Period(date(2020, 12, 20), date(2021, 1, 16))
_WEEK = (9, 4, 3, 5, 6, 7, 8)
_USERS, _USERS_BEFORE = 82_402, 70_115


def _conversion(
    event: str,
    label: str,
    role: Role,
    now: tuple[int, int, float | None],
    before: tuple[int, int, float | None],
    *,
    source: ValueSource | None = None,
    key_event: bool | None = True,
    since: date | None = None,
) -> ConversionReport:
    trend = tuple(now[0] * _WEEK[day % 7] // 168 for day in range(28))
    return ConversionReport(
        event=event,
        label=label,
        role=role,
        key_event=key_event,
        key_event_since=since,
        current=Figures(now[0], now[1], share(now[1], _USERS), now[2]),
        previous=Figures(before[0], before[1], share(before[1], _USERS_BEFORE), before[2]),
        value_source=source,
        currency="EUR" if source else None,
        trend=trend,
    )


def shop_report() -> PropertyReport:
    return PropertyReport(
        name="shop",
        property_id="100000001",
        period=_PERIOD,
        previous_period=_PERIOD.before(),
        current=Totals(
            _USERS,
            99_571,
            micro=RoleFigures(16_655, 19_191, 16_655 / _USERS),
            macro=RoleFigures(743, 780, 743 / _USERS),
        ),
        previous=Totals(
            _USERS_BEFORE,
            88_020,
            micro=RoleFigures(15_001, 18_300, 15_001 / _USERS_BEFORE),
            macro=RoleFigures(803, 811, 803 / _USERS_BEFORE),
        ),
        conversions=(
            _conversion(
                "purchase", "Purchase", "macro", (851, 743, 48560.46), (900, 803, 51_000.0), source="ga4",
            ),
            _conversion(
                "add_to_cart", "Added to cart", "micro", (15_253, 3_230, None), (14_004, 3_100, None),
                since=date(2021, 1, 5),
            ),
            _conversion(
                "view_search_results", "Used the site search", "micro", (6_230, 3_881, None), (0, 0, None),
                key_event=False,
            ),
            _conversion(
                "newsletter_signup", "Subscribed to the newsletter", "micro", (0, 0, 0), (0, 0, 0),
                source="declared",
            ),
            _conversion(
                "begin_checkout", "Started the checkout", "micro", (8_354, 1_374, 4177), (8_354, 1_300, 4177),
                source="declared",
            ),
        ),
        notes=(
            "2021-01-15 to 2021-01-16 are preliminary: GA4 goes on processing a day for up to 48 hours.",
            "Key event since 2021-01-05: add_to_cart. GA4's key event figures begin there; these cover all.",
        ),
        currency="EUR",
        time_zone="Etc/GMT",
    )  # fmt: skip


def hostile_report() -> PropertyReport:
    """Names from outside that try everything, in a property nobody visited before."""
    shop = shop_report()
    return replace(
        shop,
        name="=HYPERLINK(1)|<b>",
        current=Totals(0, 0, micro=RoleFigures(0, 0, None), macro=RoleFigures(0, 0, None)),
        previous=Totals(0, 0, micro=RoleFigures(0, 0, None), macro=RoleFigures(0, 0, None)),
        conversions=(
            replace(
                shop.conversions[0],
                label="[red]Sale[/red] \x1b[31m=1+1|",
                key_event=None,
                current=Figures(0, 0, None, None),
                previous=Figures(0, 0, None, None),
                value_source=None,
                currency=None,
                trend=(0,) * 28,
            ),
        ),
        notes=("=cmd|' /C calc'!A0 [link](javascript:x) \x1b]0;title\x07",),
    )


def report_with_targets() -> PropertyReport:
    """A goal met, one missed by a hair, one of two missed, and conversions without any."""
    shop = shop_report()
    purchase, cart, search, *others = shop.conversions
    return replace(
        shop,
        conversions=(
            replace(purchase, goals=(Goal("per_week", 120, 480, 851),)),
            replace(cart, goals=(Goal("user_rate", 0.0392, 0.0392, 0.03919),)),
            replace(search, goals=(Goal("per_day", 1, 28, 6230), Goal("per_month", 7000, 6451.6, 6230))),
            *others,
        ),
    )


def report_with_everything() -> PropertyReport:
    shop = report_with_targets()
    assert shop.previous is not None
    return replace(
        shop,
        current=replace(shop.current, engagement=Engagement(0.6123, 185.4, 3.25, 3725.0)),
        previous=replace(shop.previous, engagement=Engagement(0.5, 200.0, 3.25, None)),
        trend=read_trend(shop.conversions, shop.period, "week"),
        quotas=(QuotaUse("tokens_per_day", 25, 199_975), QuotaUse("tokens_per_hour", 25, 39_975)),
    )


def report_without_comparison() -> PropertyReport:
    shop = shop_report()
    conversions = tuple(replace(c, previous=None) for c in shop.conversions)
    return replace(shop, previous_period=None, previous=None, conversions=conversions)


def running_report() -> PropertyReport:
    """A month with days to come: a goal met already, one on pace, one behind, and one too early to tell."""
    shop = shop_report()
    purchase, cart, search, *others = shop.conversions
    ahead, steady = Pace(851, 360, 1915, "day"), Pace(0.0392, 0.035, 0.0392, "rate")
    behind = Pace(6230, 7000.4, 11_049.7, "weekday")
    return replace(
        shop,
        whole=Period(_PERIOD.first, date(2021, 2, 20)),
        conversions=(
            replace(purchase, goals=(Goal("per_month", 400, 820, 851, True, ahead),)),
            replace(
                cart,
                goals=(Goal("user_rate", 0.035, 0.035, 0.0392, True, steady),),
            ),
            replace(search, goals=(Goal("per_day", 250, 15_750, 6230, True, behind),)),
            replace(others[0], label="[b]Soon|</b>", goals=(Goal("per_week", 0.5, 4.5, 0, True),)),
            *others[1:],
        ),
    )
