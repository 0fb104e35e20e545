"""What can go wrong, sorted by what the person in front of it can do about it.

    MilepostError
    ├── ConfigError        the conversions file: mend it (all problems at once)
    ├── InputError         an option, a path or an environment variable: give another
    ├── UnsafePlanError    the plan removes too much: look again, or force it
    ├── StalePlanError     a reviewed plan no longer fits the file or GA4: plan and review again
    ├── BusyError          another sync is at the same property: wait
    ├── HaltedError        somebody asked to stop before it was begun
    ├── EmulatorError      the embedded emulator could not start: port, state file, events
    └── RemoteError        Google (or an emulator) refused or did not answer
        ├── SignInError        no usable credentials, or the wrong scope
        ├── RefusedError       no role on the property, API switched off, a rule broken
        ├── NotFoundError      the thing is gone
        ├── QuotaError         too much asked in too short a time: wait
        └── UnreachableError   no answer; whether a write was carried out is unknown

A message names the place, the cause and the remedy. Anything outside this tree is a bug and keeps its
traceback.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Problem:
    """One thing wrong with the conversions file.

    `path` is dotted (`business_types.shop.micro.add_to_cart.counting`), empty for the file as a whole;
    `line` counts from 1, None where the problem has no line of its own.
    """

    path: str
    cause: str
    remedy: str
    line: int | None = None
    severity: Literal["error", "warning"] = "error"


class MilepostError(Exception):
    """An error meant for a person: where, what, and what next."""

    def __init__(self, place: str, cause: str, remedy: str = "") -> None:
        super().__init__(place, cause, remedy)
        self.place = place
        self.cause = cause
        self.remedy = remedy

    def __str__(self) -> str:
        """`place: cause. remedy` in one line."""
        sentence = f"{self.place}: {self.cause}" if self.place else self.cause
        if not self.remedy:
            return sentence
        stop = "" if sentence.endswith((".", "!", "?")) else "."
        return f"{sentence}{stop} {self.remedy}"


class ConfigError(MilepostError):
    """The conversions file cannot be used; `problems` holds everything found in one reading."""

    def __init__(self, file: str, problems: Sequence[Problem]) -> None:
        count = sum(1 for p in problems if p.severity == "error")
        super().__init__(
            file, f"{count} problem{'' if count == 1 else 's'}", "Run 'milepost check' after mending."
        )
        self.file = file
        self.problems = tuple(problems)


class InputError(MilepostError):
    """Something given on the command line or in the environment does not work."""


class UnsafePlanError(MilepostError):
    """The plan would remove more than the guard allows."""


class StalePlanError(MilepostError):
    """What was reviewed is not what would be done now."""


class BusyError(MilepostError):
    """Another run is changing the same property."""


class HaltedError(MilepostError):
    """A person or the machine asked to stop; what raises this had not been begun."""


class EmulatorError(MilepostError):
    """The embedded emulator could not be started."""


class RemoteError(MilepostError):
    """The service at the other end said no, or nothing."""


class SignInError(RemoteError):
    """Credentials are missing, expired, or lack a scope."""


class RefusedError(RemoteError):
    """The request reached the service and was turned down."""


class NotFoundError(RemoteError):
    """What was named does not exist (any more)."""


class QuotaError(RemoteError):
    """A quota is used up; the message says when it refills, as far as known."""


class UnreachableError(RemoteError):
    """No (whole) answer arrived. A write may or may not have been carried out."""
