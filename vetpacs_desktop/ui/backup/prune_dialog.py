"""What would go by the rule of a place and what would stay, and why; nothing goes before it was looked at."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QDialog, QWidget

from vetpacs_desktop.store.backup.places import Place
from vetpacs_desktop.store.backup.thinning.retention import Preview
from vetpacs_desktop.ui import frame, words
from vetpacs_desktop.ui.backup import saying
from vetpacs_desktop.ui.buttons import button
from vetpacs_desktop.ui.page import label
from vetpacs_desktop.ui.room import give_room

SIZE = (820, 620)


class PruneDialog(QDialog):
    """First a look, then a tick, then the button."""

    agreed = Signal()

    def __init__(self, place: Place, preview: Preview, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("What would go: {name}").format(name=place.name))
        give_room(self, *SIZE)
        self.preview = preview
        self.list = frame.table(
            (self.tr("Made"), self.tr("Size"), self.tr("What happens with it")), (190, 110, 0), "preview"
        )
        going = len(preview.go)
        self._said = label("heading", self._sentence(going))
        looked = self.tr("I have looked at the list. What goes is set aside first and deleted a day later")
        self.looked = QCheckBox(looked)
        self.looked.setObjectName("looked")
        self.go = button(
            words.counted(going, self.tr("Let {n} generation go"), self.tr("Let {n} generations go")),
            "trash",
            name="let_go",
        )
        close = button(self.tr("Close"), name="close")
        for one in (self.go, close):
            one.setAutoDefault(False)
        self.go.setEnabled(False)
        self.looked.toggled.connect(self.go.setEnabled)
        self.go.clicked.connect(self._agree)
        close.clicked.connect(self.close)
        self.looked.setVisible(going > 0)
        self.go.setVisible(going > 0)
        column = frame.column_of(self)
        column.addWidget(label("title", self.tr("What would go")))
        column.addWidget(label("dim", saying.policy_text(place.keep)))
        column.addWidget(self._said)
        column.addWidget(self.list, 1)
        column.addWidget(self.looked)
        column.addLayout(frame.row(self.go, None, close))
        self._fill(preview)

    @property
    def said(self) -> str:
        """The sentence on top."""
        return self._said.text()

    def _sentence(self, going: int) -> str:
        if not going:
            return self.tr("Nothing would go: every generation is needed by the rule.")
        text = words.counted(
            going,
            self.tr("{n} generation is not needed any more. Images that others need stay."),
            self.tr("{n} generations are not needed any more. Images that others need stay."),
        )
        return text

    def _fill(self, preview: Preview) -> None:
        now = datetime.now().astimezone()
        rows = [(one, self.tr("would go")) for one in preview.go]
        rows += [(kept.generation, saying.kept_words(kept)) for kept in preview.keep]
        rows.sort(key=lambda row: row[0].id, reverse=True)
        self.list.setRowCount(len(rows))
        for place, (one, what) in enumerate(rows):
            frame.fill(self.list, place, (saying.moment_words(one.made, now), words.size(one.bytes), what))

    def _agree(self) -> None:
        self.agreed.emit()
        self.close()
