"""What is wrong with a container before anybody imports it: Tag Manager itself says little."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator

from milepost.model import rules
from milepost.tracking.container.format import ContainerVersion, Parameter, Tag, id_of

_REFERENCE = re.compile(r"\{\{(.*?)\}\}")
_OF_THE_RUNTIME = frozenset({"_event", "_triggers"})
_BUILT_IN_TRIGGERS = frozenset({"2147479553", "2147479572", "2147479573"})
_EVENT_TAG = "gaawe"


def lint_container(version: ContainerVersion) -> tuple[str, ...]:
    """Each violated rule in a sentence, naming the entity; empty when there is none.

    Source: facts on tracking, b.7. Enum values and types of fields the models check already.
    """
    return (
        *_repeated(version),
        *_unresolved_variables(version),
        *_unresolved_ids(version),
        *(problem for tag in version.tag if tag.type == _EVENT_TAG for problem in _event_problems(tag)),
    )


def _repeated(version: ContainerVersion) -> Iterator[str]:
    entities = list(version.entities())
    for own_id, uses in Counter(id_of(kind, entity) for kind, entity in entities).items():
        if uses > 1:
            yield f"id {own_id} is used {uses} times"
    for (kind, name), uses in Counter((kind, entity.name) for kind, entity in entities).items():
        if uses > 1:
            yield f'{uses} entities of kind {kind} are called "{name}"'


def _unresolved_variables(version: ContainerVersion) -> Iterator[str]:
    known = {variable.name for variable in version.variable} | _OF_THE_RUNTIME
    known |= {variable.name for variable in version.builtInVariable}
    for kind, entity in version.entities():
        plain = json.dumps(entity.model_dump(mode="json", by_alias=True, exclude={"notes", "name"}))
        for name in dict.fromkeys(_REFERENCE.findall(plain)):
            if json.loads(f'"{name}"') not in known:
                yield f'{kind} "{entity.name}" uses {{{{{name}}}}}, which is no variable of the container'


def _unresolved_ids(version: ContainerVersion) -> Iterator[str]:
    triggers = {trigger.triggerId for trigger in version.trigger} | _BUILT_IN_TRIGGERS
    folders = {folder.folderId for folder in version.folder}
    for tag in version.tag:
        for trigger in (*(tag.firingTriggerId or ()), *(tag.blockingTriggerId or ())):
            if trigger not in triggers:
                yield f'tag "{tag.name}" names trigger {trigger}, which is not there'
    for kind, entity in version.entities():
        if entity.parentFolderId is not None and entity.parentFolderId not in folders:
            yield f'{kind} "{entity.name}" lies in folder {entity.parentFolderId}, which is not there'


def _event_problems(tag: Tag) -> Iterator[str]:
    given = {parameter.key: parameter for parameter in tag.parameter}
    event = given.get("eventName", Parameter(type="TEMPLATE")).value or ""
    if not _REFERENCE.search(event):
        if len(event) > rules.EVENT_NAME_LENGTH or not rules.NAME.fullmatch(event):
            yield f'tag "{tag.name}" sends "{event}", which is no event name'
        elif event in rules.RESERVED_EVENTS:
            yield f'tag "{tag.name}" sends "{event}", which GA4 collects or keeps for itself'
    rows = given.get("eventSettingsTable", Parameter(type="LIST")).list_ or []
    if len(rows) > rules.PARAMETERS_PER_EVENT:
        yield f'tag "{tag.name}" sends {len(rows)} parameters, and GA4 takes {rules.PARAMETERS_PER_EVENT}'
