"""The images that documents speak of: their headers, what they say of themselves, and their values.

Owns which pictures a DICOM document can point at: files with frames, no pages of documents. Holds the values
of one picture at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from pydicom.dataset import Dataset

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.viewer.annotations import Annotation, ImageRef, Sheet
from vetpacs_desktop.viewer.description import ImageDescription, Medium, Window
from vetpacs_desktop.viewer.elements import UNREADABLE
from vetpacs_desktop.viewer.figures import Line
from vetpacs_desktop.viewer.header import read_header
from vetpacs_desktop.viewer.measure.image import MeasuredImage
from vetpacs_desktop.viewer.measure.measured import Measured
from vetpacs_desktop.viewer.measure.veterinary.guides import GUIDES
from vetpacs_desktop.viewer.measuring import calibration_of, line_of, measure
from vetpacs_desktop.viewer.pixels.voi import useful_window, window_presets

T = TypeVar("T")
_BY_STORED_VALUES = frozenset(("PT", "MR"))
"""Modalities whose windows are looked at against the pixels before they are believed."""


@dataclass(frozen=True, eq=False, slots=True)
class Source:
    """One image file."""

    description: ImageDescription
    header: Dataset

    @property
    def colour(self) -> bool:
        """Whether it is seen in colour: no window changes it."""
        return self.description.samples_per_pixel > 1 or self.description.photometric == "PALETTE COLOR"

    def frame_number(self, frame: int) -> int | None:
        """The number of a frame as DICOM counts, from 1; None where an image has a single one."""
        return frame + 1 if self.description.number_of_frames > 1 else None

    def evidence(self) -> Dataset:
        """As little of the image as highdicom needs to point at it: `subject.carry` does the rest."""
        made = Dataset()
        says = self.description
        made.SOPClassUID, made.SOPInstanceUID = says.sop_class_uid, says.sop_uid
        made.StudyInstanceUID, made.SeriesInstanceUID = says.study_uid, says.series_uid
        made.Rows, made.Columns = says.rows, says.columns
        made.SamplesPerPixel = says.samples_per_pixel
        if says.number_of_frames > 1:
            made.NumberOfFrames = says.number_of_frames
        for keyword in ("PatientID", "PatientName", "PatientBirthDate", "PatientSex", "AccessionNumber"):
            setattr(made, keyword, "")
        for keyword in ("StudyID", "StudyDate", "StudyTime", "ReferringPhysicianName"):
            setattr(made, keyword, "")
        return made


class Sources:
    """The images of one exam by their UIDs, opened when they are asked for."""

    def __init__(self, paths: Mapping[str, Path], sheet: Sheet) -> None:
        self._paths = paths
        self._sheet = sheet
        self._found: dict[str, Source | None] = {}
        self._picture: tuple[ImageRef, MeasuredImage] | None = None

    @property
    def known(self) -> tuple[str, ...]:
        """The images that may be at hand."""
        return tuple(self._paths)

    def get(self, sop_uid: str) -> Source | None:
        """An image; None for what is not at hand, can't be read, or is a page of a document."""
        if sop_uid not in self._found:
            path = self._paths.get(sop_uid)
            self._found[sop_uid] = None if path is None else _opened(path)
        return self._found[sop_uid]

    def measured(self, one: Annotation) -> Measured:
        """What an annotation measures; without a value, and with the reason, where it measures nothing."""
        return self._guarded(one.image, lambda image: measure(one, image)) or Measured(None)

    def constructed(self, one: Annotation) -> tuple[Line, ...]:
        """The lines that a guide draws; none for other tools."""
        guide = GUIDES.get(one.tool)
        if guide is None:
            return ()
        found = self._guarded(one.image, lambda image: guide.sketch(one.points, image).marks)
        return tuple(line_of(mark) for mark in found or ())

    def window(self, ref: ImageRef) -> Window | None:
        """The window in which the viewer shows a picture at first; None for colour and unreadable pixels."""
        source = self.get(ref.sop_uid)
        if source is None or source.colour:
            return None
        own = window_presets(source.description, ref.frame)
        if own and source.description.modality not in _BY_STORED_VALUES:
            return own[0]
        return self._guarded(ref, _first_window)

    def _guarded(self, ref: ImageRef, ask: Callable[[MeasuredImage], T]) -> T | None:
        try:
            image = self._image(ref)
            return None if image is None else ask(image)
        except KnownError:
            return None

    def _image(self, ref: ImageRef) -> MeasuredImage | None:
        if self._picture is not None and self._picture[0] == ref:
            return self._picture[1]
        path = self._paths.get(ref.sop_uid)
        if path is None:
            return None
        image = MeasuredImage.of_file(path, ref.frame)
        drawn = self._sheet.calibration(ref.sop_uid)
        if drawn is not None:
            image = replace(image, calibration=calibration_of(drawn, image))
        self._picture = ref, image
        return image


def _first_window(image: MeasuredImage) -> Window:
    pixels = image.pixels
    return useful_window(image.description, image.frame, pixels.values, pixels.left_out)


def _opened(path: Path) -> Source | None:
    from vetpacs_desktop.viewer.describe import read_description

    try:
        description = read_description(path)
        with path.open("rb") as stream:
            header = read_header(stream, force=True)
    except (KnownError, *UNREADABLE):
        return None
    if not description.has_pixels or description.medium is Medium.DOCUMENT:
        return None
    return Source(description, header)
