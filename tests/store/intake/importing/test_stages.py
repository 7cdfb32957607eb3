"""Import of files and folders: good ones are filed, bad ones set aside with a sentence, sources untouched."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pydicom import dcmread
from pydicom.data import get_testdata_file
from pydicom.dataset import FileMetaDataset

from tests.helpers.corpus import corpus, images
from tests.helpers.peers import package_files
from vetpacs_desktop.errors import Cancelled, DiskFull, PathMissing
from vetpacs_desktop.jobs import CancelToken, Progress
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.intake.importing.stages import import_paths
from vetpacs_desktop.store.kept.quarantine import Quarantine
from vetpacs_desktop.store.library import Library


def listing(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_folder_is_imported_and_left_as_it_was(home: Home, library: Library) -> None:
    folder = corpus("ct-variable-gap")
    before = listing(folder)
    summary = import_paths(library, home, [folder])
    assert (summary.stored, summary.rejected, len(summary.studies)) == (len(images("ct-variable-gap")), (), 1)
    assert listing(folder) == before
    again = import_paths(library, home, [folder])
    assert (again.stored, again.duplicates) == (0, summary.stored)
    assert again.studies == summary.studies


def test_a_directory_object_is_ignored(home: Home, library: Library) -> None:
    summary = import_paths(library, home, [corpus("ct-tilted")])
    assert (summary.ignored, summary.rejected) == (1, ())
    assert summary.stored == len(images("ct-tilted"))


def test_bad_files_are_set_aside_with_their_reasons_and_the_good_ones_beside_them_kept(
    home: Home, library: Library, tmp_path: Path
) -> None:
    folder = tmp_path / "disc"
    folder.mkdir()
    good = Path(get_testdata_file("CT_small.dcm"))
    shutil.copy(good, folder / "IM0001")
    (folder / "cut").write_bytes(good.read_bytes()[:-700])
    (folder / "readme.txt").write_text("The images of Rex")
    (folder / "nothing").write_bytes(b"")
    shutil.copy(corpus("ct-thin") / "DIRFILE", folder / "DIRFILE")
    (folder / "DICOMDIR").write_bytes(b"not even a real one")
    before = listing(folder)
    summary = import_paths(library, home, [folder])
    assert (summary.stored, summary.ignored) == (1, 3)  # a letter is neither an image nor a loss
    reasons = {Path(path).name: reason for path, reason in summary.rejected}
    assert reasons.keys() == {"cut", "nothing"}
    assert "cut off" in reasons["cut"]
    assert "empty" in reasons["nothing"]
    assert {entry.name for entry in Quarantine(home).entries()} == reasons.keys()
    assert listing(folder) == before


@pytest.mark.filterwarnings("ignore::UserWarning")  # pydicom's, about the oddities these files exist for
def test_every_file_of_the_packages_meets_a_fate(home: Home, library: Library, tmp_path: Path) -> None:
    files = [path for path in package_files() if path.suffix not in (".py", ".pyc")]
    summary = import_paths(library, home, files)
    fates = summary.stored + summary.duplicates + summary.conflicts + summary.ignored + len(summary.rejected)
    assert fates >= len(files)  # archives among them hold several
    assert summary.stored + summary.duplicates + summary.conflicts > 200
    assert len(summary.studies) == library.counts()[0]


def test_a_data_set_without_preamble_is_taken(home: Home, library: Library, tmp_path: Path) -> None:
    dataset = dcmread(get_testdata_file("CT_small.dcm"))
    dataset.file_meta, dataset.preamble = FileMetaDataset(), None
    dataset.save_as(tmp_path / "raw", implicit_vr=True, little_endian=True, enforce_file_format=False)
    assert import_paths(library, home, [tmp_path / "raw"]).stored == 1


def test_hidden_and_system_files_inside_folders_are_left_out(
    home: Home, library: Library, tmp_path: Path
) -> None:
    for name in (".DS_Store", "Thumbs.db", "desktop.ini", "autorun.inf", "__MACOSX/x", ".git/y"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("junk")
    shutil.copy(get_testdata_file("CT_small.dcm"), tmp_path / "image")
    summary = import_paths(library, home, [tmp_path])
    assert (summary.stored, summary.rejected) == (1, ())


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_links_in_circles_and_pipes_do_not_trap_it(home: Home, library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "exam"
    folder.mkdir()
    shutil.copy(get_testdata_file("CT_small.dcm"), folder / "image")
    (folder / "up").symlink_to(tmp_path)
    (folder / "self").symlink_to(folder)
    (folder / "nowhere").symlink_to(tmp_path / "gone")
    os.mkfifo(folder / "pipe")
    assert import_paths(library, home, [tmp_path]).stored == 1


def test_a_library_inside_the_folder_is_not_imported_into_itself(
    home: Home, library: Library, tmp_path: Path
) -> None:
    import_paths(library, home, [images("ct-variable-gap")[0]])
    summary = import_paths(library, home, [tmp_path])
    assert (summary.stored, summary.duplicates, summary.rejected) == (0, 0, ())


def test_a_missing_path_is_a_sentence(home: Home, library: Library, tmp_path: Path) -> None:
    with pytest.raises(PathMissing, match="no file or folder"):
        import_paths(library, home, [tmp_path / "gone"])


def test_progress_reaches_the_total_and_never_goes_back(home: Home, library: Library) -> None:
    seen: list[Progress] = []
    import_paths(library, home, [corpus("ct-tilted")], seen.append)
    done = [progress.done for progress in seen]
    assert done == sorted(done)
    assert (seen[-1].done, seen[-1].total) == (55, 55)


def test_cancelling_keeps_what_was_filed(home: Home, library: Library) -> None:
    token = CancelToken()

    def stop_early(progress: Progress) -> None:
        if progress.done:
            token.cancel()

    with pytest.raises(Cancelled):
        import_paths(library, home, [corpus("ct-thin")], stop_early, token)
    assert 0 < library.counts()[1] < 140


def test_a_full_disk_is_a_sentence_and_nothing_half_is_left(tmp_path: Path) -> None:
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("needs root on Linux to mount a small disk")
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(disk)]).returncode != 0:
        pytest.skip("this system does not let a test mount a small disk")
    try:
        home = Home(disk / "home").make()
        library = Library.open(home)
        with pytest.raises(DiskFull, match="is full"):
            import_paths(library, home, images("ct-thin"))
        rows = library.search("")
        kept = sum(row.instance_count for row in rows)
        checked = library.verify()
        library.close()
        assert kept == checked.checked
        assert (checked.missing, checked.corrupt) == ((), ())
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)
