"""What stands where the list would be: how to get the first exam in, or that nothing matches.

Only words and buttons; what they ask for is said by signals.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QBoxLayout,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from vetpacs_desktop.ui import theme
from vetpacs_desktop.ui.actions import SYSTEM, WINDOW, row_of
from vetpacs_desktop.ui.buttons import button, button_for
from vetpacs_desktop.ui.icons import icon
from vetpacs_desktop.ui.picture import Picture
from vetpacs_desktop.ui.receiver import ReceiverNow

PAD = 2 * theme.GRID
CARD_WIDTH, NARROWEST, STACKED_WIDTH = 300, 264, 480


class EmptyLibrary(QScrollArea):
    """No exam at all: three ways to change that."""

    import_requested = Signal()
    examples_requested = Signal()
    receiver_requested = Signal()
    connect_requested = Signal()
    bring_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        page = QWidget()
        page.setProperty("role", "page")
        column = QVBoxLayout(page)
        column.setContentsMargins(PAD, PAD, PAD, PAD)
        column.addStretch(2)
        column.addWidget(Picture("animal", 64), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(theme.GRID)
        column.addWidget(_centred("title", self.tr("No exams yet")))
        column.addWidget(_centred("dim", self.tr("Three ways to bring in the first one:")))
        column.addSpacing(PAD)
        self._cards = QWidget()
        self._row = QHBoxLayout(self._cards)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(PAD)
        for card in (self._machine(), self._drop(), self._examples()):
            self._row.addWidget(card)
        centred = QHBoxLayout()
        centred.addWidget(self._cards)
        column.addLayout(centred)
        column.addSpacing(PAD)
        self.bring = button_for(row_of(WINDOW, "bring_back"), role="link")
        self.bring.clicked.connect(self.bring_requested)
        column.addWidget(self.bring, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
        self.setWidget(page)

    def show_receiver(self, now: ReceiverNow) -> None:
        """The address to type into the machine."""
        running = now.state is not None
        self._how.setVisible(running)
        self._where.setVisible(running)
        self._not_running.setVisible(not running and not now.starting)
        self._see_why.setVisible(not running and not now.starting)
        self.connect_machine.setVisible(running)
        self._waiting.setVisible(not running and now.starting)
        if now.state is not None:
            self._values["name"].setText(now.state.ae_title)
            self._values["address"].setText(now.address)
            self._values["port"].setText(str(now.state.port))

    def shown_values(self) -> dict[str, str]:
        """What a machine needs to know, as shown: name, address, port."""
        return {key: label.text() for key, label in self._values.items()}

    def _machine(self) -> QFrame:
        card, column = _card("machine", self.tr("Send from a machine"))
        self._how = _text(
            self.tr("Add a destination on the X-ray, ultrasound, CT or MR machine with these values:")
        )
        column.addWidget(self._how)
        self._where = QWidget()
        grid = QGridLayout(self._where)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(theme.GRID)
        self._values: dict[str, QLabel] = {}
        rows = (
            ("name", self.tr("Name (AE title)")),
            ("address", self.tr("Address")),
            ("port", self.tr("Port")),
        )
        for number, (key, title) in enumerate(rows):
            self._add_value(grid, number, key, title)
        self._waiting = _text(self.tr("Starting the receiver..."))
        self._not_running = _text(self.tr("The receiver isn't running, so nothing can be sent yet."))
        self._see_why = button(self.tr("See why"))
        self._see_why.clicked.connect(self.receiver_requested)
        column.addWidget(self._where)
        column.addWidget(self._waiting)
        column.addWidget(self._not_running)
        column.addStretch(1)
        column.addWidget(self._see_why)
        self.connect_machine = button_for(row_of(SYSTEM, "connect_machine"))
        self.connect_machine.setMinimumHeight(36)
        self.connect_machine.clicked.connect(self.connect_requested)
        column.addWidget(self.connect_machine)
        self.show_receiver(ReceiverNow())
        return card

    def _stack(self, stacked: bool) -> None:
        """The cards side by side, or below each other where that would clip words."""
        way = QBoxLayout.Direction.TopToBottom if stacked else QBoxLayout.Direction.LeftToRight
        self._row.setDirection(way)
        self._cards.setMaximumWidth(STACKED_WIDTH if stacked else 3 * CARD_WIDTH + 2 * PAD)
        self._cards.setMinimumHeight(0 if stacked else 264)

    def _add_value(self, grid: QGridLayout, number: int, key: str, title: str) -> None:
        name = QLabel(title)
        name.setProperty("role", "secondary")
        value = QLabel()
        value.setProperty("role", "code")
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._values[key] = value
        copy = QToolButton()
        copy.setIcon(icon("copy"))
        copy.setToolTip(self.tr("Copy"))
        copy.setAccessibleName(self.tr("Copy {what}").format(what=title))
        copy.clicked.connect(lambda: QApplication.clipboard().setText(value.text()))
        grid.addWidget(name, number, 0)
        grid.addWidget(value, number, 1)
        grid.addWidget(copy, number, 2)
        grid.setColumnStretch(1, 1)

    def _drop(self) -> QFrame:
        card, column = _card("disc", self.tr("Drop a disc or folder here"))
        column.addWidget(
            _text(
                self.tr(
                    "Drag it from the file window onto this one, or choose it. The images are copied into "
                    "the library; the disc or folder stays as it is."
                )
            )
        )
        column.addStretch(1)
        choose = button_for(row_of(WINDOW, "import_media"))
        choose.setMinimumHeight(36)
        choose.clicked.connect(self.import_requested)
        column.addWidget(choose)
        return card

    def _examples(self) -> QFrame:
        card, column = _card("dog", self.tr("Just looking?"))
        column.addWidget(
            _text(
                self.tr(
                    "Example animals with CT, X-ray and ultrasound images show how everything works. They "
                    "are drawn by this program, not taken from real animals."
                )
            )
        )
        column.addStretch(1)
        self.load = load = button_for(row_of(WINDOW, "load_examples"), role="primary")
        load.setMinimumHeight(36)
        load.clicked.connect(self.examples_requested)
        column.addWidget(load)
        return card

    # Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._stack(event.size().width() < 3 * NARROWEST + 4 * PAD)
        super().resizeEvent(event)


class NothingFound(QWidget):
    """The search matches nothing."""

    clear_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(self)
        column.setContentsMargins(PAD, PAD, PAD, PAD)
        column.addStretch(2)
        column.addWidget(Picture("search", 48), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(theme.GRID)
        self._title = _centred("heading", "")
        self._hint = _centred("dim", "")
        column.addWidget(self._title)
        column.addWidget(self._hint)
        column.addSpacing(PAD)
        self.button = button(self.tr("Clear the search"), "clear")
        self.button.clicked.connect(self.clear_requested)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)

    def show_query(self, typed: str, *, filtered: bool) -> None:
        """Say what was looked for in vain."""
        if typed:
            self._title.setText(self.tr("No exam matches “{typed}”").format(typed=typed))
        else:
            self._title.setText(self.tr("No exam matches these filters"))
        if typed and filtered:
            self._hint.setText(self.tr("The filters above the list narrow the search, too."))
        elif typed:
            self._hint.setText(
                self.tr("Try fewer letters, or the owner's name, the chip number or a date like 2026-03.")
            )
        else:
            self._hint.setText("")
        self._hint.setVisible(bool(self._hint.text()))

    @property
    def said(self) -> str:
        """The sentence shown."""
        return self._title.text()

    def show_problem(self, sentence: str) -> None:
        """The library could not be asked."""
        self._title.setText(self.tr("The list can't be shown just now"))
        self._hint.setText(sentence)
        self._hint.setVisible(True)


def _card(picture: str, title: str) -> tuple[QFrame, QVBoxLayout]:
    card = QFrame()
    card.setProperty("role", "card")
    card.setMinimumWidth(NARROWEST)
    card.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    column = QVBoxLayout(card)
    column.setContentsMargins(PAD, PAD, PAD, PAD)
    column.setSpacing(12)
    head = QHBoxLayout()
    head.setSpacing(10)
    head.addWidget(Picture(picture, 24))
    label = QLabel(title)
    label.setProperty("role", "heading")
    head.addWidget(label, 1)
    column.addLayout(head)
    return card, column


def _text(words_: str) -> QLabel:
    label = QLabel(words_)
    label.setWordWrap(True)
    label.setProperty("role", "dim")
    return label


def _centred(role: str, words_: str) -> QLabel:
    label = QLabel(words_)
    label.setProperty("role", role)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setWordWrap(True)
    return label
