"""Variables of a container: where the values of parameters come from, in Tag Manager's terms."""

from __future__ import annotations

from milepost.model.selectors import selects_links_only
from milepost.model.trigger import Source, Trigger
from milepost.tracking.container.format import Parameter
from milepost.tracking.container.parts import named, reference, text, truth
from milepost.tracking.script import script_json

Definition = tuple[str, list[Parameter]]
"""A variable's type and parameters."""

MEASUREMENT_ID = named("Measurement ID")

_OF_PAGE = {"url": "Page URL", "path": "Page Path", "host": "Page Hostname", "referrer": "Referrer"}
_OF_VIDEO = {
    "title": "Video Title",
    "url": "Video URL",
    "percent": "Video Percent",
    "provider": "Video Provider",
    "duration": "Video Duration",
    "current_time": "Video Current Time",
}
_OF_ELEMENT = {"text": "Text", "url": "URL", "id": "ID", "classes": "Classes"}
_ATTRIBUTE_OF = {"id": "id", "classes": "class"}
_READ_ELEMENT = {
    "text": "(e.innerText || e.textContent || '').trim()",
    "url": "e.href",
    "id": "e.getAttribute('id')",
    "classes": "e.getAttribute('class')",
}


class Variables:
    """The variables that tags and triggers of one container ask for, each defined once."""

    def __init__(self) -> None:
        self.own: dict[str, Definition] = {}
        self.built_in: set[str] = set()

    def use(self, built_in: str) -> str:
        """Notes that a built-in variable is used; gives its name."""
        self.built_in.add(built_in)
        return built_in

    def value(self, event: str, trigger: Trigger, source: Source) -> str:
        """What to write in a tag for a parameter's value."""
        if source.value is not None:
            return str(source.value)
        if source.page is not None:
            return reference(self._page(source.page))
        if source.query is not None:
            parameters = [text("component", "QUERY"), text("queryKey", source.query)]
            return self._define(f"query - {source.query}", ("u", parameters))
        if source.video is not None:
            return reference(self.use(_OF_VIDEO[source.video]))
        if source.data is not None:
            return self.data(source.data)
        return self._of_element(event, trigger, source)

    def data(self, key: str) -> str:
        """What was pushed to the data layer under a key, dots leading into it."""
        parameters = [
            Parameter(type="INTEGER", key="dataLayerVersion", value="2"),
            truth("setDefaultValue", False),
            text("name", key),
        ]
        return self._define(f"data - {key}", ("v", parameters))

    def _page(self, what: str) -> str:
        if what != "title":
            return self.use(_OF_PAGE[what])
        self._define("page title", ("j", [text("name", "document.title")]))
        return named("page title")

    def _of_element(self, event: str, trigger: Trigger, source: Source) -> str:
        if trigger.kind == "click" and not selects_links_only(trigger.selector):
            return self._of_clicked(event, trigger.selector, source)
        if source.element is not None and trigger.kind != "visible":
            whose = "Form" if trigger.kind == "submit" else "Click"
            return reference(self.use(f"{whose} {_OF_ELEMENT[source.element]}"))
        if source.element in ("text", "url"):
            kind = source.element.upper()
            more = [text("component", "URL")] if kind == "URL" else []
            return self._define(f"element - {source.element}", _auto_event(kind, *more))
        attribute = source.attribute or _ATTRIBUTE_OF[str(source.element)]
        return self._define(
            f"attribute - {attribute}", _auto_event("ATTRIBUTE", text("attribute", attribute))
        )

    def _of_clicked(self, event: str, selector: str, source: Source) -> str:
        """Tag Manager knows the innermost element clicked on; the declared one may be around it."""
        what = source.attribute or str(source.element)
        read = f"e.getAttribute({script_json(what)})" if source.attribute else _READ_ELEMENT[what]
        clicked = reference(self.use("Click Element"))
        code = (
            "function() {\n"
            f"  var e = {clicked};\n"
            f"  e = e && e.closest && e.closest({script_json(selector)});\n"
            f"  return e ? {read} || undefined : undefined;\n"
            "}"
        )
        return self._define(f"{event} - {what}", ("jsm", [text("javascript", code)]))

    def _define(self, what: str, definition: Definition) -> str:
        self.own[named(what)] = definition
        return reference(named(what))


def _auto_event(kind: str, *more: Parameter) -> Definition:
    return "aev", [truth("setDefaultValue", False), text("varType", kind), *more]
