"""Funnels as CSV: a row per step, per step and segment, and per next action."""

from __future__ import annotations

from collections.abc import Sequence

from milepost.render.csv_table import render_csv
from milepost.reports.funnel_results import FunnelReport


def render_funnel_csv(reports: Sequence[FunnelReport]) -> str:
    """A header line and the rows of all funnels."""
    return render_csv(FunnelReport.COLUMNS, reports)
