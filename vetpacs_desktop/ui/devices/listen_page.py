"""The assistant's ear: every connection as it comes, in words, with what one click can set right.

The book of visits is read in a thread, twice a second while the page is shown.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from vetpacs_desktop.store.machines.visits import Book, Visit
from vetpacs_desktop.ui import theme
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.buttons import button
from vetpacs_desktop.ui.devices import firewall, saying
from vetpacs_desktop.ui.devices.pages import Connecting, Page, explained
from vetpacs_desktop.ui.devices.saying import Said
from vetpacs_desktop.ui.status_strip import Lamp

PERIOD_MS = 500
PATIENCE_MS = 20_000
"""Without a connection for so long, the page says what may be in the way."""
SHOWN = 30


class ListenPage(Page):
    """Listens until the machine has come through."""

    def __init__(
        self,
        connecting: Connecting,
        book: Book,
        bridge: Bridge,
        remedy: Callable[[str, Visit], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(connecting, parent)
        self.title = self.tr("Now let the machine call")
        self._book = book
        self._bridge = bridge
        self._remedy = remedy
        self._asking = False
        self._before: set[str] | None = None
        self.rows: dict[str, VisitRow] = {}
        self._lay_out()
        self._timer = QTimer(self, interval=PERIOD_MS)
        self._timer.timeout.connect(self.ask)
        self._quiet = QTimer(self, interval=PATIENCE_MS, singleShot=True)
        self._quiet.timeout.connect(self.show_steps)

    @property
    def works(self) -> bool:
        """Whether the machine has come through: it was answered, or an image came."""
        return any(visit.echoes or visit.objects for visit in self.connecting.visits.values())

    def enter(self) -> None:
        self._timer.start()
        if not self.rows:
            self._quiet.start()
        self.ask()

    def leave(self) -> None:
        self._timer.stop()
        self._quiet.stop()

    def next_words(self) -> str:
        return self.tr("Next") if self.works else self.tr("Skip")

    def ask(self) -> None:
        """Look into the book, unless a look is still under way."""
        if not self._asking:
            self._asking = True
            self._bridge.start(lambda _report, _cancel: self._book.read(), self._heard, owner=self)

    def show_steps(self) -> None:
        """Nothing came: say what may be in the way."""
        self.steps.show()

    def _heard(self, visits: tuple[Visit, ...]) -> None:
        self._asking = False
        if self._before is None:  # what was in the book when the assistant began to listen
            self._before = {visit.key for visit in visits if visit.ended}
        for visit in visits:
            if visit.key not in self._before:
                self._show(visit)
        for key in list(self.rows)[:-SHOWN]:
            self.rows.pop(key).deleteLater()

    def _show(self, visit: Visit) -> None:
        if self.connecting.visits.get(visit.key) == visit:
            return
        self.connecting.visits[visit.key] = visit
        if visit.calling:
            self.connecting.ae_title, self.connecting.host = visit.calling, visit.address
        said = saying.said(visit, self.connecting.here.name)
        if visit.key not in self.rows:
            self.rows[visit.key] = row = VisitRow()
            row.remedied.connect(lambda: self._help(visit.key))
            self._list.insertWidget(0, row)
            self._quiet.stop()
            self.steps.hide()
        self.rows[visit.key].show_said(said, visit.moment.astimezone().strftime("%H:%M:%S"))
        self._say_state()
        self.changed.emit()

    def _help(self, key: str) -> None:
        visit = self.connecting.visits[key]
        remedy = saying.said(visit, self.connecting.here.name).remedy
        if remedy and self._remedy(remedy, visit):
            self.rows[key].remedy_done()

    def _say_state(self) -> None:
        if any(visit.objects for visit in self.connecting.visits.values()):
            self._state.setText(self.tr("It works: images arrive."))
        elif self.works:
            self._state.setText(self.tr("It works. Send one image from the machine to be quite sure."))
        elif self.rows:
            self._state.setText(self.tr("Somebody called; still listening..."))

    def _lay_out(self) -> None:
        here = self.connecting.here
        self._state = QLabel(
            self.tr("Listening as {name} on {address}, port {port}...").format(
                name=here.name, address=" / ".join(here.addresses) or "?", port=here.port
            )
        )
        self._state.setProperty("role", "heading")
        self.column.addWidget(
            explained(
                self.tr(
                    "Press “Echo”, “Verify” or “Test” on the machine, or send an image. Each call appears "
                    "below while it happens."
                )
            )
        )
        self.column.addWidget(self._state)
        busy = QProgressBar()
        busy.setRange(0, 0)
        busy.setTextVisible(False)
        self.column.addWidget(busy)
        self.steps = StepsBox(here.port)
        self.steps.hide()
        inside = QWidget()
        inside.setProperty("role", "page")
        holder = QVBoxLayout(inside)
        holder.setContentsMargins(0, 0, theme.GRID, 0)
        holder.setSpacing(theme.GRID)
        holder.addWidget(self.steps)
        self._list = QVBoxLayout()
        self._list.setSpacing(theme.GRID)
        holder.addLayout(self._list)
        holder.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        self.column.addWidget(area, 1)
        self.nothing = button(self.tr("Nothing comes?"), "info", role="link")
        self.nothing.clicked.connect(self.show_steps)
        self.column.addWidget(self.nothing, 0, Qt.AlignmentFlag.AlignLeft)


class VisitRow(QFrame):
    """One connection."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 10, 12, 10)
        row.setSpacing(10)
        self._lamp = Lamp(14)
        row.addWidget(self._lamp, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(4)
        row.addLayout(column, 1)
        head = QHBoxLayout()
        self._headline = QLabel()
        self._headline.setTextFormat(Qt.TextFormat.PlainText)
        self._headline.setProperty("role", "heading")
        self._headline.setWordWrap(True)
        head.addWidget(self._headline, 1)
        self._time = QLabel()
        self._time.setProperty("role", "secondary")
        head.addWidget(self._time, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(head)
        self._lines = QLabel()
        self._lines.setTextFormat(Qt.TextFormat.PlainText)
        self._lines.setWordWrap(True)
        column.addWidget(self._lines)
        foot = QHBoxLayout()
        self.remedy = QPushButton()
        self.remedied = self.remedy.clicked
        foot.addWidget(self.remedy)
        self._fold = button(self.tr("Details"), "down", role="link")
        self._fold.setCheckable(True)
        foot.addWidget(self._fold)
        foot.addStretch(1)
        column.addLayout(foot)
        self._details = QPlainTextEdit()
        self._details.setReadOnly(True)
        self._details.setFixedHeight(140)
        self._details.hide()
        self._fold.toggled.connect(self._details.setVisible)
        column.addWidget(self._details)

    @property
    def text(self) -> str:
        """All that is said."""
        return "\n".join((self._headline.text(), self._lines.text()))

    def show_said(self, said: Said, when: str) -> None:
        """Show a connection as it is now."""
        self._lamp.show_light(said.light)
        self._headline.setText(said.headline)
        self._time.setText(when)
        self._lines.setText("\n".join(said.lines))
        self._lines.setVisible(bool(said.lines))
        self.remedy.setVisible(bool(said.remedy))
        words = {
            saying.ALLOW: self.tr("Let this machine in"),
            saying.ANY_NAME: self.tr("Take any name for this computer"),
        }
        self.remedy.setText(words.get(said.remedy, ""))
        self._fold.setVisible(bool(said.details))
        if self._details.toPlainText() != said.details:
            self._details.setPlainText(said.details)

    def remedy_done(self) -> None:
        """It was set right: the next call will do."""
        self.remedy.setEnabled(False)
        self.remedy.setText(self.tr("Done. Now try again on the machine"))


class StepsBox(QFrame):
    """What to try when nothing comes, with commands to copy."""

    def __init__(self, port: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(theme.GRID)
        title = QLabel(self.tr("Nothing has come yet. Try this, one after the other:"))
        title.setProperty("role", "heading")
        column.addWidget(title)
        for number, step in enumerate(firewall.steps(port), 1):
            column.addWidget(explained(f"{number}.  {step.text}", ""))
            if step.command:
                column.addLayout(self._command(step.command))

    def _command(self, command: str) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(20, 0, 0, 0)
        shown = QLabel(command)
        shown.setProperty("role", "code")
        shown.setWordWrap(True)
        shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row.addWidget(shown, 1)
        copy = button(self.tr("Copy"), "copy")
        copy.clicked.connect(lambda: QApplication.clipboard().setText(command))
        row.addWidget(copy, 0, Qt.AlignmentFlag.AlignTop)
        return row
