"""The scalpel: which voxels lie behind an outline that was drawn on the picture of a body.

Exact to a quarter of a voxel; works slice by slice, so that a large volume needs little room.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from vetpacs_desktop.viewer.volume.body import Edit, Kind
from vetpacs_desktop.viewer.volume.grid import Grid

FINER = 4.0
"""Cells of the outline's stencil for each voxel's width."""
MOST_CELLS = 4096


@dataclass(frozen=True, slots=True, eq=False)
class _Stencil:
    """The outline as a picture: True inside."""

    cells: NDArray[np.bool_]
    low: tuple[float, float]
    cell: float


def carve(kept: NDArray[np.bool_], grid: Grid, edit: Edit) -> None:
    """Take what a cut takes out of `kept`, (slices, rows, columns), in place."""
    if len(edit.outline) < 3:
        return
    stencil = _stencil(edit, min(grid.spacing) / FINER)
    axes, middle = grid.axes, np.asarray(grid.middle)
    ways = np.array([edit.right, edit.down]) @ axes / stencil.cell  # (2, 3): cells for a voxel's step
    first = np.array([edit.right, edit.down]) @ (np.asarray(grid.origin) - middle) / stencil.cell
    first -= np.asarray(stencil.low) / stencil.cell
    slices, rows, columns = kept.shape
    height, width = stencil.cells.shape
    column, row = np.arange(columns), np.arange(rows)[:, None]
    flat = [first[n] + ways[n, 0] * column + ways[n, 1] * row for n in (0, 1)]
    around = edit.kind is Kind.AROUND
    for number in range(slices):
        x = np.rint(flat[0] + ways[0, 2] * number).astype(np.int32)
        y = np.rint(flat[1] + ways[1, 2] * number).astype(np.int32)
        within = (x >= 0) & (x < width) & (y >= 0) & (y < height)
        inside = within & stencil.cells[np.clip(y, 0, height - 1), np.clip(x, 0, width - 1)]
        kept[number] &= inside if around else ~inside


def _stencil(edit: Edit, cell: float) -> _Stencil:
    points = np.asarray(edit.outline)
    low, high = points.min(axis=0), points.max(axis=0)
    cell = max(cell, float(np.max(high - low)) / MOST_CELLS)
    width, height = (math.ceil(side / cell) + 1 for side in high - low)
    picture = Image.new("1", (width, height))
    ImageDraw.Draw(picture).polygon([tuple(point) for point in (points - low) / cell], fill=1, outline=1)
    return _Stencil(np.asarray(picture, np.bool_), (float(low[0]), float(low[1])), cell)
