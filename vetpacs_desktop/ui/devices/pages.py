"""What all pages of the assistant share: the machine that is being connected, and a page's frame."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from vetpacs_desktop.service import ServiceState
from vetpacs_desktop.settings import Settings
from vetpacs_desktop.store.machines.visits import Visit
from vetpacs_desktop.ui import theme
from vetpacs_desktop.ui.icons import icon

FIELD = 110
"""Width of the names of values, in pixels."""


@dataclass(frozen=True, slots=True)
class Here:
    """This computer as machines see it."""

    state: ServiceState | None
    addresses: tuple[str, ...]
    settings: Settings
    computer: str = ""
    mask: str = ""

    @property
    def name(self) -> str:
        """The name machines have to call."""
        return self.state.ae_title if self.state else self.settings.text("receiver.ae_title")

    @property
    def port(self) -> int:
        return self.state.port if self.state else self.settings.number("receiver.port")

    @property
    def tls_port(self) -> int:
        """The port for encrypted connections, 0 where there is none."""
        if not self.settings.flag("receiver.tls"):
            return 0
        return self.settings.number("receiver.tls_port")


@dataclass(slots=True)
class Connecting:
    """What the assistant knows of the machine so far."""

    here: Here
    kind: str = ""
    ae_title: str = ""
    host: str = ""
    port: int = 0
    label: str = ""
    visits: dict[str, Visit] = field(default_factory=dict)
    """The machine's connections since the assistant listens, by their keys."""
    answered: str = ""
    """How the echo to the machine went, in a sentence."""


class Page(QWidget):
    """One question. `title` is its heading."""

    changed = Signal()
    """What may be done next has changed."""
    title = ""

    def __init__(self, connecting: Connecting, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.connecting = connecting
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(12)

    def enter(self) -> None:
        """It is shown."""

    def leave(self) -> None:
        """Another is shown."""

    def next_words(self) -> str:
        """What the button to the next page says."""
        return QCoreApplication.translate("Page", "Next")

    def may_go_on(self) -> bool:
        """Whether the question is answered."""
        return True


def explained(text: str, role: str = "dim") -> QLabel:
    """A sentence that wraps."""
    label = QLabel(text)
    label.setWordWrap(True)
    label.setProperty("role", role)
    return label


class Value(QWidget):
    """A value to type into a machine: large, and one click copies it."""

    def __init__(self, title: str, text: str, *, large: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = text
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.GRID)
        name = QLabel(title)
        name.setProperty("role", "dim")
        name.setFixedWidth(FIELD)
        row.addWidget(name)
        self.shown = QLabel(text)
        self.shown.setProperty("role", "value" if large else "code")
        self.shown.setTextInteractionFlags(self.shown.textInteractionFlags().TextSelectableByMouse)
        row.addWidget(self.shown)
        self.copy = QToolButton()
        self.copy.setIcon(icon("copy"))
        tip = QCoreApplication.translate("Value", "Copy {what}").format(what=title or text)
        self.copy.setToolTip(tip)
        self.copy.setAccessibleName(tip)
        self.copy.clicked.connect(self._copy)
        row.addWidget(self.copy)
        row.addStretch(1)

    @property
    def text(self) -> str:
        """The value."""
        return self._text

    def _copy(self) -> None:
        QApplication.clipboard().setText(self._text)
        self.copy.setIcon(icon("ok", "accent"))
