"""Google's filter language, as far as lists use it: restrictions, NOT, AND, OR and parentheses.

As the language has it, OR binds tighter than AND, and two restrictions side by side are an AND. What it
has beyond that is refused, not guessed: a bare word without operator, `-` for NOT, wildcards in values.
Source: https://google.aip.dev/160
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Test = Callable[[Any], bool]

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
    r"|(?P<operator><=|>=|!=|=~|!~|=|<|>|:)"
    r"|(?P<sign>[(),])"
    r"""|(?P<word>[^\s"'(),<>=!~:]+)|(?P<wrong>\S))""",
    re.DOTALL,
)
_DEEPEST = 50


class FilterError(ValueError):
    """A filter that is none; `str()` says why."""


@dataclass(frozen=True)
class Call:
    """A function with its arguments, all texts."""

    name: str
    arguments: tuple[str, ...]


@dataclass(frozen=True)
class Restriction:
    """One comparison: a field (dotted path) or a function, an operator and a value."""

    left: str | Call
    operator: str
    value: str


def parse_filter(text: str, test_of: Callable[[Restriction], Test]) -> Test:
    """Read a filter; the empty one lets everything pass.

    Args:
        text: the filter.
        test_of: what one restriction asks; may raise FilterError.

    Raises:
        FilterError: the filter is not of this language, or is nested deeper than 50 levels.
    """
    parser = _Parser(_tokens(text), test_of)
    if not parser.more():
        return lambda _: True
    test = parser.conjunction(depth=0)
    if parser.more():
        raise FilterError(f"{parser.peek()!r} is not expected there")
    return test


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens = []
    for match in _TOKEN.finditer(text.rstrip()):
        kind = str(match.lastgroup)
        if kind == "wrong":
            raise FilterError(f"character {match.start(kind) + 1} begins nothing a filter may hold")
        tokens.append((kind, match[kind]))
    return tokens


class _Parser:
    """Goes through the tokens once, one method per rule of the grammar."""

    def __init__(self, tokens: list[tuple[str, str]], test_of: Callable[[Restriction], Test]) -> None:
        self._tokens = tokens
        self._test_of = test_of
        self._at = 0

    def more(self) -> bool:
        return self._at < len(self._tokens)

    def peek(self) -> str:
        """The next token as written; empty at the end."""
        return self._tokens[self._at][1] if self.more() else ""

    def conjunction(self, depth: int) -> Test:
        """Restrictions joined by AND, or just side by side."""
        tests = [self._disjunction(depth)]
        while self.more() and self.peek() != ")":
            self._skip("AND")
            tests.append(self._disjunction(depth))
        return lambda item: all(test(item) for test in tests)

    def _disjunction(self, depth: int) -> Test:
        tests = [self._negatable(depth)]
        while self._skip("OR"):
            tests.append(self._negatable(depth))
        return lambda item: any(test(item) for test in tests)

    def _negatable(self, depth: int) -> Test:
        if depth > _DEEPEST:
            raise FilterError(f"nested deeper than {_DEEPEST} levels")
        if self._skip("NOT"):
            test = self._negatable(depth + 1)
            return lambda item: not test(item)
        if self._skip("("):
            inner = self.conjunction(depth + 1)
            self._expect(")")
            return inner
        return self._restriction()

    def _restriction(self) -> Test:
        kind, word = self._next()
        if kind != "word" or word in ("AND", "OR"):
            raise FilterError(f"{word!r} stands where a field should")
        left: str | Call = word
        if self._skip("("):
            left = Call(word, tuple(self._arguments()))
        kind, sign = self._next()
        if kind != "operator":
            raise FilterError(f"{word!r} is followed by no operator")
        return self._test_of(Restriction(left, sign, self._value()))

    def _arguments(self) -> list[str]:
        if self._skip(")"):
            return []
        arguments = [self._value()]
        while self._skip(","):
            arguments.append(self._value())
        self._expect(")")
        return arguments

    def _value(self) -> str:
        kind, text = self._next()
        if kind == "text":
            # Other backslashes stay: regular expressions are full of them.
            return re.sub(r"""\\(["'\\])""", r"\1", text[1:-1])
        if kind != "word" or text in ("AND", "OR", "NOT"):
            raise FilterError(f"{text!r} stands where a value should")
        return text

    def _next(self) -> tuple[str, str]:
        if not self.more():
            raise FilterError("it ends too early")
        self._at += 1
        return self._tokens[self._at - 1]

    def _skip(self, token: str) -> bool:
        found = self.more() and self._tokens[self._at][0] != "text" and self.peek() == token
        self._at += found
        return found

    def _expect(self, token: str) -> None:
        if not self._skip(token):
            raise FilterError(f"{self.peek()!r} stands where {token!r} should")
