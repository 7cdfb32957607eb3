"""A library of its own for each test of the store."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.library import Library


@pytest.fixture
def library(home: Home) -> Iterator[Library]:
    """An empty library in `home`, closed in the end."""
    opened = Library.open(home)
    yield opened
    opened.close()
