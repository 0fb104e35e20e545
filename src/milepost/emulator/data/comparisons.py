"""The comparisons that every property has from the start."""

from __future__ import annotations

from dataclasses import dataclass

_CHANNEL = "sessionDefaultChannelGroup"
_DEVICE = "deviceCategory"


@dataclass(frozen=True)
class StockComparison:
    """One of them: the values of a dimension that it holds for; without a dimension it holds for all."""

    label: str
    description: str
    dimension: str = ""
    values: tuple[str, ...] = ()


def _of_channels(label: str, description: str, *channels: str) -> StockComparison:
    return StockComparison(label, description, _CHANNEL, channels)


STOCK_COMPARISONS = {
    "comparisons/allUsers": StockComparison("All Users", "Everybody."),
    "comparisons/directTraffic": _of_channels("Direct traffic", "Sessions without a source.", "Direct"),
    "comparisons/emailSmsAndPushNotificationsTraffic": _of_channels(
        "Email, SMS & push notifications traffic",
        "Sessions begun from a message.",
        *("Email", "SMS", "Mobile Push Notifications"),
    ),
    "comparisons/mobileTraffic": StockComparison(
        "Mobile traffic", "What came from telephones.", _DEVICE, ("mobile",)
    ),
    "comparisons/organicTraffic": _of_channels(
        "Organic traffic",
        "Sessions from channels nobody was paid for.",
        *("Organic Search", "Organic Shopping", "Organic Social", "Organic Video"),
    ),
    "comparisons/paidTraffic": _of_channels(
        "Paid traffic",
        "Sessions from advertising.",
        *("Cross-network", "Display", "Paid Other", "Paid Search", "Paid Shopping", "Paid Social"),
        "Paid Video",
    ),
    "comparisons/referralAndAffiliatesTraffic": _of_channels(
        "Referral & affiliates traffic", "Sessions from links on other sites.", "Referral", "Affiliates"
    ),
    "comparisons/tabletTraffic": StockComparison(
        "Tablet traffic", "What came from tablets.", _DEVICE, ("tablet",)
    ),
    "comparisons/webTraffic": StockComparison(
        "Web traffic", "What came from desktop computers.", _DEVICE, ("desktop",)
    ),
}
"""By resource name, in the service's order. Names and labels are on record; the dimension and its values
are not, and follow the words in which the service describes each (by channel of the session, by device)."""
