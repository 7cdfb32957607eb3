"""The last page: what came in, what did not and why; print it, open an exam, go on, begin anew."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtGui import QTextDocument
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QHBoxLayout, QTextBrowser, QWidget

from vetpacs_desktop.ui import theme
from vetpacs_desktop.ui.buttons import button
from vetpacs_desktop.ui.intake import report
from vetpacs_desktop.ui.intake.report import End, Outcome
from vetpacs_desktop.ui.page import Page


class OutcomePage(Page):
    """Shows one outcome."""

    open_requested = Signal(object)
    """StudyRow"""
    again_requested = Signal()
    """Another import"""

    def __init__(self, clinic: str, parent: QWidget | None = None) -> None:
        super().__init__("", parent=parent)
        self._clinic = clinic
        self._outcome: Outcome | None = None
        self._may_go_on = False
        self.text = QTextBrowser()
        self.text.setAccessibleName(self.tr("What came in and what did not"))
        self.text.setTabChangesFocus(True)
        self.text.setOpenLinks(False)
        self.text.anchorClicked.connect(lambda link: self._open(link.toString()))
        self.body.addWidget(self.text, 1)
        row = QHBoxLayout()
        row.setSpacing(theme.GRID)
        self.open = button(self.tr("Open the exam"), "read")
        self.print = button(self.tr("Print..."), "print")
        self.again = button(self.tr("Import something else"), "import")
        for one in (self.open, self.print, self.again):
            row.addWidget(one)
        row.addStretch(1)
        self.body.addLayout(row)
        self.open.clicked.connect(lambda: self._open())
        self.print.clicked.connect(self._print)
        self.again.clicked.connect(self.again_requested)

    @property
    def outcome(self) -> Outcome | None:
        """What is shown."""
        return self._outcome

    def show_outcome(self, outcome: Outcome) -> None:
        """Show what an import did."""
        self._outcome = outcome
        self._may_go_on = outcome.end in (End.STOPPED, End.FAILED)
        self.ask(*report.headline(outcome))
        self.text.setHtml(report.page(outcome))
        self.text.setVisible(bool(self.text.toPlainText()))
        self.open.setVisible(bool(outcome.studies))
        several = len(outcome.studies) > 1
        self.open.setText(self.tr("Open the first exam") if several else self.tr("Open the exam"))
        self.changed.emit()

    def medium_is_back(self) -> None:
        """The medium that was pulled is here again: the import may go on."""
        if self._outcome is not None and self._outcome.end is End.PULLED:
            self._may_go_on = True
            self.ask(
                self.tr("“{name}” is back").format(name=self._outcome.source),
                self.tr("What came in before is skipped; the import goes on where it stopped."),
            )
            self.changed.emit()

    def next_words(self) -> str:
        unfinished = self._outcome is not None and self._outcome.end is not End.DONE
        return self.tr("Go on") if unfinished else self.tr("Close")

    def ready(self) -> bool:
        return self._outcome is not None and (self._outcome.end is End.DONE or self._may_go_on)

    def first(self) -> QWidget:
        return self.open if self.open.isVisibleTo(self) else self.print

    def write_pages(self, printer: QPrinter) -> None:
        """Print the outcome."""
        assert self._outcome is not None
        document = QTextDocument()
        document.setDefaultFont(theme.font(theme.BASE))
        now = datetime.now()  # noqa: DTZ005 - the clinic's own clock is meant
        document.setHtml(report.page(self._outcome, clinic=self._clinic, now=now))
        document.print_(printer)

    def _open(self, uid: str = "") -> None:
        studies = self._outcome.studies if self._outcome is not None else ()
        chosen = [study for study in studies if uid in ("", study.study_uid)]
        if chosen:
            self.open_requested.emit(chosen[0])

    def _print(self) -> None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        dialog = QPrintDialog(printer, self)
        if dialog.exec():
            self.write_pages(printer)
