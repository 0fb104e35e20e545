"""A conversions file being written to: tables added, keys set, nothing else moved."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import tomlkit
from tomlkit.items import InlineTable, Table

from milepost.model.document import Role
from milepost.model.lines import parts_of
from milepost.reconcile.declare import Declaration

_GUESS = "role guessed"
_DEFINITIONS = ("dimensions", "metrics", "calculated_metrics")
_HEADER = "Pulled from Google Analytics: 'milepost plan' finds nothing to do until one of the two changes."


class FileText:
    """The text of a file, comments and order kept.

    Args:
        existing: text to add to; without it, a new file.
    """

    def __init__(self, existing: str | None = None) -> None:
        self._doc = tomlkit.parse(existing or f"# {_HEADER}\n\nversion = 1\n")

    def render(self) -> str:
        """The text as it is now."""
        return tomlkit.dumps(self._doc)

    def table(self, path: tuple[str, ...]) -> Any:
        """The table (or value) at a path; None when there is none."""
        here: Any = self._doc
        for part in path:
            if not isinstance(here, Mapping) or part not in here:
                return None
            here = here[part]
        return here

    def add(self, path: tuple[str, ...], values: Mapping[str, Any], comment: str = "") -> None:
        """Put a table at a path, tables around it made as needed; keys that are there already are set."""
        here: Any = self._doc
        for part in path[:-1]:
            if part not in here:
                here[part] = tomlkit.table(is_super_table=True)
            here = here[part]
        if path[-1] in here:
            here[path[-1]].update(values)
            return
        table = tomlkit.table()
        if comment:
            table.comment(comment)
        for key, value in values.items():
            table[key] = _item(value)
        here[path[-1]] = table

    def set(self, path: tuple[str, ...], key: str, value: Any) -> None:
        """Set one key of a table; its comment stays."""
        self.table(path)[key] = _item(value)

    def drop(self, path: tuple[str, ...], keys: Collection[str]) -> None:
        """Take keys out of a table, those that it has."""
        table = self.table(path)
        for key in keys:
            if table is not None and key in table:
                del table[key]

    def remove(self, dotted: str) -> bool:
        """Take out the declaration that a dotted path lies in; whether there was one.

        A path into a property takes out the one setting, `enhanced_measurement` is switched off instead.
        """
        path = parts_of(dotted)
        if path[:1] == ("properties",) and path[-1] == "enhanced_measurement":
            self.set(path[:-1], "enhanced_measurement", False)
            return True
        depth = {"business_types": 4, "properties": 3}.get(path[0] if path else "", 2)
        parent = self.table(path[: depth - 1])
        if len(path) < depth or parent is None or path[depth - 1] not in parent:
            return False
        del parent[path[depth - 1]]
        return True

    def add_property(
        self, name: str, property_id: str, business_type: str, stream: str | None, currency: str
    ) -> None:
        """A property with one business type."""
        values = {"id": property_id, "business_types": [business_type]}
        if stream is not None:
            values["stream"] = stream
        self.add(("properties", name), {**values, "currency": currency})

    def add_declaration(
        self, business_type: str, label: str | None, declaration: Declaration, roles: Mapping[str, Role]
    ) -> None:
        """Conversions, audiences and definitions of a business type.

        With a label the type is a new one: definitions that the file had for all its business types are
        then held to those it had, for the new one comes with its own.
        """
        if label is not None:
            for section in _DEFINITIONS:
                self._hold_to_old_types(section, business_type)
            self.add(("business_types", business_type), {"label": label})
        for role in ("macro", "micro"):
            for event, table in declaration.conversions.items():
                if roles[event] == role:
                    self.add(("business_types", business_type, role, event), table, _GUESS)
        for key, table in declaration.audiences.items():
            self.add(("business_types", business_type, "audiences", key), table)
        for section in _DEFINITIONS:
            for key, table in getattr(declaration, section).items():
                self._add_definition(section, key, table, business_type)

    def _add_definition(self, section: str, key: str, table: Mapping[str, Any], business_type: str) -> None:
        name, number = key, 2
        while self.table((section, name)) is not None:
            name, number = f"{key}_{number}", number + 1
        only_one = len(self.table(("business_types",))) == 1
        values = dict(table) if only_one else {**table, "business_types": [business_type]}
        if section == "dimensions" and name != key:
            values.setdefault("parameter", key)
        self.add((section, name), values)

    def _hold_to_old_types(self, section: str, new_type: str) -> None:
        types = [t for t in self.table(("business_types",)) or () if t != new_type]
        for table in (self.table((section,)) or {}).values():
            if isinstance(table, (Table, InlineTable)) and "business_types" not in table and types:
                table["business_types"] = _item(types)


def _item(value: Any) -> Any:
    """Tables inside a table stand on its line, lists of them on one line each."""
    if isinstance(value, Mapping):
        inline = tomlkit.inline_table()
        for key, inner in value.items():
            inline[key] = _item(inner)
        return inline
    if isinstance(value, (list, tuple)):
        array = tomlkit.array()
        for inner in value:
            array.append(_item(inner))
        return array.multiline(len(value) > 1 and isinstance(value[0], Mapping))
    return tomlkit.item(value)
