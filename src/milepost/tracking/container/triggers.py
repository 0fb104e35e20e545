"""Triggers of a container: what the file declares under `on`, in Tag Manager's terms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from milepost.model.selectors import selects_links_only, with_descendants
from milepost.model.trigger import Trigger, TriggerKind
from milepost.tracking.container.format import Condition, Parameter
from milepost.tracking.container.parts import condition, path_condition, text, truth
from milepost.tracking.container.variables import Variables

Fields = dict[str, Any]
"""Fields of a trigger, by Google's names."""


def trigger_fields(on: Trigger, variables: Variables) -> Fields:
    """What makes a trigger fire as declared, without its identity; notes the built-ins that it needs.

    Source: facts on tracking, b.5. FORM_SUBMISSION, TIMER and ELEMENT_VISIBILITY follow the API's fields
    and Tag Manager's runtime, for want of an export that holds one.
    """
    fields = _MADE_BY[on.kind](on, variables)
    if on.page is not None and on.kind != "timer":
        variables.use("Page Path")
        fields["filter"] = [*fields.get("filter", []), path_condition(on.page)]
    return fields


def _click(on: Trigger, variables: Variables) -> Fields:
    """Links tell the link itself; of anything else, a click tells the innermost element."""
    element = variables.use("Click Element")
    if selects_links_only(on.selector):
        return {
            "type": "LINK_CLICK",
            "filter": [condition(element, "CSS_SELECTOR", on.selector)],
            **_waiting(),
        }
    return {"type": "CLICK", "filter": [condition(element, "CSS_SELECTOR", with_descendants(on.selector))]}


def _submit(on: Trigger, variables: Variables) -> Fields:
    element = variables.use("Form Element")
    selected = condition(element, "CSS_SELECTOR", on.selector)
    return {"type": "FORM_SUBMISSION", "filter": [selected], **_waiting()}


def _waiting() -> Fields:
    """Tags are not waited for: the browser itself sees to it that what is under way arrives."""
    return {
        "waitForTags": Parameter(type="BOOLEAN", value="false"),
        "checkValidation": Parameter(type="BOOLEAN", value="false"),
        "waitForTagsTimeout": Parameter(type="TEMPLATE", value="2000"),
        "uniqueTriggerId": Parameter(type="TEMPLATE"),
    }


def _visible(on: Trigger, _: Variables) -> Fields:
    parameters = [
        text("selectorType", "CSS"),
        text("elementSelector", on.selector),
        text("firingFrequency", "ONCE" if on.fires_once else "ONCE_PER_ELEMENT"),
        text("onScreenRatio", str(on.percent or 50)),
        truth("useOnScreenDuration", on.seconds is not None),
        truth("useDomChangeListener", True),
    ]
    if on.seconds is not None:
        parameters.append(text("onScreenDuration", str(round(on.seconds * 1000))))
    return {"type": "ELEMENT_VISIBILITY", "parameter": parameters}


def _timer(on: Trigger, variables: Variables) -> Fields:
    assert on.timer is not None  # noqa: S101 - it is what the kind says
    return {
        "type": "TIMER",
        "autoEventFilter": [_pages(on, variables)],
        "uniqueTriggerId": Parameter(type="TEMPLATE"),
        "eventName": Parameter(type="TEMPLATE", value="gtm.timer"),
        "interval": Parameter(type="TEMPLATE", value=str(max(round(on.timer * 1000), 1))),
        "limit": Parameter(type="TEMPLATE", value="1"),
    }


def _pages(on: Trigger, variables: Variables) -> Condition:
    """A timer has to be told on which pages it runs."""
    if on.page is not None:
        variables.use("Page Path")
        return path_condition(on.page)
    return condition(variables.use("Page URL"), "MATCH_REGEX", ".*")


def _scroll(on: Trigger, variables: Variables) -> Fields:
    reached = condition(variables.use("Scroll Depth Threshold"), "EQUALS", str(on.scroll))
    parameters = [
        truth("verticalThresholdOn", True),
        text("verticalThresholdUnits", "PERCENT"),
        text("verticalThresholdsPercent", str(on.scroll)),
        truth("horizontalThresholdOn", False),
        text("triggerStartOption", "WINDOW_LOAD"),
    ]
    return {"type": "SCROLL_DEPTH", "filter": [reached], "parameter": parameters}


def _video(on: Trigger, variables: Variables) -> Fields:
    """`fixMissingApi` makes embeds talk that were not made to."""
    is_progress = isinstance(on.video, int)
    status = "progress" if is_progress else str(on.video)
    filters = [condition(variables.use("Video Status"), "EQUALS", status)]
    parameters = [
        truth("captureStart", on.video == "start"),
        truth("captureComplete", on.video == "complete"),
        truth("capturePause", False),
        truth("captureProgress", is_progress),
        truth("fixMissingApi", True),
        text("triggerStartOption", "WINDOW_LOAD"),
    ]
    if is_progress:
        filters.append(condition(variables.use("Video Percent"), "EQUALS", str(on.video)))
        parameters += [
            text("radioButtonGroup1", "PERCENTAGE"),
            text("progressThresholdsPercent", str(on.video)),
        ]
    return {"type": "YOU_TUBE_VIDEO", "filter": filters, "parameter": parameters}


def _custom(on: Trigger, _: Variables) -> Fields:
    pushed = condition("_event", "EQUALS", str(on.custom))
    return {"type": "CUSTOM_EVENT", "customEventFilter": [pushed]}


_MADE_BY: dict[TriggerKind, Callable[[Trigger, Variables], Fields]] = {
    "click": _click,
    "submit": _submit,
    "visible": _visible,
    "timer": _timer,
    "scroll": _scroll,
    "video": _video,
    "custom": _custom,
}
