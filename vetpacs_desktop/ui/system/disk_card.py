"""The disk's card: how much room is left for images, and when that becomes a worry."""

from __future__ import annotations

import shutil
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QLabel, QProgressBar, QWidget

from vetpacs_desktop.ui import words
from vetpacs_desktop.ui.card import Card
from vetpacs_desktop.ui.receiver import Light

GB = 1000**3
LOW = 20 * GB
"""Below this the card turns amber: a busy week of CT exams."""
MIB = 1024 * 1024


class DiskCard(Card):
    """The disk that holds the library."""

    def __init__(self, folder: Path, refused_below_mib: int, parent: QWidget | None = None) -> None:
        super().__init__("disk", self.tr("Disk"), parent)
        self._folder = folder
        self._refused_below = refused_below_mib * MIB
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 1000)
        self.body.addWidget(self._bar)
        where = QLabel(self.tr("The library is in {folder}").format(folder=folder))
        where.setProperty("role", "secondary")
        where.setWordWrap(True)
        self.body.addWidget(where)

    def renew(self) -> None:
        """Look at the disk again."""
        try:
            usage = shutil.disk_usage(self._folder)
        except OSError as error:
            self.say(Light.RED, self.tr("The disk with the library can't be reached."), str(error))
            return
        self.say(*state_of_disk(usage.free, usage.total, self._refused_below))
        self._bar.setValue(round(1000 * (usage.total - usage.free) / usage.total) if usage.total else 0)


def state_of_disk(free: int, total: int, refused_below: int) -> tuple[Light, str]:
    """Light and sentence for `free` of `total` bytes; new exams are refused below `refused_below`."""
    room = _tr("{free} free of {total}.").format(free=words.size(free), total=words.size(total))
    if free < refused_below:
        text = _tr("{room} New exams are refused until there is more room; what is stored is safe.")
        return Light.RED, text.format(room=room)
    if free < LOW:
        text = _tr("{room} Make room soon: below {limit} new exams are refused.")
        return Light.AMBER, text.format(room=room, limit=words.size(refused_below))
    return Light.GREEN, room


def _tr(text: str) -> str:
    return QCoreApplication.translate("DiskCard", text)
