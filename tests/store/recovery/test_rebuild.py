"""Verify finds what is wrong; rebuild makes the index again from nothing but the files."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pydicom
import pytest

from tests.helpers.corpus import corpus
from tests.helpers.small_files import ROOT, from_folder, picture, write
from vetpacs_desktop.errors import Cancelled
from vetpacs_desktop.jobs import CancelToken, Progress, ignore
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.records import Outcome
from vetpacs_desktop.store.recovery.rebuild import rebuild

PACKAGE = Path(pydicom.__file__).parent / "data"
STUDY = f"{ROOT}.1"


def fill(library: Library, tmp_path: Path) -> None:
    """What can be odd about a library: scripts, conflicts, one UID twice, two animals in a study."""
    files = [path for path in sorted(PACKAGE.rglob("*.dcm")) if path.stat().st_size < 200_000]
    odd = [
        picture(),
        picture(pixels=b"\3\4" * 16),
        picture(sop="2", PatientName="Jones^Bella", PatientID="99"),
        picture(series="2", SOPInstanceUID=f"{STUDY}.1.1"),
        picture(study="2", PatientName="", PatientID="", StudyDate=""),
        picture(study="2", sop="2"),
    ]
    files += [write(dataset, tmp_path / f"odd{number}.dcm") for number, dataset in enumerate(odd)]
    filed = library.file([from_folder(path) for path in files])
    assert sum(one.outcome is Outcome.STORED for one in filed) > 40
    assert any(one.outcome is Outcome.CONFLICT for one in filed)
    library.mark_seen(STUDY)


def contents(library: Library, *, forgetting: bool = False) -> object:
    """All a person can see, without the index's own numbers; `forgetting`: and without what no file holds."""
    rows = library.search("", order="animal")
    if forgetting:
        rows = [dataclasses.replace(row, source="", seen=False) for row in rows]
    studies = sorted(rows, key=lambda row: row.study_uid)
    series = [
        dataclasses.replace(one, series_id=0) for row in studies for one in library.series(row.study_uid)
    ]
    instances = [one for row in studies for one in library.instances(study_uid=row.study_uid)]
    finds = [library.count(text) for text in ("山田", "fluffy", "modality:ct", "date:2026", "c", "lastname")]
    return studies, sorted(series, key=str), sorted(instances, key=str), finds, library.counts()


def test_a_sound_library_verifies(library: Library, tmp_path: Path) -> None:
    fill(library, tmp_path)
    steps: list[Progress] = []
    found = library.verify(steps.append)
    assert (found.missing, found.corrupt, found.orphans) == ((), (), ())
    assert found.checked == library.counts()[1] == steps[-1].done == steps[-1].total


def test_missing_damaged_and_orphan_files_are_found(home: Home, library: Library) -> None:
    library.file([from_folder(path) for path in sorted(corpus("ct-variable-gap").iterdir())])
    files = sorted(home.objects.rglob("*.dcm"))
    names = [path.relative_to(home.objects).as_posix() for path in files]
    files[3].unlink()
    data = bytearray(files[5].read_bytes())
    data[-1] ^= 1
    files[5].write_bytes(data)
    files[7].write_bytes(files[7].read_bytes()[:-1])
    stray = files[0].with_name("stray.dcm")
    stray.write_bytes(b"not filed")
    deep = home.objects / "zz" / "other" / "deep.txt"
    deep.parent.mkdir(parents=True)
    deep.write_bytes(b"")
    found = library.verify()
    assert found.missing == (names[3],)
    assert found.corrupt == (names[5], names[7])
    assert found.orphans == (stray.relative_to(home.objects).as_posix(), "zz/other/deep.txt")


def test_a_check_and_a_rebuild_can_be_stopped(library: Library, tmp_path: Path) -> None:
    fill(library, tmp_path)
    before = contents(library)
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        library.verify(ignore, cancel)
    with pytest.raises(Cancelled):
        library.rebuild_index(ignore, cancel)
    assert contents(library) == before


def test_a_rebuilt_index_is_the_same_index(library: Library, tmp_path: Path) -> None:
    fill(library, tmp_path)
    before, change = contents(library), library.newest_change()
    old_ids = {one.series_id for one in library.series(STUDY)}
    assert library.rebuild_index() == library.counts()[1]
    assert contents(library) == before
    assert library.newest_change() == change
    assert not old_ids & {one.series_id for one in library.series(STUDY)}
    assert library.verify().orphans == ()


