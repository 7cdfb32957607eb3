"""Arranges the images of a series into stacks in reading order.

A pure function of what is there: it is run again whenever more images arrive. Must never open a file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from vetpacs_desktop.viewer.description import ImageDescription, Medium
from vetpacs_desktop.viewer.geometry.scale import is_projection, is_section, scale_of
from vetpacs_desktop.viewer.series.spacing import measure
from vetpacs_desktop.viewer.series.splitting import (
    Group,
    along_normal,
    in_time,
    numbering,
    orientation_of,
    place_of,
    split_placed,
)
from vetpacs_desktop.viewer.series.stack import Geometry, Stack, StackFrame, StackKind


def arrange(descriptions: Iterable[ImageDescription]) -> list[Stack]:
    """The stacks of one or several series: series by number, within a series the main stack first.

    Every frame of every description is in exactly one stack. Sorted along the normal of the orientation that
    most frames share; images without places by instance number.
    """
    by_series: dict[str, list[ImageDescription]] = defaultdict(list)
    for description in descriptions:
        by_series[description.series_uid].append(description)
    ordered = sorted(by_series.values(), key=lambda images: _or_last(images[0].series_number))
    return [stack for images in ordered for stack in _arrange_series(images)]


def _arrange_series(images: Sequence[ImageDescription]) -> list[Stack]:
    """The stacks of one series. `images` is not empty."""
    placed: list[StackFrame] = []
    loose: list[ImageDescription] = []
    pictureless: list[ImageDescription] = []
    stacks: list[Stack] = []
    for image in images:
        if not image.has_pixels:
            pictureless.append(image)
        elif _is_placed(image):
            placed += [StackFrame(image, facts.index) for facts in image.frames]
        elif image.medium is Medium.DOCUMENT:
            stacks.append(_pages(image))
        elif image.number_of_frames > 1:
            stacks.append(_film(_all_frames(image), "frames without places: a film in time"))
        else:
            loose.append(image)
    stacks += [_placed_stack(group) for group in split_placed(placed)] if placed else []
    stacks += _loose_stacks(loose)
    total = sum(len(stack.frames) for stack in stacks)
    stacks.sort(key=lambda stack: _reading_key(stack, total))
    return stacks + _pictureless_stacks(pictureless)


def _is_placed(image: ImageDescription) -> bool:
    """Whether every frame has its place in the animal. Projections have none, whatever their header holds."""
    if is_projection(image) and image.modality != "CT":  # a CT scout has a true plane
        return False
    return all(facts.position is not None and facts.orientation is not None for facts in image.frames)


def _all_frames(image: ImageDescription) -> list[StackFrame]:
    return [StackFrame(image, number) for number in range(image.number_of_frames)]


def _pages(image: ImageDescription) -> Stack:
    frames = _all_frames(image)
    kind = StackKind.MIXED if len(frames) > 1 else StackKind.SINGLE
    return _stack(kind, frames, f"{len(frames)} pages of a document")


def _stack(
    kind: StackKind,
    frames: Sequence[StackFrame],
    reason: str,
    label: str = "",
    geometry: Geometry | None = None,
) -> Stack:
    first = frames[0]
    scale = scale_of(first.description, first.frame)
    geometry = geometry or Geometry()
    problems = tuple(f"{finding[0].upper()}{finding[1:]}." for finding in geometry.findings)
    return Stack(
        series_uid=first.description.series_uid,
        kind=kind,
        frames=tuple(frames),
        geometry=geometry,
        pixel_mm=(scale.row_mm, scale.column_mm),
        label=label,
        reason=reason,
        problems=problems,
    )


def _film(frames: Sequence[StackFrame], reason: str, label: str = "") -> Stack:
    return _stack(StackKind.CINE, frames, f"{len(frames)} {reason}", label)


def _placed_stack(group: Group) -> Stack:
    """The stack of one group of parallel frames."""
    label = ", ".join(word for word in group.words if word)
    if len(group.frames) == 1:
        return _stack(StackKind.SINGLE, group.frames, "one image", label)
    if group.one_place:
        return _film(sorted(group.frames, key=in_time), "frames at one place: a film in time", label)
    frames = along_normal(group)
    ranks = {id(frame): rank for rank, frame in enumerate(sorted(frames, key=numbering))}
    spacing = frames[0].facts.pixel_spacing
    geometry = measure(
        positions=[place_of(frame) for frame in frames],
        orientation=orientation_of(group),
        pixel_mm=min(spacing) if spacing else None,
        thicknesses=[frame.facts.slice_thickness for frame in frames],
        order=[ranks[id(frame)] for frame in frames],
    )
    return _stack(StackKind.VOLUME, frames, _volume_reason(len(frames), geometry), label, geometry)


def _volume_reason(count: int, geometry: Geometry) -> str:
    usual = "" if geometry.slice_mm is None else f", {geometry.slice_mm:.4g} mm apart"
    if geometry.findings:
        return f"{count} parallel slices; {'; '.join(geometry.findings)}"
    return f"{count} parallel slices{usual}"


def _loose_stacks(images: Sequence[ImageDescription]) -> list[Stack]:
    """Single-frame images without places: each alone, but slices that lost theirs together."""
    alone = [image for image in images if is_projection(image) or not is_section(image)]
    together = [image for image in images if not (is_projection(image) or not is_section(image))]
    stacks = [
        _stack(StackKind.SINGLE, _all_frames(image), "one image", image.view_position) for image in alone
    ]
    by_size: dict[tuple[int, int], list[StackFrame]] = defaultdict(list)
    for image in together:
        by_size[image.rows, image.columns] += _all_frames(image)
    return stacks + [_placeless(sorted(frames, key=numbering)) for frames in by_size.values()]


def _placeless(frames: Sequence[StackFrame]) -> Stack:
    if len(frames) == 1:
        return _stack(StackKind.SINGLE, frames, "one image")
    return _stack(
        StackKind.MIXED, frames, f"{len(frames)} slices without places, in the order of their numbers"
    )


def _pictureless_stacks(images: Sequence[ImageDescription]) -> list[Stack]:
    """Files without a picture, one stack a reason: shown so that nobody looks for them elsewhere."""
    by_reason: dict[str, list[StackFrame]] = defaultdict(list)
    for image in images:
        by_reason[image.why_not].append(StackFrame(image, 0))
    return [
        _stack(
            StackKind.SINGLE if len(frames) == 1 else StackKind.MIXED, sorted(frames, key=numbering), reason
        )
        for reason, frames in by_reason.items()
    ]


def _reading_key(stack: Stack, total: int) -> tuple[object, ...]:
    """The stack with most of the frames first (scouts hide in series), then by contrast, time and number."""
    first = stack.frames[0]
    main = 2 * len(stack.frames) > total
    b_value, time = first.facts.b_value, first.facts.time_ms
    return (
        not main,
        _echo_number(first.facts.echo),
        _or_last(b_value),
        time if time is not None and stack.kind is StackKind.VOLUME else 0.0,
        min(numbering(frame) for frame in stack.frames),
        first.description.view_position,
    )


def _echo_number(echo: str) -> float:
    try:
        return float(echo)
    except ValueError:
        return 0.0


def _or_last(value: float | None) -> float:
    return float("inf") if value is None else value
