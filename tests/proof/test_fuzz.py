"""Damaged files among good ones; the bench has two thousand of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers.peers import service
from tests.proof import fuzzing
from vetpacs_desktop.paths import Home

pytestmark = [
    pytest.mark.filterwarnings("ignore::UserWarning:pydicom"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning:pydicom"),
]
COUNT = 200


def test_damaged_files_in_a_folder_cost_no_good_one(home: Home, tmp_path: Path) -> None:
    report = fuzzing.imported(home, tmp_path / "folder", COUNT, seed=3)
    assert report.kept == report.good > 0
    assert report.refused > COUNT // 10
    assert report.slowest < fuzzing.MOST_SECONDS


def test_damaged_objects_over_the_network_cost_no_good_one(home: Home, tmp_path: Path) -> None:
    with service(home) as served:
        report = fuzzing.sent(served.port, home, tmp_path / "machine", COUNT, seed=4)
    assert report.kept == report.good > 0
    assert report.refused > COUNT // 10
    assert report.slowest < fuzzing.MOST_SECONDS
    assert not list(home.logs.glob("crash-*"))
