"""`(other)`: rare combinations of values gathered into one row."""

from __future__ import annotations

from dataclasses import replace

from milepost.emulator.data.dataset import Reading
from milepost.emulator.data.report_sql import grouped_sql
from milepost.emulator.data.request import DimensionColumn, ReportQuery
from milepost.emulator.data.sql import literal

OTHER = "(other)"


def roll_up(cursor: Reading, query: ReportQuery, limit: int) -> tuple[ReportQuery, bool]:
    """Keep the commonest combinations by number of events; all other values read `(other)`.

    The table is cut before the report's filter reads it; dimensions of time are never gathered.

    Args:
        cursor: inside its transaction; the combinations kept go into a table `common`.
        query: the report.
        limit: most combinations; 0 for no limit.

    Returns:
        The query to compute, and whether anything was gathered.
    """
    columns = [d for d in query.dimensions if d.gathered]
    if not limit or not columns:
        return query, False
    counting = replace(query, metrics=(), where="true", least_users=0, extra=("count(*) AS events",))
    keys = ", ".join(f"d{i}" for i in range(len(columns)))
    cursor.execute(
        f"CREATE OR REPLACE TEMP TABLE common AS SELECT {keys}, row_number() OVER "
        f"(ORDER BY sum(events) DESC, {keys}) AS place FROM ({grouped_sql(counting, columns)}) "
        f"GROUP BY {keys}"
    )
    found = cursor.execute("SELECT count(*) FROM common").fetchone()
    if found is None or found[0] <= limit:
        return query, False
    cursor.execute(f"DELETE FROM common WHERE place > {limit}")
    values = ", ".join(d.sql for d in columns)
    kept = f"({values}, 0) IN (SELECT ({keys}, 0) FROM common)"
    dimensions = tuple(_cut(d, kept) if d.gathered else d for d in query.dimensions)
    return replace(query, dimensions=dimensions), True


def _cut(column: DimensionColumn, kept: str) -> DimensionColumn:
    return replace(column, sql=f"CASE WHEN {kept} THEN {column.sql} ELSE {literal(OTHER)} END")
