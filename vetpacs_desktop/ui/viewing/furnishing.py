"""The widgets of the reading page and where they stand: tools, strip, pictures, panel, bar, line of help.

Only puts them in their places; what they do is joined by the page.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedLayout, QVBoxLayout, QWidget

from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.hint_line import HintLine
from vetpacs_desktop.ui.viewing.marking.panel import MarkingPanel
from vetpacs_desktop.ui.viewing.media.bar import MediaBar
from vetpacs_desktop.ui.viewing.strip import SeriesStrip
from vetpacs_desktop.ui.viewing.toolbar import ReadingToolBar


@dataclass(frozen=True, slots=True)
class Furniture:
    """Of one page."""

    tools: ReadingToolBar
    strip: SeriesStrip
    middle: QStackedLayout
    """Where the pictures of the open exam stand; without one, a sentence that says so."""
    panel: MarkingPanel
    media_bar: MediaBar
    hint: HintLine


def furnish(page: QWidget, bridge: Bridge, controller: Callable[[], Controller | None]) -> Furniture:
    """Everything in its place, with no exam open."""
    middle = QWidget(page)
    made = Furniture(
        ReadingToolBar(page),
        SeriesStrip(page),
        QStackedLayout(middle),
        MarkingPanel(bridge, controller, page),
        MediaBar(page),
        HintLine(),
    )
    made.middle.addWidget(_nothing_open())
    made.panel.hide()
    row = QHBoxLayout()
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(0)
    row.addWidget(made.strip)
    row.addWidget(middle, 1)
    row.addWidget(made.panel)
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(made.tools)
    column.addLayout(row, 1)
    column.addWidget(made.media_bar)
    column.addWidget(made.hint)
    return made


def _nothing_open() -> QLabel:
    words = QCoreApplication.translate("ReadingPage", "No exam is open. Choose one in Exams and press Enter.")
    label = QLabel(words)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setProperty("role", "dim")
    return label
