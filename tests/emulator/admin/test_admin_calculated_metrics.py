from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from google.analytics.admin_v1alpha import AnalyticsAdminServiceClient, CalculatedMetric, CustomMetric
from google.api_core.exceptions import AlreadyExists, InvalidArgument, NotFound
from google.protobuf.field_mask_pb2 import FieldMask
from hypothesis import given
from hypothesis import strategies as st

from milepost.emulator.admin.formula import FormulaError, read_formula
from milepost.emulator.admin.standard_metrics import STANDARD_METRICS

SHOP, SAAS = "properties/100000001", "properties/100000002"
AlphaWith = Callable[..., AnalyticsAdminServiceClient]
Kinds = CalculatedMetric.RestrictedMetricType


def make(client: AnalyticsAdminServiceClient, metric_id: str = "depth", **fields: Any) -> CalculatedMetric:
    fields = {"display_name": "Depth", "metric_unit": "STANDARD", "formula": "eventCount / sessions"} | fields
    metric = CalculatedMetric(**fields)
    return client.create_calculated_metric(
        parent=SHOP, calculated_metric=metric, calculated_metric_id=metric_id
    )


def register(client: AnalyticsAdminServiceClient, parameter: str, **fields: Any) -> CustomMetric:
    fields = {"scope": "EVENT", "display_name": f"M {parameter}", "measurement_unit": "STANDARD"} | fields
    return client.create_custom_metric(
        parent=SHOP, custom_metric=CustomMetric(parameter_name=parameter, **fields)
    )


def update(client: AnalyticsAdminServiceClient, name: str, **fields: Any) -> CalculatedMetric:
    metric = CalculatedMetric(name=name, **fields)
    return client.update_calculated_metric(
        calculated_metric=metric, update_mask=FieldMask(paths=list(fields))
    )


@pytest.mark.parametrize("metric_id", ["a", "9", "_", "Depth_2", "x" * 80])
def test_chosen_id_becomes_the_name(alpha: AnalyticsAdminServiceClient, metric_id: str) -> None:
    made = make(alpha, metric_id)
    assert (made.name, made.calculated_metric_id) == (f"{SHOP}/calculatedMetrics/{metric_id}", metric_id)
    assert alpha.get_calculated_metric(name=made.name) == made
    assert list(alpha.list_calculated_metrics(parent=SHOP)) == [made]


@pytest.mark.parametrize("metric_id", ["", " ", "a b", "a-b", "a/b", "größe", "x" * 81, "a\n"])
def test_chosen_id_outside_the_rules_is_invalid(alpha: AnalyticsAdminServiceClient, metric_id: str) -> None:
    with pytest.raises(InvalidArgument, match="calculated_metric_id"):
        make(alpha, metric_id)


def test_chosen_id_is_unique_in_its_property_while_it_lasts(alpha: AnalyticsAdminServiceClient) -> None:
    made = make(alpha)
    with pytest.raises(AlreadyExists, match="Requested entity already exists"):
        make(alpha, formula="sessions")
    other = alpha.create_calculated_metric(
        parent=SAAS, calculated_metric=made, calculated_metric_id=made.calculated_metric_id
    )
    assert other.name == f"{SAAS}/calculatedMetrics/depth"
    alpha.delete_calculated_metric(name=made.name)
    with pytest.raises(NotFound):
        alpha.get_calculated_metric(name=made.name)
    assert make(alpha, formula="sessions").formula == "sessions"


@pytest.mark.parametrize("missing", ["display_name", "metric_unit", "formula"])
def test_required_field_is_required(alpha: AnalyticsAdminServiceClient, missing: str) -> None:
    with pytest.raises(InvalidArgument, match=f"CalculatedMetric.{missing} is required"):
        make(alpha, "depth", **{missing: None})


def test_texts_have_a_longest_length(alpha: AnalyticsAdminServiceClient) -> None:
    make(alpha, display_name="ü" * 82, description="ü" * 4096)
    with pytest.raises(InvalidArgument, match="display_name: at most 82 characters, not 83"):
        make(alpha, "b", display_name="a" * 83)
    with pytest.raises(InvalidArgument, match="description: at most 4096 characters, not 4097"):
        make(alpha, "b", description="a" * 4097)


def test_units_are_numbered_otherwise_than_those_of_custom_metrics(
    alpha: AnalyticsAdminServiceClient,
) -> None:
    miles = make(alpha, metric_unit=4)
    assert miles.metric_unit.name == "MILES"
    assert register(alpha, "way", measurement_unit=4).measurement_unit.name == "METERS"


@pytest.mark.parametrize(
    "formula",
    [
        "sessions",
        "-sessions",
        "( customEvent:pages + cartToViewRate ) / 2.0",
        "-(-1)*--.5e-3/eventCount",
        "1.",
        "9223372036854775808",
        " totalUsers\n- newUsers ",
        "(" * 3000 + "1" + ")" * 3000,
    ],
)
def test_well_formed_formula_is_taken_as_it_is(alpha: AnalyticsAdminServiceClient, formula: str) -> None:
    assert make(alpha, formula=formula).formula == formula


