"""What the reader wants to see, as frozen values, and the pure functions that turn one wish into the next.

Nothing here knows what is on the disk, what is loaded or how it is drawn: `resolve` answers that.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import Enum

from vetpacs_desktop.viewer.description import VoiFunction, Window
from vetpacs_desktop.viewer.links import NOTHING_LINKED, Links
from vetpacs_desktop.viewer.pixels.treatment import UNTREATED, Treatment
from vetpacs_desktop.viewer.spot import Spot

LARGEST_GRID = 8
"""The most rows, and the most columns: a mouth takes four by seven."""
SMALLEST_FACTOR = 0.02
LARGEST_FACTOR = 64.0
DRAG_FULL = 300.0
"""Logical pixels of mouse movement that double a window's width."""

Point = tuple[float, float]


class Tool(Enum):
    """What the left mouse button does."""

    WINDOW = "window"
    PAN = "pan"
    ZOOM = "zoom"
    SCROLL = "scroll"
    REGION = "region"
    """Brightness and contrast from what a drawn rectangle holds."""
    TURN = "turn"
    STRAIGHTEN = "straighten"
    """A drawn line becomes level or upright."""
    MAGNIFY = "magnify"
    SPOT = "spot"
    """Points at a place, which is shown in the other viewports."""


class PresetKind(Enum):
    """Where a window that was not dragged comes from."""

    FILE = "file"
    """The n-th window (or VOI LUT) that the frame itself offers."""
    AUTOMATIC = "automatic"
    FULL_RANGE = "full"
    TISSUE = "tissue"
    """The n-th of the CT windows."""


@dataclass(frozen=True, slots=True)
class Preset:
    """A window by its origin: worked out anew for every frame."""

    kind: PresetKind
    number: int = 0


class ZoomMode(Enum):
    """How large the picture is."""

    FIT = "fit"
    WIDTH = "width"
    """As wide as the viewport; what is longer is rolled through."""
    ONE_TO_ONE = "one_to_one"
    FACTOR = "factor"


@dataclass(frozen=True, slots=True)
class Hung:
    """How hanging wants a picture to be seen: what a reset comes back to."""

    flip_h: bool = False
    flip_v: bool = False
    rotation: float = 0.0
    window: Window | Preset | None = None
    invert: bool = False

    @property
    def mirrored(self) -> bool:
        """Whether left and right are exchanged."""
        return self.flip_h != self.flip_v


@dataclass(frozen=True, slots=True)
class ViewState:
    """One viewport's wish."""

    series: int | None = None
    """Which series of the exam; None is an empty viewport."""
    stack: int = 0
    plane: str = ""
    """Which plane through the stack's volume; empty is the stack itself."""
    index: int = 0
    """The frame in the stack's reading order."""
    window: Window | Preset | None = None
    """None is the frame's own default, which may differ from frame to frame."""
    invert: bool = False
    flip_h: bool = False
    """Flips come first, then the rotation."""
    flip_v: bool = False
    rotation: float = 0.0
    """Clockwise on the screen, in degrees from 0 up to 360; a page takes quarter turns only."""
    zoom: ZoomMode = ZoomMode.FIT
    factor: float = 1.0
    """Screen pixels per square image pixel; counts with ZoomMode.FACTOR only."""
    pan: Point = (0.0, 0.0)
    """From the picture's middle to the viewport's, in square image pixels (right, down in the image)."""
    smooth: bool = True
    treatment: Treatment = UNTREATED
    """How the picture is sharpened or smoothed for the eye; no number is taken from that."""
    colours: str = ""
    """The name of a colour map for grey pictures; none shows them grey."""
    shutter: bool = True
    """What the device asks to hide is hidden."""
    shield: str = ""
    """The presentation of another program whose shutter hides, instead of the device's own."""
    overlays: bool = True
    """The device's own drawings are shown, as long as words are."""
    played: tuple[int, int] | None = None
    """The first and the last frame that are played; None is all of them."""
    hung: Hung | None = None
    """What hanging decided for the picture; None where nobody decided yet."""
    hole: bool = False
    """Left empty on purpose: it invites nobody."""


