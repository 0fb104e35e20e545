"""What the JSON documents have in common. Nothing may stand in them that is not described here or beside."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from milepost.model.document import Role


class Part(BaseModel):
    """An object with these keys and no others, each described by the text below it."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Document(Part):
    """The whole document."""

    format_version: Literal[1]
    """Grows when a key is taken away or comes to mean something else; not when one is added."""


class Days(Part):
    """Whole days in the property's time zone, both ends included."""

    first: str = Field(alias="from", json_schema_extra={"format": "date"})
    """First day."""
    last: str = Field(alias="to", json_schema_extra={"format": "date"})
    """Last day."""


class RelativeDays(Part):
    """Days both ends included, as dates, or as GA4 was asked where it did not tell which days those were."""

    first: str = Field(alias="from")
    """First day: YYYY-MM-DD, or `NdaysAgo`."""
    last: str = Field(alias="to")
    """Last day: YYYY-MM-DD, or `yesterday`."""


class Failed(Part):
    """A property that could not be dealt with."""

    name: str
    """Its name in the file."""
    property: str
    """Digits, or what the file says in their place."""
    error: str
    """Why."""


class OfProperty(Part):
    """What stands at the head of each property."""

    name: str
    """Its name in the file."""
    property: str
    """Digits of the GA4 property."""


class Named(Part):
    """A conversion as the file declares it."""

    event: str
    """Event name."""
    label: str
    """How the file calls it."""


class Conversion(Named):
    """A conversion with its role."""

    role: Role
    """`macro` or `micro`."""
