"""The slim bar over the pictures: arrange, tools, look, play. Buttons only: `deeds` joins what they do.

Where it has not the room, words go first, then buttons that a menu offers as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QToolButton, QWidget

from vetpacs_desktop.ui import theme
from vetpacs_desktop.ui.icons import icon
from vetpacs_desktop.ui.viewing.keys import keeps

ICON = 20
BUTTON = 32
OPENS = " \N{BLACK DOWN-POINTING SMALL TRIANGLE}"


_OWN_KEYS = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class ToolButton(QToolButton):
    """Keeps the keys that press a button for itself, though the page has other uses for them."""

    def event(self, event: QEvent) -> bool:
        if keeps(event, _OWN_KEYS):
            event.accept()
            return True
        return super().event(event)


class ReadingToolBar(QWidget):
    """Groups of buttons with a little room between them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("reading_tools")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(theme.GRID, 4, theme.GRID, 4)
        self._row.setSpacing(2)
        self.layout_menu = QMenu(self)
        self.preset_menu = QMenu(self)
        self.picture_menu = QMenu(self)
        self.letters_menu = QMenu(self)
        self.measure_menu = QMenu(self)
        self.guides_menu = QMenu(self)
        self.speed_menu = QMenu(self)
        self._speed = ToolButton(self)
        self._worded: list[tuple[ToolButton, str]] = []
        """Buttons whose words can go, for their icons say enough."""
        self._words: list[ToolButton] = []
        """Buttons whose word stands beside the icon while there is room."""
        self._spare: list[ToolButton] = []
        """Buttons that a menu offers as well, the dearest first."""
        self._last: list[ToolButton] = []
        """Buttons that a key and the tool wheel offer as well: they go when there is no room at all."""
        self._rate, self._brief = 0, False

    def add_group(self, actions: Iterable[QAction]) -> None:
        """Buttons that belong together."""
        for action in actions:
            self._row.addWidget(self._button(action))
        self._row.addSpacing(2 * theme.GRID)

    def add_spare_group(self, actions: Iterable[QAction], dear: int) -> None:
        """Buttons that a menu offers as well; all but the first `dear` go where there is no room."""
        for n, action in enumerate(actions):
            button = self._button(action)
            self._row.addWidget(button)
            if n >= dear:
                self._spare.append(button)

    def add_words(self, action: QAction) -> None:
        """A button with its word beside the icon."""
        button = self._button(action)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._words.append(button)
        self._row.addWidget(button)
        self._row.addSpacing(theme.GRID)

    def add_menu(self, menu: QMenu, icon_name: str, words: str, tip: str) -> QToolButton:
        """A button that opens a menu."""
        button = ToolButton(self)
        button.setText(words + OPENS)
        button.setToolTip(tip)
        button.setAccessibleName(words)
        button.setIcon(icon(icon_name))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._dress(button, menu)
        self._worded.append((button, words + OPENS))
        self._row.addWidget(button)
        self._row.addSpacing(theme.GRID)
        return button

    def button_of(self, menu: QMenu) -> QWidget:
        """The button that opens a menu; the bar itself where there is none."""
        return next((button for button, _ in self._worded if button.menu() is menu), self)

    def add_cine(self, play: QAction) -> None:
        """Play and its speed."""
        self._row.addWidget(self._button(play))
        self._dress(self._speed, self.speed_menu)
        self._speed.setToolTip(self.tr("How many images a second are played"))
        self._row.addWidget(self._speed)
        self._row.addSpacing(theme.GRID)

    def give_up(self, actions: Iterable[QAction]) -> None:
        """The buttons of these go first on a very small window."""
        wanted = list(actions)
        found = [one for one in self.findChildren(ToolButton) if one.defaultAction() in wanted]
        self._last = sorted(found, key=lambda one: wanted.index(one.defaultAction()))

    def show_speed(self, rate: int, possible: bool) -> None:
        """The pace in images a second; grey where there is nothing to play."""
        before, self._rate = self._speed.text(), rate
        self._write_speed()
        if len(self._speed.text()) != len(before):
            self.fit()
        self._speed.setAccessibleName(self.tr("Speed, {n} images a second").format(n=rate))
        self._speed.setEnabled(possible)

    def _write_speed(self, *, brief: bool | None = None) -> None:
        self._brief = self._brief if brief is None else brief
        words = self.tr("{n}/s") if self._brief else self.tr("{n} images/s")
        self._speed.setText(words.format(n=self._rate) + OPENS)

    def add_room(self) -> None:
        """What follows goes to the right end."""
        self._row.addStretch(1)

    def fit(self) -> None:
        """Show as much as there is room for."""
        room = self.width()
        for step in self._steps():
            step()
            self._row.invalidate()
            if self._row.sizeHint().width() <= room:
                return

    def _steps(self) -> Iterable[Callable[[], object]]:
        """From everything to the least."""
        yield self._show_everything
        yield self._hide_words
        yield self._hide_more_words
        for button in reversed(self._spare):
            yield button.hide
        yield lambda: self._write_speed(brief=True)
        yield self._hide_signs
        for button in self._last:
            yield button.hide

    def _show_everything(self) -> None:
        for button, words in self._worded:
            button.setText(words)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        for button in self._words:
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        for button in (*self._spare, *self._last):
            button.show()
        self._write_speed(brief=False)

    def _hide_words(self) -> None:
        for button, _ in self._worded:
            button.setText(OPENS.strip())

    def _hide_signs(self) -> None:
        """A menu is told by its icon and its tip alone."""
        for button, _ in self._worded:
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)

    def _hide_more_words(self) -> None:
        for button in self._words:
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)

    def _dress(self, button: QToolButton, menu: QMenu) -> None:
        button.setIconSize(QSize(ICON, ICON))
        button.setAutoRaise(True)
        button.setMinimumSize(BUTTON, BUTTON)
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        # The word ends in a mark of its own: the style's arrow would overlap it.
        button.setStyleSheet("QToolButton::menu-indicator { image: none; }")

    def _button(self, action: QAction) -> ToolButton:
        button = ToolButton(self)
        button.setDefaultAction(action)
        button.setIconSize(QSize(ICON, ICON))
        button.setAutoRaise(True)
        button.setMinimumSize(BUTTON, BUTTON)
        button.setAccessibleName(action.text())
        return button

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def minimumSizeHint(self) -> QSize:
        """Words and spare buttons never hold the window open."""
        return QSize(0, super().minimumSizeHint().height())
