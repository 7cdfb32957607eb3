"""Joins the dental chart to the reading page: its key, its window, what leaves it. A part of the page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QDialog

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.ui import ask
from vetpacs_desktop.ui.actions import make_action
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.dental.images import ToothImages
from vetpacs_desktop.ui.viewing.dental.paper import page_layout, print_on, save_pdf, save_picture
from vetpacs_desktop.ui.viewing.dental.rows import DENTAL
from vetpacs_desktop.ui.viewing.dental.window import DentalWindow
from vetpacs_desktop.ui.viewing.dental.words import tr
from vetpacs_desktop.ui.viewing.parts import Desk
from vetpacs_desktop.viewer.output.files import file_name


class DentalPart:
    """One window for each open exam; `clinic` is the clinic's name as it is set now."""

    def __init__(self, desk: Desk, clinic: Callable[[], str]) -> None:
        self._desk, self._clinic = desk, clinic
        self.window: DentalWindow | None = None
        self._images: ToothImages | None = None
        self.action = make_action(desk.page, DENTAL[0], self.show)
        self.action.setEnabled(False)
        desk.bar.measure_menu.addSeparator()
        desk.bar.measure_menu.addAction(self.action)

    # --- what the page asks -----------------------------------------------------------------------

    def opened(self, controller: Controller) -> None:
        """The chart is there when it is asked for."""
        self.action.setEnabled(True)

    def begin(self, controller: Controller) -> bool:
        """Arranges nothing."""
        return False

    def closed(self) -> None:
        """The window goes with its exam."""
        window, self.window, self._images = self.window, None, None
        self.action.setEnabled(False)
        if window is not None:
            window.leave()

    def refresh(self) -> None:
        """The window looks for itself."""

    # --- the window -------------------------------------------------------------------------------

    def show(self) -> None:
        """The chart of the open exam."""
        controller = self._desk.controller()
        if controller is None:
            return
        if self.window is None:
            images = self._images = ToothImages(controller.exam)
            out = {"copy": self._copy, "save": self._save, "print": self._print}
            self.window = DentalWindow(
                controller, images, self._desk.settings, self._clinic(), self._desk.page, out
            )
            images.read(self._desk.bridge, self._learned)
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()
        self.window.view.setFocus()

    def _learned(self) -> None:
        if self.window is not None:
            self.window.refresh(force=True)

    # --- what leaves ------------------------------------------------------------------------------

    def _copy(self) -> None:
        if self.window is not None:
            self.window.copy()

    def _save(self) -> None:
        window = self.window
        if window is None:
            return
        sheet = window.sheet()
        words = " ".join(word for word in (sheet.label.animal, sheet.label.date, tr("teeth")) if word)
        path = ask.for_saving(window, self._desk.settings, file_name(words, "teeth") + ".png")
        if path is not None:
            self.save_as(path)

    def save_as(self, path: Path) -> None:
        """As a PDF where its name says so, else as a PNG; says what came of it."""
        window = self.window
        if window is None:
            return
        save = save_pdf if path.suffix.lower() == ".pdf" else save_picture
        if path.suffix.lower() not in (".pdf", ".png"):
            path = path.with_name(path.name + ".png")
        sheet = window.sheet()
        # In a thread: the folder may be on a share that takes its time.
        self._desk.bridge.start(
            lambda _report, _cancel: save(sheet, path), lambda _: self._saved(path), self._not_saved
        )

    def _saved(self, path: Path) -> None:
        if self.window is not None:
            self.window.hint.setText(tr("Saved as {path}").format(path=path))

    def _not_saved(self, error: BaseException) -> None:
        if not isinstance(error, KnownError):
            raise error
        ask.tell_problem(self.window or self._desk.page, error.sentence)

    def _print(self) -> None:
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter  # it looks for printers when it is loaded

        window = self.window
        if window is None:
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setPageLayout(page_layout())
        chooser = QPrintDialog(printer, window)
        if chooser.exec() == QDialog.DialogCode.Accepted:
            print_on(window.sheet(), printer)
            window.hint.setText(tr("Sent to the printer."))
        chooser.deleteLater()
