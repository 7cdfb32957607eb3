"""Images made here reach the library like any import: all of a batch, or none."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.uid import generate_uid

from tests.viewer.standard.drawn import pydicom_file
from vetpacs_desktop.app import App
from vetpacs_desktop.derived_images import DerivedImages, NotKept
from vetpacs_desktop.errors import Cancelled
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.records import StudyUID

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


def copies(count: int, series: str) -> Iterator[Dataset]:
    for number in range(count):
        image = dcmread(PICTURE)
        image.SeriesInstanceUID = series
        image.SOPInstanceUID = image.file_meta.MediaStorageSOPInstanceUID = generate_uid()
        image.SeriesDescription, image.InstanceNumber = "Made here", number + 1
        yield image


def test_new_images_are_a_series_of_the_exam(app: App, study: StudyUID) -> None:
    app.library.mark_seen(study)
    exam = app.keep_images(study, copies(3, generate_uid()))
    made = next(one for one in exam.series if one.description == "Made here")
    assert len(made.paths) == 3
    assert all(path.is_relative_to(app.home.root) for path in made.paths)
    assert app.library.study(study).seen, "nothing came that the reader has not seen"
    assert not list(app.home.run.glob("made-*"))


def test_a_batch_that_was_stopped_leaves_nothing(app: App, study: StudyUID) -> None:
    def stopped() -> Iterator[Dataset]:
        yield from copies(2, generate_uid())
        raise Cancelled()

    with pytest.raises(Cancelled):
        DerivedImages(app.library, app.home).keep(study, stopped())
    assert len(app.library.series(study)) == 1
    assert not list(app.home.run.glob("made-*"))


def test_what_is_there_already_is_not_taken_for_new(app: App, study: StudyUID) -> None:
    with pytest.raises(NotKept):
        DerivedImages(app.library, app.home).keep(study, [dcmread(PICTURE)])
    assert len(app.library.series(study)) == 1


def test_images_made_here_go_into_the_trash_and_come_back(app: App, study: StudyUID) -> None:
    series = generate_uid()
    exam = app.keep_images(study, copies(2, series))
    made = next(one for one in exam.series if one.series_uid == series)
    without, entry = app.put_images_away(study, made.sop_uids[:1])
    left = next(one for one in without.series if one.series_uid == series)
    assert left.sop_uids == made.sop_uids[1:]
    assert [one.id for one in app.library.trash.entries()] == [entry]
    again = app.bring_images_back(study, entry)
    back = next(one for one in again.series if one.series_uid == series)
    assert set(back.sop_uids) == set(made.sop_uids)
    assert app.library.trash.entries() == []
