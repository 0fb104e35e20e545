"""The messages that answer report requests, with the notices that stand in their metadata."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from google.analytics import data_v1beta

from milepost.emulator.data.dataset import Reading
from milepost.emulator.data.pivot import PivotReport
from milepost.emulator.data.report import Report, Row
from milepost.emulator.data.report_sql import slices_of
from milepost.emulator.data.request import COMPARISON, DATE_RANGE, ReportQuery
from milepost.emulator.data.schema import PropertyConfig
from milepost.emulator.switches import Switches

_Aggregation = data_v1beta.MetricAggregation
_ALL = 100


def report_response(query: ReportQuery, report: Report, notices: Any) -> Any:
    """A RunReportResponse without quota."""
    names = [d.name for d in query.dimensions]
    names += [COMPARISON] if query.names_comparisons else []
    names += [DATE_RANGE] if query.names_ranges else []
    return data_v1beta.RunReportResponse(
        dimension_headers=_dimension_headers(names),
        metric_headers=_metric_headers(query),
        rows=_rows(report.rows),
        row_count=report.row_count,
        totals=_rows(report.aggregates.get(_Aggregation.TOTAL, ())),
        maximums=_rows(report.aggregates.get(_Aggregation.MAXIMUM, ())),
        minimums=_rows(report.aggregates.get(_Aggregation.MINIMUM, ())),
        metadata=notices,
        kind="analyticsData#runReport",
    )


def pivot_response(query: ReportQuery, report: PivotReport, notices: Any) -> Any:
    """A RunPivotReportResponse without quota."""
    return data_v1beta.RunPivotReportResponse(
        pivot_headers=[
            data_v1beta.PivotHeader(
                pivot_dimension_headers=[
                    data_v1beta.PivotDimensionHeader(dimension_values=_values(values))
                    for values in header.values
                ],
                row_count=header.row_count,
            )
            for header in report.headers
        ],
        dimension_headers=_dimension_headers(report.names),
        metric_headers=_metric_headers(query),
        rows=_rows(report.rows),
        aggregates=_rows(report.aggregates),
        metadata=notices,
        kind="analyticsData#runPivotReport",
    )


def response_metadata(
    cursor: Reading,
    query: ReportQuery,
    config: PropertyConfig,
    switches: Switches,
    *,
    empty: bool,
    rolled_up: bool,
) -> Any:
    """Currency and time zone, and what the switches say of the report.

    Args:
        cursor: where the report was computed.
        query: the report.
        config: the property's.
        switches: which notices to give.
        empty: the report has no rows.
        rolled_up: rare values were gathered in `(other)`.
    """
    notices = data_v1beta.ResponseMetaData(currency_code=config.currency_code, time_zone=config.time_zone)
    notices.data_loss_from_other_row = rolled_up
    if switches.report_threshold_users:
        notices.subject_to_thresholding = True
    if empty and switches.report_empty_reason:
        notices.empty_reason = switches.report_empty_reason
    if switches.report_sampling_percent < _ALL:
        notices.sampling_metadatas = _samples(cursor, query, switches.report_sampling_percent)
    if switches.report_truncation:
        notices.data_truncation_reasons = [
            _truncation(name.strip()) for name in switches.report_truncation.split(",")
        ]
    if switches.restricted_revenue:
        notices.schema_restriction_response = _restrictions(query)
    return notices


def _samples(cursor: Reading, query: ReportQuery, percent: int) -> list[Any]:
    counted = cursor.execute(
        f"SELECT r.position, count(e.date) FROM {slices_of(query)} LEFT JOIN all_events e "
        "ON e.date BETWEEN r.first AND r.last GROUP BY r.position ORDER BY r.position"
    ).fetchall()
    return [
        data_v1beta.SamplingMetadata(samples_read_count=events * percent // _ALL, sampling_space_size=events)
        for _, events in counted
    ]


def _truncation(name: str) -> Any:
    reason = data_v1beta.ResponseMetaData.DataTruncationReason
    return reason(data_truncation_type=f"DATA_TRUNCATION_TYPE_{name}")


def _restrictions(query: ReportQuery) -> Any:
    answer = data_v1beta.ResponseMetaData.SchemaRestrictionResponse
    return answer(
        active_metric_restrictions=[
            answer.ActiveMetricRestriction(
                metric_name=metric.name,
                restricted_metric_types=[data_v1beta.RestrictedMetricType.REVENUE_DATA],
            )
            for metric in query.metrics
            if metric.restricted
        ]
    )


def _dimension_headers(names: Iterable[str]) -> list[Any]:
    return [data_v1beta.DimensionHeader(name=name) for name in names]


def _metric_headers(query: ReportQuery) -> list[Any]:
    return [
        data_v1beta.MetricHeader(name=m.name, type_=data_v1beta.MetricType(m.kind.value))
        for m in query.metrics
        if m.visible
    ]


def _rows(rows: Sequence[Row]) -> list[Any]:
    return [
        data_v1beta.Row(
            dimension_values=_values(row.dimensions),
            metric_values=[data_v1beta.MetricValue(value=value) for value in row.metrics],
        )
        for row in rows
    ]


def _values(values: Iterable[str]) -> list[Any]:
    return [data_v1beta.DimensionValue(value=value) for value in values]
