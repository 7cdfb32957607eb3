"""One machine's page: last contact, what and how much it sends, what it is, and what to better on it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from PySide6.QtCore import QDate, QLocale, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from vetpacs_desktop.store.machines.devices import KnownDevice, Portrait
from vetpacs_desktop.store.records import StudyUID
from vetpacs_desktop.ui import theme, words
from vetpacs_desktop.ui.buttons import button
from vetpacs_desktop.ui.devices.advice import habit_in_words
from vetpacs_desktop.ui.devices.devices_card import refusal_in_words
from vetpacs_desktop.ui.devices.kinds import fact_of, kind_of, text_of
from vetpacs_desktop.ui.devices.pages import explained
from vetpacs_desktop.ui.picture import Picture

SIZE = (720, 680)


class DeviceDialog(QDialog):
    """Filled in two steps: at once what is known, and a moment later what the exams tell."""

    exam_requested = Signal(object)
    """StudyUID"""
    rename_requested = Signal()
    forget_requested = Signal()
    sheet_requested = Signal()
    call_requested = Signal()

    def __init__(self, known: KnownDevice, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.known = known
        self.setWindowTitle(known.name)
        self.resize(*SIZE)
        self._lay_out()

    def show_portrait(self, portrait: Portrait) -> None:
        """What its exams tell."""
        self._looking.hide()
        self._show_volumes(portrait)
        self._show_facts(portrait)
        self._show_habits(portrait)

    def show_outcome(self, text: str) -> None:
        """How a call to it went."""
        self.outcome.setText(text)
        self.outcome.setVisible(bool(text))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(12)
        column.addLayout(self._head())
        inside = QWidget()
        inside.setProperty("role", "page")
        self._body = QVBoxLayout(inside)
        self._body.setContentsMargins(0, 0, theme.GRID, 0)
        self._body.setSpacing(12)
        self.outcome = explained("", "heading")
        self.outcome.hide()
        self._body.addWidget(self.outcome)
        self._looking = explained(self.tr("Looking at its exams..."))
        self._body.addWidget(self._looking)
        self._habits = _section(self._body)
        self._volumes = _section(self._body)
        self._facts = _section(self._body)
        self._refusals = _section(self._body)
        self._show_refusals()
        self._body.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        column.addWidget(area, 1)
        column.addLayout(self._foot())

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(12)
        kind = kind_of(self.known.device.kind)
        row.addWidget(Picture(kind.icon, 40, "accent"), 0, Qt.AlignmentFlag.AlignTop)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        title = QLabel(self.known.name)
        title.setProperty("role", "title")
        title.setTextFormat(Qt.TextFormat.PlainText)
        texts.addWidget(title)
        self.contact = explained(self._contact())
        texts.addWidget(self.contact)
        row.addLayout(texts, 1)
        return row

    def _contact(self) -> str:
        sender = self.known.sender
        parts = [text_of(kind_of(self.known.device.kind))] if self.known.device.label else []
        if sender is None:
            return ". ".join([*parts, self.tr("It has not sent anything lately.")])
        now = datetime.now(UTC).astimezone()
        last = words.ago(datetime.fromisoformat(sender.last_at).astimezone(), now)
        parts.append(self.tr("Last contact {ago}").format(ago=last))
        parts.append(self.tr("{name} at {address}").format(name=sender.name, address=sender.address or "?"))
        return " \N{MIDDLE DOT} ".join(parts)

    def _foot(self) -> QHBoxLayout:
        foot = QHBoxLayout()
        foot.setSpacing(8)
        named = bool(self.known.device.label)
        for text, picture, signal, shown in (
            (
                self.tr("Rename...") if named else self.tr("Name it..."),
                "correct",
                self.rename_requested,
                True,
            ),
            (self.tr("Connection sheet..."), "document", self.sheet_requested, True),
            (self.tr("Call it"), "machine", self.call_requested, bool(self.known.device.port)),
            (self.tr("Forget its name"), "trash", self.forget_requested, named),
        ):
            made = button(text, picture)
            made.setAutoDefault(False)
            made.clicked.connect(signal)
            made.setVisible(shown)
            foot.addWidget(made)
        foot.addStretch(1)
        close = button(self.tr("Close"), role="primary")
        close.clicked.connect(self.accept)
        foot.addWidget(close)
        return foot

    def _show_refusals(self) -> None:
        sender = self.known.sender
        if sender is None or not sender.refusals:
            return
        self._refusals.add_heading(self.tr("Refused"))
        now = datetime.now(UTC).astimezone()
        for when, why in sender.refusals:
            ago = words.ago(datetime.fromisoformat(when).astimezone(), now)
            self._refusals.add_row(ago, f"{refusal_in_words(why)}.")

    def _show_volumes(self, portrait: Portrait) -> None:
        self._volumes.add_heading(self.tr("How much it sends"))
        today = portrait.days[-1] if portrait.days else ("", 0, 0)
        exams = sum(count for _, count, _ in portrait.days)
        images = sum(count for _, _, count in portrait.days)
        self._volumes.add_row(self.tr("Today"), _amount(today[1], today[2]))
        amount = _amount(exams, images)
        if exams:
            amount = self.tr("{amount}, {size}").format(
                amount=amount, size=words.size(portrait.bytes_in_week)
            )
        self._volumes.add_row(self.tr("Last 7 days"), amount)
        kinds = ", ".join(f"{name} ({words.grouped(count)})" for name, count in portrait.modalities)
        self._volumes.add_row(self.tr("Kinds"), kinds)
        if any(exams for _, exams, _ in portrait.weeks):
            self._volumes.add_widget(
                Bars(portrait.days, self.tr("Exams in each of the last 7 days"), days=True)
            )
            self._volumes.add_widget(Bars(portrait.weeks, self.tr("Exams in each of the last 8 weeks")))

    def _show_facts(self, portrait: Portrait) -> None:
        if not portrait.equipment:
            return
        self._facts.add_heading(self.tr("What it says of itself"))
        for keyword, value in portrait.equipment:
            self._facts.add_row(fact_of(keyword), value)

    def _show_habits(self, portrait: Portrait) -> None:
        if not portrait.looked_at:
            return
        self._habits.add_heading(self.tr("What could be better"))
        if not portrait.habits:
            text = self.tr("Nothing: its last {exams} name animal, owner, number and date as they should.")
            self._habits.add_widget(explained(text.format(exams=words.exams(portrait.looked_at))))
        for habit in portrait.habits:
            self._habits.add_widget(HabitRow(*habit_in_words(habit), habit.examples, self._open))

    def _open(self, uid: StudyUID) -> None:
        self.accept()
        self.exam_requested.emit(uid)


class _Section:
    """A heading and rows, made when there is something to say."""

    def __init__(self, body: QVBoxLayout) -> None:
        self._column = QVBoxLayout()
        self._column.setSpacing(6)
        body.addLayout(self._column)
        self._grid: QGridLayout | None = None

    def add_heading(self, text: str) -> None:
        self._column.addWidget(explained(text, "heading"))
        self._grid = None

    def add_row(self, title: str, text: str) -> None:
        if not text:
            return
        if self._grid is None:
            self._grid = QGridLayout()
            self._grid.setHorizontalSpacing(16)
            self._grid.setVerticalSpacing(4)
            self._grid.setColumnMinimumWidth(0, 110)
            self._grid.setColumnStretch(1, 1)
            self._column.addLayout(self._grid)
        row = self._grid.rowCount()
        name = QLabel(title)
        name.setProperty("role", "dim")
        self._grid.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
        value = explained(text, "")
        value.setTextFormat(Qt.TextFormat.PlainText)
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._grid.addWidget(value, row, 1)

    def add_widget(self, widget: QWidget) -> None:
        self._column.addWidget(widget)
        self._grid = None


def _section(body: QVBoxLayout) -> _Section:
    return _Section(body)


class HabitRow(QFrame):
    """One usual mistake, what to do about it, and exams to see it in."""

    def __init__(
        self, what: str, advice: str, examples: Sequence[StudyUID], see: object, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        assert callable(see)
        self.setProperty("role", "card")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 10, 12, 10)
        row.setSpacing(10)
        row.addWidget(Picture("warning", 20, "amber"), 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addWidget(explained(what, "heading"))
        column.addWidget(explained(advice, ""))
        row.addLayout(column, 1)
        if examples:
            look = button(self.tr("Show one"), role="link")
            look.setAutoDefault(False)
            look.clicked.connect(lambda: see(examples[0]))
            row.addWidget(look, 0, Qt.AlignmentFlag.AlignTop)


class Bars(QWidget):
    """Bars with their numbers; the words say the same to who can't see them."""

    HEIGHT = 96

    def __init__(
        self,
        rows: Sequence[tuple[str, int, int]],
        title: str,
        *,
        days: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._rows = tuple(rows)
        self._days = days
        self.setMinimumHeight(self.HEIGHT)
        self.setMaximumWidth(520)
        self.setToolTip(title)
        said = ", ".join(f"{self._label(day)}: {exams}" for day, exams, _ in rows)
        self.setAccessibleName(f"{title}: {said}")

    def _label(self, iso: str) -> str:
        day = date.fromisoformat(iso)
        when = QDate(day.year, day.month, day.day)
        return QLocale().toString(when, "ddd" if self._days else "d MMM")

    # Qt

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = theme.palette_of()
        painter = QPainter(self)
        font = painter.font()
        font.setPixelSize(theme.SECONDARY)
        painter.setFont(font)
        line = painter.fontMetrics().height()
        highest = max(1, *(exams for _, exams, _ in self._rows))
        width = self.width() / max(1, len(self._rows))
        room = self.height() - 2 * line - 6
        for number, (day, exams, _) in enumerate(self._rows):
            left = number * width
            tall = room * exams / highest
            bar = QRectF(left + width * 0.2, line + 2 + room - tall, width * 0.6, max(1.0, tall))
            painter.fillRect(bar, palette.color("accent" if exams else "line"))
            painter.setPen(palette.color("text" if exams else "text_disabled"))
            above = QRectF(left, bar.top() - line - 1, width, line)
            painter.drawText(above, Qt.AlignmentFlag.AlignCenter, words.grouped(exams))
            painter.setPen(palette.color("text_dim"))
            below = QRectF(left, self.height() - line, width, line)
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, self._label(day))


def _amount(exams: int, images: int) -> str:
    return f"{words.exams(exams)}, {words.images(images)}" if exams else words.exams(0)
