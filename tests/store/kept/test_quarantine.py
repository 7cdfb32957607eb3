"""What can't be taken is kept once, with its reason."""

from __future__ import annotations

from pathlib import Path

from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.kept import quarantine as room
from vetpacs_desktop.store.kept.quarantine import Quarantine


def test_a_copy_is_kept_with_why_and_from_where_and_the_source_stays(home: Home, tmp_path: Path) -> None:
    source = tmp_path / "Befund.txt"
    source.write_text("Dear colleague")
    Quarantine(home).keep(source, reason="This is a text file.", source="D:\\exam", move=False)
    (entry,) = Quarantine(home).entries()
    assert (entry.reason, entry.source, entry.name) == ("This is a text file.", "D:\\exam", "Befund.txt")
    assert entry.path is not None
    assert entry.path.read_text() == source.read_text() == "Dear colleague"


def test_the_same_content_is_kept_once_and_counted(home: Home, tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / name).write_bytes(b"same")
        Quarantine(home).keep(tmp_path / name, reason=f"because {name}", source="here", move=name != "a")
    (entry,) = Quarantine(home).entries()
    assert (entry.times, entry.reason, entry.name) == (3, "because c", "a")
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["a"]
    assert len(list(home.quarantine.iterdir())) == 2


def test_a_moved_file_is_gone_from_where_it_was(home: Home) -> None:
    path = home.spool / "x.dcm"
    path.write_bytes(b"broken")
    kept = Quarantine(home).keep(path, reason="cut off", source="XRAY (10.0.0.1)", move=True)
    assert not path.exists()
    assert kept.path is not None
    assert kept.path.read_bytes() == b"broken"


def test_a_huge_foreign_file_is_noted_but_not_copied(home: Home, tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(room, "COPY_LIMIT", 10)
    (tmp_path / "film.mov").write_bytes(bytes(11))
    kept = Quarantine(home).keep(tmp_path / "film.mov", reason="not DICOM", source="stick", move=False)
    assert kept.path is None
    assert Quarantine(home).entries()[0].size == 11


def test_a_damaged_note_hides_only_itself(home: Home, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).write_text(name)
        Quarantine(home).keep(tmp_path / name, reason="why", source="here", move=False)
    next(home.quarantine.glob("*.json")).write_text("{")
    assert len(Quarantine(home).entries()) == 1
