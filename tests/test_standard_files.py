"""What is drawn reaches the archive as documents: at rest, once, and never a second time as annotations."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread

from tests.helpers.peers import wait_for
from tests.viewer.standard.drawn import VET, annotation, pydicom_file
from tests.viewer.standard.in_space import Space, slices
from vetpacs_desktop.app import App
from vetpacs_desktop.jobs import CancelToken, ignore
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.records import StudyUID
from vetpacs_desktop.store.recovery.rebuild import rebuild
from vetpacs_desktop.viewer.annotations import ImageRef, KeyImage, Sheet
from vetpacs_desktop.viewer.describe import read_description
from vetpacs_desktop.viewer.spatial.paths import kept_path, placed_path
from vetpacs_desktop.viewer.volume.track import track

PICTURE = pydicom_file("CT_small.dcm")


@pytest.fixture
def app(home: Home) -> Iterator[App]:
    made = App.open(home)
    made.import_paths([PICTURE])
    yield made
    made.close()


@pytest.fixture
def study(app: App) -> StudyUID:
    (row,) = app.library.search("")
    return row.study_uid


def sheet() -> Sheet:
    image = ImageRef(read_description(PICTURE).sop_uid)
    drawn = annotation(0, "length", image, ((3.5, 4.25), (60.0, 90.0)))
    return Sheet((drawn,), (KeyImage("key", image, VET),))


def documents(app: App, study: str) -> list[str]:
    kinds = {one.series_uid: one.modality for one in app.library.series(study)}
    return sorted(kinds[row.series_uid] for row in app.library.instances(study_uid=study))


def test_what_is_drawn_is_written_once_into_one_series_each(app: App, study: StudyUID) -> None:
    app.keep_sheet(study, Sheet(), sheet())
    assert app.standard_files.write(study) == 3
    assert documents(app, study) == ["CT", "KO", "PR", "SR"]
    assert app.standard_files.write(study) == 0
    moved = replace(sheet(), annotations=(replace(sheet().annotations[0], points=((1.0, 1.0), (9.0, 9.0))),))
    app.keep_sheet(study, sheet(), moved)
    assert app.standard_files.write(study) == 2
    assert documents(app, study) == ["CT", "KO", "PR", "PR", "SR", "SR"]
    assert len(app.library.series(study)) == 4


def test_nothing_is_written_where_nothing_is_drawn(app: App, study: StudyUID) -> None:
    assert app.standard_files.write(study) == 0
    assert documents(app, study) == ["CT"]
    assert not app.home.identity.exists()


def test_own_documents_are_neither_images_nor_a_second_sheet(app: App, study: StudyUID) -> None:
    app.keep_sheet(study, Sheet(), sheet())
    app.standard_files.write(study)
    exam = app.exam(study)
    assert [one.modality for one in exam.series] == ["CT"]
    assert exam.sheet == sheet()
    assert exam.layers is None
    app.library.rebuild_index()
    assert app.exam(study).sheet == sheet()
    assert app.exam(study).layers is None
    own = [row.path for row in app.library.instances(study_uid=study)]
    app.import_paths(own)
    assert documents(app, study) == ["CT", "KO", "PR", "SR"]
    assert app.standard_files.write(study) == 0


def test_another_library_shows_them_as_a_layer(app: App, study: StudyUID, tmp_path: Path) -> None:
    app.keep_sheet(study, Sheet(), sheet())
    app.standard_files.write(study)
    other = App.open(Home(tmp_path / "other"))
    try:
        other.import_paths([row.path for row in app.library.instances(study_uid=study)])
        exam = other.exam(study)
        assert exam.sheet == Sheet()
        assert exam.layers is not None
        image = sheet().annotations[0].image
        assert exam.layers.is_key(image)
        (drawn,) = exam.layers.on(image)
        assert np.allclose(drawn.graphics[0].points, sheet().annotations[0].points, atol=1e-4)
        assert [one.title for one in exam.layers.reports] == ["Imaging Measurement Report"]
    finally:
        other.close()


def test_an_exam_that_was_left_or_a_program_that_ends_writes_what_waits(home: Home) -> None:
    app = App.open(home)
    app.import_paths([PICTURE])
    (row,) = app.library.search("")
    app.library.mark_seen(row.study_uid)
    app.keep_sheet(row.study_uid, Sheet(), Sheet(sheet().annotations))
    assert documents(app, row.study_uid) == ["CT"]  # still being drawn on
    app.standard_files.left(row.study_uid)
    wait_for(lambda: documents(app, row.study_uid) == ["CT", "PR", "SR"])
    wait_for(lambda: app.library.study(row.study_uid).seen)
    app.keep_sheet(row.study_uid, Sheet(sheet().annotations), sheet())
    app.close()
    again = App.open(home)
    try:
        assert documents(again, row.study_uid) == ["CT", "KO", "PR", "SR"]
        paths = [one.path for one in again.library.instances(study_uid=row.study_uid)]
        serials = {dcmread(path).get("DeviceSerialNumber") for path in paths if path.stat().st_size}
        assert again.standard_files.name() in serials
    finally:
        again.close()


def test_the_programs_start_does_not_wait_for_what_writes_documents() -> None:
    code = (
        "import sys, vetpacs_desktop.app; print([one for one in sys.modules if one.startswith('highdicom')])"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def test_what_is_measured_in_the_animal_is_written_beside_its_series(home: Home) -> None:
    """On planes, which lie in no file: a 3D report, with the values of the voxels inside."""
    files = slices()
    space = Space(files)
    app = App.open(home)
    try:
        app.import_paths(list(files.values()))
        (row,) = app.library.search("")
        region = space.placed([(-6, -2), (6, 2)])
        drawn = Sheet((annotation(0, "ellipse", ImageRef(""), (), space=region),))
        app.keep_sheet(row.study_uid, Sheet(), drawn)
        assert app.standard_files.write(row.study_uid) == 1
        assert app.standard_files.write(row.study_uid) == 0
        (path,) = [one.path for one in app.library.instances(study_uid=row.study_uid) if not one.has_pixels]
        report = dcmread(path)
        assert report.SOPClassUID == "1.2.840.10008.5.1.4.1.1.88.34"
        assert report.SeriesNumber == 9504
        assert "Hounsfield" in str(report)
        assert app.sheet(row.study_uid) == drawn
    finally:
        app.close()


def test_a_path_is_kept_with_the_exam_through_a_lost_index_and_not_written(home: Home) -> None:
    files = slices()
    space = Space(files)
    places = space.placed([(0, 0), (6, 2), (9, -1)]).places
    seen = track(places, 0.7, (0.0, 0.0, -1.0))
    one = kept_path("p", placed_path(space.space, space.series, places, seen))
    drawn = Sheet((replace(one, author=VET, created="2026-11-24T12:00:00+00:00", changed="x"),))
    app = App.open(home)
    app.import_paths(list(files.values()))
    (row,) = app.library.search("")
    app.keep_sheet(row.study_uid, Sheet(), drawn)
    assert app.standard_files.write(row.study_uid) == 0, "others have no place for it"
    app.close()
    home.database.unlink()
    rebuild(home, ignore, CancelToken())
    again = App.open(home)
    try:
        assert again.sheet(row.study_uid) == drawn
    finally:
        again.close()
