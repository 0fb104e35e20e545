"""Made-up worlds whose truth is known, and an independent count of what happened in them.

People look at pages, take steps, and some reach the macro conversion. Every step is of one kind; what it
really does to the chance of the macro conversion stands in `STEPS`. The counting here works on the people's
tables, not on events, and shares nothing with the SQL that it checks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from milepost.journeys.counts import PAGES_SEEN, SECONDS_ON_PAGE, Point, StepCounts, Stratum

DAY = 86_400.0
DAYS = 14
WITHIN = 7 * DAY
GAP = 1.0
PAGES = 9
SESSIONS = 2
NEVER = np.inf

Floats = np.ndarray[Any, np.dtype[np.float64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True)
class Step:
    """One step: its chance on each page, what draws people to it, and what it does."""

    name: str
    chance: float
    effect: float = 1.0
    intent: float = 0.0
    desktop: float = 1.0


STEPS = (
    Step("causal", 0.06, effect=2.2),
    Step("harmful", 0.08, effect=0.4),
    Step("noise", 0.06),
    Step("frequent", 0.5),
    Step("interest", 0.03, intent=1.2),
    Step("device", 0.06, desktop=5.0),
    Step("rare", 0.0004),
)
NULL_STEPS = tuple(Step(f"noise_{n}", chance) for n, chance in enumerate((0.03, 0.06, 0.1, 0.2)))


@dataclass
class World:
    """What people did. Times are seconds from the start of the window; `NEVER` is never.

    Arrays over (person, page): `page_ts`, `end_ts` (last sign of presence on it); `session` (0, 1) by page;
    `macro_ts` by person, `first` by step and person.
    """

    page_ts: Floats
    end_ts: Floats
    session: Any
    desktop: Flags
    macro_ts: Floats
    first: dict[str, Floats] = field(default_factory=dict)


def simulate(
    seed: int,
    people: int,
    steps: tuple[Step, ...] = STEPS,
    *,
    base: float = 0.02,
    pace: bool = False,
) -> World:
    """One world.

    Args:
        seed: of all chance.
        people: how many.
        steps: the steps of chance in it; without effects, all that is found is noise.
        base: chance of the macro conversion per page.
        pace: chances belong to seconds instead of pages, and people differ in pace.
    """
    rng = np.random.default_rng(seed)
    intent, desktop = rng.normal(size=people), rng.random(people) < 0.4
    draws = any(step.intent or step.desktop != 1.0 for step in steps)
    willing = np.exp(0.8 * intent - 0.32) * np.where(desktop, 2.0, 0.6) if draws else np.ones(people)
    speed = np.exp(rng.normal(size=people) * 0.6) if pace else np.ones(people)
    columns = PAGES * SESSIONS
    world = World(
        page_ts=np.full((people, columns), NEVER),
        end_ts=np.full((people, columns), NEVER),
        session=np.repeat(np.arange(SESSIONS), PAGES),
        desktop=desktop,
        macro_ts=np.full(people, NEVER),
        first={step.name: np.full(people, NEVER) for step in steps},
    )
    now = rng.random(people) * DAYS * DAY
    for session in range(SESSIONS):
        here = np.ones(people, bool) if session == 0 else rng.random(people) < 0.4
        for page in range(PAGES):
            column = session * PAGES + page
            stay = (1.0 + rng.exponential(30.0, people)) * speed
            part = stay / 30.0 if pace else np.ones(people)
            world.page_ts[here, column] = now[here]
            chance = base * willing * part
            for step in steps:
                tempted = step.chance * np.exp(step.intent * intent - step.intent**2 / 2) * part
                tempted *= np.where(desktop, step.desktop, 1.0)
                took = here & (rng.random(people) < tempted) & np.isinf(world.first[step.name])
                at = now + rng.random(people) * stay
                world.first[step.name][took] = at[took]
                chance = np.where(np.isfinite(world.first[step.name]), chance * step.effect, chance)
            end = now + stay
            converted = here & (rng.random(people) < chance) & np.isinf(world.macro_ts)
            world.macro_ts[converted] = end[converted] + 1.2
            world.end_ts[here, column] = np.where(converted, end + 1.2, end)[here]
            now = end + 1.5
            here = here & (rng.random(people) < (0.5 if page == 0 else 0.75))
        now = now + rng.exponential(1.5 * DAY, people) + 1800
    _cut(world)
    return world


def add_bound_steps(world: World, seed: int) -> None:
    """Steps that hang on the macro conversion itself: done after it, fired with it, or required for it."""
    rng = np.random.default_rng(seed)
    people = len(world.macro_ts)
    bought = np.isfinite(world.macro_ts)
    shown = np.where(np.isfinite(world.page_ts[:, 0]), world.page_ts[:, 0] + 2.0, NEVER)
    some = rng.random(people) < 0.02
    short_before = world.macro_ts - 1.5
    world.first["after"] = np.where(bought, world.macro_ts + 0.3 + GAP, np.where(some, shown, NEVER))
    world.first["with"] = np.where(bought, world.macro_ts, np.where(some, shown, NEVER))
    world.first["required"] = np.where(bought, short_before, np.where(rng.random(people) < 0.1, shown, NEVER))


def _cut(world: World) -> None:
    """Nothing is seen after the end of the window."""
    end = DAYS * DAY
    world.page_ts[world.page_ts >= end] = NEVER
    world.end_ts[np.isinf(world.page_ts)] = NEVER
    world.end_ts = np.where(np.isfinite(world.end_ts), np.minimum(world.end_ts, end - 1e-3), NEVER)
    for times in (world.macro_ts, *world.first.values()):
        times[times >= end] = NEVER


def count(world: World, step: str, *, by_device: bool = False, within: float = WITHIN) -> StepCounts:
    """What the method counts of one step, person by person and page by page."""
    cut = DAYS * DAY - within
    macro, first = world.macro_ts, world.first[step]
    did = np.isfinite(first)
    with np.errstate(invalid="ignore"):  # never minus never
        after, lead = did & (first > macro), macro - first
    same = did & ~after & (lead < GAP)
    before = did & ~after & ~same
    followed = before & (first <= cut)
    reached = followed & (lead <= within)
    depth = np.cumsum(np.isfinite(world.page_ts), axis=1)
    seen = np.where(did[:, None], world.page_ts <= first[:, None], False)
    at = np.maximum(seen.sum(axis=1), 1)
    column = np.argmax(np.where(seen, world.page_ts, -1.0), axis=1)
    on_page = np.where(did, np.maximum(first - world.page_ts[np.arange(len(first)), column], 0.0), 0.0)
    keys = _key(world.session[column], at, on_page, world.desktop & by_device)
    cells: dict[int, list[int]] = {}
    for which, place in ((followed, 0), (reached, 1)):
        for key, number in zip(*np.unique(keys[which], return_counts=True), strict=True):
            cells.setdefault(int(key), [0, 0, 0, 0])[place] = int(number)
    _add_moments(world, (before, at, first), cells, depth, (cut, within), by_device=by_device)
    times = lead[reached]
    return StepCounts(
        event=step,
        ever=int(did.sum()),
        after_macro=int(after.sum()),
        same_instant=int(same.sum()),
        too_recent=int((before & ~followed).sum()),
        users=int(followed.sum()),
        reached=int(reached.sum()),
        occurrences=int(did.sum()),
        before_macro=int((before & np.isfinite(macro)).sum()),
        median_seconds=float(np.median(times)) if len(times) else None,
        strata=tuple(
            Stratum(*_unkey(key, by_device=by_device), *counts)
            for key, counts in sorted(cells.items())
            if counts[0]
        ),
    )


def _add_moments(
    world: World,
    mine: tuple[Flags, Any, Floats],
    cells: dict[int, list[int]],
    depth: Any,
    limits: tuple[float, float],
    *,
    by_device: bool,
) -> None:
    """Moments of people without the macro conversion and, until the end of the band, without the step."""
    before, at, first = mine
    cut, within = limits
    pages, macro = world.page_ts, world.macro_ts[:, None]
    next_ts = np.concatenate([pages[:, 1:], np.full((len(pages), 1), NEVER)], axis=1)
    next_ts[:, PAGES - 1] = NEVER
    stay = np.where(np.isfinite(next_ts), next_ts, world.end_ts) - np.where(np.isfinite(pages), pages, 0.0)
    for low, high in zip(SECONDS_ON_PAGE, [*SECONDS_ON_PAGE[1:], 1e9], strict=True):
        open_ = (pages <= cut) & np.isfinite(pages) & (stay >= low)
        with np.errstate(invalid="ignore"):
            open_ &= ~(macro - pages < low + GAP)
            done = before[:, None] & (
                (at[:, None] < depth) | ((at[:, None] == depth) & (first[:, None] < pages + high))
            )
            followed = macro - pages <= low + within
        kept = open_ & ~done
        keys = _key(
            np.broadcast_to(world.session, pages.shape),
            depth,
            np.full(pages.shape, float(low)),
            np.broadcast_to((world.desktop & by_device)[:, None], pages.shape),
        )
        for which, place in ((kept, 2), (kept & followed, 3)):
            for key, number in zip(*np.unique(keys[which], return_counts=True), strict=True):
                cells.setdefault(int(key), [0, 0, 0, 0])[place] += int(number)


def _key(session: Any, depth: Any, seconds: Any, desktop: Any) -> Any:
    pages = np.searchsorted(PAGES_SEEN, depth, side="right") - 1
    band = np.searchsorted(SECONDS_ON_PAGE, seconds, side="right") - 1
    return ((session * 100 + pages) * 10 + band) * 2 + desktop


def _unkey(key: int, *, by_device: bool) -> tuple[Point, str | None]:
    rest, desktop = divmod(key, 2)
    rest, band = divmod(rest, 10)
    session, pages = divmod(rest, 100)
    extra = ("desktop" if desktop else "mobile") if by_device else None
    return Point(session + 1, PAGES_SEEN[pages], SECONDS_ON_PAGE[band]), extra
