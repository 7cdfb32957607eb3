"""What the library promises about what is filed: nothing twice, nothing lost, nothing overwritten."""

from __future__ import annotations

import errno
import hashlib
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from pydicom.uid import ExplicitVRBigEndian, ImplicitVRLittleEndian

from tests.helpers.corpus import images
from tests.helpers.small_files import ROOT, from_folder, from_spool, picture, write
from vetpacs_desktop.errors import LibraryDamaged, NotFound
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.records import Change, Filed, Outcome, StudyUID

STUDY = StudyUID(f"{ROOT}.1")


def object_files(home: Home) -> list[Path]:
    return sorted(path for path in home.objects.rglob("*") if path.is_file())


def state(library: Library) -> object:
    """All that anybody can see of a library."""
    rows = library.search("")
    series = [one for row in rows for one in library.series(row.study_uid)]
    instances = [one for row in rows for one in library.instances(study_uid=row.study_uid)]
    return rows, series, instances, library.newest_change(), library.counts()


def test_a_real_series_is_filed_byte_for_byte(home: Home, library: Library) -> None:
    files = images("ct-variable-gap")
    filed = library.file([from_folder(path) for path in files])
    assert {one.outcome for one in filed} == {Outcome.STORED}
    (row,) = library.search("")
    assert (row.series_count, row.instance_count, row.modalities) == (1, len(files), ("CT",))
    (series,) = library.series(row.study_uid)
    assert (series.instance_count, series.frame_count) == (len(files), len(files))
    kept = library.instances(series_id=series.series_id)
    assert [one.number for one in kept] == sorted(one.number or 0 for one in kept)
    digests = {hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    assert {hashlib.sha256(one.path.read_bytes()).hexdigest() for one in kept} == digests
    assert {one.sha256 for one in kept} == digests
    assert all(one.path.is_relative_to(home.objects) for one in kept)


def test_filing_again_changes_nothing(home: Home, library: Library) -> None:
    files = images("ct-variable-gap")
    library.file([from_folder(path) for path in files])
    before, on_disk = state(library), object_files(home)
    again = library.file([from_folder(path) for path in files])
    assert {one.outcome for one in again} == {Outcome.DUPLICATE}
    assert state(library) == before
    assert object_files(home) == on_disk


def test_the_same_file_twice_in_one_batch_is_filed_once(library: Library, tmp_path: Path) -> None:
    first = write(picture(), tmp_path / "a.dcm")
    second = write(picture(), tmp_path / "b.dcm")
    outcomes = [one.outcome for one in library.file([from_folder(first), from_folder(second)])]
    assert outcomes == [Outcome.STORED, Outcome.DUPLICATE]


def test_a_spool_file_is_gone_once_it_is_filed_and_a_source_never(home: Home, library: Library) -> None:
    spooled = write(picture(sop="1"), home.spool / "1.dcm")
    source = write(picture(sop="2"), home.root / "2.dcm")
    again = write(picture(sop="1"), home.spool / "3.dcm")
    library.file([from_spool(spooled), from_folder(source), from_spool(again)])
    assert (spooled.exists(), source.exists(), again.exists()) == (False, True, False)


def test_answers_come_in_the_order_of_the_batch(home: Home, library: Library, tmp_path: Path) -> None:
    text = tmp_path / "letter.txt"
    text.write_text("Dear colleague")
    bad = write(picture(StudyInstanceUID="9.9.9"), home.spool / "bad.dcm")
    bad.write_bytes(bad.read_bytes().replace(b"9.9.9\0", b"../../"))
    good = write(picture(), home.spool / "good.dcm")
    gone = tmp_path / "gone.dcm"
    filed = library.file([from_folder(text), from_spool(bad), from_spool(good), from_folder(gone)])
    assert [one.outcome for one in filed] == [
        Outcome.REJECTED,
        Outcome.REJECTED,
        Outcome.STORED,
        Outcome.REJECTED,
    ]
    assert [bool(one.reason) for one in filed] == [True, True, False, True]
    assert bad.exists()
    assert len(object_files(home)) == 1
    assert not list(home.root.rglob("../*.dcm"))


@pytest.mark.parametrize("syntax", [ImplicitVRLittleEndian, ExplicitVRBigEndian])
def test_another_encoding_of_the_same_object_is_a_duplicate(
    library: Library, tmp_path: Path, syntax: str
) -> None:
    first = write(picture(OtherPatientIDsSequence=[]), tmp_path / "a.dcm")
    swapped = b"\2\1" * 16 if syntax == ExplicitVRBigEndian else b"\1\2" * 16
    other = write(picture(OtherPatientIDsSequence=[], pixels=swapped), tmp_path / "b.dcm", syntax)
    outcomes = [one.outcome for one in library.file([from_folder(first), from_folder(other)])]
    assert outcomes == [Outcome.STORED, Outcome.DUPLICATE]


def test_other_content_under_the_same_identifier_is_kept_beside_and_shown(
    home: Home, library: Library, tmp_path: Path
) -> None:
    first = write(picture(), tmp_path / "a.dcm")
    changed = write(picture(pixels=b"\3\4" * 16), tmp_path / "b.dcm")
    renamed = write(picture(PatientName="Smith^Bella"), tmp_path / "c.dcm")
    filed = library.file([from_folder(path) for path in (first, changed, renamed, changed)])
    assert [one.outcome for one in filed] == [
        Outcome.STORED,
        Outcome.CONFLICT,
        Outcome.CONFLICT,
        Outcome.DUPLICATE,
    ]
    row = library.study(STUDY)
    assert (row.instance_count, row.conflict_count, row.animal_name) == (1, 2, "Fluffy")
    kept = library.instances(study_uid=STUDY)
    assert [one.conflict for one in kept] == [False, True, True]
    assert {one.path.read_bytes() for one in kept} == {
        path.read_bytes() for path in (first, changed, renamed)
    }
    assert library.counts() == (1, 3)


def test_one_identifier_in_two_series_is_two_images(library: Library, tmp_path: Path) -> None:
    uid = f"{ROOT}.77"
    first = write(picture(series="1", SOPInstanceUID=uid), tmp_path / "a.dcm")
    second = write(picture(series="2", SOPInstanceUID=uid), tmp_path / "b.dcm")
    outcomes = [one.outcome for one in library.file([from_folder(first), from_folder(second)])]
    assert outcomes == [Outcome.STORED, Outcome.STORED]
    row = library.study(STUDY)
    assert (row.series_count, row.instance_count, row.conflict_count) == (2, 2, 0)
    assert len({one.path for one in library.locate(uid)}) == 2


def test_later_objects_fill_what_was_missing(library: Library, tmp_path: Path) -> None:
    bare = write(
        picture(PatientID="", PatientName="", StudyDescription=None, PatientBreedDescription=None),
        tmp_path / "a",
    )
    full = write(picture(sop="2", StudyID="77"), tmp_path / "b")
    library.file([from_folder(bare)])
    before = library.study(STUDY)
    assert (before.animal_name, library.count("fluffy")) == ("", 0)
    library.file([from_folder(full)])
    after = library.study(STUDY)
    assert (after.animal_name, after.patient_id, after.description) == ("Fluffy", "4711", "Thorax")
    assert library.count("fluffy thorax shepherd") == 1
    assert after.animal_id != before.animal_id


def test_two_animals_in_one_study_keep_the_first_identity(library: Library, tmp_path: Path) -> None:
    rex = write(picture(PatientName="Smith^Rex", PatientID="1", PatientBreedDescription=None), tmp_path / "a")
    bella = write(picture(sop="2", PatientName="Jones^Bella", PatientID="2"), tmp_path / "b")
    library.file([from_folder(rex), from_folder(bella)])
    row = library.study(STUDY)
    assert (row.animal_name, row.owner_name, row.patient_id, row.breed) == ("Rex", "Smith", "1", "")
    assert row.instance_count == 2


def test_an_animal_is_neither_its_name_nor_its_number(library: Library, tmp_path: Path) -> None:
    def animal(number: str, **values: object) -> str:
        path = write(picture(study=number, **values), tmp_path / number)
        library.file([from_folder(path)])
        return library.study(f"{ROOT}.{number}").animal_id

    fluffy = animal("1")
    assert animal("2") == fluffy
    assert animal("3", PatientName="SMITH^FLUFFY") == fluffy
    assert animal("4", PatientName="Smith^Bella") != fluffy  # the number is the owner's telephone
    assert animal("5", PatientID="4712") != fluffy  # there are many Fluffys
    assert animal("6", IssuerOfPatientID="Other clinic") != fluffy
    assert animal("7", PatientName="", PatientID="") != animal("8", PatientName="", PatientID="")


def test_the_feed_tells_each_batch_once_for_each_study(library: Library, tmp_path: Path) -> None:
    def arrive(study: str, sop: str) -> Path:
        return write(picture(study=study, sop=sop), tmp_path / f"{study}-{sop}")

    version = library.data_version()
    assert library.newest_change() == 0
    library.file(
        [from_folder(arrive("1", "1")), from_folder(arrive("1", "2")), from_folder(arrive("2", "1"))]
    )
    assert [change.kind for change in library.changes_since(0)] == ["study-added", "study-added"]
    assert library.data_version() != version
    seen = library.newest_change()
    library.file([from_folder(arrive("2", "2"))])
    assert library.changes_since(seen) == [Change(seen + 1, "study-changed", StudyUID(f"{ROOT}.2"))]


def test_an_opened_exam_is_no_longer_new_until_more_comes(library: Library, tmp_path: Path) -> None:
    library.file([from_folder(write(picture(), tmp_path / "a"))])
    assert not library.study(STUDY).seen
    library.mark_seen(STUDY)
    library.mark_seen(STUDY)
    assert library.study(STUDY).seen
    assert [change.kind for change in library.changes_since(1)] == ["study-changed"]
    library.file([from_folder(write(picture(sop="2"), tmp_path / "b"))])
    assert not library.study(STUDY).seen


def test_the_newest_arrival_is_known_with_its_sender(library: Library, tmp_path: Path) -> None:
    assert library.last_arrival() is None
    for study in ("1", "2"):
        library.file([from_folder(write(picture(study=study), tmp_path / study))])
    newest = library.last_arrival()
    assert newest is not None
    assert (newest.study_uid, newest.source) == (f"{ROOT}.2", "a test")
    assert newest.received_at == library.study(f"{ROOT}.2").received_at


def test_what_is_not_there_is_said_so(library: Library) -> None:
    with pytest.raises(NotFound):
        library.study("1.2.3")
    with pytest.raises(NotFound):
        library.series("1.2.3")
    with pytest.raises(NotFound):
        library.locate("1.2.3")
    assert library.study_rows(["1.2.3"]) == []
    assert library.instances(study_uid="1.2.3") == []


def test_an_object_is_found_by_each_of_its_identifiers(library: Library, tmp_path: Path) -> None:
    library.file(
        [from_folder(write(picture(series=s, sop=n), tmp_path / f"{s}{n}")) for s in "12" for n in "12"]
    )
    assert len(library.locate(STUDY)) == 4
    assert len(library.locate(f"{STUDY}.1")) == 2
    assert [one.sop_uid for one in library.locate(f"{STUDY}.1.2")] == [f"{STUDY}.1.2"]


def test_a_lost_or_damaged_object_is_healed_by_sending_it_again(
    home: Home, library: Library, tmp_path: Path
) -> None:
    for number in ("1", "2"):
        library.file([from_folder(write(picture(sop=number), tmp_path / number))])
    lost, damaged = (one.path for one in library.instances(study_uid=STUDY))
    lost.unlink()
    damaged.write_bytes(damaged.read_bytes()[:-2] + b"!!")
    assert library.verify().missing
    filed = library.file([from_folder(tmp_path / "1"), from_spool(_copy(tmp_path / "2", home.spool / "2"))])
    assert {one.outcome for one in filed} == {Outcome.DUPLICATE}
    found = library.verify()
    assert (found.missing, found.corrupt, found.orphans) == ((), (), ())
    assert len(list(home.trash.iterdir())) == 1


def test_a_damaged_object_is_no_reason_to_refuse_a_good_one(library: Library, tmp_path: Path) -> None:
    library.file([from_folder(write(picture(), tmp_path / "a"))])
    (kept,) = library.instances(study_uid=STUDY)
    kept.path.write_bytes(b"rust")
    (filed,) = library.file([from_folder(write(picture(), tmp_path / "b", ImplicitVRLittleEndian))])
    assert filed.outcome is Outcome.CONFLICT
    assert len(library.instances(study_uid=STUDY)) == 2


def test_a_full_disk_files_nothing_and_leaves_nothing(
    home: Home, library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system itself refuses the third copy, as a full volume would."""
    spooled = write(picture(sop="9"), home.spool / "9.dcm")
    sources = [write(picture(sop=str(number)), tmp_path / str(number)) for number in range(4)]
    real, calls = os.fsync, iter(range(1000))

    def full(handle: int) -> None:
        if next(calls) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(handle)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Exception, match="full"):
        library.file([from_spool(spooled), *map(from_folder, sources)])
    monkeypatch.undo()
    assert (library.search(""), object_files(home), spooled.exists()) == ([], [], True)
    assert len(library.file([from_spool(spooled), *map(from_folder, sources)])) == 5


def test_a_volume_without_links_is_served_by_copies(
    home: Home, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    spooled = write(picture(), home.spool / "1.dcm")
    content = spooled.read_bytes()
    (filed,) = library.file([from_spool(spooled)])
    assert (filed.outcome, spooled.exists()) == (Outcome.STORED, False)
    assert [one.path.read_bytes() for one in library.locate(STUDY)] == [content]


def test_threads_read_while_another_files(library: Library, tmp_path: Path) -> None:
    sources = [write(picture(sop=str(number)), tmp_path / str(number)) for number in range(60)]
    done = threading.Event()
    counts: list[int] = []
    failures: list[BaseException] = []

    def read() -> None:
        try:
            while not done.is_set():
                rows = library.search("fluffy")
                instances = library.instances(study_uid=STUDY)
                counts.append(len(instances))
                assert all(one.path.exists() for one in instances)
                assert not rows or rows[0].instance_count % 6 == 0
        except BaseException as error:  # noqa: BLE001 - told to the test's own thread
            failures.append(error)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for start in range(0, 60, 6):
        library.file([from_folder(path) for path in sources[start : start + 6]])
    done.set()
    for reader in readers:
        reader.join()
    assert not failures
    assert counts == [count for count in counts if count % 6 == 0]


WRITER = """
import sys
from pathlib import Path
from tests.helpers.small_files import from_folder
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.library import Library

library = Library.open(Home(Path(sys.argv[1])))
print("open", flush=True)
for path in sys.argv[2:]:
    sys.stdin.readline()
    (filed,) = library.file([from_folder(Path(path))])
    print(filed.outcome.value, flush=True)
library.close()
"""


def test_another_process_sees_each_change_at_once(home: Home, library: Library, tmp_path: Path) -> None:
    sources = [write(picture(study=str(number)), tmp_path / str(number)) for number in range(3)]
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(home.root), *map(str, sources)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert writer.stdin is not None
    assert writer.stdout is not None
    assert writer.stdout.readline() == "open\n"
    for number in range(3):
        version, change = library.data_version(), library.newest_change()
        assert library.data_version() == version
        writer.stdin.write("go\n")
        writer.stdin.flush()
        assert writer.stdout.readline() == "stored\n"
        assert library.data_version() != version
        assert [one.study_uid for one in library.changes_since(change)] == [f"{ROOT}.{number}"]
        assert library.count("") == number + 1
    assert library.file([from_folder(sources[0])])[0].outcome is Outcome.DUPLICATE
    writer.stdin.close()
    writer.stdout.close()
    assert writer.wait(30) == 0


RACER = """
import sys
from pathlib import Path
from tests.helpers.small_files import from_folder
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.library import Library

sys.stdin.readline()
library = Library.open(Home(Path(sys.argv[1])))
for path in sys.argv[2:]:
    for filed in library.file([from_folder(Path(path))]):
        print(filed.outcome.value, flush=True)
library.close()
"""


def test_two_processes_that_file_the_same_exam_into_a_new_library_file_it_once(tmp_path: Path) -> None:
    home = Home(tmp_path / "fresh")
    sources = [write(picture(sop=str(number)), tmp_path / str(number)) for number in range(20)]
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", RACER, str(home.root), *map(str, sources)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write("go\n")
        racer.stdin.flush()
    outcomes = [word for racer in racers for word in racer.communicate(timeout=60)[0].split()]
    assert [racer.returncode for racer in racers] == [0, 0]
    assert sorted(outcomes) == ["duplicate"] * 20 + ["stored"] * 20
    library = Library.open(home)
    assert library.study(STUDY).instance_count == 20
    found = library.verify()
    assert (found.checked, found.missing, found.orphans) == (20, (), ())
    library.close()


def test_images_without_an_index_are_not_shown_as_an_empty_library(
    home: Home, library: Library, tmp_path: Path
) -> None:
    library.file([from_folder(write(picture(), tmp_path / "a"))])
    library.close()
    home.database.write_bytes(b"")
    with pytest.raises(LibraryDamaged, match="rebuild-index"):
        Library.open(home)
    home.database.unlink()
    with pytest.raises(LibraryDamaged, match="rebuild-index"):
        Library.open(home)


def test_a_library_is_closed_twice_without_harm(home: Home) -> None:
    opened = Library.open(home)
    opened.search("")
    opened.close()
    opened.close()


def _copy(source: Path, target: Path) -> Path:
    target.write_bytes(source.read_bytes())
    return target


def test_an_empty_batch_is_no_work(library: Library) -> None:
    answer: list[Filed] = library.file([])
    assert (answer, library.newest_change()) == ([], 0)
