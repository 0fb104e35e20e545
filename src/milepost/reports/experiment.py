"""An experiment's arms side by side: who saw which, and what they did afterwards.

GA4 tells the arm only on the event `experience_impression`, in the parameter `exp_variant_string`. So the
arms come from a report, and what their users did afterwards from funnels of two steps, one per conversion:
the impression, split by arm, then the conversion. What people had done before is no effect of an arm.

Source: Google's guide "Create an experiment integration with Google Analytics", whose values read
tool-experiment-variant: all before the last hyphen names the experiment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from milepost.errors import InputError, RefusedError
from milepost.gateways.data import DataGateway, DateRange, InList, ReportAnswer, ReportQuery
from milepost.gateways.funnel import MOST_VALUES, FunnelAnswer, FunnelQuery
from milepost.model.declared import DeclaredConversion, DeclaredProperty
from milepost.reports.dimension import ask, by_value, people_of_period, totals, whole
from milepost.reports.experiment_results import ArmFigures, ArmsConversion, Experiment, verdict
from milepost.reports.experiment_statistics import (
    difference_p_value,
    holm,
    is_mismatch,
    mismatch_p_value,
    needed_users,
    require_statistics,
    share_interval,
)
from milepost.reports.notes import answer_notes, period_notes, sampled_notes
from milepost.reports.period import PeriodChoice
from milepost.reports.standard import first_day, time_zone

IMPRESSION = "experience_impression"
PARAMETER = "exp_variant_string"
DIMENSION = f"customEvent:{PARAMETER}"
DEFAULT_EFFECT = 0.1

_USERS = ("totalUsers",)
_CONTROLS = ("control", "original", "baseline", "a", "0")
_NO_VALUE = ("(not set)", "(other)", "")


@dataclass(frozen=True)
class ExperimentChoice:
    """What to look at.

    Attributes:
        period: the days; a user counts from the arm first seen in them.
        experiment: which one; None takes the one with most users.
        control: the arm to compare with; None takes one called control, original, baseline, A or 0, or else
            the first by name.
        effect: the smallest relative change of a rate that is worth seeing.
    """

    period: PeriodChoice
    experiment: str | None = None
    control: str | None = None
    effect: float = DEFAULT_EFFECT


AskFunnels = Callable[[Sequence[FunnelQuery]], Sequence[FunnelAnswer]]


def read_experiment(
    gateway: DataGateway,
    ask_funnels: AskFunnels,
    declared: DeclaredProperty,
    property_id: str,
    choice: ExperimentChoice,
    *,
    now: datetime | None = None,
) -> Experiment:
    """Asks GA4 for the arms, once or twice, then for one funnel per conversion.

    Args:
        gateway: where to ask.
        ask_funnels: asks for funnels, as many at a time as GA4 takes, and answers in their order.
        declared: the conversions.
        property_id: digits.
        choice: what to look at.
        now: the present moment, with a time zone, for telling preliminary days; the machine's by default.

    Raises:
        InputError: there is no such experiment or arm, or the statistics package is missing.
        RefusedError: the parameter is not registered as a dimension, with what to add to the file.
        RemoteError: GA4 did not answer, or refused for another reason.
    """
    require_statistics()
    days = choice.period.ranges()[0]
    answers = _ask_arms(gateway, declared, property_id, days)
    users = _users_by_arm(answers["arms"])
    name, others = _choose_experiment(users, choice.experiment)
    arms = _ordered([arm for arm in users if experiment_of(arm) == name], name, choice.control)
    if others and arms:
        answers |= ask(gateway, property_id, {"seen": _seen_any(days, arms)})
    funnels = ask_funnels([_funnel(c, days, arms) for c in declared.conversions]) if arms else ()
    total = answers["total"]
    today = (now or datetime.now(UTC)).astimezone(time_zone(total.time_zone)).date()
    period = choice.period.resolve(first_day(total), today)
    shown = {arm: users[arm] for arm in arms}
    mismatch = mismatch_p_value(list(shown.values()))
    in_several = _in_several(shown, answers)
    return Experiment(
        name=declared.name,
        property_id=property_id,
        experiment=name,
        dimension=DIMENSION,
        period=period,
        arms=arms,
        effect=choice.effect,
        conversions=tuple(
            _conversion(conversion, arms, answer, choice.effect)
            for conversion, answer in zip(declared.conversions, funnels, strict=bool(arms))
        ),
        in_several=in_several,
        mismatch=mismatch,
        others=others,
        notes=(
            *period_notes(period, choice.period.today(period, today), comparable=True),
            *_notes(shown, in_several, mismatch, others),
            *sampled_notes(dict.fromkeys(sample for answer in funnels for sample in answer.sampled)),
            *answer_notes(whole(answer) if key == "total" else answer for key, answer in answers.items()),
        ),
        time_zone=total.time_zone,
    )


def _ask_arms(
    gateway: DataGateway, declared: DeclaredProperty, property_id: str, days: DateRange
) -> dict[str, ReportAnswer]:
    try:
        return ask(gateway, property_id, experiment_queries(days))
    except RefusedError as error:
        raise _unregistered(error, declared) if DIMENSION in error.cause else error from None


def experiment_queries(days: DateRange) -> dict[str, ReportQuery]:
    """The arms that were shown, and the days."""
    return {
        "arms": ReportQuery(_USERS, (days,), (DIMENSION,), only=_impressions(), totals=True),
        "total": people_of_period(days, _USERS),
    }


def _seen_any(days: DateRange, arms: tuple[str, ...]) -> ReportQuery:
    """Users of any of some arms, each counted once."""
    return ReportQuery(_USERS, (days,), only=_impressions(), within=InList(DIMENSION, arms))


def _in_several(users: Mapping[str, int], answers: Mapping[str, ReportAnswer]) -> int:
    """How many arms too many were shown to somebody: with two arms, the users who saw both."""
    seen = by_value(answers["seen"] if "seen" in answers else totals(answers["arms"]))
    return max(sum(users.values()) - int(seen.get("", {}).get("totalUsers", 0)), 0) if users else 0


def _impressions() -> InList:
    return InList("eventName", (IMPRESSION,))


def _unregistered(error: RefusedError, declared: DeclaredProperty) -> RefusedError:
    """What to do first depends on the file: it may declare the dimension, though for other business types."""
    types = " and ".join(f'"{name}"' for name in declared.business_types)
    needed = (
        f'Let the conversions file have [dimensions.{PARAMETER}] with label = "Experiment variant" '
        f"(if it names business_types, {types} among them), run"
    )
    there = any(d.scope == "event" and d.parameter_of(key) == PARAMETER for key, d in declared.dimensions)
    return RefusedError(
        f"{error.place}, --by experiment",
        f"the event parameter {PARAMETER} is not registered as a dimension in GA4",
        f"{'Run' if there else needed} 'milepost sync', and wait: GA4 keeps its values only from then on.",
    )


def _users_by_arm(answer: ReportAnswer) -> dict[str, int]:
    return {
        arm: int(metrics["totalUsers"]) for arm, metrics in by_value(answer).items() if arm not in _NO_VALUE
    }


def experiment_of(arm: str) -> str:
    """The experiment that an arm belongs to: all before its last hyphen; empty where it has none."""
    return arm.rpartition("-")[0]


def _choose_experiment(users: Mapping[str, int], wanted: str | None) -> tuple[str, tuple[str, ...]]:
    """The experiment to show, and the names of the others, most users first.

    Raises:
        InputError: the one wanted was not seen.
    """
    sizes: dict[str, int] = {}
    for arm, count in users.items():
        sizes[experiment_of(arm)] = sizes.get(experiment_of(arm), 0) + count
    names = sorted(sizes, key=lambda name: (-sizes[name], name))
    if wanted is not None and wanted not in names:
        known = (
            f"Seen in these days: {', '.join(map(repr, names))}." if names else "None was seen in these days."
        )
        raise InputError("--experiment", f'no experiment "{wanted}"', known)
    name = wanted if wanted is not None else names[0] if names else ""
    return name, tuple(other for other in names if other != name)


def _ordered(arms: Iterable[str], experiment: str, control: str | None) -> tuple[str, ...]:
    """The arms by name, the control first; at most as many as one funnel can tell.

    Raises:
        InputError: there is no such arm.
    """
    by_name = {arm.removeprefix(f"{experiment}-") if experiment else arm: arm for arm in sorted(arms)}
    if control is not None and by_name and control not in by_name and control not in by_name.values():
        raise InputError("--control", f'no arm "{control}"', f"There are: {', '.join(by_name)}.")
    usual = [name for word in _CONTROLS for name in by_name if name.lower() == word]
    first = by_name.get(control, control) if control is not None else by_name[usual[0]] if usual else None
    rest = [arm for arm in by_name.values() if arm != first]
    return tuple(([first] if first and by_name else []) + rest)[:MOST_VALUES]


def _funnel(conversion: DeclaredConversion, days: DateRange, arms: tuple[str, ...]) -> FunnelQuery:
    return FunnelQuery((IMPRESSION, conversion.event), days, by=DIMENSION, first_with=InList(DIMENSION, arms))


def _conversion(
    conversion: DeclaredConversion, arms: tuple[str, ...], answer: FunnelAnswer, effect: float
) -> ArmsConversion:
    counts = [_counts(answer, arm) for arm in arms]
    control = counts[0]
    base = share_interval(control[1], control[0])
    needed = needed_users(base.rate, effect, max(len(arms) - 1, 1)) if base else None
    raw = [difference_p_value((done, users), (control[1], control[0])) for users, done in counts[1:]]
    corrected = iter(holm([p for p in raw if p is not None]))
    p_values = [None, *(None if p is None else next(corrected) for p in raw)]
    figures = []
    for number, ((users, done), p_value) in enumerate(zip(counts, p_values, strict=True)):
        interval = share_interval(done, users)
        difference = interval.rate - base.rate if number and interval and base else None
        said = verdict((min(users, control[0]), needed), difference, p_value) if number else "control"
        figures.append(ArmFigures(users, done, interval, difference, p_value, said))
    return ArmsConversion(conversion.event, conversion.label, conversion.role, needed, tuple(figures))


def _counts(answer: FunnelAnswer, arm: str) -> tuple[int, int]:
    """Users of an arm, and those of them who converted afterwards; a step nobody reached has no row."""
    steps = {
        dimensions.get("funnelStepName", "").partition(".")[0]: int(metrics.get("activeUsers", 0))
        for dimensions, metrics in answer.table
        if dimensions.get(DIMENSION) == arm
    }
    users = steps.get("1", 0)
    return users, min(steps.get("2", 0), users)


def _notes(
    users: Mapping[str, int], in_several: int, mismatch: float | None, others: Sequence[str]
) -> Iterator[str]:
    if not users:
        yield f"No event {IMPRESSION} with {PARAMETER} came in these days: no experiment to show."
        return
    if len(users) == 1:
        yield "Only one arm was seen: there is nothing to compare it with."
    if len(users) == MOST_VALUES:
        yield f"GA4 splits a funnel by {MOST_VALUES} values at most: any further arms are missing."
    if is_mismatch(list(users.values())):
        yield (
            "Sample ratio mismatch: were the arms meant to be of equal size, so uneven a split would come by "
            f"chance once in {round(1 / max(mismatch or 0, 1e-12)):,} times. Find the cause before believing "
            "any difference."
        )
    if in_several:
        most = "At most " if len(users) > 2 else ""
        who = "1 user was" if in_several == 1 else f"{in_several:,} users were"
        yield f"{most}{who} shown more than one arm; each counts in the arm of the first impression."
    if others:
        yield f"Other experiments of these days: {', '.join(others)} (--experiment)."
