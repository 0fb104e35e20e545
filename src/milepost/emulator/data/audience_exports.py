"""Audience exports: who was in an audience at one moment, ready some time after it was asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from google.analytics import data_v1beta
from google.longrunning import operations_pb2

from milepost.emulator.admin.paging import Key, PageRule, cut_page
from milepost.emulator.data import errors
from milepost.emulator.data.access import Access, property_id_of
from milepost.emulator.data.audience_members import members
from milepost.emulator.data.quota import report_tokens
from milepost.emulator.data.request import DEFAULT_LIMIT, MAX_LIMIT
from milepost.emulator.rpc import Call, Method, failed_precondition, invalid_argument, not_found

BETA = "/google.analytics.data.v1beta.BetaAnalyticsData/"
GET_OPERATION = "/google.longrunning.Operations/GetOperation"
_PAGES = PageRule(default=200, maximum=1000)
_DEVICE_ID = "deviceId"
_NOT_EMULATED = ("isAdsPersonalizationAllowed", "isLimitedAdTracking", "userId")
_State = data_v1beta.AudienceExport.State


@dataclass(frozen=True)
class _Export:
    """What was asked for, and the users found then."""

    message: Any
    begun: datetime
    users: tuple[str, ...]


@dataclass
class AudienceExports:
    """All exports by name. Kept in memory: a new server starts without any."""

    _exports: dict[str, _Export] = field(default_factory=dict)
    _made: int = 0
    _lock: Lock = field(default_factory=Lock)

    def add(self, property_name: str, export: _Export) -> str:
        """Keep an export, and give it its name."""
        with self._lock:
            self._made += 1
            name = f"{property_name}/audienceExports/{self._made}"
            export.message.name = name
            self._exports[name] = export
            return name

    def get(self, name: str) -> _Export:
        """The export of that name.

        Raises:
            RpcError: there is none.
        """
        with self._lock:
            if name not in self._exports:
                raise not_found()
            return self._exports[name]

    def of(self, property_name: str) -> list[_Export]:
        """Those of one property, oldest first."""
        with self._lock:
            return [e for name, e in self._exports.items() if name.startswith(f"{property_name}/")]

    def clear(self) -> None:
        """Forget all of them."""
        with self._lock:
            self._exports.clear()
            self._made = 0


def audience_export_methods(access: Access, exports: AudienceExports) -> list[Method]:
    """Create, Get, List and Query, and the look at the operation that a create begins."""
    service = _Service(access, exports)
    return [
        Method(BETA + "CreateAudienceExport", data_v1beta.CreateAudienceExportRequest, service.create),
        Method(BETA + "GetAudienceExport", data_v1beta.GetAudienceExportRequest, service.get),
        Method(BETA + "ListAudienceExports", data_v1beta.ListAudienceExportsRequest, service.list),
        Method(BETA + "QueryAudienceExport", data_v1beta.QueryAudienceExportRequest, service.query),
        Method(GET_OPERATION, operations_pb2.GetOperationRequest, service.get_operation),
    ]


class _Service:
    def __init__(self, access: Access, exports: AudienceExports) -> None:
        self._access = access
        self._exports = exports

    def create(self, request: Any, call: Call) -> Any:  # noqa: ARG002
        property_id = property_id_of(request.parent)
        config = self._access.config(property_id)
        asked = request.audience_export
        audience = self._audience(request.parent, asked.audience)
        names = _dimension_names(asked.dimensions)
        pool = self._access.pools.core
        with self._access.open(property_id, pool, config) as opened:
            tokens = report_tokens(len(names), 0, audience.membership_duration_days)
            pool.charge(opened.id, opened.limits, tokens)
            users = members(opened.cursor, audience, config.schema, opened.today)
        message = data_v1beta.AudienceExport(
            audience=asked.audience,
            audience_display_name=audience.display_name,
            dimensions=asked.dimensions,
            creation_quota_tokens_charged=tokens,
        )
        export = _Export(message, self._access.clock.now(), tuple(users))
        return self._operation(self._exports.add(request.parent, export))

    def _audience(self, parent: str, name: str) -> Any:
        if not name:
            raise invalid_argument("AudienceExport.audience is required.")
        if not name.startswith(f"{parent}/audiences/"):
            raise invalid_argument(f"The audience must belong to {parent}; it is {name}.")
        with self._access.store.reading():
            record = self._access.store.get(name)
        if record is None:
            raise not_found()
        return record.message

    def get(self, request: Any, call: Call) -> Any:  # noqa: ARG002
        self._check_property(request.name)
        return self._shown(self._exports.get(request.name))

    def list(self, request: Any, call: Call) -> Any:
        self._access.config(property_id_of(request.parent))
        items: list[tuple[Key, _Export]] = [
            ([int(export.message.name.rpartition("/")[2])], export)
            for export in self._exports.of(request.parent)
        ]
        plain = data_v1beta.ListAudienceExportsRequest.pb(request)
        page, token = cut_page(items, plain, call.path, rule=_PAGES, short=self._access.switches.short_pages)
        return data_v1beta.ListAudienceExportsResponse(
            audience_exports=[self._shown(export) for export in page], next_page_token=token
        )

    def query(self, request: Any, call: Call) -> Any:  # noqa: ARG002
        self._check_property(request.name)
        export = self._exports.get(request.name)
        for name in ("limit", "offset"):
            if getattr(request, name) < 0:
                raise invalid_argument(
                    f"{name} must be positive. The API received {name} = {getattr(request, name)}"
                )
        shown = self._shown(export)
        if shown.state != _State.ACTIVE:
            raise failed_precondition(f"{request.name} is still being created.")
        limit = min(request.limit or DEFAULT_LIMIT, MAX_LIMIT)
        return data_v1beta.QueryAudienceExportResponse(
            audience_export=shown,
            audience_rows=[
                {"dimension_values": [{"value": user}]}
                for user in export.users[request.offset : request.offset + limit]
            ],
            row_count=len(export.users),
        )

    def get_operation(self, request: Any, call: Call) -> Any:  # noqa: ARG002
        return self._operation(request.name.replace("/operations/", "/audienceExports/"))

    def _check_property(self, name: str) -> None:
        self._access.config(property_id_of(name.partition("/audienceExports/")[0]))

    def _shown(self, export: _Export) -> Any:
        """The export as it stands at this moment of the emulator's clock."""
        wait = timedelta(seconds=self._access.switches.audience_export_seconds)
        passed = self._access.clock.now() - export.begun
        standing: dict[str, Any]
        if passed >= wait:
            standing = {"state": _State.ACTIVE, "percentage_completed": 100, "row_count": len(export.users)}
        else:
            standing = {"state": _State.CREATING, "percentage_completed": 100 * (passed / wait)}
        return data_v1beta.AudienceExport(export.message, begin_creating_time=export.begun, **standing)

    def _operation(self, name: str) -> operations_pb2.Operation:
        shown = self._shown(self._exports.get(name))
        operation = operations_pb2.Operation(name=name.replace("/audienceExports/", "/operations/"))
        operation.metadata.Pack(data_v1beta.AudienceExportMetadata.pb(data_v1beta.AudienceExportMetadata()))
        if shown.state == _State.ACTIVE:
            operation.done = True
            operation.response.Pack(data_v1beta.AudienceExport.pb(shown))
        return operation


def _dimension_names(dimensions: Any) -> list[str]:
    names = [dimension.dimension_name for dimension in dimensions]
    if not names:
        raise invalid_argument("AudienceExport.dimensions is required.")
    for name in names:
        if name in _NOT_EMULATED:
            raise errors.not_emulated(f"The audience dimension {name}")
        if name != _DEVICE_ID:
            raise invalid_argument(f"Field {name} is not a valid dimension of audience exports.")
    if len(names) > 1:
        raise invalid_argument(f"Found duplicate dimensions: {_DEVICE_ID}")
    return names
