"""How images look, and what is drawn on them, as presentation states (PS3.3 A.33): grey ones and colour ones.

One object holds the images of an author that share everything a presentation state can only say once: size,
turns, polarity, modality transformation, shutter. Decides no window and measures nothing.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from highdicom import content as transformations
from highdicom import pr
from pydicom.dataset import Dataset
from pydicom.uid import SecondaryCaptureImageStorage

from vetpacs_desktop.viewer.annotations import Annotation, Point
from vetpacs_desktop.viewer.description import LookupTable, Window
from vetpacs_desktop.viewer.figures import Line
from vetpacs_desktop.viewer.geometry.scale import scale_of
from vetpacs_desktop.viewer.pixels.present import inverted
from vetpacs_desktop.viewer.standard import codes, shapes
from vetpacs_desktop.viewer.standard.looks import Look
from vetpacs_desktop.viewer.standard.own import tracking_uid
from vetpacs_desktop.viewer.standard.place import Place, as_text, person_name
from vetpacs_desktop.viewer.standard.screen_parts import (
    activate_overlays,
    displayed_area,
    overlay_groups,
    shutter_elements,
)
from vetpacs_desktop.viewer.standard.shapes import Kind, Shape
from vetpacs_desktop.viewer.standard.sources import Source
from vetpacs_desktop.viewer.standard.subject import carry

LAYER, OVERLAYS = "VETPACS", "OVERLAYS"
LABEL = "VETPACS"
LONGEST = 64
"""Characters of an LO (PS3.5 6.2)."""
_CLASS = slice(12, 16)
"""Of a profile: what kind of device it is for (ICC.1, 7.2)."""


@dataclass(frozen=True, slots=True)
class Said:
    """What goes with an annotation: the words beside it, and the lines that a guide constructs."""

    words: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()


Words = Callable[[Annotation], Said]


@dataclass(frozen=True, eq=False, slots=True)
class Presented:
    """One image as it is to be shown."""

    source: Source
    annotations: tuple[Annotation, ...]
    look: Look
    window: Window | None
    """None for colour, and where the pixels can't be read."""

    @property
    def shared(self) -> tuple[object, ...]:
        """All that images of one object have in common."""
        says, facts = self.source.description, self.source.description.frames[0]
        return (
            (says.rows, says.columns, self.source.colour, _aspect(self.source)),
            (self.look.in_dicom, inverted(says) != self.look.invert, self.look.left_out),
            (facts.slope, facts.intercept, facts.rescale_type, says.sop_uid if facts.modality_lut else ""),
            tuple(shutter_elements(self.source).items()),
            overlay_groups(self.source),
        )


class _Grey(pr.GrayscaleSoftcopyPresentationState):  # type: ignore[misc]  # highdicom is not typed for us
    """Takes patient and study from `subject.carry`: highdicom would log names and balk at unusual images."""

    def copy_patient_and_study_information(self, dataset: Dataset) -> None:
        return None

    def copy_specimen_information(self, dataset: Dataset) -> None:
        return None


class _Colour(pr.ColorSoftcopyPresentationState):  # type: ignore[misc]
    """As `_Grey`."""

    def copy_patient_and_study_information(self, dataset: Dataset) -> None:
        return None

    def copy_specimen_information(self, dataset: Dataset) -> None:
        return None


def presentations(
    pictures: Sequence[Presented], words: Words, place_of: Callable[[int], Place]
) -> list[tuple[Dataset, tuple[Presented, ...]]]:
    """Presentation states that together hold all `pictures`, each with those that it holds."""
    groups: dict[tuple[object, ...], list[Presented]] = {}
    for one in pictures:
        groups.setdefault(one.shared, []).append(one)
    return [
        (_presentation(group, words, place_of(step)), tuple(group))
        for step, group in enumerate(groups.values())
    ]


def _presentation(pictures: Sequence[Presented], words: Words, place: Place) -> Dataset:
    first = pictures[0]
    layer = pr.GraphicLayer(LAYER, 1, "Measurements and annotations")
    drawn = [one for picture in pictures for one in _by_frame(picture)]
    graphics = [_annotation(source, on_frame, words, layer) for source, _, on_frame in drawn]
    made = _state(first.source)(
        referenced_images=[_stand_in(picture.source) for picture in pictures],
        content_label=LABEL,
        content_description=_about(first.look),
        content_creator_name=person_name(place.author),
        graphic_annotations=graphics or None,
        graphic_layers=[layer] if graphics else None,
        **_pipeline(pictures),
        **place.of_object(),
    )
    carry(first.source.header, made)
    for item, (source, frame, _) in zip(graphics, drawn, strict=True):
        item.ReferencedImageSequence = [_reference(source, frame)]
    _finish(made, pictures)
    return made


