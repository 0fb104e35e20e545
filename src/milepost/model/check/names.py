"""Rules for event and parameter names."""

from __future__ import annotations

from collections.abc import Iterator

from milepost.model import rules
from milepost.model.findings import Finding, warning

Path = tuple[str, ...]


def check_event_name(path: Path, event: str, *, derived: bool) -> Iterator[Finding]:
    """Shape, length and reserved words of an event a conversion is named by.

    Args:
        path: where it stands.
        event: the name.
        derived: GA4 makes the event by a create rule, which allows one character less.
    """
    longest = rules.RULE_EVENT_NAME_LENGTH if derived else rules.EVENT_NAME_LENGTH
    if not rules.NAME.fullmatch(event):
        yield Finding(path, "is not an event name", "Use letters, digits and underscores, a letter first.")
        return
    if len(event) > longest:
        yield Finding(path, f"is {len(event)} characters long", f"GA4 allows {longest} here.")
    prefix = next((p for p in rules.EVENT_PREFIXES if event.startswith(p)), None)
    if prefix:
        yield Finding(path, f'starts with "{prefix}", which GA4 reserves', "Choose another name.")
    elif derived and event in rules.RESERVED_EVENTS:
        yield warning(
            path, "is a name GA4 uses itself", "A rule that makes it mixes with GA4's own event: rename it."
        )
    elif event in rules.RESERVED_EVENTS - rules.AUTOMATIC_EVENTS:
        yield warning(
            path, "is a name GA4 reserves", "A site's own event of this name is dropped: rename it."
        )


def check_parameter_name(path: Path, parameter: str, scope: rules.Scope) -> Iterator[Finding]:
    """Shape, length and reserved words of a parameter that is to be registered."""
    longest = rules.PARAMETER_LENGTH[scope]
    prefix = next((p for p in rules.PARAMETER_PREFIXES if parameter.startswith(p)), None)
    if prefix:
        yield Finding(
            path, f'the parameter starts with "{prefix}", which GA4 reserves', "Send it under another name."
        )
    elif not rules.NAME.fullmatch(parameter):
        yield Finding(path, "is not a parameter name", "Use letters, digits and underscores, a letter first.")
    if len(parameter) > longest:
        yield Finding(
            path,
            f"the parameter name is {len(parameter)} characters long",
            f"GA4 allows {longest} in {scope} scope.",
        )
    if parameter in rules.RESERVED_PARAMETERS[scope]:
        yield Finding(
            path, "GA4 refuses this parameter as a custom definition", "Send it under another name."
        )