# --- which frame ----------------------------------------------------------------------------------


def show_series(state: ViewState, series: int | None, stack: int = 0) -> ViewState:
    """Another series from its first frame, seen afresh."""
    return ViewState(series=series, stack=stack, smooth=state.smooth)


def without(state: ViewState, gone: range) -> ViewState:
    """The view when the series of these numbers are no more: empty, or at its series' new number."""
    if state.series is None or state.series < gone.start or not gone:
        return state
    if state.series in gone:
        return show_series(state, None)
    return replace(state, series=state.series - len(gone))


def go_to(state: ViewState, index: int, count: int) -> ViewState:
    """The frame `index`, held inside 0..count-1."""
    return replace(state, index=max(0, min(index, count - 1)))


def scroll(state: ViewState, steps: int, count: int, *, wrap: bool = False) -> ViewState:
    """`steps` frames on; stops at the ends, or goes round when `wrap` (cine)."""
    if count <= 0:
        return state
    wanted = state.index + steps
    return replace(state, index=wanted % count) if wrap else go_to(state, wanted, count)


# --- grey -----------------------------------------------------------------------------------------


def drag_window(state: ViewState, start: Window, moved: Point, span: float, *, whole: bool) -> ViewState:
    """The window after the mouse moved by `moved` (right, down; logical pixels) since `start`.

    Right widens, down darkens. The speed follows the window, and the data's `span` where the window is very
    narrow against it. `whole` keeps whole numbers, for integer values.
    """
    step = max(start.width, span / 50) / DRAG_FULL
    least = 1.0 if whole else max(span, 1e-6) / 10_000
    width = max(least, start.width + moved[0] * step)
    center = start.center + moved[1] * step
    if whole:
        width, center = float(round(width)), float(round(center))
    function = start.function
    if function is VoiFunction.LINEAR and width < 1:
        function = VoiFunction.LINEAR_EXACT
    return replace(state, window=replace(start, center=center, width=width, function=function, label=""))


def choose_window(state: ViewState, window: Window | Preset | None) -> ViewState:
    """A window by its numbers, by its origin, or None for the file's own."""
    return replace(state, window=window)


def invert(state: ViewState) -> ViewState:
    """White for black."""
    return replace(state, invert=not state.invert)


def treat(state: ViewState, treatment: Treatment) -> ViewState:
    """Sharpened, smoothed or neither."""
    return replace(state, treatment=treatment)


def colour(state: ViewState, name: str) -> ViewState:
    """A colour map by its name; empty for grey."""
    return replace(state, colours=name)


def toggle_shutter(state: ViewState) -> ViewState:
    """Between what the device hides and the whole picture."""
    return replace(state, shutter=not state.shutter)


def toggle_overlays(state: ViewState) -> ViewState:
    """The device's own drawings, or none."""
    return replace(state, overlays=not state.overlays)


def toggle_smooth(state: ViewState) -> ViewState:
    """Between smooth pixels and square ones."""
    return replace(state, smooth=not state.smooth)


# --- place on the screen --------------------------------------------------------------------------


def rotate(state: ViewState, degrees: float = 90) -> ViewState:
    """Turn the picture clockwise on the screen, by a quarter or by any angle."""
    return turn_to(state, state.rotation + degrees)


def turn_to(state: ViewState, degrees: float) -> ViewState:
    """The picture turned clockwise by `degrees` from how its flips leave it; rounded to a millionth."""
    return replace(state, rotation=round(degrees % 360, 6) % 360)


def flip_horizontal(state: ViewState) -> ViewState:
    """Swap left and right as they are on the screen now, whatever the rotation."""
    return turn_to(replace(state, flip_h=not state.flip_h), -state.rotation)


def flip_vertical(state: ViewState) -> ViewState:
    """Swap top and bottom as they are on the screen now, whatever the rotation."""
    return turn_to(replace(state, flip_v=not state.flip_v), -state.rotation)


