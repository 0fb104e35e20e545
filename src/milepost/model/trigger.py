"""What on a site makes an event, and where the values of its parameters come from."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from milepost.model.part import Comparison, Operand, Part, comparison_of, operand_of

TriggerKind = Literal["click", "submit", "visible", "timer", "scroll", "video", "custom"]
TRIGGERS: tuple[TriggerKind, ...] = ("click", "submit", "visible", "timer", "scroll", "video", "custom")
OF_ELEMENTS: frozenset[TriggerKind] = frozenset({"click", "submit", "visible"})
"""Triggers that name their element by a CSS selector."""

ONCE_A_PAGE: frozenset[TriggerKind] = frozenset({"visible", "timer", "scroll"})
"""Triggers that fire once per page unless the file says otherwise; the others fire each time."""

SOURCES = ("value", "attribute", "element", "page", "query", "data", "video")

_LONGEST_TIMER = 24 * 60 * 60


def _moment(value: Any) -> Any:
    """One message for whatever is no moment of a video."""
    percent = isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 99
    if value not in ("start", "complete") and not percent:
        raise ValueError('is no moment of a video|Write "start", "complete", or a percentage from 1 to 99.')
    return value


class Trigger(Part):
    """What makes the event on the site: exactly one of `TRIGGERS`, and what narrows it.

    `timer` counts seconds since the page was opened, `scroll` percent of the page's height; `percent` (of
    the element's area) and `seconds` (on screen) go with `visible`; `page` compares the path of the page.
    """

    click: str | None = None
    submit: str | None = None
    visible: str | None = None
    timer: float | None = Field(default=None, gt=0, le=_LONGEST_TIMER)
    scroll: int | None = Field(default=None, ge=1, le=100)
    video: Annotated[Literal["start", "complete"] | int | None, BeforeValidator(_moment)] = None
    custom: str | None = None
    page: Annotated[Comparison, BeforeValidator(comparison_of)] | None = None
    percent: int | None = Field(default=None, ge=1, le=100)
    seconds: float | None = Field(default=None, gt=0, le=_LONGEST_TIMER)
    once: bool | None = None

    @model_validator(mode="after")
    def _one_trigger(self) -> Self:
        given = [name for name in TRIGGERS if getattr(self, name) is not None]
        if len(given) != 1:
            found = "none" if not given else " and ".join(given)
            raise ValueError(f"needs exactly one trigger, has {found}|Keep one of: {', '.join(TRIGGERS)}.")
        return self

    @property
    def kind(self) -> TriggerKind:
        """The one trigger given, such as `click`."""
        return next(name for name in TRIGGERS if getattr(self, name) is not None)

    @property
    def selector(self) -> str:
        """The CSS selector of a trigger that is about elements."""
        return str(getattr(self, self.kind))

    @property
    def fires_once(self) -> bool:
        """Whether it fires at most once per page."""
        return self.kind in ONCE_A_PAGE if self.once is None else self.once


def _source(value: Any) -> Any:
    """`{ method = "footer" }` is short for `{ method = { value = "footer" } }`."""
    return value if isinstance(value, dict) else {"value": operand_of(value)}


class Source(Part):
    """Where the value of a parameter comes from: exactly one of `SOURCES`.

    `attribute` and `element` are about the element that made the event, `query` about a parameter of the
    page's address, `data` about what was pushed along with a custom event (a dotted path).
    """

    value: Operand | None = None
    attribute: str | None = None
    element: Literal["text", "url", "id", "classes"] | None = None
    page: Literal["url", "path", "host", "title", "referrer"] | None = None
    query: str | None = None
    data: str | None = None
    video: Literal["title", "url", "percent", "provider", "duration", "current_time"] | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        given = [name for name in SOURCES if getattr(self, name) is not None]
        if len(given) != 1:
            found = "none" if not given else " and ".join(given)
            raise ValueError(f"needs exactly one source, has {found}|Keep one of: {', '.join(SOURCES)}.")
        return self

    @property
    def kind(self) -> str:
        """The one source given, such as `attribute`."""
        return next(name for name in SOURCES if getattr(self, name) is not None)


Send = dict[str, Annotated[Source, BeforeValidator(_source)]]
