"""TypeScript types of the events a site sends, so that its own code cannot misspell them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from milepost.model.declared import DeclaredProperty
from milepost.model.recommended import ITEM_NUMBERS, ITEM_PARAMETERS, NUMBERS, RECOMMENDED
from milepost.tracking.means import Parameter, Tracked, sent_by_site

_HEAD = """\
// The events of a site and their parameters. Made by Milepost: change the conversions file, not this one.
"""

_ITEM = """\
/** One item of a shop; it needs `item_id` or `item_name`. */
export type MilepostItem = MilepostItemFields & ({ item_id: string } | { item_name: string });

export interface MilepostItemFields {
"""

_USE = """\
/** What `dataLayer.push` takes for Tag Manager; items and what belongs to them stand under `ecommerce`. */
export type MilepostPush = {
  [E in keyof MilepostEvents]: MilepostEvents[E] extends Record<string, never>
    ? { event: E }
    : { event: E } & (MilepostEvents[E] extends { items?: MilepostItem[] }
        ? { ecommerce?: Partial<MilepostEvents[E]> } & Partial<MilepostEvents[E]>
        : MilepostEvents[E]);
}[keyof MilepostEvents];

/** Sends a declared event; parameters may be left out where none is required. */
export type Milepost = <E extends keyof MilepostEvents>(
  event: E,
  ...parameters: {} extends MilepostEvents[E]
    ? [parameters?: MilepostEvents[E]]
    : [parameters: MilepostEvents[E]]
) => void;

declare global {
  const milepost: Milepost;
  interface Window {
    milepost: Milepost;
  }
}
"""


def render_types(declared: DeclaredProperty) -> str:
    """A `.d.ts` file: `MilepostEvents` with an entry per event that the site sends, and what uses it."""
    tracked = sent_by_site(declared)
    lines = [_HEAD, "export interface MilepostEvents {"]
    for one in tracked:
        lines += _event(one)
    lines += ["}", "", _ITEM + "\n".join(_item_fields()), "}", "", _USE]
    return "\n".join(lines)


def _event(tracked: Tracked) -> Iterator[str]:
    conversion = tracked.conversion
    yield f"  /** {_comment(conversion.label)} ({conversion.role}). */"
    fields = list(_fields(tracked.event, tracked.parameters))
    if not fields:
        yield f"  {tracked.event}: Record<string, never>;"
        return
    yield f"  {tracked.event}: {{"
    yield from fields
    yield "  };"


def _fields(event: str, parameters: Sequence[Parameter]) -> Iterator[str]:
    """Declared parameters, then those that GA4 knows of the event; required ones without question mark."""
    known = {p.name: p for p in parameters}
    for name in RECOMMENDED[event].known if event in RECOMMENDED else ():
        known.setdefault(name, Parameter(name, None, name in NUMBERS))
    for name, parameter in known.items():
        # What a tag adds by itself, nobody need pass.
        needed = parameter.required and (parameter.source is None or parameter.source.value is None)
        yield f"    {name}{'' if needed else '?'}: {_type(parameter)};"


def _type(parameter: Parameter) -> str:
    if parameter.name == "items":
        return "MilepostItem[]"
    return "number" if parameter.is_number else "string"


def _item_fields() -> Iterator[str]:
    for name in ITEM_PARAMETERS:
        yield f"  {name}?: {'number' if name in ITEM_NUMBERS else 'string'};"


def _comment(text: str) -> str:
    """Text on one line that ends no comment."""
    return " ".join(text.split()).replace("*/", "* /")
