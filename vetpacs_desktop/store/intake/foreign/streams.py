"""What a video file holds: codec, profile, level, size, rate, rotation; which transfer syntax may carry it.

Demuxes a file once to count its frames and decodes one of them. Writes nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydicom import uid

from vetpacs_desktop.jobs import CancelToken
from vetpacs_desktop.store.intake.foreign.header import Device
from vetpacs_desktop.store.intake.foreign.recognise import Refused

if TYPE_CHECKING:
    from av.container import InputContainer

DAMAGED = "The video is damaged or cut off and can't be read to its end; send or copy it again."
UNKNOWN = "The video is coded in a way that is not known here; save it as MP4 (H.264) and take that."
NO_PICTURES = "The file holds sound but no moving picture; only pictures, documents and videos can be taken."
SOUND_THAT_FITS = frozenset({"aac", "mp3", "mp2", "ac3"})
"""PS3.5 8.2.12; linear PCM is left out, since an MP4 can't carry it in a way that all players know."""
_BASELINE, _MAIN, _HIGH = 66, 77, 100
_CONSTRAINED = 0x40
"""constraint_set1_flag: a baseline stream that every Main and High decoder reads (H.264 A.2.1)."""
_HEVC = {1: str(uid.HEVCMP51), 2: str(uid.HEVCM10P51)}
_HEVC_LEVEL_51 = 153
_DAY = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d")


@dataclass(frozen=True, slots=True)
class Probe:
    """Facts of the first moving picture in a file."""

    codec: str
    profile: int
    """profile_idc of H.264 or HEVC; 0 for other codecs."""
    constraints: int
    level: int
    pixels: str
    """FFmpeg's name of the pixel format."""
    columns: int
    rows: int
    frames: int
    milliseconds: float
    """A frame lasts, on average."""
    rotation: int
    """Degrees counter-clockwise, 0, 90, 180 or 270, that a player turns it by."""
    aspect: tuple[int, int]
    """Width to height of a pixel."""
    sounds: tuple[str, ...]
    others: int
    """Streams that are neither the picture nor sound."""
    device: Device


def probe(path: Path, cancel: CancelToken) -> Probe:
    """Look into a video. Raises `Refused`, `Cancelled`."""
    import av

    try:
        with av.open(str(path)) as container:
            facts = _facts(container, cancel)
        with av.open(str(path)) as container:
            rotation = _first_rotation(container)
    except (av.FFmpegError, ValueError, OverflowError, UnicodeDecodeError) as error:
        raise Refused(reason=DAMAGED) from error
    return Probe(rotation=rotation, **facts)


def transfer_syntax(found: Probe) -> str | None:
    """The transfer syntax under which the stream may stand as it is; None when it must be encoded anew.

    H.264 High at level 4.1 or 4.2 (PS3.5 8.2.7, 8.2.8), HEVC Main and Main 10 at 5.1 (8.2.10, 8.2.11), 4:2:0.
    Main and constrained baseline streams count as High, since each decoder of High must read them (H.264
    A.2.4); encoding them anew would only lose.
    """
    if found.codec == "h264" and found.pixels in ("yuv420p", "yuvj420p"):
        constrained = found.profile == _BASELINE and bool(found.constraints & _CONSTRAINED)
        if found.profile not in (_MAIN, _HIGH) and not constrained:
            return None
        if 0 < found.level <= 41:
            return str(uid.MPEG4HP41)
        return str(uid.MPEG4HP422D) if found.level == 42 else None
    if found.codec == "hevc" and found.pixels in ("yuv420p", "yuv420p10le") and found.level <= _HEVC_LEVEL_51:
        return _HEVC.get(found.profile)
    return None


def moving_picture(container: InputContainer) -> Any:
    """The first video stream that is no cover picture, or None."""
    from av.stream import Disposition

    return next(
        (
            one
            for one in container.streams.video
            if not one.disposition & Disposition.attached_pic
            and one.codec_context
            and one.codec_context.width
        ),
        None,
    )


def _facts(container: InputContainer, cancel: CancelToken) -> dict[str, Any]:
    stream = moving_picture(container)
    if stream is None:
        raise Refused(reason=UNKNOWN if container.streams.video else NO_PICTURES)
    context = stream.codec_context
    profile, constraints, level = _profile(context.name, bytes(context.extradata or b""))
    frames, milliseconds = _timing(container, stream, cancel)
    ratio = stream.sample_aspect_ratio
    return {
        "codec": context.name,
        "profile": profile,
        "constraints": constraints,
        "level": level,
        "pixels": context.pix_fmt or "",
        "columns": context.width,
        "rows": context.height,
        "frames": frames,
        "milliseconds": milliseconds,
        "aspect": (ratio.numerator, ratio.denominator) if ratio else (1, 1),
        "sounds": tuple(
            one.codec_context.name if one.codec_context else "" for one in container.streams.audio
        ),
        "others": len(container.streams) - 1 - len(container.streams.audio),
        "device": device_of({**container.metadata, **stream.metadata}),
    }


def _timing(container: InputContainer, stream: Any, cancel: CancelToken) -> tuple[int, float]:
    """Number of frames and milliseconds for each, from a walk through all packets."""
    count, first, last, longest = 0, None, 0, 0
    for packet in container.demux(stream):
        if not packet.size:
            continue
        if count % 256 == 0:
            cancel.check()
        count += 1
        moment = packet.pts if packet.pts is not None else packet.dts
        if moment is not None:
            first = moment if first is None else min(first, moment)
            last = max(last, moment)
            longest = packet.duration or longest
    if not count or (stream.frames and count < stream.frames):
        raise Refused(reason=DAMAGED)
    if first is not None and last > first and count > 1:
        return count, float((last - first) * stream.time_base) * 1000 / (count - 1)
    rate = stream.average_rate or stream.guessed_rate
    return count, 1000 / float(rate) if rate else 40.0


def _first_rotation(container: InputContainer) -> int:
    stream = moving_picture(container)
    for frame in container.decode(stream):
        turned = int(round(frame.rotation / 90.0) * 90) % 360
        return turned
    raise Refused(reason=DAMAGED)


def _profile(codec: str, extradata: bytes) -> tuple[int, int, int]:
    """(profile, constraints, level) of an avcC or hvcC record (ISO/IEC 14496-15 5.3.3.1, 8.3.3.1)."""
    if codec == "h264" and len(extradata) > 3 and extradata[0] == 1:
        return extradata[1], extradata[2], extradata[3]
    if codec == "hevc" and len(extradata) > 12 and extradata[0] == 1:
        return extradata[1] & 0x1F, 0, extradata[12]
    return 0, 0, 0


def device_of(notes: dict[str, str]) -> Device:
    """What phones and cameras note in a video; times are UTC unless QuickTime's own note has a zone."""
    folded = {key.lower(): " ".join(value.split()) for key, value in notes.items()}
    return Device(
        maker=folded.get("com.apple.quicktime.make", folded.get("make", "")),
        model=folded.get("com.apple.quicktime.model", folded.get("model", "")),
        software=folded.get("com.apple.quicktime.software", ""),
        taken_at=_moment(folded.get("com.apple.quicktime.creationdate", folded.get("creation_time", ""))),
    )


def _moment(stated: str) -> str:
    """An ISO moment as DT; empty for nonsense and for the year 1904, QuickTime's "unknown"."""
    if not _DAY.match(stated):
        return ""
    try:
        moment = datetime.fromisoformat(stated)
    except ValueError:
        return ""
    if moment.year < 1980:
        return ""
    return moment.strftime("%Y%m%d%H%M%S%z")
