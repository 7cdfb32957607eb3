"""The door as a whole: many files for one animal, filed, found, told twice, interrupted."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pydicom import dcmread

from tests.store.intake.foreign.clips import clip
from tests.store.intake.foreign.files import (
    FLUFFY,
    corners,
    exif,
    faults,
    jpeg_bytes,
    one,
    ramp,
    subject,
)
from tests.store.intake.foreign.test_documents import pdf
from vetpacs_desktop.errors import Cancelled, UsageError
from vetpacs_desktop.jobs import CancelToken, Progress
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.header import read_header
from vetpacs_desktop.store.intake.foreign.conversion import convert
from vetpacs_desktop.store.intake.foreign.original import OriginalLost, original_of, restore
from vetpacs_desktop.store.intake.foreign.subject import Kind, Subject
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.reading.checks import check_file
from vetpacs_desktop.store.records import Arrival, Outcome, StudyUID


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """One of each kind."""
    folder = tmp_path / "from the phone"
    folder.mkdir()
    (folder / "IMG_3.jpg").write_bytes(jpeg_bytes(corners(), exif=exif(model="D5")))
    (folder / "IMG_4.jpg").write_bytes(jpeg_bytes(corners(), exif=exif(model="D5", orientation=6)))
    Image.fromarray(corners()).save(folder / "5.png")
    Image.fromarray(corners()[::-1]).save(folder / "6.bmp")
    Image.fromarray(ramp()).save(folder / "7.tif")
    Image.fromarray(corners()).save(
        folder / "8.tif", save_all=True, append_images=[Image.fromarray(corners())]
    )
    (folder / "9.pdf").write_bytes(pdf())
    clip(folder / "10.mp4")
    clip(folder / "11.avi", codec="mjpeg", container="avi", pixels="yuvj420p")
    return sorted(folder.iterdir())


@pytest.mark.parametrize("body_part", ["", "Abdomen", "Skull", "Tail", "Hip joint", "some odd ünknown pärt"])
@pytest.mark.parametrize("laterality", ["", "R"])
def test_part_and_side_are_valid_in_every_kind(tmp_path: Path, body_part: str, laterality: str) -> None:
    Image.fromarray(corners()).save(tmp_path / "a.png")
    said = subject(body_part=body_part, laterality=laterality)
    made = one_with(tmp_path / "a.png", said, tmp_path / "out")
    assert not faults(made)
    assert read_header(made).series.laterality == laterality


@pytest.mark.parametrize("kind", Kind)
def test_everything_of_every_kind_is_valid(tmp_path: Path, files: list[Path], kind: Kind) -> None:
    result = convert(
        files, subject(kind, body_part="Eye", laterality="L", operator="Vet, Ann"), tmp_path / "out"
    )
    assert not result.refused
    assert [made.source for made in result.converted] == files
    for made in result.converted:
        assert not faults(made.path), made.source.name
        assert check_file(made.path).finding is None


def test_the_results_are_filed_found_and_give_their_originals_back(
    tmp_path: Path, home: Home, files: list[Path]
) -> None:
    result = convert(files, subject(accession="A17"), tmp_path / "out")
    library = Library.open(home)
    try:
        now = datetime.now(UTC)
        filed = library.file([Arrival(made.path, "phone", now) for made in result.converted])
        assert {one.outcome for one in filed} == {Outcome.STORED}
        (row,) = library.search("fluffy owner:smith modality:XC date:2026-03-12")
        assert (row.animal_name, row.owner_name, row.instance_count) == ("Fluffy", "Smith, Anna", 9)
        assert row.description == "Skin check"
        assert row.accession_number == "A17"
        by_uid = {made.sop_uid: made.source for made in result.converted}
        for instance in library.instances(study_uid=row.study_uid):
            restore(instance.path, tmp_path / "back")
            assert (tmp_path / "back").read_bytes() == by_uid[instance.sop_uid].read_bytes()
        again = convert(files, subject(accession="A17"), tmp_path / "again")
        filed = library.file([Arrival(made.path, "phone", now) for made in again.converted])
        assert {one.outcome for one in filed} == {Outcome.DUPLICATE}
    finally:
        library.close()


def test_stills_of_one_camera_share_a_series_and_loops_have_their_own(
    tmp_path: Path, files: list[Path]
) -> None:
    result = convert(files, subject(), tmp_path / "out")
    series = {made.source.name: dcmread(made.path).SeriesInstanceUID for made in result.converted}
    assert series["IMG_3.jpg"] == series["IMG_4.jpg"]
    assert series["5.png"] == series["6.bmp"]
    assert len({series[name] for name in ("IMG_3.jpg", "5.png", "8.tif", "9.pdf", "10.mp4", "11.avi")}) == 6
    assert len({dcmread(made.path).StudyInstanceUID for made in result.converted}) == 1


def test_the_company_a_file_comes_in_changes_nothing(tmp_path: Path, files: list[Path]) -> None:
    together = {made.source: made.path for made in convert(files, subject(), tmp_path / "all").converted}
    for file in files[::-1]:
        assert one(file, tmp_path / "alone").read_bytes() == together[file].read_bytes()


def test_the_animal_is_read_back_as_it_was_said(tmp_path: Path) -> None:
    file = tmp_path / "a.png"
    Image.fromarray(corners()).save(file)
    said = subject(
        study_uid=StudyUID("1.2.3"), study_id="S1", referring="Lindqvist, Åsa", institution="Klinik"
    )
    header = read_header(one_with(file, said, tmp_path / "out"))
    assert replace(header.patient, also_known=()) == FLUFFY
    assert header.study.study_uid == "1.2.3"
    assert (header.study.referring, header.study.institution) == ("Lindqvist, Åsa", "Klinik")
    assert header.study.study_date == "2026-03-12"
    assert header.study.study_time == "09:30:00"


def one_with(file: Path, said: Subject, folder: Path) -> Path:
    (made,) = convert([file], said, folder).converted
    return made.path


def test_the_same_bytes_are_taken_once(tmp_path: Path) -> None:
    for name in ("a.png", "copy of a.png"):
        Image.fromarray(corners()).save(tmp_path / name)
    result = convert([tmp_path / "a.png", tmp_path / "copy of a.png"], subject(), tmp_path / "out")
    assert len(result.converted) == 1
    ((path, words),) = result.refused
    assert path.name == "copy of a.png"
    assert "a.png, which was taken already" in words


def test_a_bad_file_does_not_stop_the_good_ones(tmp_path: Path) -> None:
    Image.fromarray(corners()).save(tmp_path / "good.png")
    (tmp_path / "bad.png").write_bytes((tmp_path / "good.png").read_bytes()[:60])
    seen: list[Progress] = []
    result = convert([tmp_path / "bad.png", tmp_path / "good.png"], subject(), tmp_path / "out", seen.append)
    assert [made.source.name for made in result.converted] == ["good.png"]
    assert [path.name for path, _ in result.refused] == ["bad.png"]
    assert [step.done for step in seen] == [0, 1, 2]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="an administrator may read everything")
def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.png").touch(mode=0)
    ((_, words),) = convert([tmp_path / "mine.png"], subject(), tmp_path / "out").refused
    assert "permissions" in words


def test_cancelling_leaves_whole_files_only(tmp_path: Path) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (3000, 3000, 3), np.uint8)
    names = [tmp_path / "1.bmp", tmp_path / "2.bmp"]
    for place, name in enumerate(names):
        Image.fromarray(pixels + place).save(name)
    token = CancelToken()

    def stop(step: Progress) -> None:
        if step.done == 1:
            token.cancel()

    with pytest.raises(Cancelled):
        convert(names, subject(), tmp_path / "out", stop, token)
    (left,) = (tmp_path / "out").iterdir()
    assert check_file(left).finding is None


def test_a_damaged_original_is_never_handed_out(tmp_path: Path) -> None:
    Image.fromarray(corners()).save(tmp_path / "a.png")
    made = one(tmp_path / "a.png", tmp_path / "out")
    data = bytearray(made.read_bytes())
    data[-50] ^= 1
    made.write_bytes(data)
    with pytest.raises(OriginalLost):
        restore(made, tmp_path / "back.png")
    assert not (tmp_path / "back.png").exists()


def test_an_image_that_came_as_dicom_has_no_original(tmp_path: Path) -> None:
    from tests.helpers.small_files import picture, write

    path = write(picture(), tmp_path / "a.dcm")
    assert original_of(path) is None
    with pytest.raises(OriginalLost, match="not made from another file"):
        restore(path, tmp_path / "back")


def test_odd_file_names_are_kept(tmp_path: Path) -> None:
    name = "Bällo \N{DOG FACE} ohne Ende " + "x" * 80 + ".png"
    Image.fromarray(corners()).save(tmp_path / name)
    made = one(tmp_path / name, tmp_path / "out")
    found = original_of(made)
    assert found is not None
    assert found.name == name
    assert not faults(made)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has names that are no text")
def test_a_name_that_is_no_text_does_no_harm(tmp_path: Path) -> None:
    odd = tmp_path / os.fsdecode(b"caf\xe9 1.png")
    Image.fromarray(corners()).save(tmp_path / "a.png")
    (tmp_path / "a.png").rename(odd)
    assert not faults(one(odd, tmp_path / "out"))


@pytest.mark.parametrize(
    "wrong",
    [{"date": "12.3.2026"}, {"date": "2026-02-30"}, {"time": "25:00"}, {"study_uid": StudyUID("x")},
     {"accession": "1" * 17}, {"laterality": "left"}],
)  # fmt: skip
def test_what_no_header_can_hold_is_said_at_once(wrong: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        subject(**wrong)
