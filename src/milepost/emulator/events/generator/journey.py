"""A business type's journey, read from its data file: pages, steps, channels, and what really matters."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

Scalar = str | int | float
Record = TypeVar("Record")

BUSINESS_TYPES = ("ecommerce", "saas", "content", "local", "lead_generation", "brand")
MAX_STEPS = 60  # what a user did is kept as bits of one 64-bit number
_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Channel:
    """Where visits come from; `intent` shifts the hidden intent of the users it brings."""

    source: str
    medium: str
    campaign: str
    share: float
    intent: float = 0.0
    referrer: str = ""
    tagged: bool = False  # the landing page carries utm parameters


@dataclass(frozen=True, slots=True)
class Device:
    """A kind of device, as the export's `device` column tells it."""

    category: str
    share: float
    brand: str
    model: str
    system: str
    version: str
    browser: str
    browser_version: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where users live, as the export's `geo` column tells it, with their language."""

    share: float
    continent: str
    sub_continent: str
    country: str
    region: str
    city: str
    language: str


@dataclass(frozen=True, slots=True)
class Product:
    """Something with a price in EUR."""

    id: str
    name: str
    brand: str
    category: str
    price: float
    margin: str = ""
    variant: str = "(not set)"


@dataclass(frozen=True, slots=True)
class Page:
    """A kind of page; each variant has `path`, `title`, and what steps' parameters refer to by `@name`."""

    name: str
    variants: tuple[Mapping[str, Scalar], ...]
    weight: float = 0.0  # how often people go there by themselves; 0: only where a step leads to it
    landing: float = 0.0  # how often visits begin there
    intent: float = 0.0  # exponent of the hidden intent on `weight`
    seconds: float = 25.0  # median time on the page
    needs: tuple[str, ...] = ()
    follows: bool = False  # has the variant of the page that led to it
    params: tuple[str, ...] = ()  # variant keys sent as parameters with every event of the page


@dataclass(frozen=True, slots=True)
class Step:
    """Something people do, the event that tells it, and what it does to the macro conversion's chance."""

    event: str
    on: Mapping[str, float]  # page → chance per view of that page; "*" for all others
    note: str = ""
    raw: str = ""  # the event that arrives; empty: the same; page_view: the view itself tells it
    at: str = "during"  # view (with the page view), during (while reading), offline (days later, elsewhere)
    intent: float = 0.0  # exponent of the hidden intent on the chance
    device: Mapping[str, float] = field(default_factory=dict)  # category → factor on the chance
    medium: Mapping[str, float] = field(default_factory=dict)  # medium of the visit → factor on the chance
    returning: float = 1.0  # factor on the chance from the second visit on
    needs: tuple[str, ...] = ()
    clears: tuple[str, ...] = ()  # steps that no longer count for `needs`
    once: str = "visit"  # view, visit or user
    effect: float = 1.0
    macro: str = ""  # what `effect` acts on; empty: the journey's macro
    decides: str = ""  # the macro whose effects multiply this step's chance
    leads_to: str = ""
    params: Mapping[str, Scalar] = field(default_factory=dict)
    choices: tuple[Mapping[str, Scalar], ...] = ()  # further parameters, one of these sets each time
    choice_effects: tuple[float, ...] = ()  # what each set does beyond `effect`; empty: nothing
    items: str = ""  # page, list, cart or pick
    value: float = 0.0  # EUR
    spread: float = 0.0  # of the value's logarithm
    order: bool = False  # has a transaction id and, with items, revenue
    valueless: float = 0.0  # share that arrives without value
    repeats: float = 0.0  # share that arrives twice
    after_seconds: float = 0.0  # happens when the page has been open for so long
    after_days: tuple[float, float] = (0.5, 1.5)  # offline: how long after the step before


@dataclass(frozen=True, slots=True)
class UserProperty:
    """A user property: `start` until a step of `then` was done; of several, the last in `then` counts."""

    name: str
    then: Mapping[str, str]
    start: str = ""


@dataclass(frozen=True, slots=True)
class Journey:
    """All of one business type."""

    business_type: str
    host: str
    macro: str
    users_per_day: int
    weekdays: tuple[float, ...]  # weight of each weekday, Monday first
    hours: tuple[float, ...]
    sunday_hours: tuple[float, ...]
    bounce: float  # chance to leave after the first page
    leave: float  # chance to leave after any other
    depth_intent: float  # how much hidden intent keeps people on the site
    returns: float  # chance of a further visit within two weeks
    returns_after: Mapping[str, float]  # the same, once the step was done
    growth: float  # per year
    channels: tuple[Channel, ...]
    devices: tuple[Device, ...]
    places: tuple[Place, ...]
    pages: tuple[Page, ...]
    steps: tuple[Step, ...]
    products: tuple[Product, ...]
    properties: tuple[UserProperty, ...]

    @property
    def macros(self) -> tuple[str, ...]:
        """The macro conversions that have a deciding step."""
        return tuple(dict.fromkeys(step.decides for step in self.steps if step.decides))

    def bits(self, events: Sequence[str]) -> int:
        """The bits of what a user did that stand for some steps."""
        names = [step.event for step in self.steps]
        return sum(1 << names.index(event) for event in events)


