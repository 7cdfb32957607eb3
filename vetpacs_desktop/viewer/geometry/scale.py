"""Where a millimetre comes from: the size of a pixel and the reason to believe it.

Every length carries its basis. Without a basis a length is in pixels. Must never divide PixelSpacing by the
magnification (it is corrected already, PS3.3 10.7.1.3) and never take a default for a scale.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from vetpacs_desktop.viewer.description import FrameDescription, ImageDescription, Region


class Basis(Enum):
    """The source of a length; the values are the words of the command line."""

    PHYSICAL = "physical"
    """PixelSpacing of a cross-section (CT, MR and the like): size in the animal."""
    CALIBRATED = "calibrated"
    """PixelSpacing that differs from ImagerPixelSpacing: corrected by the device or an operator."""
    MAGNIFIED = "magnified"
    """ImagerPixelSpacing reduced by the known magnification."""
    DETECTOR = "detector"
    """Size at the detector: larger than the animal."""
    UNKNOWN = "unknown"
    """PixelSpacing whose plane nobody states: at the detector or in the animal."""
    USER = "user"
    """Calibrated here on an object of known size."""
    REGION = "region"
    """Inside a calibrated ultrasound region."""
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Scale:
    """Millimetres a pixel, vertical first; None means that lengths are in pixels."""

    row_mm: float | None
    column_mm: float | None
    basis: Basis
    note: str = ""
    aspect: float = 1.0
    """Height of a pixel over its width: enough for true angles and ratios where there are no millimetres."""

    @property
    def in_mm(self) -> bool:
        """Whether lengths may be given in millimetres."""
        return self.row_mm is not None and self.column_mm is not None


SAME_SPACING = 1e-3
"""Relative difference up to which PixelSpacing counts as a copy of ImagerPixelSpacing (rounding of DS)."""

CREDIBLE_MM = 1e-6, 1e3
"""Least and greatest size of a pixel that any device has, from an electron microscope's to none at all."""

_PROJECTIONS = frozenset(("CR", "DX", "DR", "RG", "MG", "IO", "PX", "RF", "XA", "RTIMAGE", "DS", "DF"))
_SECTIONS = frozenset(("CT", "MR", "PT", "NM", "RTDOSE", "SEG", "OPT"))
_ULTRASOUND = frozenset(("US", "IVUS"))
_VOLUME_CLASSES = (
    "1.2.840.10008.5.1.4.1.1.6.2",
    "1.2.840.10008.5.1.4.1.1.6.3",
    "1.2.840.10008.5.1.4.1.1.13.1.1",
    "1.2.840.10008.5.1.4.1.1.13.1.2",
    "1.2.840.10008.5.1.4.1.1.13.1.3",
    "1.2.840.10008.5.1.4.1.1.13.1.4",
)
"""Enhanced ultrasound volumes, 3D X-ray and tomosynthesis: planes, whatever the modality says."""
_CAPTURES = "1.2.840.10008.5.1.4.1.1.7"
_CENTIMETRES = 3
_TWO_DIMENSIONAL = 1


def scale_of(description: ImageDescription, frame: int = 0) -> Scale:
    """The scale of a whole frame.

    For ultrasound the one that all its calibrated regions share; a measurement asks `scale_at` instead.
    """
    facts = _facts(description, frame)
    if _by_region(description, facts):
        return _shared_region_scale(description, facts)
    if is_projection(description, frame):
        return _projected(description, facts)
    if facts.pixel_spacing is None:
        if description.nominal_scanned_spacing is not None:
            note = "size on the scanned film or paper"
            return _scale(description.nominal_scanned_spacing, Basis.UNKNOWN, note)
        return _none(description, "the image states no pixel size")
    if is_section(description, frame):
        return _scale(facts.pixel_spacing, Basis.PHYSICAL)
    if description.nominal_scanned_spacing is not None:
        return _compared(description, facts.pixel_spacing, description.nominal_scanned_spacing)
    if description.calibration_type:
        return _scale(facts.pixel_spacing, Basis.CALIBRATED, _calibration(description))
    return _scale(facts.pixel_spacing, Basis.UNKNOWN, "the image does not say what its pixel size refers to")


