"""A question in GoogleSQL, written once for every engine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]
"""One row of an answer, by column."""

_ESCAPES = str.maketrans({"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\0": "\\0"})


@dataclass(frozen=True)
class Query:
    """GoogleSQL over `events`, as the package describes it.

    `text` is CTEs and a final SELECT, without WITH; `columns` are the top-level columns of the export that it
    reads; `staged` is the CTE that an engine may compute once and share out by people, None where there is
    none.
    """

    text: str
    columns: tuple[str, ...]
    staged: str | None = None

    def google_sql(self, table: str, where: str) -> str:
        """The whole statement, ready to be pasted: `events` read from a table, where something holds."""
        columns = ", ".join(self.columns)
        return f"WITH\nevents AS (\n  SELECT {columns}\n  FROM {table}\n  WHERE {where}\n),\n{self.text}"


def literal(text: str) -> str:
    """A string in GoogleSQL, whatever is in it; raw where a backslash then reads better."""
    if "\\" in text and not text.endswith("\\") and not set(text) & set("'\n\r\0"):
        return f"r'{text}'"
    return f"'{text.translate(_ESCAPES)}'"


def literals(texts: Iterable[str]) -> str:
    """Strings for the brackets of an IN."""
    return ", ".join(literal(text) for text in texts)