def test_a_rebuild_tells_what_it_changed(home: Home, library: Library, tmp_path: Path) -> None:
    fill(library, tmp_path)
    change = library.newest_change()
    (gone,) = library.locate(f"{ROOT}.2.1.2")
    gone.path.unlink()
    (lost,) = {one.path.parent for one in library.locate("1.3.6.1.4.1.5962.1.2.1.20040119072730.12322")}
    for path in lost.iterdir():
        path.unlink()
    library.rebuild_index()
    told = {(one.kind, str(one.study_uid)) for one in library.changes_since(change)}
    assert ("study-changed", f"{ROOT}.2") in told
    assert ("study-removed", lost.name) in told
    assert len(told) == 2


def test_filing_goes_on_after_a_rebuild(library: Library, tmp_path: Path) -> None:
    fill(library, tmp_path)
    library.rebuild_index()
    (filed,) = library.file([from_folder(write(picture(sop="77"), tmp_path / "late.dcm"))])
    assert filed.outcome is Outcome.STORED
    assert library.file([from_folder(tmp_path / "odd0.dcm")])[0].outcome is Outcome.DUPLICATE
    found = library.verify()
    assert (found.missing, found.corrupt, found.orphans) == ((), (), ())


def test_what_arrives_during_a_rebuild_is_not_lost(library: Library, tmp_path: Path) -> None:
    fill(library, tmp_path)
    late = write(picture(study="55"), tmp_path / "late.dcm")
    more = write(picture(sop="55"), tmp_path / "more.dcm")
    other = Library.open(library.home)

    def report(progress: Progress) -> None:
        if progress.done == progress.total:
            other.file([from_folder(late), from_folder(more)])

    library.rebuild_index(report)
    other.close()
    assert library.study(f"{ROOT}.55").instance_count == 1
    assert len(library.locate(f"{STUDY}.1.55")) == 1
    found = library.verify()
    assert (found.missing, found.corrupt, found.orphans) == ((), (), ())


@pytest.mark.parametrize("damage", ["gone", "overwritten", "torn", "emptied"])
def test_a_lost_index_comes_back_from_the_files_and_is_set_aside(
    home: Home, library: Library, tmp_path: Path, damage: str
) -> None:
    fill(library, tmp_path)
    before = contents(library, forgetting=True)
    library.close()
    old = home.database.read_bytes()
    if damage == "gone":
        home.database.unlink()
    elif damage == "overwritten":
        home.database.write_bytes(b"\xff" * 5000)
    elif damage == "torn":
        home.database.write_bytes(old[: len(old) // 2])
    else:
        home.database.write_bytes(b"")
    found = rebuild(home, ignore, CancelToken())
    aside = list(home.root.glob("library.damaged-*.sqlite"))
    assert [path.read_bytes() != b"" for path in aside] == ([] if damage in ("gone", "emptied") else [True])
    again = Library.open(home)
    assert contents(again, forgetting=True) == before
    assert found.checked == again.counts()[1]
    assert (found.corrupt, found.orphans) == ((), ())
    assert again.verify().corrupt == ()
    again.close()


def test_what_a_torn_index_still_holds_is_salvaged(home: Home, library: Library, tmp_path: Path) -> None:
    fill(library, tmp_path)
    before = contents(library)
    library.close()
    data = bytearray(home.database.read_bytes())
    page = int.from_bytes(data[16:18], "big")
    start = data.rindex(b"fluffy") // page * page  # one page of the word index: the rows themselves are whole
    data[start : start + page] = b"\xee" * page
    home.database.write_bytes(data)
    rebuild(home, ignore, CancelToken())
    (aside,) = home.root.glob("library.damaged-*.sqlite")
    assert aside.read_bytes() == bytes(data)
    again = Library.open(home)
    assert contents(again) == before
    assert again.study(STUDY).seen
    again.close()


def test_a_rebuild_does_not_hide_damage(home: Home, library: Library, tmp_path: Path) -> None:
    fill(library, tmp_path)
    damaged = library.locate(f"{ROOT}.2.1.1")[0].path
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"!")
    library.rebuild_index()
    assert library.verify().corrupt == (damaged.relative_to(home.objects).as_posix(),)


def test_strangers_and_unreadable_files_are_named_not_taken(
    home: Home, library: Library, tmp_path: Path
) -> None:
    fill(library, tmp_path)
    library.close()
    folder = next(home.objects.glob(f"*/{STUDY}"))
    (folder / "1.2.3.dcm").write_bytes(b"no image")
    (folder / "notes.txt").write_bytes(b"hello")
    write(picture(sop="88"), folder / f"{STUDY}.1.99.dcm")
    found = rebuild(home, ignore, CancelToken())
    assert [Path(path).name for path in found.corrupt] == ["1.2.3.dcm"]
    assert [Path(path).name for path in found.orphans] == [f"{STUDY}.1.99.dcm", "notes.txt"]
    home.database.unlink()
    again = rebuild(home, ignore, CancelToken())
    assert (again.checked, again.corrupt, again.orphans) == (found.checked, found.corrupt, found.orphans)
