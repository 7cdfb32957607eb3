"""The images of one series as small pictures, to choose those that go to the trash."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QImage, QKeySequence, QPixmap, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QListView, QListWidget, QListWidgetItem, QWidget

from vetpacs_desktop.jobs import CancelToken, Job
from vetpacs_desktop.store.kept.trash import Trash
from vetpacs_desktop.store.records import InstanceRow, SeriesRow
from vetpacs_desktop.ui import words
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.buttons import button
from vetpacs_desktop.ui.icons import icon
from vetpacs_desktop.ui.kept.frame import KeptDialog
from vetpacs_desktop.ui.kept.pictures import Draw, draw_file
from vetpacs_desktop.ui.notices import Notice
from vetpacs_desktop.ui.operations import trashing
from vetpacs_desktop.ui.transfers import Transfers

SIDE = 112
_DIGEST = Qt.ItemDataRole.UserRole


class SeriesSource(Protocol):
    """What is needed of the library."""

    def instances(self, *, series_id: int) -> list[InstanceRow]: ...


class ImagesDialog(KeptDialog):
    """One series' images."""

    def __init__(
        self,
        source: SeriesSource,
        trash: Trash,
        series: SeriesRow,
        bridge: Bridge,
        transfers: Transfers,
        draw: Draw,
        changed: Callable[[], object],
        parent: QWidget,
    ) -> None:
        super().__init__(
            self.tr("Choose images"),
            self.tr("Chosen images go to the trash and can be brought back."),
            transfers,
            (trashing.PLACE,),
            parent,
        )
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._source, self._trash, self._series = source, trash, series
        self._bridge, self._draw, self._changed = bridge, draw, changed
        self._job: Job[None] | None = None
        self._open = True
        self.list = self._make_list()
        self.body.addWidget(self.list, 1)
        self.move_button = self.add_button(button(self.tr("Move to the trash"), "trash", role="primary"))
        self.move_button.clicked.connect(self._move)
        self.list.itemSelectionChanged.connect(self.renew_buttons)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Delete), self.list).activated.connect(self._move)
        self.renew_buttons()

    def first_focus(self) -> QWidget:
        return self.list

    def refresh(self) -> None:
        self._stop()
        self._bridge.start(
            lambda _report, _cancel: self._source.instances(series_id=self._series.series_id),
            self._show,
            owner=self,
        )

    def renew_buttons(self) -> None:
        number = len(self.list.selectedItems())
        self.move_button.setEnabled(bool(number) and not self.busy)
        self.move_button.setText(
            self.tr("Move {images} to the trash").format(images=words.images(number))
            if number
            else self.tr("Move to the trash")
        )

    def _make_list(self) -> QListWidget:
        made = QListWidget()
        made.setViewMode(QListView.ViewMode.IconMode)
        made.setIconSize(QSize(SIDE, SIDE))
        made.setGridSize(QSize(SIDE + 24, SIDE + 40))
        made.setResizeMode(QListView.ResizeMode.Adjust)
        made.setMovement(QListView.Movement.Static)
        made.setUniformItemSizes(True)
        made.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        made.setAccessibleName(self.tr("Images"))
        return made

    def _show(self, rows: list[InstanceRow]) -> None:
        if not self._open:
            return
        self.list.clear()
        blank = icon("no_picture", "text_dim")
        for number, row in enumerate(rows, 1):
            name = self.tr("Image {n}").format(n=row.number if row.number is not None else number)
            item = QListWidgetItem(
                blank, self.tr("{name}, came twice").format(name=name) if row.conflict else name
            )
            item.setData(_DIGEST, row.sha256)
            self.list.addItem(item)
        self.renew_buttons()
        self.arrived()
        self._job = self._bridge.start(
            lambda _report, cancel: self._draw_all(rows, cancel), lambda _: None, lambda _error: None
        )

    def _draw_all(self, rows: list[InstanceRow], cancel: CancelToken) -> None:
        """In a thread: one picture after the other, each shown when it is there."""
        for number, row in enumerate(rows):
            cancel.check()
            if row.has_pixels:
                image, _ = draw_file(self._draw, row.path, SIDE)
                if image is not None:
                    self._bridge.post(lambda n=number, image=image: self._came(n, image, cancel))  # type: ignore[misc]

    def _came(self, number: int, image: QImage, cancel: CancelToken) -> None:
        item = None if cancel.cancelled or not self._open else self.list.item(number)
        if item is not None:
            picture = QPixmap.fromImage(image)
            made = QIcon(picture)
            made.addPixmap(picture, QIcon.Mode.Selected)
            item.setIcon(made)

    def _move(self) -> None:
        digests = [item.data(_DIGEST) for item in self.list.selectedItems()]
        if digests and not self.busy:
            trashing.move_images(
                self._trash,
                self._transfers,
                self._series.study_uid,
                digests,
                self._tell_here,
                self._done,
            )

    def _tell_here(self, notice: Notice) -> None:
        if self._open:
            self.notices.show_notice(notice)

    def _done(self) -> None:
        if self._open:
            self.refresh()
        self._changed()

    def _stop(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None

    # Qt

    def done(self, result: int) -> None:
        self._open = False
        self._stop()
        super().done(result)
