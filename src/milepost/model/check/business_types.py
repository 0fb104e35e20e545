"""Rules inside a business type: its journey, its conversions, and how GA4 is to make them."""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Iterator

from milepost.model import rules
from milepost.model.check.names import check_event_name
from milepost.model.declared import applies
from milepost.model.document import BusinessType, Conversion, Dimension, Document
from milepost.model.findings import Finding, dotted, nearest, warning
from milepost.model.part import Comparison

Path = tuple[str, ...]


def check_business_types(document: Document) -> Iterator[Finding]:
    """Findings of every business type."""
    for name, business_type in document.business_types.items():
        path = ("business_types", name)
        if not business_type.macro:
            yield Finding(
                path,
                "declares no macro conversion",
                f"Add [{dotted(path)}.macro.EVENT]: the big step.",
                lacks="macro",
            )
        yield from _check_journey(path, business_type)
        derived = {event for event, _, c in business_type.conversions() if c.source is not None}
        for event, role, conversion in business_type.conversions():
            own = (*path, role, event)
            if role == "micro" and event in business_type.macro:
                yield Finding(own, "is declared as macro and as micro", "Keep one of the two.")
            yield from check_event_name(own, event, derived=conversion.source is not None)
            yield from _check_conversion(own, event, conversion, derived)
            yield from _check_parameters(own, name, conversion, document)
        yield from _check_key_event_count(path, business_type)
        yield from _check_audiences(path, business_type)


def _check_journey(path: Path, business_type: BusinessType) -> Iterator[Finding]:
    journey = business_type.journey
    known = {event for event, _, _ in business_type.conversions()} | rules.AUTOMATIC_EVENTS
    place = (*path, "journey")
    for event in journey:
        if event not in known:
            guess = nearest(event, known)
            remedy = f'Did you mean "{guess}"?' if guess else "Declare it as macro or micro, or take it out."
            yield Finding(place, f'"{event}" is no conversion of this business type', remedy)
    for event in dict.fromkeys(e for e in journey if journey.count(e) > 1):
        yield Finding(place, f'"{event}" stands in it twice', "Name each step once.")
    if journey and journey[-1] in business_type.micro and journey[-1] not in business_type.macro:
        yield Finding(
            place, f'ends with the micro conversion "{journey[-1]}"', "The last step is the macro one."
        )


def _check_conversion(path: Path, event: str, conversion: Conversion, derived: set[str]) -> Iterator[Finding]:
    if conversion.source is None:
        for key, given in (("when", conversion.when), ("set", conversion.mutations)):
            if given:
                yield Finding(
                    (*path, key),
                    "needs a source event",
                    'Add from = "page_view" or another event.',
                    lacks="from",
                )
    elif not conversion.source or " " in conversion.source:
        yield Finding((*path, "from"), f'"{conversion.source}" is not an event name', "Names have no spaces.")
    elif conversion.source == event:
        yield Finding((*path, "from"), "is the event itself", "Name the event it is made from.")
    elif conversion.source in derived:
        yield Finding(
            (*path, "from"),
            f'"{conversion.source}" is made by a rule, and GA4 does not chain rules',
            "Make it from the original event.",
        )
    if not conversion.key_event and conversion.counting is not None:
        yield warning((*path, "counting"), "has no effect without a key event", "Remove one of the two.")
    yield from _check_rule(path, conversion)


def _check_rule(path: Path, conversion: Conversion) -> Iterator[Finding]:
    conditions = [(p, c) for group in conversion.when for p, c in group.items()]
    if len(conditions) + 1 > rules.CONDITIONS_PER_RULE:
        yield Finding(
            (*path, "when"),
            f"has {len(conditions)} conditions",
            f"GA4 allows {rules.CONDITIONS_PER_RULE - 1} beside the one on the event's name.",
        )
    for parameter, comparison in conditions:
        yield from _check_condition((*path, "when"), parameter, comparison)
    if len(conversion.mutations) > rules.MUTATIONS_PER_RULE:
        yield Finding(
            (*path, "set"),
            f"sets {len(conversion.mutations)} parameters",
            f"GA4 allows {rules.MUTATIONS_PER_RULE}.",
        )
    for parameter, value in conversion.mutations.items():
        yield from _check_mutation((*path, "set", parameter), parameter, value)


