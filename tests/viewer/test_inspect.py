"""`inspect` tells support how the program understands files, in the words of the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.helpers.corpus import corpus, images
from tests.helpers.headers import CORONAL, DX, file_of, header
from tests.viewer.render.files import image_file
from tests.viewer.test_describe import PYDICOM, sample
from vetpacs_desktop.errors import PathMissing
from vetpacs_desktop.viewer.inspect import inspection

SERIES_KEYS = {"series_uid", "modality", "geometry", "images"}
GEOMETRY_KEYS = {"kind", "regular", "spacing", "tilt_degrees", "gaps_mm", "missing", "reason"}
IMAGE_KEYS = {
    *("sop_uid", "path", "rows", "columns", "frames", "transfer_syntax", "photometric", "units"),
    *("scale", "windows", "regions"),
}


def told(*paths: Path) -> dict[str, Any]:
    """The document, after a way through strict JSON."""
    document: dict[str, Any] = json.loads(json.dumps(inspection(paths).to_json(), allow_nan=False))
    assert document.keys() == {"series", "problems"}
    for series in document["series"]:
        assert series.keys() == SERIES_KEYS
        assert series["geometry"].keys() == GEOMETRY_KEYS
        assert series["geometry"]["kind"] in ("volume", "cine", "single", "mixed")
        for image in series["images"]:
            assert image.keys() == IMAGE_KEYS
            assert image["scale"].keys() == {"row_mm", "column_mm", "basis"}
    return document


def geometry(*paths: Path) -> dict[str, Any]:
    (series,) = told(*paths)["series"]
    found: dict[str, Any] = series["geometry"]
    return found


def write(folder: Path, number: int, **values: Any) -> Path:
    path = folder / f"{number:03d}.dcm"
    dataset = header(number=number, PixelData=bytes(48), **values)
    dataset["PixelData"].VR = "OW"
    path.write_bytes(file_of(dataset))
    return path


def written(folder: Path, places: list[float], **values: Any) -> Iterator[Path]:
    for number, place in enumerate(places, 1):
        yield write(
            folder,
            number,
            ImagePositionPatient=[0, 0, place],
            ImageOrientationPatient=[1, 0, 0, 0, 1, 0],
            PixelSpacing=[0.5, 0.25],
            **values,
        )


def test_a_real_series_with_its_directory_object() -> None:
    document = told(corpus("ct-thin"))
    (series,) = document["series"]
    assert series["modality"] == "CT"
    assert series["geometry"] == {
        "kind": "volume",
        "regular": True,
        "spacing": [1.0, 0.451171875, 0.451171875],
        "tilt_degrees": 0.0,
        "gaps_mm": [1.0] * 139,
        "missing": [],
        "reason": "140 parallel slices, 1 mm apart",
    }
    first = series["images"][0]
    assert (first["rows"], first["columns"], first["frames"], first["units"]) == (512, 512, 1, "HU")
    assert first["transfer_syntax"] == "1.2.840.10008.1.2.1"
    assert first["scale"] == {"row_mm": 0.451171875, "column_mm": 0.451171875, "basis": "physical"}
    assert first["windows"] == [{"center": 40.0, "width": 80.0, "function": "LINEAR", "label": ""}]
    assert len(series["images"]) == 140
    (problem,) = document["problems"]
    assert "DIRFILE" in problem
    assert "contents of a disc" in problem


@pytest.mark.parametrize(
    ("name", "regular", "tilt", "slice_mm"),
    [
        ("ct-tilted", True, 18.5, 2.3708),
        ("ct-variable-gap", False, 18.5, 4.0019),
        ("mr-prone", True, 0, 4.8),
        ("mr-classic", True, 0, 2.2),
        ("mr-enhanced", True, 0, 2.2),
        ("mr-jpeg2000", True, 0, 2.0),
        ("mr-jpeg-lossless", True, 0, 2.0),
    ],
)
def test_the_geometry_of_real_series(name: str, regular: bool, tilt: float, slice_mm: float) -> None:
    found = geometry(*images(name))
    assert found["kind"] == "volume"
    assert found["regular"] is regular
    assert abs(found["tilt_degrees"]) == pytest.approx(tilt, abs=0.01)
    assert found["spacing"][0] == pytest.approx(slice_mm, abs=1e-4)


@pytest.mark.filterwarnings("ignore::UserWarning:pydicom")
@pytest.mark.parametrize("folder", PYDICOM, ids=["pydicom", "pydicom-data"])
def test_all_samples_of_pydicom_are_told_in_finite_numbers(folder: Path) -> None:
    document = told(folder)
    assert document["series"]
    assert all(problem.endswith(".") for problem in document["problems"])


def test_an_ultrasound_film_with_its_region() -> None:
    document = told(sample("examples_ybr_color.dcm"))
    (series,) = document["series"]
    assert series["geometry"]["kind"] == "cine"
    assert series["geometry"]["spacing"][0] is None
    (image,) = series["images"]
    assert image["frames"] == 30
    assert image["scale"]["basis"] == "region"
    assert (image["regions"][0]["units_x"], image["regions"][0]["x0"]) == ("cm", 84)


def test_a_missing_slice_is_named(tmp_path: Path) -> None:
    found = geometry(*written(tmp_path, [0, 2, 4, 8, 10]))
    assert (found["missing"], found["regular"], found["kind"]) == ([4], False, "volume")
    assert found["spacing"] == [2.0, 0.5, 0.25]
    assert "number 4" in found["reason"]


def test_a_scout_beside_a_volume_leaves_it_a_volume(tmp_path: Path) -> None:
    paths = [*written(tmp_path, [0, 2, 4, 6])]
    paths.append(write(tmp_path, 9, ImagePositionPatient=[0, 0, 0], ImageOrientationPatient=list(CORONAL)))
    found = geometry(*paths)
    assert (found["kind"], found["regular"], found["spacing"][0]) == ("volume", True, 2.0)
    assert "dorsal" in found["reason"]


def test_volumes_of_several_planes_are_mixed(tmp_path: Path) -> None:
    paths = [*written(tmp_path, [0, 2, 4])]
    paths += [
        write(tmp_path, 10 + i, ImagePositionPatient=[0, 5.0 * i, 0], ImageOrientationPatient=list(CORONAL))
        for i in range(3)
    ]
    assert geometry(*paths)["kind"] == "mixed"


def test_radiographs_are_single_images_with_their_basis(tmp_path: Path) -> None:
    values = {"modality": "DX", "sop_class": DX, "ImagerPixelSpacing": [0.2, 0.1]}
    document = told(write(tmp_path, 1, **values), write(tmp_path, 2, **values))
    (series,) = document["series"]
    assert series["geometry"]["kind"] == "single"
    assert series["geometry"]["reason"] == "2 images, each for itself"
    assert series["images"][0]["scale"] == {"row_mm": 0.2, "column_mm": 0.1, "basis": "detector"}
    assert document["problems"] == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("ct-tilted", "tilted by 18.5 degrees: shown upright"),
        ("ct-variable-gap", "blended at their true places"),
    ],
)
def test_what_is_corrected_for_other_planes_is_said(name: str, words: str) -> None:
    document = inspection(images(name)).to_json()
    assert any(words in problem for problem in document["problems"])


def test_a_stack_that_can_be_no_volume_says_why(tmp_path: Path) -> None:
    for n in range(6):
        side = 4.0 if n == 3 else 0.0
        image_file(
            tmp_path,
            np.zeros((4, 4), np.int16),
            Modality="CT",
            ImageOrientationPatient=[1, 0, 0, 0, 1, 0],
            ImagePositionPatient=[side, 0, 2.0 * n],
            PixelSpacing=[1, 1],
            InstanceNumber=n + 1,
        )
    document = inspection([tmp_path]).to_json()
    assert any(
        "can't be cut in other planes: some slices are displaced" in one for one in document["problems"]
    )


def test_files_that_are_no_images_are_problems_beside_the_good_ones(tmp_path: Path) -> None:
    good = write(tmp_path, 1)
    (tmp_path / "notes.txt").write_text("call the owner")
    (tmp_path / "empty.dcm").write_bytes(b"")
    (tmp_path / "header.dcm").write_bytes(file_of(header(number=2)))
    document = told(tmp_path)
    assert {image["path"] for image in document["series"][0]["images"]} == {
        str(good),
        str(tmp_path / "header.dcm"),
    }
    problems = "\n".join(document["problems"])
    assert "notes.txt holds no picture: it is not a DICOM file." in problems
    assert "empty.dcm holds no picture: the file is empty." in problems
    assert "header.dcm: The file has no pixels" in problems
    assert len(document["problems"]) == 3


def test_a_path_that_does_not_exist_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(PathMissing, match="gone"):
        inspection([tmp_path / "gone"])


def test_a_file_named_twice_is_told_once(tmp_path: Path) -> None:
    path = write(tmp_path, 1)
    assert len(told(path, path, tmp_path)["series"][0]["images"]) == 1
