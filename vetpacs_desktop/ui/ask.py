"""Questions to the person: which folder, which files, and what an error means.

Only asks and tells; what is done with the answer is an operation.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QSettings
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

_LAST = "ask/last_folder"
_SAVED = "ask/last_saved_to"


def for_folder(parent: QWidget, state: QSettings) -> Path | None:
    """A folder or disc to import, or None."""
    chosen = QFileDialog.getExistingDirectory(
        parent, _tr("Choose the folder or disc to import"), str(state.value(_LAST, str(Path.home())))
    )
    return _remembered(chosen, state, Path(chosen)) if chosen else None


def for_files(parent: QWidget, state: QSettings, kinds: str = "") -> list[Path]:
    """Files to import, of `kinds` as Qt's file dialog writes them; empty when none was chosen."""
    chosen, _ = QFileDialog.getOpenFileNames(
        parent, _tr("Choose the files to import"), str(state.value(_LAST, str(Path.home()))), kinds
    )
    if chosen:
        _remembered(chosen[0], state, Path(chosen[0]).parent)
    return [Path(name) for name in chosen]


def for_saving(parent: QWidget, state: QSettings, name: str) -> Path | None:
    """Where to write a file that is best called `name`; Qt asks before an existing one is replaced."""
    folder = Path(str(state.value(_SAVED, str(Path.home()))))
    chosen, _ = QFileDialog.getSaveFileName(parent, _tr("Save as"), str(folder / name))
    if not chosen:
        return None
    state.setValue(_SAVED, str(Path(chosen).parent))
    return Path(chosen)


def for_saving_into(parent: QWidget, state: QSettings) -> Path | None:
    """The folder to write several files to, or None."""
    folder = str(state.value(_SAVED, str(Path.home())))
    chosen = QFileDialog.getExistingDirectory(parent, _tr("Choose the folder to save in"), folder)
    if not chosen:
        return None
    state.setValue(_SAVED, chosen)
    return Path(chosen)


def tell_problem(parent: QWidget | None, sentence: str, *, means: str = "", details: str = "") -> None:
    """What happened, what it means for the images, and details behind a fold."""
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Warning)
    box.setWindowTitle(_tr("VetPACS"))
    box.setText(sentence)
    if means:
        box.setInformativeText(means)
    if details:
        box.setDetailedText(details)
    box.exec()


def may(parent: QWidget | None, question: str, *, yes: str, no: str) -> bool:
    """A question with two answers in words; only for what can't be undone."""
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle(_tr("VetPACS"))
    box.setText(question)
    accept = box.addButton(yes, QMessageBox.ButtonRole.AcceptRole)
    box.addButton(no, QMessageBox.ButtonRole.RejectRole)
    box.exec()
    return box.clickedButton() is accept


def _remembered(chosen: str, state: QSettings, folder: Path) -> Path:
    state.setValue(_LAST, str(folder))
    return Path(chosen)


def _tr(text: str) -> str:
    return QCoreApplication.translate("ask", text)
