"""Settings that are there from birth with what they belong to: read and changed, never made or deleted."""

from __future__ import annotations

import re
from collections.abc import Mapping

from milepost.emulator.admin.kind import Environment, Kind, plain
from milepost.emulator.admin.names import name_pattern
from milepost.emulator.admin.resources import Resources
from milepost.emulator.rpc import Handler
from milepost.emulator.store import Record


class Singletons(Resources):
    """Answers the methods of one singleton kind.

    The store holds only settings that somebody changed. All others are those the kind calls initial,
    so that a property needs nothing beside itself to have them, wherever it came from.
    """

    def __init__(self, kind: Kind, environment: Environment) -> None:
        super().__init__(kind, environment)
        self._name = re.compile(f"{name_pattern(kind.parent).pattern}/{re.escape(kind.collection)}")

    def rpcs(self) -> Mapping[str, Handler]:
        """Handler by name of the RPC, such as `GetDataRetentionSettings`."""
        return {f"Get{self.kind.singular}": self.get, f"Update{self.kind.singular}": self.update}

    def find(self, name: str) -> Record | None:
        """The settings of that name, changed or initial; None when their parent is missing or has none."""
        parent = self.store.get(self.parent_of(name))
        return parent and (self.store.get(name) or self._initial(name, parent))

    def parent_of(self, name: str) -> str:
        """Name of the property or stream that has the settings."""
        return name.rpartition("/")[0]

    def _initial(self, name: str, parent: Record) -> Record | None:
        message = self.kind.initial(plain(parent.message)) if self.kind.initial else None
        if message is None:
            return None
        plain(message).name = name
        return Record(message, parent.created, parent.created)
