"""Puts a video stream into an MP4 file: as it is, or decoded and encoded anew as H.264 High (PyAV, FFmpeg).

What is made conforms to PS3.5 8.2.7 or 8.2.8: 4:2:0, 8 bits, level 4.1 or 4.2, at most 1920 x 1080 or as many
pixels upright. This module decides nothing: `video.py` says which of the two is due.
"""

from __future__ import annotations

import contextlib
import errno
from collections import defaultdict
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

from vetpacs_desktop.jobs import CancelToken
from vetpacs_desktop.store.intake.foreign.recognise import Refused
from vetpacs_desktop.store.intake.foreign.streams import DAMAGED, Probe, moving_picture

QUALITY = "18"
"""x264's constant rate factor at which a loss is hardly seen."""
_BLOCK = 16
_BLOCKS_A_FRAME = 8192
_BLOCKS_A_SECOND = {"4.1": 245_760, "4.2": 522_240}
"""H.264 table A-1; both levels have the same largest frame."""
_TURNS = {90: "cclock", 270: "clock"}
_FAST_START = {"movflags": "faststart"}


def rewrap(path: Path, target: Path, cancel: CancelToken, *, sound: bool) -> bool:
    """Copy the stream's packets into an MP4; False when they can't stand in one. Raises `Cancelled`."""
    import av

    with contextlib.suppress(av.FFmpegError, ValueError):
        with (
            av.open(str(path)) as source,
            av.open(str(target), "w", format="mp4", options=_FAST_START) as copy,
        ):
            wanted = [moving_picture(source), *(source.streams.audio if sound else ())]
            places = {one.index: copy.add_stream_from_template(one) for one in wanted}
            for count, packet in enumerate(_with_decoding_times(source.demux(wanted))):
                if count % 256 == 0:
                    cancel.check()
                packet.stream = places[packet.stream.index]
                copy.mux(packet)
        return True
    return False


def _with_decoding_times(packets: Iterable[Any]) -> Iterator[Any]:
    """The packets of a file; those at its start for which Matroska states no decoding time get one.

    They are as many as frames may wait for their turn: a frame's length each before the first that has one.
    """
    waiting: dict[int, list[Any]] = defaultdict(list)
    for packet in packets:
        if not packet.size:
            continue
        early = waiting[packet.stream.index]
        if packet.dts is None:
            early.append(packet)
            continue
        for back, one in enumerate(reversed(early), 1):
            one.dts = packet.dts - back * max(packet.duration or 0, 1)
        yield from early
        early.clear()
        yield packet


def encode(path: Path, target: Path, found: Probe, cancel: CancelToken) -> None:
    """Decode and encode anew, upright and silent. Raises `Refused`, `Cancelled`."""
    import av

    try:
        with (
            av.open(str(path)) as source,
            av.open(str(target), "w", format="mp4", options=_FAST_START) as made,
        ):
            stream = moving_picture(source)
            stream.thread_type = "AUTO"
            _copy_frames(source, stream, made, found, cancel)
    except av.FFmpegError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise OSError(error.errno, error.strerror) from error
        raise Refused(reason=DAMAGED) from error


def _copy_frames(source: Any, stream: Any, made: Any, found: Probe, cancel: CancelToken) -> None:
    output: Any = None
    graph: Any = None
    last: int | None = None
    for count, frame in enumerate(source.decode(stream)):
        if count % 16 == 0:
            cancel.check()
        if graph is None:
            graph, (columns, rows) = _graph(frame, stream, found)
            output = _output(made, stream, found, columns, rows)
        graph.push(frame)
        ready = graph.pull()
        ready.pict_type = 0
        if last is not None and ready.pts is not None and ready.pts <= last:
            continue  # two frames of one moment: no stream may hold them
        last = ready.pts
        for packet in output.encode(ready):
            made.mux(packet)
    if output is None:
        raise Refused(reason=DAMAGED)
    for packet in output.encode():
        made.mux(packet)


def _graph(frame: Any, stream: Any, found: Probe) -> tuple[Any, tuple[int, int]]:
    """Filters from the decoded frame to what is encoded, and the size that comes out."""
    from av.filter import Graph

    sideways = found.rotation in _TURNS
    columns, rows = (frame.height, frame.width) if sideways else (frame.width, frame.height)
    columns, rows = fitting(columns, rows)
    steps = [("transpose", _TURNS[found.rotation])] if sideways else []
    if found.rotation == 180:
        steps = [("hflip", ""), ("vflip", "")]
    steps.append(("scale", f"w={columns}:h={rows}:out_range=tv:out_color_matrix=bt709:flags=lanczos"))
    steps.append(("format", "pix_fmts=yuv420p"))
    graph = Graph()
    chain = [graph.add_buffer(template=stream, time_base=stream.time_base)]
    chain += [graph.add(name, arguments) for name, arguments in steps]
    chain.append(graph.add("buffersink"))
    graph.link_nodes(*chain).configure()
    return graph, (columns, rows)


def fitting(columns: int, rows: int) -> tuple[int, int]:
    """An even size with at most the macroblocks of level 4.1, in the same proportions."""
    scale = 1.0
    while True:
        size = max(2, round(columns * scale / 2) * 2), max(2, round(rows * scale / 2) * 2)
        if -(-size[0] // _BLOCK) * -(-size[1] // _BLOCK) <= _BLOCKS_A_FRAME:
            return size
        scale *= 0.98


def _output(made: Any, stream: Any, found: Probe, columns: int, rows: int) -> Any:
    rate = Fraction(1000 / found.milliseconds).limit_denominator(1001)
    output = made.add_stream("libx264", rate=max(Fraction(1), min(rate, Fraction(60))))
    output.width, output.height, output.pix_fmt = columns, rows, "yuv420p"
    output.time_base = output.codec_context.time_base = stream.time_base
    context = output.codec_context
    context.thread_count = 1  # x264's threads don't always give the same bytes, and the decoder has its own
    context.color_range, context.colorspace, context.color_primaries, context.color_trc = 1, 1, 1, 1
    if found.aspect[0] != found.aspect[1]:
        ratio = Fraction(*found.aspect)
        context.sample_aspect_ratio = 1 / ratio if found.rotation in _TURNS else ratio
    a_second = -(-columns // _BLOCK) * -(-rows // _BLOCK) * float(rate)
    level = "4.1" if a_second <= _BLOCKS_A_SECOND["4.1"] else "4.2"
    output.options = {
        "profile": "high",
        "level": level,
        "crf": QUALITY,
        "preset": "veryfast",
        "maxrate": "50M",
        "bufsize": "60M",
        "g": str(max(1, round(float(rate)))),
    }
    return output
