"""Killed twenty times while machines send; the bench does it two hundred times."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

from tests.proof.killing import Ordeal, make_files
from vetpacs_desktop.paths import Home

KILLS = 20


@pytest.mark.skipif(sys.platform == "win32", reason="a process is killed here with a signal Windows lacks")
def test_what_was_confirmed_is_there_after_every_kill(home: Home, tmp_path: Path) -> None:
    folder = tmp_path / "machine"
    folder.mkdir()
    ordeal = Ordeal(home, make_files(folder, 300), random.Random(20))
    for _ in ordeal.go_through(KILLS):
        pass
    assert ordeal.confirmations > 100, "the kills came too early to prove anything"
    ordeal.check_everything_is_kept()
