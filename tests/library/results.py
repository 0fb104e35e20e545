"""One small result of every sort that can be had as a data frame."""

from __future__ import annotations

from datetime import date
from typing import Any

from milepost.gateways.realtime import Recent
from milepost.journeys.path_results import PathReport, PathTable, Road, RoadStop, StepOnTheWay
from milepost.journeys.proposals import Proposal, ValueReport
from milepost.journeys.results import CreditRow, LiftReport, LiftRow, LiftTable, MacroValue, StepShare
from milepost.model.frames import Tabular
from milepost.reports.breakdown import Breakdown, BreakdownRow
from milepost.reports.experiment_results import ArmFigures, ArmsConversion, Experiment
from milepost.reports.experiment_statistics import Interval
from milepost.reports.funnel_results import Funnel, FunnelReport, FunnelSegment, FunnelStep, StepFigures
from milepost.reports.heat import HeatCell, HeatColumn, HeatRow, HeatTable
from milepost.reports.results import Period, RoleFigures
from milepost.reports.verification.results import ConversionArrival, ParameterArrival, Verification
from milepost.reports.verification.silence import Silence
from milepost.reports.worth import Worth
from tests.render.reports import hostile_report, report_with_everything, running_report

_PERIOD = Period(date(2026, 3, 1), date(2026, 3, 7))
_MACRO, _MICRO = RoleFigures(2, 3, 0.2), RoleFigures(4, 5, None)
_ROW = BreakdownRow(10, 12, _MACRO, _MICRO, 6, 7, Worth(12, "ga4", "EUR"), None)


def breakdown() -> Breakdown:
    return Breakdown(
        name="shop",
        property_id="100000001",
        by="page",
        dimension="pagePath",
        period=_PERIOD,
        total=_ROW,
        rows=(("/", _ROW), ("=1+1", _ROW)),
        others=_ROW,
        values=9,
        notes=(),
        time_zone="UTC",
    )


def funnels(period: Period | None = _PERIOD) -> FunnelReport:
    steps = (
        FunnelStep("view_item", "Viewed", "micro", StepFigures(100, 0.25, 75, 0.75)),
        FunnelStep("purchase", "Bought", "macro", StepFigures(25)),
    )
    segment = FunnelSegment("mobile", (StepFigures(40, 0.5, 20, 0.5), StepFigures(20)))
    funnel = Funnel("ecommerce", "Shop", False, period, 7, steps, "deviceCategory", (segment,))
    return FunnelReport("shop", "100000001", (funnel, funnel))


def heat() -> HeatTable:
    row = HeatRow(40, (HeatCell(4, 0.1, 1.0), HeatCell(0, 0, None)))
    return HeatTable(
        name="shop",
        property_id="100000001",
        by="page",
        dimension="pagePath",
        period=_PERIOD,
        columns=(HeatColumn("add_to_cart", "Added", "micro"), HeatColumn("purchase", "Bought", "macro")),
        total=row,
        rows=(("/", row), ("@home", row)),
        others=HeatRow(0, (HeatCell(0, None), HeatCell(0, None))),
        values=5,
        notes=(),
        time_zone="UTC",
    )


def experiment() -> Experiment:
    arms = (
        ArmFigures(100, 10, Interval(0.1, 0.06, 0.17), None, None, "control"),
        ArmFigures(0, 0, None, None, None, "too_few"),
    )
    return Experiment(
        name="shop",
        property_id="100000001",
        experiment="x",
        dimension="customEvent:exp_variant_string",
        period=_PERIOD,
        arms=("x-A", "x-B"),
        effect=0.1,
        conversions=(ArmsConversion("purchase", "Bought", "macro", 14_000, arms),),
        in_several=0,
        mismatch=None,
        others=(),
        notes=(),
        time_zone="UTC",
    )


