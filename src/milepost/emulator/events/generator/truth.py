"""The known truth: what each step really does to the macro conversion, and what only makes it look so."""

from __future__ import annotations

from dataclasses import dataclass

from milepost.emulator.events.generator.journey import Journey, Step, load_journey


@dataclass(frozen=True, slots=True)
class StepTruth:
    """What one step does to the chance of a macro conversion.

    `effect` multiplies the chance of the deciding step each time a user comes to it after having done this
    one: 1 means no effect, above 1 helps, below 1 harms. `confounded_by` lists what else ties the step to the
    macro conversion: `intent` (hidden), `device`, `channel`, `visit number`, `way` (it brings people to the
    next page, where they would not all have gone), `required` (no macro conversion without it).
    """

    event: str
    macro: str
    effect: float
    confounded_by: tuple[str, ...]
    note: str


def truth(business_type: str) -> tuple[StepTruth, ...]:
    """The truth about every step of a business type, in the order of its journey.

    Raises:
        ValueError: there is no such business type.
    """
    journey = load_journey(business_type)
    return tuple(
        StepTruth(
            step.event, step.macro or journey.macro, step.effect, _confounders(journey, step), step.note
        )
        for step in journey.steps
        if step.event != (step.macro or journey.macro)
    )


def _confounders(journey: Journey, step: Step) -> tuple[str, ...]:
    chain = [step, *_needed(journey, step.needs)]
    asked = {page for row in chain for page, chance in row.on.items() if chance}
    drawn = any(page.intent for page in journey.pages if page.name in asked)
    macro = next(row for row in journey.steps if row.event == (step.macro or journey.macro))
    reasons = {
        "intent": drawn or any(row.intent for row in chain),
        "device": any(row.device for row in chain),
        "channel": any(row.medium for row in chain),
        "visit number": any(row.returning != 1.0 for row in chain),
        "way": any(page.weight for page in journey.pages if page.name == step.leads_to),
        "required": step.event in {row.event for row in _needed(journey, macro.needs)},
    }
    return tuple(reason for reason, holds in reasons.items() if holds)


def _needed(journey: Journey, events: tuple[str, ...]) -> list[Step]:
    """The steps without which others cannot be taken, over any number of links."""
    found: dict[str, Step] = {}
    waiting = list(events)
    while waiting:
        event = waiting.pop()
        if event not in found:
            found[event] = next(step for step in journey.steps if step.event == event)
            waiting += found[event].needs
    return list(found.values())
