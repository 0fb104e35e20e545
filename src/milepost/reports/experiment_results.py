"""What an experiment view says, as frozen values. Rates are fractions from 0 to 1."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from milepost.model.document import Role
from milepost.model.frames import Kind, Record, Tabular
from milepost.reports.experiment_records import EXPERIMENT_COLUMNS, experiment_records
from milepost.reports.experiment_statistics import CONFIDENCE, Interval
from milepost.reports.results import Period

Verdict = Literal["control", "too_few", "no_difference", "higher", "lower"]


@dataclass(frozen=True)
class ArmFigures:
    """One arm and one conversion: who saw the arm, and did it afterwards.

    `difference` is the rate against the control's, in fractions of users; `p_value` is corrected where there
    are several arms (Holm). None for the control itself, and where an arm is empty.
    """

    users: int
    converted: int
    interval: Interval | None
    difference: float | None
    p_value: float | None
    verdict: Verdict


@dataclass(frozen=True)
class ArmsConversion:
    """One conversion in every arm, in the order of the experiment's arms.

    `needed` is how many users each arm needs before there is a verdict; None where the control has no
    conversion to start from.
    """

    event: str
    label: str
    role: Role
    needed: int | None
    arms: tuple[ArmFigures, ...]


@dataclass(frozen=True)
class Experiment(Tabular):
    """One experiment of one property, as far as it has come.

    `arms` are the values of `exp_variant_string`, the control first; none where no experiment was seen.
    `effect` is the smallest relative change looked for. `in_several` counts users who were shown more than
    one arm (at most, where there are more than two); `mismatch` is the chance of so uneven a split, were it
    meant to be even.
    """

    COLUMNS: ClassVar[Mapping[str, Kind]] = EXPERIMENT_COLUMNS

    name: str
    property_id: str
    experiment: str
    dimension: str
    period: Period
    arms: tuple[str, ...]
    effect: float
    conversions: tuple[ArmsConversion, ...]
    in_several: int
    mismatch: float | None
    others: tuple[str, ...]
    notes: tuple[str, ...]
    time_zone: str

    def records(self) -> Iterator[Record]:
        """One row per conversion and arm."""
        return experiment_records(self)

    def arm_name(self, value: str) -> str:
        """An arm without the part that all arms of the experiment share."""
        return value.removeprefix(f"{self.experiment}-") if self.experiment else value


def verdict(figures: tuple[int, int | None], difference: float | None, p_value: float | None) -> Verdict:
    """What may be said of an arm against the control.

    Args:
        figures: users of the smaller of the two, and how many each needs.
        difference: against the control's rate.
        p_value: corrected.
    """
    users, needed = figures
    if needed is None or users < needed or p_value is None or difference is None:
        return "too_few"
    if p_value >= 1 - CONFIDENCE:
        return "no_difference"
    return "higher" if difference > 0 else "lower"
