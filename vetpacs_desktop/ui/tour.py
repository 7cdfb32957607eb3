"""The tour: the real window, walked through on example animals, with a picture of every step.

It uses the program as its people do (a machine sends, a vet opens) and never a shortcut that they don't have.
Everything happens in a library of its own that is gone afterwards.
"""

from __future__ import annotations

import logging
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QTimer
from PySide6.QtGui import QAction, QPixmap
from PySide6.QtWidgets import QApplication

from vetpacs_desktop import settings as settings_file
from vetpacs_desktop.app import App
from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.examples import write_examples
from vetpacs_desktop.examples.photos import write_photos
from vetpacs_desktop.jobs import CancelToken, ignore
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.backup import places
from vetpacs_desktop.store.backup.credentials import secrets_of
from vetpacs_desktop.store.backup.places import Place
from vetpacs_desktop.store.backup.returning import restoring
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.network.sending.send import send_files
from vetpacs_desktop.store.records import InstanceRow, StudyRow
from vetpacs_desktop.ui.application import make_application
from vetpacs_desktop.ui.devices.assistant import ConnectAssistant
from vetpacs_desktop.ui.main_window import MainWindow
from vetpacs_desktop.ui.tour_clicks import HALF_WAY, Clicker, heart_places
from vetpacs_desktop.viewer.state import Preset, PresetKind

if TYPE_CHECKING:
    from vetpacs_desktop.ui.intake.assistant import ImportAssistant
    from vetpacs_desktop.ui.viewing.controller import Controller

LOG = logging.getLogger(__name__)
SIZE = (1280, 800)
PATIENCE_SECONDS = 600.0
CT, RADIOGRAPHS, ULTRASOUND = "modality:CT", "modality:DX thorax three", "modality:US echocardiography"
FOUR_WINDOWS = (None, *(Preset(PresetKind.TISSUE, number) for number in (1, 2, 4)))
"""As the file says, bone, lung, abdomen."""
SETTLE_SECONDS = 0.7
"""Long enough for pictures that follow (thumbnails, texts) and for the longest motion of the window."""


class StepFailed(KnownError):
    """The step did not come to its end: {reason}."""


@dataclass(frozen=True, slots=True)
class TourStep:
    """One step as it went."""

    name: str
    ok: bool
    seconds: float
    picture: Path | None
    note: str = ""


def run_tour(out: Path, *, small: bool = False) -> list[TourStep]:
    """Walk through everything, leave PNGs in `out`, and tell how each step went; later steps go on.

    `small` takes the coarser example animals.
    """
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="vetpacs-tour-") as folder:
        home = Home(Path(folder) / "home").make()
        settings_file.save(_settings(), home.settings)
        app = App.open(home)
        qt = make_application(app)
        window = MainWindow(app, lambda error: LOG.error("A fault on the tour", exc_info=error))
        try:
            return list(Tour(app, qt, window, Path(folder) / "machine", out, small=small).steps())
        finally:
            window.hide()
            qt.processEvents()
            window.shut()
            window.deleteLater()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
            app.close()


def _settings() -> settings_file.Settings:
    values: dict[str, settings_file.Value] = {
        "receiver.host": "127.0.0.1",
        "receiver.port": 0,
        "clinic.name": "Example Clinic",
    }
    return settings_file.Settings().with_values(values)


