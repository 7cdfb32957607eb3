"""How the pixels of one frame lie in the bytes: sizes, bits and colours, checked before any is read.

Owns the refusal of headers that make no picture, each with its sentence. Must never read a file.
"""

from __future__ import annotations

from dataclasses import dataclass

import psutil

from vetpacs_desktop.errors import CannotDecode, NotAnImage
from vetpacs_desktop.viewer.description import ImageDescription

GREY = ("MONOCHROME1", "MONOCHROME2")
PALETTE = "PALETTE COLOR"
RGB = "RGB"
YBR = ("YBR_FULL", "YBR_FULL_422")
YBR_ALREADY_RGB = ("YBR_ICT", "YBR_RCT")
"""JPEG 2000's own transforms, which its decoders undo (PS3.5 8.2.4)."""
YBR_PARTIAL = "YBR_PARTIAL_422"
RETIRED = ("HSV", "ARGB", "CMYK", "YBR_PARTIAL_420")

_COPIES = 4
"""Pictures' worth of memory a decode may take at its peak: coded, decoded, converted, shown."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What decoders need to know; `bits_stored` is at least 1 and at most `bits_allocated`."""

    rows: int
    columns: int
    samples: int
    photometric: str
    bits_allocated: int
    bits_stored: int
    high_bit: int
    signed: bool
    planar: bool
    """Colour by plane (RRR..GGG..BBB) where True."""

    @property
    def pixels(self) -> int:
        return self.rows * self.columns

    @property
    def frame_bytes(self) -> int:
        """Bytes of one uncompressed frame (not for packed bits or 4:2:2)."""
        return self.pixels * self.samples * max(self.bits_allocated // 8, 1)


def layout_of(description: ImageDescription, frame: int) -> Layout:
    """Raises `NotAnImage` for a file without pixels, `CannotDecode` for what can't be a picture."""
    if not description.has_pixels:
        raise NotAnImage(path=description.path, reason=inside_a_sentence(description.why_not))
    if description.rows < 1 or description.columns < 1:
        raise CannotDecode(reason="its header does not say how large it is; ask for it to be sent again")
    if not 0 <= frame < max(description.number_of_frames, 1):
        raise CannotDecode(
            reason=f"it has {max(description.number_of_frames, 1)} frames, there is no number {frame + 1}"
        )
    layout = Layout(
        rows=description.rows,
        columns=description.columns,
        samples=description.samples_per_pixel,
        photometric=_photometric(description),
        bits_allocated=description.bits_allocated,
        bits_stored=_bits_stored(description),
        high_bit=description.high_bit,
        signed=description.signed,
        planar=description.planar == 1 and description.samples_per_pixel > 1,
    )
    _check_colours(layout)
    _check_memory(layout)
    return layout


def inside_a_sentence(why_not: str) -> str:
    """A whole sentence as the end of another one."""
    reason = why_not.strip().rstrip(".") or "the file carries no pixel data"
    return reason[0].lower() + reason[1:] if reason[1:2].islower() else reason


def _bits_stored(description: ImageDescription) -> int:
    allocated = max(description.bits_allocated, 1)
    return description.bits_stored if 0 < description.bits_stored <= allocated else allocated


def _photometric(description: ImageDescription) -> str:
    """As stated; a missing or contradicting one follows from the number of samples."""
    stated = description.photometric.strip().upper()
    if description.samples_per_pixel == 1 and stated in ("", RGB, *YBR, *YBR_ALREADY_RGB):
        return "MONOCHROME2"
    if description.samples_per_pixel == 3 and stated in ("", *GREY):
        return RGB
    return stated


def _check_colours(layout: Layout) -> None:
    one = (*GREY, PALETTE)
    three = (RGB, *YBR, *YBR_ALREADY_RGB, YBR_PARTIAL)
    fits = layout.photometric in {1: one, 3: three}.get(layout.samples, ())
    if not fits:
        kind = "a retired" if layout.photometric in RETIRED else "an unknown"
        raise CannotDecode(
            reason=f"its colours are coded in {kind} way "
            f"({layout.photometric[:16] or 'nothing said'}, {_counted(layout.samples)} a pixel)"
        )
    if layout.bits_allocated not in (1, 8, 16, 32, 64):
        raise CannotDecode(
            reason=f"its pixels are {layout.bits_allocated} bits wide, which no device should send"
        )


def _counted(samples: int) -> str:
    return "1 value" if samples == 1 else f"{samples} values"


def _check_memory(layout: Layout) -> None:
    """Refuse what would bring the computer to its knees; small pictures skip the question."""
    need = layout.frame_bytes * _COPIES
    if need < 256 << 20:
        return
    free = psutil.virtual_memory().available
    if need > free:
        raise CannotDecode(
            reason=f"a picture of {layout.columns:,} x {layout.rows:,} pixels needs {need / 2**30:.1f} GB of "
            f"memory, and {free / 2**30:.1f} GB are free; close other programs and try again"
        )
