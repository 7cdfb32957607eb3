"""How the program understands files: what support asks for first. The `inspect` command prints it as JSON.

Owns the words of that JSON and nothing else: every fact comes from describe(), the scale and the arrangement.
Must never read pixels. All numbers in the JSON are finite; what is not known is null.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vetpacs_desktop.errors import NotAnImage, PathMissing
from vetpacs_desktop.viewer.describe import read_description
from vetpacs_desktop.viewer.description import ImageDescription, Region, Window
from vetpacs_desktop.viewer.geometry.scale import Scale, scale_of
from vetpacs_desktop.viewer.series import Stack, StackKind, arrange
from vetpacs_desktop.viewer.volume.plan import FEWEST, NoVolume, is_mosaic, plan

_DIRECTORY = "1.2.840.10008.1.3.10"
_REGION_UNITS = {
    1: "percent",
    2: "dB",
    3: "cm",
    4: "s",
    5: "Hz",
    6: "dB/s",
    7: "cm/s",
    8: "cm2",
    9: "cm2/s",
    10: "cm3",
    11: "cm3/s",
    12: "deg",
}
"""Physical units of ultrasound regions (PS3.3 C.8.5.5.1.15)."""


@dataclass(frozen=True, slots=True)
class SeriesReport:
    """One series: its stacks as arranged, and the files in reading order."""

    series_uid: str
    modality: str
    stacks: tuple[Stack, ...]
    images: tuple[ImageDescription, ...]

    def to_json(self) -> dict[str, Any]:
        """The entry of the `series` list."""
        return {
            "series_uid": self.series_uid,
            "modality": self.modality,
            "geometry": _geometry(self.stacks),
            "images": [_image(image) for image in self.images],
        }


@dataclass(frozen=True, slots=True)
class Inspection:
    """What the files are, and what is wrong with them."""

    series: tuple[SeriesReport, ...]
    problems: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """The document that `inspect` prints (docs: the command line)."""
        return {"series": [one.to_json() for one in self.series], "problems": list(self.problems)}


def inspection(paths: Iterable[Path]) -> Inspection:
    """Read the headers of files, and of all files in folders.

    What is no image, or is gone while others are there, becomes a problem sentence. Raises PathMissing when
    nothing is there.
    """
    descriptions: list[ImageDescription] = []
    present, problems = _present(paths)
    for path in _files(present):
        try:
            description = read_description(path)
        except NotAnImage as problem:
            problems.append(problem.sentence)
            continue
        if description.why_not:
            problems.append(f"{path}: {description.why_not}")
        if description.sop_class_uid != _DIRECTORY:
            descriptions.append(description)
    stacks = arrange(descriptions)
    return Inspection(_reports(stacks), tuple(problems) + _stack_problems(stacks))


def _present(paths: Iterable[Path]) -> tuple[list[Path], list[str]]:
    """What is there, and a sentence for each path that is not."""
    meant = list(paths)
    present = [path for path in meant if path.exists()]
    if meant and not present:
        raise PathMissing(path=meant[0])
    there = set(present)
    gone = [path for path in meant if path not in there]
    return present, [f"{path}: This file is gone; import the exam again to get it back." for path in gone]


def _files(paths: Iterable[Path]) -> list[Path]:
    """The files meant, each once, folders walked in the order of names."""
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            found.update(dict.fromkeys(sorted(one for one in path.rglob("*") if one.is_file())))
        else:
            found[path] = None
    return list(found)


def _reports(stacks: Sequence[Stack]) -> tuple[SeriesReport, ...]:
    by_series: dict[str, list[Stack]] = defaultdict(list)
    for stack in stacks:
        by_series[stack.series_uid].append(stack)
    return tuple(_report(uid, parts) for uid, parts in by_series.items())


def _report(uid: str, stacks: list[Stack]) -> SeriesReport:
    images = {id(frame.description): frame.description for stack in stacks for frame in stack.frames}
    return SeriesReport(
        series_uid=uid,
        modality=stacks[0].frames[0].description.modality,
        stacks=tuple(stacks),
        images=tuple(images.values()),
    )


def _stack_problems(stacks: Sequence[Stack]) -> tuple[str, ...]:
    found = []
    for stack in stacks:
        description = stack.frames[0].description
        name = description.series_description or f"series {description.series_number or stack.series_uid}"
        where = f"{name} ({stack.label})" if stack.label else name
        found += [f"{where}: {problem}" for problem in (*stack.problems, *_as_a_volume(stack))]
    return tuple(found)


def _as_a_volume(stack: Stack) -> tuple[str, ...]:
    """What is corrected when other planes are cut, or why none can be; nothing for a few slices or a film."""
    slices = stack.kind is StackKind.VOLUME and len(stack.frames) >= FEWEST
    if not slices and not is_mosaic(stack):
        return ()
    try:
        return plan(stack).notes
    except NoVolume as error:
        return (error.sentence,)


def _geometry(stacks: Sequence[Stack]) -> dict[str, Any]:
    """The geometry of the main stack, with the kind and the reason of the whole series."""
    main = stacks[0]
    return {
        "kind": _kind(stacks).value,
        "regular": main.geometry.regular,
        "spacing": [_number(one) for one in main.spacing],
        "tilt_degrees": _number(main.geometry.tilt_degrees),
        "gaps_mm": [_number(gap) for gap in main.geometry.gaps_mm],
        "missing": list(main.geometry.missing),
        "reason": _reason(stacks),
    }


def _kind(stacks: Sequence[Stack]) -> StackKind:
    """The kind of a series: its main stack's, when the others are alike or single images beside it."""
    main = stacks[0].kind
    others = [stack for stack in stacks[1:] if stack.kind is not StackKind.SINGLE]
    if main is StackKind.SINGLE or any(stack.kind is not main for stack in others):
        return (
            StackKind.SINGLE if all(stack.kind is StackKind.SINGLE for stack in stacks) else StackKind.MIXED
        )
    if main is StackKind.VOLUME and not all(_same_volume(stacks[0], other) for other in others):
        return StackKind.MIXED
    return main


