"""An emulator that all laws of one file share, and how hypothesis goes about them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.laws.ground import Ground, served


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    with served(tmp_path_factory.mktemp("state")) as served_ground:
        yield served_ground