def _frozen(value: Any) -> Any:
    return tuple(_frozen(part) for part in value) if isinstance(value, list) else value


def _records(kind: type[Record], tables: Sequence[Mapping[str, Any]]) -> tuple[Record, ...]:
    return tuple(kind(**{key: _frozen(value) for key, value in table.items()}) for table in tables)


def _scaled(
    rows: Sequence[Mapping[str, Any]], keys: Sequence[str], factors: Mapping[str, float]
) -> list[dict[str, Any]]:
    """The shared shares, with a business type's factors on them."""
    scaled = []
    for row in rows:
        factor = next((factors[str(row[key])] for key in keys if row[key] in factors), factors.get("*", 1.0))
        scaled.append({**row, "share": row["share"] * factor})
    return scaled


def _page(table: Mapping[str, Any], products: Sequence[Product]) -> dict[str, Any]:
    """A page's table with its variants; `product_path` makes one variant per product."""
    page = dict(table)
    product_path = page.pop("product_path", "")
    if product_path:
        page["variants"] = [
            {"path": product_path.format(product.id.lower()), "title": product.name, "product": product.id}
            for product in products
        ]
    elif "path" in page:
        page["variants"] = [{"path": page.pop("path"), "title": page.pop("title")}]
    return page


def known(business_type: str) -> str:
    """The business type itself; ValueError naming all of them when there is no such type."""
    if business_type not in BUSINESS_TYPES:
        raise ValueError(f"no business type {business_type!r}: there are {', '.join(BUSINESS_TYPES)}")
    return business_type


@cache
def load_journey(business_type: str) -> Journey:
    """The journey of one business type.

    Raises:
        ValueError: there is no such business type, or its data file refers to something it does not declare.
    """
    path = _FOLDER / "journeys" / f"{known(business_type)}.toml"
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    audience = tomllib.loads((_FOLDER / "audience.toml").read_text(encoding="utf-8"))
    products = _records(Product, table.pop("product", []))
    device_factors, place_factors = table.pop("devices", {}), table.pop("places", {})
    steps = table.pop("step")
    pages = table.pop("page")
    hours = audience["hours"]
    sunday = table.pop("sunday_hours", table["hours"])
    journey = Journey(
        business_type=business_type,
        hours=_frozen(hours[table.pop("hours")]),
        sunday_hours=_frozen(hours[sunday]),
        weekdays=_frozen(table.pop("weekdays")),
        channels=_records(Channel, table.pop("channels")),
        devices=_records(Device, _scaled(audience["device"], ["category"], device_factors)),
        places=_records(Place, _scaled(audience["place"], ["city", "country"], place_factors)),
        pages=_records(Page, [_page(page, products) for page in pages]),
        steps=_records(Step, steps),
        products=products,
        properties=_records(UserProperty, table.pop("user_property", [])),
        returns_after=table.pop("returns_after", {}),
        **table,
    )
    _check(journey)
    return journey


def _check(journey: Journey) -> None:
    """Refuse a data file whose names do not fit together."""
    pages = {page.name for page in journey.pages} | {"*", ""}
    events = [step.event for step in journey.steps]
    wrong = [f"{name} is no page" for step in journey.steps for name in {*step.on, step.leads_to} - pages]
    named = [name for step in journey.steps for name in (*step.needs, *step.clears)]
    named += [name for page in journey.pages for name in page.needs]
    named += [*journey.returns_after, *(name for row in journey.properties for name in row.then)]
    wrong += [f"{name} is no step" for name in named if name not in events]
    wrong += [f"{name} stands twice" for name in sorted({name for name in events if events.count(name) > 1})]
    wrong += [
        f"{step.event} has other effects than choices"
        for step in journey.steps
        if len(step.choice_effects) not in (0, len(step.choices))
    ]
    if len(events) > MAX_STEPS:
        wrong.append(f"more than {MAX_STEPS} steps")
    if wrong:
        raise ValueError(f"journey {journey.business_type}: " + "; ".join(wrong))
