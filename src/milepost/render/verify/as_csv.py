"""A verification as CSV: a row per conversion, and one per declared parameter."""

from __future__ import annotations

from collections.abc import Sequence

from milepost.render.csv_table import render_csv
from milepost.reports.verification.results import Verification


def render_verify_csv(verifications: Sequence[Verification]) -> str:
    """A header line and the rows of all properties. Findings and notes have no place in a table."""
    return render_csv(Verification.COLUMNS, verifications)
