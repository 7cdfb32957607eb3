"""From a decoded video frame to the screen's RGB, by the matrix and the range that the stream states.

A stream that states none is taken as FFmpeg's and other players take it: BT.709 from 720 lines on, else
BT.601, and the limited range of television (ITU-R BT.601, BT.709; H.264 and HEVC annex E).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

_HD_ROWS, _HD_COLUMNS = 720, 1280
_FULL_FORMATS = "yuvj"
_BT709, _FCC, _BT470BG, _SMPTE170M, _SMPTE240M, _BT2020, _BT2020_CL = 1, 4, 5, 6, 7, 9, 10
"""Matrix coefficients as numbered by H.264 table E-5 (and by FFmpeg)."""


def rgb(frame: Any) -> NDArray[np.uint8]:
    """(rows, columns, 3) uint8 of an av.VideoFrame, at the frame's own size. For several threads.

    FFmpeg's usual way: 1 ms for 1920 x 1080, black and white exact, other levels at most 3 of 255 too dark.
    Its exact way takes forty times as long, too long to play.

    Not by the frame's own `reformat`: it keeps its tables in the frame, and two threads that convert the same
    frame with it end the program.
    """
    from av.video.reformatter import ColorRange, VideoReformatter

    made = VideoReformatter().reformat(
        frame,
        format="rgb24",
        src_colorspace=matrix(frame),
        dst_colorspace=matrix(frame),
        src_color_range=ColorRange.JPEG if full_range(frame) else ColorRange.MPEG,
        dst_color_range=ColorRange.JPEG,
        threads=1,
    )
    return np.ascontiguousarray(made.to_ndarray())


def full_range(frame: Any) -> bool:
    """Whether black is 0 and white is all ones, rather than 16 and 235."""
    from av.video.reformatter import ColorRange

    return bool(frame.color_range == ColorRange.JPEG or frame.format.name.startswith(_FULL_FORMATS))


def matrix(frame: Any) -> Any:
    """The matrix to undo, as PyAV's Colorspace."""
    from av.video.reformatter import Colorspace

    stated = {
        _BT709: Colorspace.ITU709,
        _FCC: Colorspace.FCC,
        _BT470BG: Colorspace.ITU601,
        _SMPTE170M: Colorspace.ITU601,
        _SMPTE240M: Colorspace.SMPTE240M,
        _BT2020: Colorspace.BT2020,
        _BT2020_CL: Colorspace.BT2020,
    }.get(int(frame.colorspace))
    if stated is not None:
        return stated
    high = frame.height >= _HD_ROWS or frame.width >= _HD_COLUMNS
    return Colorspace.ITU709 if high else Colorspace.ITU601
