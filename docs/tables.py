"""Writes the tables of emulator.md from the code they describe: `python docs/tables.py`.

The tests compare; a new switch or answer that is not in the page fails them.
"""

from __future__ import annotations

import ast
import inspect
from dataclasses import fields
from itertools import pairwise
from pathlib import Path

from milepost.emulator.faults.answers import NAMED
from milepost.emulator.switches import Switches

PAGE = Path(__file__).parent / "emulator.md"


def tables() -> dict[str, str]:
    """Markdown by the name of the marks it stands between."""
    return {"switches": _switches(), "answers": _answers()}


def with_tables(page: str) -> str:
    """The page with every table written anew.

    Raises:
        ValueError: the marks of one are missing.
    """
    for name, table in tables().items():
        begin, end = f"<!-- {name}: written by docs/tables.py -->\n", f"<!-- end of {name} -->"
        if begin not in page or end not in page:
            raise ValueError(f"no marks around the table of {name}")
        before, _, rest = page.partition(begin)
        page = f"{before}{begin}{table}{end}{rest.partition(end)[2]}"
    return page


def _switches() -> str:
    described = _described(Switches)
    rows = [
        f"| `{each.name}` | {_default(each.default)} | {described[each.name]} |" for each in fields(Switches)
    ]
    return "\n".join(["| switch | default | what it means |", "|---|---|---|", *rows, ""])


def _answers() -> str:
    rows = [f"| `{name}` | {answer.meaning} |" for name, answer in NAMED.items()]
    return "\n".join(["| answer | what the client gets |", "|---|---|", *rows, ""])


def _default(value: object) -> str:
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{value}`" if value != "" else "none"


def _described(kind: type) -> dict[str, str]:
    """The text below each field of a dataclass, in one line: Python keeps it in the source only."""
    (body,) = [
        part.body for part in ast.parse(inspect.getsource(kind)).body if isinstance(part, ast.ClassDef)
    ]
    texts = {}
    for field, below in pairwise(body):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
            if not (isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant)):
                raise ValueError(f"{field.target.id} is not described")
            texts[field.target.id] = " ".join(str(below.value.value).split()).replace("|", r"\|")
    return texts


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
