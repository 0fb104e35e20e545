"""The tour's ground: the catalogue, and a fresh emulator that forgets everything afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from milepost.model.load import ConversionsFile, load_file
from milepost.operations.session import STATE_VARIABLE, Session
from milepost.operations.starter import catalogue_text


@contextmanager
def demo_session() -> Iterator[tuple[ConversionsFile, Session]]:
    """The shipped catalogue and a session on an embedded emulator of its own; both end with the context.

    Raises:
        EmulatorError: the emulator cannot be started.
    """
    with TemporaryDirectory(prefix="milepost-demo-") as folder:
        path = Path(folder) / "conversions.toml"
        path.write_text(catalogue_text(), encoding="utf-8")
        with Session("edit", {STATE_VARIABLE: folder}) as session:
            yield load_file(path), session
