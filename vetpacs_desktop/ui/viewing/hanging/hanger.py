"""Hangs one open exam: at once by what the index knows, again when the headers are known; then it rests.

Once the reader touches anything, images stay where they are. A picture is turned in the moment in which it
arrives, before it is seen. Knows no widget.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.viewer.annotations import ImageRef
from vetpacs_desktop.viewer.description import ImageDescription
from vetpacs_desktop.viewer.hanging.matching import matching
from vetpacs_desktop.viewer.hanging.placing import Candidate, Cell, Plan, place, slot_of
from vetpacs_desktop.viewer.hanging.protocol import Layout, Protocol, Slot
from vetpacs_desktop.viewer.hanging.screening import OnScreen, grid_of, hung_by, is_untouched
from vetpacs_desktop.viewer.hanging.seen import Seen, understand, with_teeth, written_of
from vetpacs_desktop.viewer.hanging.vocabulary import shipped
from vetpacs_desktop.viewer.loading import LoadedFrame
from vetpacs_desktop.viewer.measure.veterinary.animals import species_of
from vetpacs_desktop.viewer.measure.veterinary.reference import published
from vetpacs_desktop.viewer.session import PROJECTIONS
from vetpacs_desktop.viewer.state import GridState, Hung, ViewState, hang

MOST_HEADERS = 64
"""An exam of more radiographs is hung by what the index knows of it."""
AS_CAME = Protocol(name="", layout=Layout.ROW)
"""In the exam's own order, nothing turned."""