def scale_at(description: ImageDescription, frame: int, points: Sequence[tuple[float, float]]) -> Scale:
    """The scale for a measurement through `points`, (column, row) each: all in one region for ultrasound."""
    facts = _facts(description, frame)
    if not _by_region(description, facts):
        return scale_of(description, frame)
    if not facts.regions:
        return _none(description, "ultrasound without a calibrated region")
    region = region_through(facts.regions, points)
    if region is not None:
        return _region_scale(description, region)
    if any(region_at(facts.regions, column, row) is not None for column, row in points):
        return _none(description, "the points lie in different regions")
    return _none(description, "outside the calibrated region")


def region_at(regions: Sequence[Region], column: float, row: float) -> Region | None:
    """The region that a pixel belongs to; where they overlap, the one of high priority, then the smaller."""
    inside = [region for region in regions if _holds(region, column, row)]
    return min(inside, key=lambda region: (region.flags & 1, _area(region)), default=None)


def region_through(regions: Sequence[Region], points: Sequence[tuple[float, float]]) -> Region | None:
    """The one region that all points belong to; None where there is none such.

    A colour window on a grey sector is no border: points inside and outside of it belong to the sector, as
    long as both regions measure alike.
    """
    found = {region_at(regions, column, row) for column, row in points}
    if len(found) == 1:
        return next(iter(found))
    for around in found:
        if around is not None and all(_holds(around, column, row) for column, row in points):
            alike = all(one is not None and _metric(one) == _metric(around) for one in found)
            return around if alike else None
    return None


def user_scale(row_mm: float, column_mm: float, note: str = "") -> Scale:
    """A scale that was calibrated here on an object of known size."""
    return Scale(row_mm, column_mm, Basis.USER, note, row_mm / column_mm)


def is_projection(description: ImageDescription, frame: int = 0) -> bool:
    """Whether the frame is a shadow picture (radiograph, CT scout ...), where size depends on depth."""
    if description.sop_class_uid in _VOLUME_CLASSES:
        return False
    scout = description.modality == "CT" and "LOCALIZER" in _facts(description, frame).frame_type.upper()
    return scout or description.modality in _PROJECTIONS or description.imager_pixel_spacing is not None


def is_section(description: ImageDescription, frame: int = 0) -> bool:
    """Whether the frame is a plane in the animal, so that PixelSpacing is the size of the animal itself."""
    facts = _facts(description, frame)
    placed = facts.position is not None and facts.orientation is not None
    if description.sop_class_uid.startswith(_CAPTURES):
        return placed
    return placed or description.modality in _SECTIONS or description.sop_class_uid in _VOLUME_CLASSES


def _facts(description: ImageDescription, frame: int) -> FrameDescription:
    return description.frames[min(max(frame, 0), len(description.frames) - 1)]


def _by_region(description: ImageDescription, facts: FrameDescription) -> bool:
    if description.sop_class_uid in _VOLUME_CLASSES:
        return False
    return bool(facts.regions) or description.modality in _ULTRASOUND


def _projected(description: ImageDescription, facts: FrameDescription) -> Scale:
    spacing, imager = facts.pixel_spacing, description.imager_pixel_spacing
    at_detector = imager or description.nominal_scanned_spacing
    if spacing is not None and at_detector is not None and not _same(spacing, at_detector):
        return _compared(description, spacing, at_detector)
    if imager is not None:
        return _reduced(description, imager)
    if at_detector is not None:
        return _scale(at_detector, Basis.DETECTOR, "size on the scanned film, larger than the animal")
    if spacing is None:
        return _none(description, "the image states no pixel size")
    if description.calibration_type:
        return _scale(spacing, Basis.CALIBRATED, _calibration(description))
    return _scale(
        spacing, Basis.UNKNOWN, "size at the detector or in the animal: the image does not say which"
    )


