"""Where the images are: what is plugged in, a folder, an archive, or files.

Says what was chosen; reads nothing of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSettings, Signal
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from vetpacs_desktop.store.intake.sources.mounts import Medium, MediumKind
from vetpacs_desktop.ui import ask, theme
from vetpacs_desktop.ui.page import Page, Tile, label, scrolling


class SourcePage(Page):
    """The first page; a click on a place goes on at once."""

    chosen = Signal(object)
    """list[Path]"""

    def __init__(self, state: QSettings, parent: QWidget | None = None) -> None:
        super().__init__("", parent=parent)
        self.ask(
            self.tr("Where are the images?"),
            self.tr("Nothing is copied yet. You see what is there first, and choose."),
        )
        self._state = state
        self._media: tuple[Medium, ...] = ()
        self.tiles: list[Tile] = []
        """The media that are plugged in, as shown."""
        self._said = label("error")
        self._said.hide()
        self.body.addWidget(self._said)
        self.body.addWidget(self._scrolling(), 1)

    @property
    def said(self) -> str:
        """Why one is back here."""
        return self._said.text()

    def show_media(self, media: Sequence[Medium]) -> None:
        """What is plugged in now."""
        if tuple(media) == self._media and self.tiles:
            return
        self._media = tuple(media)
        for tile in self.tiles:
            self._plugged.removeWidget(tile)
            tile.hide()
            tile.deleteLater()
        self.tiles = [self._medium_tile(medium) for medium in media]
        for tile in self.tiles:
            self._plugged.addWidget(tile)
        self._none.setVisible(not self.tiles)

    def say(self, sentence: str) -> None:
        """Why one is back here; empty takes it away."""
        self._said.setText(sentence)
        self._said.setVisible(bool(sentence))

    def first(self) -> QWidget:
        return self.tiles[0] if self.tiles else self.folder

    def _scrolling(self) -> QScrollArea:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(theme.GRID)
        column.addWidget(label("heading", self.tr("Plugged in")))
        self._plugged = QVBoxLayout()
        self._plugged.setSpacing(theme.GRID)
        column.addLayout(self._plugged)
        self._none = label(
            "dim", self.tr("No stick and no disc at the moment. One that you plug in now appears here.")
        )
        column.addWidget(self._none)
        column.addSpacing(2 * theme.GRID)
        column.addWidget(label("heading", self.tr("On this computer or a network drive")))
        self.folder = Tile(
            "folder", self.tr("A folder..."), self.tr("Everything in it, with all folders below")
        )
        self.archive = Tile(
            "archive",
            self.tr("A zip file or the image of a disc..."),
            self.tr("As colleagues send it: .zip, .iso"),
        )
        self.files = Tile(
            "file",
            self.tr("Files..."),
            self.tr("Single images; photos, documents and videos of an animal"),
        )
        self.folder.clicked.connect(self._ask_folder)
        self.archive.clicked.connect(lambda: self._ask_files(self.tr("Archives (*.zip *.ZIP *.iso *.ISO)")))
        self.files.clicked.connect(lambda: self._ask_files(""))
        for tile in (self.folder, self.archive, self.files):
            column.addWidget(tile)
        column.addSpacing(theme.GRID)
        column.addWidget(label("secondary", self.tr("Or drag files and folders onto this window.")))
        column.addStretch(1)
        return scrolling(inside)

    def _medium_tile(self, medium: Medium) -> Tile:
        disc = medium.kind is MediumKind.DISC
        kind = self.tr("Disc in {place}") if disc else self.tr("Stick or disk in {place}")
        tile = Tile("disc" if disc else "stick", medium.name, kind.format(place=medium.path))
        tile.clicked.connect(lambda: self.chosen.emit([medium.path]))
        return tile

    def _ask_folder(self) -> None:
        folder = ask.for_folder(self, self._state)
        if folder is not None:
            self.chosen.emit([folder])

    def _ask_files(self, kinds: str) -> None:
        files: list[Path] = ask.for_files(self, self._state, kinds)
        if files:
            self.chosen.emit(files)
