"""Random numbers that depend on a key and a name only, never on what was drawn before.

A key stands for a user, a visit or a page; the name says what is decided. Because no draw moves another
one, a day's users stay the same whatever window is asked for, and the same people can be replayed with one
step's effect taken away. The mixing function is splitmix64's finaliser, computed on whole arrays.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_MASK = (1 << 64) - 1
_GOLDEN = 0x9E3779B97F4A7C15


@lru_cache(maxsize=4096)
def salt(name: str) -> int:
    """64 bits that stand for a name, the same on every machine."""
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "little")


def mixed(values: Keys) -> Keys:
    """Spread every input bit over all 64 output bits; one to one, so different keys stay different."""
    values = values ^ (values >> np.uint64(30))
    values *= np.uint64(0xBF58476D1CE4E5B9)
    values ^= values >> np.uint64(27)
    values *= np.uint64(0x94D049BB133111EB)
    values ^= values >> np.uint64(31)
    return values


def derive(keys: Keys, name: str) -> Keys:
    """Keys of things that belong to the things of `keys`, one each."""
    return mixed(keys ^ np.uint64(salt(name)))


def derive_each(keys: Keys, name: str, number: Ints) -> Keys:
    """Keys of the nth things that belong to the things of `keys`, such as the pages of a visit."""
    return mixed(keys ^ (np.uint64(salt(name)) + number.astype(np.uint64) * np.uint64(_GOLDEN)))


def numbered(start: int, count: int) -> Keys:
    """Keys of the things 0 to count - 1 under one starting number."""
    steps = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(_GOLDEN)
    return mixed(steps + np.uint64(start & _MASK))


def uniform(keys: Keys, name: str) -> Floats:
    """One number from 0 (included) to 1 (excluded) per key."""
    return (derive(keys, name) >> np.uint64(11)).astype(np.float64) * 2.0**-53


def normal(keys: Keys, name: str) -> Floats:
    """One standard normal number per key (Box-Muller)."""
    radius = np.sqrt(-2.0 * np.log1p(-uniform(keys, name + ":radius")))
    return np.asarray(radius * np.cos(2.0 * np.pi * uniform(keys, name + ":angle")), dtype=np.float64)


def pick_each(keys: Keys, name: str, weights: Floats) -> Ints:
    """One column index per key, drawn in proportion to the key's own row of weights."""
    edges = np.cumsum(weights, axis=1)
    target = uniform(keys, name) * edges[:, -1]
    found = np.sum(edges <= target[:, None], axis=1)
    return np.asarray(np.minimum(found, weights.shape[1] - 1), dtype=np.int64)


def pick(keys: Keys, name: str, weights: Floats) -> Ints:
    """One index into `weights` per key, drawn in proportion to them."""
    edges = np.cumsum(weights) / np.sum(weights)
    found = np.searchsorted(edges, uniform(keys, name), side="right")
    return np.minimum(found, len(weights) - 1).astype(np.int64)
