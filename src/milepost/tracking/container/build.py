"""A container for what a site must send: Google tag, an event tag and a trigger per conversion, variables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from milepost.model.recommended import ECOMMERCE_PARAMETERS
from milepost.tracking.container.format import (
    BuiltInVariable,
    ContainerVersion,
    Export,
    Folder,
    Parameter,
    Tag,
    Trigger,
    Variable,
    set_id,
)
from milepost.tracking.container.marks import mark, trigger_names
from milepost.tracking.container.parts import fingerprint, named, reference, table, text, truth
from milepost.tracking.container.triggers import trigger_fields
from milepost.tracking.container.variables import MEASUREMENT_ID, Definition, Variables
from milepost.tracking.means import Tracked

ON_EVERY_PAGE = "2147479573"
"""Tag Manager's own trigger "Initialization - All Pages", which stands in no export's list."""

GOOGLE_TAG = named("Google tag")

_NOBODY = "0"
_NO_CONTAINER = "GTM-XXXXXXX"
_EXPORTED = "2000-01-01 00:00:00"
"""No hour of the day may get into the file: the same declaration gives the same bytes."""

_ADDRESS = "https://tagmanager.google.com/#"
_OFF = ("supportClients", "supportGtagConfigs", "supportTransformations")
_ON = (
    "supportBuiltInVariables", "supportEnvironments", "supportFolders", "supportTags", "supportTemplates",
    "supportTriggers", "supportUserPermissions", "supportVariables", "supportVersions", "supportWorkspaces",
    "supportZones",
)  # fmt: skip


def build_container(
    tracked: Sequence[Tracked], measurement_id: str, *, name: str, file: str, google_tag: bool = True
) -> Export:
    """The container's export; the same arguments give the same.

    Args:
        tracked: conversions that the site sends; their order is that of the tags.
        measurement_id: of the web stream (`G-…`).
        name: of the container, for people.
        file: name of the conversions file, which the folder is named for.
        google_tag: whether it brings the Google tag, which a site needs once.
    """
    variables = Variables()
    triggers = [_trigger(one, variables) for one in tracked]
    tags = [_google_tag()] if google_tag else []
    tags += [_event_tag(one, variables) for one in tracked]
    own = {MEASUREMENT_ID: ("c", [text("value", measurement_id)]), **variables.own}
    version = ContainerVersion(
        path=f"accounts/{_NOBODY}/containers/{_NOBODY}/versions/{_NOBODY}",
        accountId=_NOBODY,
        containerId=_NOBODY,
        containerVersionId=_NOBODY,
        container=_container(name),
        tag=tags,
        trigger=triggers,
        variable=[_variable(variable, definition) for variable, definition in own.items()],
        folder=[Folder(accountId=_NOBODY, containerId=_NOBODY, name=folder_name(file), folderId="")],
        builtInVariable=[_built_in(used) for used in sorted(variables.built_in)],
        tagManagerUrl=f"{_ADDRESS}/versions/accounts/0/containers/0/versions/0?apiLink=version",
    )
    _number(version)
    labels = {named(one.event): one.conversion.label for one in tracked}
    for kind, entity in version.entities():
        if kind != "folder":
            label = labels.get(entity.name, "") if kind == "tag" else ""
            words = f"{label}. Made" if label else "Made"
            mark(
                entity, trigger_names(version), f"{words} by Milepost from {file}: change it there, not here."
            )
        entity.fingerprint = fingerprint(entity.model_dump(mode="json", by_alias=True, exclude_none=True))
    version.fingerprint = fingerprint(version.model_dump(mode="json", by_alias=True, exclude_none=True))
    return Export(exportFormatVersion=2, exportTime=_EXPORTED, containerVersion=version)


def folder_name(file: str) -> str:
    """The folder's name: ours, and the file's."""
    return named(file.replace("{", "(").replace("}", ")"))


def _number(version: ContainerVersion) -> None:
    """Ids from 1, shared by all kinds; triggers get theirs before the tags that name them."""
    names: dict[str, str] = {}
    for number, (kind, entity) in enumerate(version.entities(), 1):
        set_id(kind, entity, str(number))
        if kind == "trigger":
            names[entity.name] = str(number)
        elif kind != "folder":
            entity.parentFolderId = version.folder[0].folderId
        if isinstance(entity, Tag):
            entity.firingTriggerId = [names.get(t, t) for t in entity.firingTriggerId or ()]
        if kind == "trigger":
            entity.parentFolderId = version.folder[0].folderId


def _google_tag() -> Tag:
    return _tag(
        GOOGLE_TAG,
        "googtag",
        [text("tagId", reference(MEASUREMENT_ID))],
        trigger=ON_EVERY_PAGE,
    )


def _event_tag(tracked: Tracked, variables: Variables) -> Tag:
    """An event of a shop takes its items, and what belongs to them, from the data layer by itself."""
    trigger = tracked.trigger
    assert trigger is not None  # noqa: S101 - only what the site sends gets a tag
    from_layer = tracked.recommended.has_items and not tracked.declares_trigger
    rows = [
        (parameter.name, variables.value(tracked.event, trigger, parameter.source))
        for parameter in tracked.parameters
        if parameter.source is not None
        and not (from_layer and parameter.source.data and parameter.name in ECOMMERCE_PARAMETERS)
    ]
    parameters = [truth("sendEcommerceData", from_layer)]
    if from_layer:
        parameters.append(text("getEcommerceDataFrom", "dataLayer"))
    if rows:
        parameters.append(table("eventSettingsTable", rows))
    parameters += [
        text("eventName", tracked.event),
        text("measurementIdOverride", reference(MEASUREMENT_ID)),
    ]
    name = named(tracked.event)
    return _tag(name, "gaawe", parameters, trigger=name, once=trigger.fires_once)


def _tag(name: str, kind: str, parameters: list[Parameter], *, trigger: str, once: bool = False) -> Tag:
    """A tag whose trigger is named, until ids are given out.

    Google's tags ask Consent Mode by themselves; no further consent is demanded.
    """
    return Tag(
        accountId=_NOBODY,
        containerId=_NOBODY,
        tagId="",
        name=name,
        type=kind,
        parameter=parameters,
        firingTriggerId=[trigger],
        tagFiringOption="ONCE_PER_LOAD" if once else "ONCE_PER_EVENT",
        monitoringMetadata=Parameter(type="MAP"),
        consentSettings={"consentStatus": "NOT_SET"},
    )


def _trigger(tracked: Tracked, variables: Variables) -> Trigger:
    assert tracked.trigger is not None  # noqa: S101 - only what the site sends gets a tag
    fields = trigger_fields(tracked.trigger, variables)
    return Trigger(accountId=_NOBODY, containerId=_NOBODY, triggerId="", name=named(tracked.event), **fields)


def _variable(name: str, definition: Definition) -> Variable:
    kind, parameters = definition
    return Variable(
        accountId=_NOBODY,
        containerId=_NOBODY,
        variableId="",
        name=name,
        type=kind,
        parameter=parameters,
        formatValue={},
    )


def _built_in(name: str) -> BuiltInVariable:
    kind = name.upper().replace(" ", "_")
    return BuiltInVariable(accountId=_NOBODY, containerId=_NOBODY, type=kind, name=name)


def _container(name: str) -> dict[str, Any]:
    features = {feature: feature in _ON for feature in sorted((*_ON, *_OFF))}
    return {
        "path": f"accounts/{_NOBODY}/containers/{_NOBODY}",
        "accountId": _NOBODY,
        "containerId": _NOBODY,
        "name": name,
        "publicId": _NO_CONTAINER,
        "usageContext": ["WEB"],
        "fingerprint": fingerprint({"name": name}),
        "tagManagerUrl": f"{_ADDRESS}/container/accounts/0/containers/0/workspaces?apiLink=container",
        "features": features,
        "tagIds": [_NO_CONTAINER],
    }
