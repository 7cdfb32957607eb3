"""The menu of what can be done with a volume, shared by all parts that add to it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMenu

from vetpacs_desktop.ui.viewing.toolbar import ReadingToolBar

NAME = "volume_menu"


def volume_menu(bar: ReadingToolBar) -> QMenu:
    """The "Volume" menu below the layouts; made when it is first asked for."""
    found = bar.layout_menu.findChild(QMenu, NAME)
    if isinstance(found, QMenu):
        return found
    made = bar.layout_menu.addMenu(QCoreApplication.translate("viewing", "Volume"))
    made.setObjectName(NAME)
    return made
