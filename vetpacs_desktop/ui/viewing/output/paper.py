"""Pictures to a printer or a PDF: made page by page in a thread, painted in the window's, one page a turn.

A PDF is written whole or not at all. Owns the job; what a page looks like is `pages`' matter.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QFileDevice, QSaveFile, QSizeF
from PySide6.QtGui import QPagedPaintDevice, QPainter, QPdfWriter

from vetpacs_desktop.errors import CannotDecode, KnownError, NotAnImage, PathMissing
from vetpacs_desktop.jobs import CancelToken, Progress, Report
from vetpacs_desktop.ui.viewing.output.choice import Scene, tr
from vetpacs_desktop.ui.viewing.output.clipboard import as_image
from vetpacs_desktop.ui.viewing.output.drawing import WindowCanvas
from vetpacs_desktop.ui.viewing.output.pages import PRINT_DPI, TRUE, PageWish, Placed, cells, paint_page
from vetpacs_desktop.ui.viewing.output.saving import painter_for
from vetpacs_desktop.viewer.output.files import NoRoom, NotAllowed, NotWritten
from vetpacs_desktop.viewer.output.painter import Painter, Taste
from vetpacs_desktop.viewer.output.shots import Shot

_MM_PER_INCH = 25.4
LEAST_PIXELS = 64
SCREEN_DPI = 170
"""Words of 13 pixels on a screen of so many are six points on paper: small, out of the animal's way."""


class NotPrinted(KnownError):
    """The printer did not take the pages; see whether it is on and has paper, then print again."""


class Paper(Protocol):
    """What pages are painted on, in the window's thread."""

    def begin(self) -> None:
        """Before the first page. Raises `KnownError`."""
        ...

    def page(self, pictures: Sequence[Placed], number: int, count: int) -> None:
        """The next page, from 1."""
        ...

    def end(self, *, whole: bool) -> None:
        """After the last one; not `whole` when somebody stopped or something failed."""
        ...


class _Pages:
    """Painting on a device of Qt's."""

    def __init__(self, scene: Scene, wish: PageWish) -> None:
        self._scene, self._wish = scene, wish
        self._device: QPagedPaintDevice | None = None
        self._painter: QPainter | None = None

    def page(self, pictures: Sequence[Placed], number: int, count: int) -> None:
        assert self._painter is not None
        assert self._device is not None
        if number > 1 and not self._device.newPage():
            raise NotPrinted()
        dots = self._device.logicalDpiX() / _MM_PER_INCH
        paint_page(
            self._painter, dots, area_of(self._wish), self._wish, pictures, self._scene.album.label,
            (number, count),
        )  # fmt: skip

    def _open(self, device: QPagedPaintDevice) -> bool:
        self._device = device
        self._painter = QPainter()
        return self._painter.begin(device)

    def _close(self) -> None:
        if self._painter is not None and self._painter.isActive():
            self._painter.end()
        self._painter = None


class PdfPaper(_Pages):
    """A PDF file."""

    def __init__(self, scene: Scene, wish: PageWish, path: Path) -> None:
        super().__init__(scene, wish)
        self._path = path
        self._file = QSaveFile(str(path))

    def begin(self) -> None:
        if not self._file.open(QSaveFile.OpenModeFlag.WriteOnly):
            raise self._error()
        writer = QPdfWriter(self._file)
        writer.setResolution(PRINT_DPI)
        writer.setPageLayout(self._wish.layout())
        label = self._scene.album.label
        writer.setTitle(" ".join(word for word in (label.animal, label.date) if word))
        writer.setCreator("VetPACS")
        if not self._open(writer):
            raise self._error()

    def end(self, *, whole: bool) -> None:
        self._close()
        self._device = None
        if not whole:
            self._file.cancelWriting()
        if not self._file.commit() and whole:
            raise self._error()

    def _error(self) -> KnownError:
        kind = self._file.error()
        if kind is QFileDevice.FileError.ResourceError:
            return NoRoom(path=self._path)
        if kind in (QFileDevice.FileError.PermissionsError, QFileDevice.FileError.OpenError):
            return NotAllowed(path=self._path)
        return NotWritten(path=self._path, reason=self._file.errorString())


class PrinterPaper(_Pages):
    """A printer that was chosen in the system's dialog."""

    def __init__(self, scene: Scene, wish: PageWish, printer: QPagedPaintDevice) -> None:
        super().__init__(scene, wish)
        self._printer = printer

    def begin(self) -> None:
        if not self._open(self._printer):
            raise NotPrinted()

    def end(self, *, whole: bool) -> None:
        if not whole:
            abort = getattr(self._printer, "abort", None)
            if abort is not None:
                abort()
        self._close()


def area_of(wish: PageWish) -> QSizeF:
    """The printable area in mm."""
    layout = wish.layout()
    return layout.paintRect(layout.units()).size()


def deliver_pages(
    canvas: WindowCanvas,
    scene: Scene,
    shots: Sequence[Shot],
    wish: PageWish,
    paper: Paper,
    report: Report,
    cancel: CancelToken,
) -> int:
    """The job, in a thread; returns the number of pages."""
    painter = painter_for(canvas, scene, Taste(wish.overlay, None, scene.quadruped), cancel)
    count = wish.page_count(len(shots))
    canvas.in_window(paper.begin, cancel)
    whole = False
    try:
        for number in range(1, count + 1):
            chosen = shots[(number - 1) * wish.a_page : number * wish.a_page]
            pictures = placed(painter, scene, chosen, wish, PRINT_DPI, cancel)
            canvas.in_window(lambda made=pictures, n=number: paper.page(made, n, count), cancel)  # type: ignore[misc]
            report(Progress(number * wish.a_page, count * wish.a_page))
        whole = True
    finally:
        canvas.in_window(lambda: paper.end(whole=whole), CancelToken())
    return count


def placed(
    painter: Painter,
    scene: Scene,
    shots: Sequence[Shot],
    wish: PageWish,
    dpi: float,
    cancel: CancelToken,
) -> list[Placed]:
    """The pictures of one page, no finer than the paper can show."""
    cell = cells(area_of(wish), wish)[0]
    made = []
    for shot in shots:
        cancel.check()
        try:
            made.append(_placed(painter, scene, shot, (cell.width(), cell.height()), dpi))
        except (NotAnImage, CannotDecode, PathMissing) as error:
            made.append(Placed(None, error.sentence))
    return made


def _placed(painter: Painter, scene: Scene, shot: Shot, cell_mm: tuple[float, float], dpi: float) -> Placed:
    frame = painter.load(shot)
    width, height = painter.extent(shot, frame)
    room = [side / _MM_PER_INCH * dpi for side in cell_mm]
    factor = min(room[0] / width, room[1] / height)
    # Words are drawn at the paper's resolution; without them the image's own pixels are enough.
    factor = max(factor, LEAST_PIXELS / max(width, height)) if painter.overlay else min(factor, 1.0)
    size = max(1, round(width * factor)), max(1, round(height * factor))
    extent, scale = painter.millimetres(shot, frame)
    return Placed(
        as_image(painter.picture(shot, size, dpi / SCREEN_DPI)),
        caption_of(scene, shot),
        extent,
        extent is not None and scale.basis in TRUE,
    )


def caption_of(scene: Scene, shot: Shot) -> str:
    """Which image it is: its series and view, its number among several."""
    subject = shot.subject
    number = ""
    if shot.place.count > 1:
        number = tr("{n} of {count}").format(n=shot.place.index + 1, count=shot.place.count)
    plane = ", ".join(shot.place.plane)
    return ", ".join(word for word in (number, subject.series or subject.exam, subject.view, plane) if word)
