"""How many of a thing a property holds, by service level (reference: Admin API, section 4.3)."""

from __future__ import annotations

from types import MappingProxyType

from milepost.emulator.switches import SwitchError

LIMITS = MappingProxyType(
    {
        "key_events": (30, 50),
        "custom_dimensions.event": (50, 125),
        "custom_dimensions.user": (25, 100),
        "custom_dimensions.item": (10, 25),
        "custom_metrics": (50, 125),
        "calculated_metrics": (5, 50),
        "event_create_rules": (50, 50),
        "audiences": (100, 400),
        "channel_groups": (2, 5),
        "reporting_data_annotations": (1000, 1000),
        "measurement_protocol_secrets": (10, 10),
        "google_ads_links": (400, 400),
        "data_streams": (50, 200),
        "app_data_streams": (30, 30),
    }
)
"""Cap per bucket: standard property, 360 property. Only custom key events count; rules and secrets count
per stream; channel groups are those beside the default one."""

GOOGLE_ANALYTICS_360 = 2
"""Number of the service level with the higher caps."""


class Limits:
    """The caps in force: GA4's, with those a switch overrides."""

    def __init__(self, overrides: str = "") -> None:
        """Read the overrides.

        Args:
            overrides: the switch `limits`: `bucket=number` separated by commas, for both service levels.

        Raises:
            SwitchError: a bucket that does not exist, or a cap that is no whole number.
        """
        self._overrides = dict(_parse(part) for part in overrides.split(",") if part.strip())

    def cap(self, bucket: str, service_level: int) -> int:
        """Most items of a bucket that a property of this service level (enum number) may hold."""
        standard, premium = LIMITS[bucket]
        return self._overrides.get(bucket, premium if service_level == GOOGLE_ANALYTICS_360 else standard)


def _parse(part: str) -> tuple[str, int]:
    bucket, _, number = (piece.strip() for piece in part.partition("="))
    if bucket not in LIMITS:
        raise SwitchError(f"limits: no bucket {bucket!r}; there are: {', '.join(sorted(LIMITS))}")
    if not number.isdecimal():
        raise SwitchError(f"limits: {bucket}={number!r}: must be a whole number")
    return bucket, int(number)
