"""An experiment's figures as short text, the same in every format people read."""

from __future__ import annotations

from collections.abc import Iterator

from milepost.render.report.figures import Signs, count, days, length, percent
from milepost.render.safe import plain
from milepost.reports.experiment_results import ArmFigures, ArmsConversion, Experiment, Verdict
from milepost.reports.experiment_statistics import CONFIDENCE, POWER

HEADINGS = ("Arm", "Users", "Converted", "Rate", "Interval", "Points", "p", "Verdict")


_VERDICTS: dict[Verdict, str] = {
    "control": "control",
    "too_few": "too early",
    "no_difference": "no difference",
    "higher": "higher",
    "lower": "lower",
}


def title(result: Experiment) -> str:
    """Which days, by which experiment."""
    zone = f" in {plain(result.time_zone)}" if result.time_zone else ""
    name = f" {plain(result.experiment)}" if result.experiment else ""
    return f"{days(result.period)}, {length(result.period)}{zone}, by experiment{name}"


def rows(
    result: Experiment, conversion: ArmsConversion, signs: Signs
) -> Iterator[tuple[ArmFigures, tuple[str, ...]]]:
    """A line per arm with a text for each of `HEADINGS`."""
    for arm, figures in zip(result.arms, conversion.arms, strict=True):
        yield (
            figures,
            (
                plain(result.arm_name(arm)),
                count(figures.users),
                count(figures.converted),
                percent(figures.interval.rate if figures.interval else None, signs),
                _interval(figures, signs),
                _difference(figures, signs),
                _p_value(figures, signs),
                _VERDICTS[figures.verdict],
            ),
        )


def needed(conversion: ArmsConversion) -> str:
    """How far the experiment is from a verdict on a conversion."""
    if conversion.needed is None:
        return "no rate of the control to start from"
    has = min(figures.users for figures in conversion.arms)
    return f"needs {count(conversion.needed)} users per arm, has {count(has)}"


def _interval(figures: ArmFigures, signs: Signs) -> str:
    if figures.interval is None:
        return signs.none
    low, high = percent(figures.interval.low, signs), percent(figures.interval.high, signs)
    return f"{low.removesuffix('%')}-{high}"


def _difference(figures: ArmFigures, signs: Signs) -> str:
    """Points of a hundred, not a percentage of the control's rate."""
    if figures.difference is None:
        return "" if figures.verdict == "control" else signs.none
    size = f"{abs(figures.difference) * 100:.2f}"
    return f"{signs.up if figures.difference > 0 else signs.down} {size}" if float(size) else "= 0"


def _p_value(figures: ArmFigures, signs: Signs) -> str:
    if figures.p_value is None:
        return "" if figures.verdict == "control" else signs.none
    return "<0.001" if figures.p_value < 0.001 else f"{figures.p_value:.3f}"


def legend(result: Experiment) -> tuple[str, ...]:
    """How to read the figures, a sentence or two per line."""
    said = [
        "Converted: users who did it after they saw the arm. Rate: of the arm's users, with its "
        f"{CONFIDENCE:.0%} Wilson interval. Points: against the control, of 100 users.",
        f"Needed to see a change by {result.effect:.0%} of the control's rate with {POWER:.0%} power. Before "
        "that, there is no verdict: whoever looks often enough finds a difference that is none.",
    ]
    if len(result.arms) > 2:
        said.append("p is corrected for there being several arms (Holm).")
    if len(result.conversions) > 1:
        said.append(
            f"Of {count(len(result.conversions))} conversions, some differ by chance alone: settle "
            "beforehand which one decides."
        )
    return tuple(said)
