"""DCMTK's picture of a frame, without overlays and through a window that both programs can say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tests.helpers.dcmtk import run
from vetpacs_desktop.viewer.description import Window

JPEG_LS = ("1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.81")


def dcmtk_shows(
    path: Path, frame: int, window: Window | None, folder: Path, *, syntax: str = "", overlays: bool = False
) -> NDArray[np.uint8]:
    """(rows, cols, 3) RGB of one frame, counted from 0.

    A window with a curve means the file's first VOI LUT; one narrower than 1, which DCMTK refuses, must be
    the whole range of the frame's values.
    """
    program = "dcml2pnm" if syntax in JPEG_LS else "dcmj2pnm"
    layers = ["+O", "0"] if overlays else ["-O"]
    out = folder / "dcmtk.png"
    run(program, *layers, "+Fr", str(frame + 1), "1", *_voi(window), "+on", path, out, check=True)
    (written,) = folder.glob("dcmtk.png*")  # with a number behind it where the file has several frames
    picture = np.asarray(Image.open(written).convert("RGB"))
    written.unlink()
    return picture


def _voi(window: Window | None) -> list[str]:
    if window is None:
        return []
    if window.curve is not None:
        return ["+Wl", "1"]
    return ["+Ww", repr(window.center), repr(window.width)] if window.width >= 1 else ["+Wm"]
