"""The counts behind lift from GA4 funnels: what the Data API can tell, and no more.

GA4 counts users approximately, tells no moments, and takes the last chance of a step instead of the first.
So people are compared by how many pages they had seen alone, and every figure is marked as approximate.
Source: the method, section 11.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple

from milepost.gateways.data import DateRange
from milepost.gateways.funnel import AT_ONCE, TOTAL, FunnelGateway, FunnelQuery
from milepost.journeys.credit import People, Row
from milepost.journeys.estimate import Estimate, Level, compare
from milepost.journeys.results import Flag
from milepost.journeys.verdict import (
    LEAST_COMPARED,
    LEAST_USERS,
    MOST_UNMATCHED,
    Extent,
    Finding,
    required_flag,
    size_flags,
)

PAGES = ("page_view", "screen_view")
"""Any of them is a page seen."""

PRESENCE = "user_engagement"
"""What people are compared by where GA4 takes one page view for several steps."""

PAGES_SEEN = (1, 2, 3, 5, 8)

MOST_EVENTS_PER_USER = 1.5
"""Above it the ratio is biased low, since GA4 counts from a user's last occurrence."""

_HLL_ERROR = 0.0081
"""Standard error of GA4's count of users (HyperLogLog++, precision 14)."""

_NOISE = 4 * _HLL_ERROR**2
"""Four counts of users stand in a ratio."""

Step = str | tuple[str, ...]
Path = tuple[Step, ...]

DIMENSIONS = {
    "channel": "firstUserDefaultChannelGroup",
    "campaign": "firstUserCampaignName",
    "device": "deviceCategory",
}
"""What `--by` asks GA4: of each user the first channel or campaign ever, so that all counts agree on it."""


class EventTotals(NamedTuple):
    """One event in the whole window: users who did it, and how often."""

    users: int
    events: int

    @property
    def per_user(self) -> float | None:
        """How often each did it."""
        return self.events / self.users if self.users else None


@dataclass(frozen=True)
class Micro:
    """One step to ask about."""

    event: str
    label: str
    totals: EventTotals


class Funnels:
    """Closed funnels over one window; each is asked for once, ten at a time.

    Args:
        gateway: where to ask.
        property_id: digits.
        days: the window.
        within_seconds: time allowed to the last step of each funnel.
        withheld: whether GA4 keeps rows of few users back, so that no ratio can be trusted.

    Attributes:
        sampled: whether GA4 estimated any answer from a part of the events.
    """

    def __init__(
        self,
        gateway: FunnelGateway,
        property_id: str,
        days: DateRange,
        within_seconds: int,
        *,
        withheld: bool = False,
    ) -> None:
        self._gateway = gateway
        self._property_id = property_id
        self._days = days
        self._within = within_seconds
        self._known: dict[tuple[Path, str | None], dict[str, tuple[int, ...]]] = {}
        self._withheld = withheld
        self.sampled = False

    @property
    def partial(self) -> bool:
        """Whether the counts are not those of everybody."""
        return self.sampled or self._withheld

    def ask(self, paths: Iterable[Path], by: str | None = None) -> None:
        """Ask for what is not yet known.

        Raises:
            RemoteError: one of its kinds, naming the property.
        """
        wanted = [path for path in dict.fromkeys(paths) if (path, by) not in self._known]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for path, users in zip(wanted, pool.map(lambda path: self._users(path, by), wanted), strict=True):
                self._known[path, by] = users

    def _users(self, path: Path, by: str | None) -> dict[str, tuple[int, ...]]:
        within = self._within if len(path) > 1 else None
        answer = self._gateway.run_funnel(
            self._property_id, FunnelQuery(path, self._days, by=by, within=within)
        )
        self.sampled |= bool(answer.sampled)
        return answer.users(len(path), by)

    def users(self, path: Path) -> tuple[int, ...]:
        """Users at each step of a path that was asked for."""
        return self._known[path, None][TOTAL]

    def ends(self, path: Path, by: str) -> dict[str, int]:
        """Users at the last step of a path that was asked for, by value of the dimension."""
        return {value: users[-1] for value, users in self._known[path, by].items() if value != TOTAL}


@dataclass(frozen=True)
class FunnelFindings:
    """What funnels say of all steps towards one macro conversion.

    `by_presence`: GA4 took one page view for several steps, so that people are compared with all who
    were there at all.
    """

    findings: tuple[Finding, ...]
    pages: int
    by_presence: bool


def funnel_findings(funnels: Funnels, macro: str, micros: Sequence[Micro]) -> FunnelFindings:
    """Asks what a verdict on each step needs, and no more where the first answers settle it.

    Raises:
        RemoteError: one of its kinds, naming the property.
    """
    around = [path for micro in micros for path in ((micro.event, macro), (macro, micro.event))]
    funnels.ask([*(_seen(pages, macro) for pages in PAGES_SEEN), *around])
    once, twice = funnels.users(_seen(1, macro))[0], funnels.users(_seen(2, macro))[1]
    by_presence = twice >= once > 0
    if by_presence:
        funnels.ask([(PRESENCE, macro)])
    else:
        open_ = [micro for micro in micros if not _settled(funnels, macro, micro)]
        funnels.ask(_seen(pages, micro.event) for micro in open_ for pages in PAGES_SEEN)
    findings = tuple(_finding(funnels, macro, micro, by_presence=by_presence) for micro in micros)
    return FunnelFindings(findings, once, by_presence)


