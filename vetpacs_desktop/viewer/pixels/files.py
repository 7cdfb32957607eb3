"""One image file opened for its frames: header described once, fragments found once, pixels read on demand.

Opened files are kept, without pixels: films for their next frame, single pictures because the order of a
series and its pictures are worked out side by side from the same headers. Must never hold a file open.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.errors import NotAnImage
from vetpacs_desktop.viewer.describe import describe
from vetpacs_desktop.viewer.description import ImageDescription, Medium
from vetpacs_desktop.viewer.documents.encapsulated import PDF
from vetpacs_desktop.viewer.documents.pdf import PdfFile, with_pages
from vetpacs_desktop.viewer.mould import Moulds, alike
from vetpacs_desktop.viewer.pixels.decode import decode_frame, frame_index, unmasked_frame
from vetpacs_desktop.viewer.pixels.fragments import FrameIndex
from vetpacs_desktop.viewer.pixels.layout import inside_a_sentence
from vetpacs_desktop.viewer.pixels.overlays import Overlay
from vetpacs_desktop.viewer.pixels.shutters import Shutter, shutter_of
from vetpacs_desktop.viewer.pixels.source import PixelSource, open_source
from vetpacs_desktop.viewer.video.film import Film

_KEPT = 2048
"""Opened files; one is some kilobytes."""
_FILMS = 64
"""Of several frames: their tables can be long."""
_MEDIA = 4
"""Videos and documents: each holds a decoder and some pictures, or a whole document."""


class Opened(Protocol):
    """A file whose frames can be had: of pixels, of a video stream or of a document."""

    @property
    def description(self) -> ImageDescription: ...

    def stored(self, frame: int, *, may_hold_gil: bool = True) -> NDArray[Any]: ...

    def overlays(self, frame: int) -> tuple[Overlay, ...]: ...

    def hidden(self) -> NDArray[np.bool_] | None: ...


@dataclass(frozen=True, eq=False, slots=True)
class ImageFile:
    """A file with pixels; immutable, shared between threads."""

    description: ImageDescription
    source: PixelSource
    index: FrameIndex | None
    shutter: Shutter | None

    def stored(self, frame: int, *, may_hold_gil: bool = True) -> NDArray[Any]:
        """Stored values or RGB of one frame: see `decode.decode_frame`."""
        return decode_frame(self.source, self.description, frame, index=self.index, may_hold_gil=may_hold_gil)

    def overlays(self, frame: int) -> tuple[Overlay, ...]:
        """The overlays that lie on one frame; those in the pixels' own bits cost another read of it."""
        found = [plane.for_frame(frame) for plane in self.source.overlays]
        if self.source.embedded_overlays:
            raw = unmasked_frame(self.source, self.description, frame)
            found += [plane.in_pixels(raw) for plane in self.source.overlays if raw is not None]
        return tuple(overlay for overlay in found if overlay is not None)

    def hidden(self) -> NDArray[np.bool_] | None:
        """The display shutter as a mask (rows, cols), True where the picture is to be hidden."""
        if self.shutter is None:
            return None
        return self.shutter.mask(self.description.rows, self.description.columns)


def open_file(path: Path, moulds: Moulds | None = None) -> Opened:
    """Read a file's header. Raises `PathMissing`, `NotAnImage`, `CannotDecode` (a film without fragments).

    `moulds` make the next header of a series cheap.
    """
    dataset, source = open_source(path, moulds)
    description = describe(dataset, path, pixels=source is not None and not source.empty)
    if source is None and description.sop_class_uid == PDF:
        return _document(with_pages(description))
    if source is not None and description.medium is Medium.FILM and description.has_pixels:
        return Film(source, description)
    if source is None or not description.has_pixels:
        raise NotAnImage(path=path, reason=inside_a_sentence(description.why_not))
    return ImageFile(
        description=description,
        source=source,
        index=frame_index(source, description),
        shutter=alike(shutter_of, dataset),
    )


def _document(description: ImageDescription) -> PdfFile:
    if not description.has_pixels:
        raise NotAnImage(path=description.path, reason=inside_a_sentence(description.why_not))
    return PdfFile(description)


class ImageFiles:
    """`open_file` for several threads: each header is read once, however many ask at the same time."""

    def __init__(self) -> None:
        self._films: OrderedDict[Path, Opened] = OrderedDict()
        self._media: OrderedDict[Path, Opened] = OrderedDict()
        self._singles: OrderedDict[Path, Opened] = OrderedDict()
        self._moulds = Moulds()
        self._gates: dict[Path, Lock] = {}
        self._lock = Lock()

    def get(self, path: Path) -> Opened:
        """The opened file. Raises what `open_file` raises."""
        file, gate = self._kept_or_gate(path)
        if file is not None:
            return file
        with gate:
            file = self._kept_or_gate(path)[0]
            return file if file is not None else self._opened(path)

    def forget(self, path: Path) -> None:
        """Read the file anew when it is asked for again."""
        with self._lock:
            for kept in (self._films, self._media, self._singles):
                kept.pop(path, None)

    def end(self) -> None:
        """Videos that are being decoded end soon."""
        with self._lock:
            media = list(self._media.values())
        for file in media:
            if isinstance(file, Film):
                file.end()

    def _kept_or_gate(self, path: Path) -> tuple[Opened | None, Lock]:
        with self._lock:
            for kept in (self._singles, self._films, self._media):
                file = kept.get(path)
                if file is not None:
                    kept.move_to_end(path)
                    return file, Lock()
            return None, self._gates.setdefault(path, Lock())

    def _opened(self, path: Path) -> Opened:
        try:
            file = open_file(path, self._moulds)
        finally:
            with self._lock:
                self._gates.pop(path, None)
        kept, most = self._place_for(file)
        with self._lock:
            kept[path] = file
            while len(kept) > most:
                kept.popitem(last=False)
        return file

    def _place_for(self, file: Opened) -> tuple[OrderedDict[Path, Opened], int]:
        if not isinstance(file, ImageFile):
            return self._media, _MEDIA
        return (self._films, _FILMS) if file.description.number_of_frames > 1 else (self._singles, _KEPT)
