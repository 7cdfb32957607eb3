"""The reading page: series at the left, tools on top, pictures in the middle, one line of help below.

Joins the parts and their actions to the controller. Decides nothing about pictures itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QSettings, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent
from PySide6.QtWidgets import QWidget

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.transfers import Transfers
from vetpacs_desktop.ui.viewing.body.part import BodyPart
from vetpacs_desktop.ui.viewing.cards import cards_of
from vetpacs_desktop.ui.viewing.compare.desk import CompareDesk
from vetpacs_desktop.ui.viewing.compare.house import CompareHouse
from vetpacs_desktop.ui.viewing.compare.reading import Readings
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.deeds import Deeds
from vetpacs_desktop.ui.viewing.dental.desk import DentalPart
from vetpacs_desktop.ui.viewing.furnishing import furnish
from vetpacs_desktop.ui.viewing.fusion.part import FusionPart
from vetpacs_desktop.ui.viewing.grid import ViewportGrid
from vetpacs_desktop.ui.viewing.guides.desk import GuideDesk
from vetpacs_desktop.ui.viewing.hanging.desk import HangingPart
from vetpacs_desktop.ui.viewing.hints import hint
from vetpacs_desktop.ui.viewing.lettering import QtLettering
from vetpacs_desktop.ui.viewing.links.part import LinksPart
from vetpacs_desktop.ui.viewing.looks.part import LooksPart
from vetpacs_desktop.ui.viewing.marking.autosave import Autosave
from vetpacs_desktop.ui.viewing.marking.deeds import MarkingDeeds
from vetpacs_desktop.ui.viewing.marking.others import OthersBox
from vetpacs_desktop.ui.viewing.marking.sheets import Sheets
from vetpacs_desktop.ui.viewing.marking.words import marking_hint, tr_measure
from vetpacs_desktop.ui.viewing.media.cine import Cine
from vetpacs_desktop.ui.viewing.media.media import Media
from vetpacs_desktop.ui.viewing.media.playing import PlayingPart
from vetpacs_desktop.ui.viewing.opening import Opening
from vetpacs_desktop.ui.viewing.output.desk import OutputDesk
from vetpacs_desktop.ui.viewing.output.house import OutputHouse
from vetpacs_desktop.ui.viewing.parts import Desk, Part
from vetpacs_desktop.ui.viewing.reformats.part import ReformatsPart
from vetpacs_desktop.ui.viewing.resuming.ahead import Prepared
from vetpacs_desktop.ui.viewing.resuming.house import ReadingHouse
from vetpacs_desktop.ui.viewing.resuming.part import Resuming
from vetpacs_desktop.ui.viewing.resuming.worklist import WorklistPart
from vetpacs_desktop.ui.viewing.screens.part import ScreensPart
from vetpacs_desktop.ui.viewing.spatial.part import SpatialPart
from vetpacs_desktop.ui.viewing.volumes.part import VolumesPart, ask_fewer
from vetpacs_desktop.ui.viewing.volumes.path_part import PathPart
from vetpacs_desktop.ui.viewing.wheel.part import WheelPart
from vetpacs_desktop.ui.viewing.windows.part import WindowsPart
from vetpacs_desktop.viewer.comparing import own_sheet
from vetpacs_desktop.viewer.describe import read_description
from vetpacs_desktop.viewer.description import ImageDescription, Medium
from vetpacs_desktop.viewer.exam import Exam
from vetpacs_desktop.viewer.loading import FrameKey, FrameLoader, LoadedFrame
from vetpacs_desktop.viewer.render.quiet import mute
from vetpacs_desktop.viewer.render.scene import warm_up

REST_AFTER_MS = 400
"""The rest is read once the first image is there, or after this time when it does not come."""
AFTER_FIRST_MS = 0
AFTER_READY_MS = 50
"""Its first image was loaded ahead: the rest need not wait for long."""
STRIP_SHOWN = "viewing/strip_shown"
PANEL_SHOWN = "viewing/measurements_shown"


class ReadingPage(QWidget):
    """One exam at a time."""

    back_requested = Signal()

    def __init__(
        self,
        bridge: Bridge,
        loader_factory: Callable[[], FrameLoader],
        state: QSettings,
        autosave: Autosave | None = None,
        output: OutputHouse | None = None,
        reading: ReadingHouse | None = None,
        compare: CompareHouse | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("reading_page")
        self.setProperty("role", "page")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._bridge = bridge
        self._loader_factory = loader_factory
        self._settings = state
        self._autosave = autosave
        self._reading, self._compare = reading, compare
        self._unsaved = ""
        mute()
        self._controller: Controller | None = None
        self._loader: FrameLoader | None = None
        self._opening: Opening | None = None
        self._grid: ViewportGrid | None = None
        self._endings: list[Callable[[], None]] = []
        self._cine = Cine(
            self._on_cine, self, lambda: self._media.ready(), lambda steps: self._media.length(steps)
        )
        self._later = QTimer(self, singleShot=True)
        self._later.timeout.connect(self._read_rest)
        self._build()
        self._join(output)
        self._settle(state)
        QTimer.singleShot(0, self, self._warm_up)

    @property
    def controller(self) -> Controller | None:
        """Of the open exam; None while there is none."""
        return self._controller

    @property
    def grid(self) -> ViewportGrid | None:
        """The viewports of the open exam."""
        return self._grid

    @property
    def first_image_shown(self) -> bool:
        """Whether the active viewport has a picture on the screen."""
        return self._grid is not None and self._grid.active.view.has_painted_picture

    def open_exam(self, exam: Exam) -> None:
        """Show an exam from its first image, at once; those beside it come when it is there."""
        beside, exam = exam.beside, replace(exam, beside=())
        self.close_exam()
        ready = self.worklist.taken(exam)
        loader = self._loader = self._loader_factory() if ready is None else ready.loader
        sheets = self._sheets = Sheets(self._autosave, lambda: self._controller)
        exam = sheets.newest(exam)
        marking = sheets.marking(exam, tr_measure)
        controller = self._controller = Controller(exam, loader, self._translate, marking)
        self._opening = Opening(
            self._bridge,
            exam,
            controller.set_stacks,
            self.strip.set_thumbnail,
            loader.describe,
            loader.awaited,
        )
        self._endings = [
            self._bridge.listen(loader.on_ready, self._on_frame),
            self._bridge.listen(loader.on_failed, self._on_failure),
            controller.rearranged.subscribe(lambda _: self._refresh()),
            controller.changed.subscribe(self._on_changed),
            controller.marking.changed.subscribe(lambda _: self._on_marking()),
            controller.marking.edited.subscribe(lambda _: self._on_edit()),
        ]
        self._grid = ViewportGrid(controller)
        for part in self._parts:
            part.opened(controller)
        if ready is not None:
            self._use(ready, self._opening, controller)
        self._middle.addWidget(self._grid)
        self._middle.setCurrentWidget(self._grid)
        if exam.series:
            if not any(part.begin(controller) for part in self._parts):
                controller.show(0, 0)
            self._opening.look(_in_sight(controller))
        self._refresh()
        self.others.refresh()
        self._later.start(REST_AFTER_MS if ready is None else AFTER_READY_MS)
        self._grid.active.setFocus()
        if beside:
            QTimer.singleShot(0, self, lambda: self.compare.put(controller, beside))

    def _use(self, ready: Prepared, opening: Opening, controller: Controller) -> None:
        """What was read ahead is known at once."""
        for description in ready.known:
            opening.learn(description)
        for number, stacks in ready.stacks.items():
            controller.set_stacks(number, stacks)

    def say(self, words: str) -> None:
        """A sentence below the pictures, for a moment."""
        self._say(words)

    def _begin_anew(self) -> None:
        """The open exam as if it were opened for the first time, with all that is drawn on it."""
        controller = self._controller
        if controller is not None:
            exam = controller.exam
            own = own_sheet(exam, exam, controller.marking.sheet)
            self.open_exam(replace(exam, left="", beside=(), sheet=own))

    def give_back(self) -> None:
        """Close the exam; no other follows."""
        self.close_exam()
        self.worklist.drop()

    def close_exam(self) -> None:
        """Give back the memory of the exam; nothing happens when none is open."""
        if self._controller is not None:
            self.others.leave(self._controller)
            for part in self._parts:
                part.closed()
        self._cine.stop()
        self._later.stop()
        for end in self._endings:
            end()
        self._endings = []
        if self._opening is not None:
            self._opening.stop()
        if self._grid is not None:
            self._grid.close_scenes()
            self._middle.removeWidget(self._grid)
            self._grid.hide()
            self._grid.deleteLater()
        if self._loader is not None:
            # Not close(): a large frame in the making would hold the window.
            self._loader.stop()
        self._opening, self._grid, self._loader, self._controller = None, None, None, None
        self._hint.forget()
        self.strip.forget()
        self.panel.forget()
        self.guides.refresh()
        self._output.close()
        self._deeds.refresh()

    def _join(self, output: OutputHouse | None) -> None:
        """The parts that act on the open exam, each with its rows of actions."""
        self._media = Media(
            self,
            self.media_bar,
            self._cine,
            self._bridge,
            self._settings,
            lambda: self._controller,
            self._say,
        )
        self._marking = MarkingDeeds(
            self,
            lambda: self._controller,
            lambda: self._grid.active if self._grid is not None else None,
            self._show_panel,
        )
        self._deeds = Deeds(
            self,
            self.tools,
            self._cine,
            controller=lambda: self._controller,
            back=self.back_requested.emit,
            show_strip=self._show_strip,
            media=self._media,
            marking=self._marking,
        )
        self._output = self._make_output(output)
        self._parts = self._make_parts(output)
        self.guides = GuideDesk(
            self,
            self.tools,
            self.panel,
            lambda: self._controller,
            lambda: self._grid.active if self._grid is not None else None,
            lambda: self._marking.actions["marks_panel"].setChecked(True),
        )
        self.media_bar.fill({**self._deeds.actions, **self._media.actions})
        self.others = OthersBox(self._bridge, lambda: self._controller, self._autosave)
        self.others.said.connect(self._say)
        self.panel.add_below(self.others)

    def _make_parts(self, output: OutputHouse | None) -> tuple[Part, ...]:
        """What the page can do beside showing and measuring; each knows only the desk."""
        desk = Desk(
            page=self,
            bar=self.tools,
            bridge=self._bridge,
            settings=self._settings,
            controller=lambda: self._controller,
            grid=lambda: self._grid,
            say=self._say,
        )
        pen = self._reading.pen if self._reading is not None else None
        resuming = Resuming(desk, pen, self._begin_anew, lambda others: self.compare.bring(others))
        self.worklist = WorklistPart(
            desk, self._reading, lambda: self._loader, self._loader_factory, (resuming.as_new,)
        )
        self.compare = CompareDesk(
            desk,
            Readings(self, self._bridge, self.strip, self._describe),
            lambda exam: self._sheets.newest(exam),
            lambda controller, exam: self.others.leave(controller, exam),
            lambda: self.others.refresh(),
            self._compare,
        )
        self.hanging = HangingPart(desk)
        self.screens = ScreensPart(desk)
        self._deeds.body = body = BodyPart(desk, output)
        return (
            resuming,
            self.hanging,
            self.worklist,
            self.compare,
            WheelPart(desk),
            LooksPart(desk),
            VolumesPart(desk, partial(ask_fewer, self)),
            body,
            PathPart(desk),
            ReformatsPart(desk, output, lambda: self._opening, self.strip),
            SpatialPart(desk),
            FusionPart(desk),
            WindowsPart(desk),
            LinksPart(desk),
            PlayingPart(desk, self._media, self._deeds.refresh_playable),
            self.screens,
            DentalPart(desk, output.clinic if output is not None else str),
        )

    def _describe(self, path: Path) -> ImageDescription:
        """As the loader of the open exam knows a file; in threads."""
        loader = self._loader
        return read_description(path) if loader is None else loader.describe(path)

    def _settle(self, state: QSettings) -> None:
        """As it was left the last time; and what saving has to say."""
        self._deeds.tick_strip(state.value(STRIP_SHOWN, True, bool) is True)
        self._marking.actions["marks_panel"].setChecked(state.value(PANEL_SHOWN, False, bool) is True)
        self._deeds.refresh()
        if self._autosave is not None:
            self._bridge.listen(self._autosave.failed, self._not_saved)
            self._bridge.listen(self._autosave.saved, self._saved)

    def _build(self) -> None:
        made = furnish(self, self._bridge, lambda: self._controller)
        self.tools, self.strip, self.panel = made.tools, made.strip, made.panel
        self.media_bar = made.media_bar
        self._middle, self._hint = made.middle, made.hint
        self.strip.chosen.connect(self._on_card)

    def _make_output(self, output: OutputHouse | None) -> OutputDesk:
        """What leaves; a page by itself has no window to tell about it."""
        house = output or OutputHouse(
            Transfers(self._bridge, self), lambda notice: self._say(notice.text), str
        )
        made = OutputDesk(self, self._bridge, self._settings, lambda: self._controller, self._say, house)
        made.join(self.tools)
        return made

    def _warm_up(self) -> None:
        """Draw something before the first exam needs it."""
        if self._grid is None:
            warm_up(QtLettering())

    def _translate(self, text: str) -> str:
        return QCoreApplication.translate("pictures", text)

    # --- what arrives -----------------------------------------------------------------------------

    def _on_frame(self, frame: LoadedFrame) -> None:
        if self._controller is None or self._opening is None:
            return
        self._opening.learn(frame.description)
        self._controller.frame_arrived(frame)
        if self._later.isActive():
            # Painting comes before a timer: the first image is on the screen when the rest begins.
            self._later.start(AFTER_FIRST_MS)

    def _on_failure(self, failure: tuple[FrameKey, KnownError]) -> None:
        if self._controller is not None:
            self._controller.frame_failed(*failure)
            self._media.refresh()

    def _read_rest(self) -> None:
        self._later.stop()
        if self._opening is not None and self._controller is not None:
            self._opening.start()
            self._controller.look_ahead()

    def _on_changed(self, number: int) -> None:
        if self._controller is not None and number == self._controller.grid.active:
            self._deeds.refresh_playable()
            self._output.refresh()
            self.guides.refresh()
        self.panel.refresh()

    def _on_marking(self) -> None:
        """Something is drawn, chosen or hovered."""
        self._deeds.refresh_tool()
        self.guides.refresh()
        self._show_hint()
        if self._controller is not None and self._controller.marking.draft is not None:
            self._cine.stop()  # the next point belongs to the same image

    def _on_edit(self) -> None:
        """A finished edit: key images may be others."""
        if self._controller is not None:
            self.strip.show_cards(cards_of(self._controller, self._translate))

    def _not_saved(self, sentence: str) -> None:
        words = self.tr("What was drawn is not saved yet, and is tried again: {reason}")
        self._unsaved = words.format(reason=sentence)
        self._show_hint()

    def _saved(self, _study: str) -> None:
        self._unsaved = ""
        self._show_hint()

    def _refresh(self) -> None:
        """The grid, the active viewport or a stack is another one."""
        controller = self._controller
        if controller is None:
            return
        self.strip.show_cards(cards_of(controller, self._translate))
        self._mark_card()
        self._show_hint()
        self._deeds.refresh()
        self._output.refresh()
        self.panel.refresh()
        for part in self._parts:
            part.refresh()

    def _mark_card(self) -> None:
        if self._controller is not None:
            view = self._controller.grid.views[self._controller.grid.active]
            self.strip.mark(view.series, view.stack)

    def _show_hint(self) -> None:
        """What the next click does."""
        controller = self._controller
        if controller is None:
            return
        stack = controller.stack(controller.grid.active)
        medium = stack.medium if stack is not None else Medium.IMAGES
        drawing = self._unsaved or marking_hint(controller.marking)
        words = drawing or self._deeds.help() or hint(controller.grid.tool, medium)
        self._hint.show_help(words)

    def _on_card(self, series: int, stack: int) -> None:
        if self._controller is not None and self._grid is not None:
            self._controller.show(self._controller.grid.active, series, stack)
            self._grid.active.setFocus()

    def _show_strip(self, shown: bool) -> None:
        self.strip.setVisible(shown)
        self._settings.setValue(STRIP_SHOWN, shown)

    def _show_panel(self, shown: bool) -> None:
        self.panel.setVisible(shown)
        self._settings.setValue(PANEL_SHOWN, shown)
        self.panel.refresh()

    def _on_cine(self, steps: int) -> None:
        self._media.play_on(steps)

    def _say(self, words: str) -> None:
        """For a moment, in place of the help."""
        self._hint.say(words)

    def hideEvent(self, event: QHideEvent) -> None:
        self._cine.stop()
        super().hideEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self._grid is not None:
            self._grid.active.setFocus()


def _in_sight(controller: Controller) -> list[int]:
    """The series that viewports wish for and nothing is known of yet, the active viewport's first."""
    grid = controller.grid
    views = [grid.views[number] for number in dict.fromkeys((grid.active, *grid.visible))]
    return [view.series for view in views if view.series is not None and not controller.stacks(view.series)]
