"""The exam's series as thumbnails: click or Enter shows one in the active viewport, dragging in any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from vetpacs_desktop.ui.viewing.card_delegate import CARD_HEIGHT, THUMBNAIL, CardDelegate, Role
from vetpacs_desktop.ui.viewing.keys import keeps
from vetpacs_desktop.ui.viewing.viewport import unit_data

WIDTH = 144
_OWN_KEYS = (
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
    Qt.Key.Key_Return,
    Qt.Key.Key_Enter,
)


@dataclass(frozen=True, slots=True)
class Card:
    """One thumbnail: what it stands for and the words under it."""

    series: int
    stack: int
    title: str
    amount: str
    tip: str
    warned: bool = False
    """There is something about these images that a reader must know; the tip says what."""
    keys: int = 0
    """How many of the images are key images."""
    sign: str = "images"
    """The icon's word, for where there is no thumbnail."""
    exam: str = ""
    """Of which other day the images are; empty for the exam that is read."""


class SeriesStrip(QListWidget):
    """Cards in the order of the exam."""

    chosen = Signal(int, int)
    """Series and stack."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("series_strip")
        self.setAccessibleName(self.tr("Series of this exam"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setUniformItemSizes(True)
        self.setIconSize(QSize(THUMBNAIL, THUMBNAIL))
        self.setFixedWidth(WIDTH)
        self.setDragEnabled(True)
        self.setDragDropMode(QListWidget.DragDropMode.DragOnly)
        self.setItemDelegate(CardDelegate(self))
        self._cards: tuple[Card, ...] = ()
        self._pictures: dict[tuple[int, int], QPixmap] = {}
        self.itemClicked.connect(self._on_item)
        self.itemActivated.connect(self._on_item)

    def show_cards(self, cards: Sequence[Card]) -> None:
        """Other cards; nothing moves when they are the same."""
        if tuple(cards) == self._cards:
            return
        same = [(card.series, card.stack) for card in cards] == [
            (card.series, card.stack) for card in self._cards
        ]
        self._cards = tuple(cards)
        if same:
            for n, card in enumerate(cards):
                self._fill(self.item(n), card)
            return
        self.clear()
        for card in cards:
            self.addItem(self._item(card))

    def forget(self) -> None:
        """No exam, no cards."""
        self._cards, self._pictures = (), {}
        self.clear()

    def set_thumbnail(self, series: int, stack: int, picture: NDArray[np.uint8]) -> None:
        """(size, size, 3) RGB for one card."""
        height, width = picture.shape[:2]
        rows = np.ascontiguousarray(picture)
        image = QImage(rows.data, width, height, 3 * width, QImage.Format.Format_RGB888)
        self._pictures[series, stack] = QPixmap.fromImage(image.copy())
        for n in range(self.count()):
            if self.item(n).data(Role.UNIT) == (series, stack):
                self.item(n).setData(Role.PICTURE, self._pictures[series, stack])

    def make_room(self, number: int) -> None:
        """A series is to have this number: the thumbnails of those from it on go with them."""
        self._pictures = {
            (series + 1 if series >= number else series, stack): picture
            for (series, stack), picture in self._pictures.items()
        }
        self._cards = ()  # all are filled anew

    def take_away(self, gone: range) -> None:
        """The series of these numbers are no more: no thumbnail of theirs may stand on another's card."""
        kept = {unit: picture for unit, picture in self._pictures.items() if unit[0] not in gone}
        self._pictures = {
            (series - len(gone) if series >= gone.stop else series, stack): picture
            for (series, stack), picture in kept.items()
        }
        self._cards = ()  # all are filled anew

    def mark(self, series: int | None, stack: int) -> None:
        """The card whose images the active viewport shows."""
        units = [self.item(n).data(Role.UNIT) for n in range(self.count())]
        row = units.index((series, stack)) if (series, stack) in units else -1
        if self.currentRow() != row:
            self.setCurrentRow(row)

    def _item(self, card: Card) -> QListWidgetItem:
        item = QListWidgetItem(card.title)
        self._fill(item, card)
        return item

    def _fill(self, item: QListWidgetItem, card: Card) -> None:
        unit = (card.series, card.stack)
        item.setText(card.title)
        item.setData(Role.UNIT, unit)
        item.setData(Role.AMOUNT, card.amount)
        item.setData(Role.SIGN, card.sign)
        item.setData(Role.WARNED, card.warned)
        item.setData(Role.KEYS, card.keys)
        item.setData(Role.EXAM, card.exam)
        item.setData(Role.PICTURE, self._pictures.get(unit))
        said = ", ".join(word for word in (card.exam, card.title, card.amount) if word)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, said)
        item.setToolTip(card.tip)
        item.setSizeHint(QSize(WIDTH, CARD_HEIGHT))

    def _on_item(self, item: QListWidgetItem) -> None:
        self.chosen.emit(*item.data(Role.UNIT))

    def event(self, event: QEvent) -> bool:
        """With the focus here arrows walk through the cards, though they leaf through images elsewhere."""
        if keeps(event, _OWN_KEYS):
            event.accept()
            return True
        return super().event(event)

    def mimeData(self, items: Sequence[QListWidgetItem]) -> QMimeData:
        return unit_data(*items[0].data(Role.UNIT)) if items else QMimeData()
