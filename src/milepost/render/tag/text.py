"""How conversions come to be, on a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from milepost.render.safe import plain
from milepost.render.tag.words import what_makes_it, who_acts
from milepost.render.words import counted, listed
from milepost.tracking.means import BY_SITE, Tracked
from milepost.tracking.results import ContainerFile, PropertyTracking

_ROLES = {"macro": "Macro", "micro": "Micro"}
_LONGEST = 32
"""Characters of a pattern that are shown; the other formats have all of it."""

_STYLES = {"macro": "bold magenta", "micro": "bold cyan"}


def render_tag_text(found: Sequence[PropertyTracking], console: Console) -> None:
    """One table per property: event, what makes it, who acts, parameters; then what to know."""
    for number, tracking in enumerate(found):
        if number:
            console.print()
        console.print(Text(plain(tracking.name), style="bold"), soft_wrap=True)
        console.print()
        console.print(_table(tracking.conversions))
        console.print()
        console.print(Text(_summary(tracking)))
        for note in tracking.notes:
            console.print(Text(f"• {plain(f'{note.event}: {note.cause}. {note.remedy}')}", style="yellow"))


def _table(conversions: Sequence[Tracked]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    table.add_column("Event", no_wrap=True, overflow="ellipsis", max_width=24)
    table.add_column("What makes it", overflow="fold", ratio=3)
    table.add_column("Who acts", ratio=1, min_width=9)
    table.add_column("Parameters", overflow="fold", ratio=2)
    role = None
    for tracked in conversions:
        if tracked.conversion.role != role:
            role = tracked.conversion.role
            table.add_row(Text(_ROLES[role], style=_STYLES[role]))
        table.add_row(
            Text(plain(tracked.event)),
            Text(plain(what_makes_it(tracked, _LONGEST))),
            Text(who_acts(tracked)),
            Text(plain(", ".join(p.name for p in tracked.parameters))),
        )
    return table


def _summary(tracking: PropertyTracking) -> str:
    by_site = [t for t in tracking.conversions if t.means in BY_SITE]
    by_server = [t for t in tracking.conversions if t.means == "server"]
    by_ga4 = len(tracking.conversions) - len(by_site) - len(by_server)
    parts = [f"GA4 makes {by_ga4}", f"the site must send {len(by_site)}"]
    if by_server:
        parts.append(f"a server {len(by_server)}")
    command = f"milepost tag {plain(tracking.name)}"
    hint = f" Their tags: {command} --gtm FILE or --gtag FILE; to try them: --preview." if by_site else ""
    return f"{', '.join(parts)}.{hint}"


def print_container(console: Console, path: str, made: ContainerFile) -> None:
    """What became of a container's file, and how to import it."""
    changes = [
        f"{verb} {listed([plain(name) for name in names])}"
        for verb, names in (("changed", made.changed), ("removed", made.removed))
        if names
    ]
    if made.added:
        changes.insert(0, f"added {counted(len(made.added), 'entity')}")
    told = f"Wrote {path}: {'; '.join(changes)}" if changes else f"{path}: nothing to change"
    console.print(f"{plain(told)}.", soft_wrap=True)
    for note in made.notes:
        console.print(plain(note), soft_wrap=True)
    if not changes:
        return
    console.print(
        "In Tag Manager: Admin → Import Container → Merge → Overwrite conflicting, then preview and publish.",
        soft_wrap=True,
    )
    if made.removed:
        console.print("A merge removes nothing: delete there what was removed here.", soft_wrap=True)
