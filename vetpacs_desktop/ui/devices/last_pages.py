"""The assistant's last two pages: calling the machine back, and keeping its name and its connection sheet."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLabel, QLineEdit, QWidget

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.ui.buttons import button
from vetpacs_desktop.ui.devices.kinds import kind_of, text_of
from vetpacs_desktop.ui.devices.pages import Connecting, Page, explained
from vetpacs_desktop.ui.receiver import Light
from vetpacs_desktop.ui.status_strip import Lamp

LAST_PORT = 65535
USUAL_PORT = 104
"""The well-known port of DICOM (PS3.8 9.1.1); many machines answer there."""


class EchoPage(Page):
    """Does the machine answer? A test that many machines can't pass, and need not."""

    def __init__(
        self,
        connecting: Connecting,
        echo: Callable[[str, str, int, Callable[[float], object], Callable[[KnownError], object]], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(connecting, parent)
        self.title = self.tr("Call the machine back")
        self._echo = echo
        self.column.addWidget(
            explained(
                self.tr(
                    "This is only needed when the machine should get images back, or ask whether its images "
                    "are kept. Most X-ray and ultrasound machines only send and answer nobody: then skip "
                    "this."
                )
            )
        )
        self.name, self.host, self.port = QLineEdit(), QLineEdit(), QLineEdit()
        self.name.setMaxLength(16)
        self.port.setValidator(QIntValidator(1, LAST_PORT, self.port))
        self.port.setPlaceholderText(str(USUAL_PORT))
        form = QFormLayout()
        form.setVerticalSpacing(8)
        form.setHorizontalSpacing(16)
        form.addRow(self.tr("Its AE title"), self.name)
        form.addRow(self.tr("Its address"), self.host)
        form.addRow(self.tr("Its port"), self.port)
        self.column.addLayout(form)
        self.call = button(self.tr("Call it now"), "machine")
        self.call.clicked.connect(self._call)
        self.column.addWidget(self.call, 0, Qt.AlignmentFlag.AlignLeft)
        row = QHBoxLayout()
        row.setSpacing(10)
        self._lamp = Lamp(14)
        self._lamp.hide()
        self.outcome = QLabel()
        self.outcome.setTextFormat(Qt.TextFormat.PlainText)
        self.outcome.setWordWrap(True)
        row.addWidget(self._lamp, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.outcome, 1)
        self.column.addLayout(row)
        self.column.addStretch(1)

    def enter(self) -> None:
        one = self.connecting
        self.name.setText(self.name.text() or one.ae_title)
        self.host.setText(self.host.text() or one.host)

    def next_words(self) -> str:
        return self.tr("Next") if self.connecting.answered else self.tr("Skip")

    def _call(self) -> None:
        name, host = self.name.text().strip(), self.host.text().strip()
        if not name or not host:
            self._say(Light.AMBER, self.tr("Fill in its AE title and its address first."))
            return
        port = int(self.port.text() or USUAL_PORT)
        self.port.setText(str(port))
        self.call.setEnabled(False)
        self._lamp.hide()
        self.outcome.setText(self.tr("Calling {name} at {host}...").format(name=name, host=host))
        self._echo(name, host, port, self._answered, self._failed)

    def _answered(self, seconds: float) -> None:
        self.call.setEnabled(True)
        one = self.connecting
        one.ae_title, one.host, one.port = (
            self.name.text().strip(),
            self.host.text().strip(),
            int(self.port.text()),
        )
        one.answered = self.tr("{name} answered after {ms} ms.").format(
            name=one.ae_title, ms=max(1, round(seconds * 1000))
        )
        self._say(Light.GREEN, one.answered)
        self.changed.emit()

    def _failed(self, error: KnownError) -> None:
        self.call.setEnabled(True)
        self.connecting.answered = ""
        only = self.tr("It may still send all the same: a machine that only sends answers nobody.")
        self._say(Light.RED, f"{error.sentence}\n{only}")
        self.changed.emit()

    def _say(self, light: Light, text: str) -> None:
        self._lamp.show()
        self._lamp.show_light(light)
        self.outcome.setText(text)


class NamePage(Page):
    """What to call it, and the sheet for the wall."""

    def __init__(
        self,
        connecting: Connecting,
        save_sheet: Callable[[], object],
        print_sheet: Callable[[], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(connecting, parent)
        self.title = self.tr("Give it a name")
        self.column.addWidget(
            explained(self.tr("So people know which machine is meant when something is said about it."))
        )
        self.label = QLineEdit()
        self.label.setPlaceholderText(self.tr("For example: X-ray, room 1"))
        self.label.textChanged.connect(self._take)
        self.name = QLineEdit()
        self.name.setMaxLength(16)
        self.name.textChanged.connect(self._take)
        form = QFormLayout()
        form.setVerticalSpacing(8)
        form.setHorizontalSpacing(16)
        form.addRow(self.tr("Name"), self.label)
        form.addRow(self.tr("Its AE title"), self.name)
        self.column.addLayout(form)
        self.column.addWidget(
            explained(
                self.tr(
                    "The machine is recognised by its AE title: the name it calls itself, exactly as it was "
                    "typed into it."
                ),
                "secondary",
            )
        )
        self.summary = explained("")
        self.column.addWidget(self.summary)
        self.column.addSpacing(8)
        self.column.addWidget(explained(self.tr("The connection sheet"), "heading"))
        self.column.addWidget(
            explained(
                self.tr(
                    "One page with everything that was typed in: for the wall beside the machine, and for "
                    "the technician who replaces it one day."
                )
            )
        )
        row = QHBoxLayout()
        self.save = button(self.tr("Save as PDF..."), "document")
        self.save.clicked.connect(save_sheet)
        self.print = button(self.tr("Print..."), "print")
        self.print.clicked.connect(print_sheet)
        row.addWidget(self.save)
        row.addWidget(self.print)
        row.addStretch(1)
        self.column.addLayout(row)
        self.column.addStretch(1)

    def enter(self) -> None:
        one = self.connecting
        self.name.setText(one.ae_title)
        if not self.label.text():
            self.label.setText(one.label or text_of(kind_of(one.kind)))
            self.label.selectAll()
        self.label.setFocus()
        self.summary.setText("\n".join(tested(one)))

    def next_words(self) -> str:
        return self.tr("Finish")

    def may_go_on(self) -> bool:
        return bool(self.label.text().strip() and self.name.text().strip())

    def _take(self) -> None:
        self.connecting.label = self.label.text().strip()
        self.connecting.ae_title = self.name.text().strip()
        self.changed.emit()


def tested(connecting: Connecting) -> list[str]:
    """What was tried with the machine and went well, in sentences."""
    own = [visit for visit in connecting.visits.values() if visit.calling == connecting.ae_title]
    lines = []
    if any(visit.echoes for visit in own):
        lines.append(_tr("The machine reached this computer and was answered."))
    images = sum(visit.objects for visit in own)
    if images:
        lines.append(_tr("It sent images, which arrived: {count}.").format(count=images))
    if connecting.answered:
        lines.append(connecting.answered)
    return lines or [_tr("It has not reached this computer yet.")]


def _tr(text: str) -> str:
    return QCoreApplication.translate("NamePage", text)