def axes(state: ViewState) -> tuple[Point, Point]:
    """The screen's right and down directions in image directions (right, down): unit vectors at right angles.

    Exact whole numbers at quarter turns, so that pixels stay crisp there.
    """
    x, y = (-1 if state.flip_h else 1), (-1 if state.flip_v else 1)
    cos, sin = _cos_sin(state.rotation)
    return (cos * x, -sin * y), (sin * x, cos * y)


def _cos_sin(degrees: float) -> Point:
    quarters, rest = divmod(degrees, 90)
    if rest == 0:
        return ((1, 0), (0, 1), (-1, 0), (0, -1))[int(quarters) % 4]
    return math.cos(math.radians(degrees)), math.sin(math.radians(degrees))


def quarter(state: ViewState) -> ViewState:
    """The nearest quarter turn, for what can't be turned freely."""
    return state if state.rotation % 90 == 0 else turn_to(state, round(state.rotation / 90) * 90)


def fit(state: ViewState) -> ViewState:
    """The whole picture, as large as the viewport allows."""
    return replace(state, zoom=ZoomMode.FIT, pan=(0.0, 0.0))


def fit_width(state: ViewState, pan: Point = (0.0, 0.0)) -> ViewState:
    """As wide as the viewport."""
    return replace(state, zoom=ZoomMode.WIDTH, pan=pan)


def one_to_one(state: ViewState) -> ViewState:
    """One image pixel on one screen pixel."""
    return replace(state, zoom=ZoomMode.ONE_TO_ONE)


def zoom_about(state: ViewState, ratio: float, anchor: Point, factor: float) -> ViewState:
    """`ratio` times larger than the `factor` shown now, while `anchor` stays where it is.

    `anchor` is measured from the picture's middle like `ViewState.pan`.
    """
    wanted = min(max(factor * ratio, SMALLEST_FACTOR), LARGEST_FACTOR)
    if not math.isfinite(wanted) or wanted <= 0:
        return state
    kept = factor / wanted
    pan = tuple(a + (p - a) * kept for a, p in zip(anchor, state.pan, strict=True))
    return replace(state, zoom=ZoomMode.FACTOR, factor=wanted, pan=(pan[0], pan[1]))


def pan_by(state: ViewState, moved: Point, factor: float) -> ViewState:
    """The picture moved with the mouse by `moved` screen pixels (right, down) at the `factor` shown now."""
    right, down = axes(state)
    x = (moved[0] * right[0] + moved[1] * down[0]) / factor
    y = (moved[0] * right[1] + moved[1] * down[1]) / factor
    if state.zoom is ZoomMode.FIT:
        state = replace(state, zoom=ZoomMode.FACTOR, factor=factor)
    return replace(state, pan=(state.pan[0] - x, state.pan[1] - y))


def reset(state: ViewState) -> ViewState:
    """The picture as it was hung, or as the file wants it; series, frame and what is played stay."""
    fresh = ViewState(
        series=state.series,
        stack=state.stack,
        plane=state.plane,
        index=state.index,
        played=state.played,
    )
    return fresh if state.hung is None else hang(fresh, state.hung)


def hang(state: ViewState, hung: Hung) -> ViewState:
    """The picture turned, mirrored and windowed as hanging decided."""
    return replace(
        state,
        flip_h=hung.flip_h,
        flip_v=hung.flip_v,
        rotation=hung.rotation,
        window=hung.window,
        invert=hung.invert,
        hung=hung,
    )


def mirrored_words(state: ViewState) -> str:
    """That left and right are exchanged, and by whom; nothing where they are not, whatever the rotation."""
    if state.flip_h == state.flip_v:
        return ""
    return "Mirrored for hanging" if state.hung is not None and state.hung.mirrored else "Mirrored"


