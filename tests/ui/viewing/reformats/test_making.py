"""Planes as images: sound for dciodvfy, and read again they are the volume they were cut from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset

from tests.viewer.standard.drawn import faults
from tests.viewer.volume.volumes import built, main_stack
from vetpacs_desktop.errors import Cancelled
from vetpacs_desktop.jobs import CancelToken, ignore
from vetpacs_desktop.ui.viewing.reformats import making
from vetpacs_desktop.viewer.describe import read_description
from vetpacs_desktop.viewer.geometry.scale import Basis, scale_of
from vetpacs_desktop.viewer.render.reslicer import Reslicer
from vetpacs_desktop.viewer.render.straightener import Strip
from vetpacs_desktop.viewer.series.arrange import arrange
from vetpacs_desktop.viewer.series.stack import Stack
from vetpacs_desktop.viewer.volume.plan import plan
from vetpacs_desktop.viewer.volume.section import (
    BodyAxes,
    Cut,
    PlaneName,
    Section,
    Slab,
    Thickness,
    natural_axes,
    section,
    vector,
)
from vetpacs_desktop.viewer.volume.track import track
from vetpacs_desktop.viewer.volume.volume import Volume

SERIES = ("ct-thin", "ct-tilted", "ct-variable-gap", "mr-classic", "mr-enhanced", "mr-prone", "mr-jpeg2000")


def oblique(volume: Volume, thickness: Thickness | None = None) -> Section:
    """Sagittal planes turned out of every axis."""
    axes: BodyAxes = natural_axes(volume).turned((0, 0, 1), 20).turned((1, 0, 0), 15)
    return section(
        volume,
        axes,
        volume.grid.middle,
        PlaneName.SAGITTAL,
        quadruped=True,
        thickness=thickness or Thickness(),
    )


def wish_of(stack: Stack, volume: Volume, cuts: tuple[Cut, ...], space: float | None = None) -> making.Wish:
    return making.Wish(volume, stack.frames, cuts, "Oblique", "Oblique planes", 7, space=space)


def saved(images: list[Dataset], folder: Path) -> list[Path]:
    paths = [folder / f"{number}.dcm" for number in range(len(images))]
    for image, path in zip(images, paths, strict=True):
        image.save_as(path, enforce_file_format=True)
    return paths


@pytest.mark.parametrize("name", SERIES)
def test_planes_of_any_series_are_sound_images(name: str, tmp_path: Path) -> None:
    stack = main_stack(name)
    volume = built(plan(stack))
    one = oblique(volume, Thickness(3.0, Slab.MIP))
    cuts = (one.cut(one.count // 2),)
    (path,) = saved(list(making.planes(wish_of(stack, volume, cuts), "", ignore, CancelToken())), tmp_path)
    assert faults(path) == []
    made = dcmread(path)
    original = dcmread(stack.frames[0].path, stop_before_pixels=True)
    assert made.FrameOfReferenceUID == original.FrameOfReferenceUID
    assert made.Modality == original.Modality
    assert made.get("PatientID") == original.get("PatientID")
    sources = {one.ReferencedSOPInstanceUID for one in made.SourceImageSequence}
    assert sources <= {frame.description.sop_uid for frame in stack.frames}
    codes = [code.CodeValue for code in made.DerivationCodeSequence]
    assert codes == ["113072", "113078"]


@pytest.mark.parametrize("name", ["ct-tilted", "mr-classic"])
def test_a_saved_series_makes_the_same_volume_again(name: str, tmp_path: Path) -> None:
    stack = main_stack(name)
    volume = built(plan(stack))
    one = oblique(volume)
    first, count = one.count // 2, 9
    low = first * one.step
    cuts = making.spaced(one, low, low + (count - 1) * one.step, one.step)
    assert len(cuts) == count
    images = list(making.planes(wish_of(stack, volume, cuts, one.step), "", ignore, CancelToken()))
    (found,) = arrange([read_description(path) for path in saved(images, tmp_path)])
    again = built(plan(found))
    assert again.notes == ()
    assert found.geometry.slice_mm == pytest.approx(one.step, abs=1e-3)
    reslicer = Reslicer(volume)
    values = {number: reslicer.cut(cut) for number, cut in enumerate(cuts)}
    order = [
        int(np.argmin([np.linalg.norm(np.asarray(c.corner) - _corner(again, n)) for c in cuts]))
        for n in range(9)
    ]
    assert sorted(order) == list(range(9))
    for number, cut in enumerate(order):
        assert np.linalg.norm(np.asarray(cuts[cut].corner) - _corner(again, number)) < 0.01
        inside = again.measured(number)
        assert np.array_equal(again.values[number][inside], values[cut][inside])
    a, b = one.place(first + 1, 5, 9), one.place(first + 7, one.width - 4, one.height - 3)
    back = again.grid.to_patient(np.rint(again.grid.to_index([a, b])))
    assert np.linalg.norm(back[0] - back[1]) == pytest.approx(
        float(np.linalg.norm(np.asarray(a) - np.asarray(b))), abs=0.1
    )


def _corner(volume: Volume, number: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return volume.grid.to_patient((0, 0, number))


def test_a_picture_along_a_path_claims_no_place(tmp_path: Path) -> None:
    stack = main_stack("mr-classic")
    volume = built(plan(stack))
    middle = np.asarray(volume.grid.middle)
    points = [vector(middle + way) for way in ([0, -30, 0], [0, 0, 10], [0, 30, 0])]
    strip = Strip(track([vector(np.asarray(p)) for p in points], 1.1, (1, 0, 0)), 41)
    (path,) = saved(list(making.strip(wish_of(stack, volume, ()), strip)), tmp_path)
    assert faults(path) == []
    made = dcmread(path)
    assert made.SOPClassUID.name == "Secondary Capture Image Storage"
    assert "ImagePositionPatient" not in made
    assert "FrameOfReferenceUID" not in made
    assert (made.Rows, made.Columns) == (41, strip.track.count)
    description = read_description(path)
    scale = scale_of(description, 0)
    assert scale.row_mm == pytest.approx(1.1)
    assert scale.basis is Basis.CALIBRATED
    assert "path" in scale.note


def test_a_cancelled_job_makes_no_further_image() -> None:
    stack = main_stack("mr-classic")
    volume = built(plan(stack))
    one, cancel = oblique(volume), CancelToken()
    images = making.planes(wish_of(stack, volume, (one.cut(1), one.cut(2))), "", ignore, cancel)
    next(images)
    cancel.cancel()
    with pytest.raises(Cancelled):
        next(images)
