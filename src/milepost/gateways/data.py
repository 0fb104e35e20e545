"""The Data API's reports as plain values: questions in, answers out, one call for up to five of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from google.analytics import data_v1beta

from milepost.errors import RemoteError
from milepost.gateways.connection import READ_RETRY, Connection
from milepost.gateways.translate import translated

Number = int | float

REPORT_TIMEOUT = 60.0
"""Seconds one attempt at a batch may take."""

LARGEST_BATCH = 5
"""Reports one batchRunReports call may ask for."""

LARGEST_LIMIT = 250_000
"""Rows one report can carry; GA4 caps larger limits without a word."""


TOKENS = ("tokens_per_day", "tokens_per_hour", "tokens_per_project_per_hour")
"""The quotas that every report draws on, as PropertyQuota names them."""


@dataclass(frozen=True)
class DateRange:
    """Days to report on, both ends included, as GA4 reads them in the property's time zone.

    `start` and `end` are `YYYY-MM-DD`, `NdaysAgo`, `yesterday` or `today`; `name` is what the rows of
    this range carry in `dateRange` when a query has several.
    """

    start: str
    end: str
    name: str


@dataclass(frozen=True)
class InList:
    """Keeps the events whose `dimension` has one of `values`, case-sensitive; never empty."""

    dimension: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class ReportQuery:
    """One report. With two or more date ranges the answer gains the dimension `dateRange`.

    `quota` asks what it cost and what is left. `only` and `within` both have to hold, `outside` must not.
    `limit` is how many rows to read; None reads them all, however many pages that takes. `totals` asks for
    what all rows amount to together, users counted once. `filled` names a dimension that has to have a value.
    """

    metrics: tuple[str, ...]
    date_ranges: tuple[DateRange, ...]
    dimensions: tuple[str, ...] = ()
    only: InList | None = None
    limit: int | None = None
    quota: bool = False
    within: InList | None = None
    outside: InList | None = None
    totals: bool = False
    filled: str = ""


class Row(NamedTuple):
    """One row, its values in the order of the answer's headers."""

    dimensions: tuple[str, ...]
    metrics: tuple[Number, ...]


@dataclass(frozen=True)
class Notices:
    """What GA4 says about the limits of an answer; nothing set means nothing to say.

    `sampled` holds (events read, events there were), one per sampled date range; `truncated` holds
    (reason, message) and `restricted` (metric, kind of data the caller may not see).
    """

    sampled: tuple[tuple[int, int], ...] = ()
    thresholded: bool = False
    other_row: bool = False
    truncated: tuple[tuple[str, str], ...] = ()
    restricted: tuple[tuple[str, str], ...] = ()
    empty_reason: str = ""


@dataclass(frozen=True)
class QuotaUse:
    """One of GA4's quotas of a property: what a report used of it, and what is left."""

    name: str
    used: int
    left: int


@dataclass(frozen=True)
class ReportAnswer:
    """One report as GA4 gave it. `row_count` is the size of the whole result, whatever the limit.

    `totals` has one row per date range where they were asked for, and is empty where nobody was there.
    """

    dimensions: tuple[str, ...]
    metrics: tuple[str, ...]
    rows: tuple[Row, ...]
    row_count: int
    currency_code: str = ""
    time_zone: str = ""
    notices: Notices = Notices()
    quotas: tuple[QuotaUse, ...] = ()
    totals: tuple[Row, ...] = ()

    def named_rows(self) -> Iterator[tuple[dict[str, str], dict[str, Number]]]:
        """Dimension values and metric values of each row, by header name."""
        for row in self.rows:
            yield (
                dict(zip(self.dimensions, row.dimensions, strict=True)),
                dict(zip(self.metrics, row.metrics, strict=True)),
            )


class DataGateway:
    """Asks the Data API; reading only."""

    def __init__(self, connection: Connection, page_rows: int = LARGEST_LIMIT) -> None:
        """`page_rows` is how many rows one answer brings where all are wanted, `LARGEST_LIMIT` at most."""
        self._connection = connection
        self._page_rows = page_rows

    def run_reports(self, property_id: str, queries: Sequence[ReportQuery]) -> tuple[ReportAnswer, ...]:
        """Answers to up to five queries, in their order, from one batchRunReports call.

        Where all rows are wanted and one page does not hold them, further calls bring the rest, five pages
        each. Should the result shrink meanwhile, `row_count` stays above the number of rows.

        Args:
            property_id: digits only.
            queries: one to five.

        Raises:
            RemoteError: one of its kinds, naming the property; or the answer makes no sense.
            ValueError: no query, or more than a batch holds.
        """
        if not 1 <= len(queries) <= LARGEST_BATCH:
            raise ValueError(f"a batch holds 1 to {LARGEST_BATCH} queries, not {len(queries)}")
        pages = [_Page(number, query, 0) for number, query in enumerate(queries)]
        found = [[answer] for answer in self._run_batch(property_id, pages)]
        missing = [
            _Page(page.number, page.query, offset)
            for page, (first,) in zip(pages, found, strict=True)
            if page.query.limit is None
            for offset in range(self._page_rows, first.row_count, self._page_rows)
        ]
        for start in range(0, len(missing), LARGEST_BATCH):
            batch = missing[start : start + LARGEST_BATCH]
            for page, answer in zip(batch, self._run_batch(property_id, batch), strict=True):
                found[page.number].append(answer)
        return tuple(_joined(answers) for answers in found)

    def _run_batch(self, property_id: str, pages: Sequence[_Page]) -> tuple[ReportAnswer, ...]:
        place = f"property {property_id}"
        name = f"properties/{property_id}"
        request = data_v1beta.BatchRunReportsRequest(
            property=name, requests=[_request(name, page, self._page_rows) for page in pages]
        )
        with translated(place):
            response = self._connection.data_beta.batch_run_reports(
                request=request, retry=READ_RETRY, timeout=REPORT_TIMEOUT
            )
        if len(response.reports) != len(pages):
            raise RemoteError(
                place, f"{len(pages)} reports were asked for, {len(response.reports)} came", "Try again."
            )
        return tuple(_answer(report, place) for report in response.reports)


