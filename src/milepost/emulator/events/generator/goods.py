"""Products and money: what lies in carts, and what an event says it is worth."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from milepost.emulator.events.generator.draws import Floats, Ints, Keys, normal, pick, uniform
from milepost.emulator.events.generator.journey import Step
from milepost.emulator.events.generator.record import CART_SIZE, Goods
from milepost.emulator.events.generator.rules import Rules

Small = NDArray[np.int16]


class Carts:
    """One cart per user, with a few places; it is kept from visit to visit until something is bought."""

    def __init__(self, rules: Rules, users: int) -> None:
        self._rules = rules
        self._products: Small = np.full((users, CART_SIZE), -1, dtype=np.int16)
        self._pieces: Small = np.zeros((users, CART_SIZE), dtype=np.int16)

    def fill(self, who: Ints, products: Small, keys: Keys) -> None:
        """Put a product into the first free place of each cart; a full cart stays as it is."""
        free = np.argmax(self._products[who] < 0, axis=1)
        room = self._products[who, free] < 0
        self._products[who[room], free[room]] = products[room]
        luck = uniform(keys, "pieces")
        self._pieces[who[room], free[room]] = (1 + (luck < 0.18) + (luck < 0.05))[room]

    def empty(self, who: Ints) -> None:
        """Take everything out."""
        self._products[who] = -1

    def goods(self, step: Step, moments: Ints, who: Ints, shown: Small, keys: Keys) -> Goods | None:
        """What events of a step say about products and money; None where that is nothing.

        Args:
            step: the step.
            moments: the rows of the events.
            who: the users.
            shown: the product of the page each user is on, or -1.
            keys: one per event.
        """
        if not (step.items or step.value):
            return None
        products, pieces = self._listed(step.items, who, shown, keys)
        return Goods(
            moment=moments,
            value=self._value(step, products, pieces, keys),
            order=keys if step.order else np.zeros(len(keys), dtype=np.uint64),
            products=products,
            pieces=pieces,
        )

    def _listed(self, source: str, who: Ints, shown: Small, keys: Keys) -> tuple[Small, Small]:
        """Products and pieces, one row per event; -1 where there is no product."""
        if source == "cart":
            return self._products[who], self._pieces[who]
        products = np.full((len(who), CART_SIZE), -1, dtype=np.int16)
        if source == "page":
            products[:, 0] = shown
        elif source == "pick":
            products[:, 0] = pick(keys, "product", self._rules.product_weights)
        elif source == "list":
            first = pick(keys, "product", self._rules.product_weights)
            products[:] = (first[:, None] + np.arange(CART_SIZE)) % len(self._rules.product_weights)
        return products, np.ones((len(who), CART_SIZE), dtype=np.int16)

    def _value(self, step: Step, products: Small, pieces: Small, keys: Keys) -> Floats:
        """EUR per event: what its products cost, or the step's own value; NaN where none is sent."""
        value = np.full(len(keys), np.nan)
        if step.value:
            value = np.round(step.value * np.exp(step.spread * normal(keys, "value")), 2)
        elif step.items != "list":
            prices = np.append(self._rules.prices, 0.0)  # place -1, no product, costs nothing
            value = np.round(np.sum(prices[products] * pieces, axis=1), 2)
        if step.valueless:
            value[uniform(keys, "valueless") < step.valueless] = np.nan
        return value
