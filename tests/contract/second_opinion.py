"""DCMTK's picture of a file: another program, other decoders, other formulas."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tests.helpers.dcmtk import run


def dcmtk_picture(path: Path, frame: int, window: dict[str, Any] | None, folder: Path) -> NDArray[np.uint8]:
    """(rows, cols, 3) RGB of one frame, counted from 0, through a LINEAR window."""
    out = folder / "dcmtk.png"
    through = ["+Ww", str(window["center"]), str(window["width"])] if window else []
    run("dcmj2pnm", "+Fr", str(frame + 1), "1", *through, "+on", path, out, check=True)
    (written,) = folder.glob("dcmtk.png*")  # with a number behind it where the file has several frames
    picture = np.asarray(Image.open(written).convert("RGB"))
    written.unlink()
    return picture
