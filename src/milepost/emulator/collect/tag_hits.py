"""What the Google tag sends to `/g/collect`, decoded.

One request carries what its events share in the address, and in the body a line for each event; without a
body, the address is the event. Source: tracking reference, section d; the rest as the tag is seen to send.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from milepost.emulator.collect.sent import Sender, SentEvent, Value, as_number, within_limits

_PAGE = {"dl": "page_location", "dt": "page_title", "dr": "page_referrer"}
_NUMBERS = {"sid": "ga_session_id", "sct": "ga_session_number", "_et": "engagement_time_msec"}
_ITEM_FIELDS = {
    "id": "item_id",
    "nm": "item_name",
    "br": "item_brand",
    "va": "item_variant",
    "ca": "item_category",
    "c2": "item_category2",
    "c3": "item_category3",
    "c4": "item_category4",
    "c5": "item_category5",
    "pr": "price",
    "qt": "quantity",
    "cp": "coupon",
    "af": "affiliation",
    "lo": "location_id",
    "li": "item_list_id",
    "ln": "item_list_name",
    "lp": "item_list_index",
    "pi": "promotion_id",
    "pn": "promotion_name",
    "cn": "creative_name",
    "cs": "creative_slot",
}
_ITEM_NUMBERS = ("price", "quantity")
_ITEM = re.compile(r"pr[0-9]+")
_OWN_FIELD = re.compile(r"k[0-9]+")


@dataclass(frozen=True)
class TagHit:
    """One request of the tag.

    `analytics_consent` is False where the visitor said no: GA4 counts such hits nowhere, it only models
    from them. `fields` are the address's, as sent.
    """

    measurement_id: str
    sender: Sender
    events: tuple[SentEvent, ...]
    analytics_consent: bool
    fields: Mapping[str, str]


def read_tag_hit(query: str, body: str = "", user_agent: str = "") -> TagHit:
    """The events of a request; an event without a name is left out."""
    shared = _fields(query)
    lines = [_fields(line) for line in body.splitlines() if line.strip()] or [{}]
    merged = [{**shared, **line} for line in lines]
    first = merged[0]
    return TagHit(
        measurement_id=shared.get("tid", ""),
        sender=Sender(
            client_id=shared.get("cid", ""),
            user_id=shared.get("uid"),
            user_agent=user_agent,
            language=shared.get("ul"),
            starts_session=any("_ss" in fields for fields in merged),
            first_visit=any("_fv" in fields for fields in merged),
        ),
        events=tuple(_event(fields) for fields in merged if fields.get("en")),
        analytics_consent=not _denied(first.get("gcs", "")),
        fields=shared,
    )


def _fields(text: str) -> dict[str, str]:
    return dict(parse_qsl(text, keep_blank_values=True))


def _denied(consent: str) -> bool:
    """`G1`, then a digit for advertising and one for analytics: 1 granted, 0 denied, `-` not asked."""
    return consent.startswith("G1") and consent[3:4] == "0"


def _event(fields: Mapping[str, str]) -> SentEvent:
    items = sorted((name for name in fields if _ITEM.fullmatch(name)), key=lambda name: int(name[2:]))
    return SentEvent(
        name=fields["en"],
        parameters={**within_limits(dict(_own(fields, "ep"))), **dict(_tags_own(fields))},
        items=tuple(_item(fields[name]) for name in items),
        user_properties=dict(_own(fields, "up")),
    )


def _own(fields: Mapping[str, str], prefix: str) -> Iterator[tuple[str, Value]]:
    """What the site sends of its own: texts as `ep.name`, numbers as `epn.name`."""
    for field, text in fields.items():
        kind, dot, name = field.partition(".")
        if dot and kind in (prefix, f"{prefix}n"):
            yield name, as_number(text) if kind.endswith("n") else text


def _tags_own(fields: Mapping[str, str]) -> Iterator[tuple[str, Value]]:
    """What the tag puts on every event. It is no part of the site's 25 parameters."""
    yield from within_limits({name: fields[key] for key, name in _PAGE.items() if fields.get(key)}).items()
    for key, name in _NUMBERS.items():
        number = as_number(fields.get(key, ""))
        if isinstance(number, int):
            yield name, number
    if "cu" in fields:
        yield "currency", fields["cu"]
    # Only its text form tells engaged sessions.
    yield "session_engaged", "1" if fields.get("seg") == "1" else "0"
    if fields.get("seg") == "1":
        yield "engaged_session_event", 1
    if "_ss" in fields and fields["en"] == "page_view":
        yield "entrances", 1
    if "_dbg" in fields:
        yield "debug_mode", 1


def _item(text: str) -> dict[str, Value]:
    """An item: two letters and a value each, joined by `~`; one's own fields as `k0name~v0value`.

    A `~` within a value is sent twice.
    """
    parts = [part.replace("\0", "~") for part in text.replace("~~", "\0").split("~")]
    item: dict[str, Value] = {}
    own: dict[str, str] = {}
    for part in parts:
        key, value = part[:2], part[2:]
        if _OWN_FIELD.fullmatch(key):
            own[key[1:]] = value
        elif key[:1] == "v" and key[1:] in own:
            item[own[key[1:]]] = value
        elif key in _ITEM_FIELDS:
            name = _ITEM_FIELDS[key]
            item[name] = as_number(value) if name in _ITEM_NUMBERS else value
    return item
