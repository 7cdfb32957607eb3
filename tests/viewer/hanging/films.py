"""Radiographs of small made-up animals, one file each, with the words that machines write."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.viewer.render.files import image_file
from vetpacs_desktop.viewer.describe import read_description
from vetpacs_desktop.viewer.exam import Exam, ExamSeries

DX = "1.2.840.10008.5.1.4.1.1.1.1"


def quarters() -> NDArray[np.uint16]:
    """Each quarter has a grey of its own, so that every turn of the picture looks different.

    Upper left 100, upper right 200, lower left 300, lower right 400.
    """
    values = np.zeros((60, 80), np.uint16)
    values[:30, :40], values[:30, 40:], values[30:, :40], values[30:, 40:] = 100, 200, 300, 400
    return values


def film(folder: Path, uid: str = "1.2.3.4", **tags: Any) -> Path:
    """One radiograph with a full range of greys and no scale."""
    folder.mkdir(parents=True, exist_ok=True)
    usual = {"Modality": "DX", "SOPClassUID": DX, "WindowCenter": 250, "WindowWidth": 500}
    return image_file(folder, quarters(), SeriesInstanceUID=uid, **{**usual, **tags})


def series_of(*paths: Path) -> ExamSeries:
    """As the index knows it: fields of the first file, no codes."""
    described = [read_description(path) for path in paths]
    first = described[0]
    return ExamSeries(
        series_uid=first.series_uid,
        modality=first.modality,
        number=first.series_number,
        description=first.series_description,
        paths=tuple(paths),
        frame_count=len(paths),
        body_part=first.body_part if first.body_part.isupper() else "",
        laterality=first.laterality,
        view_position=first.view_position if first.view_position.isupper() else "",
        sop_uids=tuple(one.sop_uid for one in described),
    )


def exam_of(*series: ExamSeries, species: str = "Dog", description: str = "", uid: str = "1.2.3") -> Exam:
    return Exam(
        study_uid=uid,
        animal_name="Bella",
        owner_name="Smith",
        species=species,
        breed="",
        sex="",
        age="",
        patient_id="7",
        study_date="20260704",
        study_time="142530",
        description=description,
        institution="",
        series=series,
    )


def films(folder: Path, *rows: dict[str, Any]) -> tuple[ExamSeries, ...]:
    """A series each."""
    return tuple(series_of(film(folder, f"1.2.3.{n}", **row)) for n, row in enumerate(rows, 1))
