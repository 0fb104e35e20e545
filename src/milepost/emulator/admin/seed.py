"""What a fresh emulator holds: one account, a property for each kind of business, a web stream in each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from google.analytics import admin_v1alpha

from milepost.emulator.admin.kinds.audiences import add_default_audiences
from milepost.emulator.admin.kinds.channel_groups import add_default_channel_group
from milepost.emulator.admin.kinds.data_streams import measurement_id
from milepost.emulator.admin.kinds.key_events import add_default_key_events
from milepost.emulator.admin.kinds.measurement_protocol_secrets import SECRETS, new_secret
from milepost.emulator.admin.words import WEB_DEFAULT_KEY_EVENTS
from milepost.emulator.clock import Clock
from milepost.emulator.store import Record, Store

ACCOUNT = "accounts/1000"
AGE = timedelta(days=400)
"""How long before the clock's present the seeded things came into being."""


@dataclass(frozen=True)
class ExtraProperty:
    """A property beyond the six that every emulator has.

    `property_id` is digits only. `time_zone` is an IANA name, `currency_code` ISO 4217; `premium`
    makes it a GA4 360 property, with higher caps.
    """

    property_id: str
    display_name: str | None = None
    stream_uri: str | None = None
    time_zone: str = "Etc/GMT"
    currency_code: str = "EUR"
    industry_category: str = "OTHER"
    premium: bool = False


DEMO_PROPERTIES = (
    ExtraProperty("100000001", "Online shop (demo)", "https://shop.example", industry_category="SHOPPING"),
    ExtraProperty(
        "100000002",
        "Software service (demo)",
        "https://saas.example",
        industry_category="TECHNOLOGY",
    ),
    ExtraProperty("100000003", "Magazine (demo)", "https://content.example", industry_category="NEWS"),
    ExtraProperty(
        "100000004", "Local business (demo)", "https://local.example", industry_category="FOOD_AND_DRINK"
    ),
    ExtraProperty(
        "100000005",
        "Lead generation (demo)",
        "https://leads.example",
        industry_category="BUSINESS_AND_INDUSTRIAL_MARKETS",
    ),
    ExtraProperty(
        "100000006", "Brand (demo)", "https://brand.example", industry_category="BEAUTY_AND_FITNESS"
    ),
)
"""ecommerce, saas, content, local, lead_generation, brand."""


def seed(store: Store, clock: Clock, extra_properties: Sequence[ExtraProperty] = ()) -> None:
    """Fill a store: account, demo properties and extra ones, each as add_property makes it.

    What is there already stays as it is, so that a kept store can be seeded again; properties kept
    from before the emulator knew of audiences and channel groups get GA4's own. Change history stays
    empty: nobody has changed anything yet.

    Raises:
        ValueError: an extra property's id is not made of digits.
    """
    born = clock.now() - AGE
    with store.transaction():
        _add_account(store, born)
        for wanted in (*DEMO_PROPERTIES, *extra_properties):
            _add_property(store, born, wanted)
        for name, record in store.children("", "properties"):
            add_default_audiences(store, name, record.created)
            add_default_channel_group(store, name, record.created)


def add_property(store: Store, clock: Clock, wanted: ExtraProperty) -> bool:
    """Add one property with its web stream, and all that GA4 gives every property.

    Returns:
        False when there was one with that id; it is left as it is.

    Raises:
        ValueError: the id is not made of digits.
    """
    with store.transaction():
        born = clock.now() - AGE
        _add_account(store, born)
        if not _add_property(store, born, wanted):
            return False
        add_default_audiences(store, f"properties/{wanted.property_id}", born)
        add_default_channel_group(store, f"properties/{wanted.property_id}", born)
        return True


def add_secrets(store: Store, clock: Clock) -> None:
    """Give every web stream that has none a Measurement Protocol secret, as if its owner had made one."""
    with store.transaction():
        for property_name, _ in store.children("", "properties"):
            for stream, _ in store.children(property_name, "dataStreams"):
                if not store.children(stream, SECRETS):
                    name, now = f"{stream}/{SECRETS}/{store.new_id()}", clock.now()
                    secret = admin_v1alpha.MeasurementProtocolSecret(
                        name=name, display_name="Milepost demo", secret_value=new_secret()
                    )
                    store.put(name, Record(secret, now, now))


def _add_account(store: Store, born: datetime) -> None:
    if store.get(ACCOUNT) is None:
        account = admin_v1alpha.Account(
            name=ACCOUNT, display_name="Milepost demo", region_code="DE", create_time=born, update_time=born
        )
        store.put(ACCOUNT, Record(account, born, born))


def _add_property(store: Store, born: datetime, wanted: ExtraProperty) -> bool:
    if not (wanted.property_id.isascii() and wanted.property_id.isdigit()):
        raise ValueError(f"{wanted.property_id!r} is no property id: digits only, such as 123456789")
    name = f"properties/{wanted.property_id}"
    if store.get(name) is not None:
        return False
    level = "GOOGLE_ANALYTICS_360" if wanted.premium else "GOOGLE_ANALYTICS_STANDARD"
    message = admin_v1alpha.Property(
        name=name,
        account=ACCOUNT,
        parent=ACCOUNT,
        property_type="PROPERTY_TYPE_ORDINARY",
        display_name=wanted.display_name or f"Property {wanted.property_id}",
        time_zone=wanted.time_zone,
        currency_code=wanted.currency_code,
        industry_category=wanted.industry_category,
        service_level=level,
        create_time=born,
        update_time=born,
    )
    store.put(name, Record(message, born, born))
    _add_stream(store, born, name, wanted.stream_uri or f"https://site-{wanted.property_id}.example")
    add_default_key_events(store, name, WEB_DEFAULT_KEY_EVENTS, born)
    return True


def _add_stream(store: Store, born: datetime, property_name: str, uri: str) -> None:
    stream_id = store.new_id()
    name = f"{property_name}/dataStreams/{stream_id}"
    message = admin_v1alpha.DataStream(
        name=name,
        type_="WEB_DATA_STREAM",
        display_name="Web",
        create_time=born,
        update_time=born,
        web_stream_data={"measurement_id": measurement_id(stream_id), "default_uri": uri},
    )
    store.put(name, Record(message, born, born))
