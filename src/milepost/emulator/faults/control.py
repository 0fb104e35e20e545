"""The control interface: faults, clock, reset and call counts over the same port, for any gRPC client.

Every method takes and returns a google.protobuf.Struct, which is JSON on the wire of any language. Faults
and quotas never apply to it, and it is not in the call log.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from google.protobuf import json_format
from google.protobuf.struct_pb2 import Struct

from milepost.emulator.clock import Clock
from milepost.emulator.faults.errors import FaultError
from milepost.emulator.faults.faults import Faults
from milepost.emulator.faults.log import CallLog, LoggedCall
from milepost.emulator.faults.plan import parse_plan
from milepost.emulator.faults.quota import SETTINGS
from milepost.emulator.faults.short import parse_duration
from milepost.emulator.rpc import Call, Handler, Method, invalid_argument

SERVICE = "/milepost.emulator.v1.Control/"

Command = Callable[[Mapping[str, Any]], dict[str, Any]]


@dataclass(frozen=True)
class Controls:
    """What the control interface acts on; `reset` brings the emulator back to where it began."""

    faults: Faults
    calls: CallLog
    clock: Clock
    reset: Callable[[], None]

    def set_faults(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Replace all faults by those of the request, written as in a fault file.

        Returns:
            `rules`, how many are in force now, and `quota`, its figures; null is unlimited.
        """
        self.faults.load(parse_plan(request))
        return self._in_force()

    def clear_faults(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """No fault any more, and full quotas. Returns what `set_faults` does."""
        _refuse_others(request)
        self.faults.clear()
        return self._in_force()

    def set_clock(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Fix the clock: at `moment` (ISO 8601 with a time zone), or `advance` from now (a duration).

        Without either it stays as it is. Returns `now`.
        """
        _refuse_others(request, "moment", "advance")
        if "moment" in request:
            self.clock.set(_moment(request["moment"]))
        if "advance" in request:
            self.clock.set(self.clock.now() + timedelta(seconds=parse_duration(request["advance"])))
        return {"now": self.clock.now().isoformat()}

    def reset_all(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Back to the start: a fresh account, the first clock and faults, full quotas, an empty log."""
        _refuse_others(request)
        self.reset()
        return {}

    def call_counts(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """What was called so far, of `method` (a glob) and `property` (digits) if given.

        `entries`: true adds each call; `clear`: true empties the log afterwards.

        Returns:
            `total`; `writes`, those of them that change something; `applied_writes`, those carried out;
            `lost`, carried out but answered with an error; `peak`, most in flight at once, of all
            calls; `methods`, how many of each.
        """
        _refuse_others(request, "method", "property", "entries", "clear")
        scope = (str(request.get("method", "*")), str(request.get("property", "")))
        calls = self.calls.calls(*scope)
        answer: dict[str, Any] = {
            "total": len(calls),
            "writes": sum(each.call.is_write for each in calls),
            "applied_writes": sum(each.call.is_write and each.applied for each in calls),
            "lost": sum(each.lost for each in calls),
            "peak": self.calls.peak,
            "methods": self.calls.by_method(*scope),
        }
        if request.get("entries"):
            answer["entries"] = [_entry(each) for each in calls]
        if request.get("clear"):
            self.calls.clear()
        return answer

    def _in_force(self) -> dict[str, Any]:
        quota = {name: getattr(self.faults.quota, name) for name in SETTINGS}
        return {"rules": len(self.faults.rules), "quota": quota}


def control_methods(controls: Controls) -> list[Method]:
    """The interface as methods of the server."""
    commands: dict[str, Command] = {
        "SetFaults": controls.set_faults,
        "ClearFaults": controls.clear_faults,
        "SetClock": controls.set_clock,
        "Reset": controls.reset_all,
        "Calls": controls.call_counts,
    }
    return [Method(SERVICE + name, Struct, _handler(command)) for name, command in commands.items()]


def _handler(command: Command) -> Handler:
    def answer(request: Any, call: Call) -> Any:  # noqa: ARG001 - every handler is given the call
        try:
            content = command(json_format.MessageToDict(request))
        except FaultError as error:
            raise invalid_argument(str(error)) from None
        return json_format.ParseDict(content, Struct())

    return answer


def _refuse_others(request: Mapping[str, Any], *known: str) -> None:
    for key in request:
        if key not in known:
            raise FaultError(f"no key {key!r}; there are: {', '.join(known) or 'none'}")


def _moment(written: object) -> datetime:
    try:
        moment = datetime.fromisoformat(str(written))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise FaultError(f"moment {written!r}: write it like 2026-03-02T12:00:00Z, with a time zone")
    return moment


def _entry(call: LoggedCall) -> dict[str, Any]:
    return {
        "method": call.method,
        "property": call.call.property_id,
        "actor": call.call.actor,
        "code": call.code,
        "applied": call.applied,
        "started": call.started,
        "seconds": call.seconds,
    }
