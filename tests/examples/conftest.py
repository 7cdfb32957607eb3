"""One small set of example files for all tests of this folder."""

from pathlib import Path

import pytest

from vetpacs_desktop.examples import write_examples


@pytest.fixture(scope="session")
def small_set(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the coarse set of seed 1."""
    folder = tmp_path_factory.mktemp("examples")
    write_examples(folder, seed=1, small=True)
    return folder