def _about(look: Look) -> str:
    """ContentDescription, of at most 64 characters: a presentation state turns by quarters only and sharpens
    nothing (PS3.3 C.10.6), so what it has no place for is said in words."""
    words = f"Annotated images; seen {look.left_out}" if look.left_out else "Annotated images"
    return words if len(words) <= LONGEST else words[: LONGEST - 3] + "..."


def _state(source: Source) -> type[pr.GrayscaleSoftcopyPresentationState]:
    return _Colour if source.colour else _Grey


def _stand_in(source: Source) -> Dataset:
    """The image as a still picture: highdicom looks into the frames of others and balks at unknown kinds.

    Every reference is put right afterwards, see `_reference`.
    """
    made = source.evidence()
    made.SOPClassUID = SecondaryCaptureImageStorage
    made.pop("NumberOfFrames", None)
    if source.colour:
        made.SamplesPerPixel = 3  # a palette's picture is seen in colour, too
    return made


def _reference(source: Source, frame: int | None = None) -> Dataset:
    made = Dataset()
    made.ReferencedSOPClassUID = source.description.sop_class_uid
    made.ReferencedSOPInstanceUID = source.description.sop_uid
    if frame is not None and (number := source.frame_number(frame)) is not None:
        made.ReferencedFrameNumber = number
    return made


def _finish(made: Dataset, pictures: Sequence[Presented]) -> None:
    """The modules that highdicom leaves out or fills with what does not fit our images."""
    first = pictures[0]
    real = {picture.source.description.sop_uid: picture.source for picture in pictures}
    for series in made.ReferencedSeriesSequence:
        uids = [item.ReferencedSOPInstanceUID for item in series.ReferencedImageSequence]
        series.ReferencedImageSequence = [_reference(real[uid]) for uid in uids]
    for item in made.get("SoftcopyVOILUTSequence", []):
        uids = [one.ReferencedSOPInstanceUID for one in item.ReferencedImageSequence]
        item.ReferencedImageSequence = [_reference(real[uid]) for uid in uids]
    made.Laterality = ""
    rotation, flipped = first.look.in_dicom
    made.ImageRotation, made.ImageHorizontalFlip = rotation, "Y" if flipped else "N"
    made.DisplayedAreaSelectionSequence = [
        displayed_area(first.source, rotation, flipped, _aspect(first.source))
    ]
    for keyword, value in shutter_elements(first.source).items():
        setattr(made, keyword, list(value) if isinstance(value, tuple) else value)
    if groups := overlay_groups(first.source):
        layer = pr.GraphicLayer(OVERLAYS, 2, "Drawings of the device")
        made.GraphicLayerSequence = [*made.get("GraphicLayerSequence", []), layer]
        activate_overlays(made, groups, OVERLAYS)


def _aspect(source: Source) -> tuple[int, int]:
    """Height and width of a pixel as two whole numbers."""
    aspect = scale_of(source.description).aspect
    if not 0.05 < aspect < 20:
        return 1, 1
    share = Fraction(aspect).limit_denominator(10_000)
    return share.numerator, share.denominator


# --- grey and colour -----------------------------------------------------------------------------


def _pipeline(pictures: Sequence[Presented]) -> Mapping[str, object]:
    """From stored values to the screen: modality, window and polarity, or what the colours mean."""
    first = pictures[0]
    if first.source.colour:
        return {"icc_profile": _colours(first.source)}
    inverse = inverted(first.source.description) != first.look.invert
    windows = [_window(one) for one in pictures if one.window is not None]
    return {
        "modality_lut_transformation": _modality(first.source),
        "voi_lut_transformations": windows or None,
        "presentation_lut_transformation": transformations.PresentationLUTTransformation(
            presentation_lut_shape="INVERSE" if inverse else "IDENTITY"
        ),
    }


def _colours(source: Source) -> bytes:
    """The image's own profile; else sRGB, as which colours without one are shown."""
    own = source.header.get("ICCProfile")
    if isinstance(own, bytes) and own[_CLASS] in (b"scnr", b"spac"):
        return own
    found = pkgutil.get_data("highdicom", "_icc_profiles/sRGB_v4_ICC_preference.icc")
    assert found is not None
    return found


