"""Cuts planes one after the other and makes an image of each, in a job's thread. Files nothing itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from vetpacs_desktop.jobs import CancelToken, Progress, Report
from vetpacs_desktop.viewer import elements as read
from vetpacs_desktop.viewer.description import FrameDescription, Window
from vetpacs_desktop.viewer.header import read_header
from vetpacs_desktop.viewer.render.reslicer import Reslicer
from vetpacs_desktop.viewer.render.straightener import Straightener, Strip
from vetpacs_desktop.viewer.series.stack import StackFrame
from vetpacs_desktop.viewer.standard import reformat
from vetpacs_desktop.viewer.standard.place import new_uid
from vetpacs_desktop.viewer.standard.reformat import (
    Batch,
    Grey,
    Origin,
    nearby,
    origin_of,
    plane_image,
    space_of,
)
from vetpacs_desktop.viewer.volume.outside import outside, slices_of
from vetpacs_desktop.viewer.volume.section import Cut, Section, Slab
from vetpacs_desktop.viewer.volume.volume import Volume

_OF_SLAB = {Slab.MIP: reformat.BRIGHTEST, Slab.MINIP: reformat.DARKEST}


@dataclass(frozen=True, slots=True)
class Joined:
    """A series of images that were made here before."""

    series_uid: str
    number: int | None
    path: Path
    """One of its images."""
    count: int


@dataclass(frozen=True, slots=True)
class Wish:
    """Which planes become images, and of which series."""

    volume: Volume
    frames: Sequence[StackFrame]
    """That the volume was built from."""
    cuts: Sequence[Cut]
    description: str
    derivation: str
    number: int
    """Of the series."""
    joins: tuple[Joined, ...] = ()
    """Series that are there already, which the images may join."""
    series_uid: str = ""
    """The one that they do; empty for a new one."""
    first: int = 1
    """Instance number of the first image."""
    space: float | None = None
    window: Window | None = None


def planes(wish: Wish, words: str, report: Report, cancel: CancelToken) -> Iterator[Dataset]:
    """The images, one by one. Raises `Cancelled`, `OSError`."""
    origin = origin_of(wish.frames, wish.volume)
    wish = joined(wish, space_of(origin.frame_of_reference, origin.series_uid))
    batch, grey, reslicer = batch_of(wish), Grey.of(wish.volume.values), Reslicer(wish.volume)
    for number, cut in enumerate(wish.cuts):
        cancel.check()
        yield _image(origin, batch, grey, wish, number, cut, reslicer)
        report(Progress(number + 1, len(wish.cuts), words))


def batch_of(wish: Wish) -> Batch:
    """The series, with what was done in codes."""
    cut = wish.cuts[0]
    codes = (reformat.PLANES, *_projected(cut.thickness_mm, cut.slab))
    uid = wish.series_uid or new_uid()
    return Batch(uid, wish.number, wish.description, wish.derivation, codes, wish.window, wish.space)


def joined(wish: Wish, space: str) -> Wish:
    """With the series that its images join: one of the same frame of reference, for a series has only one."""
    for one in wish.joins:
        with one.path.open("rb") as stream:
            header = read_header(stream)
        if read.text(header, "FrameOfReferenceUID") == space:
            number = wish.number if one.number is None else one.number
            return replace(wish, series_uid=one.series_uid, number=number, first=one.count + 1)
    return wish


def strip(wish: Wish, strip: Strip) -> Iterator[Dataset]:
    """The picture along a path as an image that claims no place."""
    origin, grey = origin_of(wish.frames, wish.volume), Grey.of(wish.volume.values)
    wish = joined(wish, "")
    codes = (reformat.CURVED, *_projected(strip.thickness_mm, strip.slab))
    batch = Batch(
        wish.series_uid or new_uid(), wish.number, wish.description, wish.derivation, codes, wish.window
    )
    values = Straightener(wish.volume).cut(strip)
    plain = replace(grey, padding=None)
    yield reformat.strip_image(origin, batch, wish.first, plain.stored(values), plain, strip.mm)


def body(wish: Wish, rgb: NDArray[np.uint8]) -> Iterator[Dataset]:
    """The picture of a body in 3D as an image in colours that claims no place."""
    origin = origin_of(wish.frames, wish.volume)
    wish = joined(wish, "")
    batch = Batch(
        wish.series_uid or new_uid(), wish.number, wish.description, wish.derivation, (reformat.RENDERED,)
    )
    yield reformat.body_image(origin, batch, wish.first, rgb)


def _projected(thickness: float, slab: Slab) -> tuple[tuple[str, str], ...]:
    """What became of the values through a slab, where that has a code."""
    return (_OF_SLAB[slab],) if thickness and slab in _OF_SLAB else ()


def _image(
    origin: Origin, batch: Batch, grey: Grey, wish: Wish, number: int, cut: Cut, reslicer: Reslicer
) -> Dataset:
    facts = FrameDescription(
        index=0,
        position=cut.corner,
        orientation=(*cut.right, *cut.down),
        pixel_spacing=(cut.mm, cut.mm),
        slice_thickness=cut.thickness_mm or wish.space or cut.mm,
    )
    gone = outside(wish.volume, cut) if grey.padding is not None else None
    stored = grey.stored(reslicer.cut(cut), gone)
    sources = nearby(origin, *slices_of(wish.volume, cut))
    return plane_image(origin, batch, wish.first + number, facts, stored, grey, sources)


def spaced(section: Section, low: float, high: float, space: float) -> tuple[Cut, ...]:
    """Planes `space` mm apart, from `low` to `high` mm behind the first one of a section."""
    count = max(1, int((high - low) / space + 1e-6) + 1)
    apart = replace(section, step=space, count=count)
    corner = section.cut(0).corner
    x, y, z = (c + n * low for c, n in zip(corner, section.normal, strict=True))
    moved = replace(apart, corner=(x, y, z))
    return tuple(moved.cut(number) for number in range(count))
