"""Buttons with words, all made the same way."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QPushButton

from vetpacs_desktop.ui.actions import Action, tip_of
from vetpacs_desktop.ui.actions import words as words_of
from vetpacs_desktop.ui.icons import icon

ICON = 18
AIR = 8
"""An icon is drawn in the middle of a box this much wider, which keeps it off the words."""


def button(words: str, picture: str = "", *, role: str = "", name: str = "") -> QPushButton:
    """A button in the style `role`; `picture` is one of our icon words."""
    made = QPushButton(words)
    made.setObjectName(name)
    if role:
        made.setProperty("role", role)
    if picture:
        color = {"primary": "accent_text", "link": "accent"}.get(role)
        made.setIcon(icon(picture, color))
        made.setIconSize(QSize(ICON + AIR, ICON))
    return made


def button_for(row: Action, *, role: str = "") -> QPushButton:
    """The button of an action's row, named after it."""
    made = button(words_of(row), row.icon, role=role, name=row.name)
    made.setToolTip(tip_of(row) if row.tip else "")
    return made
