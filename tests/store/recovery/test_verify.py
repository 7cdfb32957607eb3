"""Checking finds each kind of loss, names the file, changes nothing, and can be broken off."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.small_files import from_folder, picture, write
from vetpacs_desktop.jobs import Cancelled, CancelToken, Progress
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.database import Database
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.objects import Objects
from vetpacs_desktop.store.records import Verification
from vetpacs_desktop.store.recovery import verify

IMAGES = verify.PAGE + 6
"""More than one page of the index."""


@pytest.fixture
def kept(home: Home, tmp_path: Path) -> Iterator[tuple[Database, Objects, list[Path]]]:
    """A library with some small images, and where they are."""
    files = [write(picture(sop=str(number)), tmp_path / f"{number}.dcm") for number in range(1, IMAGES + 1)]
    library = Library.open(home)
    library.file([from_folder(path) for path in files])
    (row,) = library.search("")
    paths = [one.path for one in library.instances(study_uid=row.study_uid)]
    library.close()
    database = Database(home.database)
    yield database, Objects(home), paths
    database.close()


def checked(database: Database, objects: Objects) -> Verification:
    return verify.verify(database, objects, lambda progress: None, CancelToken())


def test_whole_files_are_found_whole_and_progress_reaches_the_end(
    kept: tuple[Database, Objects, list[Path]],
) -> None:
    database, objects, _ = kept
    told: list[Progress] = []
    found = verify.verify(database, objects, told.append, CancelToken())
    assert (found.checked, found.missing, found.corrupt, found.orphans) == (IMAGES, (), (), ())
    assert [(one.done, one.total) for one in told] == [(verify.PAGE, IMAGES), (IMAGES, IMAGES)]


def test_each_kind_of_loss_is_told_apart(kept: tuple[Database, Objects, list[Path]]) -> None:
    database, objects, paths = kept
    gone, cut, turned, whole = paths[0], paths[1], paths[-1], paths[2]
    gone.unlink()
    cut.chmod(0o600)
    cut.write_bytes(cut.read_bytes()[:-10])
    turned.chmod(0o600)
    content = bytearray(turned.read_bytes())
    content[-1] ^= 1
    turned.write_bytes(content)
    stranger = whole.with_name("stranger.dcm")
    stranger.write_bytes(b"nobody knows this file")
    found = checked(database, objects)
    names = {path: path.relative_to(objects.root).as_posix() for path in (gone, cut, turned, stranger)}
    assert found.missing == (names[gone],)
    assert set(found.corrupt) == {names[cut], names[turned]}
    assert found.orphans == (names[stranger],)
    assert checked(database, objects) == Verification(
        found.checked, found.missing, found.corrupt, found.orphans, pytest.approx(0, abs=60)
    )


def test_it_can_be_broken_off(kept: tuple[Database, Objects, list[Path]]) -> None:
    database, objects, _ = kept
    cancel = CancelToken()
    with pytest.raises(Cancelled):
        verify.verify(database, objects, lambda progress: cancel.cancel(), cancel)
