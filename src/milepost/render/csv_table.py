"""Any result that is a table, as CSV: names from outside harmless, unknown empty."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping

from milepost.model.frames import Cell, Kind, Tabular
from milepost.render.safe import csv_cell


def render_csv(columns: Mapping[str, Kind], results: Iterable[Tabular]) -> str:
    """A header line and the rows of all results. Notes have no place in a table: show them elsewhere."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, tuple(columns), restval="", lineterminator="\n")
    writer.writeheader()
    for result in results:
        for record in result.records():
            writer.writerow({name: _cell(cell) for name, cell in record.items()})
    return stream.getvalue()


def _cell(cell: Cell) -> Cell:
    if isinstance(cell, bool):
        return str(cell).lower()
    return csv_cell(cell) if isinstance(cell, str) else cell
