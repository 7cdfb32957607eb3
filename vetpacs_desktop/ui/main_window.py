"""The window: rail, pages, notices and status strip, and what passes between them.

Its panels don't know each other; they meet here. It does no work itself: operations do, in threads.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from vetpacs_desktop import settings as settings_file
from vetpacs_desktop.app import App
from vetpacs_desktop.jobs import Jobs
from vetpacs_desktop.store.records import ImportSummary, SeriesRow, StudyRow, StudyUID
from vetpacs_desktop.ui import ask, theme
from vetpacs_desktop.ui.actions import EXAM, PLACES, SYSTEM, WINDOW, make_action, row_of
from vetpacs_desktop.ui.archives.desk import ArchivesDesk
from vetpacs_desktop.ui.backup.desk import BackupDesk
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.controls.clinic import contact_of
from vetpacs_desktop.ui.controls.desk import ControlsDesk
from vetpacs_desktop.ui.devices.desk import DevicesDesk
from vetpacs_desktop.ui.drop import DropArea
from vetpacs_desktop.ui.going_on import GoingOn
from vetpacs_desktop.ui.house import Deed, Desk, House
from vetpacs_desktop.ui.intake.desk import IntakeDesk
from vetpacs_desktop.ui.kept.desk import KeptDesk
from vetpacs_desktop.ui.library.finder import Finder
from vetpacs_desktop.ui.library.page import ExamsPage
from vetpacs_desktop.ui.library.thumbnails import Thumbnails
from vetpacs_desktop.ui.library.watch import Watch
from vetpacs_desktop.ui.notices import PROBLEM, Notice, NoticeBoard
from vetpacs_desktop.ui.operations import checking, comparing, exams, importing
from vetpacs_desktop.ui.rail import Rail
from vetpacs_desktop.ui.reading_place import ReadingPlace
from vetpacs_desktop.ui.receiver import ReceiverMonitor, ReceiverNow
from vetpacs_desktop.ui.status_strip import StatusStrip
from vetpacs_desktop.ui.system.desk import DoorsDesk
from vetpacs_desktop.ui.system.page import SystemPage
from vetpacs_desktop.ui.system.receiver_dialog import ReceiverDialog
from vetpacs_desktop.ui.transfers import Transfer, Transfers
from vetpacs_desktop.ui.viewing.compare.house import CompareHouse
from vetpacs_desktop.ui.viewing.marking.autosave import Autosave
from vetpacs_desktop.ui.viewing.output.house import OutputHouse
from vetpacs_desktop.viewer.exam import Exam

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from vetpacs_desktop.viewer.loading import FrameLoader

LOG = logging.getLogger(__name__)
LIST_SHOWN = "The list of exams is on the screen"
"""Said once in the diary; the bench of the cold start waits for it."""
SIZE = (1280, 800)
SMALLEST = (800, 500)
"""A laptop of 1280x800 at 150 %, with its task bar."""


class Lanes:
    """Threads of their own for what must not wait for another; long work has the program's jobs."""

    def __init__(self) -> None:
        self._jobs = [Jobs(1), Jobs(1), Jobs(2), Jobs(1), Jobs(1), Jobs(1)]
        self._bridges = [Bridge(jobs) for jobs in self._jobs]
        self.list, self.pictures, self.reading, self.receiver, self.chores, self.ahead = self._bridges

    def close(self) -> None:
        """Deliver nothing more, then end the threads."""
        for bridge in self._bridges:
            bridge.close()
        for jobs in self._jobs:
            jobs.close()


