"""Marks on what Milepost puts into a container: by them it knows its own again, and what was edited.

A mark stands in the notes, which Tag Manager keeps through import and export, while ids, fingerprints and
folders become its own. It is made of what the entity does, by names instead of ids.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from milepost.tracking.container.format import ContainerVersion, Entity, Kind
from milepost.tracking.container.parts import digest

_MARK = re.compile(r"\[milepost ([0-9a-f]{12})\]\s*$")
_OF_THE_PLACE = frozenset(
    {
        "accountId", "containerId", "fingerprint", "folderId", "formatValue", "monitoringMetadata", "notes",
        "parentFolderId", "path", "tagId", "tagManagerUrl", "triggerId", "variableId", "workspaceId",
    }
)  # fmt: skip
"""Keys that Tag Manager writes anew, or that say where a thing lies instead of what it does."""


def trigger_names(version: ContainerVersion) -> dict[str, str]:
    """Names of the container's own triggers, by id."""
    return {trigger.triggerId: trigger.name for trigger in version.trigger}


def what_it_does(entity: Entity, names: Mapping[str, str]) -> dict[str, Any]:
    """An entity without what belongs to its place, triggers by name instead of id."""
    plain = entity.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_unset=True)
    content = {key: value for key, value in plain.items() if key not in _OF_THE_PLACE}
    for key in ("firingTriggerId", "blockingTriggerId"):
        if key in content:
            content[key] = sorted(names.get(trigger, trigger) for trigger in content[key])
    if "parameter" in content:
        content["parameter"] = sorted(content["parameter"], key=lambda p: str(p.get("key", "")))
    return content


def mark(entity: Entity, names: Mapping[str, str], words: str) -> None:
    """Writes words and a mark into the notes."""
    entity.notes = f"{words} [milepost {digest(what_it_does(entity, names))}]"


def is_marked(entity: Entity) -> bool:
    """Whether Milepost made it; folders have no notes and go by their name alone."""
    return _MARK.search(entity.notes or "") is not None


def is_edited(kind: Kind, entity: Entity, names: Mapping[str, str]) -> bool:
    """Whether it does something else than when Milepost made it, or was never made by Milepost."""
    if kind == "folder":
        return False
    found = _MARK.search(entity.notes or "")
    return found is None or found.group(1) != digest(what_it_does(entity, names))
