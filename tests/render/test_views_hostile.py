"""Whatever text comes from outside, and wherever in a result: no format of any view lets it act."""

from __future__ import annotations

import io
import re
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import date
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from milepost.render.breakdown.data import render_breakdown_csv, render_breakdown_json
from milepost.render.breakdown.markdown import render_breakdown_markdown
from milepost.render.breakdown.text import render_breakdown_text
from milepost.render.experiment.data import render_experiment_csv, render_experiment_json
from milepost.render.experiment.markdown import render_experiment_markdown
from milepost.render.experiment.text import render_experiment_text
from milepost.render.funnel.as_csv import render_funnel_csv
from milepost.render.funnel.as_json import render_funnel_json
from milepost.render.funnel.markdown import render_funnel_markdown
from milepost.render.funnel.text import render_funnel_text
from milepost.render.heat.data import render_heat_csv, render_heat_json
from milepost.render.heat.markdown import render_heat_markdown
from milepost.render.heat.text import render_heat_text
from milepost.render.html.breakdown_page import render_breakdown_html
from milepost.render.html.experiment_page import render_experiment_html
from milepost.render.html.funnel_page import render_funnel_html
from milepost.render.html.heat_page import render_heat_html
from milepost.render.html.lift_page import render_lift_html
from milepost.render.html.report_page import render_report_html
from milepost.render.html.verify_page import render_verify_html
from milepost.render.lift.as_csv import render_lift_csv
from milepost.render.lift.as_json import render_lift_json
from milepost.render.lift.markdown import render_lift_markdown
from milepost.render.lift.text import render_lift_text
from milepost.render.report.as_csv import render_report_csv
from milepost.render.report.as_json import render_report_json
from milepost.render.report.markdown import render_report_markdown
from milepost.render.report.text import render_report_text
from milepost.render.verify.as_csv import render_verify_csv
from milepost.render.verify.as_json import render_verify_json
from milepost.render.verify.markdown import render_verify_markdown
from milepost.render.verify.text import render_verify_text
from milepost.reports.verification.results import Finding
from tests.library.results import breakdown, experiment, funnels, heat, lift, verification
from tests.render.reports import report_with_everything

_ACTING = "".join(map(chr, (*range(10), *range(11, 32), *range(0x7F, 0xA0)))) + (
    "\u061c\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
_ACTS = re.compile(f"[{re.escape(_ACTING)}]")
_TEXTS = st.text(st.sampled_from([*_ACTING, "\n", "[", "<", "=", "a"]), min_size=1, max_size=12)

Render = Callable[[Sequence[Any]], str]


def _screen(render: Callable[[Sequence[Any], Console], None]) -> Render:
    def text(results: Sequence[Any]) -> str:
        stream = io.StringIO()
        render(results, Console(file=stream, width=80, legacy_windows=False, _environ={}))
        return stream.getvalue()

    return text


_VIEWS: Mapping[str, tuple[Any, tuple[Render, ...], Render]] = {
    "report": (
        report_with_everything(),
        (_screen(render_report_text), render_report_markdown, render_report_csv, render_report_json),
        render_report_html,
    ),
    "breakdown": (
        breakdown(),
        (
            _screen(render_breakdown_text),
            render_breakdown_markdown,
            render_breakdown_csv,
            render_breakdown_json,
        ),
        render_breakdown_html,
    ),
    "heat": (
        heat(),
        (_screen(render_heat_text), render_heat_markdown, render_heat_csv, render_heat_json),
        render_heat_html,
    ),
    "experiment": (
        experiment(),
        (
            _screen(render_experiment_text),
            render_experiment_markdown,
            render_experiment_csv,
            render_experiment_json,
        ),
        render_experiment_html,
    ),
    "funnel": (
        funnels(),
        (_screen(render_funnel_text), render_funnel_markdown, render_funnel_csv, render_funnel_json),
        render_funnel_html,
    ),
    "verify": (
        replace(verification(), findings=(Finding(("purchase",), "Silent.", ("Look.",), failing=True),)),
        (_screen(render_verify_text), render_verify_markdown, render_verify_csv, render_verify_json),
        render_verify_html,
    ),
    "lift": (
        lift(),
        (_screen(render_lift_text), render_lift_markdown, render_lift_csv, render_lift_json),
        render_lift_html,
    ),
}


def _spoiled(value: Any, hint: Any, text: str) -> Any:
    """The value with the text at the front of all its free texts; what is one of a few words stays."""
    if is_dataclass(value) and not isinstance(value, type):
        hints = typing.get_type_hints(type(value))
        told = {
            field.name: _spoiled(getattr(value, field.name), hints[field.name], text)
            for field in fields(value)
            if field.init
        }
        return replace(value, **told)
    hint = getattr(hint, "__value__", hint)
    if typing.get_origin(hint) in (types.UnionType, typing.Union):
        kind = str if isinstance(value, str) else tuple if isinstance(value, tuple) else None
        fitting = [arg for arg in typing.get_args(hint) if (typing.get_origin(arg) or arg) is kind]
        return _spoiled(value, fitting[0], text) if fitting else value
    if hint is str:
        return f"{text}{value}"
    if typing.get_origin(hint) is Literal or not isinstance(value, tuple):
        return value
    args = typing.get_args(hint)
    each = args[:1] * len(value) if args[-1:] == (Ellipsis,) else args
    return tuple(_spoiled(part, arg, text) for part, arg in zip(value, each, strict=True))


def test_the_spoiler_reaches_every_free_text() -> None:
    spoiled = _spoiled(report_with_everything(), None, "!")

    assert spoiled.name.startswith("!")
    assert all(note.startswith("!") for note in spoiled.notes)
    assert all(c.label.startswith("!") and c.role in ("macro", "micro") for c in spoiled.conversions)
    assert isinstance(spoiled.period.first, date)


@pytest.mark.parametrize("view", _VIEWS)
@settings(max_examples=25, deadline=None)
@given(text=_TEXTS)
def test_no_text_acts_in_any_format(view: str, text: str) -> None:
    result, renders, _ = _VIEWS[view]
    spoiled = _spoiled(result, None, text)

    for render in renders:
        found = _ACTS.search(render([spoiled]).replace("\r\n", "\n"))
        assert not found, (render.__name__, found)


@pytest.mark.parametrize("view", _VIEWS)
def test_no_text_acts_on_a_page(view: str) -> None:
    result, _, page = _VIEWS[view]

    assert not _ACTS.search(page([_spoiled(result, None, f"{_ACTING}<b>")]))
