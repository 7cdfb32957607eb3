"""The last page of an assistant: what was done, what was not, a way to print it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import escape

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QPagedPaintDevice, QTextDocument
from PySide6.QtWidgets import QHBoxLayout, QTextBrowser, QWidget

from vetpacs_desktop.ui import paper, theme, words
from vetpacs_desktop.ui.backup.step import Step, stop_enter
from vetpacs_desktop.ui.buttons import button


@dataclass(frozen=True, slots=True)
class Done:
    """What the page says."""

    title: str
    meaning: str = ""
    done: tuple[tuple[str, str], ...] = ()
    """What it is about, and what was done."""
    open_still: tuple[str, ...] = ()
    """What was not done, and what to do about it."""


class DonePage(Step):
    """Shows `Done`."""

    def __init__(self, clinic: str, parent: QWidget | None = None) -> None:
        super().__init__("", parent=parent)
        self._clinic = clinic
        self.shown = Done("")
        self.text = QTextBrowser()
        self.text.setTabChangesFocus(True)
        self.print = button(self.tr("Print..."), "print", name="print_outcome")
        self.print.clicked.connect(lambda: paper.print_page(self, self.draw))
        self.extra = button("", role="", name="extra")
        self.extra.hide()
        stop_enter(self.print, self.extra)
        self.body.addWidget(self.text, 1)
        row = QHBoxLayout()
        row.setSpacing(theme.GRID)
        row.addWidget(self.print)
        row.addWidget(self.extra)
        row.addStretch(1)
        self.body.addLayout(row)

    def show_done(self, shown: Done) -> None:
        """Say what was done."""
        self.shown = shown
        self.ask(shown.title, shown.meaning)
        self.text.setHtml(html_of(shown))
        self.text.setAccessibleName(shown.title)
        self.changed.emit()

    def draw(self, device: QPagedPaintDevice) -> None:
        """The same on paper."""
        document = QTextDocument()
        document.setDefaultFont(theme.font(theme.BASE))
        document.setHtml(html_of(self.shown, clinic=self._clinic, now=datetime.now().astimezone()))
        document.print_(device)

    def next_words(self) -> str:
        return self.tr("Close")

    def first(self) -> QWidget:
        return self.print


def html_of(shown: Done, *, clinic: str = "", now: datetime | None = None) -> str:
    """The page as Qt's documents read it; with `now` headed for printing."""
    parts = []
    if now is not None:
        when = f"{words.day(now.date().isoformat(), date.min)}, {words.clock(now.strftime('%H:%M'))}"
        parts.append(f"<p>{escape(clinic)}</p><h2>{escape(shown.title)}</h2><p>{escape(shown.meaning)}</p>")
        parts.append(f"<p>{escape(when)}</p>")
    if shown.done:
        rows = "".join(
            f'<tr><td width="30%">{escape(name)}</td><td>{escape(value)}</td></tr>'
            for name, value in shown.done
        )
        parts.append(f'<table width="100%" cellspacing="0" cellpadding="5">{rows}</table>')
    parts.append(open_html(shown.open_still))
    return "".join(parts)


def open_html(open_still: Sequence[str]) -> str:
    """What was not done."""
    if not open_still:
        return ""
    title = QCoreApplication.translate("backup", "Not done")
    items = "".join(f"<li>{escape(one)}</li>" for one in open_still)
    return f"<h3>{escape(title)}</h3><ul>{items}</ul>"
