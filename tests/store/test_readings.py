"""What is remembered of how exams were left: small files that are whole or not there, and not too many."""

from pathlib import Path

from tests.helpers.small_files import ROOT, from_folder, picture, write
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.readings import Readings
from vetpacs_desktop.store.records import StudyUID


def test_each_exam_has_its_own_state_and_the_newest_counts(tmp_path: Path) -> None:
    kept = Readings(tmp_path / "readings")
    assert kept.get("1.2") == ""
    kept.put("1.2", "old")
    kept.put("1.3", "other\nlines")
    kept.put("1.2", "new")
    again = Readings(tmp_path / "readings")
    assert again.get("1.2") == "new"
    assert again.get("1.3") == "other\nlines"
    again.forget("1.2")
    again.forget("1.2")
    assert kept.get("1.2") == ""


def test_names_in_headers_are_no_names_of_files(tmp_path: Path) -> None:
    kept = Readings(tmp_path / "readings")
    kept.put("../../outside", "x")
    assert kept.get("../../outside") == "x"
    assert {path.parent for path in tmp_path.rglob("*") if path.is_file()} == {tmp_path / "readings"}


def test_the_exam_left_longest_ago_makes_room(tmp_path: Path) -> None:
    kept = Readings(tmp_path / "readings", most=3)
    for number in range(6):
        kept.put(str(number), f"state {number}")
        if number == 3:
            kept.put("2", "again")
    assert [kept.get(str(number)) for number in range(6)] == ["", "", "again", "", "state 4", "state 5"]


def test_a_file_that_is_not_ours_says_nothing(tmp_path: Path) -> None:
    kept = Readings(tmp_path / "readings")
    kept.put("1.2", "state")
    (file,) = (tmp_path / "readings").iterdir()
    file.write_bytes(b"\xff\xfe broken")
    assert kept.get("1.2") == ""
    file.write_text("1.9\nstate of another exam")
    assert kept.get("1.2") == ""


def test_an_exam_stays_marked_as_open_until_it_is_closed(tmp_path: Path) -> None:
    kept = Readings(tmp_path / "readings")
    assert kept.interrupted() == ""
    kept.open_now("1.2")
    assert Readings(tmp_path / "readings").interrupted() == "1.2"
    kept.open_now("1.3")
    assert kept.interrupted() == "1.3"
    kept.open_now("")
    assert kept.interrupted() == ""


def test_an_exam_that_is_deleted_for_good_is_forgotten_and_not_before(home: Home, tmp_path: Path) -> None:
    study = StudyUID(f"{ROOT}.1")
    library, kept = Library.open(home), Readings(home.readings)
    library.file([from_folder(write(picture(), tmp_path / "a.dcm"))])
    kept.put(study, "state")
    (entry,) = library.trash.put([study])
    assert kept.get(study) == "state", "it can be brought back"
    library.trash.empty([entry.id])
    assert kept.get(study) == ""
    library.close()
