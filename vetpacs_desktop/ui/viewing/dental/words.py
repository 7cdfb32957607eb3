"""Words of the dental chart in the user's language."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication


def tr(text: str) -> str:
    """Of this room."""
    return QCoreApplication.translate("dental", text)


def tr_measure(text: str) -> str:
    """Of the measuring core: teeth, findings, species."""
    return QCoreApplication.translate("measure", text)


def side_words() -> tuple[str, str]:
    """What stands at the left and at the right of a chart, looking into the mouth."""
    return tr("the animal's right"), tr("the animal's left")
