"""The line under the pictures: what the next click or key does."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from vetpacs_desktop.ui.actions import QT_TRANSLATE_NOOP
from vetpacs_desktop.viewer.description import Medium
from vetpacs_desktop.viewer.state import Tool

_TOOLS = {
    Tool.WINDOW: QT_TRANSLATE_NOOP(
        "viewing", "Drag left or right for contrast, up or down for brightness; keys 0 to 9 choose a window"
    ),
    Tool.PAN: QT_TRANSLATE_NOOP("viewing", "Drag to move the picture"),
    Tool.ZOOM: QT_TRANSLATE_NOOP("viewing", "Drag up to enlarge and down to shrink; F fits the window"),
    Tool.SCROLL: QT_TRANSLATE_NOOP("viewing", "Drag up or down to leaf through the images"),
}
_ALWAYS = QT_TRANSLATE_NOOP(
    "viewing", "Wheel: images   Right button: zoom   Middle: move   Esc: reset, then back"
)


_MEDIA = {
    Medium.FILM: QT_TRANSLATE_NOOP(
        "viewing", "C: play or pause   Comma and full stop: one frame   Click in the line above: go there"
    ),
    Medium.DOCUMENT: QT_TRANSLATE_NOOP(
        "viewing", "Wheel: down the page and on to the next   F: whole page   Shift+F: as wide as the window"
    ),
}
_COLOUR = QT_TRANSLATE_NOOP("viewing", "Right button: zoom   Middle: move   Esc: reset, then back")


def hint(tool: Tool, medium: Medium = Medium.IMAGES) -> str:
    """One line for the tool that the left button has, or for a video or a document."""
    translate = QCoreApplication.translate
    if medium in _MEDIA:
        return f"{translate('viewing', _MEDIA[medium])}   {translate('viewing', _COLOUR)}"
    return f"{translate('viewing', _TOOLS[tool])}.   {translate('viewing', _ALWAYS)}"
