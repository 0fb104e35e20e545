"""What `verify` has to say beyond its tables: what failed, why that may be, and what to do next."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date

from milepost.reports.results import Period
from milepost.reports.verification.causes import ALWAYS, MADE_BY, Maker, maker_of, next_steps
from milepost.reports.verification.results import (
    ConversionArrival,
    Finding,
    ParameterArrival,
    ParameterState,
)
from milepost.reports.verification.silence import Silence

_YOUNG = ", though GA4 still processes the last two days"


def find_problems(
    conversions: Sequence[ConversionArrival],
    totals: Mapping[str, int],
    visits: Silence | None,
    looked_at: Period,
    definitions: Collection[str],
) -> Iterator[Finding]:
    """Everything to say, what failed first.

    Args:
        conversions: all of the property's.
        totals: events of the period by name, visits and the sources of rules among them.
        visits: whether visits as a whole have stopped.
        looked_at: all days looked at.
        definitions: the parameters that the file wants registered.
    """
    yield from _nothing_at_all(conversions, totals, visits)
    yield from _silent(conversions, totals)
    yield from _not_seen(conversions, totals, looked_at)
    for conversion in conversions:
        for parameter in conversion.stopped:
            yield _stopped(conversion, parameter)
    if any(c.state != "arriving" for c in conversions):
        yield Finding((), "Behind whatever does not arrive may lie:", ALWAYS)
    yield from _rules_missing(conversions)
    yield from _not_flagged(conversions)
    yield from _parameters(conversions, definitions)


def _nothing_at_all(
    conversions: Sequence[ConversionArrival], totals: Mapping[str, int], visits: Silence | None
) -> Iterator[Finding]:
    steps = ("Look at the Google tag and its measurement id first: 'milepost doctor' names the stream.",)
    if any(c.recent or c.seen_today for c in conversions):
        return
    if visits is not None:
        yield Finding((), f"GA4 received no visit at all since {visits.since}.", steps)
    elif conversions and not any(totals.values()):
        yield Finding((), "GA4 received no visit and none of these events in the whole period.", steps)


def _silent(conversions: Sequence[ConversionArrival], totals: Mapping[str, int]) -> Iterator[Finding]:
    """One finding for all that fell silent on the same day and that the same thing makes."""
    groups: dict[tuple[date, Maker], list[ConversionArrival]] = {}
    for conversion in conversions:
        if conversion.silence is not None:
            key = (conversion.silence.since, maker_of(conversion, totals))
            groups.setdefault(key, []).append(conversion)
    for (since, maker), found in sorted(groups.items(), key=lambda group: group[0][0], reverse=True):
        events = tuple(c.event for c in found)
        young = any(c.silence.preliminary for c in found if c.silence)
        yield Finding(
            events,
            f"Not seen since {since}: {', '.join(events)}; {MADE_BY[maker]}. Going by the days before, so "
            f"long a silence is hardly chance{_YOUNG if young else ''}.",
            (
                f"What changed on the site or in its tags about {since}?",
                _try(events),
                *(next_steps(maker) if maker.startswith("rule_") else ()),
            ),
            failing=True,
        )


def _not_seen(
    conversions: Sequence[ConversionArrival], totals: Mapping[str, int], looked_at: Period
) -> Iterator[Finding]:
    """One finding for all that the same thing makes: their causes are the same."""
    missing = [(maker_of(c, totals), c) for c in conversions if c.state == "not_seen"]
    for maker in MADE_BY:
        found = [conversion for made_by, conversion in missing if made_by == maker]
        if not found:
            continue
        events = tuple(c.event for c in found)
        when = "in the period" if any(c.last_seen for c in found) else f"in {looked_at.days - 1} days"
        problem, steps = _not_seen_text(events, when, maker), next_steps(maker, events)
        if maker != "rule_missing":
            problem, steps = f"{problem} Nobody may have done it.", (_try(events), *steps)
        yield Finding(events, problem, steps, failing=True)


def _not_seen_text(events: Sequence[str], when: str, maker: Maker) -> str:
    return f"Not seen {when}: {', '.join(events)}; {MADE_BY[maker]}."


def _try(events: Sequence[str]) -> str:
    options = " ".join(f"--event {event}" for event in events)
    return f"Do it once on the site while this runs: milepost verify --wait {options}"


def _stopped(conversion: ConversionArrival, parameter: ParameterArrival) -> Finding:
    silence = parameter.silence
    since = f" since {silence.since}" if silence else ""
    young = _YOUNG if silence and silence.preliminary else ""
    return Finding(
        (conversion.event,),
        f"{conversion.event} arrives without {parameter.parameter}{since}{young}.",
        (
            "The event goes on, so its tag fires: look at the variable that fills this parameter, and at "
            "what the page gives it.",
        ),
        failing=True,
    )


def _rules_missing(conversions: Sequence[ConversionArrival]) -> Iterator[Finding]:
    """Of events that arrive all the same: those that do not are named with their cause above."""
    events = tuple(c.event for c in conversions if c.rule == "missing" and c.state == "arriving")
    if events:
        problem = f"No event create rule makes {', '.join(events)} any more, which the file derives."
        yield Finding(events, problem, ("Run 'milepost sync'.",))


def _not_flagged(conversions: Sequence[ConversionArrival]) -> Iterator[Finding]:
    events = tuple(c.event for c in conversions if c.key_event_wanted and c.key_event is False)
    if events:
        problem = f"Not flagged as key events in GA4: {', '.join(events)}."
        yield Finding(events, problem, ("Run 'milepost sync'. Flagging does not reach back.",))


def _parameters(conversions: Sequence[ConversionArrival], definitions: Collection[str]) -> Iterator[Finding]:
    unseen = _with_state(conversions, "not_registered")
    blind = "Not registered in GA4, so nobody can see whether they arrive:"
    yield from _advice(
        blind,
        [pair for pair in unseen if pair[1] in definitions],
        "Run 'milepost sync', which registers them. It does not reach back.",
    )
    yield from _advice(
        blind,
        [pair for pair in unseen if pair[1] not in definitions],
        "Declare them under [dimensions] or [metrics], then run 'milepost sync'. It does not reach back.",
    )
    yield from _advice(
        "Never seen with their event:",
        _with_state(conversions, "never"),
        "They may be sent under another name, or only sometimes; what was registered lately has no past.",
    )


def _with_state(conversions: Sequence[ConversionArrival], state: ParameterState) -> list[tuple[str, str]]:
    return [(c.event, p.parameter) for c in conversions for p in c.parameters if p.state == state]


def _advice(problem: str, pairs: Sequence[tuple[str, str]], step: str) -> Iterator[Finding]:
    """One finding about parameters, as pairs of event and parameter; none without any."""
    if pairs:
        names = ", ".join(dict.fromkeys(parameter for _, parameter in pairs))
        events = tuple(dict.fromkeys(event for event, _ in pairs))
        yield Finding(events, f"{problem} {names}.", (step,))
