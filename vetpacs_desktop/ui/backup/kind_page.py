"""What kind of place the backup goes to: four answers, and the disks that are plugged in."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from vetpacs_desktop.ui import theme
from vetpacs_desktop.ui.backup.draft import Kind
from vetpacs_desktop.ui.page import Page, Tile, label, scrolling


class KindPage(Page):
    """The first page; a click goes on at once."""

    chosen = Signal(object)
    """Kind"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent=parent)
        self.ask(
            self.tr("Where shall the backup go?"),
            self.tr(
                "Best is a place that is not in the same room: when this computer is stolen or burns, the "
                "backup must not go with it. You can add several places."
            ),
        )
        self.tiles: dict[Kind, Tile] = {}
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(theme.GRID)
        for kind, picture, name, more in (
            (
                Kind.SHARE,
                "machine",
                self.tr("A NAS or a share of the network"),
                self.tr("Have its address ready, the name of the share, a name and a password"),
            ),
            (
                Kind.DISK,
                "disk",
                self.tr("A disk that is plugged in here"),
                self.tr("A USB disk; it is known again by itself, whatever the socket"),
            ),
            (
                Kind.SSH,
                "receiver",
                self.tr("Another computer, over SSH"),
                self.tr("For a backup away from the clinic; its address, a name, a password or a key file"),
            ),
            (
                Kind.FOLDER,
                "folder",
                self.tr("A folder"),
                self.tr("On another disk of this computer, or a share that is connected as a folder already"),
            ),
        ):
            tile = Tile(picture, name, more)
            tile.setObjectName(kind.value)
            tile.setAutoDefault(False)
            tile.clicked.connect(lambda _=False, kind=kind: self.chosen.emit(kind))
            self.tiles[kind] = tile
            column.addWidget(tile)
        column.addSpacing(theme.GRID)
        self.note = label(
            "secondary",
            self.tr(
                "Images are copied as they are, in folders that can be read without this program. Each "
                "copy is read back and compared before it counts."
            ),
        )
        column.addWidget(self.note)
        column.addStretch(1)
        self.body.addWidget(scrolling(inside), 1)

    def first(self) -> QWidget:
        return self.tiles[Kind.SHARE]
