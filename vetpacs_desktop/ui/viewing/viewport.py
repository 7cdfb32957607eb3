"""One place of the grid: the picture, its slider, the accent line of the active one. Passes input on."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, QMimeData, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QDragEnterEvent,
    QDropEvent,
    QFocusEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QWidget

from vetpacs_desktop.ui import theme
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.gestures import Gestures
from vetpacs_desktop.ui.viewing.links.sign import LinkSign
from vetpacs_desktop.ui.viewing.looks.desk import LookDesk
from vetpacs_desktop.ui.viewing.marking.desk import MarkingDesk
from vetpacs_desktop.ui.viewing.media.slider import PlayedSlider
from vetpacs_desktop.ui.viewing.tools.hand import Hand
from vetpacs_desktop.ui.viewing.vtk_widget import VtkWidget
from vetpacs_desktop.viewer.description import Medium
from vetpacs_desktop.viewer.marks import Grip
from vetpacs_desktop.viewer.playing import span_of
from vetpacs_desktop.viewer.render.lettering import Lettering

UNIT_MIME = "application/x-vetpacs-images"
"""What a thumbnail carries while it is dragged: ``series,stack`` as text."""
LINE = 2
SLIDER = 14
PATIENCE_MS = 250
HOLD_MS = 450
"""The right button held still for so long opens the tool wheel."""


class ViewportWidget(QWidget):
    """The picture of viewport `number` of the controller's grid."""

    alone_wished = Signal()
    wheel_wished = Signal(QPointF, bool)
    """The tool wheel at this place of the screen; True while the button is down."""
    deed_wished = Signal(str)
    """What the action of this name does: a button of the mouse has it."""

    def __init__(
        self,
        controller: Controller,
        number: int,
        lettering: Lettering,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(f"viewport_{number}")
        self.setAccessibleName(self.tr("Picture {n}").format(n=number + 1))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAcceptDrops(True)
        self.number = number
        self._controller = controller
        self._gestures = Gestures(
            controller, number, lambda: self.desk.ask(), lambda name: self.deed_wished.emit(name)
        )
        self.view = VtkWidget(lettering, self)
        self.view.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.view.size_changed.connect(self._on_size)
        self.setMouseTracking(True)
        self.desk = MarkingDesk(self, self.view, self._gestures.hand.surface)
        self.looks = self._gestures.looks = LookDesk(self.view, controller, number, lettering)
        self.slider = self._make_slider()
        self._sign = LinkSign(self.view)
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(self._say_loading)
        self._hold = QTimer(self, singleShot=True, interval=HOLD_MS)
        self._hold.timeout.connect(self._held_still)
        self._pressed_at = QPointF()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(LINE, LINE, LINE, LINE)
        layout.setSpacing(0)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.slider)

    def refresh(self) -> None:
        """Show what the controller resolves now."""
        if self.number >= len(self._controller.grid.views):
            return
        resolved = self._controller.resolved(self.number)
        self.view.show_resolved(resolved, faded=self._controller.dragging)
        self.looks.refresh()
        self._refresh_slider()
        self._sign.show_words(self._controller.linkage.words(self.number))
        if not (resolved.waiting and resolved.picture is None):
            self._patience.stop()
        elif not self._patience.isActive():
            self._patience.start()

    @property
    def hand(self) -> Hand:
        """What the left button draws here."""
        return self._gestures.hand

    def refresh_frame(self) -> None:
        """The active viewport may be another one."""
        self.update()

    def close_scene(self) -> None:
        """Give the graphics memory back."""
        self.looks.close()
        self.view.close_scene()

    def _make_slider(self) -> PlayedSlider:
        slider = PlayedSlider(Qt.Orientation.Vertical, self)
        slider.setObjectName("image_slider")
        slider.setAccessibleName(self.tr("Image"))
        slider.setInvertedAppearance(True)
        slider.setInvertedControls(True)
        slider.setFixedWidth(SLIDER)
        slider.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        slider.hide()
        slider.valueChanged.connect(self._on_slider)
        slider.played.connect(self._on_played)
        return slider

    def _refresh_slider(self) -> None:
        stack = self._controller.stack(self.number)
        # A video has a slider of its own below.
        count = len(stack.keys) if stack is not None and stack.medium is not Medium.FILM else 0
        self.slider.setVisible(count > 1)
        if count > 1:
            blocked = self.slider.blockSignals(True)
            self.slider.setRange(0, count - 1)
            self.slider.setValue(self._controller.grid.views[self.number].index)
            self.slider.show_span(*span_of(self._controller.grid.views[self.number], count))
            self.slider.blockSignals(blocked)

    def _say_loading(self) -> None:
        """Nobody needs a word for a short wait; a longer one gets a quiet one."""
        if self.number >= len(self._controller.grid.views):
            return
        resolved = self._controller.resolved(self.number)
        if resolved.waiting and resolved.picture is None:
            self.view.show_resolved(replace(resolved, message=self.tr("Loading the image...")))

    def _on_played(self, first: int, last: int) -> None:
        whole = (first, last) == (0, self.slider.maximum())
        view = self._controller.grid.views[self.number]
        self._controller.put({self.number: replace(view, played=None if whole else (first, last))})

    def _on_slider(self, value: int) -> None:
        self._controller.activate(self.number)
        self._controller.go_to(self.number, value)

    def _on_size(self) -> None:
        self._controller.set_size(self.number, self.view.viewport)

    def _held_still(self) -> None:
        """The right button is down and nothing moves: the wheel, which lets go of the zoom."""
        if not self._gestures.dragging:
            self._gestures.cancel()
            self.wheel_wished.emit(self._pressed_at, True)

    def _open_menu(self, grip: Grip | None, at: QPointF) -> None:
        """Of what is drawn here; over the bare picture it is the tool wheel."""
        if grip is None:
            self.wheel_wished.emit(at, False)
        menu = self.desk.menu(grip) if grip is not None else None
        if menu is not None:
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(at.toPoint())

    def _point_with(self, pressed: bool) -> None:
        """The mouse's shape says what a click would do."""
        hovered = self._controller.marking.hovered
        shape = self.looks.cursor
        if self.hand.placing:
            shape = Qt.CursorShape.CrossCursor
        if hovered is not None and not self.hand.surface.marking.draft:
            shape = (
                Qt.CursorShape.PointingHandCursor
                if hovered.handle is not None
                else Qt.CursorShape.SizeAllCursor
            )
        shape = self._gestures.cross_shape or shape
        if not pressed and self.cursor().shape() != shape:
            self.setCursor(shape)

    def _in_view(self, event: QMouseEvent | QWheelEvent) -> QPointF:
        return QPointF(self.view.mapFrom(self, event.position()))

    # Qt's own names from here on.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._controller.activate(self.number)
        at, ratio = self._in_view(event), self.devicePixelRatioF()
        self._pressed_at = event.globalPosition()
        self._gestures.press(event.button(), at, ratio, held=event.modifiers())
        alone = event.buttons() == Qt.MouseButton.RightButton
        if alone and not self.hand.busy and self._gestures.grip(at, ratio) is None:
            self._hold.start()
        else:
            self._hold.stop()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        pressed = event.buttons() != Qt.MouseButton.NoButton
        self._gestures.move(
            self._in_view(event), self.devicePixelRatioF(), pressed=pressed, held=event.modifiers()
        )
        if self._hold.isActive() and self._gestures.dragging:
            self._hold.stop()
        self._point_with(pressed)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._hold.stop()
        at, ratio = self._in_view(event), self.devicePixelRatioF()
        if self._gestures.release(event.button(), at, ratio) and not self.hand.finish():
            self._open_menu(self._gestures.grip(at, ratio), event.globalPosition())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        at, ratio = self._in_view(event), self.devicePixelRatioF()
        if event.button() != Qt.MouseButton.LeftButton or self._gestures.double(at, ratio):
            return
        grip = self._gestures.grip(at, ratio)
        one = self._controller.marking.sheet.find(grip.id) if grip is not None else None
        if one is not None:
            self.desk.rename(one)
        else:
            self.alone_wished.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The menu key; a click of the right button shows the menu when it comes up again."""
        marking = self._controller.marking
        if event.reason() == QContextMenuEvent.Reason.Keyboard and marking.chosen_one is not None:
            place = self.desk.place_of(marking.chosen_one)
            self._open_menu(marking.chosen, QPointF(self.mapToGlobal(place)))

    def leaveEvent(self, event: QEvent) -> None:
        self.hand.leave()
        self.looks.leave()
        super().leaveEvent(event)

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: N802 - Qt's name
        """Tab goes through what is drawn here before it leaves the picture."""
        surface = self.hand.surface
        image = surface.image if surface.shows_marks else None
        if image is not None and self._controller.marking.step(image, 1 if next else -1, surface.shown):
            return True
        return super().focusNextPrevChild(next)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._controller.activate(self.number)
        delta = event.angleDelta().y() or event.angleDelta().x()
        at, ratio = self._in_view(event), self.devicePixelRatioF()
        self._gestures.wheel(delta, held=event.modifiers(), at=at, ratio=ratio)
        event.accept()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._controller.activate(self.number)
        super().focusInEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if unit_of(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        unit = unit_of(event.mimeData())
        if unit is not None:
            event.acceptProposedAction()
            self._controller.show(self.number, *unit)
            self._controller.activate(self.number)

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = theme.palette_of()
        grid = self._controller.grid
        active = grid.active == self.number and len(grid.visible) > 1
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(palette.image_black))
        painter.setPen(palette.color("accent" if active else "line"))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()


def unit_of(data: QMimeData) -> tuple[int, int] | None:
    """The series and stack that a dragged thumbnail stands for; None for anything else."""
    if not data.hasFormat(UNIT_MIME):
        return None
    series, stack = bytes(data.data(UNIT_MIME).data()).decode().split(",")
    return int(series), int(stack)


def unit_data(series: int, stack: int) -> QMimeData:
    """The other way round."""
    data = QMimeData()
    data.setData(UNIT_MIME, f"{series},{stack}".encode())
    return data
