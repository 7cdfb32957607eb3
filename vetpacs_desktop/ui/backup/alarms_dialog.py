"""Who is told when a backup fails: by e-mail, by a message to another program, or nobody but this window."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.paths import Home
from vetpacs_desktop.settings import Settings, Value
from vetpacs_desktop.store.backup.tending import alarms
from vetpacs_desktop.store.backup.tending.alarms import MAIL, WEBHOOK, Attempt
from vetpacs_desktop.store.backup.tending.messengers import server_of
from vetpacs_desktop.ui import frame, theme
from vetpacs_desktop.ui.backup.alarms_form import MailForm, stacked
from vetpacs_desktop.ui.backup.step import FIELD, form_of
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.buttons import button
from vetpacs_desktop.ui.operations import backup_alarms
from vetpacs_desktop.ui.operations.backup_alarms import Kept, Wanted
from vetpacs_desktop.ui.page import label, say, scrolling
from vetpacs_desktop.ui.picture import Picture
from vetpacs_desktop.ui.room import give_room

SIZE = (720, 700)
INDENT = 26
SIGN = 18


class AlarmsDialog(QDialog):
    """Asks, tries and keeps; closes only when what was asked is kept."""

    saved = Signal(object)
    """The settings as they are now"""

    def __init__(self, home: Home, lane: Bridge, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Who is told when a backup fails"))
        give_room(self, *SIZE)
        self._home, self._lane, self._before = home, lane, settings
        self._saving = False
        self._round = 0
        """Which trial the lines belong to; what comes late from an earlier one is not shown."""
        self._trying: set[str] = set()
        self.outcomes: dict[str, QLabel] = {}
        """Way -> the sentence of its trial."""
        self.mail = MailForm(settings)
        self.webhook = QLineEdit(settings.text("alarms.webhook"))
        self.webhook.setObjectName("webhook")
        self.webhook.setFixedWidth(FIELD)
        self.webhook.setPlaceholderText("https://chat.clinic.example/hook")
        self.by_mail = QCheckBox(self.tr("Send an e-mail"))
        self.by_mail.setObjectName("by_mail")
        self.by_webhook = QCheckBox(self.tr("Send a message to another program"))
        self.by_webhook.setObjectName("by_webhook")
        self.trial = button(self.tr("Send a trial message"), "send", name="send_trial")
        self._problem = label("error")
        self._problem.hide()
        self._waiting = label("error")
        self._waiting.hide()
        self._lay_out()
        self._choose(alarms.ways(settings))
        self._connect()
        lane.start(lambda _report, _cancel: backup_alarms.look(home), self._show_kept, self._fail, owner=self)

    @property
    def problem(self) -> str:
        """What is wrong; empty: nothing."""
        return self._problem.text()

    @property
    def trying(self) -> bool:
        """Whether a trial is under way."""
        return bool(self._trying)

    def accept(self) -> None:
        """Keep it, if it can work."""
        if self._saving or not self._check():
            return
        self._set_saving(True)
        home, wanted = self._home, self._wanted()
        self._lane.start(
            lambda _report, _cancel: backup_alarms.keep(home, wanted), self._kept, self._fail, owner=self
        )

    def reject(self) -> None:
        """Leave it as it was; not while it is being kept."""
        if not self._saving:
            super().reject()

    def send_trial(self) -> None:
        """Try each way that is chosen, as it stands here, and say how it went.

        Nothing happens while one is under way. The button stays enabled all the same: a disabled one would
        hand the focus on to OK, and the next press of the space bar would be another deed than was meant.
        """
        if self.trying or not self._check():
            return
        settings, password = self._before.with_values(self._wanted().values), self.mail.password.text()
        home, number = self._home, self._begin(alarms.ways(settings))
        for way in self.outcomes:

            def shown(attempt: Attempt, way: str = way) -> None:
                self._show_attempt(number, way, attempt)

            def work(*_: object, way: str = way) -> Attempt:
                return backup_alarms.send_trial(home, settings, password, way)

            self._lane.start(work, shown, self._trial_broke, owner=self)

    # -- what is asked -------------------------------------------------------------------------------------

    def _wanted(self) -> Wanted:
        values: dict[str, Value] = {"alarms.email_to": ()}
        if self.by_mail.isChecked():
            values |= self.mail.values()
        values["alarms.webhook"] = self.webhook.text().strip() if self.by_webhook.isChecked() else ""
        asked = self.by_mail.isChecked()
        forget = asked and not self.mail.user.text().strip()
        return Wanted(values, self.mail.password.text() if asked else "", forget)

    def _check(self) -> bool:
        """Whether it can work; if not, why, and the focus where it can be mended."""
        fault = self.mail.fault() if self.by_mail.isChecked() else None
        if fault is None and self.by_webhook.isChecked() and not server_of(self.webhook.text().strip()):
            text = self.tr("The address of the other program begins with https:// and names a computer.")
            fault = (text, self.webhook)
        say(self._problem, fault[0] if fault else "")
        if fault:
            fault[1].setFocus()
            self._area.ensureWidgetVisible(fault[1])
        return fault is None

    def _choose(self, ways: list[str]) -> None:
        self.by_mail.setChecked(MAIL in ways or not ways)  # what most people come for
        self.by_webhook.setChecked(WEBHOOK in ways)
        self._follow()
        (self.by_mail if ways else self.mail.to).setFocus()  # in a field, the first key would replace it

    def _follow(self) -> None:
        """What plays no part is not shown."""
        say(self._problem, "")
        self._mail_part.setVisible(self.by_mail.isChecked())
        self._webhook_part.setVisible(self.by_webhook.isChecked())
        self._forget_trial()

    def _set_saving(self, saving: bool) -> None:
        self._saving = saving
        for one in (self._inside, self.buttons):
            one.setEnabled(not saving)

    def _kept(self, settings: Settings) -> None:
        self._saving = False
        self.saved.emit(settings)
        super().accept()

    def _show_kept(self, kept: Kept) -> None:
        self.mail.show_kept(kept)
        text = ""
        if kept.waiting:
            text = self.tr("A message could not be sent and is tried again. {why}").format(why=kept.problem)
        say(self._waiting, text.strip())

    def _fail(self, error: BaseException) -> None:
        self._set_saving(False)
        if isinstance(error, KnownError):
            say(self._problem, error.sentence)
        elif isinstance(error, OSError):
            say(self._problem, self.tr("It could not be saved; nothing was changed. Is the disk full?"))
        else:
            raise error

    # -- the trial -----------------------------------------------------------------------------------------

    def _begin(self, ways: list[str]) -> int:
        self._forget_trial()
        self._trying = set(ways)
        for row, way in enumerate(ways):
            name = self.tr("E-mail") if way == MAIL else self.tr("Other program")
            said = label("", self.tr("{way}: being sent, which may take half a minute...").format(way=name))
            said.setObjectName(f"trial {way}")
            self._lines.addWidget(Picture("wait", SIGN, "text_dim"), row, 0, Qt.AlignmentFlag.AlignTop)
            self._lines.addWidget(said, row, 1)
            self.outcomes[way] = said
        if not ways:
            say(self._problem, self.tr("Nobody is to be told; choose a way first."))
        self._show_lines()
        return self._round

    def _show_attempt(self, number: int, way: str, attempt: Attempt) -> None:
        if number != self._round:
            return
        self._trying.discard(way)
        said = self.outcomes[way]
        more = self.tr("Look whether it arrived.") if attempt.sent else ""
        say(said, f"{attempt.sentence} {more}".strip(), "" if attempt.sent else "error")
        row = list(self.outcomes).index(way)
        before = self._lines.itemAtPosition(row, 0)
        if before is not None and (old := before.widget()) is not None:
            self._lines.removeWidget(old)
            old.deleteLater()
        picture, color = ("ok", "green") if attempt.sent else ("error", "red")
        self._lines.addWidget(Picture(picture, SIGN, color), row, 0, Qt.AlignmentFlag.AlignTop)
        self._show_lines()

    def _trial_broke(self, error: BaseException) -> None:
        self._forget_trial()
        self._fail(error)

    def _typed(self) -> None:
        say(self._problem, "")
        self._forget_trial()

    def _forget_trial(self) -> None:
        """What was found is not true of what is typed now."""
        self._round += 1
        self._trying = set()
        self.outcomes = {}
        while (item := self._lines.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()

    def _show_lines(self) -> None:
        """The last line is what one waits for: it is brought into view where the screen is low."""
        inside = self._inside.layout()
        assert inside is not None
        inside.activate()
        self._area.verticalScrollBar().setValue(self._area.verticalScrollBar().maximum())

    # -- how it looks --------------------------------------------------------------------------------------

    def _connect(self) -> None:
        for box in (self.by_mail, self.by_webhook):
            box.toggled.connect(self._follow)
        self.mail.changed.connect(self._typed)
        self.webhook.textChanged.connect(self._typed)
        self.trial.clicked.connect(self.send_trial)

    def _lay_out(self) -> None:
        self._inside = QWidget()
        inside = QVBoxLayout(self._inside)
        inside.setContentsMargins(0, 0, theme.GRID, 0)
        inside.setSpacing(theme.GRID)
        inside.addWidget(label("title", self.windowTitle()))
        inside.addWidget(
            label(
                "dim",
                self.tr(
                    "When a backup fails twice in a row, is overdue or damaged, and when all is well again. "
                    "The same thing is told once a day at most, and no animal or owner is named."
                ),
            )
        )
        inside.addWidget(self._waiting)
        inside.addSpacing(theme.GRID)
        inside.addWidget(self.by_mail, 0, Qt.AlignmentFlag.AlignLeft)
        self._mail_part, self._webhook_part = _indented(self.mail), _indented(self._make_address())
        inside.addWidget(self._mail_part)
        inside.addSpacing(theme.GRID)
        inside.addWidget(self.by_webhook, 0, Qt.AlignmentFlag.AlignLeft)
        inside.addWidget(self._webhook_part)
        inside.addSpacing(theme.GRID)
        inside.addWidget(self.trial, 0, Qt.AlignmentFlag.AlignLeft)
        self._foot = QWidget()
        self._lines = QGridLayout(self._foot)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setColumnStretch(1, 1)
        inside.addWidget(self._foot)
        inside.addStretch(1)
        self._area = scrolling(self._inside)
        column = frame.column_of(self)
        column.addWidget(self._area, 1)
        column.addWidget(self._problem)
        column.addWidget(self._make_buttons())
        frame.as_default(self.buttons.button(QDialogButtonBox.StandardButton.Ok))  # once it is in its dialog

    def _make_address(self) -> QWidget:
        holder = QWidget()
        address = QVBoxLayout(holder)
        address.setContentsMargins(0, 0, 0, 0)
        text = self.tr("A webhook, for a chat or a monitoring system: it gets the same as JSON.")
        form = form_of(((self.tr("Address"), stacked(self.webhook, label("secondary", text))),))
        form.setFieldGrowthPolicy(form.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        address.addLayout(form)
        return holder

    def _make_buttons(self) -> QDialogButtonBox:
        made = self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        for kind in (QDialogButtonBox.StandardButton.Ok, QDialogButtonBox.StandardButton.Cancel):
            made.button(kind).setIcon(QIcon())
        made.button(QDialogButtonBox.StandardButton.Ok).setProperty("role", "primary")
        made.accepted.connect(self.accept)
        made.rejected.connect(self.reject)
        return made


def _indented(inner: QWidget) -> QWidget:
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(INDENT, 0, 0, 0)
    column.addWidget(inner)
    return holder
