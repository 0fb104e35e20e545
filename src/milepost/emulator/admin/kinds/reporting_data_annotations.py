"""Reporting data annotations: notes on the days of a property's reports."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from typing import Any

from google.analytics import admin_v1alpha

from milepost.emulator.admin.annotation_filter import annotation_filter
from milepost.emulator.admin.kind import OUTPUT, Draft, Field, Kind, Text, refuse_system_made
from milepost.emulator.rpc import invalid_argument
from milepost.emulator.store import Record, Store
from milepost.emulator.switches import Switches

COLLECTION = "reportingDataAnnotations"

_ORANGE = 7


def reporting_data_annotations(switches: Switches) -> Kind:
    """Annotations. Those GA4 makes itself are orange and stay as they are."""
    return Kind(
        message=admin_v1alpha.ReportingDataAnnotation,
        plural="ReportingDataAnnotations",
        collection=COLLECTION,
        parent=("properties",),
        verbs=("Get", "List", "Create", "Update", "Delete"),
        fields={
            "name": OUTPUT,
            "system_generated": OUTPUT,
            "title": Field(required=True, text=Text(60)),
            "description": Field(text=Text(150)),
            "color": Field(required=True),
        },
        check=_check,
        buckets=lambda annotation: () if annotation.system_generated else ("reporting_data_annotations",),
        removable=lambda annotation: not annotation.system_generated,
        list_filter=partial(annotation_filter, overlapping=switches.annotation_in_range_overlaps),
        mask_optional=True,
    )


def add_system_annotation(store: Store, property_name: str, title: str, day: date, moment: datetime) -> str:
    """Annotate a day as GA4 itself does; call inside a transaction.

    Args:
        store: where the property is.
        property_name: such as `properties/1`.
        title: what to say.
        day: the day it is about, in the property's time zone.
        moment: when it is made.

    Returns:
        Name of the annotation.
    """
    name = f"{property_name}/{COLLECTION}/{store.new_id()}"
    message = admin_v1alpha.ReportingDataAnnotation(
        name=name,
        title=title,
        color=_ORANGE,
        annotation_date={"year": day.year, "month": day.month, "day": day.day},
        system_generated=True,
    )
    store.put(name, Record(message, moment, moment))
    return name


def _check(draft: Draft) -> None:
    annotation = draft.new
    if draft.old is not None and draft.old.system_generated:
        refuse_system_made(draft, "A system-generated annotation")
    if annotation.color == _ORANGE:
        raise invalid_argument("ReportingDataAnnotation.color: ORANGE is for system-generated annotations.")
    target = annotation.WhichOneof("target")
    if target is None:
        raise invalid_argument(
            "ReportingDataAnnotation: annotation_date or annotation_date_range is required."
        )
    if target == "annotation_date":
        _require_full_date("annotation_date", annotation.annotation_date)
        return
    days = annotation.annotation_date_range
    start = _require_full_date("annotation_date_range.start_date", days.start_date)
    if _require_full_date("annotation_date_range.end_date", days.end_date) < start:
        raise invalid_argument(
            "ReportingDataAnnotation.annotation_date_range: end_date must not be before start_date."
        )


def _require_full_date(path: str, value: Any) -> date:
    try:
        return date(value.year, value.month, value.day)
    except ValueError:
        raise invalid_argument(
            f"ReportingDataAnnotation.{path}: must be a day of the calendar with year, month and day."
        ) from None
