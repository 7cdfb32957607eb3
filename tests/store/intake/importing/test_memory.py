"""An import remembers what it brought in: quickly passed over the next time, and never wrongly."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.helpers.small_files import picture, write
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.intake.importing.memory import FILE, Memory, look_at
from vetpacs_desktop.store.intake.importing.stages import import_paths
from vetpacs_desktop.store.library import Library


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    for number in range(1, 6):
        write(picture(sop=str(number), pixels=bytes([number]) * 32), folder / f"IM{number}")
    return folder


def known(library: Library, folder: Path) -> set[str]:
    """The files that would be passed over."""
    memory = Memory(library.home, library)
    looks = {path: look for path in sorted(folder.iterdir()) if (look := look_at(path)) is not None}
    try:
        return {path.name for path in memory.known(looks)}
    finally:
        memory.close()


def test_what_was_imported_is_known_with_its_exam(home: Home, library: Library, stick: Path) -> None:
    assert known(library, stick) == set()
    first = import_paths(library, home, [stick])
    assert known(library, stick) == {f"IM{number}" for number in range(1, 6)}
    again = import_paths(library, home, [stick])
    assert (again.stored, again.duplicates, again.studies) == (0, 5, first.studies)


def test_another_image_at_the_same_place_is_taken(home: Home, library: Library, stick: Path) -> None:
    """Another stick in the same drive: names, sizes and times are alike, the images are not."""
    import_paths(library, home, [stick])
    for number in range(1, 6):
        path = stick / f"IM{number}"
        state = path.stat()
        write(picture(sop=str(number + 100), pixels=bytes([number]) * 32, study="2"), path)
        with path.open("r+b") as file:
            file.truncate(state.st_size)
        os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
    summary = import_paths(library, home, [stick])
    assert summary.duplicates == 0
    assert summary.stored + len(summary.rejected) == 5


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps no time of the last change of a file's state")
def test_a_change_in_the_middle_is_seen_though_size_and_time_are_alike(
    home: Home, library: Library, tmp_path: Path
) -> None:
    path = write(picture(Rows=100, Columns=100, pixels=bytes(20_000)), tmp_path / "IM1")
    import_paths(library, home, [path])
    state, data = path.stat(), bytearray(path.read_bytes())
    data[10_000] ^= 1
    path.write_bytes(data)
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert import_paths(library, home, [path]).conflicts == 1


def test_what_the_library_no_longer_holds_is_taken_again(home: Home, library: Library, stick: Path) -> None:
    import_paths(library, home, [stick])
    (row,) = library.search("")
    library.trash.put([row.study_uid])
    assert known(library, stick) == set()
    assert import_paths(library, home, [stick]).stored == 5


def test_a_memory_that_is_lost_or_damaged_costs_nothing_but_time(
    home: Home, library: Library, stick: Path
) -> None:
    import_paths(library, home, [stick])
    (home.cache / FILE).write_bytes(b"nonsense" * 1000)
    assert import_paths(library, home, [stick]).duplicates == 5
    assert len(known(library, stick)) == 5
    shutil.rmtree(home.cache)
    home.cache.mkdir()
    assert import_paths(library, home, [stick]).duplicates == 5


def test_files_of_a_copy_of_the_folder_are_duplicates(
    home: Home, library: Library, stick: Path, tmp_path: Path
) -> None:
    import_paths(library, home, [stick])
    copy = shutil.copytree(stick, tmp_path / "copy")
    assert import_paths(library, home, [Path(copy)]).duplicates == 5
    assert len(known(library, Path(copy))) == 5
    assert [path for path in home.objects.rglob("*") if ".part" in path.parts and path.is_file()] == []