def verification() -> Verification:
    silence = Silence(date(2026, 3, 5), 3, 0.0001, True)
    parameters = (
        ParameterArrival("value", "arrives", "eventValue", 5, 1, date(2026, 3, 1)),
        ParameterArrival("plan", "not_registered"),
    )
    return Verification(
        name="shop",
        property_id="100000001",
        period=_PERIOD,
        looked_at=_PERIOD,
        conversions=(
            ConversionArrival(
                event="purchase",
                label="Bought",
                role="macro",
                events=5,
                week_events=5,
                trend=(5, 0, 0, 0, 0, 0, 0),
                last_seen=date(2026, 3, 1),
                seen_today=False,
                recent=Recent(2, 7),
                silence=silence,
                key_event=None,
                key_event_wanted=True,
                key_event_since=None,
                source=None,
                rule=None,
                parameters=parameters,
            ),
        ),
        findings=(),
        notes=(),
        time_zone="UTC",
    )


def lift() -> LiftReport:
    rows = (
        LiftRow("add_to_cart", "Added", "ahead", ("low-data", "repeated"), 40, 10, rate=0.25, ratio=2.5),
        LiftRow("scroll", "Scrolled", None, (), 0, 0),
    )
    credit = CreditRow(None, 90, 9, 30, 7.5, (StepShare("add_to_cart", "Added", 30),))
    table = LiftTable("purchase", "Bought", 12, MacroValue(10, "given"), rows, 1, None, "channel", (credit,))
    return LiftReport("shop", "demo", "export", _PERIOD.first, _PERIOD.last, 604_800, (table,))


def _proposal(event: str, label: str, **figures: Any) -> Proposal:
    return Proposal(
        event=event,
        label=label,
        declared_currency="EUR",
        key_event=True,
        counting="once_per_event",
        currency="EUR",
        path=("business_types", "ecommerce", "micro", event),
        **figures,
    )


def proposals() -> ValueReport:
    found = {"divided_by": 2.0, "per_user": 3.0, "amount": 1.5, "low": 1.2, "high": 1.9, "value": 1.5}
    none = {"divided_by": 1.0, "declared": None, "flags": ("too-few",), "users": 4, "reached": 0}
    return ValueReport(
        name="shop",
        property_id="demo",
        source="export",
        first_day=_PERIOD.first,
        last_day=_PERIOD.last,
        within_seconds=604_800,
        basis="worth",
        macro="purchase",
        macro_label="Bought",
        macro_users=12,
        macro_value=MacroValue(12, "events", "EUR", 3),
        stopped=None,
        proposals=(
            _proposal(
                "add_to_cart",
                "=Added|",
                declared=9.0,
                refusal=None,
                flags=("low-data",),
                users=40,
                reached=10,
                **found,
            ),
            _proposal("video", "Watched", declared=1.4, refusal=None, flags=(), users=50, reached=9, **found),
            _proposal("scroll", "<b>Scrolled", refusal="thin", **none),
        ),
        notes=("A note.",),
    )


def paths() -> PathReport:
    stops = (
        RoadStop(("video",), ("Watched",), 4.0),
        RoadStop(("cart", "list"), ("=Cart|", "<b>List"), 120.0),
    )
    table = PathTable(
        macro="purchase",
        label="Bought",
        everybody=100,
        users=50,
        macro_users=12,
        direct=2,
        depth=2,
        roads=(
            Road(stops, True, 30, 10, 240.0),
            Road((RoadStop(("cart",), ("=Cart|",), None),), False, 5, 0, None),
        ),
        other_roads=1,
        other_users=13,
        other_reached=0,
        steps=(
            StepOnTheWay("video", "Watched", 48, 10, 9, 1, 5.0),
            StepOnTheWay("cart", "=Cart|", 0, 0, 0, 0, None),
        ),
    )
    return PathReport("shop", "demo", _PERIOD.first, _PERIOD.last, (table,), ("A note.",))


RESULTS: dict[str, Tabular] = {
    "report": report_with_everything(),
    "hostile report": hostile_report(),
    "running report": running_report(),
    "breakdown": breakdown(),
    "heat": heat(),
    "experiment": experiment(),
    "funnels": funnels(),
    "funnels of unknown days": funnels(None),
    "one funnel": funnels().funnels[0],
    "verification": verification(),
    "lift": lift(),
    "values": proposals(),
    "paths": paths(),
}
