"""Figures and sentences about proposed values, the same in every format people read."""

from __future__ import annotations

from collections.abc import Iterator

from milepost.journeys.notes import time_allowed
from milepost.journeys.proposals import Proposal, Refusal, ValueReport
from milepost.model.findings import dotted
from milepost.render.lift.words import MARKS
from milepost.render.report.figures import Signs, count, percent

OVERLAP = (
    "Values of different steps overlap, for each claims the same conversions: never add them up, nor to the"
    " money of the macro conversion itself. They are implied, not earned."
)

_REFUSALS: dict[Refusal, str] = {
    "nobody": "nobody did it in these days who could be followed",
    "thin": "too few people to say, or most did it after the conversion",
    "no-comparison": "it cannot be compared, so nothing is known above base",
    "not-above": "its interval reaches down to nothing above base",
    "no-macro-value": "nobody knows what the macro conversion is worth: add --macro-value",
    "no-currency": 'without a currency: add currency = "EUR" to the property',
    "other-currency": "the file gives it another currency than the macro conversion has",
}

_BASES = {
    "worth": "what follows a step on average: right for forecasts and for bids",
    "above-base": "what a step brings above comparable people who had not taken it",
}


def subject(report: ValueReport) -> str:
    """The window, and what the values are."""
    source = "GA4's funnels" if report.source == "api" else "the event export"
    return f"{report.first_day} to {report.last_day}, from {source}: {_BASES[report.basis]}"


def each(report: ValueReport) -> str:
    """What the values come from."""
    value = report.macro_value
    people = f"{count(report.macro_users)} people reached {report.macro_label}"
    allowed = f"counted within {time_allowed(report.within_seconds)} of a step"
    if value is None:
        return f"{people}, {allowed}."
    source = {"given": "as given", "events": "on average", "declared": "as the file says"}[value.source]
    return f"{people}, {allowed}; one is worth {money(value.amount, value.currency)} {source}."


def money(amount: float, currency: str | None) -> str:
    """An amount with its currency; with as many places as it needs where it is below a cent or so."""
    places = f"{amount:,.2f}" if abs(amount) >= 0.1 or not amount else f"{amount:.2g}"
    return f"{places} {currency}" if currency else places


def amount(value: float | None, signs: Signs) -> str:
    """A bare amount; the sign for none."""
    return signs.none if value is None else money(value, None)


def proposed(proposal: Proposal, signs: Signs) -> str:
    """What is proposed, with no digit more than it has, and what to be careful about."""
    if proposal.value is None:
        return signs.none
    return f"{proposal.value:,.10g}{''.join(MARKS[flag] for flag in proposal.flags if flag in MARKS)}"


def interval(proposal: Proposal, signs: Signs) -> str:
    """Both ends of the interval."""
    if proposal.low is None or proposal.high is None:
        return signs.none
    return f"{money(proposal.low, None)}-{money(proposal.high, None)}"


def went_on(proposal: Proposal, signs: Signs) -> str:
    """How many went on, and their share."""
    share = proposal.reached / proposal.users if proposal.users else None
    return f"{count(proposal.reached)}, {percent(share, signs)}"


def per(proposal: Proposal, signs: Signs) -> str:
    """By how much the worth of a person was divided."""
    return signs.none if proposal.divided_by == 1 else f"{proposal.divided_by:.2f}"


def outcome(proposal: Proposal) -> str:
    """What becomes of the file: `~ 1.5 → 6.6`."""
    new, old = proposal.value, proposal.declared
    if proposal.action == "refuse" or new is None:
        return "none"
    if old is None:
        return f"+ {new:g}"
    return f"= {old:g}" if proposal.action == "keep" else f"~ {old:g} → {new:g}"


def refusal(proposal: Proposal) -> str:
    """Why there is no proposal."""
    return "" if proposal.refusal is None else _REFUSALS[proposal.refusal]


def line_of_file(proposal: Proposal) -> str:
    """The key of the file that is written, with its value before and after."""
    old = "" if proposal.declared is None else f"{proposal.declared:g} → "
    currency = f" {proposal.currency}" if proposal.currency else ""
    sign = "+" if proposal.declared is None else "~"
    return f"{sign} {dotted((*proposal.path, 'value'))}  {old}{proposal.value:g}{currency}"


def legend(report: ValueReport) -> Iterator[str]:
    """How the figures come about."""
    shown = [proposal for proposal in report.proposals if proposal.value is not None]
    if not shown:
        return
    kind = "rate × value of the macro conversion" if report.basis == "worth" else "the part above base"
    yield f"A person: {kind}. Value: per event that GA4 counts, to two significant digits; 95 % interval."
    if any(proposal.divided_by > 1 for proposal in shown):
        yield (
            "Times: how often a person does it. GA4 gives its default value to every event it counts, so a"
            " person's worth is divided by that."
        )
    if any(proposal.counting == "once_per_session" for proposal in shown):
        yield (
            'Counted "once_per_session", a step has the whole worth of a person each session: too much for'
            " steps that people take in several."
        )
    if any(proposal.action == "keep" for proposal in shown):
        yield "=: what the file says lies within the interval and stays, for figures move every day."
    if any("low-data" in proposal.flags for proposal in shown):
        yield "* low data: few conversions were to be expected, so the value may be far from it."
    if any("repeated" in proposal.flags for proposal in shown):
        yield "+ done again and again: GA4's funnels know only its last time; --source export does better."
    if any(not proposal.key_event for proposal in shown if proposal.changes):
        yield "Steps that are no key events have no default value in GA4: theirs is for reports alone."
    yield "GA4 uses a default value only for events that carry no value of their own."
    yield OVERLAP
