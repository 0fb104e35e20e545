"""CSS selectors as browsers read them: what is wrong with one, and what it selects."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import tinycss2
from cssselect2 import parser

_PSEUDO_CLASSES = frozenset(
    {
        "active", "any-link", "autofill", "checked", "default", "defined", "disabled", "empty", "enabled",
        "first-child", "first-of-type", "focus", "focus-visible", "focus-within", "fullscreen", "hover",
        "in-range", "indeterminate", "invalid", "last-child", "last-of-type", "link", "modal", "only-child",
        "only-of-type", "open", "optional", "out-of-range", "paused", "placeholder-shown", "playing",
        "popover-open", "read-only", "read-write", "required", "root", "scope", "target", "user-invalid",
        "user-valid", "valid", "visited",
    }
)  # fmt: skip
_FUNCTIONS = frozenset(
    {"dir", "has", "is", "lang", "not", "nth-child", "nth-last-child", "nth-last-of-type", "nth-of-type",
     "state", "where"}
)  # fmt: skip
_OF_JQUERY = frozenset(
    {"animated", "button", "checkbox", "contains", "eq", "even", "file", "first", "gt", "has-text", "header",
     "hidden", "image", "input", "last", "lt", "odd", "parent", "password", "radio", "reset", "selected",
     "submit", "text", "visible"}
)  # fmt: skip
_COMBINATORS = (">", "+", "~")
_POSITION = re.compile(r"odd|even|[+-]?[0-9]*n(\s*[+-]\s*[0-9]+)?|[+-]?[0-9]+", re.IGNORECASE)
_LINKS = ("a", "area")


Problem = tuple[str, str]
"""A cause and a remedy."""


def selector_problem(text: str) -> Problem | None:
    """What keeps a browser from using a selector, and what to do about it; None when nothing does.

    Source: Selectors Level 4 and the pseudo-classes of HTML; jQuery's own additions are no CSS.
    """
    selectors, problem = _parsed(text)
    if problem is not None:
        return problem
    if "{{" in text:
        return "holds {{, where Tag Manager sees a variable", "Write the selector without it."
    for selector in selectors:
        if selector.pseudo_element is not None:
            return f'"::{selector.pseudo_element}" is no element that can be clicked or seen', "Leave it out."
        for name, known in _pseudo_classes(selector.parsed_tree):
            if name not in known:
                whose = "jQuery's, not CSS" if name in _OF_JQUERY else "no pseudo-class that browsers know"
                return f'":{name}" is {whose}', "Select by id, class or attribute."
    # What can be read only because it ends where it does cannot be written into a list.
    return _parsed(with_descendants(text))[1]


def _parsed(text: str) -> tuple[list[Any], Problem | None]:
    """The selectors of a list, or why there are none."""
    try:
        for inner in _inside(tinycss2.parse_component_value_list(text)):
            list(parser.parse(inner))
        return list(parser.parse(text)), None
    except parser.SelectorError as error:
        cause = f'"{text}" is no CSS selector: {error.args[-1]}'
        return [], (cause, "Try it in the browser's console: $$('…').")
    except AttributeError:
        # The parser looks for what follows a bar even where nothing does.
        return [], (f'"{text}" is no CSS selector: it ends too early', "Write what comes after the bar.")
    except RecursionError:
        return [], ("nests too deeply", "Write a shorter selector.")


def _inside(pieces: list[Any]) -> Iterator[str]:
    """Selectors inside functions of which the parser passes over mistakes, for it to read on their own.

    Of `:has(…)` those are all, without the combinator before them; it does not stand in itself. Of
    `:nth-child(… of …)`, what stands after `of`.
    """
    for piece in pieces:
        if piece.type != "function":
            continue
        if piece.lower_name == "has":
            if _names_has(piece.arguments):
                raise parser.SelectorError(None, ":has stands in itself")
            for part in _parts(piece.arguments):
                combined = bool(part) and part[0].type == "literal" and part[0].value in _COMBINATORS
                yield tinycss2.serialize(part[1:] if combined else part)
        if piece.lower_name.startswith("nth-"):
            position, of, selector = _split_of(piece.arguments)
            # Between two numbers, an empty comment keeps them apart.
            written = tinycss2.serialize(position).replace("/**/", "").strip()
            misplaced = of and piece.lower_name.endswith("of-type")
            if not _POSITION.fullmatch(written) or misplaced:
                raise parser.SelectorError(None, f":{piece.lower_name} wants a position such as 2n+1")
            if of:
                yield tinycss2.serialize(selector)
        if piece.lower_name in ("lang", "dir") and not _parts(piece.arguments)[0]:
            raise parser.SelectorError(None, f":{piece.lower_name} is empty")
        yield from _inside(piece.arguments)


def _names_has(pieces: list[Any]) -> bool:
    functions = [piece for piece in pieces if piece.type == "function"]
    return any(f.lower_name == "has" or _names_has(f.arguments) for f in functions)


def _split_of(arguments: list[Any]) -> tuple[list[Any], bool, list[Any]]:
    """What stands before and after the word `of`, and whether there is one."""
    for number, piece in enumerate(arguments):
        if piece.type == "ident" and piece.lower_value == "of":
            return arguments[:number], True, arguments[number + 1 :]
    return arguments, False, []


def _pseudo_classes(tree: Any) -> Iterator[tuple[str, frozenset[str]]]:
    """Every pseudo-class in a selector, with those that may be written its way."""
    match tree:
        case parser.PseudoClassSelector():
            yield tree.name, _PSEUDO_CLASSES
        case parser.FunctionalPseudoClassSelector():
            yield tree.name, _FUNCTIONS
        case parser.CombinedSelector():
            yield from _pseudo_classes(tree.left)
            yield from _pseudo_classes(tree.right)
        case parser.CompoundSelector():
            for simple in tree.simple_selectors:
                yield from _pseudo_classes(simple)
        case _:
            for inner in getattr(tree, "selector_list", ()):
                # Inside :has() a selector stands with its combinator around it.
                yield from _pseudo_classes(getattr(inner, "selector", inner).parsed_tree)


def selects_links_only(text: str) -> bool:
    """Whether everything that a selector selects is a link with an address."""
    return all(_is_link(selector.parsed_tree) for selector in parser.parse(text))


def _is_link(tree: Any) -> bool:
    subject = tree.right if isinstance(tree, parser.CombinedSelector) else tree
    simple = getattr(subject, "simple_selectors", (subject,))
    named = any(isinstance(s, parser.LocalNameSelector) and s.lower_local_name in _LINKS for s in simple)
    addressed = any(isinstance(s, parser.AttributeSelector) and s.lower_name == "href" for s in simple)
    return named and addressed


def with_descendants(text: str) -> str:
    """The selector of the same elements and of everything inside them.

    A click is told of the innermost element, so that `button` alone misses the icon on the button.
    """
    pieces = tinycss2.parse_component_value_list(text, skip_comments=True)
    alone = [tinycss2.serialize(part) for part in _parts(pieces)]
    return ", ".join(f"{one}, {one} *" for one in alone)


def _parts(pieces: list[Any]) -> list[list[Any]]:
    """What stands between commas, without blanks around it; a blank that ends an escape belongs to it."""
    parts: list[list[Any]] = [[]]
    for piece in pieces:
        if piece == ",":
            parts.append([])
        else:
            parts[-1].append(piece)
    return [_trimmed(part) for part in parts]


def _trimmed(part: list[Any]) -> list[Any]:
    inside = [n for n, piece in enumerate(part) if piece.type != "whitespace"]
    return part[inside[0] : inside[-1] + 1] if inside else []
