"""GoogleSQL put together from the files in `sql`: CTEs that several questions share, and what they ask."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.resources import files
from string import Template

COLUMNS = ("event_timestamp", "event_name", "event_params", "user_pseudo_id")
"""Columns of the export that every question about steps reads."""

DERIVED_STEPS = """
    UNION ALL
    SELECT person, ts, session, session_number, value, {step}
    FROM flat
    CROSS JOIN UNNEST(derived) AS step
    WHERE step IN ({names})"""
"""Rows of `steps` that GA4 makes of other events."""


def put_together(names: Iterable[str], filled: Mapping[str, str]) -> str:
    """The text of some files, one after another, with what they leave open filled in."""
    return ",\n".join(_template(name).substitute(filled).rstrip("\n") for name in names) + "\n"


def _template(name: str) -> Template:
    return Template(files(__package__).joinpath("sql", f"{name}.sql").read_text("utf-8"))
