"""What a step really did: the same people once more, with its effect taken away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from milepost.emulator.events.generator.journey import load_journey
from milepost.emulator.events.generator.people import cohorts, day_number
from milepost.emulator.events.generator.truth import truth
from milepost.emulator.events.generator.walk import NEVER, Walk

_MOST_USERS = 40_000


@dataclass(frozen=True, slots=True)
class Replay:
    """Users who took a step before any macro conversion, and how many of them came to it afterwards.

    `reached` as things are, `reached_without` had the step had no effect.
    """

    event: str
    macro: str
    users: int
    reached: int
    reached_without: int

    @property
    def ratio(self) -> float:
        """The true ratio, to which what an analysis finds can be compared; 1 is no effect."""
        return self.reached / self.reached_without


def replay(
    business_type: str,
    event: str,
    *,
    first_day: date,
    last_day: date,
    seed: int = 7,
    users_per_day: int = 1_000,
) -> Replay:
    """Replay the new users of some days without the effect of one step.

    Raises:
        ValueError: there is no such business type, or it has no such step.
    """
    journey = load_journey(business_type)
    row = next((row for row in truth(business_type) if row.event == event), None)
    if row is None:
        raise ValueError(f"the truth about {business_type} has no step {event!r}")
    names = [step.event for step in journey.steps]
    step, macro = names.index(event), names.index(row.macro)
    users = reached = without = 0
    days = range(day_number(first_day), day_number(last_day) + 1)
    for _, people in cohorts(journey, seed, days, users_per_day, _MOST_USERS):
        real, other = Walk(journey, people), Walk(journey, people, event)
        real.run()
        other.run()
        did = real.first[:, step] < np.minimum(real.first[:, macro], NEVER)
        users += int(np.sum(did))
        reached += int(np.sum(real.first[did, macro] < NEVER))
        without += int(np.sum(other.first[did, macro] < NEVER))
    return Replay(event, row.macro, users, reached, without)
