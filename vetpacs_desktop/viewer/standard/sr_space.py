"""Measurements in the animal as a Comprehensive 3D SR (PS3.16 TID 1500, PS3.3 A.35.13): places in mm.

A flat region is a planar region in space (TID 1410), outlines on several planes are the surface of a body
(TID 1411), any other figure's values point at its places (TID 1501). Images without a frame of reference have
no common space: their values stand without places. Works out no value itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from highdicom import sr
from pydicom.dataset import Dataset

from vetpacs_desktop.viewer.annotations import Annotation
from vetpacs_desktop.viewer.measure.measured import Measured
from vetpacs_desktop.viewer.standard.place import Place
from vetpacs_desktop.viewer.standard.sources import Source
from vetpacs_desktop.viewer.standard.space_shapes import Shape3d, space_shapes
from vetpacs_desktop.viewer.standard.sr import about, measurements, signed, whole, withdrawn

ImageOf = Callable[[Annotation], str]


class _Report(sr.Comprehensive3DSR):  # type: ignore[misc]  # highdicom is not typed for us
    """Takes patient and study from `subject.carry`, as its flat sister does."""

    def copy_patient_and_study_information(self, dataset: Dataset) -> None:
        return None


def space_report(
    annotations: Sequence[Annotation],
    source_of: Callable[[str], Source],
    image_of: ImageOf,
    measured: Callable[[Annotation], Measured],
    place: Place,
    previous: Sequence[Dataset],
    images: Sequence[str],
) -> Dataset:
    """A new report of one author's annotations in the animal, in place of his `previous` one.

    `image_of` is an image of an annotation's series; `images` are all of those, at least one. Without
    annotations it says that they were withdrawn.
    """
    groups = [_group(one, source_of(image_of(one)), measured(one)) for one in annotations]
    sources = [source_of(uid) for uid in images]
    return whole(_Report, groups or [withdrawn()], sources, place, previous)


def _group(one: Annotation, source: Source, value: Measured) -> Dataset:
    """One annotation; a template of highdicom, which is a sequence of one item."""
    placed = one.space
    assert placed is not None
    space = source.description.frame_of_reference_uid
    drawn = space_shapes(one) if space == placed.frame_of_reference_uid else ()
    values, facts = measurements(one, value, ()) or None, about(one)
    if len(drawn) > 1 and all(shape.closed for shape in drawn):
        group = sr.VolumetricROIMeasurementsAndQualitativeEvaluations(
            referenced_volume_surface=_surface(drawn, space, placed.series_uid), measurements=values, **facts
        )
    elif len(drawn) == 1 and (drawn[0].closed or values is None):
        region = sr.ImageRegion3D(drawn[0].kind.value, drawn[0].places, space)
        group = sr.PlanarROIMeasurementsAndQualitativeEvaluations(
            referenced_region=region, measurements=values, **facts
        )
    else:
        places = [sr.CoordinatesForMeasurement3D(one.kind.value, one.places, space) for one in drawn]
        group = sr.MeasurementsAndQualitativeEvaluations(
            measurements=measurements(one, value, places) or None, source_images=[_image(source)], **facts
        )
    return signed(group, one, value)


def _surface(drawn: Sequence[Shape3d], space: str, series_uid: str) -> sr.VolumeSurface:
    return sr.VolumeSurface(
        drawn[0].kind.value,
        [shape.places for shape in drawn],
        space,
        source_series=sr.SourceSeriesForSegmentation(series_uid),
    )


def _image(source: Source) -> sr.SourceImageForMeasurementGroup:
    says = source.description
    return sr.SourceImageForMeasurementGroup(says.sop_class_uid, says.sop_uid)
