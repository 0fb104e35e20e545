"""The tables a funnel is computed from: its events in order, and which of them met which step.

Nobody else sees them: they live in the transaction of one call.
"""

from __future__ import annotations

from milepost.emulator.data.dataset import Reading
from milepost.emulator.data.funnel_request import FunnelQuery, Step
from milepost.emulator.data.funnel_segments import fill_segments, segment_condition
from milepost.emulator.data.joins import joined
from milepost.emulator.data.sql import literal

_NO_STEP = 1_000_000
_KEY = "range_position, user_key"


def fill_tables(
    cursor: Reading,
    query: FunnelQuery,
    *,
    first_attempt_only: bool = False,
    shared_events: bool = False,
) -> None:
    """Make the tables `funnel_ranges`, `funnel_events`, `reached` and `attained`.

    - `funnel_ranges`: `position`, `name`, `first`, `last` and `zone` of each date range, once for each
      `segment`.
    - `funnel_events`: a user's events in a date range, numbered by `seq`; only those that meet a step,
      unless the others matter. Of events in the same microsecond, whose order is not known, the one of
      the earlier step comes first, and those of no step last. Events of days on which the user was not
      active count nowhere, as in the metric activeUsers.
    - `reached`: every event by which a user stands in a step, whichever attempt led there. `continued`:
      by way of the step before, and not by entering here.
    - `attained`: one row per user and step with the earliest such event.

    Args:
        cursor: from Dataset.reading.
        query: the funnel.
        first_attempt_only: a user's earliest event of a step decides; who misses the next step's
            duration from there has no second try.
        shared_events: one event may meet several steps in a row.
    """
    cursor.execute(f"CREATE OR REPLACE TEMP TABLE funnel_ranges AS {_ranges(query)}")
    fill_segments(cursor, query.segments, query.where)
    if query.metrics:
        cursor.execute(f"CREATE OR REPLACE TEMP TABLE funnel_values AS {_values(query)}")
    cursor.execute(f"CREATE OR REPLACE TEMP TABLE funnel_events AS {_events(query)}")
    cursor.execute(
        "CREATE OR REPLACE TEMP TABLE reached "
        "(step INTEGER, range_position INTEGER, user_key INTEGER, seq BIGINT, ts BIGINT, "
        "moment BIGINT, date DATE, continued BOOLEAN)"
    )
    for position, step in enumerate(query.steps, 1):
        follows = "b.seq >= a.seq" if shared_events else "b.seq > a.seq"
        cursor.execute(f"INSERT INTO reached {_reached(query, position, step, follows)}")
        if first_attempt_only:
            cursor.execute(
                f"DELETE FROM reached WHERE step = {position} AND ({_KEY}, seq) NOT IN "
                f"(SELECT ({_KEY}, min(seq)) FROM reached WHERE step = {position} GROUP BY {_KEY})"
            )
    cursor.execute(
        "CREATE OR REPLACE TEMP TABLE attained AS "
        f"SELECT step, {_KEY}, min(seq) AS seq, arg_min(date, seq) AS date, "
        f"bool_or(continued) AS continued FROM reached GROUP BY step, {_KEY}"
    )


def _ranges(query: FunnelQuery) -> str:
    count = len(query.ranges)
    rows = ", ".join(
        f"({segment * count + i}, {literal(r.name)}, DATE '{r.first.isoformat()}', "
        f"DATE '{r.last.isoformat()}', {segment}, {literal(query.time_zone)})"
        for segment in range(max(1, len(query.segments)))
        for i, r in enumerate(query.ranges)
    )
    return f"SELECT * FROM (VALUES {rows}) r(position, name, first, last, segment, zone)"


def _values(query: FunnelQuery) -> str:
    """What each metric that a condition names is worth for one event."""
    columns = ", ".join(f"{sql} AS v{i}" for i, sql in enumerate(query.metrics))
    return (
        f"SELECT e.event_id, {columns} FROM all_events e {joined(columns)} "
        "WHERE e.date BETWEEN (SELECT min(first) FROM funnel_ranges) "
        "AND (SELECT max(last) FROM funnel_ranges) "
        "GROUP BY e.event_id"
    )


