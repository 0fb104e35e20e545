"""Filters of ListReportingDataAnnotations: what each restriction asks of an annotation.

The grammar is in `filter_grammar`; fields, functions and operators are those of the reference (Admin
API, section 3). Dates are written `"2026-03-01"`, colours by name, durations in seconds as `86400s`.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from datetime import date
from typing import Any

from google.analytics import admin_v1alpha

from milepost.emulator.admin.filter_grammar import Call, FilterError, Restriction, parse_filter
from milepost.emulator.admin.kind import plain
from milepost.emulator.rpc import invalid_argument

Test = Callable[[Any], bool]
"""What an annotation (plain message) is put to."""

_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
_FIELDS = plain(admin_v1alpha.ReportingDataAnnotation()).DESCRIPTOR.fields_by_name
_COLORS = {color.name: color.number for color in _FIELDS["color"].enum_type.values if color.number}
_TARGETS = ("annotation_date", "annotation_date_range")
_SECONDS_A_DAY = 86_400
_ANYTHING = "*"


def annotation_filter(request: Any, *, overlapping: bool) -> Test:
    """The test that a List request's filter stands for; no filter lets everything pass.

    Args:
        request: plain or proto-plus request with `filter`.
        overlapping: is_annotation_in_range() is also true of annotations only in part in the range.

    Raises:
        RpcError: INVALID_ARGUMENT saying what of the filter cannot be understood.
    """

    def test_of(restriction: Restriction) -> Test:
        if isinstance(restriction.left, Call):
            return _function(restriction.left, restriction, overlapping=overlapping)
        return _field(restriction.left, restriction)

    try:
        return parse_filter(request.filter, test_of)
    except FilterError as error:
        raise invalid_argument(f"filter: {error}.") from None


def _field(name: str, restriction: Restriction) -> Test:
    if name in ("name", "title", "description"):
        return _text(name, restriction)
    if name == "color":
        return _color(restriction)
    if name in _TARGETS and (restriction.operator, restriction.value) == (":", _ANYTHING):
        return lambda annotation: bool(annotation.HasField(name))
    if name in _DATES:
        return _date(_DATES[name], restriction)
    raise FilterError(f"no field {name!r} can be filtered by")


def _text(name: str, restriction: Restriction) -> Test:
    wanted, sign = restriction.value, restriction.operator
    if sign == ":":
        return lambda annotation: wanted in (_ANYTHING, "") or wanted in getattr(annotation, name)
    if sign in ("=~", "!~"):
        _matches(wanted, "")
        return lambda annotation: _matches(wanted, getattr(annotation, name)) is (sign == "=~")
    return lambda annotation: _COMPARISONS[sign](getattr(annotation, name), wanted)


def _matches(pattern: str, text: str) -> bool:
    # Google's regular expressions are RE2, which Arrow brings along; Python's are another language.
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        return bool(pc.match_substring_regex(pa.array([text]), pattern)[0].as_py())
    except pa.ArrowInvalid:
        raise FilterError(f"{pattern!r} is no regular expression") from None


def _color(restriction: Restriction) -> Test:
    if restriction.operator not in ("=", "!=", ":") or restriction.value not in _COLORS:
        raise FilterError(f"color: = or != and one of {', '.join(_COLORS)}")
    equal, wanted = restriction.operator != "!=", _COLORS[restriction.value]
    return lambda annotation: (annotation.color == wanted) is equal


def _date(read: Callable[[Any], date | None], restriction: Restriction) -> Test:
    compare = _comparison(restriction)
    wanted = _day(restriction.value)

    def test(annotation: Any) -> bool:
        day = read(annotation)
        return day is not None and compare(day, wanted)

    return test


def _function(call: Call, restriction: Restriction, *, overlapping: bool) -> Test:
    if call.name == "annotation_duration" and not call.arguments:
        seconds = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)s", restriction.value)
        if seconds is None:
            raise FilterError(f"{restriction.value!r} is no duration, such as 86400s")
        compare, wanted = _comparison(restriction), float(seconds[1])
        return lambda annotation: compare(_duration(annotation), wanted)
    if call.name == "is_annotation_in_range" and len(call.arguments) == 2:
        if restriction.operator not in ("=", "!=") or restriction.value not in ("true", "false"):
            raise FilterError("is_annotation_in_range() is = or != true or false")
        first, last = (_day(argument) for argument in call.arguments)
        inside = (restriction.operator == "=") is (restriction.value == "true")
        return lambda annotation: _in_range(annotation, first, last, overlapping) is inside
    raise FilterError(f"no function {call.name!r} takes {len(call.arguments)} arguments")


def _comparison(restriction: Restriction) -> Callable[[Any, Any], bool]:
    if restriction.operator not in _COMPARISONS:
        raise FilterError(f"the operator {restriction.operator} does not fit there")
    return _COMPARISONS[restriction.operator]


def _in_range(annotation: Any, first: date, last: date, overlapping: bool) -> bool:
    start, end = _days(annotation)
    return start <= last and end >= first if overlapping else first <= start and end <= last


def _duration(annotation: Any) -> float:
    start, end = _days(annotation)
    return float(((end - start).days + 1) * _SECONDS_A_DAY)


def _days(annotation: Any) -> tuple[date, date]:
    """First and last day an annotation is about."""
    if annotation.HasField("annotation_date"):
        day = _as_date(annotation.annotation_date)
        return day, day
    days = annotation.annotation_date_range
    return _as_date(days.start_date), _as_date(days.end_date)


def _as_date(value: Any) -> date:
    return date(value.year, value.month, value.day)


def _of_range(end: str) -> Callable[[Any], date | None]:
    def read(annotation: Any) -> date | None:
        if not annotation.HasField("annotation_date_range"):
            return None
        return _as_date(getattr(annotation.annotation_date_range, end))

    return read


_DATES: dict[str, Callable[[Any], date | None]] = {
    "annotation_date": lambda a: _as_date(a.annotation_date) if a.HasField("annotation_date") else None,
    "annotation_date_range.start_date": _of_range("start_date"),
    "annotation_date_range.end_date": _of_range("end_date"),
}


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise FilterError(f"{text!r} is no date, such as 2026-03-01") from None