def _modality(source: Source) -> transformations.ModalityLUTTransformation | None:
    facts = source.description.frames[0]
    if (table := facts.modality_lut) is not None:
        lut = transformations.ModalityLUT("US", max(table.first_mapped, 0), _data(table))
        return transformations.ModalityLUTTransformation(modality_lut=lut)
    if (facts.slope, facts.intercept) == (1.0, 0.0) and not facts.rescale_type:
        return None
    return transformations.ModalityLUTTransformation(
        rescale_intercept=facts.intercept,
        rescale_slope=facts.slope,
        rescale_type=facts.rescale_type or "US",
    )


def _window(one: Presented) -> pr.SoftcopyVOILUTTransformation:
    window = one.window
    assert window is not None
    reference = transformations.ReferencedImageSequence([_stand_in(one.source)])
    if window.curve is not None and window.curve.first_mapped >= 0:
        lut = transformations.VOILUT(window.curve.first_mapped, _data(window.curve), window.label or None)
        return pr.SoftcopyVOILUTTransformation(voi_luts=[lut], referenced_images=reference)
    return pr.SoftcopyVOILUTTransformation(
        window_center=window.center,
        window_width=window.width,
        voi_lut_function=window.function.value,
        referenced_images=reference,
    )


def _data(table: LookupTable) -> np.ndarray:
    return table.values.astype(np.uint8) if table.bits <= 8 else table.values


# --- what is drawn --------------------------------------------------------------------------------


def _by_frame(picture: Presented) -> list[tuple[Source, int, list[Annotation]]]:
    """What is drawn on each frame."""
    frames: dict[int, list[Annotation]] = {}
    for one in picture.annotations:
        frames.setdefault(one.image.frame, []).append(one)
    return [(picture.source, frame, drawn) for frame, drawn in frames.items()]


def _annotation(
    source: Source, drawn: Sequence[Annotation], words: Words, layer: pr.GraphicLayer
) -> pr.GraphicAnnotation:
    """One item for a frame that something is drawn on."""
    size = source.description.columns, source.description.rows
    objects: list[tuple[pr.GraphicObject, list[list[float]]]] = []
    texts: list[pr.TextObject] = []
    for one in drawn:
        beside = words(one)
        figure = shapes.shapes_of(one, source.description, beside.lines)
        if one.tool != "text":
            objects += [_object(shape, one, size) for shape in _single(figure)]
        if said := as_text(beside.words):
            texts.append(_text(said, _text_place(one, figure), one, size))
    made = pr.GraphicAnnotation(
        [_stand_in(source)],
        layer,
        graphic_objects=[item for item, _ in objects] or None,
        text_objects=texts or None,
    )
    for item, true in objects:  # highdicom refuses what reaches beyond the picture, and people draw it
        item.GraphicData = [number for point in true for number in point]
    return made


def _single(figure: Sequence[Shape]) -> list[Shape]:
    """Presentation states know no sets of points: each one is a graphic."""
    found: list[Shape] = []
    for shape in figure:
        if shape.kind is Kind.MULTIPOINT:
            found += [Shape(Kind.POINT, (point,)) for point in shape.points]
        else:
            found.append(shape)
    return found


def _object(
    shape: Shape, one: Annotation, size: tuple[int, int]
) -> tuple[pr.GraphicObject, list[list[float]]]:
    true = shapes.to_file(shape.points)
    made = pr.GraphicObject(
        shape.kind.value,
        np.asarray(_clipped(true, size)),
        "PIXEL",
        tracking_id=codes.tool_of(one.tool).meaning,
        tracking_uid=tracking_uid(one.id),
    )
    return made, true


def _text(words: str, at: Point, one: Annotation, size: tuple[int, int]) -> pr.TextObject:
    ((column, row),) = _clipped(shapes.to_file([at]), size)
    return pr.TextObject(
        words,
        "PIXEL",
        anchor_point=(column, row),
        text_justification="LEFT",
        anchor_point_visible=False,
        tracking_id=codes.tool_of(one.tool).meaning,
        tracking_uid=tracking_uid(one.id),
    )


def _text_place(one: Annotation, figure: Sequence[Shape]) -> Point:
    """The rightmost place of the figure, as in the viewer."""
    if one.tool in ("arrow", "text"):
        return one.points[-1]
    return max(
        (point for shape in figure if not shape.helping for point in shape.points), default=one.points[0]
    )


def _clipped(points: Sequence[Sequence[float]], size: tuple[int, int]) -> list[list[float]]:
    return [[min(max(column, 0.0), size[0]), min(max(row, 0.0), size[1])] for column, row in points]
