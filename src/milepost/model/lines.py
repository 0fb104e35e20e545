"""Where in a TOML text a dotted path stands: the standard parser keeps values but forgets lines."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass

Path = tuple[str, ...]

_STRING = re.compile(
    # Up to two quotes may stand right before the three that close.
    r'"""(?:\\.|[^\\])*?"""(?!")' r"|'''[\s\S]*?'''(?!')" r'|"(?:\\.|[^"\\\n])*"' r"|'[^'\n]*'",
    re.DOTALL,
)
_COMMENT = re.compile(r"#[^\n]*")
_DEEPEST = 16
_BLANK = re.compile(r"(?:\s+|#[^\n]*)+")
_KEY = re.compile(r"""\s*("(?:\\.|[^"\\\n])*"|'[^'\n]*'|[A-Za-z0-9_-]+)\s*""")


@dataclass(frozen=True)
class Entry:
    """A table header or a key of the text: its full path and the line it stands on, from 1."""

    path: Path
    line: int
    is_header: bool


def entries(text: str) -> Iterator[Entry]:
    """Table headers and keys in the order they stand. The text must be valid TOML.

    Keys inside inline tables and arrays are not told apart: they share the line of the key before them.
    """
    table: Path = ()
    counts: dict[Path, int] = {}
    position, line = 0, 1
    while position < len(text):
        skipped = _BLANK.match(text, position)
        start = skipped.end() if skipped else position
        line += text.count("\n", position, start)
        if start == len(text):
            return
        if text[start] == "[":
            brackets = 2 if text.startswith("[[", start) else 1
            path, end = _dotted(text, start + brackets)
            table = _numbered(path, counts)
            if brackets == 2:
                counts[table] = counts.get(table, -1) + 1
                table = (*table, str(counts[table]))
            yield Entry(table, line, is_header=True)
            position = end + brackets
        else:
            path, end = _dotted(text, start)
            yield Entry((*table, *path), line, is_header=False)
            position = _end_of_value(text, end + 1)
        line += text.count("\n", start, position)


def line_index(text: str) -> dict[Path, int]:
    """The line on which each table and key of the text begins; no deeper than a conversions file can go."""
    lines: dict[Path, int] = {}
    for entry in entries(text):
        for depth in range(1, min(len(entry.path), _DEEPEST) + 1):
            lines.setdefault(entry.path[:depth], entry.line)
        if entry.is_header:
            lines[entry.path] = entry.line
    return lines


def line_of(lines: dict[Path, int], path: Path) -> int | None:
    """The line of a path or of the nearest table or key around it; None if none stands in the text."""
    return next((lines[path[:depth]] for depth in range(len(path), 0, -1) if path[:depth] in lines), None)


def _numbered(path: Path, counts: dict[Path, int]) -> Path:
    """The path of a header with the place in its array after each array of tables it goes through."""
    *parents, last = path[:_DEEPEST]
    whole: Path = ()
    for part in parents:
        whole = (*whole, part)
        if whole in counts:
            whole = (*whole, str(counts[whole]))
    return (*whole, last, *path[_DEEPEST:])


def parts_of(dotted: str) -> Path:
    """The parts of a dotted path, quotes taken off."""
    return _dotted(dotted, 0)[0]


def _dotted(text: str, start: int) -> tuple[Path, int]:
    """Reads `a."b c".d`; returns the parts and the position just after them."""
    parts: list[str] = []
    position = start
    while match := _KEY.match(text, position):
        parts.append(_unquote(match.group(1)))
        position = match.end()
        if position >= len(text) or text[position] != ".":
            break
        position += 1
    return tuple(parts), position


def _unquote(key: str) -> str:
    if key[0] == '"' and "\\" in key:
        return next(iter(tomllib.loads(f"{key} = 0")))
    return key[1:-1] if key[0] in "\"'" else key


def _end_of_value(text: str, start: int) -> int:
    """Position of the line end that closes the value starting at `start`, strings and brackets respected."""
    depth = 0
    position = start
    while position < len(text):
        if token := _STRING.match(text, position) or _COMMENT.match(text, position):
            position = token.end()
            continue
        character = text[position]
        if character in "[{":
            depth += 1
        elif character in "]}":
            depth -= 1
        elif character == "\n" and depth == 0:
            return position
        position += 1
    return position
