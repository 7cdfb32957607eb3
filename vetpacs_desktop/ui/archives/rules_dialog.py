"""Rules that send by themselves: a list, a form for the chosen one, and what it would have sent last week."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFormLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from vetpacs_desktop.store.archives.routing import Rule
from vetpacs_desktop.store.records import StudyRow
from vetpacs_desktop.ui import frame, words
from vetpacs_desktop.ui.buttons import button
from vetpacs_desktop.ui.room import give_room

SIZE = (860, 560)
LIST_WIDTH = 240
RESTS_MS = 300
MOST_SHOWN = 6
MODALITIES = ("CT", "MR", "DX", "CR", "US", "ES", "XC", "IO", "RF", "OT")


class RulesDialog(QDialog):
    """Edits rules. Says what is wished; keeps nothing itself."""

    save_requested = Signal(object)
    """Rule"""
    remove_requested = Signal(int)
    preview_wanted = Signal(object)
    """Rule: look what it fits, then call `show_preview`"""

    def __init__(
        self,
        rules: Sequence[Rule],
        nodes: Sequence[str],
        machines: Sequence[str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Send by themselves"))
        give_room(self, *SIZE)
        self._rules: list[Rule] = []
        self._rule = Rule("", "")
        self._filling = False
        self._wanted: Rule | None = None
        self.list = QListWidget()
        self.list.setObjectName("rules")
        self.list.setProperty("role", "lines")
        self.list.setFixedWidth(LIST_WIDTH)
        self.list.currentRowChanged.connect(self._choose)
        self.list.itemChanged.connect(self._switched)
        self._make_fields(nodes, machines)
        self._preview = frame.label("", "")
        self._preview.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._resting = QTimer(self, singleShot=True, interval=RESTS_MS)
        self._resting.timeout.connect(self._ask_preview)
        self._lay_out()
        self.show_rules(rules)

    @property
    def preview(self) -> str:
        """What the dialog says the rule would have sent."""
        return self._preview.text()

    def rule(self) -> Rule:
        """The rule as the form describes it."""
        return replace(
            self._rule,
            name=self.name.text().strip(),
            node=self.node.currentText(),
            modalities=_typed(self.modality),
            description=self.description.text().strip(),
            machines=_typed(self.machine),
            species=_typed(self.species),
        )

    def show_rules(self, rules: Sequence[Rule], chosen: int = 0) -> None:
        """The rules as they are kept; the one of number `chosen` is shown, else the first."""
        self._rules = list(rules)
        self._filling = True
        self.list.clear()
        for rule in rules:
            item = QListWidgetItem(f"{rule.name}\n→ {rule.node}")
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if rule.active else Qt.CheckState.Unchecked)
            self.list.addItem(item)
        self._filling = False
        places = [place for place, rule in enumerate(rules) if rule.rule_id == chosen]
        if rules:
            self.list.setCurrentRow(places[0] if places else 0)
        else:
            nothing = QListWidgetItem(self.tr("No rule yet.\nDescribe the first one here."))
            nothing.setFlags(Qt.ItemFlag.NoItemFlags)
            self.list.addItem(nothing)
            self._fill(Rule("", self.node.itemText(0)))

    def show_preview(self, rule: Rule, found: Sequence[StudyRow]) -> None:
        """What `rule` would have sent of last week."""
        if rule != self._wanted:
            return  # an answer about what was typed before
        if not found:
            self._preview.setText(self.tr("Of the exams of the last 7 days it would have sent none."))
            return
        head = words.counted(
            len(found),
            self.tr("Of the exams of the last 7 days it would have sent this one:"),
            self.tr("Of the exams of the last 7 days it would have sent these {n}:"),
        )
        lines = [_line(row) for row in found[:MOST_SHOWN]]
        more = len(found) - MOST_SHOWN
        if more > 0:
            lines.append(words.counted(more, self.tr("and {n} more"), self.tr("and {n} more")))
        self._preview.setText("\n".join([head, *(f"  •  {line}" for line in lines)]))

    def show_problem(self, text: str) -> None:
        """Why it could not be kept."""
        self._problem.setText(text)
        self._problem.setVisible(bool(text))

    def start_new(self) -> None:
        """An empty form for one more rule."""
        self.list.clearSelection()
        self.list.setCurrentRow(-1)
        self._fill(Rule("", self.node.currentText()))
        self.name.setFocus()

    def _choose(self, place: int) -> None:
        if 0 <= place < len(self._rules):
            self._fill(self._rules[place])

    def _fill(self, rule: Rule) -> None:
        self._filling = True
        self._rule = rule
        self.name.setText(rule.name)
        self.node.setCurrentText(rule.node)
        self.description.setText(rule.description)
        for field, text in (
            (self.modality, rule.modalities),
            (self.machine, rule.machines),
            (self.species, rule.species),
        ):
            field.setEditText(text)
        self._filling = False
        self.show_problem("")
        self.remove.setEnabled(bool(rule.rule_id))
        self.save.setText(self.tr("Save rule") if rule.rule_id else self.tr("Add rule"))
        self._ask_preview()

    def _edited(self) -> None:
        if not self._filling:
            self.show_problem("")
            self._resting.start()

    def _ask_preview(self) -> None:
        self._wanted = self.rule()
        self._preview.setText(self.tr("Looking at the exams of the last 7 days..."))
        self.preview_wanted.emit(self._wanted)

    def _switched(self, item: QListWidgetItem) -> None:
        if self._filling:
            return
        rule = self._rules[self.list.row(item)]
        self.save_requested.emit(replace(rule, active=item.checkState() == Qt.CheckState.Checked))

    def _make_fields(self, nodes: Sequence[str], machines: Sequence[str]) -> None:
        anything = self.tr("any")
        self.name = QLineEdit()
        self.name.setPlaceholderText(self.tr("for example CT to the hospital"))
        self.node = QComboBox()
        self.node.addItems(list(nodes))
        self.modality = _choices(MODALITIES, anything)
        self.description = QLineEdit()
        self.description.setPlaceholderText(anything)
        self.machine = _choices(machines, anything)
        species = (self.tr("dog"), self.tr("cat"), self.tr("horse"), self.tr("rabbit"), self.tr("bird"))
        self.species = _choices(species, anything)
        for line in (self.name, self.description):
            line.textChanged.connect(self._edited)
        self.node.currentTextChanged.connect(self._edited)
        for choice in (self.modality, self.machine, self.species):
            choice.editTextChanged.connect(self._edited)

    def _lay_out(self) -> None:
        column = frame.column_of(self)
        column.addWidget(frame.label(self.tr("Send by themselves"), "title"))
        text = self.tr(
            "Exams that come from now on and fit a rule are sent once they are complete. Nothing is sent "
            "twice, and nothing back to where it came from."
        )
        column.addWidget(frame.label(text, "dim"))
        both = frame.row(spacing=24)
        left = QVBoxLayout()
        left.addWidget(self.list, 1)
        new = button(self.tr("New rule"), "add", name="new_rule")
        new.setAutoDefault(False)
        new.clicked.connect(self.start_new)
        left.addWidget(new)
        both.addLayout(left)
        right = QVBoxLayout()
        right.setSpacing(12)
        right.addLayout(self._form())
        self._problem = frame.label("", "error")
        self._problem.hide()
        right.addWidget(self._problem)
        right.addWidget(self._preview, 1)
        right.addLayout(self._form_buttons())
        both.addLayout(right, 1)
        column.addLayout(both, 1)
        close = button(self.tr("Close"), name="close")
        close.setAutoDefault(False)
        close.clicked.connect(self.accept)
        column.addLayout(frame.row(None, close))

    def _form(self) -> QFormLayout:
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(8)
        for title, field in (
            (self.tr("Name"), self.name),
            (self.tr("Send to"), self.node),
            (self.tr("Kind of images"), self.modality),
            (self.tr("Description contains"), self.description),
            (self.tr("From the machine"), self.machine),
            (self.tr("Species"), self.species),
        ):
            form.addRow(title, field)
        several = self.tr("Several, with commas between them, mean any of them.")
        form.addRow("", frame.label(several, "secondary"))
        return form

    def _form_buttons(self) -> QVBoxLayout:
        self.save = frame.as_default(button(self.tr("Save rule"), role="primary", name="save_rule"))
        self.remove = button(self.tr("Remove rule"), "trash", name="remove_rule")
        self.remove.setAutoDefault(False)
        self.save.clicked.connect(lambda: self.save_requested.emit(self.rule()))
        self.remove.clicked.connect(lambda: self.remove_requested.emit(self._rule.rule_id))
        holder = QVBoxLayout()
        holder.addLayout(frame.row(self.remove, None, self.save))
        return holder


def _choices(texts: Sequence[str], placeholder: str) -> QComboBox:
    """A field to type in, with the usual answers below it."""
    made = QComboBox()
    made.setEditable(True)
    made.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    made.addItems(["", *texts])
    line = made.lineEdit()
    if line is not None:
        line.setPlaceholderText(placeholder)
    return made


def _typed(field: QComboBox) -> str:
    return field.currentText().strip()


def _line(row: StudyRow) -> str:
    what = f"{'/'.join(row.modalities)} {row.description}".strip()
    day = words.day(row.study_date, date.today())  # noqa: DTZ011 - the clinic's own day
    return " · ".join(part for part in (row.animal_name, row.owner_name, what, day) if part)
