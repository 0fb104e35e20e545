"""The realtime report as plain values: which events arrived within the last half hour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from google.analytics import data_v1beta

from milepost.gateways.connection import READ_RETRY, READ_TIMEOUT, Connection
from milepost.gateways.data import number
from milepost.gateways.translate import translated

MINUTES = 30
"""How far realtime looks back on a standard property. Source: Data API reference, section 2."""


@dataclass(frozen=True)
class Recent:
    """How often an event arrived in the last half hour, and the whole minutes since it last did."""

    events: int
    minutes_ago: int


class RealtimeGateway:
    """Asks RunRealtimeReport; reading only."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def read_recent(self, property_id: str, events: Sequence[str]) -> dict[str, Recent]:
        """The last half hour by event name; an event that did not arrive is left out.

        Args:
            property_id: digits.
            events: event names, case-sensitive; at least one.

        Raises:
            RemoteError: one of its kinds, naming the property.
        """
        place = f"property {property_id}, realtime"
        values = data_v1beta.Filter.InListFilter(values=list(events), case_sensitive=True)
        wanted = data_v1beta.Filter(field_name="eventName", in_list_filter=values)
        request = data_v1beta.RunRealtimeReportRequest(
            property=f"properties/{property_id}",
            dimensions=[data_v1beta.Dimension(name=name) for name in ("eventName", "minutesAgo")],
            metrics=[data_v1beta.Metric(name="eventCount")],
            dimension_filter=data_v1beta.FilterExpression(filter=wanted),
        )
        with translated(place):
            response = self._connection.data_beta.run_realtime_report(
                request=request, retry=READ_RETRY, timeout=READ_TIMEOUT
            )
        found: dict[str, Recent] = {}
        for row in response.rows:
            event, minute = (value.value for value in row.dimension_values)
            ago = int(number(minute, "minutesAgo", place))
            count = int(number(row.metric_values[0].value, "eventCount", place))
            before = found.get(event, Recent(0, ago))
            found[event] = Recent(before.events + count, min(before.minutes_ago, ago))
        return found