@pytest.mark.parametrize(
    ("formula", "complaint"),
    [
        (" ", "missing at its end"),
        ("sessions +", "missing at its end"),
        ("+ sessions", r"'\+' at character 1"),
        ("sessions * / 2", "'/' at character 12"),
        ("2 sessions", "'sessions' at character 3"),
        ("(sessions", "not closed: 1"),
        ("sessions)", r"'\)' at character 9"),
        ("()", r"'\)' at character 2"),
        ("2(3)", r"'\(' at character 2"),
        ("1e999", "does not fit in 64 bits"),
        ("sessions ^ 2", "character 10 begins nothing"),
        ("customEvent:", "character 12 begins nothing"),
        ("sessoins", "'sessoins' is no metric"),
        ("calcMetric:depth", "'calcMetric:depth' is no metric"),
        ("customUser:plan", "'customUser:plan' is no metric"),
    ],
)
def test_formula_that_is_none_is_invalid(
    alpha: AnalyticsAdminServiceClient, formula: str, complaint: str
) -> None:
    with pytest.raises(InvalidArgument, match=f"CalculatedMetric.formula: .*{complaint}"):
        make(alpha, formula=formula)


def test_formula_names_at_most_five_custom_metrics(alpha: AnalyticsAdminServiceClient) -> None:
    five = " + ".join(f"customEvent:p{number}" for number in range(5))
    make(alpha, formula=f"{five} + customEvent:p0")
    with pytest.raises(InvalidArgument, match="at most 5 custom metrics, not 6"):
        make(alpha, "b", formula=f"{five} + customEvent:p5")


def test_reference_is_invalid_while_its_metric_is_not_there(alpha: AnalyticsAdminServiceClient) -> None:
    made = make(alpha, formula="customEvent:pages / sessions")
    assert made.invalid_metric_reference
    pages = register(alpha, "pages")
    assert not alpha.get_calculated_metric(name=made.name).invalid_metric_reference
    alpha.archive_custom_metric(name=pages.name)
    (listed,) = alpha.list_calculated_metrics(parent=SHOP)
    assert listed.invalid_metric_reference
    repaired = update(alpha, made.name, formula="sessions")
    assert not repaired.invalid_metric_reference


def test_missing_reference_is_refused_when_switched(
    alpha: AnalyticsAdminServiceClient, alpha_with: AlphaWith
) -> None:
    strict = alpha_with(strict_formula_references=True)
    with pytest.raises(InvalidArgument, match="has no custom metric 'pages'"):
        make(strict, formula="customEvent:pages")
    register(alpha, "pages")
    assert not make(strict, formula="customEvent:pages").invalid_metric_reference


def test_restrictions_are_those_of_what_a_formula_names(alpha: AnalyticsAdminServiceClient) -> None:
    register(alpha, "margin", measurement_unit="CURRENCY", restricted_metric_type=["COST_DATA"])
    assert list(make(alpha, "a").restricted_metric_type) == []
    both = make(alpha, "b", formula="customEvent:margin / totalRevenue", restricted_metric_type=[2])
    assert list(both.restricted_metric_type) == [Kinds.COST_DATA, Kinds.REVENUE_DATA]
    assert list(update(alpha, both.name, formula="advertiserAdCost").restricted_metric_type) == [
        Kinds.COST_DATA
    ]


def test_output_fields_are_not_the_callers(alpha: AnalyticsAdminServiceClient) -> None:
    made = make(alpha, invalid_metric_reference=True, calculated_metric_id="other")
    assert (made.invalid_metric_reference, made.calculated_metric_id) == (False, "depth")
    paths = FieldMask(paths=["calculated_metric_id", "invalid_metric_reference"])
    sent = CalculatedMetric(name=made.name, calculated_metric_id="x", invalid_metric_reference=True)
    assert alpha.update_calculated_metric(calculated_metric=sent, update_mask=paths) == made


def test_display_names_may_be_alike_unless_switched(
    alpha: AnalyticsAdminServiceClient, alpha_with: AlphaWith
) -> None:
    make(alpha, "a")
    make(alpha, "b")
    with pytest.raises(AlreadyExists):
        make(alpha_with(unique_calculated_metric_names=True), "c")


OPERANDS = st.sampled_from(
    [*sorted(STANDARD_METRICS)[:5], "customEvent:a", "customEvent:b_2", "0", "2.5", ".5", "1e3"]
)
FORMULAS = st.recursive(
    OPERANDS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(" ".join),
        inner.map(lambda formula: f"({formula})"),
        inner.map(lambda formula: f"- {formula}"),
    ),
    max_leaves=12,
)


@given(formula=FORMULAS)
def test_every_formula_of_the_grammar_is_read_with_all_it_names(formula: str) -> None:
    found = read_formula(formula)
    words = formula.replace("(", " ").replace(")", " ").split()
    assert found.custom == {word.partition(":")[2] for word in words if word.startswith("customEvent:")}
    assert found.standard == {word for word in words if word in STANDARD_METRICS}


@given(formula=FORMULAS, at=st.integers(min_value=0))
def test_formula_with_one_operator_too_many_is_none(formula: str, at: int) -> None:
    words = formula.replace("(", "( ").replace(")", " )").split()
    signs = [index for index, word in enumerate(words) if word in "*/+"]
    place = signs[at % len(signs)] if signs else len(words)
    with pytest.raises(FormulaError):
        read_formula(" ".join([*words[:place], "*", *words[place:]]))


@given(text=st.text(alphabet="sex:_19.+-*/() ", max_size=15))
def test_any_text_is_a_formula_or_none(text: str) -> None:
    try:
        found = read_formula(text)
    except FormulaError as error:
        assert str(error)
    else:
        assert text.count("(") == text.count(")")
        assert found.custom == frozenset()
