"""What is drawn on the open exam and what is being done to it: tool, draft, choice, history. No widget.

Every finished edit is one step of the history and is announced in `edited`, for it to be kept; everything
that looks different in `changed`. Places are (column, row) of the image.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import uuid4

from vetpacs_desktop.events import Event
from vetpacs_desktop.viewer import annotations as edits
from vetpacs_desktop.viewer.annotations import CALIBRATIONS, Annotation, ImageRef, KeyImage, Point, Sheet
from vetpacs_desktop.viewer.corner_texts import Translate, as_written
from vetpacs_desktop.viewer.history import History
from vetpacs_desktop.viewer.loading import LoadedFrame
from vetpacs_desktop.viewer.marks import Entry, Grip
from vetpacs_desktop.viewer.measure.boxes import TURN
from vetpacs_desktop.viewer.measure.calibration import Calibration
from vetpacs_desktop.viewer.measure.image import MeasuredImage
from vetpacs_desktop.viewer.measure.tool import BOXES, Figure, MeasureTool
from vetpacs_desktop.viewer.measure.tools import TOOLS
from vetpacs_desktop.viewer.measuring import Measurements, image_of
from vetpacs_desktop.viewer.mouth import Mouth
from vetpacs_desktop.viewer.spatial.drafting import Stroke, carried, gathered, placed_of
from vetpacs_desktop.viewer.spatial.pane import FREE, Pane, kept

DRAFT = "draft"
"""The id of what is not finished yet."""


def now() -> str:
    """This moment, as it is kept."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


@dataclass(frozen=True, slots=True)
class Draft:
    """A figure in the making."""

    tool: MeasureTool
    image: ImageRef
    points: tuple[Point, ...]
    live: Point | None = None
    """Where the next point would be."""
    asking: bool = False
    """All points are there; its words or its size are still asked for."""
    of: str = ""
    """The annotation that gets further points; empty for a new one."""
    pane: Pane | None = None
    """The picture that `points` are of, where they are places in the animal; None where they stay on it."""
    aways: tuple[float, ...] = ()
    """How far from the picture the first points lie, mm: those that were clicked on another plane."""
    rings: tuple[Stroke, ...] = ()
    """Outlines of a collection that are finished."""

    @property
    def seen(self) -> Annotation:
        """As it would be with the live point."""
        points = self.points if self.live is None else (*self.points, self.live)
        placed = None if self.pane is None else placed_of(self.pane, points, self.aways)
        return Annotation(DRAFT, self.tool.name, self.image, points, space=placed)

    @property
    def ready(self) -> bool:
        """Whether it may end here."""
        return bool(self.rings) or len(self.points) >= self.tool.least

    @property
    def full(self) -> bool:
        """Whether no further point can be placed."""
        return self.tool.most is not None and len(self.points) >= self.tool.most


