"""Small pictures of files that are not in the library yet, made in a thread while somebody chooses.

Nothing is kept on the disk; a file without a picture simply stays without one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QImage, QImageReader

from vetpacs_desktop.jobs import CancelToken, Job
from vetpacs_desktop.store.intake.importing.survey import Sort
from vetpacs_desktop.ui.bridge import Bridge

LOG = logging.getLogger(__name__)
SIDE = 112
"""Pixels: sharp at 200 % in a square of 56."""
LARGEST_MIB = 512
"""Memory one picture may take while it is made small; a scan of a whole film is less."""

Draw: TypeAlias = Callable[[Path, int], tuple[NDArray[np.uint8] | None, str]]
"""(path, side) -> RGB (side, side, 3) of an image's middle frame, or None and the sentence why not."""
Wish: TypeAlias = tuple[object, Path, Sort | None]
"""(key, file, what a foreign file is; None for an image of an exam)"""


class Previews(QObject):
    """Makes the pictures of one list of files after another; a new list ends the one before."""

    came = Signal(object, object)
    """(key, QImage)"""

    def __init__(self, bridge: Bridge, draw: Draw, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._draw = draw
        self._job: Job[None] | None = None

    def want(self, wishes: Sequence[Wish]) -> None:
        """Make these, in their order."""
        self.stop()
        self._job = self._bridge.start(
            lambda _report, cancel: self._work(wishes, cancel), lambda _: None, lambda _: None
        )

    def stop(self) -> None:
        """Nothing more arrives."""
        if self._job is not None:
            self._job.cancel()
            self._job = None

    # In the thread

    def _work(self, wishes: Sequence[Wish], cancel: CancelToken) -> None:
        for key, path, sort in wishes:
            cancel.check()
            image = self._made(path, sort)
            if image is not None:
                self._bridge.post(lambda key=key, image=image: self._tell(cancel, key, image))  # type: ignore[misc]

    def _tell(self, cancel: CancelToken, key: object, image: QImage) -> None:
        if not cancel.cancelled:
            self.came.emit(key, image)

    def _made(self, path: Path, sort: Sort | None) -> QImage | None:
        try:
            if sort is None:
                drawn, _ = self._draw(path, SIDE)
                return None if drawn is None else _image(drawn)
            return {Sort.PICTURE: of_picture, Sort.DOCUMENT: of_document, Sort.VIDEO: of_video}[sort](path)
        except Exception:
            # Files of strangers, in the hands of three foreign libraries: no preview is worth a crash.
            LOG.info("a file has no preview", exc_info=True)
            return None


def of_picture(path: Path) -> QImage | None:
    """A photo, turned as its camera says."""
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)
    reader.setAllocationLimit(LARGEST_MIB)
    size = reader.size()
    if size.isValid():
        reader.setScaledSize(size.scaled(QSize(SIDE, SIDE), Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    return None if image.isNull() else image


def of_document(path: Path) -> QImage | None:
    """A document's first page."""
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    try:
        page = document[0]
        bitmap = page.render(scale=SIDE / max(page.get_size()), rev_byteorder=True)
        pixels = bitmap.to_numpy()
        return _image(np.ascontiguousarray(pixels[..., :3]))
    finally:
        document.close()


def of_video(path: Path) -> QImage | None:
    """A video's picture of its first second."""
    import av

    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            return _fitted(_image(frame.to_ndarray(format="rgb24")))
    return None


def _image(rgb: NDArray[np.uint8]) -> QImage:
    rows, columns, _ = rgb.shape
    return QImage(rgb.tobytes(), columns, rows, 3 * columns, QImage.Format.Format_RGB888).copy()


def _fitted(image: QImage) -> QImage:
    return image.scaled(
        SIDE, SIDE, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
