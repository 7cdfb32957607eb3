"""A picture file decoded: upright, without transparency, grey or sRGB, handed out in strips of rows.

Only Pillow (and imagecodecs for 12-bit JPEG) is behind it. Grey keeps its 8 or 16 bits; colour has 8 bits a
channel, since DICOM has no use for more. This module knows no DICOM.
"""

from __future__ import annotations

import contextlib
import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vetpacs_desktop.jobs import CancelToken
from vetpacs_desktop.store.intake.foreign import exif
from vetpacs_desktop.store.intake.foreign.recognise import Refused

if TYPE_CHECKING:
    from PIL.Image import Image

STRIP = 1 << 22
"""Bytes of a strip, about."""
LARGEST_SIDE = 0xFFFF
PAPER = 255
"""What shines through transparent parts: white, like the page such pictures are made for."""
_UNREADABLE = (OSError, SyntaxError, ValueError, TypeError, EOFError, IndexError, KeyError, OverflowError)
_BROKEN = (*_UNREADABLE, struct.error, zlib.error, MemoryError)
_GREY = frozenset({"1", "L", "LA", "La"})
_GREY_16 = frozenset({"I;16", "I;16L", "I;16B", "I;16N"})
_REDUCED = 254
"""TIFF's NewSubfileType; bit 0 marks a reduced version of another page."""
DAMAGED = "The picture is damaged or cut off; send or copy it again."
RAW = "This is a camera's raw picture, which can't be taken; save or send it as JPEG and take that."


@dataclass(frozen=True, slots=True)
class Shape:
    """What the pixels will be: `samples` 1 (grey) or 3 (RGB) of `bits` 8 or 16."""

    rows: int
    columns: int
    samples: int
    bits: int = 8
    stored: int = 8

    @property
    def bytes(self) -> int:
        return self.rows * self.columns * self.samples * self.bits // 8


@contextlib.contextmanager
def reading() -> Iterator[None]:
    """What Pillow makes of a damaged file becomes `Refused`."""
    from PIL import Image

    try:
        yield
    except Image.DecompressionBombError as error:
        raise Refused(reason="The picture has more than 178 million pixels, too many to be taken.") from error
    except _BROKEN as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # the disk, not the content
        raise Refused(reason=DAMAGED) from error


@contextlib.contextmanager
def opened(path: Path) -> Iterator[Image]:
    """The picture file, open but not decoded. Raises `Refused` for what is no picture."""
    from PIL import Image

    with reading():
        image = Image.open(path, formats=("JPEG", "PNG", "BMP", "DIB", "TIFF"))
    with image:
        yield image


def pages(image: Image) -> list[int]:
    """Which pages of a file are pictures of their own: no thumbnails, no reduced copies. Raises `Refused`."""
    with reading():
        count = getattr(image, "n_frames", 1) if image.format == "TIFF" else 1
    found = []
    for page in range(count):
        with reading():
            if count > 1:
                image.seek(page)
            if not (int(getattr(image, "tag_v2", {}).get(_REDUCED, 0)) & 1):
                found.append(page)
    if not found:
        raise Refused(reason=RAW)
    return found


def shape_of(image: Image, page: int = 0) -> Shape:
    """The shape `raster` will have, known without decoding. Raises `Refused` for kinds of pixels that no
    screen shows."""
    _turn_to(image, page)
    columns, rows = image.size
    if image.format != "TIFF" and exif.orientation_of(image) >= 5:  # Pillow turns TIFF's sizes by itself
        columns, rows = rows, columns
    if max(rows, columns) > LARGEST_SIDE:
        raise Refused(
            reason=f"The picture is wider or higher than {LARGEST_SIDE} pixels, too large to be taken."
        )
    if image.mode in _GREY:
        return Shape(rows, columns, 1)
    if image.mode in _GREY_16:
        return Shape(rows, columns, 1, 16, 16)
    if image.mode in ("I", "F"):
        raise Refused(
            reason="The picture has 32 bits or fractions a pixel, as scientific programs write them; save "
            "it with 8 or 16 bits."
        )
    return Shape(rows, columns, 3)


