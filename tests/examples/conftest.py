"""The example animals, under the name of this folder's tests."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def small_set(animals: Path) -> Path:
    """A folder with the coarse set of seed 1."""
    return animals
