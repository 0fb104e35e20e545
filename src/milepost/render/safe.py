"""Names from outside (labels, property names, Google's messages) made harmless for where they are shown."""

from __future__ import annotations

import re
import unicodedata

_INVISIBLE = frozenset({"Cc", "Cs", "Zl", "Zp"})
# Marks that turn the direction of the text after them: a name could disguise what stands beside it.
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# The last four are the full-width twins, which some spreadsheets read alike.
_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>|~#&$!])")
_CODE = re.compile(r"[\w:./-]+")
# GitHub makes links and mentions of these after Markdown is done, whatever was escaped; not inside code.
_LINKED = re.compile(r"@|#\d|\w#|://|www\.|\bGH-\d|:[\w+-]+:", re.IGNORECASE)

# Signs between which Markdown, HTML or GitHub could see something of their own.
_SIGN = re.compile(r"[^\w \-,;()]|_| (?= )|^ | $")


def plain(text: str) -> str:
    """One line without anything a terminal would act on: escapes, line ends, marks that turn text around."""
    return "".join(" " if _acts(character) else character for character in text)


def _acts(character: str) -> bool:
    return character in _TURNING or unicodedata.category(character) in _INVISIBLE


def csv_cell(text: str) -> str:
    """Text that no spreadsheet takes for a formula: a leading apostrophe where it looks like one.

    Source: OWASP, "CSV Injection".
    """
    shown = plain(text)
    return f"'{shown}" if shown.lstrip().startswith(_FORMULA) else shown


def markdown(text: str) -> str:
    """Text that Markdown shows as it is, inside a table too: no HTML, emphasis or new cell comes of it."""
    return _MARKDOWN.sub(r"\\\1", plain(text))


def markdown_code(text: str) -> str:
    """A name in code style; one with unusual characters as escaped text instead."""
    return f"`{text}`" if _CODE.fullmatch(text) else markdown(text)


def markdown_inert(text: str, *, in_table: bool = False) -> str:
    """As `markdown`, and in code style where GitHub would make a link of it, or call somebody."""
    return markdown_literal(text, in_table=in_table) if _LINKED.search(text) else markdown(text)


def markdown_literal(text: str, *, in_table: bool = False) -> str:
    """Any text in code style. What backticks cannot hold is written out sign by sign.

    In a table, a bar ends the cell even inside code, unless a backslash stands before it, and just one.
    """
    shown = plain(text)
    if shown and shown.strip() == shown and "`" not in shown and not (in_table and "\\|" in shown):
        return f"`{shown.replace('|', chr(92) + '|') if in_table else shown}`"
    return f"<code>{_SIGN.sub(lambda sign: f'&#{ord(sign.group())};', shown)}</code>"