class Hanger:
    """The hanging of one exam."""

    def __init__(self, controller: Controller, protocols: Callable[[], Sequence[Protocol]]) -> None:
        self._controller = controller
        self._protocols = protocols
        self._described: dict[Path, ImageDescription] = {}
        self._cells: tuple[Cell | None, ...] = ()
        self._expected: GridState | None = None
        """The grid as it was left here; None from the reader's first act on."""
        self._waiting = False
        """Whether more will be known of the images than at the beginning."""
        self._resumed = True
        self.protocol: Protocol | None = None
        """By which the exam hangs; None where another part arranged it."""
        named = species_of(controller.exam.species, published().species)
        self.species = named.name if named is not None else ""

    def begin(self) -> bool:
        """Hang the exam by the best protocol; False where none fits."""
        self._resumed = False
        candidates = self._candidates()
        found = matching(self._protocols(), candidates, self.species)
        if not found:
            return False
        self._waiting = any(_is_vague(one) for one in candidates)
        self._hang(found[0], candidates)
        return True

    @property
    def matches(self) -> tuple[Protocol, ...]:
        """The protocols that fit the exam, the best first."""
        return matching(self._protocols(), self._candidates(), self.species)

    def choose(self, protocol: Protocol) -> None:
        """Hang by this one, now; `AS_CAME` for the exam's own order."""
        self._expected, self._waiting, self._resumed, self.protocol = None, False, False, None
        candidates = self._candidates()
        if protocol is AS_CAME and not any(one.seen.modality in PROJECTIONS for one in candidates):
            candidates = candidates[:1]
        grid = self._controller.grid
        anew = [view if view.series is None else ViewState(view.series, view.stack) for view in grid.views]
        self._controller.put_grid(_with_views(grid, anew[: grid.on_first]))
        if candidates:
            self._hang(protocol, candidates)
        self._expected = None

    def files_to_read(self) -> list[Path]:
        """The headers that would tell more of where images belong; empty where nothing is to be gained."""
        if not self._waiting:
            return []
        exam = self._controller.exam
        paths = [path for one in exam.series if one.modality in PROJECTIONS for path in one.paths]
        return paths if len(paths) <= MOST_HEADERS else []

    def learn(self, descriptions: Sequence[ImageDescription]) -> None:
        """Headers were read."""
        self._described.update({one.path: one for one in descriptions})
        self.refresh()

    def arrived(self, frame: LoadedFrame) -> None:
        """A frame is about to be shown: turn it first."""
        self._described.setdefault(frame.description.path, frame.description)
        for number in self._controller.grid.visible:
            stack, view = self._controller.stack(number), self._controller.grid.views[number]
            if stack is not None and view.index < len(stack.keys) and stack.keys[view.index] == frame.key:
                self._turn(number, frame)

    def refresh(self) -> None:
        """The grid or a stack is another one: images that are new on the screen are turned."""
        if self._resumed:
            self._leave_as_resumed()
        self._notice_touch()
        if self._waiting and self._expected is not None:
            self._hang_better()
        for number in self._controller.grid.visible:
            frame = self._controller.frame(number)
            if frame is not None and self._controller.has_wished(number):
                self._turn(number, frame)

    def screen(self) -> list[OnScreen]:
        """What the first screen shows, to be kept as a layout."""
        shown = []
        for number, view in enumerate(self._controller.grid.views[: self._controller.grid.on_first]):
            frame = self._controller.frame(number)
            if view.series is None:
                shown.append(OnScreen(view))
            elif frame is None:
                shown.append(OnScreen(view, self._seen(view.series, self._controller.path(number))))
            else:
                seen = self._seen(view.series, frame.key.path)
                shown.append(OnScreen(view, seen, frame.description, frame.key.frame))
        return shown

    # --- hanging ----------------------------------------------------------------------------------

    def _hang(self, protocol: Protocol, candidates: Sequence[Candidate]) -> None:
        self.protocol = protocol
        self._show(place(protocol, candidates))

    def _show(self, plan: Plan) -> None:
        self._cells = plan.cells
        self._expected = grid_of(plan, self._controller.grid)
        self._controller.put_grid(self._expected)
        self._expected = self._controller.grid  # turning may have followed

    def _hang_better(self) -> None:
        """Once all radiographs are known one by one, each goes where it belongs."""
        candidates = self._candidates()
        if any(one.count > 1 for one in candidates) or not self._all_described():
            return
        self._waiting = False
        found = matching(self._protocols(), candidates, self.species)
        if found:
            self._hang(found[0], candidates)

    def _all_described(self) -> bool:
        return all(path in self._described for path in self.files_to_read())

    def _notice_touch(self) -> None:
        if self._expected is not None:
            touched = self._controller.grid != self._expected or self._controller.marking.draft is not None
            self._expected = None if touched else self._expected

    def _leave_as_resumed(self) -> None:
        """Another part arranged the exam as it was left: what hangs there is not turned again."""
        self._resumed = False
        found = matching(self._protocols(), self._candidates(), self.species)
        self.protocol = found[0] if found else None
        views = [view if view.hung is not None else _as_it_is(view) for view in self._controller.grid.views]
        self._controller.put_grid(_with_views(self._controller.grid, views))

    # --- turning ----------------------------------------------------------------------------------

    def _turn(self, number: int, frame: LoadedFrame) -> None:
        """As the place wants it, once; what the reader turned already stays."""
        view = self._controller.grid.views[number]
        if view.series is None or view.hung is not None or self.protocol is None or not is_untouched(view):
            return
        self._notice_touch()
        quadruped = self._controller.grid.quadruped
        slot = self._slot(number, view, frame)
        hung = hung_by(slot, frame.description, frame.key.frame, quadruped)
        self._controller.change(number, lambda wish: hang(wish, hung))
        if self._expected is not None:
            self._expected = self._controller.grid

    def _slot(self, number: int, view: ViewState, frame: LoadedFrame) -> Slot | None:
        """The place's own wish; for an image that was put there by hand, the convention for such images."""
        if self.protocol is None or self.protocol is AS_CAME:
            return None
        cell = self._cells[number] if number < len(self._cells) else None
        if cell is not None and cell.slot and (cell.series, cell.stack) == (view.series, view.stack):
            return cell.slot
        candidate = Candidate(view.series or 0, view.stack, self._seen(view.series or 0, frame.key.path))
        shipped_ones = [one for one in self._protocols() if not one.own]
        for protocol in matching(shipped_ones, [candidate], self.species)[:1]:
            found = slot_of(protocol, candidate)
            return None if found is None else protocol.slots[found]
        return None

    # --- what there is ----------------------------------------------------------------------------

    def _candidates(self) -> list[Candidate]:
        """Everything that could hang, in the exam's order."""
        exam, found = self._controller.exam, []
        for number, series in enumerate(exam.all_series):
            prior = number >= len(exam.series)
            stacks = self._controller.stacks(number)
            if stacks and all(stack.final and stack.keys for stack in stacks):
                for n, stack in enumerate(stacks):
                    found.append(Candidate(number, n, self._seen(number, stack.keys[0].path), prior))
            elif series.paths:
                many = len(series.paths) if series.modality in PROJECTIONS else 1
                path = series.paths[0] if many == 1 else None
                found.append(Candidate(number, 0, self._seen(number, path), prior, many))
        return found

    def _seen(self, number: int, path: Path | None) -> Seen:
        """What an image shows, as far as it is known yet."""
        exam, series = self._controller.exam.exam_at(number), self._controller.exam.series_at(number)
        description = self._described.get(path) if path is not None else None
        seen = understand(written_of(series, exam.description, description), shipped(), self.species)
        if "dental" in seen.regions and path in series.paths and series.sop_uids:
            image = ImageRef(series.sop_uids[series.paths.index(path)], 0)
            said = self._controller.marking.sheet.mouth.shown_on(image)
            if said is not None and said.teeth:
                return with_teeth(seen, tuple(tooth.number for tooth in said.teeth))
        return seen


def _is_vague(one: Candidate) -> bool:
    """Whether an image's header may say more than the index does."""
    seen = one.seen
    if seen.modality not in PROJECTIONS:
        return False
    known = seen.teeth if "dental" in seen.regions else seen.view and seen.regions
    return one.count > 1 or not known


def _as_it_is(view: ViewState) -> ViewState:
    return view if view.series is None else replace(view, hung=Hung())


def _with_views(grid: GridState, views: Sequence[ViewState]) -> GridState:
    return replace(grid, views=(*views, *grid.views[len(views) :]))
