from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from google.analytics.admin_v1alpha import AnalyticsAdminServiceClient, ReportingDataAnnotation
from google.api_core.exceptions import FailedPrecondition, InvalidArgument
from google.protobuf.field_mask_pb2 import FieldMask
from hypothesis import given
from hypothesis import strategies as st

from milepost.emulator.admin.annotation_filter import annotation_filter
from milepost.emulator.admin.filter_grammar import FilterError, Restriction, parse_filter
from milepost.emulator.admin.kinds.reporting_data_annotations import add_system_annotation
from milepost.emulator.clock import Clock
from milepost.emulator.rpc import RpcError
from milepost.emulator.store import Store

SHOP = "properties/100000001"
AlphaWith = Callable[..., AnalyticsAdminServiceClient]
Fields = dict[str, Any]


def on(text: str) -> Fields:
    day = date.fromisoformat(text)
    return {"year": day.year, "month": day.month, "day": day.day}


def over(first: str, last: str) -> Fields:
    return {"start_date": on(first), "end_date": on(last)}


def make(
    client: AnalyticsAdminServiceClient, title: str = "Launch", **fields: Any
) -> ReportingDataAnnotation:
    target = (
        {} if any(key.startswith("annotation") for key in fields) else {"annotation_date": on("2026-03-01")}
    )
    annotation = ReportingDataAnnotation({"title": title, "color": "BLUE"} | target | fields)
    return client.create_reporting_data_annotation(parent=SHOP, reporting_data_annotation=annotation)


def update(
    client: AnalyticsAdminServiceClient, name: str, paths: list[str] | None = None, **fields: Any
) -> ReportingDataAnnotation:
    mask = FieldMask(paths=list(fields) if paths is None else paths)
    return client.update_reporting_data_annotation(
        reporting_data_annotation=ReportingDataAnnotation({"name": name} | fields), update_mask=mask
    )


def titles(client: AnalyticsAdminServiceClient, text: str) -> list[str]:
    request = {"parent": SHOP, "filter": text}
    return [each.title for each in client.list_reporting_data_annotations(request=request)]


@pytest.mark.parametrize(
    "target",
    [
        {"annotation_date": on("2024-02-29")},
        {"annotation_date": on("2099-12-31")},
        {"annotation_date_range": over("2026-03-01", "2026-03-01")},
        {"annotation_date_range": over("2025-12-30", "2026-01-02")},
    ],
)
def test_annotation_comes_back_as_it_was_made(alpha: AnalyticsAdminServiceClient, target: Fields) -> None:
    made = make(alpha, "Ü" * 60, description="ü" * 150, system_generated=True, **target)
    assert made.name.startswith(f"{SHOP}/reportingDataAnnotations/")
    assert not made.system_generated
    assert ReportingDataAnnotation(target).annotation_date == made.annotation_date
    assert ReportingDataAnnotation(target).annotation_date_range == made.annotation_date_range
    assert alpha.get_reporting_data_annotation(name=made.name) == made
    assert list(alpha.list_reporting_data_annotations(parent=SHOP)) == [made]


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"title": ""}, "title is required"),
        ({"title": "a" * 61}, "title: at most 60 characters, not 61"),
        ({"description": "a" * 151}, "description: at most 150 characters, not 151"),
        ({"color": 0}, "color is required"),
        ({"color": "ORANGE"}, "ORANGE is for system-generated annotations"),
        ({"color": 8}, "color: no such value: 8"),
        ({"annotation_date": None}, "annotation_date or annotation_date_range is required"),
        ({"annotation_date": {"year": 2026, "month": 3}}, "annotation_date: must be a day of the calendar"),
        ({"annotation_date": {"month": 3, "day": 1}}, "annotation_date: must be a day of the calendar"),
        ({"annotation_date": {"year": 2026, "month": 2, "day": 29}}, "must be a day of the calendar"),
        ({"annotation_date": {"year": -1, "month": 2, "day": 2}}, "must be a day of the calendar"),
        ({"annotation_date_range": {}}, "annotation_date_range.start_date: must be a day"),
        ({"annotation_date_range": {"start_date": on("2026-03-01")}}, "end_date: must be a day"),
        ({"annotation_date_range": over("2026-03-02", "2026-03-01")}, "end_date must not be before"),
    ],
)
def test_annotation_outside_the_rules_is_invalid(
    alpha: AnalyticsAdminServiceClient, fields: Fields, complaint: str
) -> None:
    with pytest.raises(InvalidArgument, match=complaint):
        make(alpha, **({"title": "Launch"} | fields))


