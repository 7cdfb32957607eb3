"""A disc's table of contents: whatever it says or however it is called, the images beside it are taken."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers.small_files import picture, write
from tests.store.intake.discs import contents, disc, zipped
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.intake.importing.stages import import_paths
from vetpacs_desktop.store.intake.sources import media
from vetpacs_desktop.store.library import Library


@pytest.mark.parametrize("name", ["DICOMDIR", "dicomdir", "Dicomdir"])
def test_the_table_of_contents_stands_for_its_disc(
    home: Home, library: Library, tmp_path: Path, name: str
) -> None:
    folder = disc(tmp_path / "cd", name=name)
    summary = import_paths(library, home, [folder / name])
    assert (summary.stored, summary.rejected) == (3, ())
    assert [one.name for one in media.listed(folder / name)] == ["IMAGES/IM1", "IMAGES/IM2", "IMAGES/IM3"]


def test_one_that_is_not_there_stands_for_its_disc_too(home: Home, library: Library, tmp_path: Path) -> None:
    folder = disc(tmp_path / "cd", name="dicomdir")
    assert import_paths(library, home, [folder / "DICOMDIR"]).stored == 3
    (folder / "dicomdir").unlink()
    assert import_paths(library, home, [folder / "DICOMDIR"]).duplicates == 3


def test_images_that_are_not_listed_are_taken_and_missing_ones_told_of(
    home: Home, library: Library, tmp_path: Path
) -> None:
    folder = disc(tmp_path / "cd", listed=["IMAGES\\IM1", "IMAGES\\IM7", "images\\im2.;1"])
    summary = import_paths(library, home, [folder])
    assert summary.stored == 3
    assert summary.rejected == ((f"{folder.as_posix()}/IMAGES/IM7", media.MISSING),)


def test_a_table_of_contents_of_another_disc_is_not_believed(
    home: Home, library: Library, tmp_path: Path
) -> None:
    folder = disc(tmp_path / "cd", listed=["OTHER\\X71", "OTHER\\X72"])
    summary = import_paths(library, home, [folder])
    assert (summary.stored, summary.rejected) == (3, ())


def test_it_can_be_nonsense(home: Home, library: Library, tmp_path: Path) -> None:
    folder = disc(tmp_path / "cd")
    for nonsense in (b"", b"nonsense", bytes(4096), b"\0" * 128 + b"DICM" + b"\xff" * 400):
        (folder / "DICOMDIR").write_bytes(nonsense)
        summary = import_paths(library, home, [folder])
        assert (summary.stored + summary.duplicates, summary.ignored, summary.rejected) == (3, 1, ())


def test_it_never_leads_out_of_the_disc(home: Home, library: Library, tmp_path: Path) -> None:
    """Names that climb, absolute ones, ones through a link of the same name: none is opened."""
    write(picture(sop="8", study="8"), tmp_path / "secret8")
    folder = disc(
        tmp_path / "cd",
        listed=["..\\secret8", "IMAGES\\..\\..\\secret8", f"{tmp_path}/secret8", "IMAGES\\IM1"],
    )
    summary = import_paths(library, home, [folder / "DICOMDIR"])
    assert summary.stored == 3
    assert {row.study_uid for row in library.search("")} == {picture().StudyInstanceUID}
    assert all(reason == media.MISSING for _, reason in summary.rejected)


def test_a_table_of_contents_in_an_archive(home: Home, library: Library, tmp_path: Path) -> None:
    folder = disc(tmp_path / "cd", listed=["IMAGES\\IM1", "IMAGES\\IM2", "IMAGES\\IM3", "IMAGES\\IM4"])
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("IM[123]")}
    path = zipped(tmp_path / "cd.zip", {**files, "DICOMDIR": (folder / "DICOMDIR").read_bytes()})
    summary = import_paths(library, home, [path])
    assert summary.stored == 3
    assert [shown for shown, _ in summary.rejected] == [f"{path.as_posix()}/IMAGES/IM4"]


def test_a_disc_without_its_images(home: Home, library: Library, tmp_path: Path) -> None:
    """Nothing but the table of contents was copied: that is said."""
    folder = tmp_path / "cd"
    folder.mkdir()
    contents(folder / "DICOMDIR", ["IMAGES\\IM1", "IMAGES\\IM2"])
    summary = import_paths(library, home, [folder / "DICOMDIR"])
    assert [reason for _, reason in summary.rejected] == [media.MISSING] * 2
