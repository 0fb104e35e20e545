"""Behaviour the reference calls unverified or configurable: one named switch each, with its default.

A switch is set when the emulator is made (`Switches(recreate_after_archive=True)`) or on the command
line (`milepost emulator --switch recreate_after_archive=true`). `retroactive_rules` is not about
faithfulness: real create rules never touch history, but a tour of ten seconds cannot wait a month.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any


class SwitchError(ValueError):
    """A switch that does not exist, or a value it cannot take."""


@dataclass(frozen=True)
class Switches:
    """All switches with the reference's defaults."""

    retroactive_rules: bool = False
    """Event create rules act on events from before the rule was made."""

    retroactive_key_events: bool = False
    """Reports count key events from before the event was marked as one."""

    is_key_event_otherwise: str = "false"
    """What the dimension isKeyEvent says of an event that is none."""

    key_event_rate_of_active_users: bool = True
    """userKeyEventRate divides by active users, not by total users."""

    totals_after_metric_filter: bool = False
    """Totals of a report cover only the rows that its metric filter left."""

    funnel_first_attempt_only: bool = False
    """Who fails a funnel step's duration or direct succession has no second try; else any attempt counts."""

    funnel_event_meets_several_steps: bool = False
    """One event can meet several steps of a funnel in a row, instead of each step needing one of its own."""

    funnel_headers_repeated: bool = True
    """Funnel answers list their metric headers twice, as the live service does; rows hold them once."""

    currency_rates: str = ""
    """What one unit of a currency is worth in US dollars on every day, such as `EUR=1.08,GBP=1.27`: what
    reports in another currency than the property's convert at. Without it they are UNIMPLEMENTED."""

    # Data API: notices in the metadata of reports
    cardinality_limit: int = 0
    """Most combinations of a report's values; rarer ones become `(other)`, with a notice. 0 is no limit."""
    report_threshold_users: int = 0
    """Rows of fewer users are left out, with a notice that thresholds apply."""
    report_sampling_percent: int = 100
    """Share of the events that reports say they have read; the figures stay those of all events."""
    restricted_revenue: bool = False
    """The caller may not see revenue: money metrics are zero, with a notice, and cannot be filtered by."""
    report_empty_reason: str = ""
    """What reports without rows give as the reason; the real texts are not published."""
    report_truncation: str = ""
    """Reasons for which reports say that data were cut off, such as `DATE_RANGE,PROPERTY`."""

    audience_export_seconds: int = 900
    """How long, by the emulator's clock, an audience export stays in CREATING."""

    # Admin API: requests
    short_pages: bool = False
    """List calls begin with an empty page and fill later ones by half, with a token while more follows."""
    update_without_mask: bool = False
    """An update without a mask takes over every populated field, instead of INVALID_ARGUMENT."""
    ignore_unknown_paths: bool = False
    """Mask paths that are no field are skipped, instead of INVALID_ARGUMENT."""
    ignore_immutable_paths: bool = False
    """Changed immutable fields keep their value, instead of INVALID_ARGUMENT."""

    # Admin API: caps, and codes of refusals whose code is not known for sure
    limits: str = ""
    """Caps that differ from GA4's, such as `key_events=3,custom_dimensions.user=1`."""
    cap_code: str = "INVALID_ARGUMENT"
    """gRPC code of a create beyond the cap."""
    undeletable_code: str = "FAILED_PRECONDITION"
    """gRPC code of deleting what cannot be deleted."""

    # Admin API: archived dimensions and metrics
    recreate_after_archive: bool = False
    """The parameter name of an archived definition may be used again, instead of ALREADY_EXISTS for good."""
    recreate_after_hours: int = 0
    """With `recreate_after_archive`: hours until it may."""
    archived_readable: bool = False
    """Get still finds an archived definition, instead of NOT_FOUND."""

    # Admin API: rules of single kinds
    counting_method_optional: bool = False
    """A key event without counting method counts once per event, instead of INVALID_ARGUMENT."""
    app_default_key_events: bool = True
    """An app stream brings GA4's app key events, which cannot be deleted."""
    shared_parameter_namespace: bool = False
    """An event parameter cannot be both a custom dimension and a custom metric."""
    unique_rule_destinations: bool = False
    """Two event create rules of a stream cannot create the same event."""
    rules_on_app_streams: bool = False
    """App streams take event create rules, though without regular expressions."""
    event_name_max_length: int = 40
    """Longest name of a key event or of a created event; the package says `less than 40` of the latter."""
    mutation_parameter_max_length: int = 40
    """Longest parameter name a rule may set; the package says `less than 40`."""
    mutation_value_max_length: int = 100
    """Longest value a rule may set; the package says `less than 100`."""
    reserved_event_prefixes: bool = True
    """Key events and created events cannot be called `ga_…`, `google_…`, `firebase_…` or `query_id…`."""
    unicode_display_names: bool = False
    """Display names of custom definitions may use letters beyond A to Z."""

    # Admin API: calculated metrics
    strict_formula_references: bool = False
    """A formula naming an unregistered custom metric is INVALID_ARGUMENT, instead of stored as invalid."""
    unique_calculated_metric_names: bool = False
    """No two calculated metrics of a property have one display name."""

    # Admin API: audiences and channel groups
    unique_audience_names: bool = False
    """No two audiences of a property have one display name."""
    default_audiences_archivable: bool = False
    """GA4's own audiences can be archived."""
    default_audiences_count: bool = True
    """GA4's own audiences count against the cap."""
    unique_channel_group_names: bool = False
    """No two channel groups of a property have one display name."""
    channel_group_or_values: int = 10
    """Most values in one OR group of a channel's rule; more are answered with INTERNAL, as has been seen."""

    # Admin API: settings, annotations, secrets
    enhanced_measurement_at_birth: str = "on"
    """What a web stream made through the API measures at first: `on` is all but form interactions, `off` is
    nothing, `empty` is nothing and no search parameter either."""
    reset_user_data_at_birth: bool = True
    """New activity renews the retention of a user's data until somebody decides otherwise."""
    annotation_in_range_overlaps: bool = False
    """is_annotation_in_range() is also true of annotations that lie in the range only in part."""
    system_resource_code: str = "FAILED_PRECONDITION"
    """gRPC code of changing what GA4 itself made, such as a system annotation."""
    user_data_acknowledged: bool = False
    """Every property's owner has acknowledged user data collection, so that secrets can be made at once."""
    acknowledgement_code: str = "FAILED_PRECONDITION"
    """gRPC code of making a secret before the acknowledgement."""

    # Admin API: consistency
    history_delay_seconds: int = 0
    """How long a change stays out of the change history."""
    list_delay_seconds: int = 0
    """How long a new resource stays out of lists; Get finds it at once."""

    def with_setting(self, setting: str) -> Switches:
        """These switches with one changed.

        Args:
            setting: `name=value`; booleans read true or false, numbers whole.

        Raises:
            SwitchError: no such switch, or the value is not of its type.
        """
        name, _, value = setting.partition("=")
        current: dict[str, Any] = {f.name: getattr(self, f.name) for f in fields(self)}
        if name not in current:
            raise SwitchError(f"no switch {name!r}; there are: {', '.join(sorted(current))}")
        changed: dict[str, Any] = {name: _parse(name, value, type(current[name]))}
        return replace(self, **changed)


def _parse(name: str, value: str, kind: type) -> bool | int | str:
    if kind is bool:
        if value.lower() not in ("true", "false"):
            raise SwitchError(f"{name}={value!r}: must be true or false")
        return value.lower() == "true"
    if kind is int:
        try:
            return int(value)
        except ValueError:
            raise SwitchError(f"{name}={value!r}: must be a whole number") from None
    return value
