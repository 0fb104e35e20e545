"""Who comes on which day: each day's new users with their channel, device, place and hidden intent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from milepost.emulator.events.generator.draws import (
    Floats,
    Ints,
    Keys,
    derive_each,
    normal,
    numbered,
    pick,
    salt,
    uniform,
)
from milepost.emulator.events.generator.journey import Journey

EPOCH = date(1970, 1, 1)
_GROWTH_FROM = (date(2026, 7, 1) - EPOCH).days  # the day on which users_per_day is meant
_GROWTH_LIMITS = (0.6, 1.6)
_MONDAY_OFFSET = 3  # 1 January 1970 was a Thursday


@dataclass(frozen=True, slots=True)
class People:
    """New users, one per position; days are counted from 1970-01-01, codes index the journey's tuples."""

    key: Keys
    day: Ints
    channel: Ints
    device: Ints
    place: Ints
    intent: Floats

    def __len__(self) -> int:
        return len(self.key)


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - EPOCH).days


def weekday(days: Ints) -> Ints:
    """0 for Monday to 6 for Sunday."""
    return (days + _MONDAY_OFFSET) % 7


def day_key(journey: Journey, seed: int, day: int) -> int:
    """What all draws of one day's new users start from."""
    return salt(f"{seed}/{journey.business_type}/{day}")


def new_users(journey: Journey, seed: int, day: int, users_per_day: int) -> int:
    """How many users come for the first time on a day: weekly rhythm, slow growth, and some noise."""
    weights = np.asarray(journey.weekdays)
    rhythm = journey.weekdays[(day + _MONDAY_OFFSET) % 7] / float(np.mean(weights))
    growth = np.clip(np.exp(journey.growth * (day - _GROWTH_FROM) / 365.25), *_GROWTH_LIMITS)
    noise = np.exp(0.06 * normal(np.array([day_key(journey, seed, day)], dtype=np.uint64), "size"))[0]
    return max(1, round(float(users_per_day * rhythm * growth * noise)))


def cohorts(
    journey: Journey, seed: int, days: range, users_per_day: int, most: int
) -> Iterator[tuple[int, People]]:
    """The new users of some days in order, in parts of at most `most` users or one day's shard.

    Yields:
        The first day that later parts may still bring new users for, and the users.
    """
    keys: list[Keys] = []
    dates: list[Ints] = []
    waiting = 0
    for day in days:
        count = new_users(journey, seed, day, users_per_day)
        everyone = numbered(day_key(journey, seed, day), count)
        for first in range(0, count, most):
            part = everyone[first : first + most]
            if waiting + len(part) > most:
                yield day, _people(journey, keys, dates)
                keys, dates, waiting = [], [], 0
            keys.append(part)
            dates.append(np.full(len(part), day, dtype=np.int64))
            waiting += len(part)
    if waiting:
        yield days.stop, _people(journey, keys, dates)


def _people(journey: Journey, keys: list[Keys], days: list[Ints]) -> People:
    """Draw what each user is like."""
    key = np.concatenate(keys)
    channel = pick(key, "channel", np.array([row.share for row in journey.channels]))
    shift = np.array([row.intent for row in journey.channels])
    return People(
        key=key,
        day=np.concatenate(days),
        channel=channel,
        device=pick(key, "device", np.array([row.share for row in journey.devices])),
        place=pick(key, "place", np.array([row.share for row in journey.places])),
        intent=normal(key, "intent") + shift[channel],
    )


def start_times(journey: Journey, keys: Keys, days: Ints) -> Ints:
    """When a visit of that day begins, in microseconds since 1970, by the hours of the day."""
    hours = np.where(
        weekday(days) == 6,
        pick(keys, "hour", np.asarray(journey.sunday_hours)),
        pick(keys, "hour", np.asarray(journey.hours)),
    )
    seconds = days * 86_400 + hours * 3_600 + uniform(keys, "second") * 3_600
    return np.asarray(seconds * 1e6, dtype=np.int64)


def next_days(journey: Journey, keys: Keys, days: Ints) -> Ints:
    """The day of the next visit, 1 to 14 days on: soon rather than late, and rather on busy days."""
    gaps = np.arange(1, 15)
    weights = np.asarray(journey.weekdays)
    found = np.zeros(len(keys), dtype=np.int64)
    for today in range(7):
        here = weekday(days) == today
        shares = np.exp(-gaps / 4.0) * weights[(today + gaps) % 7]
        found[here] = gaps[pick(keys[here], "gap", shares)]
    return days + found


def visit_keys(people: People, who: Ints, number: Ints) -> Keys:
    """One key per visit: the user's own, and the number of the visit."""
    return derive_each(people.key[who], "visit", number)
