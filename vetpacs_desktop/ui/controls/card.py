"""The card of keys and mouse: what was changed, in a sentence."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from vetpacs_desktop.settings import Settings
from vetpacs_desktop.ui.actions import CONTROLS, row_of
from vetpacs_desktop.ui.card import Card


class ControlsCard(Card):
    """Leads to the dialog and to the sheet."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("keyboard", self.tr("Keys and mouse"), parent)
        self.change = self.add_button(row_of(CONTROLS, "keys_and_mouse"))
        self.sheet = self.add_button(row_of(CONTROLS, "what_can_i_do"))

    def show_settings(self, settings: Settings) -> None:
        """How much differs from the usual."""
        keys, mouse = len(settings.names("controls.keys")), len(settings.names("controls.mouse"))
        if not keys and not mouse and not settings.names("controls.wheel"):
            self.say(None, self.tr("As usual. Every key, mouse button and the tool wheel can be another."))
            return
        parts = [
            self.tr("%n key(s) changed", "", keys) if keys else "",
            self.tr("%n mouse button(s) changed", "", mouse) if mouse else "",
            self.tr("a tool wheel of your own") if settings.names("controls.wheel") else "",
        ]
        self.say(None, ", ".join(part for part in parts if part) + ".")
