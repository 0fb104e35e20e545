"""Which tables a condition on events needs beside `all_events e`."""

from __future__ import annotations

import re

from milepost.emulator.data.registry import JOINS, LEANS_ON

_ALIAS = re.compile(r"\b([a-z])\.")


def joined(sql: str) -> str:
    """The registry's joins for the aliases in a piece of SQL, in their order."""
    named = set(_ALIAS.findall(sql))
    aliases = named | {LEANS_ON[alias] for alias in named if alias in LEANS_ON}
    return " ".join(JOINS[alias] for alias in JOINS if alias in aliases)
