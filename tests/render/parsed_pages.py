"""HTML pages read the way a browser reads them, for tests that look at what is there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = frozenset({"meta", "br", "hr", "img", "link", "input", "wbr"})


@dataclass
class Element:
    """One element with what is inside it, texts among them, in order."""

    tag: str
    attributes: dict[str, str]
    inside: list[Element | str] = field(default_factory=list)

    def walk(self) -> Iterator[Element]:
        """This element and all below it, in the order of the page."""
        yield self
        for part in self.inside:
            if isinstance(part, Element):
                yield from part.walk()

    def all(self, *tags: str) -> list[Element]:
        """Every element below with one of the tags."""
        return [element for element in self.walk() if element.tag in tags and element is not self]

    def one(self, tag: str) -> Element:
        """The only element below with the tag."""
        (found,) = self.all(tag)
        return found

    @property
    def classes(self) -> set[str]:
        return set(self.attributes.get("class", "").split())

    @property
    def text(self) -> str:
        """All texts inside, as they stand."""
        return "".join(part if isinstance(part, str) else part.text for part in self.inside)

    @property
    def words(self) -> str:
        """All texts inside, with single spaces."""
        return " ".join(self.text.split())


class _Reader(HTMLParser):
    """Fails on an element that is closed twice, never, or in the wrong order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs), f"an attribute twice in <{tag}>"
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].inside.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop().tag == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        self._open[-1].inside.append(data)

    def close(self) -> None:
        super().close()
        assert self._open == [self.root], f"<{self._open[-1].tag}> is never closed"


def parse_page(text: str) -> Element:
    """The page's root, whose elements all stand inside each other as they should."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader.root.one("html")


def table_rows(table: Element) -> list[list[str]]:
    """The words of each cell, row by row, the headings first."""
    return [[cell.words for cell in row.all("th", "td")] for row in table.all("tr")]