class MainWindow(QMainWindow):
    """All of the window for one open program."""

    closed = Signal()

    def __init__(self, app: App, bug: Callable[[BaseException], object]) -> None:
        super().__init__()
        self._app = app
        self._bug = bug
        self._state = QSettings(str(app.home.window_state), QSettings.Format.IniFormat)
        self._lanes = Lanes()
        self._bridge = Bridge(app.jobs, self)
        self.transfers = Transfers(self._bridge, self)
        self._watch = Watch(app.library, self._lanes.list, self)
        self._monitor = ReceiverMonitor(
            app.home,
            app.service,
            app.library,
            self._lanes.receiver,
            lambda: self._app.settings.number("receiver.port"),
            self,
        )
        self.exams = ExamsPage(Finder(app.library, self._lanes.list, self), self._thumbnails(), self._state)
        self._autosave = Autosave(app.keep_sheet, app.author, app.standard_files)
        self._going_on = GoingOn(
            app,
            self.exams,
            self._lanes.ahead,
            self._open,
            self.tell,
            say=lambda words: self.reading.say(words),
            withdraw=lambda text: self.notices.withdraw(text),
        )
        self.reading = ReadingPlace(
            self._lanes.reading,
            self._frame_loader,
            self._state,
            self._autosave,
            OutputHouse(
                self.transfers,
                self.tell,
                lambda: self._app.settings.text("clinic.name"),
                self._app.keep_images,
                self._app.put_images_away,
                self._app.bring_images_back,
                lambda: contact_of(self._app.settings),
            ),
            self._going_on.house(),
            CompareHouse(app.other_exams, lambda uid: app.exam(StudyUID(uid))),
        )
        self.system = SystemPage(app.home.root, app.settings.number("receiver.min_free_mib"), self.transfers)
        self.notices = NoticeBoard()
        self.rail = Rail()
        self.strip = StatusStrip(self.transfers)
        self._desks = self._make_desks()
        self._asked = StudyUID("")
        self._lay_out()
        self._connect()
        self._restore()

    def start(self, *, study: str | None = None, animal: str | None = None, examples: bool = False) -> None:
        """Show the list, then start what need not come first."""
        self.exams.listed.connect(lambda: QTimer.singleShot(0, self, self._after_list))
        if examples:
            self.exams.empty_found.connect(self._load_examples, Qt.ConnectionType.SingleShotConnection)
        self.exams.start()
        self._going_on.start(asked=bool(study or animal))
        self.open_target(study, animal)

    def open_target(self, study: str | None, animal: str | None) -> None:
        """Open an exam, or show an animal's exams: from a link or a second start."""
        if study:
            self._open(StudyUID(study))
        elif animal:
            self.show_place("exams")
            exams.find_animal(
                self._app.library, self._lanes.chores, animal, self.exams.show_search, self.tell
            )

    def show_place(self, name: str) -> None:
        """Go to exams, reading or system."""
        self.rail.show_place(name)
        self._pages.setCurrentWidget(
            {"exams": self.exams, "reading": self.reading, "system": self.system}[name]
        )
        if name == "exams":
            self.exams.panel.go_on()
            self.exams.focus_search()

    def tell(self, notice: Notice) -> None:
        """Show a sentence above the page."""
        self.notices.show_notice(notice)

    def import_paths(self, paths: list[Path]) -> None:
        """Bring in files and folders, with progress in the strip and a sentence at the end."""
        importing.import_paths(self._app, self.transfers, paths, self.tell, self._imported)

    def house(self) -> House:
        """What the desks of the panels get."""
        return House(
            app=self._app,
            chores=self._lanes.chores,
            transfers=self.transfers,
            tell=self.tell,
            state=self._state,
            window=self,
            show_place=self.show_place,
            show_card=self._show_card,
            open_exam=self._open,
            library_changed=self.exams.library_changed,
        )

    def refresh_theme(self) -> None:
        """Repaint with the palette in force."""
        self.exams.refresh_theme()

    def shut(self) -> None:
        """Stop threads and timers; the window is done for."""
        self._save()
        for desk in self._desks:
            desk.stop()
        self._monitor.stop()
        self._watch.stop()
        self.reading.close_exam()
        self._autosave.close()
        self._going_on.close()
        self._bridge.close()
        self._lanes.close()

    def _make_desks(self) -> tuple[Desk, ...]:
        """One for each panel, in the order of their cards."""
        self.devices = DevicesDesk(self.house(), self)
        self.intake = IntakeDesk(self.house(), draw_small, parent=self)
        self.kept = KeptDesk(self.house(), draw_small, self)
        self.archives = ArchivesDesk(self.house(), self)
        self.doors = DoorsDesk(self.house(), self)
        self.backup = BackupDesk(self.house(), self)
        self.controls = ControlsDesk(self.house(), lambda: self.reading.page, self)
        return (self.backup, self.intake, self.devices, self.archives, self.kept, self.doors, self.controls)

    def _join_desks(self) -> None:
        deeds: dict[str, Deed] = {"compare_exams": self._compare}
        for desk in self._desks:
            deeds.update(desk.deeds())
            for name, card in desk.cards():
                self.system.add_card(name, card)
        for row in EXAM:
            if row.name in deeds:
                self.exams.offer(row.name)
        self.exams.deed_requested.connect(lambda name, studies: deeds[name](studies))

    def _thumbnails(self) -> Thumbnails:
        return Thumbnails(self._app.library, self._app.home.cache, self._lanes.pictures, draw_small, self)

    def _frame_loader(self) -> FrameLoader:
        return self._app.frame_loader()

    def _lay_out(self) -> None:
        self.setWindowTitle("VetPACS")
        self.setMinimumSize(*SMALLEST)
        self.exams.setObjectName("exams_page")
        self._pages = QStackedWidget()
        for page in (self.exams, self.reading, self.system):
            self._pages.addWidget(page)
        body = QVBoxLayout()
        body.setSpacing(0)
        body.addWidget(self.notices)
        body.addWidget(self._pages, 1)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addLayout(body, 1)
        centre = QWidget()
        centre.setProperty("role", "page")
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row, 1)
        column.addWidget(self.strip)
        self.setCentralWidget(centre)
        self.drop = DropArea(self)

    def _connect(self) -> None:
        self.rail.place_chosen.connect(self.show_place)
        self.drop.dropped.connect(self.intake.open_assistant)
        self._connect_exams()
        self._join_desks()
        self.reading.back_requested.connect(self._back_to_list)
        self.reading.brought_back.connect(lambda: self.show_place("reading"))
        self.system.receiver.start_requested.connect(self._monitor.start)
        self.system.receiver.settings_requested.connect(self._receiver_settings)
        self.system.library.verify_requested.connect(self._verify)
        self.system.library.rebuild_requested.connect(self._rebuild)
        self.system.counts_wanted.connect(self._count)
        self.system.theme_chosen.connect(self._choose_theme)
        self.strip.place_requested.connect(self._show_card)
        self.strip.start_requested.connect(self._monitor.start)
        self.strip.cancel_requested.connect(self._cancel)
        self._monitor.changed.connect(self._receiver_changed)
        self.backup.strip_changed.connect(self.strip.show_backup)
        self._watch.changed.connect(lambda _: self.exams.library_changed())
        self._make_actions()

    def _make_actions(self) -> None:
        """What a key does in every place."""
        for row in PLACES:
            self.rail.tell_key(make_action(self, row, partial(self.show_place, row.name)))
        make_action(self, row_of(WINDOW, "find"), self._find)
        make_action(self, row_of(WINDOW, "quit"), self.close)
        make_action(self, row_of(SYSTEM, "theme"), self._other_theme)

    def _connect_exams(self) -> None:
        page = self.exams
        page.read_requested.connect(lambda study: self._open(study.study_uid))
        page.seen_requested.connect(self._mark_seen)
        page.import_media_requested.connect(lambda: self.intake.open_assistant())
        page.import_folder_requested.connect(self._ask_folder)
        page.import_files_requested.connect(self._ask_files)
        page.archives_requested.connect(self.archives.show_search)
        page.bring_requested.connect(self.backup.bring_back)
        page.examples_requested.connect(self._load_examples)
        page.connect_requested.connect(self.devices.connect_machine)
        page.receiver_requested.connect(lambda: self._show_card("receiver"))
        page.series_deed_requested.connect(self._series_deed)
        page.bug.connect(self._bug)
        page.search.textEdited.connect(self.reading.somebody_is_busy)
        page.table.chosen.connect(self.reading.somebody_is_busy)

    def _after_list(self) -> None:
        self.exams.table.viewport().repaint()
        LOG.info(LIST_SHOWN)
        self._watch.start()
        self._monitor.start()
        for desk in self._desks:
            desk.start()
        self.reading.preload_when_quiet()

    def _series_deed(self, name: str, series: SeriesRow) -> None:
        {"delete_series": self.kept.delete_series, "choose_images": self.kept.choose_images}[name](series)

    def _find(self) -> None:
        self.show_place("exams")
        self.exams.focus_search()

    def _open(self, uid: StudyUID) -> None:
        self._asked = uid
        self.exams.panel.rest()
        exams.open_exam(self._app, self._lanes.reading, uid, self._read_if_asked, self.tell)

    def _read_if_asked(self, exam: Exam) -> None:
        """Keys are quicker than disks: the exam that was asked for last is the one to read."""
        if exam.study_uid == self._asked:
            self._read(exam)

    def _back_to_list(self) -> None:
        self.show_place("exams")
        self.activateWindow()  # where the images are in a window of their own, that one had the keys

    def _read(self, exam: Exam) -> None:
        if not self.reading.is_apart:
            self.show_place("reading")
        self.reading.open_exam(exam)
        self._going_on.opened(exam)
        for one in exam.exams:
            exams.mark_seen(self._app.library, self._lanes.chores, StudyUID(one.study_uid), self.tell)

    def _compare(self, studies: list[StudyRow]) -> None:
        comparing.compare(self._app, self._lanes.reading, studies, self._read, self.tell)

    def _mark_seen(self, study: StudyRow) -> None:
        exams.mark_seen(self._app.library, self._lanes.chores, study.study_uid, self.tell)

    def _ask_folder(self) -> None:
        folder = ask.for_folder(self, self._state)
        if folder is not None:
            self.intake.open_assistant([folder])

    def _ask_files(self) -> None:
        files = ask.for_files(self, self._state)
        if files:
            self.intake.open_assistant(files)

    def _load_examples(self) -> None:
        importing.load_examples(self._app, self.transfers, self.tell, self._imported)

    def _imported(self, _: ImportSummary) -> None:
        self.exams.library_changed()

    def _verify(self) -> None:
        checking.verify(self._app.library, self.transfers, self._checked, self._app.home)

    def _rebuild(self) -> None:
        checking.rebuild(self._app.library, self.transfers, self._checked, self.exams.library_changed)

    def _checked(self, notice: Notice) -> None:
        self.system.show_outcome(notice)
        if notice.action is not None or self._pages.currentWidget() is not self.system:
            self.tell(notice)

    def _count(self) -> None:
        self._lanes.chores.start(
            lambda _report, _cancel: self._app.library.counts(),
            lambda counts: self.system.library.show_counts(*counts),
        )

    def _show_card(self, name: str) -> None:
        self.show_place("system")
        self.system.show_card(name)

    def _cancel(self, transfer: Transfer) -> None:
        self.transfers.cancel(transfer)

    def _receiver_changed(self, now: ReceiverNow) -> None:
        self.strip.show_receiver(now)
        self.system.show_receiver(now)
        self.exams.empty.show_receiver(now)

    def _receiver_settings(self) -> None:
        dialog = ReceiverDialog(self._app.settings, self)
        if dialog.exec() and self._change_settings(dialog.chosen()):
            self._monitor.restart()

    def _other_theme(self) -> None:
        self._choose_theme("light" if self._app.settings.text("window.theme") == "dark" else "dark")

    def _choose_theme(self, name: str) -> None:
        if self._change_settings(self._app.settings.with_values({"window.theme": name})):
            app = QApplication.instance()
            assert isinstance(app, QApplication)
            theme.apply(app, theme.THEMES[name])
            self.system.look.show_theme(name)
            self.refresh_theme()

    def _change_settings(self, chosen: settings_file.Settings) -> bool:
        try:
            settings_file.save(chosen, self._app.home.settings)
        except OSError as error:
            text = self.tr("The settings could not be saved; nothing was changed. Is the disk full?")
            self.tell(Notice(PROBLEM, text, str(error)))
            return False
        self._app.settings = chosen
        return True

    def _save(self) -> None:
        self.exams.save()
        self.reading.save()
        self._state.setValue("window/geometry", self.saveGeometry())
        self._state.sync()

    def _restore(self) -> None:
        kept = self._state.value("window/geometry")
        if kept is None or not self.restoreGeometry(kept):
            self.resize(*SIZE)
        self.show_place("exams")

    # Qt

    def closeEvent(self, event: QCloseEvent) -> None:
        self._save()
        super().closeEvent(event)
        self.closed.emit()


def draw_small(path: Path, side: int) -> tuple[NDArray[np.uint8] | None, str]:
    """A small picture; the decoders are loaded with the first one, not with the window."""
    from vetpacs_desktop.viewer.pixels.thumbnail import small_picture

    made = small_picture(path, size=side)
    return made.picture, made.why_not
