"""Finding and reading the conversions file."""

from __future__ import annotations

import os
import re
import stat
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Literal

from milepost.errors import ConfigError, InputError, Problem
from milepost.model.check import check_document
from milepost.model.document import Document
from milepost.model.findings import Finding, placed
from milepost.model.validate import validate

FILE_NAME = "conversions.toml"
_LARGEST = 4 * 1024 * 1024
_SHOWN = 20


@dataclass(frozen=True)
class ConversionsFile:
    """A usable file: where it is, what it says, and the warnings about it."""

    path: Path
    document: Document
    warnings: tuple[Problem, ...]


def find_file(given: Path | None = None, start: Path | None = None) -> Path:
    """The file named, or the nearest `conversions.toml` from `start` (default: here) upward.

    Raises:
        InputError: there is none.
    """
    if given is not None:
        found = _look_at(given)
        if found == "folder":
            raise InputError(str(given), "is a folder", f"Name the file in it: {given / FILE_NAME}.")
        if found == "nothing":
            raise InputError(
                str(given), "does not exist", "Check the path, or make one with 'milepost init'."
            )
        return given
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / FILE_NAME).is_file():
            return folder / FILE_NAME
    raise InputError(
        str(here),
        f"no {FILE_NAME} here or in any folder above",
        "Make one with 'milepost init --business-type ecommerce', or name one with --config.",
    )


def _look_at(path: Path) -> Literal["file", "folder", "nothing"]:
    """What there is; a file that cannot be seen for lack of rights is left to the reading of it."""
    try:
        mode = path.stat().st_mode
    except PermissionError:
        return "file"
    except OSError:
        return "nothing"
    return "folder" if stat.S_ISDIR(mode) else "file"


def load_file(path: Path) -> ConversionsFile:
    """Read and check one conversions file.

    Raises:
        InputError: it cannot be read as text at all.
        ConfigError: it has errors; `problems` lists all of them, warnings too.
    """
    text = read_text(path)
    document, problems = check_text(text)
    if document is None or any(p.severity == "error" for p in problems):
        raise ConfigError(str(path), problems)
    return ConversionsFile(path, document, problems)


def check_text(text: str) -> tuple[Document | None, tuple[Problem, ...]]:
    """Everything wrong with a file's text, and the document as far as it can be understood."""
    if not text.strip():
        finding = Finding((), "the file is empty", "Fill it with 'milepost init --business-type ecommerce'.")
        return None, placed([finding], text)
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return None, (_syntax_problem(error, text),)
    except RecursionError:
        return None, (Problem("", "values are nested too deeply", "A conversions file needs four levels."),)
    except ValueError:
        # Python reads whole numbers up to a limit of digits, and says so with a plain ValueError.
        return None, (_endless_number(text),)
    document, findings = validate(raw)
    if document is not None:
        findings.extend(check_document(document, findings))
    return document, placed(findings, text)


_KEY = r"'([^']*)'"
_KEYS = re.compile(rf"\({_KEY}(, {_KEY})*,?\)")
"""How Python's parser names a table that is declared twice: as a tuple."""


def _syntax_problem(error: tomllib.TOMLDecodeError, text: str) -> Problem:
    message = str(error)
    cause, _, where = message.partition(" (at ")
    cause = _KEYS.sub(lambda keys: f"[{'.'.join(re.findall(_KEY, keys[0]))}]", cause)
    digits = [int(word) for word in where.replace(",", " ").replace(")", " ").split() if word.isdigit()]
    line = digits[0] if digits else text.count("\n") + 1
    return Problem(
        "", f"not valid TOML: {cause[:1].lower()}{cause[1:]}", "Mend the syntax on this line.", line
    )


def _endless_number(text: str) -> Problem:
    number = re.search(r"[0-9_]{4300,}", text)
    line = text.count("\n", 0, number.start()) + 1 if number else None
    return Problem("", "a number has thousands of digits", "Mend the number on this line.", line)


def read_text(path: Path) -> str:
    """The file's text.

    Raises:
        InputError: it cannot be read, is too large, or is no UTF-8 text.
    """
    try:
        with path.open("rb") as file:
            # One byte more than allowed tells too large, whatever the size that a device or a pipe claims.
            content = file.read(_LARGEST + 1)
            size = max(os.fstat(file.fileno()).st_size, len(content))
    except OSError as error:
        raise InputError(
            str(path), f"cannot be read ({error.strerror})", "Check the path and its rights."
        ) from None
    if size > _LARGEST:
        raise InputError(
            str(path),
            f"is {size / 1024 / 1024:.0f} MiB large; a conversions file has some kilobytes",
            "Is it the right file?",
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InputError(
            str(path), f"is not UTF-8 text (line {line})", "Save it as UTF-8, or name another file."
        ) from None
    if "\0" in text:
        raise InputError(str(path), "is a binary file", "Name a TOML file.")
    return text


def selected(names: Iterator[str] | tuple[str, ...], known: tuple[str, ...], path: Path) -> tuple[str, ...]:
    """Properties asked for by name or shell pattern (`shop-*`), in the file's order; by default all.

    Raises:
        InputError: a name that the file does not have, or a pattern that fits none.
    """
    wanted = tuple(names)
    found = {w: [w] if w in known else [name for name in known if fnmatchcase(name, w)] for w in wanted}
    unknown = [word for word, matches in found.items() if not matches]
    if unknown:
        more = f" and {len(known) - _SHOWN} more" if len(known) > _SHOWN else ""
        has = f"It has: {', '.join(known[:_SHOWN]) or 'none'}{more}."
        raise InputError(str(path), f"has no property {', '.join(unknown)}", has)
    chosen = {name for matches in found.values() for name in matches}
    return tuple(name for name in known if not wanted or name in chosen)
