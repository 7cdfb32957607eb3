"""The list of backup targets is read as it was written, and a wrong one is told of."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.backup import places
from vetpacs_desktop.store.backup.places import BadPlaces, NoSuchPlace, Place, PlaceExists


def test_what_is_added_is_read_found_changed_and_removed(tmp_path: Path) -> None:
    home = Home(tmp_path)
    assert places.read(home) == []
    nas, disk = Place("NAS", "smb://vet@nas/backup", hours="20:00-06:00"), Place("Disk", str(tmp_path))
    places.add(home, nas)
    places.add(home, disk)
    assert places.read(home) == [nas, disk]
    assert places.find(home, "nas") == nas
    assert places.change(home, "NAS", every="hourly") == places.read(home)[0]
    assert places.read(home)[0].every == "hourly"
    places.remove(home, "disk")
    assert [one.name for one in places.read(home)] == ["NAS"]
    with pytest.raises(PlaceExists):
        places.add(home, Place("nAs", "/x"))
    with pytest.raises(NoSuchPlace):
        places.find(home, "Disk")


@pytest.mark.skipif(os.name == "nt", reason="rights are others on Windows")
def test_only_this_account_reads_the_list(tmp_path: Path) -> None:
    places.add(Home(tmp_path), Place("NAS", "smb://vet@nas/backup"))
    assert (tmp_path / places.FILE).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "text", ["target = 3", "[[target]]\nname = 1\nurl = ''", "[[target]]\nname = 'a'", "["]
)
def test_a_damaged_list_is_told_of(tmp_path: Path, text: str) -> None:
    (tmp_path / places.FILE).write_text(text)
    with pytest.raises(BadPlaces):
        places.read(Home(tmp_path))


def test_changes_at_the_same_time_do_not_undo_each_other(home: Home) -> None:
    for number in range(8):
        places.add(home, Place(f"NAS {number}", "/mnt"))
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: places.change(home, f"NAS {number}", backup_id=str(number)), range(8)))
    assert [one.backup_id for one in places.read(home)] == [str(number) for number in range(8)]
