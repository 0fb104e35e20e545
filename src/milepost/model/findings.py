"""Problems while they are being found: a path as parts, not yet placed on a line of the text."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from milepost.errors import Problem
from milepost.model.lines import line_index, line_of

_BARE = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True)
class Finding:
    """A problem at a path of the file, given in parts.

    `lacks` names the key whose absence it is about, so that a broken or misspelt one is not told twice.
    """

    path: tuple[str, ...]
    cause: str
    remedy: str
    severity: Literal["error", "warning"] = "error"
    lacks: str = ""


def warning(path: tuple[str, ...], cause: str, remedy: str) -> Finding:
    """A finding that does not keep the file from being used."""
    return Finding(path, cause, remedy, "warning")


def dotted(path: Iterable[str]) -> str:
    """The path as TOML would write it, quotes where a part needs them."""
    return ".".join(part if _BARE.fullmatch(part) else json.dumps(part) for part in path)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word most like this one; None when nothing comes close."""
    matches = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return matches[0] if matches else None


def placed(findings: Iterable[Finding], text: str) -> tuple[Problem, ...]:
    """Findings with dotted path and line, errors first, each group in the order of the file."""
    found = list(findings)
    lines = line_index(text) if any(f.path for f in found) else {}
    problems = [Problem(dotted(f.path), f.cause, f.remedy, line_of(lines, f.path), f.severity) for f in found]
    return tuple(sorted(problems, key=lambda p: (p.severity != "error", p.line or 0)))