class _Page(NamedTuple):
    """Some rows of one query's result; `number` is the query's place among those asked."""

    number: int
    query: ReportQuery
    offset: int


def _joined(pages: Sequence[ReportAnswer]) -> ReportAnswer:
    """One answer out of its pages: the first's, with all rows, and what all together used of the quotas."""
    first = pages[0]
    if len(pages) == 1:
        return first
    uses = zip(*(page.quotas for page in pages), strict=True)
    return replace(
        first,
        rows=tuple(row for page in pages for row in page.rows),
        quotas=tuple(
            QuotaUse(use[0].name, sum(quota.used for quota in use), min(quota.left for quota in use))
            for use in uses
        ),
    )


def _request(name: str, page: _Page, page_rows: int) -> Any:
    query = page.query
    request = data_v1beta.RunReportRequest(
        property=name,
        dimensions=[data_v1beta.Dimension(name=dimension) for dimension in query.dimensions],
        metrics=[data_v1beta.Metric(name=metric) for metric in query.metrics],
        date_ranges=[
            data_v1beta.DateRange(start_date=days.start, end_date=days.end, name=days.name)
            for days in query.date_ranges
        ],
        limit=page_rows if query.limit is None else query.limit,
        offset=page.offset,
        return_property_quota=query.quota,
        metric_aggregations=["TOTAL"] if query.totals else [],
    )
    if query.limit is None:
        # Pages have to come out of one order, and ties in the usual one, by the first metric, are many.
        request.order_bys = [
            data_v1beta.OrderBy(dimension=data_v1beta.OrderBy.DimensionOrderBy(dimension_name=dimension))
            for dimension in query.dimensions
        ]
    conditions = [_in_list(wanted) for wanted in (query.only, query.within) if wanted is not None]
    if query.outside is not None:
        conditions.append(data_v1beta.FilterExpression(not_expression=_in_list(query.outside)))
    if query.filled:
        empty = data_v1beta.Filter(field_name=query.filled, empty_filter=data_v1beta.Filter.EmptyFilter())
        nothing = data_v1beta.FilterExpression(filter=empty)
        conditions.append(data_v1beta.FilterExpression(not_expression=nothing))
    if len(conditions) == 1:
        request.dimension_filter = conditions[0]
    elif conditions:
        group = data_v1beta.FilterExpressionList(expressions=conditions)
        request.dimension_filter = data_v1beta.FilterExpression(and_group=group)
    return request


def _in_list(wanted: InList) -> Any:
    values = data_v1beta.Filter.InListFilter(values=list(wanted.values), case_sensitive=True)
    return data_v1beta.FilterExpression(
        filter=data_v1beta.Filter(field_name=wanted.dimension, in_list_filter=values)
    )


def _answer(report: Any, place: str) -> ReportAnswer:
    metrics = tuple(header.name for header in report.metric_headers)
    return ReportAnswer(
        dimensions=tuple(header.name for header in report.dimension_headers),
        metrics=metrics,
        rows=tuple(_row(row, metrics, place) for row in report.rows),
        row_count=report.row_count,
        currency_code=report.metadata.currency_code,
        time_zone=report.metadata.time_zone,
        notices=_notices(report.metadata),
        quotas=_quotas(report.property_quota) if report.property_quota else (),
        totals=tuple(_row(row, metrics, place) for row in report.totals),
    )


def _row(row: Any, metrics: Sequence[str], place: str) -> Row:
    return Row(
        tuple(value.value for value in row.dimension_values),
        tuple(
            number(value.value, metric, place)
            for metric, value in zip(metrics, row.metric_values, strict=True)
        ),
    )


def _quotas(quota: Any) -> tuple[QuotaUse, ...]:
    statuses = ((name, getattr(quota, name)) for name in TOKENS)
    return tuple(QuotaUse(name, status.consumed, status.remaining) for name, status in statuses if status)


def number(text: str, metric: str, place: str) -> Number:
    """A metric's value, which travels as text: the text tells whole from broken numbers, the header does not.

    Raises:
        RemoteError: it is no number; `metric` and `place` say which and where.
    """
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        raise RemoteError(
            place, f'the metric {metric} came as "{text}", which is no number', "Try again."
        ) from None


def _notices(metadata: Any) -> Notices:
    return Notices(
        sampled=tuple(
            (sample.samples_read_count, sample.sampling_space_size) for sample in metadata.sampling_metadatas
        ),
        thresholded=metadata.subject_to_thresholding,
        other_row=metadata.data_loss_from_other_row,
        truncated=tuple(
            (
                _name(reason.data_truncation_type).removeprefix("DATA_TRUNCATION_TYPE_"),
                reason.data_truncation_message,
            )
            for reason in metadata.data_truncation_reasons
        ),
        restricted=tuple(
            (restriction.metric_name, _name(kind))
            for restriction in metadata.schema_restriction_response.active_metric_restrictions
            for kind in restriction.restricted_metric_types
        ),
        empty_reason=metadata.empty_reason,
    )


def _name(value: Any) -> str:
    """The name of an enum value; its number where Google has added one since this client was made."""
    return str(getattr(value, "name", value))
