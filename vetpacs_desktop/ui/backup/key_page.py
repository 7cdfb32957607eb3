"""The key of a sealed backup goes on paper before anything is copied, and is typed from the paper once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from vetpacs_desktop.store.backup.sealing.key_sheet import KeySheet, key_sheet
from vetpacs_desktop.ui import paper, theme
from vetpacs_desktop.ui.backup import key_paper
from vetpacs_desktop.ui.backup.draft import PAPER_FOLDER, Draft, Kind, address_words
from vetpacs_desktop.ui.backup.step import Step, stop_enter
from vetpacs_desktop.ui.buttons import button
from vetpacs_desktop.ui.page import label, say

LAST = 2
"""Groups that are typed from the sheet: eight signs, which nobody guesses."""


class KeyPage(Step):
    """Print or save the sheet, then type the end of the key."""

    def __init__(self, clinic: str, state: QSettings, parent: QWidget | None = None) -> None:
        super().__init__("", parent=parent)
        self.ask(
            self.tr("Put the key on paper"),
            self.tr(
                "Print the key sheet twice: one for the clinic's safe, one for another building. Without the "
                "key nobody can read the backup, not even you."
            ),
        )
        self._clinic = clinic
        self._state = state
        self._draft = Draft(Kind.SSH)
        self._sheet: KeySheet | None = None
        self._on_paper = False
        self.print = button(self.tr("Print the key sheet..."), "print", name="print_key")
        self.save = button(self.tr("Save it as PDF..."), "document", name="save_key")
        self.print.clicked.connect(self._print)
        self.save.clicked.connect(self._save)
        stop_enter(self.print, self.save)
        self._done = label("dim")
        self._done.hide()
        self.typed = QLineEdit()
        self.typed.setObjectName("last_group")
        self.typed.setFixedWidth(160)
        self.typed.setMaxLength(12)
        self.typed.textChanged.connect(self._typed)
        self._lay_out()

    def show_draft(self, draft: Draft) -> None:
        if draft.secret != self._draft.secret:
            self._on_paper = draft.key_on_paper
            self.typed.clear()
            self._done.hide()
        self._draft = draft
        self._sheet = None
        if draft.secret:
            self._sheet = key_sheet(
                draft.secret,
                clinic=self._clinic,
                place=draft.name,
                url=address_words(draft.place.url),
                backup_id="",
                made=date.today(),  # noqa: DTZ011 - the clinic's own day is meant
            )
        self._renew()

    def taken(self, draft: Draft) -> Draft:
        return replace(draft, key_on_paper=self.ready())

    def ready(self) -> bool:
        return self._on_paper and self._matches()

    def first(self) -> QWidget:
        return self.typed if self._on_paper else self.print

    def save_to(self, path: Path) -> None:
        """Write the sheet. Raises `OSError`."""
        assert self._sheet is not None
        key_paper.write_pdf(self._sheet, path)
        text = self.tr("Saved as {path}. Keep it where the backup is not; delete it here once it is printed.")
        self._went(text.format(path=path))

    def _save(self) -> None:
        name = self.tr("Key sheet {place}").format(place=self._draft.name)
        paper.save(self, self._state, PAPER_FOLDER, paper.safe_name(name), self.save_to)

    def _print(self) -> None:
        sheet = self._sheet
        if sheet is not None and paper.print_page(self, lambda device: key_paper.print_on(sheet, device)):
            self._went(self.tr("Sent to the printer. Look at the page before you go on."))

    def _went(self, sentence: str) -> None:
        self._on_paper = True
        say(self._done, sentence)
        self._renew()
        self.typed.setFocus()

    def _typed(self) -> None:
        enough = bool(self._plain()) and len(self._plain()) >= len(self.wanted())
        wrong = enough and not self._matches()
        wrong_text = self.tr("Those are not the last two groups of this key. Read them once more.")
        self.complain(wrong_text if wrong else "")
        self.changed.emit()

    def _renew(self) -> None:
        self.typed.setEnabled(self._on_paper)
        self.changed.emit()

    def _plain(self) -> str:
        return "".join(self.typed.text().split()).upper()

    def wanted(self) -> str:
        """What must be typed."""
        return "".join(self._sheet.groups[-LAST:]).upper() if self._sheet is not None else ""

    def _matches(self) -> bool:
        return bool(self.wanted()) and self._plain() == self.wanted()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(theme.GRID)
        row.addWidget(self.print)
        row.addWidget(self.save)
        row.addStretch(1)
        self.body.addLayout(row)
        self.body.addWidget(self._done)
        self.body.addSpacing(2 * theme.GRID)
        self.body.addWidget(label("heading", self.tr("To make sure that the page is readable")))
        text = self.tr("Type the last two groups of the key from the sheet; small letters will do.")
        self.body.addWidget(label("dim", text))
        self.body.addWidget(self.typed, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addWidget(self.problem)
        self.body.addStretch(1)
