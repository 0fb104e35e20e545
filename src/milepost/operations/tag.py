"""tag."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from milepost.errors import InputError
from milepost.model.declared import DEMO, DeclaredProperty, declared_property
from milepost.model.load import ConversionsFile, selected
from milepost.tracking.means import tracked_conversions
from milepost.tracking.notes import Tool, tool_notes, tracking_notes
from milepost.tracking.results import ContainerFile, PropertyTracking


def track_properties(
    file: ConversionsFile, names: Sequence[str], tools: Sequence[Tool] = ()
) -> tuple[PropertyTracking, ...]:
    """How the conversions of each property asked for (none: all) come to be; talks to nobody.

    Args:
        file: what declares them.
        names: names or shell patterns.
        tools: what they are to be tagged by: what it cannot do is among the notes.
    """
    wanted = selected(tuple(names), tuple(file.document.properties), file.path)
    found = []
    for name in wanted:
        conversions = tracked_conversions(tagged_property(file, name))
        notes = [note for tracked in conversions for note in tracking_notes(tracked)]
        notes += [note for tool in tools for tracked in conversions for note in tool_notes(tracked, tool)]
        found.append(PropertyTracking(name, conversions, tuple(dict.fromkeys(notes))))
    return tuple(found)


def tagged_property(file: ConversionsFile, name: str) -> DeclaredProperty:
    """What the file declares for one property; its id, which may stand in a variable, is not asked for."""
    document = file.document
    anonymous = document.properties[name].model_copy(update={"id": DEMO})
    properties = {**document.properties, name: anonymous}
    return declared_property(document.model_copy(update={"properties": properties}), name)


def one_property(file: ConversionsFile, names: Sequence[str]) -> str:
    """The one property that generated files are for.

    Raises:
        InputError: there are several, or none.
    """
    wanted = selected(tuple(names), tuple(file.document.properties), file.path)
    if len(wanted) != 1:
        raise InputError(
            str(file.path),
            f"has {len(wanted)} properties here, and a tag is for one",
            f"Name one: {', '.join(wanted)}.",
        )
    return wanted[0]


def container_file(
    file: ConversionsFile,
    name: str,
    measurement_id: str,
    *,
    path: Path,
    existing: str | None = None,
    google_tag: bool = True,
    force: bool = False,
) -> ContainerFile:
    """The Tag Manager container for one property, put into an existing one where there is one.

    Args:
        file: what declares it.
        name: of the property.
        measurement_id: what the tags send to.
        path: of the container's file, for messages.
        existing: what that file holds; None when it is not there yet.
        google_tag: whether the container brings the Google tag.
        force: overwrite what was edited by hand.

    Raises:
        InputError: the existing file is no container export, or the container would not work.
        UnsafePlanError: something of ours in it was edited by hand.
    """
    from milepost.tracking.container.build import build_container
    from milepost.tracking.container.format import export_text, read_export
    from milepost.tracking.container.lint import lint_container
    from milepost.tracking.container.merge import Merged, merge_container
    from milepost.tracking.means import sent_by_site

    declared = tagged_property(file, name)
    ours = build_container(
        sent_by_site(declared), measurement_id, name=name, file=file.path.name, google_tag=google_tag
    )
    wrong = set(lint_container(ours.containerVersion))
    if existing is None:
        entities = tuple(f'{kind} "{entity.name}"' for kind, entity in ours.containerVersion.entities())
        merged = Merged(ours, added=entities)
    else:
        there = read_export(existing, str(path))
        merged = merge_container(ours, there, str(path), force=force)
        # What was wrong before is somebody else's.
        wrong |= set(lint_container(merged.export.containerVersion)) - set(
            lint_container(there.containerVersion)
        )
    if wrong:
        raise InputError(str(path), "; ".join(sorted(wrong)), "Mend the conversions file, or the container.")
    return ContainerFile(
        export_text(merged.export), merged.added, merged.changed, merged.removed, merged.notes
    )
