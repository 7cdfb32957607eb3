"""Marks over a picture: all lines in one actor of a VTK scene, the words beside them as labels.

Draws what it is given in device pixels. Owns where a label finds room, since only the lettering knows how
large it is; never what it says.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from vtkmodules.util.numpy_support import numpy_to_vtk, numpy_to_vtkIdTypeArray
from vtkmodules.vtkCommonCore import vtkPoints
from vtkmodules.vtkCommonDataModel import vtkCellArray, vtkPolyData
from vtkmodules.vtkRenderingCore import vtkActor2D, vtkPolyDataMapper2D, vtkRenderer

from vetpacs_desktop.viewer.mark import ASIDE, GROWN, HANDLE, Look, Mark, Tag
from vetpacs_desktop.viewer.render.label import Label
from vetpacs_desktop.viewer.render.lettering import Lettering, Piece
from vetpacs_desktop.viewer.render.strokes import Mesh, Pen, Rgb, joined, layers_of, plates_mesh
from vetpacs_desktop.viewer.snapshot import Viewport

COLOURS: dict[Look, Rgb] = {
    Look.PLAIN: (255, 221, 110),
    Look.HOVERED: (255, 255, 255),
    Look.CHOSEN: (120, 226, 255),
    Look.SLICE: (176, 190, 210),
    Look.SPOT: (255, 150, 215),
    Look.AXIAL: (255, 176, 79),
    Look.SAGITTAL: (92, 200, 255),
    Look.CORONAL: (240, 240, 130),
}
"""Yellow, white, light blue, grey, pink: told apart by lightness, dashes and shape, not by red and green. The
lines of planes carry the plane's name beside their colour."""
TYPE = 13
RING = 20
SAMPLE = 12.0
MOST_SAMPLES = 400

Box = tuple[float, float, float, float]


@dataclass(frozen=True, eq=False, slots=True)
class _Built:
    """The triangles of one mark, and places (n, 2) that words should not cover."""

    mark: Mark
    edges: Mesh
    cores: Mesh
    places: NDArray[np.float64]


class MarkLayer:
    """Lines, handles and labels of one viewport."""

    def __init__(self, renderer: vtkRenderer, lettering: Lettering) -> None:
        self._lettering = lettering
        self._labels: list[Label] = []
        self._known: dict[str, _Built] = {}
        self._mesh = vtkPolyData()
        mapper = vtkPolyDataMapper2D()
        mapper.SetInputData(self._mesh)
        self._lines = vtkActor2D()
        self._lines.SetMapper(mapper)
        self._lines.VisibilityOff()
        renderer.AddViewProp(self._lines)

    def show(self, marks: Sequence[Mark], viewport: Viewport) -> None:
        """Other marks, or none."""
        tags = [(mark.tag, mark.ratio) for mark in marks if mark.tag is not None]
        built = {mark.id: self._built(mark) for mark in marks}
        self._known = built
        drawn = np.concatenate([np.zeros((0, 2)), *(one.places for one in built.values())])
        plates = self._write(tags, drawn, viewport)
        layers = [*(one.edges for one in built.values()), *(one.cores for one in built.values())]
        mesh = joined([plates_mesh(plates), *layers])
        self._lines.SetVisibility(len(mesh.triangles) > 0)
        if len(mesh.triangles):
            self._fill(mesh, viewport.height)

    @property
    def has_lines(self) -> bool:
        """Whether the scene must be drawn at all."""
        return bool(self._lines.GetVisibility())

    def lift(self, up: int) -> None:
        """Move the lines up by device pixels from where they were put."""
        self._lines.SetPosition(0, up)

    def draw_words(self, onto: NDArray[np.uint8], top: int = 0) -> None:
        """Over (height, width, 4) RGBA, top row first, of which the first row is the viewport's row `top`."""
        for label in self._labels:
            label.draw(onto, top)

    def _built(self, mark: Mark) -> _Built:
        """What a mark is drawn with; made once for each."""
        known = self._known.get(mark.id)
        if known is not None and known.mark is mark:
            return known
        edges, cores = layers_of(_strokes(mark))
        return _Built(mark, edges, cores, _places(mark))

    def _fill(self, mesh: Mesh, height: int) -> None:
        places = np.zeros((len(mesh.places), 3), np.float32)
        places[:, 0] = mesh.places[:, 0]
        places[:, 1] = height - mesh.places[:, 1]
        points, cells = vtkPoints(), vtkCellArray()
        points.SetData(numpy_to_vtk(places, deep=1))
        starts = np.arange(0, 3 * len(mesh.triangles) + 1, 3, dtype=np.int64)
        corners = np.ascontiguousarray(mesh.triangles.reshape(-1), np.int64)
        cells.SetData(numpy_to_vtkIdTypeArray(starts, deep=1), numpy_to_vtkIdTypeArray(corners, deep=1))
        self._mesh.SetPoints(points)
        self._mesh.SetPolys(cells)
        self._mesh.GetPointData().SetScalars(numpy_to_vtk(mesh.colours, deep=1))
        self._mesh.Modified()

    def _write(
        self, tags: Sequence[tuple[Tag, float]], drawn: NDArray[np.float64], viewport: Viewport
    ) -> list[Box]:
        """The labels in their places; answers the boxes that lie behind them."""
        while len(self._labels) < len(tags):
            label = Label(self._lettering, (0.0, 0.0))
            self._labels.append(label)
        taken: list[Box] = []
        for n, label in enumerate(self._labels):
            if n >= len(tags):
                label.write(Piece((), TYPE))
                continue
            tag, ratio = tags[n]
            label.write(Piece(tag.lines, round(TYPE * ratio)))
            box = _room_for(tag.at, label.size, ASIDE * ratio, viewport, taken, drawn)
            taken.append(box)
            label.place(box[0], box[1])
        return taken


