"""The counts of `lift` once more in pandas, as anybody would write them who has the method and no SQL.

It goes another way than the SQL: every event carries its page along, moments are taken from events, and the
moments of people who did a step are left out person by person instead of being subtracted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

SECOND = 1_000_000
SECONDS = np.array([0, 3, 10, 30, 60, 120])
PAGES = np.array([1, 2, 3, 4, 5, 6, 8, 11, 16, 25])
STEPS = ("page_view", "screen_view")

Cells = dict[tuple[int, int, int], tuple[int, int, int, int]]
"""Users, reached, moments, moments reached by session number, pages and seconds."""


def flat_frame(table: Any) -> pd.DataFrame:
    """One row per event with its session, out of an Arrow table in the export schema."""
    frame = table.select(["user_pseudo_id", "event_timestamp", "event_name"]).to_pandas()
    frame.columns = ["u", "ts", "e"]
    for name, key in (("sid", "ga_session_id"), ("sn", "ga_session_number")):
        frame[name] = _parameter(table, key)
    frame = frame[frame.u.notna()]
    return frame.assign(
        u=frame.u.astype("category").cat.codes,
        sid=frame.sid.fillna(0).astype("int64"),
        sn=frame.sn.fillna(1).clip(upper=3).astype("int64"),
        step=frame.e.isin(STEPS),
    )


def _parameter(table: Any, key: str) -> Any:
    params = table.column("event_params").combine_chunks()
    entries = params.flatten()
    of = np.repeat(np.arange(len(params)), np.diff(params.offsets.to_numpy()))
    at = entries.field("key").to_numpy(zero_copy_only=False) == key
    values = pd.Series(entries.field("value").field("int_value").to_pandas().to_numpy()[at], index=of[at])
    return values[~values.index.duplicated()].reindex(np.arange(len(params))).to_numpy()


def with_pages(frame: pd.DataFrame, macro: str) -> pd.DataFrame:
    """Every event with the pages seen by then, its page, and the person's first macro event."""
    frame = frame.sort_values(["u", "ts"], kind="stable").reset_index(drop=True)
    frame["macro_ts"] = frame.u.map(frame[frame.e == macro].groupby("u").ts.min())
    seen = frame.step.groupby(frame.u).cumsum()
    frame["depth"] = seen.groupby([frame.u, frame.ts]).transform("max").clip(lower=1)
    frame = frame.sort_values(["u", "sid", "ts"], kind="stable").reset_index(drop=True)
    own = frame.ts.where(frame.step).groupby([frame.u, frame.sid, frame.ts]).transform("max")
    frame["page_ts"] = own.groupby([frame.u, frame.sid]).ffill()
    return frame


def moments_of(frame: pd.DataFrame, within: int, cut: int) -> pd.DataFrame:
    """Page views with the seconds for which the person was there, before any macro event."""
    on_page = frame[frame.page_ts.notna()]
    views = on_page.groupby(["u", "sid", "page_ts"], as_index=False).agg(
        sn=("sn", "min"), depth=("depth", "max"), last=("ts", "max"), macro_ts=("macro_ts", "first")
    )
    following = views.groupby(["u", "sid"]).page_ts.shift(-1)
    views["stay"] = np.maximum(views["last"], following.fillna(views["last"])) - views.page_ts
    views = views[views.page_ts <= cut]
    ends = np.append(SECONDS[1:], 10**9)
    parts = []
    for low, high in zip(SECONDS * SECOND, ends * SECOND, strict=True):
        gone = views.macro_ts - views.page_ts < low + SECOND
        part = views[(views.stay >= low) & ~gone]
        reached = part.macro_ts - part.page_ts <= low + within
        parts.append(part.assign(seconds=low // SECOND, until=part.page_ts + high, y=reached.astype(int)))
    moments = pd.concat(parts)
    moments["pages"] = PAGES[np.searchsorted(PAGES, moments.depth, side="right") - 1]
    return moments


def first_times(frame: pd.DataFrame, micro: str) -> pd.DataFrame:
    """The first time of everybody who did the micro conversion, with its point of the visit."""
    did = frame[frame.e == micro].sort_values(["ts", "sid"], kind="stable").drop_duplicates("u")
    waited = (did.ts - did.page_ts).fillna(0) // SECOND
    return did.assign(
        pages=PAGES[np.searchsorted(PAGES, did.depth, side="right") - 1],
        seconds=SECONDS[np.searchsorted(SECONDS, waited, side="right") - 1],
    )


def count(frame: pd.DataFrame, macro: str, micros: Sequence[str], within: int, cut: int) -> dict[str, Cells]:
    """The cells of every micro conversion, without those where nobody did it."""
    frame = with_pages(frame, macro)
    moments = moments_of(frame, within, cut)
    return {micro: _cells(first_times(frame, micro), moments, within, cut) for micro in micros}


def _cells(did: pd.DataFrame, moments: pd.DataFrame, within: int, cut: int) -> Cells:
    before = did[~(did.macro_ts - did.ts < SECOND)]
    followed = before[before.ts <= cut]
    followed = followed.assign(y=(followed.macro_ts - followed.ts <= within).astype(int))
    point = ["sn", "pages", "seconds"]
    users = followed.groupby(point).y.agg(["count", "sum"])
    first = before.set_index("u")
    at, depth = moments.u.map(first.ts), moments.u.map(first.depth)
    done = (depth < moments.depth) | ((depth == moments.depth) & (at < moments.until))
    others = moments[~done].groupby(point).y.agg(["count", "sum"]).reindex(users.index).fillna(0).astype(int)
    rows = pd.concat([users, others.add_suffix(" of others")], axis=1).itertuples()
    return {tuple(map(int, row[0])): tuple(map(int, row[1:])) for row in rows}  # type: ignore[misc]
