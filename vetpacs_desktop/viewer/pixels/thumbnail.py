"""Small pictures for lists and strips. Nothing here raises for a bad file: there is a picture or a reason."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.errors import CannotDecode, KnownError, NotAnImage
from vetpacs_desktop.viewer.describe import describe
from vetpacs_desktop.viewer.description import ImageDescription, Medium
from vetpacs_desktop.viewer.documents.encapsulated import PDF
from vetpacs_desktop.viewer.documents.pdf import PdfFile, with_pages
from vetpacs_desktop.viewer.pixels.decode import decode_frame
from vetpacs_desktop.viewer.pixels.grey import frame_facts, modality_values, padding_mask
from vetpacs_desktop.viewer.pixels.marks import PAGE, PLAY, marked
from vetpacs_desktop.viewer.pixels.present import inverted, shown
from vetpacs_desktop.viewer.pixels.source import BROKEN_DATA, PixelSource, open_source
from vetpacs_desktop.viewer.pixels.voi import useful_window
from vetpacs_desktop.viewer.video.film import Film

_log = logging.getLogger(__name__)
_OVERSAMPLED = 3
_MOST_STRETCHED = 8.0
_DARK = 10
_SOON = 60
"""Frames: two seconds or so into a film."""


@dataclass(frozen=True, eq=False, slots=True)
class Thumbnail:
    """`picture` (size, size, 3) uint8 RGB on black, or None with `why_not` as a sentence."""

    picture: NDArray[np.uint8] | None
    why_not: str = ""


def thumbnail(path: Path, frame: int | None = None, size: int = 96) -> NDArray[np.uint8] | None:
    """(size, size, 3) uint8 RGB of one frame (None: the middle one); None where there is no picture."""
    return small_picture(path, frame, size).picture


def small_picture(path: Path, frame: int | None = None, size: int = 96) -> Thumbnail:
    """Like `thumbnail`, with the reason where there is none."""
    try:
        dataset, source = open_source(path)
        description = describe(dataset, path, pixels=source is not None and not source.empty)
        if description.medium is Medium.FILM and source is not None and description.has_pixels:
            return Thumbnail(marked(_of_film(Film(source, description), frame, size), PLAY))
        if source is None and description.sop_class_uid == PDF:
            return _of_document(with_pages(description), frame, size)
        if source is None or not description.has_pixels:
            return Thumbnail(None, description.why_not or "The file carries no pixel data.")
        return Thumbnail(_of_images(source, description, frame, size))
    except NotAnImage as error:
        reason = str(error.facts["reason"])
        return Thumbnail(None, f"{reason[:1].upper()}{reason[1:]}.")
    except KnownError as error:
        return Thumbnail(None, error.sentence)
    except BROKEN_DATA:
        _log.exception("no thumbnail")
        return Thumbnail(None, "This picture can't be shown: its file is damaged.")


def _of_images(
    source: PixelSource, description: ImageDescription, frame: int | None, size: int
) -> NDArray[np.uint8]:
    """The middle frame, or the first of a file that promises more frames than it holds."""
    chosen = max(description.number_of_frames, 1) // 2 if frame is None else frame
    try:
        stored = decode_frame(source, description, chosen)
    except CannotDecode:
        if frame is not None or not chosen:
            raise
        chosen = 0
        stored = decode_frame(source, description, chosen)
    return reduced(stored, description, chosen, size)


def _of_film(film: Film, frame: int | None, size: int) -> NDArray[np.uint8]:
    """The first frame, or a later one where films begin in the dark."""
    chosen = frame or 0
    picture = film.stored(chosen)
    count = film.description.number_of_frames
    if frame is None and float(picture[::8, ::8].mean()) < _DARK and count > 1:
        chosen = min(_SOON, count - 1)
        try:
            picture = film.stored(chosen)
        except CannotDecode:
            chosen = 0
    return reduced(picture, film.description, chosen, size)


def _of_document(description: ImageDescription, frame: int | None, size: int) -> Thumbnail:
    """The first page."""
    if not description.has_pixels:
        return Thumbnail(None, description.why_not)
    document = PdfFile(description)
    page = document.stored(frame or 0)
    return Thumbnail(marked(reduced(page, description, frame or 0, size), PAGE))


def reduced(
    stored: NDArray[Any], description: ImageDescription, frame: int = 0, size: int = 96
) -> NDArray[np.uint8]:
    """Stored values or RGB as a thumbnail: thinned out first, then windowed, then averaged down."""
    thin = _thinned(stored, size)
    mask = padding_mask(thin, description)
    return _shown(modality_values(thin, description, frame), mask, description, frame, size)


def reduced_values(
    values: NDArray[Any],
    mask: NDArray[np.bool_] | None,
    description: ImageDescription,
    frame: int = 0,
    size: int = 96,
) -> NDArray[np.uint8]:
    """Like `reduced`, of modality values or RGB that somebody decoded already; `mask` True at padding."""
    thin_mask = None if mask is None else _thinned(mask, size)
    return _shown(_thinned(values, size), thin_mask, description, frame, size)


def _thinned(values: NDArray[Any], size: int) -> NDArray[Any]:
    step = max(max(values.shape[:2]) // (size * _OVERSAMPLED), 1)
    return values[::step, ::step]


def _shown(
    values: NDArray[Any],
    mask: NDArray[np.bool_] | None,
    description: ImageDescription,
    frame: int,
    size: int,
) -> NDArray[np.uint8]:
    window = useful_window(description, frame, values, mask) if values.ndim == 2 else None
    grey = shown(values, mask, window, inverse=inverted(description))
    colours = grey if grey.ndim == 3 else np.repeat(grey[..., np.newaxis], 3, axis=2)
    return _fitted(colours, _aspect(description, frame), size)


def _aspect(description: ImageDescription, frame: int) -> float:
    """Height of a pixel over its width."""
    spacing = frame_facts(description, frame).pixel_spacing or description.imager_pixel_spacing
    pair = spacing or description.pixel_aspect_ratio or (1, 1)
    ratio = pair[0] / pair[1] if pair[0] > 0 and pair[1] > 0 else 1.0
    return min(max(ratio, 1 / _MOST_STRETCHED), _MOST_STRETCHED)


def _fitted(colours: NDArray[np.uint8], aspect: float, size: int) -> NDArray[np.uint8]:
    """Scale to fit and centre on black; each new pixel is the mean of what it covers (at least one pixel)."""
    height, width = colours.shape[0] * aspect, float(colours.shape[1])
    scale = size / max(height, width)
    rows, columns = max(round(height * scale), 1), max(round(width * scale), 1)
    small = _averaged(_averaged(colours, rows, 0), columns, 1)
    out = np.zeros((size, size, 3), np.uint8)
    top, left = (size - rows) // 2, (size - columns) // 2
    out[top : top + rows, left : left + columns] = np.rint(small)
    return out


def _averaged(values: NDArray[Any], count: int, axis: int) -> NDArray[np.float32]:
    """Means of `count` even stretches along `axis`; stretches of less than one pixel repeat it."""
    length = values.shape[axis]
    edges = np.arange(count + 1) * length / count
    first: NDArray[np.intp] = np.minimum(edges[:-1].astype(np.intp), length - 1)
    if count >= length:
        return np.take(values, first, axis=axis).astype(np.float32)
    sums: NDArray[np.float32] = np.add.reduceat(values.astype(np.float32), first, axis=axis)
    shape = [1, 1, 1]
    shape[axis] = count
    sums /= np.diff(np.append(first, length)).reshape(shape)
    return sums
