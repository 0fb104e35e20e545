"""A property of a served GA4, as the reconciler sees it and as somebody else does."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import grpc
from google.analytics.admin_v1alpha import AnalyticsAdminServiceClient
from google.analytics.admin_v1alpha.services.analytics_admin_service.transports import (
    AnalyticsAdminServiceGrpcTransport,
)

from milepost.emulator.embedded import Emulator
from milepost.gateways.admin import AdminGateway
from milepost.gateways.connection import Connection
from milepost.model.declared import DeclaredProperty, declared_property
from milepost.model.load import check_text
from milepost.reconcile.apply import Outcome, apply_plan, settled
from milepost.reconcile.diff import diff_property
from milepost.reconcile.drift import with_drift
from milepost.reconcile.live import read_live
from milepost.reconcile.plan import Plan

SHOP = "100000001"
SOMEBODY = "ui@example.com"

FILE = """\
version = 1

[properties.site]
id = "100000001"
business_types = ["shop"]
currency = "EUR"
ignore = { key_events = ["legacy_*"] }

[business_types.shop.macro.purchase]
counting = "once_per_event"

[business_types.shop.micro.pricing_view]
counting = "once_per_session"
value = 2.5
from = "page_view"
when = [{ page_location = { matches = '/pricing/?$' } }]
set = { plan = "[[page_title]]" }

[business_types.shop.micro.demo_watched]

[business_types.shop.micro.filter_apply]
key_event = false

[dimensions.plan]
label = "Plan"
description = "Which plan was looked at"
[dimensions.tier]
label = "Tier"
scope = "user"
disallow_ads_personalization = true
[dimensions.margin_band]
label = "Margin band"
scope = "item"

[metrics.reading_seconds]
label = "Reading time"
unit = "seconds"
[metrics.profit]
label = "Profit"
unit = "currency"
restricted = ["revenue_data", "cost_data"]
"""
WRITES = ("create", "update", "delete", "archive")
CREATES = [
    "event:plan",
    "item:margin_band",
    "user:tier",
    "profit",
    "reading_seconds",
    "pricing_view",
    "demo_watched",
    "pricing_view",
]
"""What FILE makes in a property as it is born, in order; `purchase` is a key event already, and as told."""


def declared_in(text: str) -> DeclaredProperty:
    document, problems = check_text(text)
    assert [p for p in problems if p.severity == "error"] == []
    assert document is not None
    return declared_property(document, "site", {})


@dataclass(frozen=True)
class Site:
    """The property a file calls `site`, in an emulator.

    `somebody` is the official client of another person, whom change history calls SOMEBODY.
    """

    emulator: Emulator
    gateway: AdminGateway
    somebody: AnalyticsAdminServiceClient

    def plan(self, text: str = FILE) -> Plan:
        declared = declared_in(text)
        live = read_live(self.gateway, declared, declared.id, with_history=True)
        return with_drift(diff_property(declared, live), live.history)

    def apply(self, plan: Plan, on_outcome: Callable[[Outcome], None] = lambda _: None) -> list[Outcome]:
        return list(apply_plan(self.gateway, plan, on_outcome))

    def sync(self, text: str = FILE) -> tuple[Outcome, ...]:
        """Plan, carry out, read again; what the outcomes are in that light."""
        outcomes = self.apply(self.plan(text))
        return settled(outcomes, self.plan(text))

    def act(self, method: str, **fields: Any) -> Any:
        """One call by somebody else."""
        call = getattr(self.somebody, method)
        return call(request=fields, metadata=(("x-emulator-actor", SOMEBODY),))

    def one(self, kind: str, **fields: Any) -> Any:
        """The live resource of a kind with these fields, as the other client reads it."""
        found = [r for r in self.all(kind) if all(getattr(r, n) == v for n, v in fields.items())]
        assert len(found) == 1, found
        return found[0]

    def all(self, kind: str) -> list[Any]:
        """Every live resource of a kind (`key_events`)."""
        parent = f"properties/{SHOP}"
        if kind == "event_create_rules":
            parent = next(iter(self.somebody.list_data_streams(parent=parent))).name
        return list(getattr(self.somebody, f"list_{kind}")(parent=parent))

    def everything(self) -> str:
        """All that the property holds, to be compared."""
        kinds = ("key_events", "custom_dimensions", "custom_metrics", "event_create_rules")
        held = {kind: sorted(type(r).to_json(r) for r in self.all(kind)) for kind in kinds}
        return json.dumps(held, indent=1)

    def writes(self) -> list[str]:
        """Calls that changed something or meant to, in order, such as `CreateKeyEvent`."""
        methods = [call.method.rpartition("/")[2] for call in self.emulator.calls.calls()]
        return [m for m in methods if m.lower().startswith(WRITES)]


@contextmanager
def served(emulator: Emulator) -> Iterator[Site]:
    """Serve an emulator, with one connection for the reconciler and one for somebody else."""
    with emulator, Connection("edit", emulator=emulator.address) as connection:
        channel = grpc.insecure_channel(emulator.address)
        transport = AnalyticsAdminServiceGrpcTransport(channel=channel)
        with AnalyticsAdminServiceClient(transport=transport) as somebody:
            yield Site(emulator, AdminGateway(connection), somebody)
