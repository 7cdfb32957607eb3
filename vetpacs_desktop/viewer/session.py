"""An exam while it is read: which frames each series holds, in which order. Roughly at once, exactly soon.

The first look reads two headers, so that the first image need not wait for all; `arranged` reads the rest and
is meant for a thread. Holds no pixels and must never block on them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import overload

from pydicom.filereader import read_file_meta_info

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.jobs import CancelToken
from vetpacs_desktop.viewer.describe import read_description
from vetpacs_desktop.viewer.description import ImageDescription, Medium
from vetpacs_desktop.viewer.exam import ExamSeries
from vetpacs_desktop.viewer.geometry.planes import Vector
from vetpacs_desktop.viewer.loading import FrameKey
from vetpacs_desktop.viewer.picture import is_film
from vetpacs_desktop.viewer.pixels.source import BROKEN_DATA
from vetpacs_desktop.viewer.series import Stack, arrange

Describe = Callable[[Path], ImageDescription]
PROJECTIONS = frozenset({"CR", "DX", "DR", "RG", "IO", "PX", "MG", "RF", "XA"})
"""Radiographs of one series are views to be hung side by side; other stills are leafed through."""
MANY_FRAMES = 150
"""A header of more frames takes too long to read before the first image: 0.3 ms each."""
USUAL_FRAME_MS = 1000 / 15
"""Pace of a cine whose file names none."""


class FramesOfFile(Sequence[FrameKey]):
    """The keys of one file's frames in its own order: an hour of video costs no more than one of them."""

    def __init__(self, path: Path, count: int) -> None:
        self._path, self._count = path, count

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> FrameKey: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[FrameKey, ...]: ...

    def __getitem__(self, index: int | slice) -> FrameKey | tuple[FrameKey, ...]:
        numbers = range(self._count)[index]
        if isinstance(numbers, range):
            return tuple(FrameKey(self._path, number) for number in numbers)
        return FrameKey(self._path, numbers)

    def __contains__(self, key: object) -> bool:
        if not isinstance(key, FrameKey):
            return False
        return 0 <= key.frame < self._count and key == FrameKey(self._path, key.frame)

    def index(self, value: FrameKey, start: int = 0, stop: int | None = None) -> int:
        """The place of a key. Raises `ValueError`."""
        if value not in self or not start <= value.frame < (self._count if stop is None else stop):
            raise ValueError(value)
        return value.frame

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FramesOfFile) and (self._path, self._count) == (other._path, other._count)

    def __hash__(self) -> int:
        return hash((self._path, self._count))


@dataclass(frozen=True, slots=True)
class FrameStack:
    """Frames that are scrolled through together, in reading order."""

    keys: Sequence[FrameKey]
    positions: tuple[float | None, ...] = ()
    """Along the normal in mm; empty while unknown."""
    kind: str = "single"
    label: str = ""
    """What tells this stack from the others of its series."""
    note: str = ""
    """What the reader must know, in few words, such as a tilted gantry or missing slices."""
    problems: tuple[str, ...] = ()
    """The same in sentences."""
    frame_ms: float = USUAL_FRAME_MS
    lengths_ms: tuple[float, ...] = ()
    """How long each frame lasts, where they differ; `frame_ms` is their median then."""
    space: str = ""
    """The frame of reference, where it has one and the slices have places in it."""
    normal: Vector | None = None
    """Of all slices; `positions` are along it."""
    arranged: Stack | None = field(default=None, compare=False, repr=False)
    """What is known of its slices, where it may become a volume."""
    final: bool = False
    """All headers have been read; the order is the true one."""
    medium: Medium = Medium.IMAGES

    @property
    def is_cine(self) -> bool:
        """Whether the frames are moments rather than places."""
        return self.kind == "cine"

    def position(self, index: int) -> float | None:
        """Of one frame in mm, where it is known."""
        return self.positions[index] if index < len(self.positions) else None


def first_look(series: ExamSeries) -> FrameStack:
    """The frames as the index lists them, turned to start where the true order will most likely start."""
    paths = series.paths
    if not paths:
        return FrameStack(())
    if series.frame_count > len(paths) or len(paths) == 1:
        # Files of several frames: the first one is enough to begin with.
        frames = series.frame_count // len(paths)
        many = frames > MANY_FRAMES and not _is_film(paths[0])
        return _guessed(paths[0], frames) if many else _of_one_file(paths[0])
    ends = headers_of((paths[0], paths[-1]))
    stacks = arrange(ends) if len(ends) == 2 else []
    if len(stacks) == 1 and stacks[0].frames and stacks[0].frames[0].path == paths[-1]:
        paths = paths[::-1]
    return FrameStack(tuple(FrameKey(path, 0) for path in paths))


def arranged(
    series: ExamSeries,
    known: dict[Path, ImageDescription],
    cancel: CancelToken,
    describe: Describe = read_description,
) -> tuple[FrameStack, ...]:
    """All stacks of a series in their true order. `known` spares reading headers again and may grow.

    Reads from the end, for the images are decoded from the start: the two meet in the middle.
    """
    for path in reversed(series.paths):
        cancel.check()
        if path not in known or is_medium(known[path]):  # media know their length only when asked
            known.update({description.path: description for description in headers_of((path,), describe)})
    return stacks_of(series, [known[path] for path in series.paths if path in known])


