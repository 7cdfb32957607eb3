"""What can't be filed is a person's to look at, try again, mend, export or discard; nothing is lost by it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers.shelf import is_sound
from tests.helpers.small_files import ROOT, picture, write
from vetpacs_desktop.jobs import CancelToken
from vetpacs_desktop.store.kept import quarantine as room
from vetpacs_desktop.store.kept.quarantine import Quarantine
from vetpacs_desktop.store.kept.set_aside import LIST_NAME, kind_of, where
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.reading import checks
from vetpacs_desktop.store.reading.mending import Remedy


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    """Two images without an exam, one that is cut off, one with junk behind it, and a letter."""
    folder = tmp_path / "stick"
    folder.mkdir()
    for number in (1, 2):
        write(picture(sop=str(number), StudyInstanceUID=None), folder / f"IM{number}")
    good = write(picture(study="5"), folder / "x").read_bytes()
    (folder / "x").write_bytes(good + b"\xff" * 300)
    (folder / "y").write_bytes(good[:-9])
    (folder / "letter.txt").write_text("Dear colleague", encoding="utf-8")
    return folder


def arrive(library: Library, paths: list[Path]) -> None:
    """What can't be filed is set aside, as every way in does it."""
    for path in [file for one in paths for file in (sorted(one.iterdir()) if one.is_dir() else [one])]:
        finding = checks.check_file(path).finding
        assert finding is not None
        Quarantine(library.home).keep(path, reason=finding.reason, source=str(path.parent), move=False)


def test_a_broken_stick_is_kept_file_by_file_and_counted_when_it_comes_again(
    library: Library, stick: Path
) -> None:
    for _ in range(3):
        arrive(library, [stick])
    entries = library.set_aside.entries()
    assert len(entries) == 5
    assert library.set_aside.tally() == (5, 0)
    assert {entry.times for entry in entries} == {3}
    assert {entry.source for entry in entries} == {str(stick)}
    cut, junk = (next(entry for entry in entries if entry.name == name) for name in "yx")
    assert "cut off" in cut.reason
    assert kind_of(cut.reason) != kind_of(junk.reason) or cut.reason != junk.reason


def test_what_would_help_is_told_without_doing_it(library: Library, stick: Path) -> None:
    arrive(library, [stick])
    told = {entry.name: library.set_aside.remedies(entry) for entry in library.set_aside.entries()}
    assert told == {
        "IM1": (Remedy.IDENTITY,),
        "IM2": (Remedy.IDENTITY,),
        "x": (Remedy.TRAILING,),
        "y": (),
        "letter.txt": (),
    }
    assert library.counts() == (0, 0)


def test_mended_files_are_filed_and_their_originals_stay(library: Library, stick: Path) -> None:
    arrive(library, [stick])
    result = library.set_aside.mend(library.set_aside.entries())
    assert (result.images, result.left) == (3, 2)
    assert library.counts() == (2, 3)
    assert set(result.filed) == {row.study_uid for row in library.search("")}
    for entry in library.set_aside.entries():
        assert entry.path is not None
        assert entry.path.read_bytes() == (stick / entry.name).read_bytes()
        assert bool(entry.mended_as) == (entry.name in ("IM1", "IM2", "x"))
    assert library.set_aside.tally() == (2, 3)
    assert library.set_aside.mend(library.set_aside.entries()).images == 0, "once is enough"
    arrive(library, [stick])
    assert {entry.times for entry in library.set_aside.entries()} == {2}
    assert sum(bool(entry.mended_as) for entry in library.set_aside.entries()) == 3
    assert is_sound(library)
    assert not list(library.home.quarantine.glob("*.mended"))


