"""Small questions that tell whether a property can be worked with: role, and what is left of the quota."""

from __future__ import annotations

from dataclasses import dataclass

from google.analytics import data_v1beta
from google.api_core import exceptions as google

from milepost.errors import RemoteError
from milepost.gateways.admin import PAGE_SIZE
from milepost.gateways.connection import READ_RETRY, READ_TIMEOUT, Connection
from milepost.gateways.translate import translated


@dataclass(frozen=True)
class QuotaLeft:
    """What is left of the Data API's core quota for one property, in tokens but for the last two.

    Most reports cost fewer than ten tokens. `project_hour` is what this Cloud project may still spend this
    hour, the other two what everybody together may.
    """

    day: int
    hour: int
    project_hour: int
    concurrent: int
    server_errors: int


class Probe:
    """Asks; nothing is changed. Every method raises RemoteError."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def read_edit_rights(self) -> dict[str, bool]:
        """Whether the account may edit, by id of each property it can see at all."""
        request = {"page_size": PAGE_SIZE}
        with translated("account summaries"):
            accounts = self._connection.admin_beta.list_account_summaries(
                request=request, retry=self._connection.reading, timeout=READ_TIMEOUT
            )
            return {
                summary.property.removeprefix("properties/"): summary.can_edit
                for account in accounts
                for summary in account.property_summaries
            }

    def read_quota(self, property_id: str) -> QuotaLeft:
        """What is left after this very question, which is a report of one figure over one day: one token."""
        request = data_v1beta.RunReportRequest(
            property=f"properties/{property_id}",
            metrics=[data_v1beta.Metric(name="totalUsers")],
            date_ranges=[data_v1beta.DateRange(start_date="yesterday", end_date="yesterday")],
            return_property_quota=True,
        )
        with translated(f"property {property_id}: Data API"):
            quota = self._connection.data_beta.run_report(
                request=request, retry=READ_RETRY, timeout=READ_TIMEOUT
            ).property_quota
        return QuotaLeft(
            quota.tokens_per_day.remaining,
            quota.tokens_per_hour.remaining,
            quota.tokens_per_project_per_hour.remaining,
            quota.concurrent_requests.remaining,
            quota.server_errors_per_project_per_hour.remaining,
        )


def lacks_role(error: RemoteError) -> bool:
    """Whether Google refused because the account has no role there, or because there is no such property.

    It answers both alike, and gives a reason for every other sort of refusal.
    """
    cause = error.__cause__
    return isinstance(cause, google.Forbidden) and not cause.reason
