"""A rehearsal tells a good backup from a bad one, says what it looked at, and leaves nothing behind."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.helpers.kept_library import NoSecrets, back_up, draw, fill, portrait, uid
from tests.helpers.small_files import from_folder, picture, write
from vetpacs_desktop.errors import Cancelled
from vetpacs_desktop.jobs import CancelToken
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.animals.corrections import Words
from vetpacs_desktop.store.backup import places
from vetpacs_desktop.store.backup.ledger import Ledger
from vetpacs_desktop.store.backup.returning import drill
from vetpacs_desktop.store.backup.sealing import keys, place_keys
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.lock import ProcessLock

SECRETS = NoSecrets()


@pytest.fixture
def nas(home: Home, tmp_path: Path) -> Path:
    fill(home, tmp_path / "files")
    (tmp_path / "nas").mkdir()
    back_up(home, tmp_path / "nas", SECRETS)
    return tmp_path / "nas"


@pytest.fixture
def room(tmp_path: Path) -> Path:
    """Where it is rehearsed."""
    (tmp_path / "room").mkdir()
    return tmp_path / "room"


def rehearse(home: Home, room: Path, **more: int) -> drill.Drilled:
    return drill.drill(home, places.find(home, "NAS"), SECRETS, folder=room, **more)


def test_a_good_backup(home: Home, nas: Path, room: Path) -> None:
    before = portrait(home)
    drilled = rehearse(home, room)
    assert (drilled.ok, drilled.whole, drilled.exams, drilled.images) == (True, True, 4, 12)
    assert "4 exams with 12 images" in drilled.sentence
    assert list(room.iterdir()) == []
    assert portrait(home) == before
    with Ledger.open(home) as ledger:
        book = ledger.book(places.find(home, "NAS").backup_id)
        assert [(row.kind, row.ok, row.sentence) for row in book.history.drills()] == [
            ("drill", True, drilled.sentence)
        ]


def test_a_library_that_went_on_since_is_no_fault(home: Home, nas: Path, room: Path, tmp_path: Path) -> None:
    library = Library.open(home)
    library.file([from_folder(write(picture(study="9"), tmp_path / "9.dcm"))])
    library.corrections.record(uid(1), Words(animal_name="Later"), "a test")
    library.trash.put([uid(2)])
    draw(library, 3, "later")
    library.close()
    assert rehearse(home, room).ok


def test_a_share_of_a_large_archive(home: Home, nas: Path, room: Path) -> None:
    drilled = rehearse(home, room, sample_bytes=3000)
    assert (drilled.ok, drilled.whole) == (True, False)
    assert "chosen by chance" in drilled.sentence


def test_a_flipped_bit_and_a_lost_file_are_found(home: Home, nas: Path, room: Path) -> None:
    copies = sorted((nas / "VetPACS" / "objects").rglob("*.dcm"))
    copies[0].unlink()
    data, state = bytearray(copies[1].read_bytes()), copies[1].stat()
    data[-1] ^= 1
    copies[1].write_bytes(data)
    os.utime(copies[1], ns=(state.st_atime_ns, state.st_mtime_ns))
    drilled = rehearse(home, room)
    assert (drilled.ok, len(drilled.faults)) == (False, 2)
    assert "2 faults" in drilled.sentence


def test_a_damaged_list_is_a_fault(home: Home, nas: Path, room: Path) -> None:
    (database,) = (nas / "VetPACS" / "databases").iterdir()
    database.write_bytes(database.read_bytes()[:-100])
    drilled = rehearse(home, room)
    assert (drilled.ok, len(drilled.faults)) == (False, 1)
    assert list(room.iterdir()) == []


def test_other_words_than_here_are_found(home: Home, nas: Path, room: Path) -> None:
    """An exam's line that changed without anybody having changed it: one of the two lists is wrong."""
    from vetpacs_desktop.store.database import Database

    database = Database(home.database)
    with database.atomic():
        database.write("UPDATE studies SET description = 'Other' WHERE study_uid = ?", (uid(2),))
    database.close()
    drilled = rehearse(home, room)
    assert drilled.faults == ("1 exams are told of in other words than here.",)


def test_a_sealed_backup(home: Home, tmp_path: Path, room: Path) -> None:
    fill(home, tmp_path / "files")
    secrets = NoSecrets()
    public = place_keys.keep("NAS", keys.new_secret(), secrets)
    (tmp_path / "nas").mkdir()
    back_up(home, tmp_path / "nas", secrets, recipient=public)
    assert drill.drill(home, places.find(home, "NAS"), secrets, folder=room).ok


def test_a_stop_leaves_nothing_behind(home: Home, nas: Path, room: Path) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        drill.drill(home, places.find(home, "NAS"), SECRETS, folder=room, cancel=token)
    assert list(room.iterdir()) == []


def test_one_at_a_time_and_what_a_killed_one_left_is_removed(home: Home, nas: Path) -> None:
    left = home.run / f"{drill.PREFIX}of-old"
    left.mkdir()
    (left / "image.dcm").write_bytes(b"DICM")
    lock = ProcessLock(home.run / drill.LOCK)
    assert lock.acquire()
    with pytest.raises(drill.DrillRunning):
        drill.drill(home, places.find(home, "NAS"), SECRETS)
    lock.release()
    assert left.exists()
    assert drill.drill(home, places.find(home, "NAS"), SECRETS).ok
    assert not left.exists()