def test_trying_again_files_what_is_understood_by_now(
    library: Library, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = write(picture(study="8"), stick / "good")
    with monkeypatch.context() as patch:
        patch.setattr(checks, "DEEPEST", -1, raising=False)
        patch.setattr("vetpacs_desktop.store.reading.walk.DEEPEST", -1)
        arrive(library, [good])
    (entry,) = library.set_aside.entries()
    library.set_aside.retry([entry])
    assert library.study(f"{ROOT}.8").source == str(stick)
    assert library.set_aside.entries() == []
    assert list(library.home.quarantine.iterdir()) == []
    assert is_sound(library)


def test_trying_again_in_vain_changes_nothing_but_the_reason(library: Library, stick: Path) -> None:
    arrive(library, [stick / "letter.txt"])
    (entry,) = library.set_aside.entries()
    Quarantine(library.home).write(room.Kept(**{**_facts(entry), "reason": "an older version's words"}))
    result = library.set_aside.retry(library.set_aside.entries())
    assert (result.images, result.left) == (0, 1)
    assert library.set_aside.entries() == [entry]


def test_export_copies_under_the_old_names_and_says_why(
    library: Library, stick: Path, tmp_path: Path
) -> None:
    arrive(library, [stick])
    out = tmp_path / "out"
    assert library.set_aside.export(library.set_aside.entries(), out) == 5
    assert library.set_aside.export(library.set_aside.entries()[:1], out) == 1
    names = sorted(path.name for path in out.iterdir())
    assert [name for name in names if not name.startswith("why")] == [
        *sorted([*(path.name for path in stick.iterdir()), _second(library)])
    ]
    for path in stick.iterdir():
        assert (out / path.name).read_bytes() == path.read_bytes()
    assert "not an image" in (out / LIST_NAME).read_text(encoding="utf-8")


def _second(library: Library) -> str:
    name = Path(library.set_aside.entries()[0].name)
    return f"{name.stem}-2{name.suffix}"


def test_names_from_elsewhere_do_no_harm(library: Library, tmp_path: Path) -> None:
    odd = tmp_path / "a:b?c"
    odd.write_text("Dear colleague")
    arrive(library, [odd])
    library.set_aside.export(library.set_aside.entries(), tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a_b_c", LIST_NAME]


def test_discarded_files_can_be_brought_back(library: Library, stick: Path) -> None:
    arrive(library, [stick])
    before = library.set_aside.entries()
    entries = library.set_aside.discard(before, who="vet")
    assert library.set_aside.entries() == []
    assert list(library.home.quarantine.iterdir()) == []
    assert {entry.name for entry in entries} == {entry.name for entry in before}
    assert {entry.kind for entry in entries} == {"file"}
    library.trash.restore([entry.id for entry in entries])
    assert library.set_aside.entries() == before
    library.set_aside.discard(before[:1])
    arrive(library, [stick])
    (entry,) = library.trash.entries()
    library.trash.restore([entry.id])
    assert len(library.set_aside.entries()) == 5, "what came again meanwhile is not doubled"
    assert library.trash.entries() == []


def test_a_huge_file_that_was_only_noted_is_tried_where_it_stands(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(picture(StudyInstanceUID=None), tmp_path / "huge")
    monkeypatch.setattr(room, "COPY_LIMIT", 10)
    arrive(library, [path])
    (entry,) = library.set_aside.entries()
    assert where(entry) == path
    assert library.set_aside.mend([entry]).images == 1
    path.unlink()
    assert where(entry) is None
    assert library.set_aside.retry([entry]).left == 1
    assert library.set_aside.remedies(entry) == ()


def test_a_stop_leaves_the_rest_as_it_was(library: Library, stick: Path) -> None:
    arrive(library, [stick])
    token = CancelToken()
    token.cancel()
    assert library.set_aside.mend(library.set_aside.entries(), cancel=token).images == 0
    assert library.set_aside.discard(library.set_aside.entries(), cancel=token) == ()
    assert len(library.set_aside.entries()) == 5


def _facts(entry: room.Kept) -> dict[str, object]:
    return {name: getattr(entry, name) for name in room.Kept.__slots__}