# --- the grid -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GridState:
    """All viewports of the page: those of the first screen, then those of the second."""

    rows: int = 1
    columns: int = 1
    views: tuple[ViewState, ...] = (ViewState(),)
    active: int = 0
    alone: bool = False
    """The first screen's viewport fills it; the others wait behind it."""
    texts: bool = True
    quadruped: bool | None = None
    """Letters for a quadruped or a biped, whatever the files say; None asks them. Changes labels only."""
    tool: Tool = Tool.WINDOW
    magnified: int = 2
    """How many times larger the lens shows the picture."""
    links: Links = NOTHING_LINKED
    reference: bool = True
    """Where the active viewport's slice cuts the others, as a line."""
    spot: Spot | None = None
    """The place that the reader points at."""
    second: tuple[int, int] | None = None
    """Rows and columns of the second screen; None while it is not in use (see `screens`)."""
    second_alone: bool = False
    resting: int = 0
    """With two screens: the viewport that was active last on the screen without the active one."""

    @property
    def on_first(self) -> int:
        """How many viewports the first screen has; those from this number on are the second's."""
        return self.rows * self.columns

    @property
    def visible(self) -> tuple[int, ...]:
        """The viewports that are on a screen, row by row."""
        return (*self.visible_first, *self.visible_second)

    @property
    def visible_first(self) -> tuple[int, ...]:
        """Those of the first screen."""
        return (self.lead_first,) if self.alone else tuple(range(self.on_first))

    @property
    def lead_first(self) -> int:
        """The first screen's viewport that is active, or was last."""
        lead = self.active if self.active < self.on_first else self.resting
        return lead if lead < self.on_first else 0

    @property
    def visible_second(self) -> tuple[int, ...]:
        """Those of the second screen."""
        if self.second is None:
            return ()
        if not self.second_alone:
            return tuple(range(self.on_first, len(self.views)))
        lead = self.active if self.active >= self.on_first else self.resting
        return (lead if self.on_first <= lead < len(self.views) else self.on_first,)


def lay_out(grid: GridState, rows: int, columns: int) -> GridState:
    """Another number of viewports (1x1 to 8x8) on the first screen; views keep their place."""
    rows, columns = (max(1, min(n, LARGEST_GRID)) for n in (rows, columns))
    count, before = rows * columns, grid.on_first
    first, beyond = grid.views[:before], grid.views[before:]
    lead = grid.lead_first
    if lead >= count:
        first, lead = (first[lead], *first[:lead], *first[lead + 1 :]), 0
    filled = (first + (ViewState(),) * count)[:count]
    active, resting = lead, grid.resting + count - before
    if grid.active >= before:
        active, resting = grid.active + count - before, lead
    return replace(
        grid,
        rows=rows,
        columns=columns,
        views=(*filled, *beyond),
        active=active,
        alone=False,
        resting=resting if grid.second is not None else 0,
    )


def activate(grid: GridState, viewport: int) -> GridState:
    """Make `viewport` the one that keys and buttons act on; ignored when there is none of that number."""
    if not 0 <= viewport < len(grid.views):
        return grid
    crossed = (viewport < grid.on_first) != (grid.active < grid.on_first)
    return replace(grid, active=viewport, resting=grid.active if crossed else grid.resting)


def with_view(grid: GridState, viewport: int, view: ViewState) -> GridState:
    """The grid with one view replaced."""
    views = (*grid.views[:viewport], view, *grid.views[viewport + 1 :])
    return replace(grid, views=views)


MAGNIFICATIONS = (2, 3, 4)


def stronger(grid: GridState) -> GridState:
    """The magnifier's next factor; after the strongest the weakest."""
    at = MAGNIFICATIONS.index(grid.magnified) + 1 if grid.magnified in MAGNIFICATIONS else 0
    return replace(grid, magnified=MAGNIFICATIONS[at % len(MAGNIFICATIONS)])


def toggle_alone(grid: GridState) -> GridState:
    """Between the active viewport alone on its screen and all of them."""
    if grid.active >= grid.on_first:
        return replace(grid, second_alone=not grid.second_alone and len(grid.views) - grid.on_first > 1)
    return replace(grid, alone=not grid.alone and grid.on_first > 1)
