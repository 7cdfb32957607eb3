"""Films: pictures one after another as MP4 (H.264), which every telephone plays.

Owns the encoder and its rules: even sides, yuv420p, the index in front, the true pace. Must never change the
pace or leave frames out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.viewer.corner_texts import Translate, as_written
from vetpacs_desktop.viewer.labels import PictureLabel
from vetpacs_desktop.viewer.output.files import NotWritten, whole

LONGEST_SIDE = 1920
"""Pixels; larger films stutter on telephones and in mail programs."""
_ENCODERS = ("libx264", "libopenh264", "h264_mf", "h264_videotoolbox")
_QUALITY = {"libx264": {"crf": "18", "preset": "veryfast"}}
_BITS_PER_PIXEL = 0.2
"""For encoders that know no quality, only a bit rate."""
_BT709 = 1
_LIMITED = 1
"""Values of ISO/IEC 23091-2: without them players guess the colours from the size."""
_AS_WRITTEN = 5_000
"""Headers give milliseconds with two decimals or three: a rate off by less than this part is meant."""
SLOWEST, FASTEST = Fraction(1, 10), Fraction(240)


class NoEncoder(KnownError):
    """This computer can't write films (H.264 is missing); save the images as pictures instead."""


def rate_of(frame_ms: float) -> Fraction:
    """Pictures a second as a whole fraction, within what players bear: 33.37 ms become 30000/1001."""
    exact = Fraction(1000) / Fraction(frame_ms) if frame_ms > 0 else FASTEST
    whole, near = Fraction(round(exact)), exact.limit_denominator(1001)
    television = min((Fraction(n * 1000, 1001) for n in (24, 30, 60)), key=lambda rate: abs(rate - exact))
    meant = [rate for rate in (whole, television) if abs(rate - exact) < exact / _AS_WRITTEN]
    best = meant[0] if meant else near
    return min(max(best, SLOWEST), FASTEST)


def save_movie(
    pictures: Iterable[NDArray[np.uint8]],
    path: Path,
    rate: Fraction,
    label: PictureLabel,
    *,
    translate: Translate = as_written,
    each: Callable[[int], object] = lambda _: None,
) -> int:
    """Write (height, width, 3) uint8 pictures of one size; returns the bytes on the disk.

    `each` is told how many are written; what it raises ends the film, and no file is left. Raises `NoRoom`,
    `NotAllowed`, `NotWritten`, `NoEncoder`.
    """
    with whole(path) as part:
        try:
            _encode(pictures, part, rate, label.texts(translate), each)
        except av.error.FFmpegError as error:
            if isinstance(error, OSError) and error.errno:
                raise
            raise NotWritten(path=path, reason=str(error)) from error
    return path.stat().st_size


def _encode(
    pictures: Iterable[NDArray[np.uint8]],
    path: Path,
    rate: Fraction,
    texts: Any,
    each: Callable[[int], object],
) -> None:
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as container:
        container.metadata.update(_metadata(texts))
        stream: Any = None
        number = 0
        for number, picture in enumerate(pictures, 1):
            even = _even(picture)
            if stream is None:
                stream = _stream(container, even, rate)
            frame = av.VideoFrame.from_ndarray(even, "rgb24").reformat(
                format="yuv420p", dst_colorspace="ITU709"
            )
            frame.pts, frame.time_base = number - 1, 1 / rate
            container.mux(stream.encode(frame))
            each(number)
        if stream is not None:
            container.mux(stream.encode(None))
        if not number:
            raise NotWritten(path=path, reason="there are no pictures for a film")


def _stream(container: Any, picture: NDArray[np.uint8], rate: Fraction) -> Any:
    name = _encoder()
    stream = container.add_stream(name, rate=rate, options=_QUALITY.get(name, {}))
    stream.height, stream.width = picture.shape[:2]
    stream.pix_fmt = "yuv420p"
    stream.time_base = 1 / rate
    if name not in _QUALITY:
        stream.bit_rate = int(stream.width * stream.height * float(rate) * _BITS_PER_PIXEL)
    context = stream.codec_context
    context.color_primaries = context.color_trc = context.colorspace = _BT709
    context.color_range = _LIMITED
    return stream


def _encoder() -> str:
    for name in _ENCODERS:
        try:
            av.codec.Codec(name, "w")
        except ValueError:
            continue
        return name
    raise NoEncoder()


def _even(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Colours are kept for 2x2 pixels: an odd side gets a black line more."""
    height, width = picture.shape[:2]
    if not (height % 2 or width % 2):
        return np.ascontiguousarray(picture)
    return np.pad(picture, ((0, height % 2), (0, width % 2), (0, 0)))


def _metadata(texts: Any) -> dict[str, str]:
    """Keys that MP4 knows."""
    keys = {"Title": "title", "Author": "artist", "Description": "comment", "Creation Time": "date"}
    return {keys[name]: text for name, text in texts.items() if name in keys}
