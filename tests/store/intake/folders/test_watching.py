"""All watched folders in a real service process: settings count at once, and a power cut loses nothing."""

from __future__ import annotations

import random
import shutil
import threading
import time
from pathlib import Path

import pytest
from pydicom.data import get_testdata_file

from tests.helpers.corpus import images
from tests.helpers.peers import service, start_service, wait_for
from vetpacs_desktop import settings as settings_file
from vetpacs_desktop.paths import Home
from vetpacs_desktop.settings import Settings
from vetpacs_desktop.store.intake.folders.disposal import DONE
from vetpacs_desktop.store.intake.folders.folder_memory import read_states
from vetpacs_desktop.store.intake.folders.rules import Policy, Rule, rules_of, with_rules
from vetpacs_desktop.store.intake.folders.watching import WatchedFolders
from vetpacs_desktop.store.library import Library

CT = Path(get_testdata_file("CT_small.dcm"))
MR = Path(get_testdata_file("MR_small.dcm"))


def choose(home: Home, *rules: Rule) -> None:
    """What the window does."""
    settings_file.save(with_rules(settings_file.load(home.settings), rules), home.settings)


def files_in(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_rules_are_words_that_old_settings_need_not_have(tmp_path: Path) -> None:
    old = Settings({"intake.watched_folders": ("/scans", "/from xray")})
    assert rules_of(old) == (Rule(Path("/scans")), Rule(Path("/from xray")))
    rules = (
        Rule(Path("/scans"), Policy.MOVE),
        Rule(Path("/from xray"), Policy.DELETE, paused=True),
        Rule(Path("/plain")),
    )
    path = tmp_path / "settings.toml"
    settings_file.save(with_rules(Settings(), rules), path)
    assert rules_of(settings_file.load(path)) == rules
    mistyped = with_rules(Settings(), rules).with_values({"intake.folder_rules": ("delet /scans", "move")})
    assert {rule.policy for rule in rules_of(mistyped)} == {Policy.KEEP}


def test_folders_are_added_changed_and_removed_while_the_service_runs(
    home: Home, library: Library, tmp_path: Path
) -> None:
    one, two, given = (tmp_path / name for name in ("one", "two", "given"))
    for folder in (one, two, given):
        folder.mkdir()
        shutil.copy(images("ct-variable-gap")[len(folder.name)], folder / "image.dcm")
    with service(home, "--watch", str(given)):
        wait_for(lambda: library.counts()[1] == 1)
        choose(home, Rule(one), Rule(two, paused=True))
        wait_for(lambda: library.counts()[1] == 2)
        assert files_in(one) == ["image.dcm"]
        choose(home, Rule(one, Policy.MOVE), Rule(two, Policy.DELETE))
        # The image in `two` is the one in `one` again: a duplicate, which the library holds just as well.
        wait_for(lambda: files_in(one) == [f"{DONE}/image.dcm"] and files_in(two) == [])
        choose(home, Rule(two, Policy.DELETE))
        wait_for(lambda: {state.folder for state in read_states(home)} == {str(two), str(given)})
        shutil.copy(MR, one)
        time.sleep(2.5)
        assert files_in(one) == [MR.name, f"{DONE}/image.dcm"]
        (state, _) = read_states(home)
        assert (state.policy, state.taken, state.cleared, state.problem) == ("delete", 1, 1, "")


def test_a_folder_inside_a_watched_one_goes_by_its_own_rule(
    home: Home, library: Library, tmp_path: Path
) -> None:
    outer, inner = tmp_path / "outer", tmp_path / "outer" / "inner"
    inner.mkdir(parents=True)
    shutil.copy(CT, outer)
    shutil.copy(MR, inner)
    choose(home, Rule(outer, Policy.DELETE), Rule(inner))
    with service(home):
        wait_for(lambda: library.counts()[1] == 2 and not (outer / CT.name).exists())
        time.sleep(1.0)
    assert files_in(outer) == [f"inner/{MR.name}"]


@pytest.mark.parametrize("chosen", [Policy.MOVE, Policy.DELETE])
def test_nothing_is_lost_when_the_power_goes_while_files_are_moved_or_deleted(
    home: Home, library: Library, tmp_path: Path, chosen: Policy
) -> None:
    """Killed again and again: each file is in its place, moved aside, or gone with the library holding it."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    files = images("ct-thin")[:240]
    for path in files:
        shutil.copy(path, inbox)
    sizes = {path.name: path.stat().st_size for path in files}
    choose(home, Rule(inbox, chosen))
    dice = random.Random(7)
    for _ in range(5):
        served = start_service(home)
        time.sleep(1.2 + dice.random() * 1.5)
        served.kill()
        left = {Path(name).name for name in files_in(inbox)}
        assert {name: (inbox / name).stat().st_size for name in left if (inbox / name).exists()}.items() <= (
            sizes.items()
        )
        gone = sizes.keys() - left
        assert library.counts()[1] >= len(gone)
    with service(home):
        there = len(files) if chosen is Policy.MOVE else 0
        wait_for(
            lambda: library.counts()[1] == len(files) and len(files_in(inbox / DONE)) == there, seconds=60
        )
        wait_for(lambda: len(files_in(inbox)) == there)
    found = library.verify()
    assert (found.checked, found.missing, found.corrupt) == (len(files), (), ())


def test_a_folder_that_is_away_holds_up_no_other(home: Home, library: Library, tmp_path: Path) -> None:
    away, there = tmp_path / "away", tmp_path / "there"
    there.mkdir()
    shutil.copy(CT, there)
    folders = WatchedFolders(home, library, [away, there])
    folders.start()
    try:
        wait_for(lambda: library.counts()[1] == 1)
        wait_for(lambda: [bool(state.missing_since) for state in folders.states()] == [True, False])
        assert [state.given for state in folders.states()] == [True, True]
        away.mkdir()
        shutil.copy(MR, away)
        wait_for(lambda: library.counts()[1] == 2)
        wait_for(lambda: not any(state.missing_since for state in folders.states()))
    finally:
        folders.close()
    assert not [thread for thread in threading.enumerate() if thread.name in ("folder", "folders")]