class Tour:
    """The steps in their order; each is one method that raises when it can't come to its end."""

    def __init__(
        self, app: App, qt: QApplication, window: MainWindow, machine: Path, out: Path, *, small: bool = False
    ) -> None:
        self._small = small
        self._app, self._qt, self._window, self._machine, self._out = app, qt, window, machine, out
        self._files: list[Path] = []
        self._clicker: Clicker
        self._places: list[tuple[float, float]] = []
        self._early: QPixmap | None = None
        """A picture taken before its step came to its end."""

    def steps(self) -> Iterator[TourStep]:
        """Go through all steps."""
        walk: tuple[tuple[str, Callable[[], str], bool], ...] = (
            ("An empty library says what to do", self._empty, True),
            ("Example animals are drawn", self._draw, False),
            ("A machine sends their exams, the list fills", self._send, True),
            ("Typing finds an animal", self._find, True),
            ("A CT is read", lambda: self._read(CT, 1, 1), True),
            ("A CT is read in four windows", lambda: self._four_windows(CT), True),
            ("Planes are cut through it and turned", self._planes, True),
            ("A radiograph is read", lambda: self._read(RADIOGRAPHS, 1, 1), True),
            ("A heart is measured, step by step", self._measure, True),
            ("Its size is compared with what is published", self._measured, True),
            ("The exam before lies beside it, and says what changed", self._compare, True),
            ("Radiographs side by side", lambda: self._lay_out(RADIOGRAPHS, 2, 2), True),
            ("An ultrasound clip is read", lambda: self._read(ULTRASOUND, 1, 1), True),
            ("A stick with photos is looked through", self._stick, True),
            ("It is asked whose they are", self._whose, True),
            ("An exam is thrown away and brought back", self._trash, True),
            ("A machine is connected", self._connect, True),
            ("The receiver tells its state", self._system, True),
            ("Everything is backed up, and read back", self._back_up, True),
            ("It comes back on a new computer", self._restore, False),
            ("Every file is proved", self._verify, False),
        )
        for number, (name, step, pictured) in enumerate(walk, 1):
            yield self._one(number, name, step, pictured)

    def _one(self, number: int, name: str, step: Callable[[], str], pictured: bool) -> TourStep:
        started = time.monotonic()
        try:
            note, ok = step(), True
        except KnownError as error:
            note, ok = error.sentence, False
        except Exception:
            LOG.exception("The step %r broke", name)
            note, ok = "A fault of the program; its log says more.", False
        seconds = time.monotonic() - started
        picture = self._picture(f"{number:02}-{_file_name(name)}.png") if pictured else None
        return TourStep(name, ok, seconds, picture, note)

    # --- the steps --------------------------------------------------------------------------------

    def _empty(self) -> str:
        self._window.resize(*SIZE)
        self._window.move(0, 0)
        self._window.show()
        self._window.start()
        self._until(lambda: self._app.service.state() is not None, "the receiver did not start")
        self._rest()
        return ""

    def _draw(self) -> str:
        job = self._app.jobs.start(
            lambda report, cancel: write_examples(
                self._machine, small=self._small, report=report, cancel=cancel
            )
        )
        self._until(job.future.done, "the example animals were not finished")
        self._files = job.future.result()
        return f"{len(self._files)} files"

    def _send(self) -> str:
        state = self._app.service.ensure()
        job = self._app.jobs.start(
            lambda report, cancel: send_files(
                self._files, "127.0.0.1", state.port, state.ae_title, "EXAMPLES", report, cancel
            )
        )
        self._until(job.future.done, "the sending did not end")
        summary = job.future.result()
        if summary.failed:
            raise StepFailed(reason=f"{len(summary.failed)} images were refused: {summary.failed[0][1]}")
        wanted = len(self._files)
        self._until(lambda: self._app.library.counts()[1] == wanted, "not every image reached the index")
        self._rest(2)
        return f"{summary.sent} images sent in {summary.seconds:.1f} s"

    def _find(self) -> str:
        owner = self._row(CT).owner_name.split(",")[0].lower()
        self._window.exams.show_search(f"owner:{owner}")
        self._rest(2)
        return f"owner:{owner}"

    def _read(self, query: str, rows: int, columns: int) -> str:
        row = self._row(query)
        self._window.open_target(row.study_uid, None)
        self._until(lambda: self._shown(row.study_uid), f"{row.description} did not appear")
        self._lay(rows, columns)
        return f"{row.description}, {row.instance_count} images"

    def _shown(self, study_uid: str) -> bool:
        """The exam is open, its series are in their true order and all shown ones have a picture."""
        controller = self._window.reading.page.controller
        return controller is not None and controller.exam.study_uid == study_uid and controller.complete(0)

    def _measure(self) -> str:
        """The vertebral heart size of the right lateral, as far as its vertebrae."""
        self._window.reading.page.guides.start("vhs")
        self._clicker = Clicker(self._window.reading.page, 0)
        self._places = heart_places(self._clicker)
        self._clicker.click(self._places[:HALF_WAY])
        return self._window.reading.page.guides.card.label.text()

    def _measured(self) -> str:
        guides = self._window.reading.page.guides
        for place in self._places[HALF_WAY:]:
            if guides.card.isVisible():
                self._clicker.click([place])
        if guides.card.isVisible():
            raise StepFailed(reason="the measurement did not come to its end")
        (drawn,) = self._controller().marking.sheet.annotations
        return f"{drawn.tool}, {len(drawn.points)} clicks"

    def _compare(self) -> str:
        """The same view a year ago, its heart measured, too."""
        page, controller = self._window.reading.page, self._controller()
        page.compare.toggle()
        self._until(lambda: len(controller.grid.views) > 1 and controller.complete(1), "no exam before came")
        self._rest()
        controller.activate(1)
        page.guides.start("vhs")
        clicker = Clicker(page, 1)
        for place in heart_places(clicker, "dog-thorax-2025"):
            if page.guides.card.isVisible():
                clicker.click([place])
        changed = [line.text for line in page.panel.lines if "change" in line.text]
        if not changed:
            raise StepFailed(reason="nothing is said of what changed")
        self._rest()
        return changed[0].replace("\n", ", ")

    def _lay_out(self, query: str, rows: int, columns: int) -> str:
        self._window.reading.page.compare.end()
        self._lay(rows, columns)
        return f"{self._row(query).description}, {rows}x{columns}"

    def _lay(self, rows: int, columns: int) -> None:
        controller = self._controller()
        controller.lay_out(rows, columns)
        self._rest()
        for number in range(rows * columns):
            stack = controller.stack(number)
            if stack is not None:
                controller.go_to(number, len(stack.keys) // 2)
        self._rest()

    def _four_windows(self, query: str) -> str:
        """The same slice four times: soft tissue, lung, bone, and one as the file says."""
        self._lay(2, 2)
        controller = self._controller()
        for number, window in enumerate(FOUR_WINDOWS):
            controller.show(number, 0)
            stack = controller.stack(number)
            self._until(partial(controller.complete, number), "a series did not come")
            controller.go_to(number, len(stack.keys) // 2 if stack else 0)
            controller.choose(number, window)
        return f"{self._row(query).description}, 2x2"

    def _planes(self) -> str:
        """Transverse, sagittal and dorsal, the last two turned by some degrees about the body's middle."""
        controller = self._controller()
        self._lay(1, 1)
        stack = controller.stack(0)
        controller.go_to(0, len(stack.keys) // 2 if stack else 0)
        self._press("planes")
        self._until(lambda: bool(controller.grid.views[0].plane), "the volume did not come")
        for _ in range(12):
            self._press("planes_turn_on")
        return ", ".join(view.plane for view in controller.grid.views if view.plane)

    def _press(self, name: str) -> None:
        """What the key or the menu entry of that name does."""
        action = self._window.reading.page.findChild(QAction, name)
        if action is None or not action.isEnabled():
            raise StepFailed(reason=f"{name} can't be pressed")
        action.trigger()

    def _controller(self) -> Controller:
        controller = self._window.reading.page.controller
        if controller is None:
            raise StepFailed(reason="no exam is open")
        return controller

    def _stick(self) -> str:
        """An exam that is here already, and photos that belong to nobody yet."""
        write_stick(
            self._machine.parent / "STICK", self._app.library.locate(self._row(RADIOGRAPHS).study_uid)
        )
        self._window.show_place("exams")
        self._window.exams.show_search("")
        self._window.intake.open_assistant([self._machine.parent / "STICK"])
        assistant = self._assistant()
        self._until(lambda: assistant.page is assistant.found, "the stick was not looked through")
        self._rest()
        return assistant.said

    def _whose(self) -> str:
        assistant = self._assistant()
        assistant.next.click()
        self._until(lambda: assistant.page is assistant.whose, "nobody was asked whose the photos are")
        self._rest()
        return assistant.said

    def _trash(self) -> str:
        self._assistant().close()
        row = self._row(ULTRASOUND)
        self._window.kept.delete([row])
        self._until(lambda: bool(self._app.library.trash.entries()), "the exam was not taken away")
        self._window.kept.open_trash()
        self._rest(2)
        return row.description

    def _connect(self) -> str:
        trash, dialog = self._app.library.trash, self._window.kept.trash
        trash.restore([entry.id for entry in trash.entries()])
        self._row(ULTRASOUND)  # it is found again
        if dialog is not None:
            dialog.close()
        # The assistant holds the window until it is closed, so its picture is taken from within.
        for share, act in ((1, self._turn_page), (3, self._take_and_close)):
            QTimer.singleShot(int(share * 1000 * SETTLE_SECONDS), self._qt, act)
        self._window.devices.connect_machine()
        self._until(lambda: self._early is not None, "the assistant did not open")
        return ""

    def _turn_page(self) -> None:
        dialog = self._window.devices.dialog
        if isinstance(dialog, ConnectAssistant):
            dialog.go(1)

    def _take_and_close(self) -> None:
        self._early = self._grabbed()
        dialog = self._window.devices.dialog
        if dialog is not None:
            dialog.reject()

    def _assistant(self) -> ImportAssistant:
        assistant = self._window.intake.assistant
        if assistant is None:
            raise StepFailed(reason="the import assistant did not open")
        return assistant

    def _system(self) -> str:
        self._window.show_place("system")
        self._rest(2)
        return ""

    def _back_up(self) -> str:
        """To a folder that stands for a share of the network, by the button of the card."""
        folder = self._machine.parent / "NAS"
        folder.mkdir()
        place = Place("NAS", str(folder), every="never")
        places.add(self._app.home, place)
        backup = self._window.backup
        backup.run(place)
        self._until(
            lambda: any(one.health and one.health.last_good for one in backup.monitor.now.places),
            "no backup was made",
        )
        self._window.house().show_card("backup")
        self._rest(2)
        (now,) = backup.monitor.now.places
        return now.health.sentence if now.health else ""

    def _restore(self) -> str:
        """Into an empty folder; there the list and every image must be as they are here."""
        home = Home(self._machine.parent / "new computer")
        place = places.find(self._app.home, "NAS")
        job = self._app.jobs.start(
            lambda report, cancel: restoring.restore(
                home, place, secrets_of(self._app.home), report=report, cancel=cancel
            )
        )
        self._until(job.future.done, "the restore did not end")
        restored = job.future.result()
        library = Library.open(home)
        try:
            found = library.verify()
            same = library.search("") == self._app.library.search("")
        finally:
            library.close()
        if restored.failed or found.missing or found.corrupt or found.orphans or not same:
            raise StepFailed(reason="what came back is not what was backed up")
        return f"{restored.restored} files in {restored.seconds:.1f} s, {found.checked} images compared"

    def _verify(self) -> str:
        job = self._app.jobs.start(lambda report, cancel: self._app.library.verify(ignore, CancelToken()))
        self._until(job.future.done, "the check did not end")
        found = job.future.result()
        faults = len(found.missing) + len(found.corrupt) + len(found.orphans)
        if faults:
            raise StepFailed(reason=f"{faults} of {found.checked} files are not as they were received")
        return f"{found.checked} files"

    # --- how they are walked ----------------------------------------------------------------------

    def _row(self, query: str) -> StudyRow:
        rows = self._app.library.search(query, limit=1)
        if not rows:
            raise StepFailed(reason=f"no exam is found by {query}")
        return rows[0]

    def _until(self, reached: Callable[[], bool], otherwise: str) -> None:
        end = time.monotonic() + PATIENCE_SECONDS
        while not reached():
            if time.monotonic() > end:
                raise StepFailed(reason=otherwise)
            self._pump()

    def _rest(self, times: int = 1) -> None:
        end = time.monotonic() + times * SETTLE_SECONDS
        while time.monotonic() < end:
            self._pump()

    def _pump(self) -> None:
        self._qt.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
        time.sleep(0.005)

    def _picture(self, name: str) -> Path:
        """What is on the screen where the window is; a widget's own grab would miss the images."""
        self._rest()
        shot, self._early = self._early or self._grabbed(), None
        path = self._out / name
        shot.save(str(path))
        return path

    def _grabbed(self) -> QPixmap:
        frame = self._window.geometry()
        return self._window.screen().grabWindow(0, frame.x(), frame.y(), frame.width(), frame.height())


def write_stick(folder: Path, rows: Sequence[InstanceRow]) -> None:
    """A folder like a stick from another clinic: `rows` under plain names, and three photos."""
    folder.mkdir()
    for number, row in enumerate(rows, 1):
        shutil.copyfile(row.path, folder / f"IM{number:04}")
    write_photos(folder)


def _file_name(name: str) -> str:
    return "-".join("".join(letter if letter.isalnum() else " " for letter in name.lower()).split())
