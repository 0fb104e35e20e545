"""Rules for calculated metrics."""

from __future__ import annotations

import re
from collections.abc import Iterator

from milepost.model import rules
from milepost.model.document import CalculatedMetric, Document
from milepost.model.findings import Finding, warning

Path = tuple[str, ...]

_CUSTOM = re.compile(r"customEvent:([A-Za-z0-9_]+)")


def check_calculated_metrics(document: Document) -> Iterator[Finding]:
    """Findings of every calculated metric; whether its formula makes sense, GA4 itself decides."""
    for key, metric in document.calculated_metrics.items():
        path = ("calculated_metrics", key)
        if not rules.CALCULATED_METRIC_ID.fullmatch(key):
            yield Finding(path, "is not an id", "Use up to 80 letters, digits and underscores.")
        if len(metric.label) > rules.DISPLAY_NAME_LENGTH:
            yield Finding(
                (*path, "label"),
                f"is {len(metric.label)} characters long",
                f"GA4 allows {rules.DISPLAY_NAME_LENGTH}.",
            )
        if metric.description and len(metric.description) > rules.CALCULATED_DESCRIPTION_LENGTH:
            yield Finding(
                (*path, "description"),
                f"is {len(metric.description)} characters long",
                f"GA4 allows {rules.CALCULATED_DESCRIPTION_LENGTH}.",
            )
        yield from _check_formula((*path, "formula"), metric, document)


def _check_formula(path: Path, metric: CalculatedMetric, document: Document) -> Iterator[Finding]:
    formula = metric.formula
    if not rules.FORMULA.fullmatch(formula):
        yield Finding(
            path,
            f'"{formula}" is not a formula',
            "Use + - * / ( ), numbers, metric names and customEvent:NAME.",
        )
    elif not _balanced(formula):
        yield Finding(path, "has brackets that do not match", "Close every bracket.")
    custom = set(_CUSTOM.findall(formula))
    if len(custom) > rules.FORMULA_METRICS:
        yield Finding(path, f"names {len(custom)} custom metrics", f"GA4 allows {rules.FORMULA_METRICS}.")
    for name in sorted(custom - set(document.metrics)):
        yield warning(
            path, f'names "customEvent:{name}", which the file does not declare', f"Add [metrics.{name}]."
        )


def _balanced(formula: str) -> bool:
    depth = 0
    for character in formula:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth < 0:
            return False
    return depth == 0
