"""What all tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_BESIDE_CHECKOUT = Path(__file__).parents[2] / "shared" / "data" / "ga4-export"


@pytest.fixture(scope="session")
def real_export() -> str:
    """Glob of 28 days of real GA4 events, 2020-12-20 to 2021-01-16; the test is skipped without them."""
    folder = Path(os.environ.get("MILEPOST_REAL_EXPORT") or _BESIDE_CHECKOUT)
    if not any(folder.glob("events_*.parquet")):
        reason = f"no real export in {folder}: name its folder in MILEPOST_REAL_EXPORT"
        if "real-export" in os.environ.get("MILEPOST_REQUIRE", ""):
            pytest.fail(reason)
        pytest.skip(reason)
    return str(folder / "events_*.parquet")
