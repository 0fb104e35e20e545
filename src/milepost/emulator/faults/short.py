"""Faults in their short form, as the command line takes them, and the values in it."""

from __future__ import annotations

import re
from typing import Any

from milepost.emulator.faults.errors import FaultError
from milepost.emulator.faults.rules import Rule, Step, When

_DURATION = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ms|s|m|h)")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_SHORT = re.compile(r"(?P<method>[^=:]+)(?::(?P<property>[^=]*))?=(?P<answers>[^@]+)(?:@(?P<times>.+))?")
_SHORT_FORM = "write METHOD=ANSWER, METHOD=ANSWER@3, METHOD=ANSWER@30% or METHOD:PROPERTY=ANSWER,ANSWER"


def parse_duration(written: object) -> float:
    """`100ms`, `1.5s`, `2m` or `1h` in seconds.

    Raises:
        FaultError: anything else, a number without unit too.
    """
    found = _DURATION.fullmatch(written) if isinstance(written, str) else None
    if found is None:
        raise FaultError(f"{written!r} is no duration: write it like 100ms, 1.5s or 2m")
    return float(found.group(1)) * _SECONDS[found.group(2)]


def parse_rule(written: str) -> Rule:
    """The short form: `Create*=UNAVAILABLE@30%`, `CreateKeyEvent=lost@1`, `*:100000001=viewer`.

    Answers with commas between are a script; `:after` behind an answer lets the call be carried out first.

    Raises:
        FaultError: it is none of these.
    """
    found = _SHORT.fullmatch(written.strip())
    if found is None:
        raise FaultError(f"{written!r} is no fault: {_SHORT_FORM}")
    base: dict[str, Any] = {"method": found["method"].strip(), "property_id": found["property"] or ""}
    try:
        steps = [parse_step(part) for part in found["answers"].split(",")]
        times = _times(found["times"])
        if len(steps) > 1:
            return Rule(**base, **times, script=tuple(steps))
        return Rule(**base, **times, answer=steps[0].answer, when=steps[0].when)
    except FaultError as error:
        raise FaultError(f"{written!r}: {error}") from None


def parse_step(written: str) -> Step:
    """`UNAVAILABLE`, or `UNAVAILABLE:after`.

    Raises:
        FaultError: something else stands behind the colon, or there is no such answer.
    """
    answer, _, when = written.strip().partition(":")
    moments: dict[str, When] = {"": "before", "before": "before", "after": "after"}
    if when not in moments or not answer:
        raise FaultError(f"{written!r}: after an answer only :after or :before may stand")
    return Step(answer, moments[when])


def _times(written: str | None) -> dict[str, Any]:
    if written is None:
        return {}
    if written.endswith("%"):
        return {"rate": parse_rate(written)}
    if written.isascii() and written.isdigit():
        return {"count": int(written)}
    raise FaultError(f"@{written}: {_SHORT_FORM}")


def parse_latency(written: str) -> Rule:
    """`100ms` for every call, or `List*=250ms` for some.

    Raises:
        FaultError: it is neither.
    """
    method, equals, duration = written.rpartition("=")
    return Rule(method.strip() if equals else "*", latency=parse_duration(duration.strip()))


def parse_rate(written: object) -> float:
    """A share: 0.3, or `30%`.

    Raises:
        FaultError: it is neither; whether it is from 0 to 1 is for the rule to say.
    """
    try:
        if isinstance(written, str) and written.endswith("%"):
            return float(written.removesuffix("%")) / 100
        if isinstance(written, int | float) and not isinstance(written, bool):
            return float(written)
    except ValueError:
        pass
    raise FaultError(f"rate {written!r}: must be from 0 to 1, or a text such as '30%'")
