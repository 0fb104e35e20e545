"""What `tag` tells, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass

from milepost.tracking.means import Tracked
from milepost.tracking.notes import Note


@dataclass(frozen=True)
class PropertyTracking:
    """How every conversion of one property comes to be, and what to know about it."""

    name: str
    conversions: tuple[Tracked, ...]
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class ContainerFile:
    """A container's text, and what became of ours in it; each by kind and name.

    Of a file that is not there yet, everything is `added`. `notes` are sentences.
    """

    text: str
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
