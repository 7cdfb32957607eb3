"""Choosing a watched folder and its rule, with what will happen in words. Says what was chosen; saves "
"nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from vetpacs_desktop.store.intake.folders.rules import Policy, Rule
from vetpacs_desktop.ui.buttons import button
from vetpacs_desktop.ui.devices import folder_words
from vetpacs_desktop.ui.devices.pages import explained

WIDTH = 600


class FolderDialog(QDialog):
    """A new watched folder, or another rule for one."""

    def __init__(
        self,
        home: Path,
        others: Sequence[Path],
        rule: Rule | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Watch a folder"))
        self.setMinimumWidth(WIDTH)
        self._home = home
        self._others = tuple(others)
        self._before = rule
        self.folder = QLineEdit(str(rule.folder) if rule else "")
        self.folder.setPlaceholderText(self.tr("The folder the images come into"))
        self.folder.setReadOnly(rule is not None)
        self.folder.textChanged.connect(lambda _: self._say(""))
        self.choose = button(self.tr("Choose..."), "folder")
        self.choose.setAutoDefault(False)
        self.choose.setVisible(rule is None)
        self.choose.clicked.connect(self._choose)
        self.choices: dict[Policy, QRadioButton] = {}
        self._problem = explained("", "error")
        self._problem.hide()
        self._lay_out(rule.policy if rule else Policy.KEEP)

    @property
    def problem(self) -> str:
        """Why the folder can't be taken."""
        return self._problem.text()

    def chosen(self) -> Rule:
        """The rule as it is after the dialog."""
        policy = next(policy for policy, choice in self.choices.items() if choice.isChecked())
        if self._before is not None:
            return Rule(self._before.folder, policy, self._before.paused)
        return Rule(Path(self.folder.text().strip()), policy)

    def accept(self) -> None:
        """Close only with a folder that can be watched."""
        self._say("" if self._before else fault(self.folder.text().strip(), self._home, self._others))
        if not self._problem.text():
            super().accept()

    def _choose(self) -> None:
        start = self.folder.text().strip() or str(Path.home())
        found = QFileDialog.getExistingDirectory(self, self.tr("Choose the folder to watch"), start)
        if found:
            self.folder.setText(str(Path(found)))

    def _say(self, problem: str) -> None:
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))

    def _lay_out(self, policy: Policy) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 20)
        column.setSpacing(12)
        column.addWidget(
            explained(
                self.tr(
                    "Images in this folder and its sub-folders come into the library by themselves, also "
                    "those that are put there while this computer is off."
                )
            )
        )
        row = QHBoxLayout()
        row.addWidget(self.folder, 1)
        row.addWidget(self.choose)
        column.addLayout(row)
        column.addWidget(self._problem)
        title = QLabel(self.tr("What happens to a file once it is in the library?"))
        title.setProperty("role", "heading")
        column.addWidget(title)
        group = QButtonGroup(self)
        for one in Policy:
            choice = QRadioButton(folder_words.choice(one))
            choice.setChecked(one is policy)
            group.addButton(choice)
            self.choices[one] = choice
            column.addWidget(choice)
            text = explained(folder_words.consequence(one), "secondary")
            text.setContentsMargins(26, 0, 0, 0)
            text.setAlignment(Qt.AlignmentFlag.AlignTop)
            column.addWidget(text)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel
        )
        for kind in (QDialogButtonBox.StandardButton.Save, QDialogButtonBox.StandardButton.Cancel):
            buttons.button(kind).setIcon(QIcon())
        save = buttons.button(QDialogButtonBox.StandardButton.Save)
        save.setProperty("role", "primary")
        save.setText(self.tr("Save") if self._before else self.tr("Watch this folder"))
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column.addSpacing(4)
        column.addWidget(buttons)


def fault(text: str, home: Path, others: Sequence[Path]) -> str:
    """Why a folder can't be watched, as a sentence; empty when it can."""
    if not text:
        return _tr("Choose a folder first.")
    folder = Path(text)
    if not folder.is_absolute():
        return _tr("Write the whole path of the folder, or choose it.")
    if folder in others:
        return _tr("This folder is watched already.")
    if folder == home or folder.is_relative_to(home):
        return _tr("That is the library itself; choose the folder the images come into.")
    if folder == Path(folder.anchor):
        return _tr("That is a whole disk; choose the one folder the images come into.")
    return ""


def _tr(text: str) -> str:
    return QCoreApplication.translate("FolderDialog", text)