def _reduced(description: ImageDescription, imager: tuple[float, float]) -> Scale:
    """ImagerPixelSpacing brought to the animal by a stated magnification, or left at the detector."""
    factor, note = description.magnification, "by the estimated magnification"
    detector, patient = description.source_to_detector, description.source_to_patient
    if factor is None and detector is not None and patient is not None and patient < detector:
        factor, note = detector / patient, "by the distances of tube, animal and detector"
    if factor is None:
        return _scale(imager, Basis.DETECTOR, "size at the detector, larger than the animal")
    return _scale((imager[0] / factor, imager[1] / factor), Basis.MAGNIFIED, f"{note}, {factor:.3g}")


def _compared(
    description: ImageDescription, spacing: tuple[float, float], reference: tuple[float, float]
) -> Scale:
    if _same(spacing, reference):
        return _scale(spacing, Basis.UNKNOWN, "size on the scanned film or paper")
    return _scale(spacing, Basis.CALIBRATED, _calibration(description))


def _calibration(description: ImageDescription) -> str:
    said = (description.calibration_type.lower(), description.calibration_text)
    return ", ".join(word for word in said if word)


def _shared_region_scale(description: ImageDescription, facts: FrameDescription) -> Scale:
    scales = [_region_scale(description, region) for region in facts.regions]
    known = [scale for scale in scales if scale.in_mm]
    if not known:
        reason = (
            "no region measures centimetres" if facts.regions else "ultrasound without a calibrated region"
        )
        return _none(description, reason)
    first = known[0]
    if any((scale.row_mm, scale.column_mm) != (first.row_mm, first.column_mm) for scale in known):
        return _none(description, "the calibrated regions have different scales")
    return first


def _region_scale(description: ImageDescription, region: Region) -> Scale:
    """Scale of one region: only where both axes are centimetres of a two-dimensional picture."""
    spatial = region.spatial_format in (0, _TWO_DIMENSIONAL)
    if not spatial or region.units_x != _CENTIMETRES or region.units_y != _CENTIMETRES:
        return _none(description, "this region measures no lengths (time, velocity or none)")
    row_mm, column_mm = abs(region.delta_y) * 10.0, abs(region.delta_x) * 10.0
    if not row_mm or not column_mm:
        return _none(description, "this region states no pixel size")
    return _scale((row_mm, column_mm), Basis.REGION, "only inside the calibrated region")


def _scale(spacing: tuple[float, float], basis: Basis, note: str = "") -> Scale:
    if not all(CREDIBLE_MM[0] <= side <= CREDIBLE_MM[1] for side in spacing):
        return Scale(None, None, Basis.NONE, "the pixel size that the image states can't be true")
    return Scale(spacing[0], spacing[1], basis, note, spacing[0] / spacing[1])


def _none(description: ImageDescription, note: str) -> Scale:
    ratio = description.pixel_aspect_ratio
    return Scale(None, None, Basis.NONE, note, ratio[0] / ratio[1] if ratio else 1.0)


def _same(first: tuple[float, float], second: tuple[float, float]) -> bool:
    return all(abs(a - b) <= SAME_SPACING * max(a, b) for a, b in zip(first, second, strict=True))


def _holds(region: Region, column: float, row: float) -> bool:
    """Whether a place lies on the region's pixels, which reach half a pixel beyond their centres."""
    across = region.x0 - 0.5 <= column < region.x1 + 0.5
    return across and region.y0 - 0.5 <= row < region.y1 + 0.5


def _metric(region: Region) -> tuple[int, int, float, float]:
    return region.units_x, region.units_y, region.delta_x, region.delta_y


def _area(region: Region) -> int:
    return (region.x1 - region.x0 + 1) * (region.y1 - region.y0 + 1)
