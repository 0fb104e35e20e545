"""Plans made by chance, of whatever text and values may come from a file or from GA4."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from hypothesis import strategies as st

from milepost.model.document import Guard
from milepost.model.resources import PropertyFacts
from milepost.reconcile.kinds import KINDS
from milepost.reconcile.plan import Change, Drift, FieldChange, LimitUse, Plan, Refused, Unmanaged

words = st.text(max_size=12)
counts = st.integers(0, 1000)
kinds = st.sampled_from(KINDS)
names = st.sampled_from([kind.name for kind in KINDS])
values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)
fields = st.dictionaries(words, st.builds(FieldChange, values, values), max_size=3)
changes = st.builds(
    Change,
    action=st.sampled_from(["create", "update", "archive", "delete"]),
    kind=kinds,
    identity=words,
    fields=fields,
    parent=words,
    resource=words,
    origin=words,
    drift=st.none() | st.builds(Drift, st.datetimes(timezones=st.just(UTC)), words),
)
refusals = st.builds(Refused, kinds, words, fields, words, words)
left_alone = st.lists(st.builds(Unmanaged, kinds, words, words), max_size=3).map(tuple)
facts = st.builds(
    PropertyFacts,
    id=words,
    display_name=words,
    account=words,
    time_zone=words,
    currency_code=words,
    service_level=st.sampled_from(["standard", "360"]),
)
plans = st.builds(
    Plan,
    name=words,
    facts=facts,
    changes=st.lists(changes, max_size=4).map(tuple),
    unmanaged=left_alone,
    ignored=left_alone,
    limits=st.lists(st.builds(LimitUse, words, counts, counts, counts), max_size=2).map(tuple),
    notes=st.lists(words, max_size=2).map(tuple),
    refused=st.lists(refusals, max_size=2).map(tuple),
    fingerprint=words,
    guard=st.builds(Guard, share=st.floats(0, 1), count=counts),
    live_counts=st.dictionaries(names, counts, max_size=3),
    live_digests=st.dictionaries(names, st.dictionaries(words, words, max_size=3), max_size=2),
)
