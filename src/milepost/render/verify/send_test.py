"""Server-side events tried out: on a terminal, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from milepost.gateways.measurement import ValidationMessage
from milepost.render.report.figures import Signs
from milepost.render.safe import plain
from milepost.render.verify.wait import signs_of
from milepost.render.words import counted
from milepost.tracking.server_tests import SHAPE_ONLY, STAYS, ServerTest, ServerTests, remedy_of

FORMAT_VERSION = 1

_NOTHING = 'nothing to try, for no conversion has sent_by = "server".'


def render_send_test_text(found: Sequence[ServerTests], console: Console) -> None:
    """A line per event with what was sent, its messages below; then what to know."""
    tried = [tests for tests in found if tests.tests]
    for tests in tried:
        _print_tests(tests, console, signs_of(console))
    if idle := [tests.name for tests in found if not tests.tests]:
        console.print(Text(plain(f"{', '.join(idle)}: {_NOTHING}")))
    for note in _common_notes(found):
        console.print(Text(note, style="dim"))


def _common_notes(found: Sequence[ServerTests]) -> tuple[str, ...]:
    """What is to be known of all of them."""
    if not any(tests.tests for tests in found):
        return ()
    sent = any(test.arrival for tests in found for test in tests.tests)
    return (STAYS,) if sent else (SHAPE_ONLY,)


def _print_tests(tests: ServerTests, console: Console, signs: Signs) -> None:
    heading = Text(plain(tests.name), style="bold")
    heading.append(plain(f"  {tests.measurement_id}"), style="not bold dim")
    console.print(heading, soft_wrap=True)
    console.print()
    for test in tests.tests:
        _print_test(test, console, signs)
    console.print()
    console.print(Text(_summary(tests), style="green" if tests.passed else "red"))
    for note in tests.notes:
        console.print(Text(plain(note), style="yellow"))
    console.print()


def _print_test(test: ServerTest, console: Console, signs: Signs) -> None:
    line = Text(f"{signs.met if test.passed else signs.missed} ", style="green" if test.passed else "red")
    line.append(plain(test.label), style="default")
    line.append(f"  {plain(test.event)}", style="dim")
    if test.arrival == "seen":
        line.append("  seen in realtime", style="default")
    if test.arrival == "not_seen":
        line.append("  not seen in realtime in time", style="red")
    console.print(line, soft_wrap=True)
    if test.parameters:
        _print_below(Text(plain(_sent(test)), style="dim"), console)
    for message in test.messages:
        _print_below(_message_text(message), console)


def _print_below(text: Text, console: Console) -> None:
    """Indented, and no space at a line's end."""
    for line in text.wrap(console, max(console.width - 2, 20)):
        line.rstrip()
        console.print(Text("  ").append_text(line))


def _sent(test: ServerTest) -> str:
    return ", ".join(f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in test.parameters)


def _message_text(message: ValidationMessage) -> Text:
    at = f"{message.field_path}: " if message.field_path else ""
    text = Text(plain(f"{message.code}  {at}{message.description}"), style="red")
    if remedy := remedy_of(message):
        text.append(f" {remedy}", style="default")
    return text


def _summary(tests: ServerTests) -> str:
    good, of = sum(test.passed for test in tests.tests), counted(len(tests.tests), "event")
    return f"{of} passed." if good == len(tests.tests) else f"{good} of {of} passed."


def render_send_test_json(found: Sequence[ServerTests]) -> str:
    """One object, indented, ASCII only, ending in a newline."""
    document = {
        "format_version": FORMAT_VERSION,
        "properties": [_property(tests) for tests in found],
        "notes": list(_common_notes(found)),
    }
    return json.dumps(document, indent=2, allow_nan=False) + "\n"


def _property(tests: ServerTests) -> dict[str, Any]:
    return {
        "name": tests.name,
        "property": tests.property_id,
        "measurement_id": tests.measurement_id,
        "sent": tests.sent,
        "passed": tests.passed,
        "events": [_test(test) for test in tests.tests],
        "notes": list(tests.notes),
    }


def _test(test: ServerTest) -> dict[str, Any]:
    return {
        "event": test.event,
        "label": test.label,
        "passed": test.passed,
        "parameters": dict(test.parameters),
        "messages": [
            {
                "field_path": message.field_path,
                "description": message.description,
                "code": message.code,
                "remedy": remedy_of(message),
            }
            for message in test.messages
        ],
        "arrival": test.arrival,
    }
