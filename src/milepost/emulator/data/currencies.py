"""Money in another currency than the property's: converted at rates that the emulator's owner names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from milepost.emulator.data import errors
from milepost.emulator.data.registry import Kind, Metric
from milepost.emulator.data.schema import PropertyConfig, Schema
from milepost.emulator.switches import SwitchError

DOLLAR = "USD"
_RATE = re.compile(r"([A-Z]{3})=(\d+(?:\.\d+)?)", re.ASCII)


def parse_rates(text: str) -> dict[str, Decimal]:
    """What one unit of each currency is worth in US dollars.

    Args:
        text: such as `EUR=1.08,GBP=1.27`; may be empty.

    Raises:
        SwitchError: it cannot be read, or a rate is zero.
    """
    rates = {DOLLAR: Decimal(1)}
    for part in filter(None, (part.strip() for part in text.split(","))):
        match = _RATE.fullmatch(part)
        if match is None or not Decimal(match.group(2)):
            raise SwitchError(f"currency_rates: {part!r}: write what one unit is worth in dollars: EUR=1.08")
        rates[match.group(1)] = Decimal(match.group(2))
    return rates


def in_currency(config: PropertyConfig, wanted: str, rates: Mapping[str, Decimal]) -> PropertyConfig:
    """The property as reports in another currency see it: its money metrics are multiplied.

    GA4 converts each day's money at that day's rate; here one rate holds for all days.

    Args:
        config: the property.
        wanted: a currency, or nothing for its own.
        rates: from parse_rates.

    Raises:
        RpcError: the rate is not known.
    """
    own = config.currency_code
    if wanted in ("", own):
        return config
    if own not in rates or wanted not in rates:
        raise errors.not_emulated(f"Converting {own} to {wanted} without a rate in the switch currency_rates")
    factor = rates[own] / rates[wanted]
    schema = Schema(
        config.schema.dimensions,
        {name: _multiplied(metric, factor) for name, metric in config.schema.metrics.items()},
    )
    return replace(config, currency_code=wanted, schema=schema)


def _multiplied(metric: Metric, factor: Decimal) -> Metric:
    if metric.kind is not Kind.CURRENCY:
        return metric
    return replace(metric, sql=f"(({metric.sql}) * {factor:.17g}::DOUBLE)")
