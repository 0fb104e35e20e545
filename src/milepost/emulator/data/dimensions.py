"""The dimensions every property has."""

from __future__ import annotations

from milepost.emulator.data.registry import Dimension, Scope
from milepost.emulator.data.sql import literal
from milepost.emulator.switches import Switches

_JANUARY_FIRST = "date_trunc('year', e.date)"
_WEEK = f"lpad(((dayofyear(e.date) - 1 + dayofweek({_JANUARY_FIRST})) // 7 + 1)::VARCHAR, 2, '0')"


def _counted(sql: str) -> str:
    return f"lpad(({sql})::VARCHAR, 4, '0')"


def _sunday(day: str) -> str:
    return f"({day} - dayofweek({day})::INTEGER)"


_TIME = (
    Dimension("date", "Date", "Time", "strftime(e.date, '%Y%m%d')", "The day of the event, as YYYYMMDD."),
    Dimension("year", "Year", "Time", "strftime(e.date, '%Y')", "The four digits of the year."),
    Dimension("yearMonth", "Year month", "Time", "strftime(e.date, '%Y%m')", "Year and month, as YYYYMM."),
    Dimension("month", "Month", "Time", "strftime(e.date, '%m')", "The month, 01 to 12."),
    Dimension("day", "Day", "Time", "strftime(e.date, '%d')", "The day of the month, 01 to 31."),
    Dimension(
        "week",
        "Week",
        "Time",
        _WEEK,
        "The week of the year, 01 to 53. Weeks start on Sunday; the one with January 1st is 01, so that the "
        "first and the last week of a year are often short.",
    ),
    Dimension(
        "yearWeek", "Year week", "Time", f"strftime(e.date, '%Y') || {_WEEK}", "Year and week, as YYYYWW."
    ),
    Dimension(
        "isoWeek", "ISO week of the year", "Time", "strftime(e.date, '%V')", "The ISO week, Monday first."
    ),
    Dimension("isoYear", "ISO year", "Time", "strftime(e.date, '%G')", "The year the ISO week belongs to."),
    Dimension(
        "isoYearIsoWeek",
        "ISO week of ISO year",
        "Time",
        "strftime(e.date, '%G%V')",
        "ISO year and ISO week, such as 202101.",
    ),
    Dimension(
        "dayOfWeek",
        "Day of week",
        "Time",
        "dayofweek(e.date)::VARCHAR",
        "The day of the week as a digit, 0 being Sunday.",
        aliases=("dayOfWeekZero",),
    ),
    Dimension(
        "dayOfWeekName", "Day of week name", "Time", "dayname(e.date)", "The day of the week in English."
    ),
    Dimension(
        "nthDay",
        "Nth day",
        "Time",
        _counted("e.date - r.first"),
        "Days since the start of the date range, four digits, the first being 0000.",
    ),
    Dimension(
        "nthWeek",
        "Nth week",
        "Time",
        _counted(f"({_sunday('e.date')} - {_sunday('r.first')}) // 7"),
        "Weeks, Sunday to Saturday, since the start of the date range, four digits.",
    ),
    Dimension(
        "nthMonth",
        "Nth month",
        "Time",
        _counted("datediff('month', r.first, e.date)"),
        "Calendar months since the start of the date range, four digits.",
    ),
    Dimension(
        "dateRange",
        "Date range",
        "Time",
        "r.name",
        "The name of the date range; added by itself when a report has several.",
        listed=False,
    ),
)

_PLACE = (
    Dimension(
        "deviceCategory",
        "Device category",
        "Platform / Device",
        "lower(e.device_category)",
        "The kind of device: desktop, mobile, tablet or smart tv.",
    ),
    Dimension("platform", "Platform", "Platform / Device", "lower(e.platform)", "Web, iOS or Android."),
    Dimension("browser", "Browser", "Platform / Device", "e.browser", "The browser."),
    Dimension(
        "operatingSystem", "Operating system", "Platform / Device", "e.operating_system", "The system."
    ),
    Dimension("continent", "Continent", "Geography", "e.continent", "The continent the activity came from."),
    Dimension("country", "Country", "Geography", "e.country", "The country the activity came from."),
    Dimension("region", "Region", "Geography", "e.region", "The region the activity came from."),
    Dimension("city", "City", "Geography", "e.city", "The town the activity came from."),
    Dimension("streamId", "Stream ID", "Platform / Device", "e.stream_id", "The data stream's number."),
)

