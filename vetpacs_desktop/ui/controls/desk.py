"""Keys, mouse, the sheet of what can be done, and the clinic's page as the window knows them.

The one place that saves them and puts them in force; the tables and dialogs only say what was chosen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QWindow
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QWidget

from vetpacs_desktop import settings as settings_file
from vetpacs_desktop.settings import Value
from vetpacs_desktop.ui import keymap, mouse_map
from vetpacs_desktop.ui.actions import CONTROLS, make_action, row_of
from vetpacs_desktop.ui.card import Card
from vetpacs_desktop.ui.controls import finding, gathering, paper
from vetpacs_desktop.ui.controls.card import ControlsCard
from vetpacs_desktop.ui.controls.clinic import ClinicCard, ClinicDialog
from vetpacs_desktop.ui.controls.dialog import ControlsDialog
from vetpacs_desktop.ui.controls.finding import Entry
from vetpacs_desktop.ui.controls.sheet import Sheet
from vetpacs_desktop.ui.house import Deed, House
from vetpacs_desktop.ui.keymap import KeyMap
from vetpacs_desktop.ui.mouse_map import MouseMap
from vetpacs_desktop.ui.notices import GOOD, PROBLEM, Notice

_SHEET = "what_can_i_do"


class ControlsDesk(QObject):
    """`all_pages` makes what is made late (the reading page), so that its actions can be found."""

    def __init__(self, house: House, all_pages: Callable[[], object], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._house, self._all_pages = house, all_pages
        self.card, self.clinic = ControlsCard(), ClinicCard()
        self.sheet: Sheet | None = None
        self._put_in_force()
        self._join()

    def cards(self) -> Sequence[tuple[str, Card]]:
        """Two."""
        return (("clinic", self.clinic), ("controls", self.card))

    def deeds(self) -> Mapping[str, Deed]:
        """None: it has nothing to do with chosen exams."""
        return {}

    def start(self) -> None:
        """Keys of actions that other panels made meanwhile."""
        self._rekey()

    def stop(self) -> None:
        """Nothing is under way."""
        if self.sheet is not None:
            self.sheet.close()

    # --- keys and mouse -----------------------------------------------------------------------------

    def change_keys(self) -> None:
        """Let a person choose keys, buttons and the tool wheel."""
        dialog = self.dialog()
        dialog.exec()
        dialog.deleteLater()

    def dialog(self) -> ControlsDialog:
        """The dialog, joined, not shown."""
        self._all_pages()
        self._rekey()
        made = ControlsDialog(self._entries, self._house.window)
        made.keys.changed.connect(self.use_keys)
        made.mouse.changed.connect(self.use_mouse)
        made.wheel.changed.connect(lambda names: self._keep({"controls.wheel": tuple(names)}))
        return made

    def use_keys(self, keys: KeyMap) -> None:
        """From now on, and saved."""
        self._keep({"controls.keys": keys.lines()})

    def use_mouse(self, mouse: MouseMap) -> None:
        """From now on, and saved."""
        self._keep({"controls.mouse": mouse.lines()})

    def _entries(self) -> list[Entry]:
        return finding.entries(self._house.window)

    def _keep(self, values: Mapping[str, Value]) -> None:
        """Save, then put in force; when it can't be saved it counts until the window closes."""
        app = self._house.app
        app.settings = app.settings.with_values(values)
        try:
            settings_file.save(app.settings, app.home.settings)
        except OSError as error:
            text = self.tr("The settings could not be saved. Is the disk full?")
            self._house.tell(Notice(PROBLEM, text, str(error)))
        self._put_in_force()

    def _put_in_force(self) -> None:
        qt, settings = QApplication.instance(), self._house.app.settings
        assert qt is not None
        keymap.use(qt, KeyMap.read(settings.names("controls.keys")))
        mouse_map.use(qt, MouseMap.read(settings.names("controls.mouse")))
        mouse_map.use_wheel(qt, settings.names("controls.wheel"))
        self._rekey()
        self.card.show_settings(settings)
        self.clinic.show_settings(settings)

    def _rekey(self) -> None:
        for action in finding.actions_of(self._house.window):
            keymap.rekey(action)

    # --- the sheet ----------------------------------------------------------------------------------

    def show_sheet(self) -> None:
        """What can be done in the window or dialog that is in front."""
        window, front = self._house.window, self._in_front()
        if self.sheet is not None:
            self.sheet.close()
        title = self.tr("What can I do here?")
        now = "" if isinstance(front, QDialog) else gathering.next_click(window)
        self.sheet = sheet = Sheet(title, now, gathering.gather(window, front), front)
        sheet.print_wished.connect(lambda: self._print(sheet))
        sheet.pdf_wished.connect(lambda: self._ask_pdf(sheet))
        sheet.keys_wished.connect(self._keys_from_sheet)
        sheet.destroyed.connect(self._sheet_gone)
        sheet.setModal(isinstance(front, QDialog))
        sheet.show()
        sheet.activateWindow()
        sheet.search.setFocus()

    def _in_front(self) -> QWidget:
        """The window or dialog that the key was pressed in; the sheet itself is none."""
        front = QApplication.activeModalWidget() or QApplication.activeWindow()
        if isinstance(front, Sheet):
            front = front.parentWidget()
        return self._house.window if front is None or front.window() is not front else front

    def save_pdf(self, sheet: Sheet, path: Path) -> None:
        """The sheet as a file."""
        text = paper.html(sheet.windowTitle(), sheet.groups)
        self._house.chores.start(
            lambda _report, _cancel: paper.write_pdf(text, path),
            lambda _: self._house.tell(
                Notice(GOOD, self.tr("The sheet was saved as {path}.").format(path=path))
            ),
            self._not_saved,
        )

    def _not_saved(self, error: BaseException) -> None:
        if not isinstance(error, OSError):
            raise error
        self._house.tell(Notice(PROBLEM, self.tr("The sheet was not saved."), str(error)))

    def _keys_from_sheet(self) -> None:
        if self.sheet is not None:
            self.sheet.close()
        self.change_keys()

    def _sheet_gone(self) -> None:
        self.sheet = None

    def _ask_pdf(self, sheet: Sheet) -> None:
        proposed = str(Path.home() / "vetpacs-keys.pdf")
        name, _ = QFileDialog.getSaveFileName(
            sheet, self.tr("Save as PDF"), proposed, self.tr("PDF files (*.pdf)")
        )
        if name:
            self.save_pdf(sheet, Path(name))

    def _print(self, sheet: Sheet) -> None:
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter

        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        dialog = QPrintDialog(printer, sheet)
        if dialog.exec():
            paper.put(paper.html(sheet.windowTitle(), sheet.groups), printer)

    # --- the clinic ---------------------------------------------------------------------------------

    def change_clinic(self) -> None:
        """Let a person enter name and address."""
        dialog = ClinicDialog(self._house.app.settings, self._house.window)
        if dialog.exec():
            self._keep({name: dialog.chosen().text(name) for name in dialog.fields})
        dialog.deleteLater()

    # --- joining ------------------------------------------------------------------------------------

    def _join(self) -> None:
        window = self._house.window
        slots = {
            _SHEET: self.show_sheet,
            "keys_and_mouse": self.change_keys,
            "clinic": self.change_clinic,
        }
        for name, slot in slots.items():
            make_action(window, row_of(CONTROLS, name), slot)
        self.card.change.clicked.connect(self.change_keys)
        self.card.sheet.clicked.connect(self.show_sheet)
        self.clinic.change.clicked.connect(self.change_clinic)
        qt = QApplication.instance()
        assert isinstance(qt, QApplication)
        qt.focusWindowChanged.connect(self._front_changed)

    def _front_changed(self, _window: QWindow | None) -> None:
        """The window's keys end at a dialog or another window: it gets the sheet's key of its own."""
        front = QApplication.activeModalWidget() or QApplication.activeWindow()
        if front is None or isinstance(front, Sheet) or front.window() is not front:
            return
        if all(action.objectName() != _SHEET for action in front.actions()):
            make_action(front, row_of(CONTROLS, _SHEET), self.show_sheet)
