"""The System page: cards with a light and a sentence for who looks after the computer once a month."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from vetpacs_desktop.ui import theme
from vetpacs_desktop.ui.card import Card
from vetpacs_desktop.ui.notices import Notice
from vetpacs_desktop.ui.receiver import ReceiverNow
from vetpacs_desktop.ui.system.disk_card import DiskCard
from vetpacs_desktop.ui.system.library_card import LibraryCard
from vetpacs_desktop.ui.system.receiver_card import ReceiverCard
from vetpacs_desktop.ui.transfers import Transfers

WIDEST = 640
TWO_FROM = 1080
GAP = 12
RENEW_MS = 5000


class SystemPage(QScrollArea):
    """All cards, below each other."""

    counts_wanted = Signal()
    theme_chosen = Signal(str)

    def __init__(
        self, folder: Path, refused_below_mib: int, transfers: Transfers, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.receiver = ReceiverCard()
        self.disk = DiskCard(folder, refused_below_mib)
        self.library = LibraryCard(transfers)
        self.look = LookCard()
        self.look.theme_chosen.connect(self.theme_chosen)
        self._cards: dict[str, Card] = {
            "receiver": self.receiver,
            "disk": self.disk,
            "library": self.library,
            "look": self.look,
        }
        self._arranged = 0
        self._lay_out()
        self._timer = QTimer(self, interval=RENEW_MS)
        self._timer.timeout.connect(self._renew)

    def add_card(self, name: str, card: Card) -> None:
        """One more card, below those that are there."""
        self._cards[name] = card
        columns, self._arranged = self._arranged, 0
        self._arrange(columns)

    def show_card(self, name: str) -> None:
        """Bring a card into view."""
        self.ensureWidgetVisible(self._cards[name])

    def show_receiver(self, now: ReceiverNow) -> None:
        """The receiver's state changed."""
        self.receiver.show_now(now)

    def show_outcome(self, notice: Notice) -> None:
        """What a check of the library found."""
        self.library.show_outcome(notice)

    def _lay_out(self) -> None:
        page = QWidget()
        page.setProperty("role", "page")
        outer = QVBoxLayout(page)
        outer.setContentsMargins(24, 16, 24, 16)
        outer.setSpacing(12)
        title = QLabel(self.tr("System"))
        title.setProperty("role", "title")
        outer.addWidget(title)
        self._holder = QWidget()
        self._row = row = QHBoxLayout(self._holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        holders = (QWidget(), QWidget())
        self._columns = tuple(QVBoxLayout(holder) for holder in holders)
        for holder, column in zip(holders, self._columns, strict=True):
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(GAP)
            row.addWidget(holder, 1)
        outer.addWidget(self._holder)
        outer.addStretch(1)
        self._arrange(1)
        self.setWidget(page)

    def _arrange(self, columns: int) -> None:
        """The cards in one column or two, each next one where most room is left."""
        if columns == self._arranged:
            return
        self._arranged = columns
        for column in self._columns:
            for card in self._cards.values():
                column.removeWidget(card)  # not takeAt: its item would keep answering for the card's size
            column.takeAt(0)
        heights = [0] * columns
        for card in self._cards.values():
            shortest = heights.index(min(heights))
            self._columns[shortest].addWidget(card)
            heights[shortest] += card.sizeHint().height() + GAP
        for column in self._columns:
            column.addStretch(1)
        self._row.setStretch(1, columns - 1)
        self._holder.setMaximumWidth(columns * WIDEST + GAP)

    def _renew(self) -> None:
        self.disk.renew()
        self.counts_wanted.emit()

    # Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(2 if self.viewport().width() >= TWO_FROM else 1)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._renew()
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()


class LookCard(Card):
    """Dark for the reading room, light for the front desk."""

    theme_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("theme", self.tr("Look"), parent)
        self.say(None, self.tr("Dark suits the reading room, light suits a bright front desk."))
        self._group = QButtonGroup(self)
        for name, words in (("dark", self.tr("Dark")), ("light", self.tr("Light"))):
            button = QPushButton(words)
            button.setObjectName(name)
            button.setProperty("role", "chip")
            button.setCheckable(True)
            button.setChecked(theme.palette_of().name == name)
            button.clicked.connect(lambda _=False, name=name: self.theme_chosen.emit(name))
            self._group.addButton(button)
            self.buttons.insertWidget(self.buttons.count() - 1, button)

    def show_theme(self, name: str) -> None:
        """A key chose it."""
        for button in self._group.buttons():
            button.setChecked(button.objectName() == name)
