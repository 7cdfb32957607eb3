"""DX and intra-oral objects for finished radiographs (PS3.3 A.26, A.28), for presentation.

Takes a picture between 0 and 1 and says how it was taken; draws nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence as Items

from vetpacs_desktop.examples.anatomy import Shot
from vetpacs_desktop.examples.cast import Code, Exam
from vetpacs_desktop.examples.dicom import DX_CLASS, IO_CLASS, Group, code_items, image_header, set_pixels
from vetpacs_desktop.examples.exposure import stored
from vetpacs_desktop.examples.texture import Floats

LEFT_RIGHT_LATERAL = Code("399198007", "Left-Right Lateral")
"""The beam enters left and leaves right: a right lateral picture."""
RIGHT_LEFT_LATERAL = Code("399173006", "Right-Left Lateral")
VENTRODORSAL = Code("442441009", "Ventro-Dorsal")
LATEROMEDIAL = Code("399352003", "Lateromedial")


@dataclass(frozen=True, slots=True)
class Projection:
    """How one radiograph was taken."""

    key: str
    description: str
    view: Code
    view_position: str
    orientation: tuple[str, str]
    """PatientOrientation of rows and columns, quadruped letters."""
    region: Code
    body_part: str
    laterality: str
    """ImageLaterality: R, L, U (unpaired) or B."""
    shot: Shot
    pitch: float
    kilovolts: float
    exposure_mas: float
    bits: int = 14
    inverted: bool = False
    """True: stored as MONOCHROME1."""


def radiograph(seed: int, exam: Exam, number: int, how: Projection, picture: Floats) -> Dataset:
    """A DX object of `picture` in a series of its own: one view, one series."""
    group = Group(how.key, number, "DX", how.description, how.body_part, "DR-ROOM-1", "Analytic DR 17x14")
    ds = image_header(seed, exam, group, DX_CLASS, 1, _later(exam.time, number * 75))
    _detector(ds, how)
    ds.ViewPosition = how.view_position
    ds.ViewCodeSequence = code_items(how.view)
    ds.ViewCodeSequence[0].ViewModifierCodeSequence = Items([])
    ds.AnatomicRegionSequence = code_items(how.region)
    ds.DetectorType, ds.DetectorConfiguration = "DIRECT", "AREA"
    ds.Grid, ds.PositionerType = "RECIPROCATING", "NONE"
    _picture(ds, how, picture)
    return ds


def intraoral(seed: int, exam: Exam, number: int, how: Projection, picture: Floats) -> Dataset:
    """An intra-oral object of `picture`."""
    group = Group(how.key, number, "IO", how.description, how.body_part, "DENTAL-1", "Analytic sensor 2")
    ds = image_header(seed, exam, group, IO_CLASS, 1, _later(exam.time, number * 40))
    _detector(ds, how)
    ds.DetectorType = "DIRECT"
    ds.PositionerType = "NONE"
    ds.AnatomicRegionSequence = code_items(how.region)
    ds.AnatomicRegionSequence[0].AnatomicRegionModifierSequence = code_items(
        Code("699508001", "Second premolar region")
    )
    _picture(ds, how, picture)
    return ds


def _detector(ds: Dataset, how: Projection) -> None:
    ds.ImageType = ["ORIGINAL", "PRIMARY", ""]
    ds.PresentationIntentType = "FOR PRESENTATION"
    ds.ImageLaterality = how.laterality
    ds.PatientOrientation = list(how.orientation)
    ds.KVP, ds.ExposureTime = f"{how.kilovolts:g}", "20"
    ds.XRayTubeCurrent, ds.Exposure = round(how.exposure_mas * 50), max(1, round(how.exposure_mas))
    ds.ExposureInuAs = round(how.exposure_mas * 1000)
    ds.DistanceSourceToDetector = f"{how.shot.source_to_detector:g}"
    ds.DistanceSourceToPatient = f"{how.shot.source_to_object:g}"
    ds.EstimatedRadiographicMagnificationFactor = f"{how.shot.magnification:.6f}"
    ds.ImagerPixelSpacing = [f"{how.pitch:g}"] * 2
    ds.AcquisitionContextSequence = Items([])
    ds.BurnedInAnnotation = "NO"
    ds.LossyImageCompression = "00"


def _picture(ds: Dataset, how: Projection, picture: Floats) -> None:
    photometric = "MONOCHROME1" if how.inverted else "MONOCHROME2"
    set_pixels(ds, stored(picture, how.bits, inverted=how.inverted), how.bits, photometric)
    ds.PixelIntensityRelationship, ds.PixelIntensityRelationshipSign = "LOG", -1 if how.inverted else 1
    ds.RescaleIntercept, ds.RescaleSlope, ds.RescaleType = "0", "1", "US"
    ds.PresentationLUTShape = "INVERSE" if how.inverted else "IDENTITY"
    top = 2**how.bits
    middle = [0.5, 0.42, 0.58]
    width = [1.0, 0.62, 0.66]
    ds.WindowCenter = [str(round(top * (1 - m if how.inverted else m))) for m in middle]
    ds.WindowWidth = [str(round(top * w)) for w in width]
    ds.WindowCenterWidthExplanation = [
        "Normal",
        "Lungs" if how.body_part == "CHEST" else "Soft tissue",
        "Bones",
    ]


def _later(time: str, seconds: int) -> str:
    total = int(time[:2]) * 3600 + int(time[2:4]) * 60 + int(time[4:6]) + seconds
    return f"{total // 3600 % 24:02d}{total // 60 % 60:02d}{total % 60:02d}"