def test_target_moves_from_a_day_to_a_range_and_back(alpha: AnalyticsAdminServiceClient) -> None:
    made = make(alpha)
    ranged = update(alpha, made.name, annotation_date_range=over("2026-03-01", "2026-03-03"))
    assert ("annotation_date" in ranged, "annotation_date_range" in ranged) == (False, True)
    both = ["annotation_date_range", "annotation_date"]
    day = update(alpha, made.name, both, annotation_date=on("2026-04-01"))
    assert ("annotation_date" in day, "annotation_date_range" in day) == (True, False)
    with pytest.raises(InvalidArgument, match="is required"):
        update(alpha, made.name, ["annotation_date"])


def test_update_without_mask_takes_what_is_set(alpha: AnalyticsAdminServiceClient) -> None:
    made = make(alpha, description="Of the shop")
    after = update(alpha, made.name, [], title="Relaunch", color="GREEN")
    assert (after.title, after.color.name, after.description) == ("Relaunch", "GREEN", "Of the shop")
    assert after.annotation_date == made.annotation_date


def test_deleted_annotation_is_gone(alpha: AnalyticsAdminServiceClient) -> None:
    alpha.delete_reporting_data_annotation(name=make(alpha).name)
    assert list(alpha.list_reporting_data_annotations(parent=SHOP)) == []


@pytest.fixture
def of_the_system(store: Store, clock: Clock) -> str:
    with store.transaction():
        return add_system_annotation(store, SHOP, "Data issue", date(2026, 2, 1), clock.now())


def test_annotation_of_the_system_stays_as_it_is(
    alpha: AnalyticsAdminServiceClient, alpha_with: AlphaWith, of_the_system: str
) -> None:
    seen = alpha.get_reporting_data_annotation(name=of_the_system)
    assert (seen.system_generated, seen.color.name) == (True, "ORANGE")
    with pytest.raises(FailedPrecondition, match="system-generated annotation cannot be changed"):
        update(alpha, of_the_system, title="Mine")
    with pytest.raises(FailedPrecondition, match="cannot be deleted"):
        alpha.delete_reporting_data_annotation(name=of_the_system)
    with pytest.raises(InvalidArgument, match="cannot be changed"):
        update(alpha_with(system_resource_code="INVALID_ARGUMENT"), of_the_system, title="Mine")
    assert alpha.get_reporting_data_annotation(name=of_the_system) == seen


def test_annotations_of_the_system_do_not_count(alpha_with: AlphaWith, of_the_system: str) -> None:
    client = alpha_with(limits="reporting_data_annotations=1")
    make(client)
    with pytest.raises(InvalidArgument, match="maximum resource limit"):
        make(client)


@pytest.fixture
def noted(alpha: AnalyticsAdminServiceClient) -> AnalyticsAdminServiceClient:
    make(
        alpha,
        "Holiday Sale",
        description="Big Game sale",
        annotation_date_range=over("2025-12-25", "2026-01-05"),
    )
    make(alpha, "BOGO week", color="RED", annotation_date_range=over("2026-02-02", "2026-02-08"))
    make(alpha, 'He said "go"', color="RED", annotation_date=on("2026-03-01"))
    make(alpha, "Tag fixed", description="C:\\tags", annotation_date=on("2026-03-09"))
    return alpha


