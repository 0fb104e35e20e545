"""The Data API's methods; reports, pivots, metadata and compatibility are answered here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from google.analytics import data_v1alpha, data_v1beta

from milepost.emulator.clock import Clock
from milepost.emulator.data.access import Access, OpenProperty, limits_of, property_id_of
from milepost.emulator.data.answers import pivot_response, report_response, response_metadata
from milepost.emulator.data.audience_exports import AudienceExports, audience_export_methods
from milepost.emulator.data.compatibility import check_compatibility
from milepost.emulator.data.currencies import in_currency, parse_rates
from milepost.emulator.data.funnel import funnel_methods
from milepost.emulator.data.metadata import metadata
from milepost.emulator.data.pivot import compute_pivots
from milepost.emulator.data.pivot_request import check_pivots
from milepost.emulator.data.quota import Pools, report_tokens
from milepost.emulator.data.quota_snapshot import quota_snapshot_methods
from milepost.emulator.data.realtime import realtime_methods
from milepost.emulator.data.report import check_patterns, compute_report
from milepost.emulator.data.request import ReportQuery, parse_request
from milepost.emulator.data.roll_up import roll_up
from milepost.emulator.data.schema import common_schema
from milepost.emulator.events.collected import CollectedEvents
from milepost.emulator.events.source import EventSource
from milepost.emulator.rpc import Call, Method, invalid_argument
from milepost.emulator.store import Store
from milepost.emulator.switches import Switches

BETA = "/google.analytics.data.v1beta.BetaAnalyticsData/"
ALPHA = "/google.analytics.data.v1alpha.AlphaAnalyticsData/"
MAX_BATCH = 5


def methods(
    store: Store,
    clock: Clock,
    switches: Switches,
    sources: Callable[[str], EventSource | None],
    pools: Pools | None = None,
    exports: AudienceExports | None = None,
    collected: CollectedEvents | None = None,
) -> list[Method]:
    """The methods of both Data API versions.

    Args:
        store: where properties, key events, custom definitions and create rules are read, at each call.
        clock: tells what "today" is.
        switches: how to answer where the real service's behaviour is not known.
        sources: gives the source of a property's events by the property's number, None where nobody
            sends any; asked once for each.
        pools: the quotas they draw on; by default ones of their own.
        exports: the audience exports there are; by default none.
        collected: the events that sites and servers send; by default none ever do.
    """
    access = Access(store, clock, switches, sources, pools or Pools(clock), collected)
    service = _Service(access)
    return [
        Method(BETA + "RunReport", data_v1beta.RunReportRequest, service.run_report),
        Method(BETA + "BatchRunReports", data_v1beta.BatchRunReportsRequest, service.batch_run_reports),
        Method(BETA + "RunPivotReport", data_v1beta.RunPivotReportRequest, service.run_pivot_report),
        Method(
            BETA + "BatchRunPivotReports",
            data_v1beta.BatchRunPivotReportsRequest,
            service.batch_run_pivot_reports,
        ),
        Method(
            BETA + "CheckCompatibility", data_v1beta.CheckCompatibilityRequest, service.check_compatibility
        ),
        Method(BETA + "GetMetadata", data_v1beta.GetMetadataRequest, service.get_metadata),
        Method(ALPHA + "GetMetadata", data_v1alpha.GetMetadataRequest, service.get_metadata_alpha),
        *funnel_methods(access),
        *realtime_methods(access),
        *quota_snapshot_methods(access),
        *audience_export_methods(access, exports or AudienceExports()),
    ]


class _Service:
    def __init__(self, access: Access) -> None:
        self._access = access
        self._switches = access.switches
        self._pool = access.pools.core
        self._rates = parse_rates(access.switches.currency_rates)

    def run_report(self, request: Any, call: Call) -> Any:  # noqa: ARG002
        with self._access.open(property_id_of(request.property), self._pool) as opened:
            return self._answer(request, opened)

    def run_pivot_report(self, request: Any, call: Call) -> Any:  # noqa: ARG002
        with self._access.open(property_id_of(request.property), self._pool) as opened:
            return self._answer_pivot(request, opened)

    def batch_run_reports(self, request: Any, call: Call) -> Any:  # noqa: ARG002
        reports = self._batch(request, "RunReport", self._answer)
        return data_v1beta.BatchRunReportsResponse(reports=reports, kind="analyticsData#batchRunReports")

    def batch_run_pivot_reports(self, request: Any, call: Call) -> Any:  # noqa: ARG002
        return data_v1beta.BatchRunPivotReportsResponse(
            pivot_reports=self._batch(request, "RunPivotReport", self._answer_pivot),
            kind="analyticsData#batchRunPivotReports",
        )

    def _batch(self, request: Any, kind: str, answer: Callable[[Any, OpenProperty], Any]) -> list[Any]:
        property_id = property_id_of(request.property)
        config = self._access.config(property_id)
        _check_batch(request, kind)
        with self._access.open(property_id, self._pool, config) as opened:
            return [answer(one, opened) for one in request.requests]

    def check_compatibility(self, request: Any, call: Call) -> Any:  # noqa: ARG002
        property_id = property_id_of(request.property)
        if property_id == "0":
            return check_compatibility(request, common_schema(self._switches))
        config = self._access.config(property_id)
        answer = check_compatibility(request, config.schema)
        self._pool.charge(property_id, limits_of(config), 1)
        return answer

    def get_metadata(self, request: Any, call: Call) -> Any:  # noqa: ARG002
        return self._metadata(request.name, data_v1beta)

    def get_metadata_alpha(self, request: Any, call: Call) -> Any:  # noqa: ARG002
        return self._metadata(request.name, data_v1alpha)

    def _metadata(self, name: str, types: Any) -> Any:
        property_id = property_id_of(name.removesuffix("/metadata"))
        if property_id == "0":
            return metadata("0", common_schema(self._switches), types)
        config = self._access.config(property_id)
        self._pool.charge(property_id, limits_of(config), 1)
        return metadata(property_id, config.schema, types)

    def _answer(self, request: Any, opened: OpenProperty) -> Any:
        opened = replace(opened, config=in_currency(opened.config, request.currency_code, self._rates))
        query, quota, rolled_up = self._query(request, opened, None)
        report = compute_report(
            opened.cursor, query, totals_filtered=self._switches.totals_after_metric_filter
        )
        notices = response_metadata(
            opened.cursor, query, opened.config, self._switches,
            empty=not report.row_count, rolled_up=rolled_up,
        )  # fmt: skip
        response = report_response(query, report, notices)
        if request.return_property_quota:
            response.property_quota = quota
        return response

    def _answer_pivot(self, request: Any, opened: OpenProperty) -> Any:
        opened = replace(opened, config=in_currency(opened.config, request.currency_code, self._rates))
        query, quota, rolled_up = self._query(request, opened, lambda: check_pivots(request))
        report = compute_pivots(opened.cursor, query, request.pivots)
        notices = response_metadata(
            opened.cursor, query, opened.config, self._switches, empty=not report.rows, rolled_up=rolled_up
        )
        response = pivot_response(query, report, notices)
        if request.return_property_quota:
            response.property_quota = quota
        return response

    def _query(
        self, request: Any, opened: OpenProperty, paging: Callable[[], tuple[int, int]] | None
    ) -> tuple[ReportQuery, Any, bool]:
        """The request, checked, paid for, and with rare values gathered; and the quota left."""
        config = opened.config
        query = parse_request(request, config.schema, lambda: opened.today, config.time_zone, paging)
        query = replace(query, least_users=self._switches.report_threshold_users)
        tokens = report_tokens(len(query.dimensions), len(query.metrics), query.days)
        quota = self._pool.charge(opened.id, opened.limits, tokens)
        check_patterns(opened.cursor, query.patterns)
        query, rolled_up = roll_up(opened.cursor, query, self._switches.cardinality_limit)
        return query, quota, rolled_up


def _check_batch(request: Any, kind: str) -> None:
    if not request.requests:
        name = f"{kind[0].lower()}{kind[1:]}"
        raise invalid_argument(f"The batch{kind}sRequest must contain at least one {name}Request.")
    if len(request.requests) > MAX_BATCH:
        raise invalid_argument(
            f"Batch requests are limited to {MAX_BATCH} requests.\n"
            f"  This batch request contains {len(request.requests)} requests."
        )
    for one in request.requests:
        if one.property and one.property != request.property:
            raise invalid_argument(
                f"The property of a request in a batch must be {request.property} or unspecified; "
                f"it is {one.property}."
            )
