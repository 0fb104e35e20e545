"""Vega-Lite specifications drawn as SVG that can stand inside a page."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

from milepost.errors import InputError
from milepost.render.html.page import Chart, Frame

_VEGA_LITE = "6.4"
_LONG = re.compile(r"-?\d+\.\d{3,}(?:e-?\d+)?")
_RUNTIME = frozenset({"class", "role", "pointer-events", "version"})
_EMPTY = frozenset({"background", "foreground"})


def draw_chart(chart: Chart, frame: Frame) -> str:
    """An `svg` element without ids, scripts or addresses, hidden from assistive technology.

    Raises:
        InputError: the package that draws is not installed.
    """
    spec = dict(chart.draw(frame))
    svg = _vega_lite().vegalite_to_svg(spec, vl_version=_VEGA_LITE, allowed_base_urls=[])
    return _lean(svg, frame.width)


def require_drawing() -> None:
    """Fails early where pages cannot be written.

    Raises:
        InputError: a package of the extra `html` is not installed.
    """
    _vega_lite()


def _vega_lite() -> Any:
    try:
        import jinja2  # noqa: F401 - one extra, one remedy
        import vl_convert
    except ModuleNotFoundError as error:
        raise InputError(
            "--format html", f"a package is missing ({error.name})", "pip install 'milepost[html]'"
        ) from None
    return vl_convert


def _lean(svg: str, least_width: int) -> str:
    """The same picture without what only Vega's own runtime uses, and with numbers cut to what shows.

    A narrower one gets an empty right: stretched over the page, its type would be larger than that of others.
    """
    root = ElementTree.fromstring(svg)  # noqa: S314 - see the import
    for element in root.iter():
        _clean(element)
    width = max(float(root.get("width", 0)), least_width)
    height = float(root.get("height", 0))
    root.attrib = {"viewBox": f"0 0 {width:g} {height:g}", "aria-hidden": "true", "focusable": "false"}
    return ElementTree.tostring(root, encoding="unicode")


def _clean(element: ElementTree.Element) -> None:
    # Without its namespace, an HTML parser reads the element all the same.
    element.tag = element.tag.rpartition("}")[2]
    for child in list(element):
        if child.get("class") in _EMPTY and not child.get("fill") and not child.get("stroke"):
            element.remove(child)
    element.attrib = {
        name: _LONG.sub(lambda found: f"{float(found[0]):.2f}", value)
        for name, value in element.attrib.items()
        if name not in _RUNTIME and not name.startswith("aria-") and (name, value) != ("opacity", "1")
    }