HOLIDAY, BOGO, GO, TAG = "Holiday Sale", "BOGO week", 'He said "go"', "Tag fixed"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [HOLIDAY, BOGO, GO, TAG]),
        ("  ", [HOLIDAY, BOGO, GO, TAG]),
        ('title="Holiday Sale"', [HOLIDAY]),
        ("title = 'Tag fixed'", [TAG]),
        (r'title = "He said \"go\""', [GO]),
        ('title != "Holiday Sale"', [BOGO, GO, TAG]),
        ('title >= "Holiday Sale"', [HOLIDAY, TAG]),
        ("title:BOGO", [BOGO]),
        ("title:bogo", []),
        ("description:*", [HOLIDAY, BOGO, GO, TAG]),
        (r'description = "C:\\tags"', [TAG]),
        ('description=~"[Bb]ig [Gg]ame.*[Ss]ale"', [HOLIDAY]),
        (r'title =~ "^\w+ (week|fixed)$"', [BOGO, TAG]),
        ('title !~ "(?i)sale"', [BOGO, GO, TAG]),
        ("color = RED", [BOGO, GO]),
        ('color != "RED"', [HOLIDAY, TAG]),
        ('annotation_date = "2026-03-01"', [GO]),
        ("annotation_date > 2026-03-01", [TAG]),
        ("annotation_date:*", [GO, TAG]),
        ("annotation_date_range:*", [HOLIDAY, BOGO]),
        ('annotation_date_range.end_date <= "2026-01-05"', [HOLIDAY]),
        ("annotation_date_range.start_date = 2026-02-02", [BOGO]),
        ("annotation_duration() >= 172800s", [HOLIDAY, BOGO]),
        ("annotation_duration() = 86400s", [GO, TAG]),
        ("annotation_duration() >= 172800s AND title:BOGO", [BOGO]),
        ('is_annotation_in_range("2025-12-25", "2026-01-16") = true', [HOLIDAY]),
        ('is_annotation_in_range("2026-02-03", "2026-03-01") = true', [GO]),
        ('is_annotation_in_range("2026-02-03", "2026-03-01") = false', [HOLIDAY, BOGO, TAG]),
        ('is_annotation_in_range("2026-02-03", "2026-03-01") != true', [HOLIDAY, BOGO, TAG]),
        ("color = RED NOT title:BOGO", [GO]),
        ("color = BLUE AND title:Tag OR title:Holiday", [HOLIDAY, TAG]),
        ("title:Tag OR title:Holiday AND color = RED", []),
        ("title:Tag OR (title:BOGO AND color = RED)", [BOGO, TAG]),
        ("NOT (title:Tag OR title:Holiday)", [BOGO, GO]),
        ("NOT NOT title:Tag", [TAG]),
    ],
)
def test_filter_finds_what_it_says(
    noted: AnalyticsAdminServiceClient, text: str, expected: list[str]
) -> None:
    assert titles(noted, text) == expected


def test_filter_may_name_the_resource(noted: AnalyticsAdminServiceClient) -> None:
    second = list(noted.list_reporting_data_annotations(parent=SHOP))[1]
    assert titles(noted, f"name = {second.name}") == [BOGO]
    assert titles(noted, f'name = "{second.name}"') == [BOGO]


def test_range_may_be_touched_only_in_part_when_switched(
    noted: AnalyticsAdminServiceClient, alpha_with: AlphaWith
) -> None:
    text = 'is_annotation_in_range("2026-01-05", "2026-02-02") = true'
    assert titles(noted, text) == []
    assert titles(alpha_with(annotation_in_range_overlaps=True), text) == [HOLIDAY, BOGO]


def test_pages_hold_what_the_filter_left(noted: AnalyticsAdminServiceClient) -> None:
    request = {"parent": SHOP, "filter": "color = RED", "page_size": 1}
    pages = list(noted.list_reporting_data_annotations(request=request).pages)
    assert [[each.title for each in page.reporting_data_annotations] for page in pages] == [[BOGO], [GO]]
    with pytest.raises(InvalidArgument, match="page_token"):
        changed = request | {"filter": "color = BLUE", "page_token": pages[0].next_page_token}
        noted.list_reporting_data_annotations(request=changed)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("title", "ends too early"),
        ("title =", "ends too early"),
        ("title = AND", "'AND' stands where a value should"),
        ("Holiday Sale", "'Holiday' is followed by no operator"),
        ("= title", "'=' stands where a field should"),
        ("colour = RED", "no field 'colour'"),
        ("color = PINK", "color: = or !="),
        ("color > RED", "color: = or !="),
        ("color = COLOR_UNSPECIFIED", "color: = or !="),
        ('title =~ "("', "is no regular expression"),
        ('title =~ "(?<=a)b"', "is no regular expression"),
        ("annotation_date = yesterday", "'yesterday' is no date"),
        ("annotation_date : 2026-03-01", "the operator : does not fit"),
        ("annotation_date =~ 2026", "the operator =~ does not fit"),
        ("annotation_date_range = 2026-03-01", "no field 'annotation_date_range'"),
        ("annotation_duration() > 2", "'2' is no duration"),
        ("annotation_duration > 2s", "no field 'annotation_duration'"),
        ("annotation_duration(title) > 2s", "no function 'annotation_duration' takes 1 arguments"),
        ("annotation_duration() : 2s", "the operator : does not fit"),
        ('is_annotation_in_range("2026-01-01") = true', "no function 'is_annotation_in_range' takes 1"),
        ('is_annotation_in_range("2026-01-01", "soon") = true', "'soon' is no date"),
        ("is_annotation_in_range(2026-01-01, 2026-01-02) = yes", "true or false"),
        ("is_annotation_in_range(2026-01-01, 2026-01-02)", "ends too early"),
        ("is_annotation_in_range(2026-01-01, 2026-01-02 = true", "stands where '\\)' should"),
        ("lower(title) = tag", "no function 'lower' takes 1"),
        ("(title:a", "'' stands where '\\)' should"),
        ("title:a)", "'\\)' is not expected there"),
        ("title:a OR", "ends too early"),
        ('title = "open', "character 9 begins nothing"),
        ("title ! a", "character 7 begins nothing"),
        ("-title:a", "no field '-title'"),
        ("NOT " * 60 + "title:a", "nested deeper than 50 levels"),
        ("(" * 2000 + "title:a" + ")" * 2000, "nested deeper than 50 levels"),
    ],
)
def test_filter_that_cannot_be_understood_is_invalid(
    noted: AnalyticsAdminServiceClient, text: str, complaint: str
) -> None:
    with pytest.raises(InvalidArgument, match=f"filter: .*{complaint}"):
        titles(noted, text)


