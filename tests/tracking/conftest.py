"""Golden files: one per test, as they would be written, renewed by `pytest --snapshot-update`."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

Golden = Callable[[str, str], None]


@pytest.fixture
def golden(snapshot: SnapshotAssertion) -> Golden:
    """Compares a text with the golden file of the test, given the file's extension."""

    def compare(text: str, extension: str) -> None:
        class File(SingleFileSnapshotExtension):
            _write_mode = WriteMode.TEXT
            file_extension = extension

        assert text == snapshot.use_extension(File)

    return compare