def _events(query: FunnelQuery) -> str:
    """Columns `s1…` tell the steps an event meets, `breakdown` and `action` what splits the report."""
    flags = [f"({step.sql}) AS s{i}" for i, step in enumerate(query.steps, 1)]
    split = [
        f"{column.sql if column else 'NULL'} AS {name}"
        for name, column in (("breakdown", query.breakdown), ("action", query.next_action))
    ]
    select = ", ".join([*flags, *split])
    values = "LEFT JOIN funnel_values x ON x.event_id = e.event_id" if query.metrics else ""
    found = (
        f"SELECT r.position AS range_position, e.user_key, e.event_id, e.ts, e.date, {select} "
        f"FROM all_events e JOIN funnel_ranges r ON e.date BETWEEN r.first AND r.last "
        f"{joined(f'{select} {query.where} a.active')} {values} WHERE a.active AND {query.where} "
        f"AND {segment_condition(query.segments)}"
    )
    met = [f"s{i}" for i in range(1, len(query.steps) + 1)]
    first_step = " ".join(f"WHEN s{i} THEN {i}" for i in range(1, len(met) + 1))
    last_step = " ".join(f"WHEN s{i} THEN {i}" for i in range(len(met), 0, -1))
    needs_all = query.next_action is not None or any(step.directly for step in query.steps)
    moment = f"dense_rank() OVER (PARTITION BY {_KEY} ORDER BY ts)" if needs_all else "0"
    return (
        f"SELECT * EXCLUDE (event_id), {moment} AS moment, row_number() OVER (PARTITION BY {_KEY} ORDER BY "
        f"ts, CASE {first_step} ELSE {_NO_STEP} END, CASE {last_step} ELSE {_NO_STEP} END, event_id) AS seq "
        f"FROM ({found}){'' if needs_all else ' WHERE ' + ' OR '.join(met)}"
    )


def _reached(query: FunnelQuery, position: int, step: Step, follows: str) -> str:
    columns = "b.range_position, b.user_key, b.seq, b.ts, b.moment, b.date"
    candidates = f"(SELECT * FROM funnel_events WHERE s{position}) b"
    if position == 1:
        return f"SELECT 1, {columns}, false FROM {candidates}"
    chained = f"SELECT {position}, {columns}, true FROM {candidates} {_after(position - 1, step, follows)}"
    if not query.is_open:
        return chained
    earlier = " OR ".join(f"s{i}" for i in range(1, position))
    return (
        f"{chained} UNION ALL SELECT {position}, {columns}, false FROM {candidates} "
        f"LEFT JOIN (SELECT {_KEY}, min(seq) AS seq FROM funnel_events WHERE {earlier} GROUP BY {_KEY}) a "
        "USING (range_position, user_key) WHERE a.seq IS NULL OR b.seq < a.seq"
    )


def _after(previous: int, step: Step, follows: str) -> str:
    """Joins an event `b` with one by which its user stands in the step before.

    Without constraints any earlier one will do; with them the latest before `b` is the likeliest to
    meet them, so that it alone decides.
    """
    before = f"FROM reached WHERE step = {previous}"
    if not step.constrained:
        return (
            f"JOIN (SELECT {_KEY}, min(seq) AS seq {before} GROUP BY {_KEY}) a "
            f"ON a.range_position = b.range_position AND a.user_key = b.user_key AND {follows}"
        )
    conditions = []
    if step.within is not None:
        conditions.append(f"b.ts - a.ts <= {step.within}")
    if step.directly:
        conditions.append("b.moment - a.moment <= 1")
    return (
        f"ASOF JOIN (SELECT * {before}) a ON a.range_position = b.range_position "
        f"AND a.user_key = b.user_key AND {follows} WHERE {' AND '.join(conditions)}"
    )
