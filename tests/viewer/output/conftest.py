"""Exams of small made-up images, and a painter that draws without a window."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.viewer.render.files import image_file, ramp
from vetpacs_desktop.jobs import CancelToken
from vetpacs_desktop.viewer.annotations import Sheet
from vetpacs_desktop.viewer.describe import read_description
from vetpacs_desktop.viewer.exam import Exam, ExamSeries
from vetpacs_desktop.viewer.labels import label_of
from vetpacs_desktop.viewer.output.shots import Album, Reel, Shot, all_stacks, units
from vetpacs_desktop.viewer.render.canvas import Canvas


def album_of(*series: list[Path], sheet: Sheet | None = None, clinic: str = "Tierklinik Süd") -> Album:
    """An exam of these files, a list a series."""
    made = []
    for n, paths in enumerate(series, 1):
        described = [read_description(path) for path in paths]
        made.append(
            ExamSeries(
                described[0].series_uid,
                described[0].modality,
                n,
                f"Series {n}",
                tuple(paths),
                sum(one.number_of_frames for one in described),
                sop_uids=tuple(one.sop_uid for one in described),
            )
        )
    exam = Exam("1.2", "Bella", "Smith", "Dog", "", "", "", "7", "20260704", "", "Thorax", "", tuple(made))
    return Album(exam, label_of(exam, clinic), sheet or Sheet())


def shots_of(album: Album) -> list[Shot]:
    """Every picture."""
    stacks = all_stacks(album.exam, {}, CancelToken())
    return [shot for unit, stack in units(stacks) for shot in album.shots(unit, stack)]


def reels_of(album: Album) -> list[Reel]:
    """Every stack."""
    return [album.reel(unit, stack) for unit, stack in units(all_stacks(album.exam, {}, CancelToken()))]


def ct(folder: Path, count: int = 5, **tags: object) -> list[Path]:
    """Slices that get brighter, half a millimetre a pixel."""
    return [
        image_file(
            folder,
            np.full((40, 60), 100 * n, np.int16),
            Modality="CT",
            SOPClassUID="1.2.840.10008.5.1.4.1.1.2",
            ImageOrientationPatient=[1, 0, 0, 0, 1, 0],
            ImagePositionPatient=[0, 0, n],
            PixelSpacing=[0.5, 0.5],
            InstanceNumber=n + 1,
            WindowCenter=250,
            WindowWidth=500,
            **tags,
        )
        for n in range(count)
    ]


def cine(folder: Path, frames: int = 12, milliseconds: str = "40", rows: int = 30, columns: int = 50) -> Path:
    """A colour cine whose frames get brighter."""
    values = np.zeros((frames * rows, columns, 3), np.uint8)
    for n in range(frames):
        values[n * rows : (n + 1) * rows] = 20 * n
    return image_file(
        folder,
        values,
        Modality="US",
        SOPClassUID="1.2.840.10008.5.1.4.1.1.3.1",
        Rows=rows,
        NumberOfFrames=frames,
        FrameTime=milliseconds,
    )


def radiograph(folder: Path) -> Path:
    """Different in every pixel."""
    return image_file(folder, ramp(300, 400), Modality="DX", WindowCenter=0, WindowWidth=2000)


@pytest.fixture
def canvas() -> Iterator[Canvas]:
    made = Canvas()
    yield made
    made.close()