def _strokes(mark: Mark) -> list[tuple[Sequence[tuple[float, float]], bool, bool, Pen]]:
    pen = Pen(COLOURS[mark.look], mark.ratio)
    found: list[tuple[Sequence[tuple[float, float]], bool, bool, Pen]] = [
        (stroke.points, stroke.closed, stroke.dashed, pen) for stroke in mark.strokes
    ]
    for handle in mark.handles:
        radius = (GROWN if handle.grown else HANDLE) * mark.ratio
        turns = [2 * math.pi * n / RING for n in range(RING)]
        ring = [(handle.at[0] + radius * math.cos(t), handle.at[1] + radius * math.sin(t)) for t in turns]
        found.append((ring, True, False, pen))
    return found


def _room_for(
    at: tuple[float, float],
    size: tuple[int, int],
    aside: float,
    viewport: Viewport,
    taken: Sequence[Box],
    drawn: NDArray[np.float64],
) -> Box:
    """(left, top, right, bottom) beside `at`: at the right, below, above or left, where it hides least.

    `drawn` are places (n, 2) of lines that words should not cover.
    """
    width, height = size
    x, y = at
    corners = (
        (x + aside, y - height / 2),
        (x - width / 2, y + aside),
        (x - width / 2, y - aside - height),
        (x - width, y + aside),
        (x - width, y - aside - height),
        (x - aside - width, y - height / 2),
        (x + aside, y + height / 2),
        (x + aside, y - 1.5 * height),
    )
    boxes = [(left, top, left + width, top + height) for left, top in corners]
    free = [box for box in boxes if _inside(box, viewport) and not any(_meet(box, other) for other in taken)]
    if free:
        return min(free, key=lambda box: _covered(box, drawn))
    return _pushed_in(boxes[0], viewport)


def _covered(box: Box, drawn: NDArray[np.float64]) -> int:
    """How much of the lines lies under a box, in steps that leave small differences alone."""
    x, y = drawn[:, 0], drawn[:, 1]
    return int(((x > box[0]) & (x < box[2]) & (y > box[1]) & (y < box[3])).sum())


def _places(mark: Mark) -> NDArray[np.float64]:
    """Places along the lines of a mark, about SAMPLE apart."""
    found = [np.zeros((0, 2))]
    for stroke in mark.strokes:
        path = np.asarray(stroke.points, np.float64)
        path = np.vstack([path, path[:1]]) if stroke.closed else path
        along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(path, axis=0).T))])
        at = np.linspace(0.0, along[-1], min(int(along[-1] / SAMPLE) + 2, MOST_SAMPLES))
        found.append(np.stack([np.interp(at, along, path[:, n]) for n in (0, 1)], axis=1))
    return np.concatenate(found)


def _inside(box: Box, viewport: Viewport) -> bool:
    return box[0] >= 0 and box[1] >= 0 and box[2] <= viewport.width and box[3] <= viewport.height


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _pushed_in(box: Box, viewport: Viewport) -> Box:
    """A figure that reaches out of sight keeps its words in sight, as long as its place is."""
    left = min(max(box[0], 0.0), max(viewport.width - (box[2] - box[0]), 0.0))
    top = min(max(box[1], 0.0), max(viewport.height - (box[3] - box[1]), 0.0))
    return left, top, left + box[2] - box[0], top + box[3] - box[1]
