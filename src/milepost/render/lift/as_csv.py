"""Lift as CSV: a row per micro conversion, and per value of `--by`."""

from __future__ import annotations

from collections.abc import Sequence

from milepost.journeys.results import LiftReport
from milepost.render.csv_table import render_csv


def render_lift_csv(reports: Sequence[LiftReport]) -> str:
    """A header line and the rows of all tables."""
    return render_csv(LiftReport.COLUMNS, reports)
