"""The home: where things are, who may read them, and which one is meant."""

import os
import stat
import sys
from pathlib import Path

import pytest

from vetpacs_desktop.paths import HOME_VARIABLE, Home, default_home, resources


def test_everything_lies_below_the_root_under_a_name_of_its_own(tmp_path: Path) -> None:
    home = Home(tmp_path)
    names = ("database", "objects", "spool", "quarantine", "trash", "cache", "logs", "run", "settings")
    places = [getattr(home, name) for name in (*names, "window_state")]
    assert len(set(places)) == len(places)
    assert all(place.parent == tmp_path for place in places)


def test_making_a_home_twice_keeps_what_is_in_it(tmp_path: Path) -> None:
    home = Home(tmp_path / "deep" / "home").make()
    (home.objects / "image").write_text("kept")
    assert home.make().objects.joinpath("image").read_text() == "kept"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such mode bits")
def test_other_accounts_may_not_look_into_a_home(tmp_path: Path) -> None:
    home = Home(tmp_path / "home").make()
    for folder in (home.root, home.objects, home.logs, home.quarantine):
        assert stat.S_IMODE(folder.stat().st_mode) & 0o077 == 0


def test_the_variable_names_the_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "mine"))
    assert default_home() == Home(tmp_path / "mine")
    monkeypatch.delenv(HOME_VARIABLE)
    assert default_home().root.name == "VetPACS"
    assert default_home().root.is_absolute()


def test_resources_are_found_in_a_checkout() -> None:
    assert resources().name == "resources"
    assert os.access(resources().parent, os.R_OK)
