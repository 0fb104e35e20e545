"""GA4 resources as frozen values, in GA4's own field names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Api = Literal["v1beta", "v1alpha"]
Ending = Literal["delete", "archive"]


@dataclass(frozen=True)
class ResourceType:
    """How the Admin API speaks of one kind of resource.

    The API is regular: a kind called `custom_dimension` has the message `CustomDimension` and the calls
    `list_custom_dimensions`, `create_custom_dimension` and so on.

    Attributes:
        kind: GA4's word in snake case.
        api: the version to ask.
        parent: what it hangs on.
        ending: how it goes; None for what exists once per parent from birth and can only be changed.
        id_field: the field that the caller chooses as the resource's id, where it may.
    """

    kind: str
    api: Api
    parent: Literal["property", "stream"]
    ending: Ending | None
    id_field: str = ""

    @property
    def message(self) -> str:
        """Name of the proto message, such as `CustomDimension`."""
        return "".join(word.capitalize() for word in self.kind.split("_"))

    @property
    def singleton(self) -> bool:
        """Whether there is exactly one per parent."""
        return self.ending is None

    @property
    def path(self) -> str:
        """The last part of a singleton's resource name, the last but one of any other's."""
        name = self.message[0].lower() + self.message[1:]
        return name if self.singleton else f"{name}s"


@dataclass(frozen=True)
class Resource:
    """One resource, desired or live.

    `fields` are plain values under GA4's field names: enums by name, sub-messages as dicts, repeated
    fields as lists, times as RFC 3339 text. A live one holds every field that is set, output-only ones too;
    a desired one holds the fields the file tells. `name` is the resource name, empty while only desired;
    `origin` is the dotted path of the file that asks for it, empty for a live one.
    """

    fields: Mapping[str, Any]
    name: str = ""
    origin: str = ""


@dataclass(frozen=True)
class PropertyFacts:
    """What a property says of itself. `account` is its resource name (`accounts/1`)."""

    id: str
    display_name: str
    account: str
    time_zone: str
    currency_code: str
    service_level: Literal["standard", "360"]


@dataclass(frozen=True)
class Stream:
    """A web data stream. `name` is the resource name."""

    name: str
    display_name: str
    default_uri: str
    measurement_id: str


@dataclass(frozen=True)
class HistoryEntry:
    """One change the property's history knows of: who did what to which resource, and when."""

    at: datetime
    actor: str
    action: Literal["created", "updated", "deleted"]
    resource: str
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
