"""What a reader must know about the figures of lift, in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from milepost.journeys.counts import EventsRead
from milepost.journeys.results import LiftTable

_DAY = 86_400
_SHOWN_DAYS = 5


def window_notes(days: int, within_seconds: int) -> Iterator[str]:
    """Whether the time allowed leaves enough of the window."""
    if within_seconds * 3 > days * _DAY:
        yield (
            f"The time allowed from step to conversion, {time_allowed(within_seconds)}, is more than a third"
            f" of the {days} days: many steps are too recent to be followed."
            " Take more days or a shorter --within."
        )


def time_allowed(seconds: int) -> str:
    """`7 days`, `12 hours`, `90 minutes`."""
    for unit, size in (("day", _DAY), ("hour", 3600), ("minute", 60)):
        if seconds % size == 0:
            number = seconds // size
            return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
    return f"{seconds} seconds"


def data_size(size: int) -> str:
    """`0.4 MiB`, `312.0 MiB`, `2.50 GiB`."""
    return f"{size / 2**30:,.2f} GiB" if size >= 2**30 else f"{size / 2**20:,.1f} MiB"


def api_notes(*, by_presence: bool, sampled: bool, thresholded: bool) -> Iterator[str]:
    """What this source cannot know, and what GA4 said about its answers."""
    if sampled:
        yield "GA4 sampled: the counts are estimated from a part of the events, so no ratio is shown."
    if thresholded:
        yield "GA4 withheld rows of few users (thresholding), so no ratio is shown."
    if by_presence:
        yield (
            "GA4 took one page view for several steps, so people are compared with everybody who was active"
            " at all, not with those who had seen as many pages: ratios come out too high."
        )
    yield (
        "≈: GA4 counts users approximately, and funnels tell no moments. People are compared by pages seen"
        " alone; people whose first conversion was before the step are in the figures; nobody can be told"
        " who did the step too lately. '--source export' knows all of these."
    )


def export_notes(read: EventsRead) -> Iterator[str]:
    """What was left out of the events, and what is missing from them."""
    yield from read.notes
    if read.missing_days:
        days = ", ".join(str(day) for day in read.missing_days[:_SHOWN_DAYS])
        more = len(read.missing_days) - _SHOWN_DAYS
        rest = f" and {more} more" if more > 0 else ""
        yield f"No events of {days}{rest}: what people did then is not in these figures."
    if read.rows_without_user:
        part = read.rows_without_user / read.rows
        yield f"{read.rows_without_user:,} events ({part:.1%}) carry no user id and were left out."
    if read.duplicate_rows:
        yield f"{read.duplicate_rows:,} events stood twice in the export and were counted once."
    if read.bytes_billed is not None:
        yield f"BigQuery billed {data_size(read.bytes_billed)}."


def progress_notes(tables: Iterable[LiftTable], *, same_progress: bool) -> Iterator[str]:
    """That people who are further on the road to the macro conversion are among those compared with."""
    required = [row.label for table in tables for row in table.rows if "required-step" in row.flags]
    if not required:
        return
    steps = ", ".join(dict.fromkeys(required))
    if same_progress:
        yield f"People were compared with others who had taken as many of the required steps: {steps}."
    else:
        yield (
            f"There are required steps ({steps}), and whoever has taken more of them is nearer to the goal:"
            " ratios of early steps come out low. --same-progress compares people who have come equally far."
        )