def _check_mutation(path: Path, parameter: str, value: str) -> Iterator[Finding]:
    if not rules.NAME.fullmatch(parameter):
        yield Finding(path, "is not a parameter name", "Use letters, digits and underscores, a letter first.")
    elif parameter == "event_name":
        yield Finding(path, "a rule names its event by its key in the file", "Remove this line.")
    elif len(parameter) > rules.MUTATION_PARAMETER_LENGTH:
        yield Finding(
            path,
            f"the parameter name is {len(parameter)} characters long",
            f"GA4 allows {rules.MUTATION_PARAMETER_LENGTH} here.",
        )
    if not value:
        yield Finding(path, "its value is empty", "GA4 sets no empty values: give one, or remove the line.")
    elif len(value) > rules.MUTATION_VALUE_LENGTH:
        yield Finding(
            path, f"its value is {len(value)} characters long", f"GA4 allows {rules.MUTATION_VALUE_LENGTH}."
        )


def _check_condition(path: Path, parameter: str, comparison: Comparison) -> Iterator[Finding]:
    if not parameter or " " in parameter:
        yield Finding(path, f'"{parameter}" is not a parameter name', "Names have no spaces.")
    if not comparison.operand:
        yield Finding(path, f"compares {parameter} with nothing", "GA4 needs a value to compare with.")
    elif comparison.comparator == "matches":
        broken = broken_pattern(comparison.operand)
        if broken:
            yield Finding(
                path, f"the pattern for {parameter} is broken: {broken}", "Mend the regular expression."
            )
    elif comparison.comparator.startswith(("greater", "less")) and not _is_number(comparison.operand):
        yield Finding(
            path,
            f'{comparison.comparator} compares {parameter} with "{comparison.operand}"',
            "Give a number.",
        )


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def broken_pattern(pattern: str) -> str:
    """What is wrong with a regular expression; empty when nothing is."""
    with warnings.catch_warnings():
        # What Python may read differently one day is no matter of the file's.
        warnings.simplefilter("ignore")
        try:
            re.compile(pattern)
        except (re.error, OverflowError) as error:
            return str(error)
        except RecursionError:
            return "too many brackets inside each other"
    return ""


def _check_parameters(
    path: Path, business_type: str, conversion: Conversion, document: Document
) -> Iterator[Finding]:
    """What the event carries must be registered for this business type, else no report can show it."""
    registered = {
        *(d.parameter_of(key) for key, d in document.dimensions.items() if _reaches(d, business_type)),
        *(key for key, m in document.metrics.items() if applies(m.business_types, (business_type,))),
    }
    sent = [("parameters", p) for p in conversion.parameters]
    sent += [("send", p) for p in conversion.send if p not in conversion.parameters]
    for key, parameter in sent:
        known = parameter in registered or parameter in rules.BUILT_IN_PARAMETERS
        if not known and parameter not in rules.BUILT_IN_VALUES:
            yield warning(
                (*path, key),
                f'"{parameter}" is not registered{_elsewhere(parameter, document)}, so no report can show it',
                f"Add [dimensions.{parameter}] (or [metrics.{parameter}] for a number), or take it out.",
            )


def _reaches(dimension: Dimension, business_type: str) -> bool:
    """A dimension of users shows what is set on the user, never a parameter of an event."""
    return dimension.scope != "user" and applies(dimension.business_types, (business_type,))


def _elsewhere(parameter: str, document: Document) -> str:
    """Where a parameter is registered that these events do not reach."""
    known = {d.parameter_of(key) for key, d in document.dimensions.items()} | set(document.metrics)
    return " for events of this business type" if parameter in known else ""


def _check_key_event_count(path: Path, business_type: BusinessType) -> Iterator[Finding]:
    flagged = sum(1 for _, _, c in business_type.conversions() if c.key_event)
    if flagged > rules.SENSIBLE_KEY_EVENTS:
        yield warning(
            path,
            f"flags {flagged} key events",
            f"Flag up to {rules.SENSIBLE_KEY_EVENTS}; key_event = false still reports the step.",
        )


def _check_audiences(path: Path, business_type: BusinessType) -> Iterator[Finding]:
    known = {event for event, _, _ in business_type.conversions()} | rules.AUTOMATIC_EVENTS
    for name, audience in business_type.audiences.items():
        place = (*path, "audiences", name)
        if not audience.did:
            yield Finding(place, "describes nobody", 'Add did = ["EVENT"]: what these people have done.')
        for key, events in (("did", audience.did), ("did_not", audience.did_not)):
            for event in events:
                if event not in known:
                    guess = nearest(event, known)
                    hint = f'Did you mean "{guess}"?' if guess else "Declare the conversion first."
                    yield Finding((*place, key), f'"{event}" is no conversion of this business type', hint)
