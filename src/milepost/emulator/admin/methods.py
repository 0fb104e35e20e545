"""Every Admin RPC the emulator answers, in each version that has it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import grpc
from google.analytics import admin_v1alpha, admin_v1beta

from milepost.emulator.admin.history import ChangeHistory
from milepost.emulator.admin.kind import Environment, Kind
from milepost.emulator.admin.kinds.accounts import ACCOUNT, ACCOUNT_SUMMARY, Accounts, AccountSummaries
from milepost.emulator.admin.kinds.attribution import attribution
from milepost.emulator.admin.kinds.audiences import audiences
from milepost.emulator.admin.kinds.calculated_metrics import calculated_metrics
from milepost.emulator.admin.kinds.channel_groups import channel_groups
from milepost.emulator.admin.kinds.conversion_events import ConversionEvents
from milepost.emulator.admin.kinds.custom_dimensions import custom_dimensions
from milepost.emulator.admin.kinds.custom_metrics import custom_metrics
from milepost.emulator.admin.kinds.data_retention import data_retention
from milepost.emulator.admin.kinds.data_streams import data_streams
from milepost.emulator.admin.kinds.enhanced_measurement import enhanced_measurement
from milepost.emulator.admin.kinds.event_create_rules import event_create_rules
from milepost.emulator.admin.kinds.google_ads_links import google_ads_links
from milepost.emulator.admin.kinds.key_events import key_events
from milepost.emulator.admin.kinds.measurement_protocol_secrets import (
    UserDataAcknowledgements,
    measurement_protocol_secrets,
)
from milepost.emulator.admin.kinds.properties import PROPERTY, Properties
from milepost.emulator.admin.kinds.reporting_data_annotations import reporting_data_annotations
from milepost.emulator.admin.limits import Limits
from milepost.emulator.admin.resources import Resources
from milepost.emulator.admin.singletons import Singletons
from milepost.emulator.clock import Clock
from milepost.emulator.rpc import Handler, Method
from milepost.emulator.store import Store
from milepost.emulator.switches import SwitchError, Switches

_VERSIONS = {"v1alpha": admin_v1alpha, "v1beta": admin_v1beta}

KINDS: tuple[Callable[[Switches], Kind], ...] = (
    key_events,
    custom_dimensions,
    custom_metrics,
    data_streams,
    event_create_rules,
    calculated_metrics,
    audiences,
    channel_groups,
    reporting_data_annotations,
    google_ads_links,
    measurement_protocol_secrets,
    enhanced_measurement,
    data_retention,
    attribution,
)
"""Kinds that the general machinery answers all by itself."""


def methods(store: Store, clock: Clock, switches: Switches) -> list[Method]:
    """The Admin side of the emulator, both versions from one store.

    v1beta's messages are v1alpha's with fewer fields and the same numbers, so that one handler
    reads and answers both. Change history, the exception, looks at the path.

    Raises:
        SwitchError: `limits` names what has no cap, or a code is none of gRPC's.
    """
    for code in (
        switches.cap_code,
        switches.undeletable_code,
        switches.system_resource_code,
        switches.acknowledgement_code,
    ):
        if code not in grpc.StatusCode.__members__:
            raise SwitchError(f"{code!r} is no gRPC status code, such as INVALID_ARGUMENT")
    environment = Environment(store, clock, switches, Limits(switches.limits))
    return [
        Method(
            f"/google.analytics.admin.{version}.AnalyticsAdminService/{rpc}",
            getattr(admin_v1alpha, f"{rpc}Request"),
            handler,
        )
        for rpc, handler in _handlers(environment)
        for version, package in _VERSIONS.items()
        if hasattr(package, f"{rpc}Request")
    ]


def _handlers(environment: Environment) -> Iterator[tuple[str, Handler]]:
    answering: list[Any] = [
        Accounts(ACCOUNT, environment),
        AccountSummaries(ACCOUNT_SUMMARY, environment),
        Properties(PROPERTY, environment),
        ConversionEvents(environment),
        UserDataAcknowledgements(environment),
        *(_answering(kind(environment.switches), environment) for kind in KINDS),
    ]
    for resources in answering:
        yield from resources.rpcs().items()
    yield "SearchChangeHistoryEvents", ChangeHistory(environment).search


def _answering(kind: Kind, environment: Environment) -> Resources:
    return Singletons(kind, environment) if kind.initial else Resources(kind, environment)
