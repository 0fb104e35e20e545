"""What conversions were worth in one table: GA4's own sums, and values that the file declares.

A conversion whose events carried any value in the period counts with GA4's sum; another one with the file's
`value` times its events. Once `sync` has made that value GA4's default, GA4's sum of a micro conversion is
the same product: still the file's value, implied and not earned, and told as such. Different currencies are
never added: GA4's is kept, and the others are named.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isclose
from typing import Literal

from milepost.gateways.data import Number
from milepost.model.declared import DeclaredConversion
from milepost.model.document import Role
from milepost.reports.results import ValueSource

VALUE_PLACES = 6
"""Decimals kept of a value: enough for any currency, and 3 times 0.1 stays 0.3."""

EventMetrics = Mapping[str, Mapping[str, Number]]
"""`eventCount` and, where it is known, `eventValue` by event name; an event that never came is missing."""


@dataclass(frozen=True)
class Worth:
    """Value of some conversions together; `source` says where it comes from, `mixed` from both."""

    amount: float
    source: Literal["ga4", "declared", "mixed"]
    currency: str | None


class Values:
    """Adds up what conversions are worth, always from the same source for the same conversion."""

    def __init__(
        self, conversions: Iterable[DeclaredConversion], whole: EventMetrics, currency: str | None
    ) -> None:
        """Decides once where each conversion's value comes from.

        Args:
            conversions: those that have a place in the table.
            whole: their figures of the whole period.
            currency: that of GA4's sums.
        """
        valued = [(c, source) for c in conversions if (source := _source(c, whole.get(c.event, {})))]
        own = [c for c, source in valued if source == "declared"]
        currencies = {c.currency or currency for c in own}
        if len(valued) > len(own) or len(currencies) != 1:
            kept = currency
        else:
            (kept,) = currencies
        self.currency = kept or None
        self.left_out = tuple(c.event for c in own if (c.currency or currency) != kept)
        self._sources: dict[Role, set[ValueSource]] = {"macro": set(), "micro": set()}
        self._each: dict[Role, dict[str, float]] = {"macro": {}, "micro": {}}
        for conversion, source in valued:
            if conversion.event in self.left_out:
                continue
            self._sources[conversion.role].add(source)
            if source == "declared" and conversion.definition.value is not None:
                if whole.get(conversion.event, {}).get("eventValue", 0):
                    continue  # GA4's sum holds it already
                self._each[conversion.role][conversion.event] = conversion.definition.value

    def worth(self, role: Role, ga4: Number, events: Mapping[str, Number]) -> Worth | None:
        """What conversions of one role were worth together; None where none of them has a value.

        Args:
            role: of the conversions.
            ga4: the sum of what their events carried.
            events: how many there were of each, by name.
        """
        sources = self._sources[role]
        if not sources:
            return None
        each = self._each[role]
        amount = ga4 + sum(value * events.get(event, 0) for event, value in each.items())
        source = sources.copy().pop() if len(sources) == 1 else "mixed"
        return Worth(round(float(amount), VALUE_PLACES), source, self.currency)


def carried(conversion: DeclaredConversion, metrics: Mapping[str, Number]) -> bool:
    """Whether events carried a value; not the file's own, which GA4 gives a micro conversion by default."""
    total, default = metrics.get("eventValue", 0), conversion.definition.value
    if not total or default is None or conversion.role == "macro":
        return bool(total)
    return not isclose(total, default * metrics.get("eventCount", 0), rel_tol=1e-9)


def _source(conversion: DeclaredConversion, whole: Mapping[str, Number]) -> ValueSource | None:
    if carried(conversion, whole):
        return "ga4"
    return "declared" if conversion.definition.value is not None else None
