from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.model.lines import Path, line_index, line_of

# Each a value as TOML writes it. All hold something that looks like a header, a key or an end and is none.
VALUES = (
    "1",
    "true # [not.a.header]",
    '"a # b = [c]"',
    "'it is \\'",
    '"\\""',
    "2024-01-01 10:00:00",
    '"""\n[fake]\nkey = 1\n"""',
    "'''\n[[fake]]\nkey = 'x'\n'''",
    '""""quoted""""',
    '["""x"""", "b]"]',
    "['''y'''', 'c]']",
    '"""\\\n   folded \\"""\n"""',
    "[\n  1, # one ]\n  [2, 3],\n\n]",
    '[{ a = 1 }, { b = "]" }]',
    '{ x = { y = "}" } }',
    "''",
    '""',
)
NAMES = st.text(st.sampled_from("abZ09-_ .\"'\\#[]=é\t"), max_size=4)
KINDS = st.sampled_from(["table", "tables", "sub-table"])


@dataclass
class Page:
    """A TOML text being written; it keeps what stands where while it writes."""

    lines: list[str] = field(default_factory=list)
    where: dict[Path, int] = field(default_factory=dict)

    def write(self, text: str, path: Path | None = None) -> None:
        if path is not None:
            self.where[path] = len(self.lines) + 1
        self.lines += text.split("\n")


def written(draw: st.DrawFn, name: str) -> str:
    forms = [json.dumps(name, ensure_ascii=draw(st.booleans()))]
    if re.fullmatch(r"[A-Za-z0-9_-]+", name):
        forms.append(name)
    if "'" not in name:
        forms.append(f"'{name}'")
    return draw(st.sampled_from(forms))


def write_keys(draw: st.DrawFn, page: Page, table: Path) -> None:
    for name in draw(st.lists(NAMES, unique=True, max_size=3)):
        page.write(draw(st.sampled_from(["", "# a = 1", "  # [b]", "\t"])))
        indent, space = draw(st.sampled_from(["", "  "])), draw(st.sampled_from(["", " "]))
        key, path = written(draw, name), (*table, name)
        if draw(st.booleans()):
            # Dotted keys may not reach into a table that has a header: the tables below never have this name.
            key, path = f"{key} . dotted", (*path, "dotted")
        value = draw(st.sampled_from(VALUES))
        page.write(f"{indent}{key}{space}={space}{value}{draw(st.sampled_from(['', ' # [c]']))}", path)


def write_table(draw: st.DrawFn, page: Page, name: str) -> None:
    quoted = written(draw, name)
    match draw(KINDS):
        case "table":
            page.write(f"[ {quoted} ] # x = 1", (name,))
            write_keys(draw, page, (name,))
        case "sub-table":
            page.write(f"[{quoted}.{quoted}]", (name, name))
            write_keys(draw, page, (name, name))
        case _:
            for index in range(draw(st.integers(1, 3))):
                page.write(f"[[{quoted}]]", (name, str(index)))
                write_keys(draw, page, (name, str(index)))
                for inner in range(draw(st.integers(0, 2))):
                    page.write(f"[[{quoted}.'inner tables']]", (name, str(index), "inner tables", str(inner)))
                    write_keys(draw, page, (name, str(index), "inner tables", str(inner)))
                if draw(st.booleans()):
                    page.write(f"[{quoted}.'inner table']", (name, str(index), "inner table"))
                    write_keys(draw, page, (name, str(index), "inner table"))


@st.composite
def pages(draw: st.DrawFn) -> Page:
    page = Page()
    write_keys(draw, page, ())
    for number, name in enumerate(draw(st.lists(NAMES, max_size=4))):
        write_table(draw, page, f"{number}{name}-table")
    return page


def at(value: Any, path: Path) -> Any:
    for part in path:
        value = value[int(part)] if isinstance(value, list) else value[part]
    return value


@given(pages(), st.sampled_from(["\n", "\r\n"]))
def test_every_table_and_key_has_its_true_line(page: Page, end: str) -> None:
    text = end.join(page.lines)
    raw = tomllib.loads(text)
    found = line_index(text)
    for path, line in page.where.items():
        at(raw, path)  # the standard parser knows the path too, so the page is not written wrongly
        assert found[path] == line, path


@given(pages())
def test_no_path_is_found_that_the_parser_does_not_know(page: Page) -> None:
    text = "\n".join(page.lines)
    raw = tomllib.loads(text)
    for path in line_index(text):
        at(raw, path)


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("a", "b"), 2),
        (("a", "b", "missing"), 2),
        (("a", "list", "1", "x"), 3),
        (("a", "missing"), 1),
        (("missing",), None),
        ((), None),
    ],
)
def test_a_path_without_a_line_takes_that_of_what_holds_it(path: Path, line: int | None) -> None:
    assert line_of(line_index("[a]\nb = {}\nlist = [{}, {}]\n"), path) == line


def test_a_header_gives_its_line_to_the_table_even_after_its_sub_tables() -> None:
    assert line_index("[a.b]\nx = 1\n[a]\ny = 2\n")[("a",)] == 3


def test_endless_dotted_keys_do_not_blow_up_the_index() -> None:
    path = ("a",) * 5000
    assert line_of(line_index(".".join(path) + " = 1\n"), path) == 1
