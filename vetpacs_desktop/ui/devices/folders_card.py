"""The watched folders' card: each folder with its light, its state in words, and its buttons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from vetpacs_desktop.store.intake.folders.folder_memory import FolderState
from vetpacs_desktop.store.intake.folders.rules import Rule
from vetpacs_desktop.ui import words
from vetpacs_desktop.ui.actions import SYSTEM, row_of
from vetpacs_desktop.ui.buttons import button
from vetpacs_desktop.ui.card import Card
from vetpacs_desktop.ui.devices import folder_words
from vetpacs_desktop.ui.receiver import Light
from vetpacs_desktop.ui.status_strip import Lamp


class FoldersCard(Card):
    """All watched folders."""

    add_requested = Signal()
    change_requested = Signal(object)
    pause_requested = Signal(object)
    remove_requested = Signal(object)
    """Rule"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("folder", self.tr("Folders"), parent)
        self.rows: dict[Path, FolderRow] = {}
        self._list = QVBoxLayout()
        self._list.setSpacing(12)
        self.body.addLayout(self._list)
        self.add = self.add_button(row_of(SYSTEM, "add_folder"))
        self.add.clicked.connect(self.add_requested)
        self.show_folders((), {}, datetime.now().astimezone())

    def show_folders(
        self,
        rules: Sequence[Rule],
        states: Mapping[str, FolderState],
        now: datetime,
        *,
        running: bool = True,
    ) -> None:
        """Show the folders of the settings as the service last saw them; `states` by the folders' names.

        Those that were named when the service was started are shown without buttons.
        """
        named = {rule.folder for rule in rules}
        given = [Rule(Path(name)) for name, state in states.items() if state.given]
        given = [rule for rule in given if rule.folder not in named]
        for folder in self.rows.keys() - named - {rule.folder for rule in given}:
            self.rows.pop(folder).deleteLater()
        lights = []
        for rule in (*rules, *given):
            if rule.folder not in self.rows:
                self.rows[rule.folder] = row = FolderRow(self)
                self._list.addWidget(row)
            state = states.get(str(rule.folder))
            row = self.rows[rule.folder]
            row.show_state(rule, state, now, running=running)
            row.set_fixed(rule.folder not in named)
            lights.append(folder_words.light_of(rule, state))
        self.say(*_summary(lights))


class FolderRow(QFrame):
    """One watched folder."""

    def __init__(self, card: FoldersCard) -> None:
        super().__init__(card)
        self._rule = Rule(Path())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        self._lamp = Lamp(14)
        row.addWidget(self._lamp, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(2)
        row.addLayout(column, 1)
        self._name = QLabel()
        self._name.setProperty("role", "heading")
        self._sentence = QLabel()
        self._rule_text = QLabel()
        self._rule_text.setProperty("role", "secondary")
        for label in (self._name, self._sentence, self._rule_text):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            column.addWidget(label)
        buttons = QHBoxLayout()
        buttons.setSpacing(4)
        self.pause = button("", role="link")
        self.change = button(self.tr("Change..."), role="link")
        self.remove = button(self.tr("Watch no more"), role="link")
        self.fold = button(self.tr("Details"), "down", role="link")
        self.fold.setCheckable(True)
        for made in (self.pause, self.change, self.remove, self.fold):
            buttons.addWidget(made)
        buttons.addStretch(1)
        column.addLayout(buttons)
        self._details = QPlainTextEdit()
        self._details.setReadOnly(True)
        self._details.setFixedHeight(110)
        self._details.hide()
        column.addWidget(self._details)
        self.pause.clicked.connect(lambda: card.pause_requested.emit(self._rule))
        self.change.clicked.connect(lambda: card.change_requested.emit(self._rule))
        self.remove.clicked.connect(lambda: card.remove_requested.emit(self._rule))
        self.fold.toggled.connect(self._details.setVisible)

    @property
    def text(self) -> str:
        """The sentence shown."""
        return self._sentence.text()

    def set_fixed(self, fixed: bool) -> None:
        """Whether the folder was named on the command line and can't be changed here."""
        for made in (self.pause, self.change, self.remove):
            made.setVisible(not fixed)

    def show_state(self, rule: Rule, state: FolderState | None, now: datetime, *, running: bool) -> None:
        """Show the folder as it is."""
        self._rule = rule
        light = folder_words.light_of(rule, state) if running else None
        self._lamp.setVisible(light is not None)
        if light is not None:
            self._lamp.show_light(light)
        self._name.setText(str(rule.folder))
        self._sentence.setText(folder_words.sentence(rule, state, now, running=running))
        kind = self.tr("on the network") if state is not None and state.network else ""
        self._rule_text.setText(
            " \N{MIDDLE DOT} ".join(filter(None, (folder_words.short(rule.policy), kind)))
        )
        self.pause.setText(self.tr("Go on") if rule.paused else self.tr("Pause"))
        found = folder_words.details(state) if state is not None else ""
        self.fold.setVisible(bool(found))
        if not found:
            self.fold.setChecked(False)
        if found != self._details.toPlainText():
            self._details.setPlainText(found)


def _summary(lights: Sequence[Light | None]) -> tuple[Light | None, str]:
    if not lights:
        return None, _tr(
            "Images that a machine or a person puts into a watched folder come in by themselves: DICOM, "
            "pictures, PDF, video and archives."
        )
    count = words.counted(len(lights), _tr("{n} folder is watched."), _tr("{n} folders are watched."))
    worst = next((light for light in (Light.RED, Light.AMBER) if light in lights), Light.GREEN)
    bad = sum(light in (Light.RED, Light.AMBER) for light in lights)
    if bad:
        needs = words.counted(bad, _tr("{n} needs a look."), _tr("{n} need a look."))
        return worst, f"{count} {needs}"
    return worst, count


def _tr(text: str) -> str:
    return QCoreApplication.translate("FoldersCard", text)
