"""What the benchmarks stand on: files of a given size, and an emulator with a session on it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from milepost.emulator.embedded import Emulator
from milepost.gateways.pacing import Pacer
from milepost.model.load import ConversionsFile, check_text
from milepost.operations.session import Session
from milepost.operations.sync import Synced, plan_properties, sync_properties
from milepost.reconcile.plan import Plan

FIRST_ID = 400_000_000

_KEY_EVENTS = 25
"""Of all conversions, for a standard property holds 30."""

_RULES = 40
"""Likewise: it holds 50."""


def ids(count: int) -> dict[str, str]:
    """Properties for an emulator to hold beside its own."""
    return {str(FIRST_ID + number): "ecommerce" for number in range(count)}


def file_of(text: str) -> ConversionsFile:
    """A file without a fault.

    Raises:
        ValueError: it has one.
    """
    document, problems = check_text(text)
    errors = [str(problem) for problem in problems if problem.severity == "error"]
    if document is None or errors:
        raise ValueError("; ".join(errors))
    return ConversionsFile(Path("conversions.toml"), document, problems)


def property_tables(property_ids: Iterable[str]) -> str:
    """Properties of one business type, `shop`."""
    return "\n".join(
        f'[properties.shop-{number}]\nid = "{number}"\nbusiness_types = ["shop"]\ncurrency = "EUR"\n'
        for number in property_ids
    )


def file_of_size(conversions: int, property_id: str) -> ConversionsFile:
    """One property with that many conversions, as many of them flagged and derived as GA4 lets be."""
    lines = ["version = 1", property_tables([property_id]), "[business_types.shop.macro.step_0]"]
    for number in range(1, conversions):
        lines.append(f"[business_types.shop.micro.step_{number}]")
        lines.append(f"key_event = {str(number < _KEY_EVENTS).lower()}")
        if number % 3 == 0 and number // 3 < _RULES:
            lines.append(f"from = 'page_view'\nwhen = [{{ page_location = {{ contains = '/{number}/' }} }}]")
    return file_of("\n".join(lines))


@contextmanager
def session_on(emulator: Emulator, pacer: Pacer | None = None) -> Iterator[Session]:
    """A session whose calls all go to an emulator; its locks stand in a folder that goes with it."""
    with tempfile.TemporaryDirectory() as folder:
        environ = {"ANALYTICS_EMULATOR_HOST": emulator.address, "MILEPOST_STATE_DIR": folder}
        with Session("edit", environ, pacer=pacer) as session:
            yield session


def plans_of(file: ConversionsFile, session: Session) -> list[Plan]:
    """A plan of every property.

    Raises:
        RuntimeError: one of them could not be planned.
    """
    planned = plan_properties(file, (), session)
    plans = [plan for plan in planned if isinstance(plan, Plan)]
    if len(plans) < len(planned):
        raise RuntimeError(str(next(p for p in planned if not isinstance(p, Plan))))
    return plans


def sync_all(file: ConversionsFile, session: Session) -> list[Synced]:
    """Every property made to agree with the file.

    Raises:
        RuntimeError: one of them does not.
    """
    results = sync_properties(file, plans_of(file, session), session)
    synced = [result for result in results if isinstance(result, Synced) and result.complete]
    if len(synced) < len(results):
        raise RuntimeError("a property could not be synced")
    return synced
