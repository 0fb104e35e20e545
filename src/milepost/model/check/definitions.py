"""Rules for custom dimensions and metrics."""

from __future__ import annotations

from collections.abc import Iterator

from milepost.model import rules
from milepost.model.check.names import check_parameter_name
from milepost.model.declared import applies
from milepost.model.document import Dimension, Document, Metric
from milepost.model.findings import Finding, dotted, nearest, warning

Path = tuple[str, ...]


def check_definitions(document: Document) -> Iterator[Finding]:
    """Findings of every dimension and metric, and of labels and identities used twice."""
    for key, dimension in document.dimensions.items():
        yield from _check_dimension(("dimensions", key), dimension.parameter_of(key), dimension)
    for key, metric in document.metrics.items():
        yield from _check_metric(("metrics", key), key, metric)
    for path, types in _with_types(document):
        yield from _check_types((*path, "business_types"), types, document)
    yield from _check_twice(document)


def _check_dimension(path: Path, parameter: str, dimension: Dimension) -> Iterator[Finding]:
    yield from check_parameter_name(path, parameter, dimension.scope)
    yield from _check_texts(path, dimension.label, dimension.description)
    if dimension.disallow_ads_personalization is not None and dimension.scope != "user":
        yield Finding(
            (*path, "disallow_ads_personalization"),
            f"has no meaning in {dimension.scope} scope",
            'Remove it: it belongs to scope = "user".',
        )
    built_in = rules.BUILT_IN_PARAMETERS.get(parameter)
    if built_in and dimension.scope == "event":
        yield warning(
            path,
            f'GA4 reports this parameter already, as "{built_in}"',
            "Remove it: it takes a slot in vain.",
        )


def _check_metric(path: Path, parameter: str, metric: Metric) -> Iterator[Finding]:
    yield from check_parameter_name(path, parameter, "event")
    yield from _check_texts(path, metric.label, metric.description)
    if metric.unit == "currency" and not metric.restricted:
        yield Finding(
            path,
            "a metric in currency needs to say who may see it",
            'Add restricted = ["revenue_data"] or ["cost_data"].',
        )
    if metric.unit != "currency" and metric.restricted:
        yield Finding((*path, "restricted"), f'has no meaning with unit = "{metric.unit}"', "Remove it.")


def _check_texts(path: Path, label: str, description: str | None) -> Iterator[Finding]:
    if not rules.DISPLAY_NAME.fullmatch(label):
        yield Finding(
            (*path, "label"),
            f'"{label}" is not a display name',
            "Use letters, digits, spaces and underscores, a letter first.",
        )
    if len(label) > rules.DISPLAY_NAME_LENGTH:
        yield Finding(
            (*path, "label"), f"is {len(label)} characters long", f"GA4 allows {rules.DISPLAY_NAME_LENGTH}."
        )
    if description and len(description) > rules.DESCRIPTION_LENGTH:
        yield Finding(
            (*path, "description"),
            f"is {len(description)} characters long",
            f"GA4 allows {rules.DESCRIPTION_LENGTH}.",
        )


def _with_types(document: Document) -> Iterator[tuple[Path, tuple[str, ...] | None]]:
    for key, dimension in document.dimensions.items():
        yield ("dimensions", key), dimension.business_types
    for key, metric in document.metrics.items():
        yield ("metrics", key), metric.business_types
    for key, calculated in document.calculated_metrics.items():
        yield ("calculated_metrics", key), calculated.business_types


def _check_types(path: Path, types: tuple[str, ...] | None, document: Document) -> Iterator[Finding]:
    for business_type in types or ():
        if business_type not in document.business_types:
            guess = nearest(business_type, document.business_types)
            hint = f'Did you mean "{guess}"?' if guess else f"Add [business_types.{business_type}]."
            yield Finding(path, f'"{business_type}" is no business type of this file', hint)


def _check_twice(document: Document) -> Iterator[Finding]:
    """One display name serves one definition of a property: dimensions and metrics share them."""
    labels: list[tuple[str, Path, tuple[str, ...] | None]] = []
    definitions = [
        *((("dimensions", key), d.label, d.business_types) for key, d in document.dimensions.items()),
        *((("metrics", key), m.label, m.business_types) for key, m in document.metrics.items()),
    ]
    for path, label, types in definitions:
        for other, place, other_types in labels:
            if other == label and _meet(types, other_types, document):
                yield Finding(
                    (*path, "label"),
                    f'"{label}" is also the label of {dotted(place)}',
                    "Dimensions and metrics share one list of names in GA4: choose another.",
                )
        labels.append((label, path, types))
    seen: list[tuple[str, Dimension]] = []
    for key, dimension in document.dimensions.items():
        identity = (dimension.scope, dimension.parameter or key)
        for other, earlier in seen:
            same = identity == (earlier.scope, earlier.parameter or other)
            if same and _meet(dimension.business_types, earlier.business_types, document):
                yield Finding(
                    ("dimensions", key),
                    f"registers the same parameter as {dotted(('dimensions', other))}",
                    "Keep one of the two.",
                )
        seen.append((key, dimension))


def _meet(types: tuple[str, ...] | None, others: tuple[str, ...] | None, document: Document) -> bool:
    """Whether one property can hold both: by a business type of both, or by having one of each."""
    if types is None or others is None or set(types) & set(others):
        return True
    return any(
        applies(types, p.business_types) and applies(others, p.business_types)
        for p in document.properties.values()
    )
