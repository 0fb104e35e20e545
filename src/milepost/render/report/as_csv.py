"""The standard report as CSV: one row per conversion, after three rows of totals per property."""

from __future__ import annotations

from collections.abc import Sequence

from milepost.render.csv_table import render_csv
from milepost.reports.results import PropertyReport


def render_report_csv(reports: Sequence[PropertyReport]) -> str:
    """A header line and the rows of all properties."""
    return render_csv(PropertyReport.COLUMNS, reports)
