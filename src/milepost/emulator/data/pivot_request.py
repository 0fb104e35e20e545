"""What the pivots of a RunPivotReportRequest must meet."""

from __future__ import annotations

from collections import Counter
from math import prod
from typing import Any

from milepost.emulator.data.expressions import dimension_names
from milepost.emulator.data.filters import field_names
from milepost.emulator.data.request import COMPARISON, DATE_RANGE, MAX_LIMIT, check_aggregations
from milepost.emulator.rpc import invalid_argument


def check_pivots(request: Any) -> tuple[int, int]:
    """Check what concerns the pivots alone.

    Raises:
        RpcError: no pivot, a limit that is missing or too large, a dimension in two pivots or in none.
    """
    if not request.pivots:
        raise invalid_argument("The pivots field must contain at least one pivot.")
    for pivot in request.pivots:
        if pivot.limit <= 0:
            raise invalid_argument(f"limit must be positive. The API received limit = {pivot.limit}")
        if pivot.offset < 0:
            raise invalid_argument(f"offset must be positive. The API received offset = {pivot.offset}")
        check_aggregations(pivot.metric_aggregations)
    if prod(pivot.limit for pivot in request.pivots) > MAX_LIMIT:
        raise invalid_argument(f"The product of the limits of all pivots must not exceed {MAX_LIMIT}.")
    _check_names(request)
    return MAX_LIMIT, 0


def _check_names(request: Any) -> None:
    fields = Counter(name for pivot in request.pivots for name in pivot.field_names)
    twice = [name for name, times in fields.items() if times > 1]
    if twice:
        raise invalid_argument(f"Dimension {twice[0]} is in more than one pivot.")
    listed = {d.name for d in request.dimensions}
    unlisted = [name for name in fields if name not in listed and name not in (DATE_RANGE, COMPARISON)]
    unlisted += [name for name in field_names(request.dimension_filter) if name not in listed]
    if unlisted:
        raise invalid_argument(f"Field {unlisted[0]} is used in the request but is not in its dimensions.")
    used = {*fields, *field_names(request.dimension_filter)}
    used |= {name for d in request.dimensions for name in dimension_names(d.dimension_expression)}
    used |= {o.dimension.dimension_name for pivot in request.pivots for o in pivot.order_bys}
    unused = [d.name for d in request.dimensions if d.name not in used]
    if unused:
        raise invalid_argument(f"Dimension {unused[0]} must be used in a pivot, filter, expression or order.")
    for name, several in (
        (DATE_RANGE, len(request.date_ranges) > 1),
        (COMPARISON, bool(request.comparisons)),
    ):
        if several and name not in fields:
            raise invalid_argument(f"A pivot must contain {name} to tell the rows of this request apart.")