def stacks_of(series: ExamSeries, descriptions: Sequence[ImageDescription]) -> tuple[FrameStack, ...]:
    """The stacks of described files; files that could not be read come last, each by itself, to say why."""
    images = [description for description in descriptions if not is_medium(description)]
    media = [medium_stack(description) for description in descriptions if is_medium(description)]
    found = [frame_stack(stack) for stack in arrange(images)]
    if series.modality not in PROJECTIONS:
        found = _joined_singles(found)
    seen = {description.path for description in descriptions}
    lost = [FrameStack((FrameKey(path, 0),), final=True) for path in series.paths if path not in seen]
    return tuple(found + media + lost)


def headers_of(paths: Sequence[Path], describe: Describe = read_description) -> list[ImageDescription]:
    """Descriptions of what can be read; a file that can't is told of when its picture is asked for."""
    found = []
    for path in paths:
        try:
            found.append(describe(path))
        except (KnownError, OSError):
            continue
    return found


def _is_film(path: Path) -> bool:
    """A video's header is short, however many frames it promises: the first group says that it is one."""
    try:
        return is_film(str(read_file_meta_info(path).get("TransferSyntaxUID", "")))
    except BROKEN_DATA:
        return False


def _guessed(path: Path, frames: int) -> FrameStack:
    return FrameStack(tuple(FrameKey(path, n) for n in range(frames)), kind="cine")


def _of_one_file(path: Path) -> FrameStack:
    described = headers_of((path,))
    if not described:
        return FrameStack((FrameKey(path, 0),))
    if is_medium(described[0]):
        return medium_stack(described[0], final=False)
    stacks = arrange(described)
    return frame_stack(stacks[0], final=False)


def is_medium(description: ImageDescription) -> bool:
    """Whether a file is a video or a document that can be shown."""
    return description.medium is not Medium.IMAGES and description.has_pixels


def medium_stack(description: ImageDescription, *, final: bool = True) -> FrameStack:
    """A video's frames or a document's pages: a stack of its own, in the file's order."""
    film = description.medium is Medium.FILM
    return FrameStack(
        FramesOfFile(description.path, description.number_of_frames),
        kind="cine" if film else "mixed",
        frame_ms=description.frame_time_ms or USUAL_FRAME_MS,
        final=final,
        medium=description.medium,
    )


def frame_stack(stack: Stack, *, final: bool = True) -> FrameStack:
    """An arranged stack as keys to load."""
    normal = stack.geometry.normal
    positions: list[float | None] = []
    if normal is not None:
        positions = [_along(normal, frame.facts.position) for frame in stack.frames]
    return FrameStack(
        keys=tuple(FrameKey(frame.path, frame.frame) for frame in stack.frames),
        positions=tuple(positions),
        kind=stack.kind.value,
        label=stack.label,
        note=_note(stack),
        problems=stack.problems,
        frame_ms=stack.frames[0].description.frame_time_ms or USUAL_FRAME_MS,
        lengths_ms=_lengths(stack),
        space=_space(stack) if normal is not None else "",
        normal=normal,
        arranged=stack,
        final=final,
    )


def _lengths(stack: Stack) -> tuple[float, ...]:
    """Of the frames of one file that says them one by one (FrameTimeVector, PS3.3 C.7.6.5.1.2)."""
    vector = stack.frames[0].description.frame_times_ms
    if len({frame.path for frame in stack.frames}) > 1 or any(f.frame >= len(vector) for f in stack.frames):
        return ()
    return tuple(vector[frame.frame] for frame in stack.frames)


def _space(stack: Stack) -> str:
    """The one frame of reference of all slices."""
    found = {frame.description.frame_of_reference_uid for frame in stack.frames}
    return found.pop() if len(found) == 1 else ""


def _note(stack: Stack) -> str:
    geometry = stack.geometry
    words = []
    if geometry.tilt_degrees:
        words.append(f"Tilted {abs(geometry.tilt_degrees):.1f}°")
    if geometry.missing:
        words.append(f"{len(geometry.missing)} missing" if len(geometry.missing) > 1 else "1 missing")
    elif geometry.gaps_mm and not geometry.regular and not geometry.tilt_degrees:
        words.append("Uneven gaps")
    return ", ".join(words)


def _along(normal: Sequence[float], position: Sequence[float] | None) -> float | None:
    return None if position is None else sum(n * p for n, p in zip(normal, position, strict=True))


def _joined_singles(stacks: Sequence[FrameStack]) -> list[FrameStack]:
    """Stills of one series are leafed through together, at the place of the first."""
    singles = [stack for stack in stacks if len(stack.keys) == 1]
    if len(singles) < 2:
        return list(stacks)
    together = FrameStack(tuple(stack.keys[0] for stack in singles), kind="mixed", final=True)
    others = [stack for stack in stacks if len(stack.keys) != 1]
    return [together, *others] if stacks[0] in singles else [*others, together]
