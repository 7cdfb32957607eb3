"""Videos made for the tests: four coloured corners and a white bar that runs through."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from tests.store.intake.foreign.files import corners


def clip(
    path: Path,
    *,
    codec: str = "libx264",
    container: str = "mp4",
    pixels: str = "yuv420p",
    size: tuple[int, int] = (320, 240),
    frames: int = 24,
    rate: int = 24,
    rotation: int = 0,
    sound: str = "",
    options: dict[str, str] | None = None,
    notes: dict[str, str] | None = None,
    fast_start: bool = False,
) -> Path:
    """Write a video."""
    how = {"movflags": "faststart+use_metadata_tags"} if fast_start else {}
    with av.open(str(path), "w", format=container, options=how) as file:
        stream: Any = file.add_stream(codec, rate=rate, options=options or {})
        stream.width, stream.height, stream.pix_fmt = *size, pixels
        if pixels.startswith("yuvj"):
            stream.codec_context.color_range = 2
        voice: Any = file.add_stream(sound, rate=48_000) if sound else None
        if rotation:
            stream.set_display_rotation(rotation)
        file.metadata.update(notes or {})
        for number in range(frames):
            for packet in stream.encode(av.VideoFrame.from_ndarray(frame(size, number), format="rgb24")):
                file.mux(packet)
            if voice is not None:
                for packet in voice.encode(_silence(number, rate, voice.codec_context.format.name)):
                    file.mux(packet)
        for output in (stream, voice) if voice is not None else (stream,):
            for packet in output.encode():
                file.mux(packet)
    return path


def frame(size: tuple[int, int], number: int) -> NDArray[np.uint8]:
    """(rows, columns, 3) RGB."""
    pixels = corners(*size)
    middle = size[1] // 2
    pixels[middle - 8 : middle + 8, number * 8 : number * 8 + 8] = 255
    return pixels


def packets(path: Path, kind: str = "video") -> list[bytes]:
    """The coded frames, one by one."""
    with av.open(str(path)) as file:
        stream = getattr(file.streams, kind)[0]
        return [bytes(packet) for packet in file.demux(stream) if packet.size]


def decoded(path: Path) -> list[NDArray[np.uint8]]:
    """All frames as RGB, as they are stored: a note of rotation is not followed."""
    with av.open(str(path)) as file:
        return [one.to_ndarray(format="rgb24") for one in file.decode(video=0)]


def _silence(number: int, rate: int, form: str) -> av.AudioFrame:
    samples = 48_000 // rate
    still = av.AudioFrame(format=form, layout="stereo", samples=samples)
    for plane in still.planes:
        plane.update(bytes(plane.buffer_size))
    still.sample_rate = 48_000
    still.pts = number * samples
    return still
