"""The web stream that a measurement id stands for, and whether a secret is one of its own."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from milepost.emulator.admin.kinds.measurement_protocol_secrets import SECRETS
from milepost.emulator.store import Store


@dataclass(frozen=True)
class WebStream:
    """A stream and what of its property matters to events."""

    name: str
    property_id: str
    time_zone: ZoneInfo

    @property
    def number(self) -> int:
        """The stream's own number."""
        return int(self.name.rpartition("/")[2])


def find_stream(store: Store, measurement_id: str) -> WebStream | None:
    """The live stream with that id; None when no property has it."""
    with store.reading():
        for property_name, held in store.children("", "properties"):
            for name, record in store.children(property_name, "dataStreams"):
                if measurement_id and record.message.web_stream_data.measurement_id == measurement_id:
                    zone = ZoneInfo(held.message.time_zone or "Etc/GMT")
                    return WebStream(name, property_name.removeprefix("properties/"), zone)
    return None


def is_secret_of(store: Store, stream: WebStream, secret: str) -> bool:
    """Whether a server may send events to the stream with it."""
    with store.reading():
        kept = [r.message.secret_value for _, r in store.children(stream.name, SECRETS)]
    return any(hmac.compare_digest(one.encode(), secret.encode()) for one in kept)
