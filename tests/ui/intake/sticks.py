"""Sticks, discs and archives as clinics get them: folders that stand for mounts, zip files, disc images."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pycdlib
from PIL import Image

from tests.ui.exams import write_exam
from vetpacs_desktop.store.intake.sources.mounts import Medium, MediumKind
from vetpacs_desktop.store.records import StudyUID


@dataclass
class Stick:
    """What is on it."""

    folder: Path
    exams: list[StudyUID] = field(default_factory=list)

    @property
    def medium(self) -> Medium:
        """As the system would list it."""
        return Medium(self.folder, self.folder.name, MediumKind.STICK, f"serial of {self.folder.name}")


def make_stick(folder: Path, *animals: tuple[str, str], images: int = 3) -> Stick:
    """One exam for each (animal, owner), a photo, a letter and a broken image."""
    stick = Stick(folder)
    for animal, owner in animals or (("Rex", "Smith"), ("Mimi", "García")):
        uid, _ = write_exam(folder / "DICOM" / animal, animal, owner, images=images)
        stick.exams.append(uid)
    broken = folder / "DICOM" / "BROKEN"
    broken.write_bytes(next((folder / "DICOM").rglob("*.dcm")).read_bytes()[:700])
    return stick


def photo(path: Path, *, colour: int = 90) -> Path:
    """A JPEG picture as a phone makes them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.full((60, 80, 3), colour, np.uint8)
    pixels[20:40, 30:50] = (200, 30, 30)
    Image.fromarray(pixels).save(path, "JPEG")
    return path


def letter(path: Path) -> Path:
    """A PDF document of one page."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (120, 160), "white").save(path, "PDF")
    return path


def zipped(folder: Path, path: Path) -> Path:
    """Everything below `folder` in a zip file."""
    with zipfile.ZipFile(path, "w") as archive:
        for one in sorted(folder.rglob("*")):
            if one.is_file():
                archive.write(one, one.relative_to(folder))
    return path


def burnt(folder: Path, path: Path) -> Path:
    """The exams below `folder` as the image of a disc, with the short names that discs have."""
    disc = pycdlib.PyCdlib()
    disc.new(interchange_level=1, vol_ident="CT_DISC")
    disc.add_directory("/DICOM")
    for number, one in enumerate(sorted(folder.rglob("*.dcm"))):
        disc.add_file(str(one), f"/DICOM/IM{number:04}.;1")
    disc.write(str(path))
    disc.close()
    return path
