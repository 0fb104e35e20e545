"""The events behind `id = "demo"` as export files, made once a day and kept in the user's cache."""

from __future__ import annotations

import shutil
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from milepost.errors import EmulatorError, InputError
from milepost.model.declared import DEMO, DeclaredProperty

DEMO_DAYS = 90
"""As many as the embedded emulator answers from."""


def demo_events(declared: DeclaredProperty, today: date | None = None) -> str:
    """Glob of the demo property's events up to yesterday, which are written first where they are not there.

    Files of other days are removed. Two commands at once do no harm: a folder appears whole or not at all.

    Raises:
        InputError: the property is none of the demo's, or the cache cannot be written.
        EmulatorError: the generator's packages are missing.
    """
    if declared.id != DEMO:
        raise InputError(
            "--events",
            f"property {declared.name} is not the demo, so its export has to be named",
            "Give 'events_*.parquet' or bigquery://PROJECT.DATASET.",
        )
    last = (today or datetime.now(UTC).date()) - timedelta(days=1)
    folder = _cache() / "demo-events" / f"{_business_type(declared)}-{last:%Y%m%d}"
    if not folder.exists():
        try:
            _write(folder, _business_type(declared), last)
        except OSError as error:
            raise InputError(
                str(folder), f"cannot be written ({error.strerror})", "Check its rights."
            ) from None
    return str(folder / "events_*.parquet")


def _write(folder: Path, business_type: str, last: date) -> None:
    try:
        from milepost.emulator.events.generator import write_parquet
    except ImportError as error:
        raise EmulatorError(
            'id = "demo"',
            f"the emulator's packages are missing ({error.name})",
            "pip install 'milepost[emulator]'",
        ) from None
    folder.parent.mkdir(parents=True, exist_ok=True)
    for older in folder.parent.glob(f"{business_type}-*"):
        shutil.rmtree(older, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as making:
        new = Path(making) / "new"
        write_parquet(new, business_type, first_day=last - timedelta(days=DEMO_DAYS - 1), last_day=last)
        try:
            new.replace(folder)
        except OSError:
            # Another command was faster; what it wrote is the same.
            if not folder.exists():
                raise


def _business_type(declared: DeclaredProperty) -> str:
    from milepost.emulator.properties import DEMO_PROPERTY_IDS, demo_property

    wanted = demo_property(declared.business_types)
    return next(name for name, property_id in DEMO_PROPERTY_IDS.items() if property_id == wanted)


def _cache() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("milepost")
