"""The export format of Tag Manager containers, version 2, as typed models.

Source: public exports and the Tag Manager API v2 reference (facts on tracking, part b). An export wraps the
API's `ContainerVersion`, with enum values in capitals. What the models do not name is kept as it is, so
that a container of somebody else comes out as it went in.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from milepost.errors import InputError

ParameterType = Literal["TEMPLATE", "BOOLEAN", "INTEGER", "LIST", "MAP", "TRIGGER_REFERENCE", "TAG_REFERENCE"]
Operator = Literal[
    "EQUALS", "CONTAINS", "STARTS_WITH", "ENDS_WITH", "MATCH_REGEX", "GREATER", "GREATER_OR_EQUALS", "LESS",
    "LESS_OR_EQUALS", "CSS_SELECTOR", "URL_MATCHES",
]  # fmt: skip
TriggerType = Literal[
    "PAGEVIEW", "DOM_READY", "WINDOW_LOADED", "CUSTOM_EVENT", "TRIGGER_GROUP", "INIT", "CONSENT_INIT",
    "SERVER_PAGEVIEW", "ALWAYS", "FORM_SUBMISSION", "CLICK", "LINK_CLICK", "JS_ERROR", "HISTORY_CHANGE",
    "TIMER", "AMP_CLICK", "AMP_TIMER", "AMP_SCROLL", "AMP_VISIBILITY", "YOU_TUBE_VIDEO", "SCROLL_DEPTH",
    "ELEMENT_VISIBILITY", "FIREBASE_APP_EXCEPTION",
]  # fmt: skip
Kind = Literal["folder", "variable", "trigger", "tag"]
KINDS: tuple[Kind, ...] = ("folder", "variable", "trigger", "tag")
"""Each may refer to what stands before it."""
FiringOption = Literal["ONCE_PER_EVENT", "ONCE_PER_LOAD", "UNLIMITED"]


class Part(BaseModel):
    """Base of everything in a container: unknown keys are kept."""

    model_config = ConfigDict(extra="allow", strict=True)


class Parameter(Part):
    """One parameter: a text under a key, or a list or map of further ones."""

    type: ParameterType
    key: str | None = None
    value: str | None = None
    list_: list[Parameter] | None = Field(default=None, alias="list")
    map_: list[Parameter] | None = Field(default=None, alias="map")


class Condition(Part):
    """A comparison of a variable (`arg0`) with a text (`arg1`)."""

    type: Operator
    parameter: list[Parameter]


class Entity(Part):
    """What tags, triggers, variables and folders have in common."""

    accountId: str = "0"  # noqa: N815 - the names are Google's, here and below
    containerId: str = "0"  # noqa: N815
    name: str
    notes: str | None = None
    fingerprint: str | None = None
    parentFolderId: str | None = None  # noqa: N815


class Tag(Entity):
    """What sends something when one of its triggers fires."""

    tagId: str  # noqa: N815
    type: str
    parameter: list[Parameter] = []
    firingTriggerId: list[str] | None = None  # noqa: N815
    blockingTriggerId: list[str] | None = None  # noqa: N815
    tagFiringOption: FiringOption | None = None  # noqa: N815
    monitoringMetadata: Parameter | None = None  # noqa: N815
    consentSettings: dict[str, Any] | None = None  # noqa: N815


class Trigger(Entity):
    """What tags wait for."""

    triggerId: str  # noqa: N815
    type: TriggerType
    customEventFilter: list[Condition] | None = None  # noqa: N815
    filter: list[Condition] | None = None
    autoEventFilter: list[Condition] | None = None  # noqa: N815
    waitForTags: Parameter | None = None  # noqa: N815
    checkValidation: Parameter | None = None  # noqa: N815
    waitForTagsTimeout: Parameter | None = None  # noqa: N815
    uniqueTriggerId: Parameter | None = None  # noqa: N815
    eventName: Parameter | None = None  # noqa: N815
    interval: Parameter | None = None
    limit: Parameter | None = None
    parameter: list[Parameter] | None = None


class Variable(Entity):
    """What `{{Name}}` stands for."""

    variableId: str  # noqa: N815
    type: str
    parameter: list[Parameter] = []
    formatValue: dict[str, Any] | None = None  # noqa: N815


class Folder(Entity):
    """What keeps entities together; it holds no other folder."""

    folderId: str  # noqa: N815


class BuiltInVariable(Part):
    """A variable of Tag Manager's own that the container has switched on."""

    accountId: str = "0"  # noqa: N815
    containerId: str = "0"  # noqa: N815
    type: str
    name: str


class ContainerVersion(Part):
    """All entities of a container; lists that are empty are left out."""

    path: str
    accountId: str  # noqa: N815
    containerId: str  # noqa: N815
    containerVersionId: str  # noqa: N815
    container: dict[str, Any]
    tag: list[Tag] = []
    trigger: list[Trigger] = []
    variable: list[Variable] = []
    folder: list[Folder] = []
    builtInVariable: list[BuiltInVariable] = []  # noqa: N815
    fingerprint: str | None = None
    tagManagerUrl: str | None = None  # noqa: N815

    def entities(self) -> Iterator[tuple[Kind, Entity]]:
        """Tags, triggers, variables and folders with their kind; an id is never used twice among them."""
        for kind in KINDS:
            for entity in getattr(self, kind):
                yield kind, entity


class Export(Part):
    """The file that Tag Manager imports."""

    exportFormatVersion: Literal[2]  # noqa: N815
    exportTime: str = ""  # noqa: N815
    containerVersion: ContainerVersion  # noqa: N815


def id_of(kind: Kind, entity: Entity) -> str:
    """An entity's id, whatever its kind calls it."""
    return str(getattr(entity, f"{kind}Id"))


def set_id(kind: Kind, entity: Entity, new: str) -> None:
    """Gives an entity another id; what refers to it is not changed."""
    setattr(entity, f"{kind}Id", new)


def export_text(export: Export) -> str:
    """The file's text: as Tag Manager indents it, ending in a line end. Empty lists and unset keys go."""
    plain = export.model_dump(mode="json", by_alias=True, exclude_unset=True)
    version = plain["containerVersion"]
    plain["containerVersion"] = {key: value for key, value in version.items() if value != []}
    return json.dumps(plain, indent=2, ensure_ascii=False) + "\n"


def read_export(text: str, place: str) -> Export:
    """A container from a file's text.

    Args:
        text: what the file holds.
        place: the file, for messages.

    Raises:
        InputError: it is no container export, or of a format that is not known.
    """
    try:
        return Export.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        cause = f"{where}: {first['msg']}" if where else first["msg"]
        raise InputError(
            place,
            f"is no container export of format version 2 ({cause})",
            "Export it in Tag Manager (Admin → Export Container), or name a file that is not there yet.",
        ) from None
