"""A clinic with a backup of its own for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers import backing_up
from tests.helpers.backing_up import Clinic


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    made = backing_up.clinic(tmp_path)
    yield made
    made.close()
