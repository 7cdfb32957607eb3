"""Which font file the texts over a picture are drawn with, when no window system is there to choose one.

The first file that exists wins; all have figures of equal width and Latin, Greek and Cyrillic letters.
"""

from __future__ import annotations

import os
import sys
from functools import cache
from pathlib import Path

_LINUX = (
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    "/usr/share/fonts/dejavu/DejaVuSans.ttf",
    "/usr/share/fonts/TTF/DejaVuSans.ttf",
    "/usr/share/fonts/dejavu-sans-fonts/DejaVuSans.ttf",
    "/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf",
    "/usr/share/fonts/noto/NotoSans-Regular.ttf",
    "/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf",
)
_MAC = (
    "/System/Library/Fonts/Supplemental/Arial Unicode.ttf",
    "/System/Library/Fonts/Supplemental/Arial.ttf",
    "/System/Library/Fonts/Helvetica.ttc",
)
_WINDOWS = ("segoeui.ttf", "arial.ttf")


@cache
def font_file() -> Path | None:
    """The font file to use; None where the system has none of them."""
    return next((path for path in _candidates() if path.is_file()), None)


def _candidates() -> list[Path]:
    if sys.platform == "win32":
        folder = Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts"
        return [folder / name for name in _WINDOWS]
    return [Path(name) for name in (_MAC if sys.platform == "darwin" else _LINUX)]
