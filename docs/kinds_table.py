"""Writes the table of kinds.md from the descriptions that sync works from: `python docs/kinds_table.py`.

The tests compare; a new kind or field that is not in the page fails them.
"""

from __future__ import annotations

from pathlib import Path

from milepost.model.declared import declared_property
from milepost.model.load import check_text
from milepost.model.resources import Resource
from milepost.model.rules import ENHANCED_MEASUREMENT, LIMITS
from milepost.reconcile.identity import identity_fields, identity_pattern
from milepost.reconcile.kinds import KINDS, Kind

PAGE = Path(__file__).parent / "kinds.md"
BEGIN = "<!-- kinds: written by docs/kinds_table.py -->\n"
END = "<!-- end of kinds -->"

EVERYTHING = """\
version = 1

[properties.site]
id = "1"
business_types = ["site"]
currency = "EUR"
retention = { events = "14_months", users = "14_months", reset_on_new_activity = true }

[business_types.site.macro.lead]
counting = "once_per_event"
value = 1
from = "page_view"
when = [{ page_location = { contains = "/thanks" } }]
set = { method = "form" }

[business_types.site.audiences.interested]
did = ["lead"]

[dimensions.colour]
label = "Colour"
scope = "user"
description = "Of the goods"
disallow_ads_personalization = true

[metrics.weight]
label = "Weight"
unit = "currency"
description = "In grams"
restricted = ["cost_data"]

[calculated_metrics.mean_weight]
label = "Mean weight"
formula = "customEvent:weight / eventCount"
description = "In grams"

""" + "\n".join(f"[business_types.site.micro.{event}]\nkey_event = false" for event in ENHANCED_MEASUREMENT)
"""A file that tells every field of every kind."""

_HEADER = (
    "| | Kind | API | Identity | The file tells | Fixed for good | How it goes | Limit | Section | Needs |",
    "|--:|:--|:--|:--|:--|:--|:--|:--|:--|:--|",
)


def table() -> str:
    """One row per kind, in the order they are made."""
    rows = [_row(number, kind) for number, kind in enumerate(KINDS, 1)]
    return "\n".join([*_HEADER, *rows]) + "\n"


def with_table(page: str) -> str:
    """The page with its table written anew.

    Raises:
        ValueError: the marks of the table are missing.
    """
    if BEGIN not in page or END not in page:
        raise ValueError("no marks around the table of kinds")
    return f"{page.partition(BEGIN)[0]}{BEGIN}{table()}{END}{page.partition(END)[2]}"


def desired_of(kind: Kind) -> list[Resource]:
    """What a file that tells everything asks for of a kind."""
    document, problems = check_text(EVERYTHING)
    if document is None or any(problem.severity == "error" for problem in problems):
        raise ValueError(f"the file of everything has problems: {problems}")
    return list(kind.desired(declared_property(document, "site", {})))


def _row(number: int, kind: Kind) -> str:
    identity = identity_fields(kind)
    told = {name for resource in desired_of(kind) for name in resource.fields}
    changeable = sorted(told - identity - kind.immutable)
    cells = (
        str(number),
        kind.label,
        kind.type.api,
        _code([identity_pattern(kind)]) if identity else "one per " + identity_pattern(kind),
        _code(changeable),
        _code(sorted(kind.immutable)),
        {"archive": "archived", "delete": "deleted", None: "stays"}[kind.type.ending],
        _limit(kind),
        _code([kind.section] if kind.section else []),
        _needs(kind),
    )
    return f"| {' | '.join(cells)} |"


def _limit(kind: Kind) -> str:
    limits = {key: levels for key, levels in LIMITS.items() if key.partition(":")[0] == kind.name}
    parts = [f"{key.partition(':')[2]} {by['standard']} / {by['360']}".strip() for key, by in limits.items()]
    return "; ".join(parts) or "–"


def _needs(kind: Kind) -> str:
    labels = {other.name: other.label for other in KINDS}
    needed = {labels[name] for r in desired_of(kind) for name, _ in kind.requires(r.fields)}
    return ", ".join(sorted(needed)) or "–"


def _code(words: list[str]) -> str:
    return ", ".join(f"`{word}`" for word in words) or "–"


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
