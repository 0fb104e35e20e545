"""Elements made to fit a selector, so that a page can show what a trigger listens to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any
from xml.etree import ElementTree

import cssselect2
from cssselect2 import parser

_EMPTY = frozenset({"area", "br", "hr", "img", "input", "source", "track", "wbr"})
_ELSEWHERE = frozenset(
    {"base", "caption", "col", "colgroup", "frame", "frameset", "head", "link", "meta", "option", "optgroup",
     "script", "style", "tbody", "td", "template", "tfoot", "th", "thead", "title", "tr"}
)  # fmt: skip
"""Elements that a browser takes out of where they are written, or that nobody sees."""

_OF_THE_PAGE = ("html", "body")


@dataclass
class Element:
    """An HTML element. `tag` is empty while no selector has said it."""

    tag: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element] = field(default_factory=list)
    text: str = ""

    def html(self) -> str:
        """Its markup, everything in it escaped."""
        attributes = "".join(f' {name}="{escape(value)}"' for name, value in self.attributes.items())
        if self.tag in _EMPTY:
            return f"<{self.tag}{attributes}>"
        inside = "".join(child.html() for child in self.children)
        return f"<{self.tag}{attributes}>{escape(self.text)}{inside}</{self.tag}>"


class _UnknownError(Exception):
    """Something of a selector that no element is made from."""


@dataclass(frozen=True)
class Sample:
    """Elements side by side, with what is around them, and the one among them that a selector selects."""

    roots: tuple[Element, ...]
    subject: Element

    def html(self) -> str:
        """The markup of all of them."""
        return "".join(root.html() for root in self.roots)


def sample_element(
    selector: str, default_tag: str, attributes: Mapping[str, str], text: str = ""
) -> Sample | None:
    """An element that a selector selects, inside a page; None where none can be made.

    Args:
        selector: as it is written, without mistakes; of a list, the first that an element can be made for.
        default_tag: what it is when the selector does not say.
        attributes: what it has beside what the selector wants.
        text: what stands in it.
    """
    for one in parser.parse(selector):
        try:
            sample = _built(one.parsed_tree, default_tag)
        except _UnknownError:
            continue
        subject = sample.subject
        for name, value in attributes.items():
            if not subject.attributes.get(name):
                subject.attributes[name] = value
        subject.text = text if not subject.children else ""
        if _is_selected(sample, selector):
            return sample
    return None


def _built(tree: Any, default_tag: str) -> Sample:
    roots: list[Element] = []
    subject = _place(tree, roots, {})
    subject.tag = subject.tag or default_tag
    # The page has these already.
    while len(roots) == 1 and roots[0].tag in _OF_THE_PAGE and roots[0] is not subject:
        roots = roots[0].children
    for element in _all(roots):
        element.tag = element.tag or "div"
        if element.tag in _ELSEWHERE or element.tag in _OF_THE_PAGE:
            raise _UnknownError
    return Sample(tuple(roots), subject)


def _place(tree: Any, roots: list[Element], siblings: dict[int, list[Element]]) -> Element:
    """The element of a selector, put beside or into those before it.

    `siblings` are the lists that elements stand in, by their `id()`.
    """
    element = Element()
    if isinstance(tree, parser.CombinedSelector):
        before = _place(tree.left, roots, siblings)
        beside = siblings[id(before)] if tree.combinator in "+~" else before.children
        tree = tree.right
    else:
        beside = roots
    beside.append(element)
    siblings[id(element)] = beside
    _fit(element, tree)
    return element


def _fit(element: Element, tree: Any) -> None:
    """Makes an element be what one compound of a selector wants."""
    match tree:
        case parser.CompoundSelector():
            for simple in tree.simple_selectors:
                _fit(element, simple)
        case parser.LocalNameSelector():
            element.tag = tree.lower_local_name
        case parser.IDSelector():
            element.attributes["id"] = tree.ident
        case parser.ClassSelector():
            before = element.attributes.get("class", "")
            element.attributes["class"] = f"{before} {tree.class_name}".strip()
        case parser.AttributeSelector():
            before = element.attributes.get(tree.lower_name, "")
            element.attributes[tree.lower_name] = _value(before, tree.operator, tree.value or "")
        case parser.NegationSelector() | parser.PseudoClassSelector():
            pass  # whether it holds is seen at the end
        case parser.MatchesAnySelector() | parser.SpecificityAdjustmentSelector():
            _fit(element, tree.selector_list[0].parsed_tree)
        case _:
            raise _UnknownError


def _value(before: str, operator: str | None, wanted: str) -> str:
    """An attribute's value that goes on fitting what was wanted of it before."""
    match operator:
        case None:
            return before
        case "^=":
            return wanted + before
        case "$=" | "*=":
            return before + wanted
        case "~=":
            return f"{before} {wanted}".strip()
        case _:
            return wanted


def _all(elements: list[Element]) -> Iterator[Element]:
    for element in elements:
        yield element
        yield from _all(element.children)


def _is_selected(sample: Sample, selector: str) -> bool:
    """Whether the subject is selected where the page shows it."""
    stage = ElementTree.Element("div", {"class": "stage"})
    made: dict[int, ElementTree.Element] = {}
    stage.extend(_tree(root, made) for root in sample.roots)
    page = stage
    for tag in ("div", "div", "body", "html"):
        outer = ElementTree.Element(tag)
        outer.append(page)
        page = outer
    wrapped = cssselect2.ElementWrapper.from_html_root(page)
    found = {id(one.etree_element) for one in wrapped.query_all(selector)}
    return id(made[id(sample.subject)]) in found


def _tree(element: Element, made: dict[int, ElementTree.Element]) -> ElementTree.Element:
    tree = ElementTree.Element(element.tag, element.attributes)
    made[id(element)] = tree
    tree.extend(_tree(child, made) for child in element.children)
    return tree
