"""What views by a dimension have in common: its short names, how GA4 is asked, and how answers are read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from milepost.errors import RefusedError
from milepost.gateways.data import DataGateway, DateRange, InList, Number, ReportAnswer, ReportQuery

DEFAULT_TOP = 10

ALIASES = {
    "channel": "sessionDefaultChannelGroup",
    "campaign": "sessionCampaignName",
    "source": "sessionSource",
    "medium": "sessionMedium",
    "landing-page": "landingPage",
    "page": "pagePath",
    "device": "deviceCategory",
    "country": "country",
}
"""Short names of dimensions; anything else is taken for one of GA4's own names."""

DAY = ("date", "nthDay")
"""Dimensions that tell which day a period began."""


def ask(
    gateway: DataGateway, property_id: str, queries: Mapping[str, ReportQuery]
) -> dict[str, ReportAnswer]:
    """Answers by what they are for, from one call; at most five queries."""
    return dict(zip(queries, gateway.run_reports(property_id, tuple(queries.values())), strict=True))


def ask_rows(
    gateway: DataGateway,
    property_id: str,
    by: str,
    first: Mapping[str, ReportQuery],
    second: Callable[[InList], Mapping[str, ReportQuery]],
) -> dict[str, ReportAnswer]:
    """The largest rows of a dimension, and what is asked about them: two calls, one where nobody was there.

    Args:
        gateway: where to ask.
        property_id: digits.
        by: a short name of `ALIASES`, or a dimension of GA4.
        first: queries of the first call; the one called "rows" finds the rows.
        second: queries of the second call, once the rows are known.

    Raises:
        RefusedError: GA4 does not know the dimension, or not beside these metrics; in its own words.
        RemoteError: GA4 did not answer, or refused for another reason.
    """
    with naming(by):
        answers = ask(gateway, property_id, first)
        values = tuple(row.dimensions[0] for row in answers["rows"].rows)
        if values:
            answers |= ask(gateway, property_id, second(InList(ALIASES.get(by, by), values)))
    return answers


@contextmanager
def naming(by: str) -> Iterator[None]:
    """A dimension that GA4 does not take is told with the option that named it.

    Google names the field it minds; a refusal that does not is about something else.
    """
    dimension = ALIASES.get(by, by)
    try:
        yield
    except RefusedError as error:
        if dimension not in error.cause and "dimension" not in error.cause:
            raise
        known = ", ".join(ALIASES)
        raise RefusedError(
            f"{error.place}, --by {by}", error.cause, f"Give {known}, or a dimension that Google lists there."
        ) from error


def people_of_period(days: DateRange, metrics: tuple[str, ...]) -> ReportQuery:
    """Everybody of the period, each counted once, with the day it began."""
    return ReportQuery(metrics, (days,), DAY, limit=1, totals=True)


def whole(answer: ReportAnswer) -> ReportAnswer:
    """The answer as if its rows were all there are, for where no more were wanted."""
    return replace(answer, row_count=len(answer.rows))


def totals(answer: ReportAnswer) -> ReportAnswer:
    """What all rows amount to, as the only row."""
    return replace(answer, dimensions=(), rows=tuple(row._replace(dimensions=()) for row in answer.totals))


def by_value(answer: ReportAnswer) -> dict[str, dict[str, Number]]:
    """Metrics by value of the dimension, in the answer's order; the empty text where it has none."""
    return {
        row.dimensions[0] if row.dimensions else "": dict(zip(answer.metrics, row.metrics, strict=True))
        for row in answer.rows
    }


def users_notes(dimension: str, shown: int, total: int) -> Iterator[str]:
    """What the users of rows say against those of the total.

    Args:
        dimension: GA4's name of it.
        shown: users of all rows, those of the others included, added up.
        total: all users, each counted once.
    """
    if not total:
        yield "GA4 counted no users in these days: there is nothing to show."
    if shown > total:
        yield (
            f"Users with several values of {dimension} are in several rows, once in the total; "
            "how many that are cannot be told from these figures."
        )
    if shown < total:
        yield f"Some users are in no row: GA4 shows none of their values of {dimension}."
    if dimension.startswith(("page", "unifiedPage")):
        yield "Conversions of a page are those that happened on it, not those that it led to."
