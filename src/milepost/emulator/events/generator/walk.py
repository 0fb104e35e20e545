"""What people do on the site: page by page, all users of a part at once.

People are independent of each other, so in one round of the computation one is on the first page of a first
visit and another on the fifth of a third: only the order within each user counts, and rounds are large.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from milepost.emulator.events.generator.draws import (
    Ints,
    Keys,
    derive,
    derive_each,
    normal,
    pick,
    pick_each,
    uniform,
)
from milepost.emulator.events.generator.goods import Carts
from milepost.emulator.events.generator.journey import Journey
from milepost.emulator.events.generator.people import People, next_days, start_times, visit_keys
from milepost.emulator.events.generator.record import (
    FIRST_STEP,
    Kind,
    Moments,
    PageViews,
    Record,
    Visits,
)
from milepost.emulator.events.generator.rules import Rules

MAX_VISITS = 8
MAX_PAGES = 24
RETURN_DAYS = 14
NEVER = np.iinfo(np.int64).max
_SECOND = 1_000_000  # event timestamps are microseconds
_DAY = 86_400 * _SECOND
_PAUSE = 3_600 * _SECOND  # between two visits, at least
_LONGEST_PAGE = 1_500.0  # seconds: a pause of 30 minutes would end the session


@dataclass(slots=True)
class _Here:
    """Those who are on the site now: one position per visit that still goes on."""

    who: Ints
    day: Ints
    number: Ints  # of the visit, from 1
    nth: Ints  # page of the visit, from 0
    visit: Ints
    key: Keys
    channel: Ints
    page: Ints
    variant: Ints
    entry: Ints
    before: Ints
    now: Ints
    seen: Keys

    def only(self, rows: Ints) -> _Here:
        """The same for some of them."""
        return _Here(*(getattr(self, name)[rows] for name in self.__slots__))

    def joined(self, others: _Here) -> _Here:
        """These and those."""
        return _Here(
            *(np.concatenate([getattr(self, name), getattr(others, name)]) for name in self.__slots__)
        )


@dataclass(slots=True)
class _View:
    """One page view of each of those who are here."""

    key: Keys
    row: Ints
    clock: Ints  # how far into the page each has got
    end: Ints
    goto: Ints  # the page a step leads to, or -1


class Walk:
    """Lets people walk through a journey, and records every page view and event."""

    def __init__(self, journey: Journey, people: People, without_effect_of: str = "") -> None:
        self._journey, self._people = journey, people
        self._rules = Rules(journey, without_effect_of)
        count = len(people)
        self._done = np.zeros(count, dtype=np.uint64)
        self._open = np.zeros(count, dtype=np.uint64)
        self._boost = np.ones((count, max(1, len(journey.macros))))
        self._carts = Carts(self._rules, count)
        self._pull = np.exp(np.outer(people.intent, self._rules.page_intent))
        self.first = np.full((count, len(journey.steps)), NEVER)  # when each user first took each step
        self._offline = np.zeros(count, dtype=np.int64)
        self._record = Record()

    def run(self) -> Record:
        """Walk all visits of everybody."""
        who = np.arange(len(self._people), dtype=np.int64)
        here = self._begin(who, np.ones_like(who), self._people.day, np.zeros_like(who))
        while len(here.who):
            view = self._page(here)
            stays = uniform(view.key, "leave") >= self._rules.leave_chance(
                here.nth, self._people.intent[here.who]
            )
            on = (view.goto >= 0) | (stays & (here.nth + 1 < MAX_PAGES))
            back = self._come_back(here, view, np.flatnonzero(~on))
            here = self._go_on(here, view, np.flatnonzero(on)).joined(back)
        return self._record

    def _begin(self, who: Ints, number: Ints, day: Ints, earliest: Ints) -> _Here:
        """Begin a visit of each of some users, on its landing page."""
        rules, keys = self._rules, visit_keys(self._people, who, number)
        direct = (number > 1) & (uniform(keys, "direct") < 0.45)
        channel = np.where(direct, rules.direct, self._people.channel[who])
        start = np.maximum(start_times(self._journey, keys, day), earliest)
        page = rules.landing(keys, self._open[who])
        return _Here(
            who=who,
            day=day,
            number=number,
            nth=np.zeros_like(who),
            visit=self._record.visits.add(Visits(who, number, channel, start)),
            key=keys,
            channel=channel,
            page=page,
            variant=rules.variant(keys, page),
            entry=np.where(rules.tagged[channel], channel, -1),
            before=-2 - channel,
            now=start,
            seen=np.zeros(len(who), dtype=np.uint64),
        )

    def _come_back(self, here: _Here, view: _View, off: Ints) -> _Here:
        """Of those who leave, the next visit of those who come back within two weeks of their first."""
        who, keys = here.who[off], here.key[off]
        again = uniform(keys, "return") < self._rules.return_chance(self._done[who], self._people.intent[who])
        day = next_days(self._journey, keys, here.day[off])
        again &= (day <= self._people.day[who] + RETURN_DAYS) & (here.number[off] < MAX_VISITS)
        earliest = view.end[off][again] + _PAUSE
        return self._begin(who[again], here.number[off][again] + 1, day[again], earliest)

    def _page(self, here: _Here) -> _View:
        """One page view of everybody who is here."""
        view = self._enter(here)
        for step in self._rules.possible(here.page):
            self._take(step, here, view)
        self._leave(here, view)
        return view

    def _enter(self, here: _Here) -> _View:
        key = derive_each(here.key, "page", here.nth)
        seconds = self._rules.page_seconds[here.page] * np.exp(0.9 * normal(key, "seconds"))
        end = here.now + (np.clip(seconds, 1.0, _LONGEST_PAGE) * _SECOND).astype(np.int64)
        done = self._done[here.who]
        row = self._record.views.add(
            PageViews(here.visit, here.nth, here.page, here.variant, here.entry, here.before, done)
        )
        landed = np.flatnonzero(here.nth == 0)
        new = landed[here.number[landed] == 1]
        self._tell(Kind.FIRST_VISIT, row[new], here.now[new])
        started = landed[uniform(here.key[landed], "start lost") >= 0.01]
        self._tell(Kind.SESSION_START, row[started], here.now[started])
        self._tell(Kind.PAGE_VIEW, row, here.now)
        return _View(key, row, here.now + 1_500, end, np.full(len(row), -1, dtype=np.int64))

    def _tell(
        self, kind: int, row: Ints, ts: Ints, spent: Ints | None = None, choice: Ints | None = None
    ) -> Ints:
        count = len(row)
        spent = np.full(count, -1, dtype=np.int64) if spent is None else spent
        choice = np.zeros(count, dtype=np.int64) if choice is None else choice
        return self._record.moments.add(Moments(np.full(count, kind, dtype=np.int64), choice, row, ts, spent))

    def _take(self, step: int, here: _Here, view: _View) -> None:
        """Let everybody who may take a step decide whether to."""
        rules = self._rules
        at = np.flatnonzero(rules.chance[step][here.page] > 0.0)
        if not at.size:
            return
        at = at[self._may(step, at, here, view)]
        if not at.size:
            return
        who = here.who[at]
        chance = rules.step_chance(step, here.page[at], here.channel[at], self._people.device[who])
        if self._journey.steps[step].returning != 1.0:
            chance *= np.where(here.number[at] > 1, self._journey.steps[step].returning, 1.0)
        chance *= np.exp(rules.step_intent[step] * self._people.intent[who])
        if rules.decides[step] >= 0:
            chance *= self._boost[who, rules.decides[step]]
        hit = at[uniform(view.key[at], rules.names[step]) < chance]
        if hit.size:
            self._happen(step, hit, here, view)

    def _may(self, step: int, at: Ints, here: _Here, view: _View) -> NDArray[np.bool_]:
        rules, row = self._rules, self._journey.steps[step]
        who = here.who[at]
        may = (self._open[who] & rules.needs[step]) == rules.needs[step]
        if row.once == "visit":
            may &= (here.seen[at] & rules.bit[step]) == 0
        elif row.once == "user":
            may &= (self._done[who] & rules.bit[step]) == 0
        if row.at != "view":
            may &= view.goto[at] < 0
        if row.after_seconds:
            may &= view.end[at] - here.now[at] > row.after_seconds * _SECOND
        if row.leads_to:
            may &= (view.goto[at] < 0) & (here.nth[at] + 1 < MAX_PAGES)
        return np.asarray(may, dtype=np.bool_)

    def _happen(self, step: int, hit: Ints, here: _Here, view: _View) -> None:
        """A step was taken: remember it, record its event, and lead on."""
        rules, row = self._rules, self._journey.steps[step]
        who = here.who[hit]
        new = (self._done[who] & rules.bit[step]) == 0
        ts = self._moment(step, hit, here, view)
        choice = self._choice(step, hit, view)
        self._emit(step, hit, (ts, choice), here, view)
        self.first[who[new], step] = ts[new]
        self._done[who] |= rules.bit[step]
        self._open[who] = (self._open[who] | rules.bit[step]) & ~rules.clears[step]
        here.seen[hit] |= rules.bit[step]
        self._boost[who[new], rules.target[step]] *= rules.effect[step][choice[new]]
        if row.leads_to:
            view.goto[hit] = rules.page_index[row.leads_to]
            view.end[hit] = view.clock[hit] + (0.4 + uniform(view.key[hit], "reaction")) * _SECOND

    def _choice(self, step: int, hit: Ints, view: _View) -> Ints:
        """Which set of parameters each event carries."""
        if len(self._journey.steps[step].choices) < 2:
            return np.zeros_like(hit)
        return pick(derive(view.key[hit], self._rules.names[step]), "choice", self._rules.even[step])

    def _moment(self, step: int, hit: Ints, here: _Here, view: _View) -> Ints:
        """When a step happens; reading steps follow each other within the time spent on the page."""
        row, key = self._journey.steps[step], view.key[hit]
        if row.at == "offline":
            return self._later(step, here.who[hit], view.clock[hit], key)
        if row.at == "view":
            view.clock[hit] += 900
            return view.clock[hit].copy()
        if row.after_seconds:
            ts = here.now[hit] + int(row.after_seconds * _SECOND)
            view.clock[hit] = np.maximum(view.clock[hit], ts)
            return ts
        share = 0.1 + 0.6 * uniform(key, self._rules.names[step] + ":when")
        view.clock[hit] += np.maximum(200_000, (view.end[hit] - view.clock[hit]) * share).astype(np.int64)
        view.end[hit] = np.maximum(view.end[hit], view.clock[hit] + 300_000)
        return view.clock[hit].copy()

    def _later(self, step: int, who: Ints, now: Ints, key: Keys) -> Ints:
        """Off the site, some days after the last offline step, in working hours."""
        low, high = self._journey.steps[step].after_days
        name = self._rules.names[step]
        from_day = np.maximum(now, self._offline[who]) // _DAY
        days = from_day + np.maximum(
            1, np.round(low + (high - low) * uniform(key, name + ":days")).astype(np.int64)
        )
        ts = days * _DAY + ((8.0 + 8.0 * uniform(key, name + ":hour")) * 3_600 * _SECOND).astype(np.int64)
        self._offline[who] = ts
        return ts

    def _emit(self, step: int, hit: Ints, what: tuple[Ints, Ints], here: _Here, view: _View) -> None:
        """Record the event of a step that was taken, with its products and value.

        `what` is when it happened, and which set of parameters it carries.
        """
        ts, choice = what
        row, rules, who = self._journey.steps[step], self._rules, here.who[hit]
        key = derive(view.key[hit], rules.names[step])
        shown = rules.product_of[here.page[hit], here.variant[hit]]
        if row.event == "add_to_cart":
            self._carts.fill(who, shown, key)
        if row.raw == "page_view":
            return
        moments = self._tell(FIRST_STEP + step, view.row[hit], ts, choice=choice)
        goods = self._carts.goods(row, moments, who, shown, key)
        if goods is None:
            return
        self._record.goods.add(goods)
        if row.order and row.items == "cart":
            self._carts.empty(who)
        again = np.flatnonzero(uniform(key, "again") < row.repeats) if row.repeats else moments[:0]
        if again.size:
            late = view.end[hit][again]
            moments = self._tell(FIRST_STEP + step, view.row[hit][again], late, choice=choice[again])
            self._record.goods.add(goods.repeated(again, moments))

    def _leave(self, here: _Here, view: _View) -> None:
        """The page goes out of sight: the browser tells how long it was looked at."""
        told = np.flatnonzero(uniform(view.key, "told") < 0.72)
        looked = (view.end[told] - here.now[told]) * (0.55 + 0.45 * uniform(view.key[told], "looked"))
        self._tell(Kind.USER_ENGAGEMENT, view.row[told], view.end[told], (looked / 1_000).astype(np.int64))

    def _go_on(self, here: _Here, view: _View, on: Ints) -> _Here:
        """Bring those who stay to their next page."""
        rules, there = self._rules, here.only(on)
        key = view.key[on]
        weights = self._pull[there.who] * rules.page_weight
        for page, needs in rules.guarded:
            weights[(self._open[there.who] & needs) != needs, page] = 0.0
        weights[np.arange(len(on)), there.page] *= rules.several[there.page]
        chosen, led = pick_each(key, "next", weights), view.goto[on] >= 0
        there.nth = there.nth + 1
        there.before = rules.location(there.page, there.variant, there.entry)
        there.page = np.where(led, view.goto[on], chosen)
        keeps = led & rules.follows[there.page]
        there.variant = np.where(keeps, there.variant, rules.variant(key, there.page))
        there.entry = np.full(len(on), -1, dtype=np.int64)
        there.now = view.end[on] + (300_000 * (1 + uniform(key, "load"))).astype(np.int64)
        return there
