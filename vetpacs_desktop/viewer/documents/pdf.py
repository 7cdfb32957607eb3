"""PDF documents as pictures: pages become frames, drawn by PDFium at any resolution asked for.

A page's own picture has `DOTS_PER_INCH`; what the screen shows of it is drawn anew as a `Part`, so that text
is sharp at every size. Documents come from anywhere: the window draws them in a process of their own
(`process`), which may crash or hang. Must never hold a file open and never touch a screen.
"""

from __future__ import annotations

import ctypes
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.errors import CannotDecode, KnownError
from vetpacs_desktop.pdfium import LOCK, forget_last_error
from vetpacs_desktop.viewer.description import FrameDescription, ImageDescription, Medium, SameFrames
from vetpacs_desktop.viewer.documents.encapsulated import encapsulated
from vetpacs_desktop.viewer.documents.part import Part
from vetpacs_desktop.viewer.pixels.overlays import Overlay

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

DOTS_PER_INCH = 200.0
POINTS_PER_INCH = 72.0
LARGEST_SIDE = 4000
"""Pixels of a page's own picture: posters are drawn with fewer dots an inch."""
LARGEST_PART = 8192
LOCKED = (
    "This document is protected by a password, so it can't be shown; save it and open it in a PDF program, "
    "or ask for one without a password."
)
BROKEN = "This PDF document is damaged or cut off and can't be shown; send or copy it again."
EMPTY = "This PDF document has no pages; send or copy it again."
_PASSWORD, _SECURITY = 4, 5
"""pdfium's FPDF_ERR_PASSWORD and FPDF_ERR_SECURITY."""
_FLAGS = 0x01 | 0x10
"""FPDF_ANNOT: stamps, notes and filled forms are shown; FPDF_REVERSE_BYTE_ORDER: RGB as screens want it."""
_WHITE = 0xFFFFFFFF
_UNREADABLE = "page {page} of the document is damaged; the other pages may be whole"


@dataclass(frozen=True, slots=True)
class PageSize:
    """A page's own picture in pixels, and how many of them make a point of the document."""

    columns: int
    rows: int
    scale: float


class PdfFile:
    """A document opened for its pages; like `pixels.files.ImageFile` to its users."""

    source = None

    def __init__(self, description: ImageDescription) -> None:
        """`description` comes from `with_pages`."""
        self.description = description
        self._document: PdfDocument | None = None

    def stored(self, frame: int, *, may_hold_gil: bool = True) -> NDArray[np.uint8]:
        """One page's own picture, (rows, columns, 3) RGB. Raises `CannotDecode`, `HoldsTheLock`."""
        return self.part(frame, None, may_hold_gil=may_hold_gil)

    def part(self, frame: int, part: Part | None, *, may_hold_gil: bool = True) -> NDArray[np.uint8]:
        """A piece of one page at another resolution; None is the page's own picture."""
        if not may_hold_gil:
            from vetpacs_desktop.viewer.pixels.decode import HoldsTheLock

            raise HoldsTheLock
        if not 0 <= frame < self.description.number_of_frames:
            raise CannotDecode(
                reason=f"the document has {self.description.number_of_frames} pages, "
                f"there is no page {frame + 1}"
            )
        with LOCK, _known(frame), self._page(frame) as page:
            size = size_of(page.get_size())
            box = part or Part(1.0, 0, 0, size.columns, size.rows)
            return _drawn(page, box, size.scale)

    def overlays(self, frame: int) -> tuple[Overlay, ...]:
        """Documents have none."""
        return ()

    def hidden(self) -> NDArray[np.bool_] | None:
        """Documents have no shutter."""
        return None

    @contextmanager
    def _page(self, number: int) -> Iterator[Any]:
        page = self._opened()[number]
        try:
            yield page
        finally:
            page.close()

    def _opened(self) -> PdfDocument:
        if self._document is None:
            self._document = _open(self.description.path)
            weakref.finalize(self, _close, self._document)
        return self._document


def with_pages(description: ImageDescription) -> ImageDescription:
    """The description of an encapsulated PDF's header, with what only the document itself knows."""
    try:
        pages, first = _facts(description.path)
    except (KnownError, OSError) as error:
        return replace(description, has_pixels=False, why_not=_sentence(error), medium=Medium.DOCUMENT)
    same = FrameDescription(index=0)
    return replace(
        description,
        rows=first.rows,
        columns=first.columns,
        samples_per_pixel=3,
        photometric="RGB",
        bits_allocated=8,
        bits_stored=8,
        high_bit=7,
        signed=False,
        planar=0,
        number_of_frames=pages,
        frames=SameFrames(same, pages),
        has_pixels=True,
        why_not="",
        medium=Medium.DOCUMENT,
        pixel_aspect_ratio=None,
    )


def size_of(points: tuple[float, float]) -> PageSize:
    """The own picture of a page that is (width, height) points large."""
    width, height = (max(side, 1.0) for side in points)
    scale = min(DOTS_PER_INCH / POINTS_PER_INCH, LARGEST_SIDE / max(width, height))
    return PageSize(max(1, round(width * scale)), max(1, round(height * scale)), scale)


def _facts(path: Path) -> tuple[int, PageSize]:
    """How many pages, and the first one's size."""
    with LOCK:
        document = _open(path)
        try:
            pages = len(document)
            if not pages:
                raise CannotDecode(reason=EMPTY)
            with _known(0):
                page = document[0]
                size = size_of(page.get_size())
                page.close()
            return pages, size
        finally:
            document.close()


def _open(path: Path) -> PdfDocument:
    import pypdfium2

    data = encapsulated(path).read()
    forget_last_error()
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = getattr(error, "err_code", None) in (_PASSWORD, _SECURITY)
        raise CannotDecode(reason=LOCKED if locked else BROKEN) from error


def _close(document: PdfDocument) -> None:
    with LOCK:
        document.close()


def _sentence(error: KnownError | OSError) -> str:
    reason = str(error.facts.get("reason", "")) if isinstance(error, KnownError) else ""
    return reason if reason in (LOCKED, EMPTY) else BROKEN


@contextmanager
def _known(frame: int) -> Iterator[None]:
    import pypdfium2

    try:
        yield
    except (pypdfium2.PdfiumError, MemoryError, ValueError, IndexError) as error:
        raise CannotDecode(reason=_UNREADABLE.format(page=frame + 1)) from error


def _drawn(page: Any, part: Part, scale: float) -> NDArray[np.uint8]:
    """`part` of a page on white, (rows, columns, 3) RGB; `scale` is the own picture's pixels a point."""
    from pypdfium2 import raw

    columns, rows = part.columns, part.rows
    if not (0 < columns <= LARGEST_PART and 0 < rows <= LARGEST_PART):
        raise ValueError("a part of no or too large a size")
    room = np.empty((rows, columns, 4), np.uint8)
    bitmap = raw.FPDFBitmap_CreateEx(
        columns, rows, raw.FPDFBitmap_BGRx, room.ctypes.data_as(ctypes.c_void_p), columns * 4
    )
    if not bitmap:
        raise MemoryError
    try:
        raw.FPDFBitmap_FillRect(bitmap, 0, 0, columns, rows, _WHITE)
        zoom = part.factor * scale
        matrix = raw.FS_MATRIX(zoom, 0, 0, zoom, -part.left, -part.top)
        clip = raw.FS_RECTF(0, 0, columns, rows)
        raw.FPDF_RenderPageBitmapWithMatrix(bitmap, page, matrix, clip, _FLAGS)
    finally:
        raw.FPDFBitmap_Destroy(bitmap)
    return np.ascontiguousarray(room[..., :3])
