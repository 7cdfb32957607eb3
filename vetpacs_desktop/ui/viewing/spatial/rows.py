"""What a reader can switch about measuring in the animal. Rows hold no behaviour."""

from __future__ import annotations

from vetpacs_desktop.ui.actions import QT_TRANSLATE_NOOP, Action

PROBE = Action(
    "probe",
    QT_TRANSLATE_NOOP("actions", "Value under the mouse"),
    "Alt+P",
    "",
    QT_TRANSLATE_NOOP("actions", "The value and the place under the mouse, in CT, MR and their planes"),
    checkable=True,
)
