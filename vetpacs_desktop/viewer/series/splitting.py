"""Which frames of a series belong together. What a vet would not scroll through in one go is apart.

Kept apart always: size, frame of reference, orientation, stack, echo, b-value. Time, acquisition and image
type often differ in every slice of one volume, so they only count where frames share a place.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from vetpacs_desktop.viewer.geometry.planes import Cosines, Vector, normal
from vetpacs_desktop.viewer.series.spacing import SAME_PLACE_MM, places
from vetpacs_desktop.viewer.series.stack import StackFrame

SAME_DIRECTION = 0.0087
"""Direction cosines that differ by no more than this (0.5 degrees) are one orientation."""

_PLANES = ("sagittal", "dorsal", "transverse")
"""The plane whose normal lies nearest to x, y, z."""


@dataclass(frozen=True, slots=True)
class Group:
    """Frames that passed the splits so far, and the words that set them apart."""

    frames: tuple[StackFrame, ...]
    words: tuple[str, ...] = ()
    orientation: Cosines | None = None
    """Of all frames; None until the group was split by it."""
    one_place: bool = False
    """All frames show one place: a film."""


def split_placed(frames: Sequence[StackFrame]) -> list[Group]:
    """Frames with position and orientation as groups of parallel slices, each place once; or films."""
    groups = _split_copies(Group(tuple(frames)))
    groups = [part for group in groups for part in _split_orientations(group)]
    for key, word in _ALWAYS:
        groups = [part for group in groups for part in _split(group, key, word)]
    for key, word in _CONTRASTS:
        groups = [part for group in groups for part in _split_contrast(group, key, word)]
    return [part for group in groups for part in _split_places(group)]


def numbering(frame: StackFrame) -> tuple[float, int, str, int]:
    """The device's own order: instance number, then the file's name, then the frame."""
    number = frame.description.instance_number
    return (0, number, "", frame.frame) if number is not None else (1, 0, str(frame.path), frame.frame)


def in_time(frame: StackFrame) -> tuple[float, float, tuple[float, int, str, int]]:
    """The order of a film: the frame's time, the acquisition, then the device's order."""
    time, acquisition = frame.facts.time_ms, frame.description.acquisition_number
    return (time if time is not None else 0.0, float(acquisition or 0), numbering(frame))


_Key = Callable[[StackFrame], Hashable]
_Word = Callable[[StackFrame], str]


def _size(frame: StackFrame) -> Hashable:
    image, spacing = frame.description, frame.facts.pixel_spacing
    rounded = tuple(float(f"{one:.3g}") for one in spacing) if spacing else None
    return image.rows, image.columns, image.samples_per_pixel, rounded


def _size_word(frame: StackFrame) -> str:
    return f"{frame.description.columns}x{frame.description.rows}"


_ALWAYS: tuple[tuple[_Key, _Word], ...] = (
    (_size, _size_word),
    (lambda frame: frame.description.frame_of_reference_uid, lambda frame: "other position of the animal"),
    (
        lambda frame: frame.facts.stack_id,
        lambda frame: f"stack {frame.facts.stack_id}".replace("stack seg", "seg"),
    ),
)
_CONTRASTS: tuple[tuple[_Key, _Word], ...] = (
    (lambda frame: frame.facts.echo, lambda frame: f"echo {frame.facts.echo} ms"),
    (lambda frame: frame.facts.b_value, lambda frame: _b_word(frame.facts.b_value)),
)
_AT_ONE_PLACE: tuple[tuple[_Key, _Word], ...] = (
    (lambda frame: frame.facts.frame_type, lambda frame: frame.facts.frame_type.replace("\\", " ").lower()),
    (lambda frame: frame.facts.time_ms, lambda frame: f"time {frame.facts.time_ms or 0:g}"),
    (
        lambda frame: frame.description.acquisition_number,
        lambda frame: f"acquisition {frame.description.acquisition_number or 0}",
    ),
    (lambda frame: frame.path, lambda frame: f"file {frame.path.name}"),
)


def _b_word(value: float | None) -> str:
    return "no b-value" if value is None else f"b {value:g}"


def _parts(frames: Iterable[StackFrame], key: _Key) -> dict[Hashable, list[StackFrame]]:
    parts: dict[Hashable, list[StackFrame]] = defaultdict(list)
    for frame in frames:
        parts[key(frame)].append(frame)
    return parts


def _split(group: Group, key: _Key, word: _Word) -> list[Group]:
    parts = _parts(group.frames, key)
    if len(parts) == 1:
        return [group]
    return [
        Group(tuple(frames), (*group.words, word(frames[0])), group.orientation) for frames in parts.values()
    ]


def _split_contrast(group: Group, key: _Key, word: _Word) -> list[Group]:
    """Split by echo or b-value, unless it changes with nearly every slice and so says nothing."""
    parts = _parts(group.frames, key)
    return _split(group, key, word) if 2 * len(parts) <= len(group.frames) else [group]


def _split_copies(group: Group) -> list[Group]:
    """Images with an identifier that was there before are copies (or conflicts) and form their own groups."""
    seen: Counter[Hashable] = Counter()
    rounds: dict[int, list[StackFrame]] = defaultdict(list)
    for frame in group.frames:
        identity = (frame.description.sop_uid or str(frame.path), frame.frame)
        rounds[seen[identity]].append(frame)
        seen[identity] += 1
    return [
        Group(tuple(frames), (*group.words, f"copy {number}") if number else group.words)
        for number, frames in rounds.items()
    ]


def _split_orientations(group: Group) -> list[Group]:
    """Groups of equal orientation; the most frequent orientation stands for its neighbours."""
    counts = Counter(frame.facts.orientation for frame in group.frames)
    leaders: list[Cosines] = []
    members: dict[Cosines, list[StackFrame]] = defaultdict(list)
    led_by: dict[Cosines, Cosines] = {}
    for orientation, _ in counts.most_common():
        assert orientation is not None  # split_placed takes only frames that have one
        near = (one for one in leaders if np.max(np.abs(np.subtract(one, orientation))) <= SAME_DIRECTION)
        leader = next(near, orientation)
        if leader is orientation:
            leaders.append(orientation)
        led_by[orientation] = leader
    for frame in group.frames:
        assert frame.facts.orientation is not None
        members[led_by[frame.facts.orientation]].append(frame)
    several = len(leaders) > 1
    return [
        Group(tuple(members[one]), (*group.words, _plane_word(one)) if several else group.words, one)
        for one in leaders
    ]


def _plane_word(orientation: Cosines) -> str:
    return _PLANES[int(np.argmax(np.abs(normal(orientation))))]


def _split_places(group: Group) -> list[Group]:
    """Split until every place is there once; a group that has only one place is a film and stays whole."""
    total, distinct = len(group.frames), _distinct(group)
    if distinct == total:
        return [group]
    for key, word in _AT_ONE_PLACE[:1] if distinct == 1 else _AT_ONE_PLACE:
        parts = _split(group, key, word)
        telling = 2 * total >= distinct * len(parts) and len(parts) > 1
        if telling and sum(len(part.frames) - _distinct(part) for part in parts) < total - distinct:
            return [smaller for part in parts for smaller in _split_places(part)]
    return [replace(group, one_place=True)] if distinct == 1 else _split_rounds(group)


def place_of(frame: StackFrame) -> Vector:
    """ImagePositionPatient of a frame that has one."""
    place = frame.facts.position
    assert place is not None  # split_placed takes only frames that have one
    return place


def orientation_of(group: Group) -> Cosines:
    """The orientation of a group that was split by it."""
    assert group.orientation is not None
    return group.orientation


def along_normal(group: Group) -> list[StackFrame]:
    """The frames sorted along the normal of the group's orientation."""
    return [frame for here in _at_places(group) for frame in here]


def _distinct(group: Group) -> int:
    return len(_at_places(group))


def _at_places(group: Group) -> list[list[StackFrame]]:
    """The frames by place, places in order along the normal."""
    along = places([place_of(frame) for frame in group.frames], orientation_of(group))
    found: list[list[StackFrame]] = []
    last = -np.inf
    for index in np.argsort(along, kind="stable"):
        if along[index] - last > SAME_PLACE_MM:
            found.append([])
            last = along[index]
        found[-1].append(group.frames[index])
    return found


def _split_rounds(group: Group) -> list[Group]:
    """Nothing tells the frames at one place apart: the first at each place, the second at each place ..."""
    rounds: dict[int, list[StackFrame]] = defaultdict(list)
    for here in _at_places(group):
        for number, frame in enumerate(sorted(here, key=in_time)):
            rounds[number].append(frame)
    return [
        Group(tuple(frames), (*group.words, f"repeat {number + 1}"), group.orientation)
        for number, frames in rounds.items()
    ]
