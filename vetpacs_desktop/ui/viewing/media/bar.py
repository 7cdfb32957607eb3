"""The bar under the pictures: for a video (seek, steps, speed), a document (pages), a file to be saved.

Shows what it is told and says what is pressed. Hidden for ordinary images.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QAction, QIntValidator, QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QMenu, QSizePolicy, QWidget

from vetpacs_desktop.ui import theme
from vetpacs_desktop.ui.viewing.keys import keeps
from vetpacs_desktop.ui.viewing.media.cine import SPEEDS
from vetpacs_desktop.ui.viewing.media.slider import PlayedSlider
from vetpacs_desktop.ui.viewing.toolbar import BUTTON, ICON, OPENS, ToolButton
from vetpacs_desktop.viewer.corner_texts import moment
from vetpacs_desktop.viewer.description import Medium

PAGE_FIELD = 52
_FIELD_KEYS = (
    *(Qt.Key(Qt.Key.Key_0.value + digit) for digit in range(10)),
    *(Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Backspace, Qt.Key.Key_Left, Qt.Key.Key_Right),
    *(Qt.Key.Key_Home, Qt.Key.Key_End),
)


@dataclass(frozen=True, slots=True)
class MediaFacts:
    """What the active viewport holds."""

    medium: Medium = Medium.IMAGES
    index: int = 0
    count: int = 0
    frame_ms: float = 0.0
    speed: float = 1.0
    pictureless: bool = False
    """There is nothing to show, only something to save."""
    played: tuple[int, int] = (0, 0)
    """The first and the last frame that are played."""


class MediaBar(QWidget):
    """See the module."""

    sought = Signal(int)
    """A frame or a page by its index."""
    speed_chosen = Signal(float)
    left = Signal()
    """The page field was left: the keys are the pictures' again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("media_bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(theme.GRID, 2, theme.GRID, 2)
        self._row.setSpacing(2)
        self._films: list[QWidget] = []
        self._pages: list[QWidget] = []
        self._lost: list[QWidget] = []
        self.seek = SeekSlider(self)
        self.seek.valueChanged.connect(self.sought)
        self.time = QLabel(self)
        self.page = _PageField(self)
        self.page_count = QLabel(self)
        self.speed_menu = QMenu(self)
        self._speed = ToolButton(self)
        self._gap = QWidget(self)
        self._gap.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.hide()

    def fill(self, actions: Mapping[str, QAction]) -> None:
        """Buttons for the actions of the reading page, once."""
        films, pages, lost = self._films, self._pages, self._lost
        self._add(films, *(self._button(actions[name]) for name in ("step_back", "play", "step_on")))
        self.seek.setAccessibleName(self.tr("Place in the video"))
        self._row.addWidget(self.seek, 1)
        films.append(self.seek)
        self._add(films, self.time, self._speed_button(), self._button(actions["loop"]))
        self._add(pages, self._button(actions["page_back"]))
        self._add(pages, self._page_field(), self.page_count, self._button(actions["page_on"]))
        self._row.addSpacing(theme.GRID)
        self._add(pages, self._button(actions["fit"]), self._button(actions["fit_width"]))
        sentence = QLabel(self.tr("There is no picture to show here."), self)
        sentence.setProperty("role", "dim")
        self._add(lost, sentence)
        self._row.addWidget(self._gap)
        save = self._button(actions["save_file"])
        save.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._row.addWidget(save)

    def show_facts(self, facts: MediaFacts) -> None:
        """Bring the bar to what the active viewport holds."""
        film = facts.medium is Medium.FILM and facts.count > 0 and not facts.pictureless
        pages = facts.medium is Medium.DOCUMENT and facts.count > 0 and not facts.pictureless
        for widgets, shown in ((self._films, film), (self._pages, pages), (self._lost, facts.pictureless)):
            for widget in widgets:
                widget.setVisible(shown)
        self._gap.setVisible(not film)
        if film:
            self._show_film(facts)
        elif pages:
            self._show_page(facts)
        self.setVisible(film or pages or facts.pictureless)

    def _show_film(self, facts: MediaFacts) -> None:
        self.seek.show_place(facts.index, facts.count)
        self.seek.show_span(*facts.played)
        whole, here = moment(facts.count * facts.frame_ms), moment(facts.index * facts.frame_ms)
        text = self.tr("{here} / {whole}").format(here=here, whole=whole)
        self.time.setText(text)
        self.time.setToolTip(self.tr("Frame {n} of {count}").format(n=facts.index + 1, count=facts.count))
        self.time.setMinimumWidth(self.fontMetrics().horizontalAdvance(f" {whole} / {whole} "))
        self.time.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._speed.setText(f"{facts.speed:g}×" + OPENS)
        self._speed.setAccessibleName(self.tr("Speed, {n} times").format(n=f"{facts.speed:g}"))

    def _show_page(self, facts: MediaFacts) -> None:
        self.page.show_page(facts.index + 1, facts.count)
        self.page_count.setText(self.tr("of {count}").format(count=facts.count))

    def _add(self, group: list[QWidget], *widgets: QWidget) -> None:
        for widget in widgets:
            self._row.addWidget(widget)
            group.append(widget)

    def _speed_button(self) -> ToolButton:
        for speed in SPEEDS:
            action = self.speed_menu.addAction(f"{speed:g}×")
            action.triggered.connect(lambda _=False, chosen=speed: self.speed_chosen.emit(chosen))
        button = self._speed
        button.setToolTip(self.tr("How fast the video is played; there is no sound"))
        button.setMenu(self.speed_menu)
        button.setPopupMode(ToolButton.ToolButtonPopupMode.InstantPopup)
        button.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        return self._dressed(button)

    def _page_field(self) -> QLineEdit:
        self.page.chosen.connect(lambda number: self.sought.emit(number - 1))
        self.page.left.connect(self.left)
        self.page.setAccessibleName(self.tr("Page"))
        return self.page

    def _button(self, action: QAction) -> ToolButton:
        button = ToolButton(self)
        button.setDefaultAction(action)
        button.setAccessibleName(action.text())
        return self._dressed(button)

    def _dressed(self, button: ToolButton) -> ToolButton:
        button.setIconSize(QSize(ICON, ICON))
        button.setAutoRaise(True)
        button.setMinimumSize(BUTTON, BUTTON)
        return button


