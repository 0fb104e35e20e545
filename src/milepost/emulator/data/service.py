"""The Data API's methods: RunReport, BatchRunReports and GetMetadata."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from google.analytics import data_v1alpha, data_v1beta

from milepost.emulator.clock import Clock
from milepost.emulator.data import errors
from milepost.emulator.data.access import Access, OpenProperty, limits_of, property_id_of
from milepost.emulator.data.audience_exports import AudienceExports, audience_export_methods
from milepost.emulator.data.funnel import funnel_methods
from milepost.emulator.data.metadata import metadata
from milepost.emulator.data.quota import Pools, report_tokens
from milepost.emulator.data.quota_snapshot import quota_snapshot_methods
from milepost.emulator.data.realtime import realtime_methods
from milepost.emulator.data.report import Report, Row, compute_report
from milepost.emulator.data.request import DATE_RANGE, ReportQuery, parse_request
from milepost.emulator.data.schema import PropertyConfig, common_schema
from milepost.emulator.events.source import EventSource
from milepost.emulator.rpc import Call, Method, invalid_argument
from milepost.emulator.store import Store
from milepost.emulator.switches import Switches

BETA = "/google.analytics.data.v1beta.BetaAnalyticsData/"
ALPHA = "/google.analytics.data.v1alpha.AlphaAnalyticsData/"
MAX_BATCH = 5
_Aggregation = data_v1beta.MetricAggregation


def methods(
    store: Store,
    clock: Clock,
    switches: Switches,
    sources: Callable[[str], EventSource | None],
    pools: Pools | None = None,
    exports: AudienceExports | None = None,
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
    """
    access = Access(store, clock, switches, sources, pools or Pools(clock))
    service = _Service(access)
    return [
        Method(BETA + "RunReport", data_v1beta.RunReportRequest, service.run_report),
        Method(BETA + "BatchRunReports", data_v1beta.BatchRunReportsRequest, service.batch_run_reports),
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

    def run_report(self, request: Any, call: Call) -> Any:  # noqa: ARG002
        with self._access.open(property_id_of(request.property), self._pool) as opened:
            return self._answer(request, opened)

    def batch_run_reports(self, request: Any, call: Call) -> Any:  # noqa: ARG002
        property_id = property_id_of(request.property)
        config = self._access.config(property_id)
        _check_batch(request)
        with self._access.open(property_id, self._pool, config) as opened:
            reports = [self._answer(one, opened) for one in request.requests]
        return data_v1beta.BatchRunReportsResponse(reports=reports, kind="analyticsData#batchRunReports")

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
        _refuse_unmodelled(request, opened.config)
        query = parse_request(request, opened.config.schema, lambda: opened.today, opened.config.time_zone)
        tokens = report_tokens(len(query.dimensions), len(query.metrics), query.days)
        quota = self._pool.charge(opened.id, opened.limits, tokens)
        report = compute_report(
            opened.cursor, query, totals_filtered=self._switches.totals_after_metric_filter
        )
        response = _response(query, report, opened.config)
        if request.return_property_quota:
            response.property_quota = quota
        return response


def _check_batch(request: Any) -> None:
    if not request.requests:
        raise invalid_argument("The batchRunReportsRequest must contain at least one runReportRequest.")
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


def _refuse_unmodelled(request: Any, config: PropertyConfig) -> None:
    if "cohort_spec" in request:
        raise errors.not_emulated("cohort_spec")
    if request.comparisons:
        raise errors.not_emulated("comparisons")
    if request.currency_code and request.currency_code != config.currency_code:
        raise errors.not_emulated(f"Converting {config.currency_code} to {request.currency_code}")


def _response(query: ReportQuery, report: Report, config: PropertyConfig) -> Any:
    names = [d.name for d in query.dimensions] + ([DATE_RANGE] if query.names_ranges else [])
    return data_v1beta.RunReportResponse(
        dimension_headers=[data_v1beta.DimensionHeader(name=name) for name in names],
        metric_headers=[
            data_v1beta.MetricHeader(name=m.name, type_=data_v1beta.MetricType(m.kind.value))
            for m in query.metrics
            if m.visible
        ],
        rows=[_row(row) for row in report.rows],
        row_count=report.row_count,
        totals=[_row(row) for row in report.aggregates.get(_Aggregation.TOTAL, ())],
        maximums=[_row(row) for row in report.aggregates.get(_Aggregation.MAXIMUM, ())],
        minimums=[_row(row) for row in report.aggregates.get(_Aggregation.MINIMUM, ())],
        metadata=data_v1beta.ResponseMetaData(currency_code=config.currency_code, time_zone=config.time_zone),
        kind="analyticsData#runReport",
    )


def _row(row: Row) -> Any:
    return data_v1beta.Row(
        dimension_values=[data_v1beta.DimensionValue(value=value) for value in row.dimensions],
        metric_values=[data_v1beta.MetricValue(value=value) for value in row.metrics],
    )