def test_filter_is_judged_even_where_nothing_is(alpha: AnalyticsAdminServiceClient) -> None:
    with pytest.raises(InvalidArgument, match="is no regular expression"):
        titles(alpha, 'title =~ "("')


DAYS = st.dates(min_value=date(2025, 1, 1), max_value=date(2026, 12, 31))
SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}


def passes(annotation: ReportingDataAnnotation, text: str) -> bool:
    request = type("Request", (), {"filter": text})()
    return annotation_filter(request, overlapping=False)(ReportingDataAnnotation.pb(annotation))


@given(start=DAYS, length=st.integers(1, 40), sign=st.sampled_from(sorted(SIGNS)), seconds=st.integers(0, 41))
def test_duration_counts_both_ends(start: date, length: int, sign: str, seconds: int) -> None:
    last = start + timedelta(days=length - 1)
    noted = ReportingDataAnnotation(annotation_date_range=over(start.isoformat(), last.isoformat()))
    expected = SIGNS[sign](length, seconds)
    assert passes(noted, f"annotation_duration() {sign} {seconds * 86400}s") is expected


@given(day=DAYS, other=DAYS, sign=st.sampled_from(sorted(SIGNS)))
def test_days_compare_like_days(day: date, other: date, sign: str) -> None:
    noted = ReportingDataAnnotation(annotation_date=on(day.isoformat()))
    assert passes(noted, f"annotation_date {sign} {other}") is SIGNS[sign](day, other)


TRUTHS = st.recursive(
    st.booleans().map(lambda truth: (f"x = {str(truth).lower()}", truth)),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda p: (f"({p[0][0]}) AND ({p[1][0]})", p[0][1] and p[1][1])),
        st.tuples(inner, inner).map(lambda p: (f"({p[0][0]}) ({p[1][0]})", p[0][1] and p[1][1])),
        st.tuples(inner, inner).map(lambda p: (f"({p[0][0]}) OR ({p[1][0]})", p[0][1] or p[1][1])),
        inner.map(lambda p: (f"NOT ({p[0]})", not p[1])),
    ),
    max_leaves=10,
)


@given(case=TRUTHS)
def test_logic_is_that_of_its_words(case: tuple[str, bool]) -> None:
    text, expected = case

    def test_of(restriction: Restriction) -> Callable[[Any], bool]:
        return lambda _: restriction.value == "true"

    assert parse_filter(text, test_of)(None) is expected


@given(text=st.text(alphabet="titlecoor=!~<>:()\"'\\ ANDORT-*1s,", max_size=20))
def test_any_text_is_a_filter_or_refused(text: str) -> None:
    try:
        annotation_filter(type("Request", (), {"filter": text})(), overlapping=False)
    except RpcError as error:
        assert error.message.startswith("filter: ")
    else:
        assert text.count('"') != 1


@pytest.mark.parametrize("text", ["a = b c = d", "a = b AND c = d"])
def test_restrictions_reach_their_test_in_order(text: str) -> None:
    seen: list[Restriction] = []

    def test_of(restriction: Restriction) -> Callable[[Any], bool]:
        seen.append(restriction)
        return lambda _: True

    parse_filter(text, test_of)
    assert seen == [Restriction("a", "=", "b"), Restriction("c", "=", "d")]
    with pytest.raises(FilterError):
        parse_filter(f"{text} =", test_of)
