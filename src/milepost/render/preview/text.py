"""The preview in the terminal: a line per event, and in the end what was not seen."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from milepost.render.safe import plain
from milepost.render.words import listed
from milepost.tracking.preview.received import Received


def received_line(received: Received, moment: datetime) -> str:
    """When which event came, with what the site sent along; and whether GA4 would count it."""
    own = [f"{name}={received.parameters[name]}" for name in received.own]
    consent = "" if received.consent else "(no consent: not counted)"
    words = (f"{moment:%H:%M:%S}", received.event, *own, consent)
    return plain("  ".join(word for word in words if word))


def ended_line(declared: Sequence[str], seen: Collection[str]) -> str:
    """Which of the declared events were seen."""
    missing = [plain(event) for event in declared if event not in seen]
    told = f"Seen: {len(declared) - len(missing)} of {len(declared)}."
    return f"{told} Not seen: {listed(missing)}." if missing else told
