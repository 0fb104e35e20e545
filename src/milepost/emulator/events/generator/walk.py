"""What people do on the site: visit by visit and page by page, all users of a part at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from milepost.emulator.events.generator.draws import (
    Ints,
    Keys,
    derive,
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
_LONGEST_PAGE = 1_500.0  # seconds: a pause of 30 minutes would end the session


@dataclass(slots=True)
class _Here:
    """Those who are on the site now: one position per visit that still goes on."""

    who: Ints
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


@dataclass(slots=True)
class _View:
    """One page view of each of those who are here."""

    number: int
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
        days = self._people.day
        for number in range(1, MAX_VISITS + 1):
            if not len(who):
                break
            keys = visit_keys(self._people, who, number)
            self._visit(number, who, days, keys)
            again = uniform(keys, "return") < self._rules.return_chance(
                self._done[who], self._people.intent[who]
            )
            who, days, keys = who[again], days[again], keys[again]
            days = next_days(self._journey, keys, days)
            soon = days <= self._people.day[who] + RETURN_DAYS
            who, days = who[soon], days[soon]
        return self._record

    def _visit(self, number: int, who: Ints, days: Ints, keys: Keys) -> None:
        """All visits that are their users' nth."""
        channel = self._people.channel[who]
        if number > 1:
            channel = np.where(uniform(keys, "direct") < 0.45, self._rules.direct, channel)
        start = start_times(self._journey, keys, days)
        visit = self._record.visits.add(
            Visits(who=who, number=np.full(len(who), number, dtype=np.int64), channel=channel, start=start)
        )
        page = self._rules.landing(keys, self._open[who])
        entry = np.where(self._rules.tagged[channel], channel, -1)
        seen = np.zeros(len(who), dtype=np.uint64)
        variant = self._rules.variant(keys, page)
        here = _Here(who, visit, keys, channel, page, variant, entry, -2 - channel, start, seen)
        for nth in range(MAX_PAGES):
            here = self._page(number, nth, here)
            if not len(here.who):
                return

    def _page(self, number: int, nth: int, here: _Here) -> _Here:
        """One page view of everybody who is here; those who go on to another page, on that page."""
        view = self._enter(number, nth, here)
        for step in self._rules.possible(here.page):
            self._take(step, number, here, view)
        self._leave(here, view)
        stays = uniform(view.key, "leave") >= self._rules.leave_chance(nth, self._people.intent[here.who])
        on = np.flatnonzero((view.goto >= 0) | stays) if nth + 1 < MAX_PAGES else np.zeros(0, dtype=np.int64)
        return self._go_on(here, view, on)

    def _enter(self, number: int, nth: int, here: _Here) -> _View:
        key = derive(here.key, "page", nth)
        seconds = self._rules.page_seconds[here.page] * np.exp(0.9 * normal(key, "seconds"))
        end = here.now + (np.clip(seconds, 1.0, _LONGEST_PAGE) * _SECOND).astype(np.int64)
        row = self._record.views.add(
            PageViews(
                visit=here.visit,
                number=np.full(len(here.who), nth, dtype=np.int64),
                page=here.page,
                variant=here.variant,
                entry=here.entry,
                before=here.before,
                done=self._done[here.who],
            )
        )
        if nth == 0 and number == 1:
            self._tell(Kind.FIRST_VISIT, row, here.now)
        if nth == 0:
            started = np.flatnonzero(uniform(here.key, "start lost") >= 0.01)
            self._tell(Kind.SESSION_START, row[started], here.now[started])
        self._tell(Kind.PAGE_VIEW, row, here.now)
        return _View(nth, key, row, here.now + 1_500, end, np.full(len(row), -1, dtype=np.int64))

    def _tell(
        self, kind: int, row: Ints, ts: Ints, spent: Ints | None = None, choice: Ints | None = None
    ) -> Ints:
        count = len(row)
        spent = np.full(count, -1, dtype=np.int64) if spent is None else spent
        choice = np.zeros(count, dtype=np.int64) if choice is None else choice
        return self._record.moments.add(Moments(np.full(count, kind, dtype=np.int64), choice, row, ts, spent))

    def _take(self, step: int, number: int, here: _Here, view: _View) -> None:
        """Let everybody who may take a step decide whether to."""
        rules = self._rules
        at = np.flatnonzero(rules.chance[step][here.page] > 0.0)
        if not at.size:
            return
        at = at[self._may(step, at, here, view)]
        if not at.size:
            return
        who = here.who[at]
        chance = rules.step_chance(step, here.page[at], number, here.channel[at], self._people.device[who])
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
            may &= (view.goto[at] < 0) & (view.number + 1 < MAX_PAGES)
        return np.asarray(may, dtype=np.bool_)

    def _happen(self, step: int, hit: Ints, here: _Here, view: _View) -> None:
        """A step was taken: remember it, record its event, and lead on."""
        rules, row = self._rules, self._journey.steps[step]
        who = here.who[hit]
        new = (self._done[who] & rules.bit[step]) == 0
        ts = self._moment(step, hit, here, view)
        self._emit(step, hit, ts, here, view)
        self.first[who[new], step] = ts[new]
        self._done[who] |= rules.bit[step]
        self._open[who] = (self._open[who] | rules.bit[step]) & ~rules.clears[step]
        here.seen[hit] |= rules.bit[step]
        self._boost[who[new], rules.target[step]] *= rules.effect[step]
        if row.leads_to:
            view.goto[hit] = rules.page_index[row.leads_to]
            view.end[hit] = view.clock[hit] + (0.4 + uniform(view.key[hit], "reaction")) * _SECOND

    def _moment(self, step: int, hit: Ints, here: _Here, view: _View) -> Ints:
        """When a step happens; reading steps follow each other within the time spent on the page."""
        row, key = self._journey.steps[step], view.key[hit]
        if row.at == "offline":
            return self._later(step, here.who[hit], view.clock[hit], key)
        if row.at == "view":
            view.clock[hit] += 900
            return view.clock[hit].copy()
        if row.after_seconds:
            return here.now[hit] + int(row.after_seconds * _SECOND)
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

    def _emit(self, step: int, hit: Ints, ts: Ints, here: _Here, view: _View) -> None:
        """Record the event of a step that was taken, with its products and value."""
        row, rules, who = self._journey.steps[step], self._rules, here.who[hit]
        key = derive(view.key[hit], rules.names[step])
        shown = rules.product_of[here.page[hit], here.variant[hit]]
        if row.event == "add_to_cart":
            self._carts.fill(who, shown, key)
        if row.raw == "page_view":
            return
        choice = pick(key, "choice", rules.even[step]) if len(row.choices) > 1 else np.zeros_like(hit)
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
        there.before = rules.location(there.page, there.variant, there.entry)
        there.page = np.where(led, view.goto[on], chosen)
        keeps = led & rules.follows[there.page]
        there.variant = np.where(keeps, there.variant, rules.variant(key, there.page))
        there.entry = np.full(len(on), -1, dtype=np.int64)
        there.now = view.end[on] + (300_000 * (1 + uniform(key, "load"))).astype(np.int64)
        return there