def raster(image: Image, shape: Shape, page: int = 0) -> Image:
    """The page as a picture of mode L, I;16 or RGB, upright. Holds it once, or twice while it turns."""
    from PIL import ImageOps

    _turn_to(image, page)
    with reading():
        profile = image.info.get("icc_profile")
        image.load()
        upright = ImageOps.exif_transpose(image) if exif.orientation_of(image) != exif.UPRIGHT else image
        plain = _plain(upright, profile if isinstance(profile, bytes) else b"")
    if (plain.height, plain.width) != (shape.rows, shape.columns):
        raise Refused(reason=DAMAGED)
    return plain


def _turn_to(image: Image, page: int) -> None:
    with reading():
        if page or getattr(image, "n_frames", 1) > 1:
            image.seek(page)


def strips(image: Image, shape: Shape, cancel: CancelToken) -> Iterator[bytes]:
    """The pixels from top to bottom, little-endian. Raises `Cancelled`."""
    step = max(1, STRIP // max(1, shape.bytes // shape.rows))
    for top in range(0, shape.rows, step):
        cancel.check()
        yield image.crop((0, top, shape.columns, min(shape.rows, top + step))).tobytes()


def check_jpeg(path: Path) -> None:
    """Decode a JPEG file once, small, to see that it can be. Raises `Refused`."""
    with opened(path) as image, reading():
        image.draft("L", (max(1, image.width // 8), max(1, image.height // 8)))
        image.load()


def twelve_bits(path: Path) -> Any:
    """A 12-bit JPEG as an array (rows, columns) or (rows, columns, 3) of uint16. Raises `Refused`."""
    import imagecodecs

    try:
        return imagecodecs.jpeg8_decode(path.read_bytes())
    except (RuntimeError, ValueError, imagecodecs.DelayedImportError) as error:
        raise Refused(reason=DAMAGED) from error


def _plain(image: Image, profile: bytes) -> Image:
    if image.mode in _GREY_16:
        return image if image.mode in ("I;16", "I;16L") else _little(image)
    if image.mode in ("1", "L"):
        return image.convert("L")
    if image.mode in ("LA", "La"):
        return _flattened(image.convert("LA"), "L", PAPER)
    if image.mode in ("P", "PA"):
        image = image.convert("RGBA" if image.mode == "PA" or "transparency" in image.info else "RGB")
    if image.mode == "RGBa":
        image = image.convert("RGBA")
    if image.mode == "RGBA":
        image = _flattened(image, "RGB", (PAPER, PAPER, PAPER))
    elif image.mode == "RGB" and "transparency" in image.info:
        image = _flattened(image.convert("RGBA"), "RGB", (PAPER, PAPER, PAPER))
    return in_srgb(image, profile)


def _little(image: Image) -> Image:
    """16-bit grey of the other byte order."""
    import numpy as np
    from PIL import Image as Pillow

    values = np.frombuffer(image.tobytes(), ">u2" if image.mode == "I;16B" else "=u2")
    return Pillow.frombytes("I;16", image.size, values.astype("<u2").tobytes())


def _flattened(image: Image, mode: str, paper: Any) -> Image:
    from PIL import Image as Pillow

    page = Pillow.new(mode, image.size, paper)
    page.paste(image.convert(mode), mask=image.getchannel("A"))
    return page


def in_srgb(image: Image, profile: bytes) -> Image:
    """The picture in sRGB by its colour profile (ICC.1:2010); by the usual formula where there is none, or
    none that fits."""
    from PIL import ImageCms

    if profile:
        with contextlib.suppress(ImageCms.PyCMSError, OSError, ValueError, TypeError):
            its_own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            if image.mode == "RGB" and "srgb" in ImageCms.getProfileDescription(its_own).lower():
                return image
            turned = ImageCms.profileToProfile(
                image,
                its_own,
                ImageCms.createProfile("sRGB"),
                renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
                outputMode="RGB",
                flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
            )
            if turned is not None:
                return turned
    return image if image.mode == "RGB" else image.convert("RGB")
