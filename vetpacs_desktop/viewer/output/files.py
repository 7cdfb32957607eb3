"""Picture files: PNG and JPEG with the label inside, written whole or not at all.

Also the sentences for a disk that is full and a folder that is closed. Must never leave half a file under the
name that was asked for.
"""

from __future__ import annotations

import errno
import os
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import Enum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.viewer.corner_texts import Translate, as_written
from vetpacs_desktop.viewer.labels import PictureLabel, exif, png_texts

QUALITY = 92
"""Of JPEG, 1 to 95; at this one a radiograph shows no blocks."""
LARGEST_JPEG = 65_500
_PNG_EFFORT = 4
"""A radiograph of 12 megapixels in a second, at nearly the size that three seconds would give."""
_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))
_CLOSED = (errno.EACCES, errno.EPERM, errno.EROFS)
_LONGEST_NAME = 80


class NoRoom(KnownError):
    """The disk with {path} is full, so this file was not written; free some space or choose another place."""


class NotAllowed(KnownError):
    """{path} may not be written by you; choose a folder of your own, or ask for the right to write there."""


class NotWritten(KnownError):
    """{path} could not be written ({reason}); choose another folder and try again."""


class Format(Enum):
    """What a picture becomes; the value is the word of the command line."""

    PNG = "png"
    JPEG = "jpeg"
    MP4 = "mp4"

    @property
    def ending(self) -> str:
        """Of the file's name."""
        return ".jpg" if self is Format.JPEG else f".{self.value}"


def save_picture(
    rgb: NDArray[np.uint8],
    path: Path,
    label: PictureLabel,
    format: Format = Format.PNG,
    *,
    quality: int = QUALITY,
    translate: Translate = as_written,
) -> int:
    """Write (height, width, 3) uint8; returns the bytes on the disk. Raises `NoRoom`, `NotAllowed`,
    `NotWritten`."""
    image = Image.fromarray(rgb)
    if format is Format.JPEG and max(rgb.shape[:2]) > LARGEST_JPEG:
        raise NotWritten(path=path, reason="a JPEG picture can't be that large; choose PNG or a smaller size")
    with whole(path) as part:
        if format is Format.PNG:
            image.save(part, "PNG", compress_level=_PNG_EFFORT, pnginfo=png_texts(label, translate))
        else:
            # Colour at full resolution: thin coloured lines would bleed otherwise.
            image.save(part, "JPEG", quality=quality, subsampling=0, exif=exif(label, translate))
    return path.stat().st_size


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A name to write to, which becomes `path` if all goes well and vanishes if not. Turns `OSError` into
    sentences."""
    part = path.with_name(f".{path.name[:_LONGEST_NAME]}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield part
        part.replace(path)
    except OSError as error:
        raise sentence_for(path, error) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def sentence_for(path: Path, error: OSError) -> KnownError:
    """The known error that an `OSError` at writing is."""
    if error.errno in _FULL:
        return NoRoom(path=path)
    if error.errno in _CLOSED:
        return NotAllowed(path=path)
    return NotWritten(path=path, reason=error.strerror or str(error) or type(error).__name__)


def file_name(words: str, nameless: str = "picture") -> str:
    """Words as a file name without ending that every system takes."""
    allowed = "".join(
        sign if unicodedata.category(sign)[0] in "LNM" or sign in " -_.,()" else " " for sign in words
    )
    return " ".join(allowed.split()).strip(". ")[:_LONGEST_NAME].rstrip(". ") or nameless


def free_name(folder: Path, stem: str, ending: str, taken: set[str]) -> Path:
    """A name in `folder` that neither a file nor one of `taken` has; the new one is added to `taken`."""
    number, name = 1, f"{stem}{ending}"
    while name.casefold() in taken or (folder / name).exists():
        number += 1
        name = f"{stem} ({number}){ending}"
    taken.add(name.casefold())
    return folder / name
