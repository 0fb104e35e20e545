"""The dimensions of time."""

from __future__ import annotations

from milepost.emulator.data.registry import Dimension

_LOCAL = "timezone(r.zone, to_timestamp(e.ts / 1e6))"
_JANUARY_FIRST = "date_trunc('year', e.date)"
_WEEK = f"lpad(((dayofyear(e.date) - 1 + dayofweek({_JANUARY_FIRST})) // 7 + 1)::VARCHAR, 2, '0')"


def _counted(sql: str) -> str:
    return f"lpad(({sql})::VARCHAR, 4, '0')"


def _sunday(day: str) -> str:
    return f"({day} - dayofweek({day})::INTEGER)"


TIME_DIMENSIONS = (
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
    *(
        Dimension(name, label, "Time", f"strftime({_LOCAL}, '{pattern}')", description)
        for name, label, pattern, description in (
            ("hour", "Hour", "%H", "The hour of the event in the property's time zone, 00 to 23."),
            ("dateHour", "Date + hour", "%Y%m%d%H", "Day and hour, as YYYYMMDDHH."),
            ("minute", "Minute", "%M", "The minute of the event, 00 to 59."),
            ("dateHourMinute", "Date hour and minute", "%Y%m%d%H%M", "Day and minute, as YYYYMMDDHHMM."),
        )
    ),
    Dimension(
        "nthHour",
        "Nth hour",
        "Time",
        _counted(f"datediff('hour', r.first::TIMESTAMP, {_LOCAL})"),
        "Hours since the start of the date range, four digits.",
    ),
    Dimension(
        "nthMinute",
        "Nth minute",
        "Time",
        _counted(f"datediff('minute', r.first::TIMESTAMP, {_LOCAL})"),
        "Minutes since the start of the date range, four digits.",
    ),
    Dimension(
        "nthYear",
        "Nth year",
        "Time",
        _counted("datediff('year', r.first, e.date)"),
        "Calendar years since the start of the date range, four digits.",
    ),
)
"""Those of days read only `e.date` and `r`; those within a day read `e.ts` as well."""
