"""Whether event names agree with each other: one name, one tense and one case for one action."""

from __future__ import annotations

from collections.abc import Iterator

from milepost.model import rules
from milepost.model.document import Conversion, Document
from milepost.model.findings import Finding, dotted, warning
from milepost.model.recommended import RECOMMENDED

Path = tuple[str, ...]

_VERBS = frozenset(
    {
        "accept", "activate", "add", "apply", "attend", "book", "call", "cancel", "change", "click", "close",
        "compare", "complete", "contact", "convert", "copy", "create", "download", "enter", "fill", "finish",
        "install", "join", "load", "open", "order", "pay", "play", "print", "qualify", "rate", "receive",
        "register", "request", "reserve", "save", "scroll", "search", "select", "share", "show", "start",
        "submit", "subscribe", "unlock", "upload", "use", "view", "visit", "vote", "watch",
    }
)  # fmt: skip
_IRREGULAR = {
    "began": "begin",
    "begun": "begin",
    "bought": "buy",
    "sent": "send",
    "shown": "show",
    "wrote": "write",
}
_GA4_NAMES = rules.RESERVED_EVENTS | RECOMMENDED.keys()


def check_consistency(document: Document) -> Iterator[Finding]:
    """Findings about event names across all business types, and about values that lack a currency."""
    places: dict[str, Path] = {}
    for name, business_type in document.business_types.items():
        for event, role, _ in business_type.conversions():
            places.setdefault(event, ("business_types", name, role, event))
    duplicates = list(_check_near_duplicates(places))
    yield from duplicates
    doubled = {finding.path[-1] for finding in duplicates}
    yield from _check_tense({event: path for event, path in places.items() if event not in doubled})
    yield from _check_case(places)
    yield from _check_currency(document)


def _check_near_duplicates(places: dict[str, Path]) -> Iterator[Finding]:
    """`newsletter_sign_up` beside `newsletter_signup` splits one action into two events.

    So does `demo_watch` beside `watch_demo`, or beside `demo_watched`.
    """
    first: dict[str, str] = {}
    for event, path in places.items():
        words = [_base(word) for word in event.lower().split("_")]
        known = first.get("".join(words)) or first.get(" ".join(sorted(words)))
        if known is not None:
            yield warning(
                path,
                f'is nearly the same as "{known}" ({dotted(places[known])})',
                "Use one name for one action.",
            )
        first.setdefault("".join(words), event)
        first.setdefault(" ".join(sorted(words)), event)


def _check_tense(places: dict[str, Path]) -> Iterator[Finding]:
    """`form_submit` beside `quote_submitted`: one of the two is soon misspelt. GA4's own names lead."""
    forms: dict[str, tuple[str, str]] = {}
    for event in sorted(places, key=lambda e: e not in _GA4_NAMES):
        for word in event.lower().split("_"):
            form, known = forms.setdefault(_base(word), (word, event))
            if form != word and event not in _GA4_NAMES:
                yield warning(
                    places[event],
                    f'says "{word}" where "{known}" ({dotted(places[known])}) says "{form}"',
                    "Use one tense of a verb in all names.",
                )


def _check_case(places: dict[str, Path]) -> Iterator[Finding]:
    """GA4 tells `callClick` from `call_click`, and its own names have small letters throughout."""
    small = next((event for event in places if event == event.lower()), None)
    for event, path in places.items():
        if small is not None and event != event.lower():
            yield warning(
                path,
                f'has capital letters, which "{small}" ({dotted(places[small])}) has not',
                "Use one case in all names: GA4 takes another case for another event.",
            )


def _base(word: str) -> str:
    """A verb's base form, of the past tense; any other word as it is."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if not word.endswith("ed"):
        return word
    stem = word[:-2]
    guesses = (stem, f"{stem}e", stem[:-1], f"{stem[:-1]}y" if stem.endswith("i") else "")
    return next((guess for guess in guesses if guess in _VERBS), word)


def _check_currency(document: Document) -> Iterator[Finding]:
    """GA4 reads a value only beside its currency."""
    for name, business_type in document.business_types.items():
        for event, role, conversion in business_type.conversions():
            if "value" in _carried(conversion) and not _currency_known(document, name, conversion):
                yield warning(
                    ("business_types", name, role, event),
                    "sends a value without its currency, so GA4 ignores the value",
                    'Add "currency" to what it sends, or currency = "EUR" here or to the property.',
                )


def _carried(conversion: Conversion) -> set[str]:
    return {*conversion.parameters, *conversion.send, *conversion.mutations}


def _currency_known(document: Document, business_type: str, conversion: Conversion) -> bool:
    """Sent along, or told by the file for every property that has the event: tags then send that one."""
    if "currency" in _carried(conversion):
        return True
    if conversion.source is not None:
        return False
    owners = [p for p in document.properties.values() if business_type in p.business_types]
    return conversion.currency is not None or (bool(owners) and all(p.currency for p in owners))
