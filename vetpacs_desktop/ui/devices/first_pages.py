"""The assistant's first two questions: what kind of machine, and what to type into it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QLabel, QSizePolicy, QToolButton, QWidget

from vetpacs_desktop.ui import theme
from vetpacs_desktop.ui.devices.kinds import KINDS, kind_of, text_of, where_of
from vetpacs_desktop.ui.devices.pages import Connecting, Page, Value, explained
from vetpacs_desktop.ui.icons import icon

ACROSS = 4
TILE = QSize(150, 104)


class KindPage(Page):
    """What kind of machine is it?"""

    def __init__(self, connecting: Connecting, parent: QWidget | None = None) -> None:
        super().__init__(connecting, parent)
        self.title = self.tr("What do you want to connect?")
        self._group = QButtonGroup(self)
        grid = QGridLayout()
        grid.setSpacing(theme.GRID)
        for number, kind in enumerate(KINDS):
            tile = QToolButton()
            tile.setObjectName(kind.name)
            tile.setProperty("role", "tile")
            tile.setText(text_of(kind))
            tile.setIcon(icon(kind.icon, "accent"))
            tile.setIconSize(QSize(40, 40))
            tile.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
            tile.setCheckable(True)
            tile.setMinimumSize(TILE)
            tile.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            tile.clicked.connect(lambda _=False, name=kind.name: self._choose(name))
            self._group.addButton(tile)
            grid.addWidget(tile, number // ACROSS, number % ACROSS)
        self.column.addLayout(grid)
        self.where = explained("")
        self.column.addWidget(self.where)
        self.column.addStretch(1)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # or the first tile would look chosen

    def enter(self) -> None:
        self.setFocus()

    def may_go_on(self) -> bool:
        return bool(self.connecting.kind)

    def _choose(self, name: str) -> None:
        self.connecting.kind = name
        self.where.setText(where_of(kind_of(name)))
        self.changed.emit()


class AddressPage(Page):
    """What to type into the machine."""

    def __init__(self, connecting: Connecting, parent: QWidget | None = None) -> None:
        super().__init__(connecting, parent)
        self.title = self.tr("Type this into the machine")
        here = connecting.here
        self.where = explained("")
        self.column.addWidget(self.where)
        if here.state is None:
            self.column.addWidget(
                explained(self.tr("The receiver isn't running just now: see System > Receiver."), "error")
            )
        self.values = [Value(self.tr("AE title"), here.name)]
        self.values += [
            Value(self.tr("IP address") if not number else "", address)
            for number, address in enumerate(here.addresses)
        ]
        self.values.append(Value(self.tr("Port"), str(here.port)))
        for value in self.values:
            self.column.addWidget(value)
        if not here.addresses:
            self.column.addWidget(
                explained(self.tr("This computer is not connected to a network: plug in its cable."), "error")
            )
        if len(here.addresses) > 1:
            self.column.addWidget(
                explained(
                    self.tr(
                        "This computer has several addresses: take the one whose first three numbers are the "
                        "machine's own."
                    )
                )
            )
        self.column.addSpacing(theme.GRID)
        self.column.addWidget(explained(self.tr("What else it may ask for"), "heading"))
        self.column.addLayout(self._others())
        self.column.addStretch(1)

    def enter(self) -> None:
        self.where.setText(where_of(kind_of(self.connecting.kind)))

    def _others(self) -> QGridLayout:
        here = self.connecting.here
        rows = [
            (self.tr("Its own AE title"), self.tr("Any short name, different on each machine: ROOM1-XRAY")),
            (self.tr("Kind of destination"), self.tr("Store (also called Storage, Archive or PACS)")),
            (self.tr("Compression"), self.tr("As you like; every kind is taken and kept as it comes")),
            (self.tr("Storage commitment"), self.tr("On, if the machine has it")),
            (self.tr("Encryption (TLS)"), self._encryption()),
            (self.tr("Host name"), here.computer),
            (self.tr("Subnet mask"), here.mask),
        ]
        grid = QGridLayout()
        grid.setHorizontalSpacing(2 * theme.GRID)
        grid.setVerticalSpacing(6)
        for number, (title, text) in enumerate(row for row in rows if row[1]):
            name = QLabel(title)
            name.setProperty("role", "dim")
            value = QLabel(text)
            value.setWordWrap(True)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(name, number, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, number, 1)
        grid.setColumnStretch(1, 1)
        return grid

    def _encryption(self) -> str:
        port = self.connecting.here.tls_port
        if port:
            return self.tr("Off; or on, then with port {port}").format(port=port)
        return self.tr("Off")
