"""Where to send the chosen exams: one list, the last destination chosen already, one button.

Select, Send, destination, Send: four clicks, three where it goes where it went last time.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QButtonGroup, QDialog, QFrame, QRadioButton, QScrollArea, QVBoxLayout, QWidget

from vetpacs_desktop.store.archives.nodes import Node, NodeState
from vetpacs_desktop.store.records import StudyRow
from vetpacs_desktop.ui import frame, theme, words
from vetpacs_desktop.ui.archives import saying
from vetpacs_desktop.ui.buttons import button

WIDTH = 460
MOST_NAMED = 3
TALLEST = 320


class SendDialog(QDialog):
    """Ask for a destination; `chosen` tells it once the person presses Send."""

    chosen = Signal(object)
    """Node"""
    add_requested = Signal()

    def __init__(
        self,
        studies: Sequence[StudyRow],
        nodes: Sequence[tuple[Node, NodeState]],
        last: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Send"))
        self.setMinimumWidth(WIDTH)
        self._group = QButtonGroup(self)
        self._nodes: dict[int, Node] = {}
        self.send = frame.as_default(button(self.tr("Send"), "send", role="primary", name="send_now"))
        self.send.clicked.connect(self._send)
        column = frame.column_of(self)
        images = sum(study.instance_count for study in studies)
        title = self.tr("Send {exams} ({images})").format(
            exams=words.exams(len(studies)), images=words.images(images)
        )
        column.addWidget(frame.label(title, "title"))
        for line in _lines(studies):
            column.addWidget(frame.label(line, "dim", wraps=False))
        if nodes:
            column.addWidget(frame.label(self.tr("Where to?"), "heading"))
            column.addWidget(self._destinations(nodes, last))
        else:
            column.addWidget(
                frame.label(
                    self.tr(
                        "No other archive or workstation is entered yet. Add one first: its name, address "
                        "and port are in its own settings, or ask who looks after it."
                    )
                )
            )
        self._buttons(column, known=bool(nodes))

    @property
    def destination(self) -> Node | None:
        """The one chosen at the moment."""
        return self._nodes.get(self._group.checkedId())

    def choose(self, name: str) -> None:
        """Choose a destination by its name."""
        for number, node in self._nodes.items():
            if node.name == name:
                self._group.button(number).setChecked(True)

    def _destinations(self, nodes: Sequence[tuple[Node, NodeState]], last: str) -> QWidget:
        holder = QWidget()
        holder.setProperty("role", "page")
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GRID)
        now = saying.local_now()
        for number, (node, state) in enumerate(nodes):
            line = Destination(node.name, saying.contact(state, now), bool(state.trouble))
            line.double_clicked.connect(self._send)
            self._group.addButton(line.mark, number)
            self._nodes[number] = node
            column.addWidget(line)
        column.addStretch(1)
        self._group.button(0).setChecked(True)
        self.choose(last)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(holder)
        area.setMinimumHeight(min(holder.sizeHint().height() + 2, TALLEST))
        return area

    def _buttons(self, column: QVBoxLayout, *, known: bool) -> None:
        add = button(self.tr("Add an archive..."), "add", role="link", name="add_archive")
        add.setAutoDefault(False)
        add.clicked.connect(self._add)
        cancel = button(self.tr("Cancel"), name="cancel")
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        if not known:
            add.setProperty("role", "primary")
            frame.as_default(add)
            self.send.hide()
        column.addLayout(frame.row(add, None, cancel, self.send))
        checked = self._group.checkedButton()
        (checked or add).setFocus()

    def _send(self) -> None:
        node = self.destination
        if node is not None:
            self.chosen.emit(node)
            self.accept()

    def _add(self) -> None:
        self.reject()
        self.add_requested.emit()


class Destination(QFrame):
    """One archive to choose: its name, and how the last contact went. The whole line can be clicked."""

    double_clicked = Signal()

    def __init__(self, name: str, state: str, troubled: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, theme.GRID, 12, theme.GRID)
        column.setSpacing(2)
        self.mark = QRadioButton(name)
        self.mark.setObjectName(f"to {name}")
        column.addWidget(self.mark)
        said = frame.label(state, "error" if troubled else "secondary")
        said.setIndent(26)
        column.addWidget(said)

    # Qt

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.mark.setChecked(True)
        self.mark.setFocus()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mark.setChecked(True)
        self.double_clicked.emit()


def _lines(studies: Sequence[StudyRow]) -> list[str]:
    """The first exams by name, and how many more there are."""
    named = [
        " · ".join(
            part
            for part in (
                study.animal_name or _tr("unnamed"),
                study.owner_name,
                f"{'/'.join(study.modalities)} {study.description}".strip(),
            )
            if part
        )
        for study in studies[:MOST_NAMED]
    ]
    more = len(studies) - MOST_NAMED
    if more > 0:
        named.append(words.counted(more, _tr("and {n} more"), _tr("and {n} more")))
    return named


def _tr(text: str) -> str:
    return QCoreApplication.translate("SendDialog", text)