def _same_volume(first: Stack, other: Stack) -> bool:
    """Whether two stacks are the same slices again (another time, echo or b-value)."""
    a, b = first.geometry, other.geometry
    if len(first.frames) != len(other.frames) or a.normal is None or b.normal is None:
        return False
    return (
        math.isclose(a.slice_mm or 0, b.slice_mm or 0, rel_tol=1e-3) and math.dist(a.normal, b.normal) < 1e-2
    )


def _reason(stacks: Sequence[Stack]) -> str:
    if len(stacks) == 1:
        return stacks[0].reason
    if all(stack.kind is StackKind.SINGLE for stack in stacks):
        return f"{len(stacks)} images, each for itself"
    parts = (f"{stack.reason} ({stack.label})" if stack.label else stack.reason for stack in stacks[:12])
    more = f"; and {len(stacks) - 12} more" if len(stacks) > 12 else ""
    return f"{len(stacks)} stacks: " + "; ".join(parts) + more


def _image(image: ImageDescription) -> dict[str, Any]:
    first = image.frames[0]
    return {
        "sop_uid": image.sop_uid,
        "path": str(image.path),
        "rows": image.rows,
        "columns": image.columns,
        "frames": image.number_of_frames,
        "transfer_syntax": image.transfer_syntax_uid,
        "photometric": image.photometric,
        "units": image.units,
        "scale": _scale(scale_of(image)),
        "windows": [_window(window) for window in first.windows],
        "regions": [_region(region) for region in first.regions],
    }


def _scale(scale: Scale) -> dict[str, Any]:
    return {
        "row_mm": _number(scale.row_mm),
        "column_mm": _number(scale.column_mm),
        "basis": scale.basis.value,
    }


def _window(window: Window) -> dict[str, Any]:
    return {
        "center": _number(window.center),
        "width": _number(window.width),
        "function": window.function.value,
        "label": window.label,
    }


def _region(region: Region) -> dict[str, Any]:
    return {
        "x0": region.x0,
        "y0": region.y0,
        "x1": region.x1,
        "y1": region.y1,
        "spatial_format": region.spatial_format,
        "data_type": region.data_type,
        "flags": region.flags,
        "units_x": _REGION_UNITS.get(region.units_x, "none"),
        "units_y": _REGION_UNITS.get(region.units_y, "none"),
        "delta_x": _number(region.delta_x),
        "delta_y": _number(region.delta_y),
        "reference_x": region.reference_x,
        "reference_y": region.reference_y,
    }


def _number(value: float | None) -> float | None:
    """A finite number, or None: JSON knows neither NaN nor infinity."""
    return value if value is not None and math.isfinite(value) else None
