"""No text, however broken, makes the check raise; what it says of a text is always usable."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.errors import Problem
from milepost.model.load import check_text

CATALOGUE = (Path(__file__).parents[2] / "conversions.toml").read_text(encoding="utf-8").split("\n")
# Values of a wrong kind, at their worst.
ODD = (
    *('""', "0", "-1", "nan", "inf", "1e400", "true", "[]", "[[]]", "{}", "[1, [2]]", '["a", 1, {}]'),
    *(
        "2024-01-01",
        "12:00:00",
        "{ a = { b = 1 } }",
        f"0x{'f' * 4000}",
        '"\\u0000"',
        '"]\\n[x]"',
        "'*'",
        '"${X}"',
    ),
)
OTHER_KEYS = ("id", "from", "when", "set", "version", "business_types", "label", "scope", "journey", '"a b"')


def hold(text: str) -> tuple[Problem, ...]:
    """What must be true of the answer to any text."""
    document, problems = check_text(text)
    assert document is not None or any(p.severity == "error" for p in problems)
    for problem in problems:
        assert problem.cause
        assert problem.remedy
        assert problem.line is None or 1 <= problem.line <= text.count("\n") + 1
    assert check_text(text)[1] == problems
    return problems


@given(st.text())
def test_any_text_is_answered(text: str) -> None:
    hold(text)


@given(st.text(st.sampled_from("[]{}=.,\"'#\\ \n1ab_"), max_size=60))
def test_any_text_that_looks_like_toml_is_answered(text: str) -> None:
    hold(text)
    hold(f"version = 1\n{text}")


@st.composite
def slices(draw: st.DrawFn) -> list[str]:
    """Some lines of the catalogue that follow each other: checking all of it a hundred times takes long."""
    start = draw(st.integers(0, len(CATALOGUE) - 1))
    return ["version = 1", *CATALOGUE[start : start + draw(st.integers(1, 60))]]


@given(slices(), st.data())
def test_a_mangled_catalogue_is_answered(lines: list[str], data: st.DataObject) -> None:
    for _ in range(data.draw(st.integers(1, 4))):
        where = data.draw(st.integers(0, len(lines) - 1))
        match data.draw(st.sampled_from(["delete", "double", "move", "flip"])):
            case "delete":
                del lines[where : where + data.draw(st.integers(1, 3))]
            case "double":
                lines.insert(where, lines[where])
            case "move":
                lines.insert(data.draw(st.integers(0, len(lines))), lines.pop(where))
            case _:
                at = data.draw(st.integers(0, len(lines[where])))
                lines[where] = lines[where][:at] + data.draw(st.characters()) + lines[where][at + 1 :]
        lines = lines or [""]
    hold("\n".join(lines))


@given(slices(), st.data())
def test_odd_values_and_keys_are_answered(lines: list[str], data: st.DataObject) -> None:
    """Still TOML, so that every rule gets to see them."""
    settable = [n for n, line in enumerate(lines) if " = " in line and not line.startswith("#")]
    for where in data.draw(st.sets(st.sampled_from(settable), min_size=1, max_size=6)):
        key, _, value = lines[where].partition(" = ")
        if data.draw(st.booleans()):
            key = data.draw(st.sampled_from(OTHER_KEYS))
        else:
            value = data.draw(st.sampled_from(ODD))
        lines[where] = f"{key} = {value}"
    hold("\n".join(lines))


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 50_000,
        "a = " + "[" * 50_000 + "]" * 50_000,
        "a = " + "{ a = " * 3_000 + "1" + " }" * 3_000,
        ".".join(["a"] * 2_000) + " = 1",
        "[" + ".".join(["a"] * 2_000) + "]",
    ],
    ids=["open lists", "lists", "tables", "dotted key", "dotted header"],
)
def test_deep_nesting_is_answered(text: str) -> None:
    assert hold(text)[0].severity == "error"


def test_a_number_of_thousands_of_digits_is_placed() -> None:
    problem = hold(f"version = 1\n[properties.a]\nid = {'1' * 5000}\n")[0]
    assert (problem.line, problem.cause) == (3, "a number has thousands of digits")


@pytest.mark.parametrize(
    ("text", "line", "cause"),
    [
        ("version = 1\n[a\nb = 1", 2, "expected ']'"),
        ("version = 1\nversion = 1\n", 2, "cannot overwrite a value"),
        ('version = 1\nlabel = "open\n', 2, "illegal character"),
        ('version = 1\nlabel = """open\n\n', 4, "unterminated string"),
        ("version = 1\nday = 2024-02-30", 2, "invalid date"),
    ],
)
def test_broken_syntax_is_placed(text: str, line: int, cause: str) -> None:
    (problem,) = hold(text)
    assert problem.line == line
    assert problem.cause.startswith("not valid TOML: ")
    assert cause in problem.cause