class Marking:
    """The drawings of one open exam."""

    def __init__(
        self,
        sheet: Sheet | None = None,
        author: str = "",
        translate: Translate = as_written,
        clock: Callable[[], str] = now,
    ) -> None:
        self._history = History(sheet or Sheet())
        self._author = author
        self._clock = clock
        self._translate = translate
        self._live: Sheet | None = None
        self.values = Measurements()
        self.stop: Callable[[], bool] = lambda: False
        """Ends what works on a measurement in a thread; False where nothing does."""
        self.planted: Event[tuple[Annotation, float]] = Event()
        """A seed was set, and how far its range was widened: somebody lets it grow."""
        self.tool: MeasureTool | None = None
        self.draft: Draft | None = None
        self.hovered: Grip | None = None
        self.chosen: Grip | None = None
        self.reason = ""
        """Why the last point is not where it was wished."""
        self.changed: Event[None] = Event()
        self.edited: Event[Sheet] = Event()

    # --- what there is ----------------------------------------------------------------------------

    @property
    def sheet(self) -> Sheet:
        """As it looks now, with what is being dragged."""
        return self._live or self._history.now

    @property
    def kept(self) -> Sheet:
        """As the last finished edit left it."""
        return self._history.now

    @property
    def can_undo(self) -> bool:
        return self._history.can_undo

    @property
    def can_redo(self) -> bool:
        return self._history.can_redo

    @property
    def chosen_one(self) -> Annotation | None:
        """The chosen annotation."""
        return self.sheet.find(self.chosen.id) if self.chosen is not None else None

    @property
    def held(self) -> Grip | None:
        """What stands out as chosen: the draft while there is one."""
        return Grip(DRAFT) if self.draft is not None else self.chosen

    def entries(self, frame: LoadedFrame) -> tuple[Entry, ...]:
        """What is to be drawn on a frame, the draft last."""
        found = self.values.entries(self.sheet, frame, self._translate)
        if self.draft is not None and self.draft.rings:
            collection = Annotation(
                DRAFT, self.draft.tool.name, ImageRef(""), (), space=gathered(self.draft.rings)
            )
            found = (*found, *self.values.entries(Sheet((collection,)), frame, self._translate))
        if self.draft is None or self.draft.image != image_of(frame) or not self.draft.seen.points:
            return found
        seen = self.values.entry(self.draft.seen, frame, self.calibration(frame), self._translate)
        return (*(entry for entry in found if entry.annotation.id != self.draft.of), seen)

    def calibration(self, frame: LoadedFrame) -> Calibration | None:
        """The reader's own scale of a frame."""
        return self.values.calibration(self.sheet, MeasuredImage.of_loaded(frame))

    def rebase(self, change: Callable[[Sheet], Sheet]) -> None:
        """Another exam's drawings came to the page, or left it: no edit, and nothing that undo takes back."""
        self._live = None
        self._history.rebase(change)
        if self.chosen_one is None:
            self.chosen = None
        self._set(draft=None, hovered=None)
        self.changed.emit(None)

    # --- tools ------------------------------------------------------------------------------------

    def take(self, name: str) -> None:
        """Take a measuring tool into the hand."""
        self.keep_rings()
        self._set(tool=TOOLS[name], draft=None, chosen=None)

    def put_away(self) -> None:
        """No measuring tool: the left button is the picture's again."""
        self.keep_rings()
        self._set(tool=None, draft=None)

    def escape(self) -> bool:
        """One step out: of the draft, of the tool, of the choice. False when there is nothing to leave."""
        if self.stop() or self.keep_rings():
            return True
        if self.draft is not None:
            if self.draft.tool.figure is Figure.GUIDE:
                self.tool = None
            self._set(draft=None)
        elif self.tool is not None:
            self.put_away()
        elif self.chosen is not None:
            self.choose(None)
        else:
            return False
        return True

    # --- drafting ---------------------------------------------------------------------------------

    def begin(self, image: ImageRef, at: Point, pane: Pane | None = None) -> None:
        """The first point of a figure; with a `pane` it is kept by its places in the animal."""
        if self.tool is not None:
            draft = self.draft if self.tool.body else None
            rings = draft.rings if draft is not None else ()
            self._set(draft=Draft(self.tool, image, (at,), pane=pane, rings=rings), chosen=None)

    def carry(self, pane: Pane) -> None:
        """What is being drawn goes on in another picture, if its points may lie on several planes."""
        draft = self.draft
        if draft is None or draft.pane is None or draft.tool.name not in FREE or draft.image == pane.image:
            return
        if draft.pane.space == pane.space and not draft.asking:
            points, aways = carried(draft.pane, draft.points, draft.aways, pane)
            self._set(
                draft=replace(draft, image=pane.image, pane=pane, points=points, aways=aways, live=None)
            )

    def close_ring(self) -> None:
        """The outline that was just drawn belongs to the collection; one too short for an outline goes."""
        draft = self.draft
        if draft is None or draft.pane is None:
            return
        rings = draft.rings
        if len(draft.points) >= draft.tool.least:
            rings = (*rings, Stroke(draft.pane, draft.points))
        self._set(draft=replace(draft, points=(), live=None, rings=rings) if rings else None)

    def keep_rings(self) -> bool:
        """Outlines that are finished are work that is not thrown away: they are kept as they are."""
        if self.draft is None or not self.draft.rings:
            return False
        self.finish()
        return True

    def plant(self, widen: float) -> None:
        """The seed of what is to grow is set."""
        draft = self.draft
        if draft is not None and draft.pane is not None:
            one = self._made(draft)
            self._set(draft=None)
            self.planted.emit((one, widen))

    def go_on(self, one: Annotation) -> None:
        """Further points for an annotation, which stays as it is until they are there."""
        tool = TOOLS[one.tool]
        self._set(tool=tool, draft=Draft(tool, one.image, one.points, of=one.id), chosen=None)

    def place(self, at: Point) -> None:
        """The next point."""
        if self.draft is not None and not self.draft.full:
            self._set(draft=replace(self.draft, points=(*self.draft.points, at), live=None))

    def replace_last(self, at: Point) -> None:
        """The newest point elsewhere."""
        if self.draft is not None:
            self._set(draft=replace(self.draft, points=(*self.draft.points[:-1], at), live=None))

    def point_at(self, live: Point | None) -> None:
        """Where the next point would be."""
        if self.draft is not None and not self.draft.asking:
            self._set(draft=replace(self.draft, live=live))

    def take_back(self) -> bool:
        """One point back; False when nothing is being drawn."""
        if self.draft is None or self.draft.asking:
            return False
        draft, left = self.draft, self.draft.points[:-1]
        if draft.rings and not draft.points:
            draft, left = replace(draft, rings=draft.rings[:-1]), ()
        self._set(draft=replace(draft, points=left) if left or draft.rings else None)
        return True

    def finish(self) -> bool:
        """The figure is complete, unless its words or its size must be asked for: then True."""
        draft = self.draft
        if draft is None or draft.asking:
            return False
        if not draft.ready:
            return False
        if draft.tool.figure is Figure.TEXT or draft.tool.name in CALIBRATIONS:
            self._set(draft=replace(draft, live=None, asking=True))
            return True
        self._add(draft)
        return False

    def answer(self, text: str = "", known_mm: float | None = None) -> None:
        """The words or the size of what waits for them; with neither it is dropped."""
        draft = self.draft
        if draft is not None and draft.asking:
            if text or known_mm is not None:
                self._add(draft, text, known_mm)
            else:
                self._set(draft=None)

    def _made(self, draft: Draft, text: str = "", known_mm: float | None = None) -> Annotation:
        """What a draft becomes; its places are kept in place of its points where it lies in the animal."""
        at, tool = self._clock(), draft.tool.name
        one = Annotation(
            uuid4().hex,
            tool,
            draft.image,
            draft.points,
            text,
            known_mm,
            self._author,
            at,
            at,
            draft.seen.space,
        )
        return kept(replace(one, space=gathered(draft.rings)) if draft.rings else one)

    def add(self, one: Annotation) -> None:
        """An annotation that was made elsewhere: one step of the history."""
        self.chosen = Grip(one.id)
        self._do(edits.added(self.kept, one))

    def keep(self, one: Annotation) -> None:
        """An annotation that another tool makes and changes: one step of the history; nothing is chosen."""
        former, at = self.kept.find(one.id), self._clock()
        if former is None:
            self._do(edits.added(self.kept, replace(one, author=self._author, created=at, changed=at)))
        else:
            self.change(replace(former, space=one.space))

    def _add(self, draft: Draft, text: str = "", known_mm: float | None = None) -> None:
        former = self.kept.find(draft.of)
        if former is not None:
            self._set(draft=None, tool=None, chosen=Grip(former.id))
            self.change(replace(former, points=draft.points))
            return
        one = self._made(replace(draft, live=None), text, known_mm)
        self.draft, self.reason = None, ""
        self.chosen = Grip(one.id)
        if one.tool in CALIBRATIONS or draft.tool.figure is Figure.GUIDE:
            self.tool = None
        self._do(edits.added(self.kept, one))

    def explain(self, reason: str) -> None:
        """Why a click did nothing."""
        self.reason = reason
        self.changed.emit(None)

    # --- changing ---------------------------------------------------------------------------------

    def hover(self, grip: Grip | None) -> None:
        """What lies under the mouse."""
        if grip != self.hovered:
            self._set(hovered=grip)

    def choose(self, grip: Grip | None) -> None:
        """Take hold of something, or let go."""
        self._set(chosen=grip)

    def drag(self, one: Annotation) -> None:
        """Show a changed state of an annotation that is not finished yet."""
        self._live = edits.replaced(self.kept, one)
        self.changed.emit(None)

    def drop(self) -> None:
        """What was dragged stays where it is: one step of the history."""
        live, self._live = self._live, None
        if live is None:
            return
        one = live.find(self.chosen.id) if self.chosen is not None else None
        if one is not None and one != self.kept.find(one.id):
            live = edits.replaced(live, replace(one, changed=self._clock()))
        self._do(live)

    def change(self, one: Annotation) -> None:
        """Another state of an annotation, at once: one step of the history."""
        if one != self.kept.find(one.id):
            self._do(edits.replaced(self.kept, replace(one, changed=self._clock())))

    def delete(self, id: str | None = None) -> bool:
        """Remove an annotation, by default the chosen one; False when there is none."""
        one = self.kept.find(id) if id is not None else self.chosen_one
        if one is None:
            return False
        self.chosen = self.hovered = None
        self._do(edits.removed(self.kept, one.id))
        return True

    def toggle_key(self, image: ImageRef) -> None:
        """A picture becomes a key image, or is none any more."""
        if self.kept.is_key(image):
            self._do(edits.without_key(self.kept, image))
        else:
            key = KeyImage(uuid4().hex, image, self._author, self._clock())
            self._do(edits.with_key(self.kept, key))

    def chart(self, edit: Callable[[Mouth, str, str], Mouth]) -> None:
        """Another state of the dental chart, `edit(mouth, author, moment)`: one step of the history."""
        mouth = edit(self.kept.mouth, self._author, self._clock())
        self._do(replace(self.kept, mouth=mouth))

    def undo(self) -> None:
        """One step back: a point of what is being drawn, else the last edit."""
        if self.take_back() or not self._history.undo():
            return
        self._stepped()

    def redo(self) -> None:
        """One step on again."""
        if self.draft is None and self._history.redo():
            self._stepped()

    def step(self, image: ImageRef, way: int, shown: Sequence[str] = ()) -> bool:
        """Choose the next or former annotation of a picture; False beyond the last one. `shown` are the ids
        of those that are seen there without being of it alone."""
        own = {one.id for one in self.sheet.on(image)} | set(shown)
        ids = [one.id for one in self.sheet.annotations if one.id in own and one.tool in TOOLS]
        here = self.chosen.id if self.chosen is not None else None
        at = ids.index(here) + way if here in ids else (0 if way > 0 else len(ids) - 1)
        if not 0 <= at < len(ids):
            self.choose(None)
            return False
        self.choose(Grip(ids[at]))
        return True

    def step_point(self, way: int) -> bool:
        """Choose the next or former point of the chosen annotation."""
        one = self.chosen_one
        if one is None or self.chosen is None:
            return False
        if one.space is not None and (one.space.rings or one.space.grown):
            return False
        box = one.tool in TOOLS and TOOLS[one.tool].figure in BOXES
        points = one.points if one.space is None else one.space.places
        count, at = TURN + 1 if box else len(points), self.chosen.handle
        number = (0 if way > 0 else count - 1) if at is None else (at + way) % count
        self.choose(Grip(one.id, number))
        return True

    # --- inside -----------------------------------------------------------------------------------

    def _do(self, sheet: Sheet) -> None:
        self._live = None
        if self._history.do(sheet):
            self.edited.emit(sheet)
        self.changed.emit(None)

    def _stepped(self) -> None:
        if self.chosen_one is None:
            self.chosen = None
        self.edited.emit(self.kept)
        self.changed.emit(None)

    def _set(self, **values: object) -> None:
        """Several things at once, with one announcement if any differs."""
        before = [getattr(self, name) for name in values]
        for name, value in values.items():
            setattr(self, name, value)
        if "draft" in values and values["draft"] is None:
            self.reason = ""
        if before != list(values.values()):
            self.changed.emit(None)