def _seen(pages: int, then: str) -> Path:
    return (*(PAGES,) * pages, then)


def _around(funnels: Funnels, macro: str, event: str) -> tuple[int, int, int]:
    """Users of the step, those who then reached the macro conversion, and those who came the other way."""
    users, reached = funnels.users((event, macro))
    return users, reached, funnels.users((macro, event))[-1]


def _settled(funnels: Funnels, macro: str, micro: Micro) -> bool:
    """Whether no comparison will be shown, whatever it says."""
    users, reached, other_way = _around(funnels, macro, micro.event)
    compared = funnels.users(_seen(1, macro))[-1]
    few = users < LEAST_USERS or compared < LEAST_COMPARED
    return few or _mostly_after(reached, other_way) or funnels.partial


def _mostly_after(reached: int, other_way: int) -> bool:
    return other_way > 0 and other_way >= 2 * reached


def _finding(funnels: Funnels, macro: str, micro: Micro, *, by_presence: bool) -> Finding:
    users, reached, other_way = _around(funnels, macro, micro.event)
    basis = (PRESENCE, macro) if by_presence else _seen(1, macro)
    compared = funnels.users(basis)[-1]
    found, unmatched = None, 0.0
    if not _settled(funnels, macro, micro):
        levels, unmatched = _levels(funnels, macro, micro.event, by_presence=by_presence)
        found = compare(users, reached, levels, noise=_NOISE)
    share = min(reached / compared, 1.0) if compared else None
    return Finding(
        event=micro.event,
        label=micro.label,
        users=users,
        reached=min(reached, users),
        estimate=found,
        flags=tuple(_flags(funnels, micro, (users, reached, other_way, compared), found, unmatched)),
        extent=Extent(ever=micro.totals.users, share_of_macros=share, events_per_user=micro.totals.per_user),
    )


def _flags(
    funnels: Funnels,
    micro: Micro,
    counts: tuple[int, int, int, int],
    found: Estimate | None,
    unmatched: float,
) -> Iterator[Flag]:
    users, reached, other_way, compared = counts
    if _mostly_after(reached, other_way):
        yield "mostly-after"
        return
    if funnels.partial:
        yield "sampled"
    if unmatched > MOST_UNMATCHED:
        yield "unmatched"
    else:
        yield from size_flags(users, compared, found)
    yield from required_flag(reached / compared if compared else None, found)
    if (micro.totals.per_user or 0) > MOST_EVENTS_PER_USER:
        yield "repeated"


def _levels(funnels: Funnels, macro: str, event: str, *, by_presence: bool) -> tuple[list[Level], float]:
    """What people are compared with, and the share of them for whom there is nothing."""
    if by_presence:
        there, reached = funnels.users((PRESENCE, macro))
        return ([Level(1.0, there, reached)], 0.0) if there else ([], 1.0)
    did = [funnels.users(_seen(pages, event))[-1] for pages in PAGES_SEEN]
    if not did[0]:
        return [], 1.0
    weights = [max(here - following, 0) / did[0] for here, following in zip(did, [*did[1:], 0], strict=True)]
    levels, unmatched = [], 0.0
    for pages, weight in zip(PAGES_SEEN, weights, strict=True):
        there, reached = funnels.users(_seen(pages, macro))[-2:]
        if there:
            levels.append(Level(weight, there, min(reached, there)))
        else:
            unmatched += weight
    return levels, unmatched


def funnel_people(funnels: Funnels, macro: str, leading: Sequence[str], by: str) -> People:
    """People by one value each of a dimension, by what they did.

    Raises:
        RemoteError: one of its kinds, naming the property.
    """
    anybody: Path = (PAGES,)
    any_leading: Path = (tuple(leading),)
    funnels.ask(
        [anybody, (macro,), *((event,) for event in leading), *([any_leading] if leading else [])], by
    )
    users, macros = funnels.ends(anybody, by), funnels.ends((macro,), by)
    steps = {event: funnels.ends((event,), by) for event in leading}
    took = funnels.ends(any_leading, by) if leading else {}
    if leading:
        funnels.ask([(*any_leading, macro)])
    followed, reached = funnels.users((*any_leading, macro)) if leading else (0, 0)
    rows = [
        Row(
            value,
            users.get(value, 0),
            macros.get(value, 0),
            took.get(value, 0),
            {event: found.get(value, 0) for event, found in steps.items()},
        )
        for value in dict.fromkeys((*users, *macros))
    ]
    return People(tuple(rows), followed, reached, converted=reached)
