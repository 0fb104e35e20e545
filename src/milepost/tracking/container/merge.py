"""Putting our entities into a container that is there already: theirs stay, ours are matched by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from milepost.errors import UnsafePlanError
from milepost.tracking.container.build import GOOGLE_TAG
from milepost.tracking.container.format import (
    KINDS,
    ContainerVersion,
    Entity,
    Export,
    Kind,
    Tag,
    id_of,
    set_id,
)
from milepost.tracking.container.marks import is_edited, is_marked, trigger_names, what_it_does

Key = tuple[Kind, str]
"""An entity's identity in Tag Manager: its kind and its name."""


@dataclass(frozen=True)
class Merged:
    """A container with ours in it, and what became of ours: each by its kind and name."""

    export: Export
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def merge_container(ours: Export, existing: Export, place: str, *, force: bool = False) -> Merged:
    """Ours put into an existing container.

    Entities of somebody else stay as they are. Ours keep the ids they have there; what is no longer
    declared goes. What somebody edited is not overwritten unless `force`d. A Google tag of somebody else
    for the same measurement id makes ours superfluous: two would count every page twice.

    Args:
        ours: the container as declared.
        existing: what is there; it is not changed.
        place: of the file, for messages.
        force: overwrite what was edited.

    Raises:
        UnsafePlanError: something of ours was edited by hand; it is named.
    """
    there, here = existing.containerVersion, ours.containerVersion.model_copy(deep=True)
    notes = _leave_google_tag(here, there)
    wanted: dict[Key, Entity] = {(kind, entity.name): entity for kind, entity in here.entities()}
    mine = {
        (kind, entity.name): entity
        for kind, entity in there.entities()
        if (kind, entity.name) in wanted or is_marked(entity)
    }
    _refuse_edited(mine, there, place, force=force)
    same = set(_unchanged(wanted, here, mine, there))
    _adopt_ids(here, there, mine)
    version = there.model_copy(deep=True)
    for kind in KINDS:
        goes = {name for of, name in mine if of == kind and (of, name) not in same}
        put = {entity.name: entity for entity in getattr(here, kind) if (kind, entity.name) not in same}
        setattr(version, kind, _in_place(getattr(version, kind), goes, put))
    known = {variable.type for variable in version.builtInVariable}
    version.builtInVariable += [v for v in here.builtInVariable if v.type not in known]
    return Merged(
        existing.model_copy(update={"containerVersion": version}),
        added=tuple(_shown(key) for key in wanted if key not in mine),
        changed=tuple(_shown(key) for key in wanted if key in mine and key not in same),
        removed=tuple(_shown(key) for key in mine if key not in wanted),
        notes=notes,
    )


def _leave_google_tag(here: ContainerVersion, there: ContainerVersion) -> tuple[str, ...]:
    """Takes our Google tag out where somebody else's is there; says so."""
    ids = {_tag_id(tag, here) for tag in here.tag if tag.name == GOOGLE_TAG}
    other = next((t.name for t in there.tag if _tag_id(t, there) in ids and t.name != GOOGLE_TAG), None)
    if other is None:
        return ()
    here.tag = [tag for tag in here.tag if tag.name != GOOGLE_TAG]
    return (f'The Google tag "{other}" is there already, so none is added.',)


def _tag_id(tag: Tag, version: ContainerVersion) -> str | None:
    """The measurement id of a Google tag, taken from the constant where it names one; None for other tags."""
    if tag.type != "googtag":
        return None
    constants = {
        f"{{{{{v.name}}}}}": next((p.value for p in v.parameter if p.key == "value"), None)
        for v in version.variable
        if v.type == "c"
    }
    written = next((p.value for p in tag.parameter if p.key == "tagId"), None)
    return constants.get(written or "", written)


def _refuse_edited(mine: Mapping[Key, Entity], there: ContainerVersion, place: str, *, force: bool) -> None:
    names = trigger_names(there)
    edited = [_shown(key) for key, entity in mine.items() if is_edited(key[0], entity, names)]
    if edited and not force:
        raise UnsafePlanError(
            place,
            f"edited since Milepost made it: {', '.join(edited)}",
            "Bring the change into the conversions file, or overwrite it with --force.",
        )


def _unchanged(
    wanted: Mapping[Key, Entity], here: ContainerVersion, mine: Mapping[Key, Entity], there: ContainerVersion
) -> Iterator[Key]:
    """What does already what is declared, and says so."""
    new, old = trigger_names(here), trigger_names(there)
    for key in wanted.keys() & mine.keys():
        told = wanted[key].notes == mine[key].notes
        if told and what_it_does(wanted[key], new) == what_it_does(mine[key], old):
            yield key


def _adopt_ids(here: ContainerVersion, there: ContainerVersion, mine: Mapping[Key, Entity]) -> None:
    """Gives ours the ids they have there, or new ones above all, and the container's own."""
    used = [int(id_of(kind, entity)) for kind, entity in there.entities() if id_of(kind, entity).isdigit()]
    free = max(used, default=0)
    triggers: dict[str, str] = {}
    for kind, entity in here.entities():
        old = mine.get((kind, entity.name))
        if old is None:
            free += 1
        own = str(free) if old is None else id_of(kind, old)
        if kind == "trigger":
            triggers[id_of(kind, entity)] = own
        if isinstance(entity, Tag):
            entity.firingTriggerId = [triggers.get(t, t) for t in entity.firingTriggerId or ()]
        set_id(kind, entity, own)
        entity.accountId, entity.containerId = there.accountId, there.containerId
        if kind != "folder":
            entity.parentFolderId = here.folder[0].folderId
    for variable in here.builtInVariable:
        variable.accountId, variable.containerId = there.accountId, there.containerId


def _in_place(before: list[Entity], goes: set[str], put: dict[str, Entity]) -> list[Entity]:
    """What stays and what is put, each where it stood before; new ones after all."""
    stood = [put.pop(e.name, e) for e in before if e.name in put or e.name not in goes]
    return [*stood, *put.values()]


def _shown(key: Key) -> str:
    return f'{key[0]} "{key[1]}"'
