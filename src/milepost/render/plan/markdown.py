"""Plans as Markdown, for a comment on a pull request: what would happen to GA4 if it is merged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from milepost.reconcile.entries import Unplanned
from milepost.reconcile.plan import Change, FieldChange, Plan, Refused
from milepost.render.plan.explain import ADS_WARNING, Reasons
from milepost.render.plan.words import REFUSED_SIGN, SIGNS, create_words, drift_words, left_alone, summary
from milepost.render.safe import markdown_inert, markdown_literal
from milepost.render.words import counted, field_words

LONG = 20
"""More changes than this are folded up."""

_HEADER = ("| | Kind | Identity | What |", "|:-:|:--|:--|:--|")


def render_plan_markdown(
    entries: Sequence[Plan | Unplanned], reasons: Mapping[str, Reasons] | None = None
) -> str:
    """All properties, the failed ones too, ending in a newline.

    Args:
        entries: in the order to show.
        reasons: by property name; with them every line says why it is there.
    """
    lines = ["## Milepost plan", "", _headline(entries)]
    for entry in entries:
        lines.append("")
        if isinstance(entry, Unplanned):
            lines.extend(_failed(entry))
        else:
            lines.extend(_section(entry, (reasons or {}).get(entry.name)))
    return "\n".join(lines) + "\n"


def _headline(entries: Sequence[Plan | Unplanned]) -> str:
    plans = [entry for entry in entries if isinstance(entry, Plan)]
    changes = sum(len(plan.changes) for plan in plans)
    refused = sum(len(plan.refused) for plan in plans)
    failed = len(entries) - len(plans)
    parts = [f"**{counted(changes, 'change')}** in {counted(len(entries), 'property')}"]
    if refused:
        parts.append(f"**{refused} that GA4 does not let change**")
    if failed:
        parts.append(f"**{failed} that could not be planned**")
    if len(parts) == 1 and not changes:
        return f"**Nothing to do:** {counted(len(entries), 'property')} in agreement with the file."
    return ", ".join(parts) + "."


def _failed(entry: Unplanned) -> Iterator[str]:
    yield f"### {markdown_inert(entry.name)} · property {markdown_inert(entry.property)}"
    yield ""
    yield f"**Could not be planned:** {markdown_inert(entry.error)}"


def _section(plan: Plan, reasons: Reasons | None) -> Iterator[str]:
    facts = plan.facts
    names = (plan.name, facts.display_name, f"property {facts.id}")
    yield f"### {' · '.join(markdown_inert(name) for name in names)}"
    yield ""
    if plan.in_sync:
        yield "Nothing to do: the property agrees with the file."
    else:
        yield f"**{summary(plan)}**"
        yield ""
        table = [*_HEADER, *_rows(plan, reasons)]
        count = len(table) - len(_HEADER)
        yield from _folded(counted(count, "line"), table) if count > LONG else table
    if any(change.removes and change.kind.name == "key_event" for change in plan.changes):
        yield from ("", f"**Removing key events:** {ADS_WARNING}")
    for note in plan.notes:
        yield from ("", f"Note: {markdown_inert(note)}")
    aside = list(_aside(plan, reasons))
    if aside:
        yield ""
        yield from _folded(_aside_title(plan), aside)


def _rows(plan: Plan, reasons: Reasons | None) -> Iterator[str]:
    for change in plan.changes:
        why = reasons.of_change(change) if reasons else ""
        yield _row(SIGNS[change.action][0], change, _what(change), why)
    for refused in plan.refused:
        why = reasons.of_refused(refused) if reasons else ""
        what = [*_differences(refused.fields.items()), f"**refused:** {_cell(refused.remedy)}"]
        yield _row(REFUSED_SIGN[0], refused, what, why)


def _row(sign: str, thing: Change | Refused, what: Iterable[str], why: str) -> str:
    lines = [*what, *([f"why: {_cell(why)}"] if why else [])]
    cells = (
        f"`{sign}`",
        thing.kind.label,
        markdown_literal(thing.identity, in_table=True),
        "<br>".join(lines),
    )
    return f"| {' | '.join(cells)} |"


def _what(change: Change) -> Iterator[str]:
    if change.action == "create":
        if words := create_words(change):
            yield _cell(words)
    elif change.removes:
        yield f"**{change.action}**"
    else:
        yield from _differences(change.fields.items())
    if change.drift is not None:
        yield drift_words(change, _cell)


def _differences(fields: Iterable[tuple[str, FieldChange]]) -> Iterator[str]:
    for name, field in fields:
        live, desired = (_cell(field_words(name, value)) for value in (field.live, field.desired))
        yield f"{markdown_literal(name)}: {live} → {desired}"


def _cell(text: str) -> str:
    return markdown_inert(text, in_table=True)


def _aside(plan: Plan, reasons: Reasons | None) -> Iterator[str]:
    """What is left alone and the limits, as a list."""
    for line, why in left_alone(plan, reasons):
        yield f"- {markdown_inert(line)}" + (f"<br>why: {markdown_inert(why)}" if why else "")


def _aside_title(plan: Plan) -> str:
    parts = ["Limits"]
    if plan.ignored:
        parts.insert(0, f"{len(plan.ignored)} ignored")
    if plan.unmanaged:
        parts.insert(0, f"{len(plan.unmanaged)} not in the file, left alone")
    return " · ".join(parts)


def _folded(title: str, lines: Iterable[str]) -> Iterator[str]:
    """Lines that open with a click. The empty lines make Markdown of what stands inside."""
    yield f"<details><summary>{title}</summary>"
    yield ""
    yield from lines
    yield ""
    yield "</details>"
