"""The reading page's mind: holds the wishes, asks the loader. Knows no widget and no VTK.

Everything runs in the window's thread; what other threads bring arrives through the bridge. Each change ends
in `changed` for the viewports it touches; views then ask for `resolved`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.events import Event
from vetpacs_desktop.ui.viewing.fusion.held import Fusions
from vetpacs_desktop.ui.viewing.left import Left
from vetpacs_desktop.ui.viewing.linkage import Linkage
from vetpacs_desktop.ui.viewing.marking.marking import Marking
from vetpacs_desktop.ui.viewing.snapshots import Snapshots
from vetpacs_desktop.ui.viewing.supply import Supply, moved
from vetpacs_desktop.ui.viewing.volumes.held import HeldVolumes
from vetpacs_desktop.viewer import presets, screens, state
from vetpacs_desktop.viewer.comparing import joined_sheet, parted_sheet
from vetpacs_desktop.viewer.corner_texts import Translate, as_written
from vetpacs_desktop.viewer.description import Medium, Window
from vetpacs_desktop.viewer.exam import Exam
from vetpacs_desktop.viewer.loading import FrameKey, FrameLoader, LoadedFrame
from vetpacs_desktop.viewer.resolve import is_page
from vetpacs_desktop.viewer.session import FrameStack
from vetpacs_desktop.viewer.snapshot import Resolved, Viewport
from vetpacs_desktop.viewer.state import GridState, Point, Preset, ViewState, without
from vetpacs_desktop.viewer.treating import Treater
from vetpacs_desktop.viewer.windows import OwnWindow


class Controller:
    """State, stacks and frames of one exam on one grid of viewports."""

    def __init__(
        self,
        exam: Exam,
        loader: FrameLoader,
        translate: Translate = as_written,
        marking: Marking | None = None,
    ) -> None:
        self.exam = exam
        self.marking = marking or Marking(exam.sheet)
        """What is drawn on the exam."""
        self.volumes = HeldVolumes(lambda series: self.exam.all_series[series].series_uid)
        self.fusions = Fusions(lambda series: self.exam.all_series[series].series_uid, self.volumes)
        self.left = Left(self)
        """How volumes and overlays were left the last time."""
        self.grid = GridState()
        self.changed: Event[int] = Event()
        """A viewport shows something else."""
        self.arriving: Event[LoadedFrame] = Event()
        """A frame is there and will be shown when this returns: the moment to turn it as it is to hang."""
        self.rearranged: Event[None] = Event()
        """The grid, the active viewport or a stack is another one."""
        self.dragging = False
        self.own_windows: tuple[OwnWindow, ...] = ()
        """Those that the reader saved."""
        self.others_shown = True
        """What other programs drew is for reading only, and can be taken away."""
        self.pointed: Event[str] = Event()
        """A place was pointed at: what is to be said of it."""
        self.treater: Treater | None = None
        """Sharpens and smooths; without it pictures are shown as they are."""
        self.linkage = Linkage(self)
        self.snapshots = Snapshots(self)
        self.supply = Supply(loader)
        self.supply.planes = self.volumes
        self._translate = translate
        self.marking.changed.subscribe(lambda _: self._emit(self.grid.visible))

    # --- stacks and frames ------------------------------------------------------------------------

    def stacks(self, series: int) -> tuple[FrameStack, ...]:
        """What is known of a series; nothing before its first look."""
        return self.supply.stacks(series)

    def set_stacks(self, series: int, stacks: tuple[FrameStack, ...]) -> None:
        """A series is known, or known better. Viewports keep the frame they show, at its new place."""
        before = self.supply.set_stacks(series, stacks)
        for number, view in enumerate(self.grid.views):
            if view.series == series:
                self.grid = state.with_view(self.grid, number, moved(view, before, stacks))
        self.ask()
        self.rearranged.emit(None)
        self._emit([n for n, view in enumerate(self.grid.views) if view.series == series])

    def stack(self, viewport: int) -> FrameStack | None:
        """The stack that a viewport shows."""
        return self.supply.stack(self.grid.views[viewport])

    def frame(self, viewport: int) -> LoadedFrame | None:
        """The frame on the screen, wished or standing in."""
        return self.snapshots.nearest(viewport)[0]

    def complete(self, viewport: int) -> bool:
        """Whether the stack's true order is known and every frame of it is in memory or known to be lost."""
        return self.supply.complete(self.grid.views[viewport])

    def has_wished(self, number: int) -> bool:
        """Whether the wished frame itself is at hand, or known to be lost."""
        return self.supply.has_wished(self.grid.views[number])

    def path(self, number: int) -> Path | None:
        """The file that a viewport shows, or can't show."""
        key, frame = self._wished(number), self.frame(number)
        if self.grid.views[number].plane:  # a plane has no file of its own: that of the volume's first slice
            return None if frame is None else frame.description.path
        return None if key is None else key.path

    def pictureless(self, number: int) -> Path | None:
        """The file of a viewport that has no picture at all; None where there is one, or may be."""
        path = self.path(number)
        return path if self.supply.is_pictureless(path) else None

    def frame_arrived(self, frame: LoadedFrame) -> None:
        """A frame was decoded: the viewports that wait for it, or for one near it, show it."""
        self.arriving.emit(frame)
        for number in self.grid.visible:
            wished = self._wished(number)
            if frame.key == wished or (
                wished is not None and self.supply.stands_in(self.grid.views[number], frame.key)
            ):
                self.changed.emit(number)
                if is_page(frame.description):
                    self.ask()
            elif self.snapshots.takes_part(number, frame):
                self.changed.emit(number)

    def frame_failed(self, key: FrameKey, error: KnownError) -> None:
        """A frame can't be had: its viewport says why."""
        self.supply.fail(key, error)
        self._emit([n for n in self.grid.visible if self._wished(n) == key])

    def look_ahead(self) -> None:
        """From now on ask for neighbours too: the first image is there, and had the computer to itself."""
        if not self.supply.ahead:
            self.supply.ahead = True
            self.ask()

    def ask(self) -> None:
        """Tell the loader what is wished: the frames in sight first, then their neighbours, nearest first."""
        read = self.exam.study_uid  # what lies beside the exam that is read never delays it
        order = sorted(
            self.grid.visible,
            key=lambda number: (self.exam_of(number).study_uid != read, number != self.grid.active),
        )
        self.supply.ask([(self.grid.views[number], self.snapshots.wished_part(number)) for number in order])

    # --- snapshots --------------------------------------------------------------------------------

    def set_size(self, number: int, viewport: Viewport) -> None:
        """A viewport has another size."""
        if self.snapshots.resize(number, viewport):
            self._ask_if_page(number)
            self.changed.emit(number)

    def size(self, number: int) -> Viewport:
        """How large a viewport is."""
        return self.snapshots.size(number)

    def resolved(self, number: int) -> Resolved:
        """What a viewport shows now."""
        return self.snapshots.resolved(number)

    def placed(self, number: int) -> Resolved:
        """What a viewport shows now, without what is drawn on it: for places, not for the screen."""
        return self.snapshots.placed(number)

    def show_others(self, shown: bool) -> None:
        """What other programs drew on the images, or not."""
        self.others_shown = shown
        self._emit(self.grid.visible)

    @property
    def marks_shown(self) -> bool:
        """Whether drawings are on the screen: they go with the words."""
        return self.grid.texts

    @property
    def translate(self) -> Translate:
        """Words of the core in the user's language."""
        return self._translate

    def window(self, number: int) -> Window | None:
        """The window in use."""
        return self.resolved(number).window

    def offers(self, number: int) -> tuple[presets.Offer, ...]:
        """The presets for the frame on the screen."""
        frame = self.frame(number)
        return () if frame is None else presets.offers(frame, self.own_windows)

    # --- wishes -----------------------------------------------------------------------------------

    def change(self, number: int, change: Callable[[ViewState], ViewState]) -> None:
        """Put another wish in place of a viewport's; what is linked to it follows."""
        self.put(self.linkage.followed(number, change(self.grid.views[number])))

    def scroll(self, number: int, steps: int, *, wrap: bool = False) -> None:
        """Leaf through the stack."""
        stack = self.stack(number)
        if stack is not None:
            self.change(number, lambda view: state.scroll(view, steps, len(stack.keys), wrap=wrap))

    def go_to(self, number: int, index: int) -> None:
        """Show one frame of the stack."""
        stack = self.stack(number)
        if stack is not None:
            self.change(number, lambda view: state.go_to(view, index, len(stack.keys)))

    def zoom(self, number: int, ratio: float, at: Point | None = None) -> None:
        """Larger or smaller about a device pixel position, or about the middle."""
        now = self.resolved(number)
        if now.picture is None:
            return
        viewport, middle = now.viewport, now.picture.middle
        point = at if at is not None else (viewport.width / 2, viewport.height / 2)
        x, y = now.camera.image_point(point, viewport)
        anchor = x - middle[0], y - middle[1]
        self.change(number, lambda view: state.zoom_about(view, ratio, anchor, now.camera.factor))

    def pan(self, number: int, moved: Point) -> None:
        """Move the picture by device pixels."""
        now = self.resolved(number)
        if now.picture is not None:
            self.change(number, lambda view: state.pan_by(view, moved, now.camera.factor))

    def drag_window(self, number: int, start: Window, moved: Point, span: float, whole: bool) -> None:
        """Change the window from `start` by a mouse way in logical pixels."""
        self.change(number, lambda view: state.drag_window(view, start, moved, span, whole=whole))

    def choose(self, number: int, window: Window | Preset | None) -> None:
        """A preset, numbers, or the file's own window."""
        self.change(number, lambda view: state.choose_window(view, window))

    def set_dragging(self, number: int, dragging: bool) -> None:
        """Texts step back while the reader drags."""
        if dragging != self.dragging:
            self.dragging = dragging
            self.changed.emit(number)

    # --- the grid ---------------------------------------------------------------------------------

    def show(self, number: int, series: int, stack: int = 0) -> None:
        """Put a series into a viewport."""
        self.put({number: state.show_series(self.grid.views[number], series, stack)})
        self.rearranged.emit(None)

    def activate(self, number: int) -> None:
        """Keys and buttons act on this viewport from now on."""
        if number != self.grid.active:
            self._regrid(state.activate(self.grid, number))

    def lay_out(self, rows: int, columns: int) -> None:
        """Another grid; empty viewports take what is not on the screen yet."""
        self.fill(screens.lay_out(self.grid, rows, columns))

    def fill(self, grid: GridState) -> None:
        """Another grid, whose empty viewports take what is not on a screen yet."""
        self._regrid(replace(grid, views=self._filled(grid.views)))

    def toggle_alone(self) -> None:
        """The active viewport alone, or all."""
        self._regrid(state.toggle_alone(self.grid))

    def set_texts(self, shown: bool) -> None:
        """Words over the pictures, or none."""
        self._regrid(replace(self.grid, texts=shown))

    def set_letters(self, quadruped: bool | None) -> None:
        """Orientation letters for a quadruped, for a biped, or as the files say."""
        self._regrid(replace(self.grid, quadruped=quadruped))

    def set_tool(self, tool: state.Tool) -> None:
        """What the left button does."""
        self._regrid(replace(self.grid, tool=tool))

    def put_grid(self, grid: GridState) -> None:
        """Another grid with all that its viewports show, as it was left."""
        self._regrid(grid)

    def next_series(self, step: int) -> None:
        """The series after (or before) the active viewport's."""
        view = self.grid.views[self.grid.active]
        own = self.exam.numbers_of(self.exam_of(self.grid.active).study_uid)
        units = [unit for unit in self.units() if unit[0] in own]
        here = (view.series, view.stack)
        at = units.index(here) + step if here in units else 0
        if 0 <= at < len(units):
            self.show(self.grid.active, *units[at])

    def units(self) -> list[tuple[int, int]]:
        """What can be hung: (series, stack); a series before its first look counts as one stack."""
        return [
            (series, stack)
            for series, one in enumerate(self.exam.all_series)
            if one.paths or self.stacks(series)  # all images of a series may be taken back
            for stack in range(max(1, len(self.stacks(series))))
        ]

    # --- exams beside the one that is read ----------------------------------------------------------

    def exam_of(self, number: int) -> Exam:
        """The exam whose images a viewport shows."""
        series = self.grid.views[number].series
        return self.exam if series is None else self.exam.exam_at(series)

    def put_beside(self, other: Exam) -> None:
        """Another exam of the same animal: its series follow those that are there. Raises `OtherAnimal`."""
        grown = self.exam.with_beside(other)
        if grown is not self.exam:
            self.exam = grown
            self.marking.rebase(partial(joined_sheet, other=other.sheet))
            self._renamed()

    def take_away(self, study_uid: str) -> None:
        """An exam beside the read one goes: its images leave the screen and the memory."""
        gone = self.exam.numbers_of(study_uid)
        lost = next((one for one in self.exam.beside if one.study_uid == study_uid), None)
        if lost is None:
            return
        page = self.exam
        self.exam = self.exam.without(study_uid)
        self.grid = replace(self.grid, views=tuple(without(view, gone) for view in self.grid.views))
        self.supply.take_away(gone)
        self.marking.rebase(partial(parted_sheet, page=page, gone=lost))
        self._renamed()
        self.ask()
        self.supply.forget(path for series in lost.series for path in series.paths)
        self.volumes.let_go({series.series_uid for series in lost.series})

    def _renamed(self) -> None:
        self.rearranged.emit(None)
        self._emit(self.grid.visible)

    # --- inside -----------------------------------------------------------------------------------

    def put(self, views: Mapping[int, ViewState]) -> None:
        """Other wishes for some viewports, without what is linked to them: asked for once, then shown."""
        old = self.grid.views
        new = {number: view for number, view in views.items() if view != old[number]}
        if not new:
            return
        self.grid = replace(self.grid, views=tuple(new.get(n, view) for n, view in enumerate(old)))
        if any(_place(view) != _place(old[number]) for number, view in new.items()):
            self.ask()
            self._emit(self.linkage.touched(new))
            return
        for number in new:
            self._ask_if_page(number)
        self._emit(list(new))

    def point(self, number: int, at: Point) -> None:
        """The place under a device pixel position is shown wherever else it is known."""
        found = self.linkage.point(number, at)
        if found is not None:
            spot, moved, said = found
            self.grid = replace(self.grid, spot=spot)
            self.put(moved)
            self._emit(self.grid.visible)
            self.pointed.emit(said)

    def _regrid(self, grid: GridState) -> None:
        if grid == self.grid:
            return
        self.grid = grid
        self.ask()
        self.rearranged.emit(None)
        self._emit(grid.visible)

    def _emit(self, numbers: Sequence[int]) -> None:
        for number in numbers:
            self.changed.emit(number)

    def _filled(self, views: Sequence[ViewState]) -> tuple[ViewState, ...]:
        shown = {(view.series, view.stack) for view in views}
        waiting = iter([unit for unit in self.units() if unit not in shown])
        filled = []
        for view in views:
            unit = next(waiting, None) if view.series is None else None
            filled.append(view if unit is None else state.show_series(view, *unit))
        return tuple(filled)

    def _wished(self, number: int) -> FrameKey | None:
        return self.supply.wished(self.grid.views[number])

    def _ask_if_page(self, number: int) -> None:
        stack = self.stack(number)
        if stack is not None and stack.medium is Medium.DOCUMENT and number in self.grid.visible:
            self.ask()


def _place(view: ViewState) -> tuple[int | None, int, int]:
    return view.series, view.stack, view.index
