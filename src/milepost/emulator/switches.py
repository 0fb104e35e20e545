"""Behaviour the reference calls unverified or configurable: one named switch each, with its default.

A switch is set when the emulator is made (`Switches(recreate_after_archive=True)`) or on the command
line (`milepost emulator --switch recreate_after_archive=true`). `retroactive_rules` is not about
faithfulness: real create rules never touch history, but a tour of ten seconds cannot wait a month.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any


class SwitchError(ValueError):
    """A switch that does not exist, or a value it cannot take."""


@dataclass(frozen=True)
class Switches:
    """All switches with the reference's defaults."""

    retroactive_rules: bool = False
    """Event create rules act on events from before the rule was made."""

    def with_setting(self, setting: str) -> Switches:
        """These switches with one changed.

        Args:
            setting: `name=value`; booleans read true or false, numbers whole.

        Raises:
            SwitchError: no such switch, or the value is not of its type.
        """
        name, _, value = setting.partition("=")
        current: dict[str, Any] = {f.name: getattr(self, f.name) for f in fields(self)}
        if name not in current:
            raise SwitchError(f"no switch {name!r}; there are: {', '.join(sorted(current))}")
        changed: dict[str, Any] = {name: _parse(name, value, type(current[name]))}
        return replace(self, **changed)


def _parse(name: str, value: str, kind: type) -> bool | int | str:
    if kind is bool:
        if value.lower() not in ("true", "false"):
            raise SwitchError(f"{name}={value!r}: must be true or false")
        return value.lower() == "true"
    if kind is int:
        try:
            return int(value)
        except ValueError:
            raise SwitchError(f"{name}={value!r}: must be a whole number") from None
    return value
