"""A page as HTML."""

from __future__ import annotations

from importlib.resources import files

from milepost.render.html.draw import draw_chart, require_drawing
from milepost.render.html.page import NARROW, WIDE, Page, anchor
from milepost.render.html.palette import PALETTE, shade
from milepost.render.safe import plain

_TEMPLATE = "page.html.jinja"
_STYLE = "style.css"


def write_page(page: Page) -> str:
    """The whole document, ending in a newline. The same page is the same text, character for character.

    Raises:
        InputError: a package of the extra `html` is not installed.
    """
    require_drawing()
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # Before the escaping: nothing from outside turns the text around it, whatever it holds.
        finalize=lambda value: (
            plain(value) if isinstance(value, str) and not hasattr(value, "__html__") else value
        ),
    )
    folder = files(__package__)
    template = environment.from_string(folder.joinpath(_TEMPLATE).read_text(encoding="utf-8"))
    text = template.render(
        page=page,
        style=Markup(folder.joinpath(_STYLE).read_text(encoding="utf-8")),  # noqa: S704 - our own file
        palette=PALETTE,
        frames=(WIDE, NARROW),
        # Vega escapes what it writes into its pictures.
        draw=lambda chart, frame: Markup(draw_chart(chart, frame)),  # noqa: S704
        anchor=anchor,
        shade=shade,
    )
    return f"{text.rstrip()}\n"
