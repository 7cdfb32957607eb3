"""The line below the chart: which teeth the image on the screen shows, and where the chosen one is seen.

Announces wishes only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QWidget

from vetpacs_desktop.ui import theme
from vetpacs_desktop.ui.buttons import button
from vetpacs_desktop.ui.viewing.dental.words import tr

MOST_LINKS = 4
Link = tuple[str, Callable[[], object], bool]
"""Its words, what it does, and whether it leads anywhere else."""


class ImageLine(QWidget):
    """One of each chart."""

    said = Signal(str)
    """Teeth as a person writes them: ``107-109, 208``."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.GRID)
        row.addWidget(QLabel(tr("The image on the screen shows")))
        self.edit = QLineEdit()
        self.edit.setObjectName("teeth_shown")
        self.edit.setPlaceholderText("107-109, 208")
        self.edit.setAccessibleName(tr("Teeth on this image"))
        self.edit.setFixedWidth(150)
        self.edit.returnPressed.connect(lambda: self.said.emit(self.edit.text()))
        row.addWidget(self.edit)
        self._links = QHBoxLayout()
        row.addLayout(self._links)
        row.addStretch(1)

    def show_text(self, teeth: str | None) -> None:
        """The teeth of the image on the screen; None where there is none. What is being typed stays."""
        self.edit.setEnabled(teeth is not None)
        if not (self.edit.hasFocus() and self.edit.isModified()):
            self.edit.setText(teeth or "")

    def show_links(self, words: str, links: Sequence[Link]) -> None:
        """The images of the chosen tooth."""
        while (item := self._links.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        label = QLabel(words)
        label.setProperty("role", "dim")
        self._links.addWidget(label)
        for name, deed, elsewhere in links[:MOST_LINKS]:
            made = button(name, role="link")
            made.setAutoDefault(False)
            made.setEnabled(elsewhere)
            made.clicked.connect(lambda _checked=False, go=deed: go())
            self._links.addWidget(made)