class SeekSlider(PlayedSlider):
    """A press anywhere goes there at once."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setObjectName("seek_slider")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMinimumWidth(120)
        self._dragged = False

    def show_place(self, index: int, count: int) -> None:
        """Without saying that it moved, and not under somebody's finger."""
        blocked = self.blockSignals(True)
        self.setRange(0, max(count - 1, 0))
        if not self._dragged:
            self.setValue(index)
        self.blockSignals(blocked)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.takes_mark(event):
            return
        if event.button() == Qt.MouseButton.LeftButton:
            self._dragged = True
            self.setValue(self.index_at(event.position()))
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragged:
            self.setValue(self.index_at(event.position()))
        else:
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._dragged = False
        super().mouseReleaseEvent(event)


class _PageField(QLineEdit):
    """The number of the page, to be typed over."""

    chosen = Signal(int)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page_field")
        self.setFixedWidth(PAGE_FIELD)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._range = QIntValidator(1, 1, self)
        self.setValidator(self._range)
        self.returnPressed.connect(self._choose)

    def show_page(self, number: int, count: int) -> None:
        """Another page is on the screen."""
        self._range.setTop(count)
        if not self.hasFocus() or not self.isModified():
            self.setText(str(number))

    def event(self, event: QEvent) -> bool:
        if keeps(event, _FIELD_KEYS):
            event.accept()
            return True
        return super().event(event)

    def _choose(self) -> None:
        self.setModified(False)
        self.chosen.emit(int(self.text()))
        self.left.emit()
