"""What readers drew is on the disk after every act, and outlives crashes and an index that is lost."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.helpers.small_files import ROOT, from_folder, picture, write
from vetpacs_desktop.app import App
from vetpacs_desktop.jobs import CancelToken, ignore
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.annotations import Drawn
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.records import StudyUID
from vetpacs_desktop.store.recovery.rebuild import rebuild
from vetpacs_desktop.viewer import annotations
from vetpacs_desktop.viewer.annotations import Annotation, ImageRef, KeyImage, Sheet
from vetpacs_desktop.viewer.measure.veterinary.dental import Tooth
from vetpacs_desktop.viewer.mouth import Mouth, found, of_animal, shows

STUDY = f"{ROOT}.1"


def drawn(number: int, body: str = "{}") -> Drawn:
    at = f"2026-07-04T12:00:{number:02}+00:00"
    return Drawn(f"id-{number}", STUDY, "annotation", "1.2.3", 0, body, "vet", at, at)


@pytest.fixture
def filled(home: Home, tmp_path: Path) -> Home:
    """A library with one image, three things drawn, one of them changed and one removed again."""
    library = Library.open(home)
    library.file([from_folder(write(picture(), tmp_path / "a.dcm"))])
    library.annotations.change(STUDY, [drawn(1), drawn(2), drawn(3)], [])
    library.annotations.change(STUDY, [drawn(1, '{"x": 1}')], ["id-2"])
    library.close()
    return home


def kept(home: Home) -> list[Drawn]:
    library = Library.open(home)
    try:
        return library.annotations.of(STUDY)
    finally:
        library.close()


EXPECTED = [drawn(1, '{"x": 1}'), drawn(3)]


def test_changes_are_kept(filled: Home) -> None:
    assert kept(filled) == EXPECTED


def test_a_rebuilt_index_has_them(filled: Home) -> None:
    library = Library.open(filled)
    library.rebuild_index()
    assert library.annotations.of(STUDY) == EXPECTED
    library.close()


def test_an_index_that_is_gone_gets_them_from_the_journal(filled: Home) -> None:
    for name in ("", "-wal", "-shm"):
        Path(f"{filled.database}{name}").unlink(missing_ok=True)
    rebuild(filled, ignore, CancelToken())
    assert kept(filled) == EXPECTED


def test_an_old_index_that_was_put_back_learns_the_rest(filled: Home) -> None:
    old = filled.database.read_bytes()
    library = Library.open(filled)
    library.annotations.change(STUDY, [drawn(4)], ["id-3"])
    library.close()
    filled.database.write_bytes(old)
    assert kept(filled) == EXPECTED
    rebuild(filled, ignore, CancelToken())
    assert kept(filled) == [EXPECTED[0], drawn(4)]


def test_a_journal_with_torn_lines_still_tells_the_rest(filled: Home) -> None:
    with filled.drawings.open("ab") as journal:
        journal.write(b'{"event": "drawn", "id": "x", "put": "[[1, 2]]"}\n{"event": "dra')
    filled.database.unlink()
    rebuild(filled, ignore, CancelToken())
    assert kept(filled) == EXPECTED


def test_the_trash_keeps_what_was_drawn_and_emptying_it_erases(filled: Home, tmp_path: Path) -> None:
    library = Library.open(filled)
    other = replace(drawn(7), item_id="other", study_uid="1.2.99", body='{"text": "another exam"}')
    library.annotations.change("1.2.99", [other], [])
    old = filled.database.read_bytes()
    (entry,) = library.trash.put([STUDY])
    assert library.annotations.of(STUDY) == EXPECTED, "it can be brought back"
    library.trash.restore([entry.id])
    assert library.annotations.of(STUDY) == EXPECTED
    (entry,) = library.trash.put([STUDY])
    library.file([from_folder(write(picture(), tmp_path / "again.dcm"))])
    library.trash.empty([entry.id])
    assert library.annotations.of(STUDY) == EXPECTED, "the exam came again meanwhile"
    (entry,) = library.trash.put([STUDY])
    library.trash.empty([entry.id])
    assert library.annotations.of(STUDY) == []
    assert library.annotations.of("1.2.99") == [other]
    library.close()
    journal = filled.drawings.read_text()
    assert "id-1" not in journal
    assert '\\"x\\": 1' not in journal
    filled.database.write_bytes(old)
    for name in ("-wal", "-shm"):
        Path(f"{filled.database}{name}").unlink(missing_ok=True)
    rebuild(filled, ignore, CancelToken())
    assert kept(filled) == [], "an older index brings nothing back"


def test_an_exam_that_comes_again_after_it_was_erased_is_drawn_on_anew(filled: Home, tmp_path: Path) -> None:
    library = Library.open(filled)
    (entry,) = library.trash.put([STUDY])
    library.trash.empty([entry.id])
    library.file([from_folder(write(picture(), tmp_path / "again.dcm"))])
    library.annotations.change(STUDY, [drawn(5)], [])
    library.rebuild_index()
    assert library.annotations.of(STUDY) == [drawn(5)]
    library.close()


def test_the_viewers_sheet_comes_back_as_it_was(home: Home, tmp_path: Path) -> None:
    app = App.open(home)
    app.library.file([from_folder(write(picture(), tmp_path / "a.dcm"))])
    image = ImageRef(app.library.instances(study_uid=STUDY)[0].sop_uid, 2)
    at = "2026-07-04T12:00:00+00:00"
    one = Annotation("a", "length", image, ((1.5, 2.0), (3.0, 4.25)), "heart", None, "vet", at, at)
    ball = replace(one, id="b", tool="calibrate_ball", known_mm=25.0)
    mouth = found(Mouth(), Tooth(108), "mobility", 2, "vet", at, "d")
    mouth = of_animal(shows(mouth, image, [Tooth(108)], "vet", at, "e"), "cat", "vet", at, "f")
    sheet = Sheet((one, ball), (KeyImage("c", image, "vet", at),), mouth)
    app.keep_sheet(STUDY, Sheet(), sheet)
    moved = annotations.replaced(sheet, annotations.moved(one, (1, 1)))
    app.keep_sheet(STUDY, sheet, annotations.removed(moved, "b"))
    exam = app.exam(StudyUID(STUDY))
    assert exam.sheet == annotations.removed(moved, "b")
    assert exam.path_of(image.sop_uid) == exam.series[0].paths[0]
    app.library.rebuild_index()
    assert app.sheet(STUDY).mouth == mouth
    app.close()


CODE = """
import sys
from pathlib import Path
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.annotations import Drawn
from vetpacs_desktop.store.library import Library
library = Library.open(Home(Path(sys.argv[1])))
for n in range(10_000):
    at = "2026-07-04T12:00:00+00:00"
    library.annotations.change("1", [Drawn(f"{n:05}", "1", "annotation", "1.2", 0, "{}", "", at, at)], [])
    print(n, flush=True)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs kill -9")
def test_what_was_answered_survives_a_kill(home: Home) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", CODE, str(home.root)], stdout=subprocess.PIPE, env=dict(os.environ)
    )
    assert child.stdout is not None
    last = [int(child.stdout.readline()) for _ in range(12)][-1]
    child.kill()
    rest = [int(line) for line in child.stdout.read().split()]
    child.wait()
    child.stdout.close()
    last = rest[-1] if rest else last
    library = Library.open(home)
    found = [one.item_id for one in library.annotations.of("1")]
    library.close()
    assert found[: last + 1] == [f"{n:05}" for n in range(last + 1)]