_PAGE = (
    Dimension(
        "pagePath",
        "Page path",
        "Page / Screen",
        "g.path",
        "The part of the page's address between host name and query string.",
    ),
    Dimension(
        "pagePathPlusQueryString",
        "Page path + query string",
        "Page / Screen",
        "g.path_and_query",
        "The part of the page's address after the host name.",
    ),
    Dimension("pageLocation", "Page location", "Page / Screen", "e.page_location", "The whole address."),
    Dimension("pageTitle", "Page title", "Page / Screen", "e.page_title", "The title of the page."),
    Dimension("pageReferrer", "Page referrer", "Page / Screen", "e.page_referrer", "The address before."),
    Dimension(
        "hostName",
        "Hostname",
        "Page / Screen",
        "g.host",
        "The host part of the page's address.",
    ),
    Dimension(
        "landingPage",
        "Landing page",
        "Page / Screen",
        "l.path",
        "The path of the session's first page view.",
        Scope.SESSION,
    ),
    Dimension(
        "landingPagePlusQueryString",
        "Landing page + query string",
        "Page / Screen",
        "l.path_and_query",
        "Path and query string of the session's first page view.",
        Scope.SESSION,
    ),
)

_SESSION = (
    Dimension(
        "newVsReturning",
        "New / returning",
        "User",
        "CASE WHEN s.number = 1 THEN 'new' WHEN s.number > 1 THEN 'returning' END",
        "'new' in a user's first session, 'returning' in later ones.",
        Scope.SESSION,
    ),
    Dimension(
        "sessionSource",
        "Session source",
        "Traffic Source",
        "s.traffic.source",
        "The source that began the session.",
        Scope.SESSION,
    ),
    Dimension(
        "sessionMedium",
        "Session medium",
        "Traffic Source",
        "s.traffic.medium",
        "The medium that began the session.",
        Scope.SESSION,
    ),
    Dimension(
        "sessionSourceMedium",
        "Session source / medium",
        "Traffic Source",
        "s.traffic.source || ' / ' || s.traffic.medium",
        "Source and medium that began the session.",
        Scope.SESSION,
    ),
    Dimension(
        "sessionCampaignName",
        "Session campaign",
        "Traffic Source",
        "s.traffic.campaign",
        "The campaign that began the session.",
        Scope.SESSION,
    ),
    Dimension(
        "sessionDefaultChannelGroup",
        "Session default channel group",
        "Traffic Source",
        "s.channel",
        "The channel of the session's source and medium, by Google's default rules.",
        Scope.SESSION,
        aliases=("sessionDefaultChannelGrouping",),
    ),
)

_USER = (
    Dimension(
        "firstUserSource", "First user source", "Traffic Source", "u.source", "The source that first "
        "brought the user.", Scope.USER,
    ),
    Dimension(
        "firstUserMedium", "First user medium", "Traffic Source", "u.medium", "The medium that first "
        "brought the user.", Scope.USER,
    ),
    Dimension(
        "firstUserSourceMedium", "First user source / medium", "Traffic Source",
        "u.source || ' / ' || u.medium", "Source and medium that first brought the user.", Scope.USER,
    ),
    Dimension(
        "firstUserCampaignName", "First user campaign", "Traffic Source", "u.campaign", "The campaign "
        "that first brought the user.", Scope.USER,
    ),
    Dimension(
        "firstUserDefaultChannelGroup", "First user default channel group", "Traffic Source",
        "c.channel",
        "The channel that first brought the user, by Google's default rules.", Scope.USER,
    ),
)  # fmt: skip


def dimensions(switches: Switches) -> tuple[Dimension, ...]:
    """All of them, in the order in which GetMetadata lists them."""
    return (*_event(switches), *_TIME, *_PLACE, *_PAGE, *_SESSION, *_USER)


def _event(switches: Switches) -> tuple[Dimension, ...]:
    otherwise = literal(switches.is_key_event_otherwise)
    return (
        Dimension("eventName", "Event name", "Event", "e.event_name", "The name of the event."),
        Dimension(
            "isKeyEvent",
            "Is key event",
            "Event",
            f"CASE WHEN k.event_name IS NOT NULL THEN 'true' ELSE {otherwise} END",
            "'true' for events that were key events at the moment they happened. Marking an event does not "
            "change what was collected before.",
        ),
    )
