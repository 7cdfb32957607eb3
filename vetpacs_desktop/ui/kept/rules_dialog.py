"""How long things are kept: the admin's rules, with what they would do today before they are accepted.

It only asks; the service carries the rules out.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from PySide6.QtCore import QCoreApplication, Qt, QTimer
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from vetpacs_desktop.store.kept.retention import AT_MOST, Plan, Policy
from vetpacs_desktop.ui import theme, words
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.buttons import button
from vetpacs_desktop.ui.operations import trashing

PAD = 2 * theme.GRID
SETTLED_MS = 250
DAYS = (30, 60, 90, 180, 365, 730)
YEARS = (3, 5, 7, 10, 12, 15, 20, 30)
SHOWN = 200
"""Lines of the preview."""


class RulesDialog(QDialog):
    """Three rules, all of them off at first."""

    def __init__(
        self,
        policy: Policy,
        plan: Callable[[Policy, datetime], Plan],
        bridge: Bridge,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._plan = plan
        self._bridge = bridge
        self._wish = 0
        self.setWindowTitle(self.tr("How long things are kept"))
        self.setMinimumWidth(560)
        self._settled = QTimer(self, singleShot=True, interval=SETTLED_MS)
        self._settled.timeout.connect(self._look)
        self._lay_out(policy)
        self._changed()

    def policy(self) -> Policy:
        """The rules as entered."""
        days = int(self.days.currentData())
        return Policy(days, bool(days) and self.unproved.isChecked(), int(self.years.currentData()))

    def _lay_out(self, policy: Policy) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(PAD, PAD, PAD, PAD)
        column.setSpacing(12)
        title = QLabel(self.tr("How long things are kept"))
        title.setProperty("role", "title")
        column.addWidget(title)
        column.addWidget(
            _text(self.tr("Without rules everything is kept for ever, which is what most clinics should do."))
        )
        column.addLayout(self._form(policy))
        self.careful = _text("")
        column.addWidget(self.careful)
        self.preview = _text("", "heading")
        column.addWidget(self.preview)
        self.details = QPlainTextEdit()
        self.details.setReadOnly(True)
        self.details.setFixedHeight(140)
        column.addWidget(self.details)
        column.addStretch(1)
        column.addLayout(self._button_row())
        for box in (self.days, self.years):
            box.currentIndexChanged.connect(self._changed)
        self.unproved.toggled.connect(self._changed)

    def _form(self, policy: Policy) -> QFormLayout:
        form = QFormLayout()
        form.setHorizontalSpacing(PAD)
        form.setVerticalSpacing(theme.GRID)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        self.days = _choices(policy.empty_after_days, DAYS, self.tr("1 day"), self.tr("{n} days"))
        self.unproved = QCheckBox(self.tr("even what no backup holds"))
        self.unproved.setChecked(policy.empty_unproved)
        self.years = _choices(policy.exam_years, YEARS, self.tr("1 year"), self.tr("{n} years"))
        form.addRow(self.tr("Empty the trash after"), self.days)
        form.addRow("", self.unproved)
        form.addRow(self.tr("Move exams to the trash after"), self.years)
        form.addRow(
            "", _text(self.tr("counted from the day they were made, or came if that was later"), "secondary")
        )
        return form

    def _button_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addStretch(1)
        cancel = button(self.tr("Cancel"))
        cancel.clicked.connect(self.reject)
        self.save_button = button(self.tr("Save"), role="primary")
        self.save_button.setDefault(True)
        self.save_button.clicked.connect(self.accept)
        row.addWidget(cancel)
        row.addWidget(self.save_button)
        return row

    def _changed(self) -> None:
        policy = self.policy()
        self.unproved.setEnabled(bool(policy.empty_after_days))
        if policy.empty_unproved:
            self.careful.setProperty("role", "error")
            self.careful.setText(
                self.tr(
                    "Careful: what is deleted this way and is in no backup is gone. Nobody will be able to "
                    "bring it back."
                )
            )
        elif policy.empty_after_days:
            self.careful.setProperty("role", "dim")
            self.careful.setText(
                self.tr(
                    "Only what a backup holds that was read back is deleted; the rest waits in the trash."
                )
            )
        self.careful.setVisible(bool(policy.empty_after_days))
        self.careful.style().unpolish(self.careful)
        self.careful.style().polish(self.careful)
        self._settled.start()

    def _look(self) -> None:
        self._wish += 1
        wish, policy = self._wish, self.policy()
        self._bridge.start(
            lambda _report, _cancel: self._plan(policy, datetime.now(UTC)),
            lambda plan: self._show(wish, plan),
            owner=self,
        )

    def _show(self, wish: int, plan: Plan) -> None:
        if wish != self._wish:
            return
        self.preview.setText(foretold(plan))
        lines = [
            *(
                self.tr("to the trash: {title}, {date}").format(
                    title=f"{row.animal_name} ({row.owner_name})", date=row.study_date
                )
                for row in plan.to_trash[:SHOWN]
            ),
            *(
                self.tr("deleted for good: {title}").format(title=trashing.title_of(entry))
                for entry in plan.to_empty[:SHOWN]
            ),
            *(
                self.tr("due, but in no backup: {title}").format(title=trashing.title_of(entry))
                for entry in plan.held[:SHOWN]
            ),
        ]
        self.details.setPlainText("\n".join(lines))
        self.details.setVisible(bool(lines))


def foretold(plan: Plan) -> str:
    """What the rules would do today, as a sentence."""
    parts = []
    if plan.to_trash:
        parts.append(
            words.counted(
                len(plan.to_trash),
                _tr("{n} exam would go to the trash"),
                _tr("{n} exams would go to the trash"),
            )
            + (_tr(" (at most {n} a day)").format(n=AT_MOST) if len(plan.to_trash) > AT_MOST else "")
        )
    if plan.to_empty:
        size = words.size(sum(entry.bytes for entry in plan.to_empty))
        one = _tr("{n} entry ({size}) would be deleted for good")
        many = _tr("{n} entries ({size}) would be deleted for good")
        parts.append(words.counted(len(plan.to_empty), one, many).format(size=size))
    if plan.held:
        one = _tr("{n} entry is due but in no backup, so it stays")
        many = _tr("{n} entries are due but in no backup, so they stay")
        parts.append(words.counted(len(plan.held), one, many))
    if not parts:
        return _tr("Today these rules would do nothing.")
    return _tr("Today: {what}.").format(what="; ".join(parts))


def _choices(value: int, offered: tuple[int, ...], one: str, many: str) -> QComboBox:
    """Never, the usual spans, and the one in force if it is another."""
    box = QComboBox()
    box.addItem(_tr("never"), 0)
    for number in sorted({*offered, value} - {0}):
        box.addItem(words.counted(number, one, many), number)
    box.setCurrentIndex(box.findData(value))
    box.setFixedWidth(160)
    return box


def _text(text: str, role: str = "dim") -> QLabel:
    label = QLabel(text)
    label.setProperty("role", role)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label


def _tr(text: str) -> str:
    return QCoreApplication.translate("RulesDialog", text)
