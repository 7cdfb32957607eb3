"""The series that figures in the animal lie in: an image that says whose they are, and their voxels.

Puts a volume together only when a value asks for what lies inside, and holds one at a time. Where it is not
certain which voxels were meant, or where they are too many, the geometry is said alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.viewer.annotations import Annotation
from vetpacs_desktop.viewer.choosing import stacks_of_files
from vetpacs_desktop.viewer.loading import loaded
from vetpacs_desktop.viewer.measure.measured import Measured
from vetpacs_desktop.viewer.measure.tool import CLOSED
from vetpacs_desktop.viewer.measure.tools import TOOLS
from vetpacs_desktop.viewer.pixels.files import ImageFiles
from vetpacs_desktop.viewer.spatial.placed import Placed
from vetpacs_desktop.viewer.spatial.valuing import measure_placed
from vetpacs_desktop.viewer.volume.build import Builder
from vetpacs_desktop.viewer.volume.plan import Plan, plan
from vetpacs_desktop.viewer.volume.volume import Volume

LARGEST_BYTES = 1 << 30
"""Of voxels that are put together to write a number down."""


class Spaces:
    """By series UID; `series` are the images' UIDs of each."""

    def __init__(self, series: Mapping[str, Sequence[str]], paths: Mapping[str, Path]) -> None:
        self._series, self._paths = series, paths
        self._held: tuple[Placed, Volume | None] | None = None

    def image_of(self, one: Annotation) -> str:
        """The first image of an annotation's series; "" where the series is not at hand."""
        uids = self._series.get(one.space.series_uid, ()) if one.space is not None else ()
        return next((uid for uid in uids if uid in self._paths), "")

    def measured(self, one: Annotation) -> Measured:
        """What an annotation in the animal measures."""
        asks = one.tool in ("point", "volume") or TOOLS[one.tool].figure in CLOSED
        placed = one.space
        return measure_placed(one, self._volume(placed) if placed is not None and asks else None)

    def _volume(self, placed: Placed) -> Volume | None:
        """The voxels that it lies in; those of the last one where that is the same series."""
        if placed.grown is not None:
            return None
        if self._held is not None and self._held[0].series_uid == placed.series_uid:
            known = self._held[1]
            if known is None or bool(known.grid.holds(placed.middle)):
                return known
        found = self._built(placed)
        self._held = placed, found
        return found

    def _built(self, placed: Placed) -> Volume | None:
        paths = [self._paths[uid] for uid in self._series.get(placed.series_uid, ()) if uid in self._paths]
        try:
            plans = self._plans(paths, placed)
            if len(plans) != 1:  # of several stacks at this place nobody says which one was looked at
                return None
            builder, files = Builder(plans[0]), ImageFiles()
            for key in builder.keys:
                builder.put(loaded(key, files.get(key.path)))
            return builder.volume()
        except KnownError:
            return None

    @staticmethod
    def _plans(paths: Sequence[Path], placed: Placed) -> list[Plan]:
        """How the stacks around a place become volumes."""
        found = []
        for stack in stacks_of_files(paths):
            try:
                made = plan(stack.arranged, LARGEST_BYTES) if stack.arranged is not None else None
            except KnownError:
                continue
            if made is not None and bool(made.grid.holds(placed.middle)):
                found.append(made)
        return found
