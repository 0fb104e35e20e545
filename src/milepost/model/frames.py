"""Results as tables: rows of typed cells, and those as data frames where pandas or polars is installed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from milepost.errors import InputError

if TYPE_CHECKING:
    import pandas
    import polars

Kind = Literal["text", "count", "number", "flag", "day"]
"""What a column holds. Rates are fractions from 0 to 1, durations seconds."""

Cell = str | int | float | date | None

Record = Mapping[str, Cell]
"""One row by column; a column that is missing is unknown, as one that is None."""

_PANDAS = {
    "text": "string",
    "count": "Int64",
    "number": "Float64",
    "flag": "boolean",
    "day": "datetime64[s]",
}

_POLARS = {"text": "String", "count": "Int64", "number": "Float64", "flag": "Boolean", "day": "Date"}


class Tabular(ABC):
    """A result that is a table as well: `COLUMNS` with what they hold, in order, and `records`."""

    COLUMNS: ClassVar[Mapping[str, Kind]]

    @abstractmethod
    def records(self) -> Iterator[Record]:
        """The rows, names as they came from GA4 and the file."""

    def to_pandas(self) -> pandas.DataFrame:
        """One row per record; unknown is NA, days are timestamps at midnight.

        Raises:
            InputError: pandas is not installed.
        """
        try:
            import pandas
        except ImportError:
            raise _missing("pandas") from None
        cells = self._cells()
        return pandas.DataFrame(
            {name: pandas.Series(cells[name], dtype=_PANDAS[kind]) for name, kind in self.COLUMNS.items()}
        )

    def to_polars(self) -> polars.DataFrame:
        """One row per record; unknown is null, days are dates.

        Raises:
            InputError: polars is not installed.
        """
        try:
            import polars
        except ImportError:
            raise _missing("polars") from None
        schema = {name: getattr(polars, _POLARS[kind]) for name, kind in self.COLUMNS.items()}
        return polars.DataFrame(self._cells(), schema=schema)

    def _cells(self) -> dict[str, list[Any]]:
        """The columns' cells. A whole number where others are not is none to a strict data frame."""
        records = tuple(self.records())
        return {
            name: [_as_number(record.get(name), kind) for record in records]
            for name, kind in self.COLUMNS.items()
        }


def _as_number(cell: Cell, kind: Kind) -> Cell:
    return float(cell) if kind == "number" and isinstance(cell, int) else cell


def _missing(package: str) -> InputError:
    return InputError(f"to_{package}()", f"{package} is not installed", f"pip install {package}")
