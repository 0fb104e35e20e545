"""A journey as arrays: what the walk looks up for thousands of people at once."""

from __future__ import annotations

import numpy as np

from milepost.emulator.events.generator.draws import Floats, Ints, Keys, pick, pick_each
from milepost.emulator.events.generator.journey import Journey, Page, Step

MOST_VARIANTS = 64
_RETURN_LIMIT = 0.92
_DEPTH_LIMITS = (0.02, 0.95)


def _falling(count: int) -> Floats:
    """Weights of things of a kind, the first ones being the best liked."""
    return np.asarray(np.arange(1, count + 1) ** -0.6, dtype=np.float64)


def _effects(step: Step, *, acts: bool) -> Floats:
    """What a step does, by the set of parameters that was drawn; 1 everywhere where it is taken away."""
    sets = np.ones(max(1, len(step.choices)))
    return sets * step.effect * np.asarray(step.choice_effects or 1.0) if acts else sets


class Rules:
    """Chances, needs and effects of a journey's steps and pages, indexed by their positions.

    Args:
        journey: what to look up.
        without_effect_of: a step whose effect is taken away; empty: none.
    """

    def __init__(self, journey: Journey, without_effect_of: str = "") -> None:
        self._journey = journey
        self.page_index = {page.name: index for index, page in enumerate(journey.pages)}
        self._set_pages(journey.pages)
        self._set_steps(journey, without_effect_of)
        self._set_products(journey)
        self.direct = next(i for i, row in enumerate(journey.channels) if row.medium == "(none)")
        self.tagged = np.array([row.tagged for row in journey.channels])
        self._returns = [
            (np.uint64(journey.bits([event])), chance) for event, chance in journey.returns_after.items()
        ]

    def _set_pages(self, pages: tuple[Page, ...]) -> None:
        self._landing = np.array([page.landing for page in pages])
        self.page_weight = np.array([page.weight for page in pages])
        self.page_intent = np.array([page.intent for page in pages])
        self.page_seconds = np.array([page.seconds for page in pages])
        self.guarded = [
            (index, np.uint64(self._journey.bits(page.needs)))
            for index, page in enumerate(pages)
            if page.needs
        ]
        # Nobody goes from a page to itself, unless it is one of many of its kind.
        self.several = np.array([1.0 if len(page.variants) > 1 else 0.0 for page in pages])
        self.follows = np.array([page.follows for page in pages])
        self._variants = [_falling(len(page.variants)) for page in pages]

    def _set_steps(self, journey: Journey, without_effect_of: str) -> None:
        steps, macros = journey.steps, journey.macros
        self.names = [f"step {step.event}" for step in steps]
        self.bit = [np.uint64(1 << index) for index in range(len(steps))]
        self.needs = [np.uint64(journey.bits(step.needs)) for step in steps]
        self.clears = [np.uint64(journey.bits(step.clears)) for step in steps]
        self.chance = [self._chances(step) for step in steps]
        self._anywhere = np.array(self.chance) > 0.0
        self.even = [np.ones(max(1, len(step.choices))) for step in steps]
        self.step_intent = [step.intent for step in steps]
        self.effect = [_effects(step, acts=step.event != without_effect_of) for step in steps]
        self.target = [macros.index(step.macro or journey.macro) for step in steps]
        self.decides = [macros.index(step.decides) if step.decides else -1 for step in steps]
        self._device = [
            np.array([step.device.get(row.category, 1.0) for row in journey.devices]) for step in steps
        ]
        self._medium = [
            np.array([step.medium.get(row.medium, 1.0) for row in journey.channels]) for step in steps
        ]

    def _chances(self, step: Step) -> Floats:
        """The chance of a step per page."""
        rest = step.on.get("*", 0.0)
        return np.array([step.on.get(page.name, rest) for page in self._journey.pages])

    def _set_products(self, journey: Journey) -> None:
        self.prices = np.array([product.price for product in journey.products])
        self.product_weights = _falling(len(journey.products))
        ids = [product.id for product in journey.products]
        self.product_of = np.full((len(journey.pages), MOST_VARIANTS), -1, dtype=np.int16)
        for page, row in enumerate(journey.pages):
            for variant, values in enumerate(row.variants):
                if "product" in values:
                    self.product_of[page, variant] = ids.index(str(values["product"]))

    def landing(self, keys: Keys, open_steps: Keys) -> Ints:
        """The page each visit begins on, among those that its user may see."""
        weights = np.tile(self._landing, (len(keys), 1))
        for page, needs in self.guarded:
            weights[(open_steps & needs) != needs, page] = 0.0
        return pick_each(keys, "landing", weights)

    def variant(self, keys: Keys, page: Ints) -> Ints:
        """Which one of its kind each page is: the first ones are the most visited."""
        found = np.zeros(len(keys), dtype=np.int64)
        for index, weights in enumerate(self._variants):
            if len(weights) > 1:
                here = np.flatnonzero(page == index)
                found[here] = pick(keys[here], "variant", weights)
        return found

    def location(self, page: Ints, variant: Ints, entry: Ints) -> Ints:
        """One number per address: page, variant, and the channel whose tags it carries (-1: none)."""
        return (page * MOST_VARIANTS + variant) * (len(self.tagged) + 1) + entry + 1

    def split_location(self, location: int) -> tuple[int, int, int]:
        """Page, variant and entry of such a number."""
        rest, entry = divmod(location, len(self.tagged) + 1)
        page, variant = divmod(rest, MOST_VARIANTS)
        return page, variant, entry - 1

    def possible(self, page: Ints) -> list[int]:
        """The steps that can be taken on at least one of some pages, in their order."""
        open_pages = np.bincount(page, minlength=len(self.page_weight)) > 0
        return [int(step) for step in np.flatnonzero(np.any(self._anywhere & open_pages, axis=1))]

    def step_chance(self, step: int, page: Ints, channel: Ints, device: Ints) -> Floats:
        """The chance of a step before hidden intent, the visit's number and other steps' effects."""
        chance: Floats = self.chance[step][page] * self._device[step][device] * self._medium[step][channel]
        return chance

    def leave_chance(self, nth: Ints, intent: Floats) -> Floats:
        """The chance that a page is the last one of the visit, unless a step leads on."""
        base = np.where(nth == 0, self._journey.bounce, self._journey.leave)
        chance = np.clip(base * np.exp(-self._journey.depth_intent * intent), *_DEPTH_LIMITS)
        return np.asarray(chance, dtype=np.float64)

    def return_chance(self, done: Keys, intent: Floats) -> Floats:
        """The chance of one more visit, by what a user has done."""
        base = np.full(len(done), self._journey.returns)
        for bits, chance in self._returns:
            base = np.where((done & bits) != 0, chance, base)
        return np.asarray(np.minimum(base * np.exp(0.3 * intent), _RETURN_LIMIT), dtype=np.float64)
