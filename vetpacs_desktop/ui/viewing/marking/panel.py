"""The panel at the right: everything measured and marked on the exam, with values; a click goes there.

Shows what the marking holds and asks for values of pictures that are not on the screen in the background.
What other tools add goes on top, by `add_above`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QListWidget, QListWidgetItem, QStackedLayout, QVBoxLayout, QWidget

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.jobs import CancelToken, Report
from vetpacs_desktop.ui import theme
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.icons import icon
from vetpacs_desktop.ui.viewing import commands
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.guides.result import GuideResult
from vetpacs_desktop.ui.viewing.keys import keeps
from vetpacs_desktop.ui.viewing.marking.changes import change_line
from vetpacs_desktop.ui.viewing.marking.details import MarkingDetails
from vetpacs_desktop.ui.viewing.marking.places import go_to, go_to_place, place_of, series_of
from vetpacs_desktop.ui.viewing.marking.scroll import WordsScroll
from vetpacs_desktop.ui.viewing.marking.words import tool_words, tr, tr_pictures, value_lines
from vetpacs_desktop.viewer.annotations import Annotation, ImageRef, Sheet
from vetpacs_desktop.viewer.comparing import mark_of, own_sheet
from vetpacs_desktop.viewer.corner_texts import clock, day
from vetpacs_desktop.viewer.loading import LoadedFrame
from vetpacs_desktop.viewer.marks import Grip
from vetpacs_desktop.viewer.measure.image import MeasuredImage
from vetpacs_desktop.viewer.measure.measured import Measured
from vetpacs_desktop.viewer.measure.tools import TOOLS
from vetpacs_desktop.viewer.measure.veterinary.guides import GUIDES
from vetpacs_desktop.viewer.measuring import calibration_of, image_of, measure
from vetpacs_desktop.viewer.spatial.paths import path_length, paths_in
from vetpacs_desktop.viewer.spatial.placed import Placed

WIDTH = 256
HEAD = "head"
"""The line above the entries of one of several exams."""
_ID = Qt.ItemDataRole.UserRole
_OWN_KEYS = (
    *(Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Home),
    *(Qt.Key.Key_End, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Delete),
)
_ICONS = {tool: row.icon for row, tool in commands.MEASURE if row.icon} | dict.fromkeys(GUIDES, "guide")
_Asked = tuple[Annotation, Annotation | None]
"""An annotation and the calibration of its image: what a value depends on."""


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the list."""

    id: str
    text: str
    tip: str
    sign: str
    """An icon's name, or `HEAD`."""
    other: bool = False
    """Of an exam beside the one that is read."""


class MarkList(QListWidget):
    """The entries; keys as in any list."""

    delete_wished = Signal(str)

    def event(self, event: object) -> bool:
        if keeps(event, _OWN_KEYS):  # type: ignore[arg-type]  # Qt hands over a QEvent
            event.accept()  # type: ignore[attr-defined]
            return True
        return super().event(event)  # type: ignore[arg-type]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        item = self.currentItem()
        if event.key() == Qt.Key.Key_Delete and item is not None:
            self.delete_wished.emit(item.data(_ID))
            return
        super().keyPressEvent(event)


class MarkingPanel(QWidget):
    """The list of one exam."""

    def __init__(self, bridge: Bridge, controller: Callable[[], Controller | None], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("marking_panel")
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(WIDTH)
        self._bridge = bridge
        self._controller = controller
        self._known: dict[_Asked, Measured | None] = {}
        self._asked: set[_Asked] = set()
        self._lines: tuple[Line, ...] = ()
        self.list = MarkList(self)
        self.list.setObjectName("marking_list")
        self.list.setAccessibleName(self.tr("Measurements and key images of this exam"))
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemClicked.connect(self._go)
        self.list.itemActivated.connect(self._go)
        self.list.delete_wished.connect(self._delete)
        self._lay_out()

    def add_above(self, widget: QWidget) -> None:
        """Room above the list, for what guides a measurement."""
        self._above.addWidget(widget)

    def add_below(self, widget: QWidget) -> None:
        """Room at the bottom, for what goes to other programs and comes from them."""
        self._below.addWidget(widget)

    @property
    def lines(self) -> tuple[Line, ...]:
        """What stands in the list."""
        return self._lines

    def forget(self) -> None:
        """Another exam, or none."""
        self._known.clear()
        self._asked.clear()
        self.refresh()

    def refresh(self) -> None:
        """Bring the list to what is drawn now; nothing is done while it is hidden."""
        if self.isHidden():
            return
        controller = self._controller()
        lines = () if controller is None else self._entries(controller)
        if lines != self._lines:
            self._show(lines)
        tool = controller.marking.tool if controller is not None else None
        guided = tool is not None and tool.name in GUIDES
        self._stack.setCurrentIndex(0 if lines else 2 if guided else 1)
        one = controller.marking.chosen_one if controller is not None else None
        self._mark(one.id if one is not None else None)
        value = self._value(controller, one) if controller is not None and one is not None else None
        self.details.show_details(one, value, self._who(one) if one is not None else "")
        if controller is not None:
            self.result.show_result(one, value, controller.exam.species, controller.exam.breed)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.GRID, theme.GRID, theme.GRID, theme.GRID)
        column.setSpacing(theme.GRID)
        title = QLabel(self.tr("Measurements"))
        title.setProperty("role", "heading")
        column.addWidget(title)
        self._above = QVBoxLayout()
        column.addLayout(self._above)
        below = QWidget(self)
        self._stack = QStackedLayout(below)
        self._stack.addWidget(self.list)
        empty = QLabel(
            self.tr(
                "Nothing is measured yet.\n\nD measures a length, A an angle, G leads through a veterinary "
                "measurement. K marks a key image."
            )
        )
        empty.setProperty("role", "dim")
        empty.setWordWrap(True)
        empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._stack.addWidget(empty)
        self._stack.addWidget(QWidget(self))  # under the card of a guide, which says what to do
        column.addWidget(below, 1)
        self.details, self.result = MarkingDetails(self), GuideResult(self)
        column.addWidget(WordsScroll(self, (self.details, self.result)))
        self._below = QVBoxLayout()
        column.addLayout(self._below)

    # --- the lines --------------------------------------------------------------------------------

    def _entries(self, controller: Controller) -> tuple[Line, ...]:
        """Exam by exam, where several are on the page."""
        page, sheet = controller.exam, controller.marking.sheet
        if not page.beside:
            return self._of_sheet(controller, sheet)
        found: list[Line] = []
        for exam in page.exams:
            own = own_sheet(page, exam, sheet)
            lines = self._of_sheet(controller, own)
            mark = mark_of(exam, page, tr_pictures)
            if lines and mark is not None:
                found += [Line(exam.study_uid, mark.text, exam.description, HEAD, mark.other), *lines]
        return tuple(found)

    def _of_sheet(self, controller: Controller, sheet: Sheet) -> tuple[Line, ...]:
        return (
            *self._annotations(controller, sheet),
            *self._paths(controller, sheet),
            *self._keys(controller, sheet),
        )

    def _paths(self, controller: Controller, sheet: Sheet) -> list[Line]:
        """Paths through volumes, which are shown laid out straight."""
        found = []
        for one in paths_in(sheet):
            assert one.space is not None
            text = self.tr("Path: {mm:.1f} mm").format(mm=path_length(one.space))
            where = self._place(controller, one.space)
            found.append(Line(one.id, f"{text}\n{where}", f"{text}\n{where}\n{self._who(one)}", "ruler"))
        return found

    def _annotations(self, controller: Controller, sheet: Sheet) -> list[Line]:
        shown = [one for one in sheet.annotations if one.tool in TOOLS]
        lines = [self._line(controller, one, self._value(controller, one)) for one in shown]
        frames = self._frames(controller)
        asked = [
            (one, sheet.calibration(one.image.sop_uid))
            for one in shown
            if not (one.image in frames or one.space)
        ]
        self._ask(controller, [one for one in asked if one not in self._known])
        return lines

    def _line(self, controller: Controller, one: Annotation, value: Measured | None) -> Line:
        name, said = tool_words(TOOLS[one.tool]), () if value is None else value_lines(one, value)
        text = f"{one.text or name}: {said[0]}" if said else one.text or name
        where = (
            self._where(controller, one.image) if one.space is None else self._place(controller, one.space)
        )
        change = ""
        if controller.exam.beside:
            sheet = controller.marking.sheet
            change = change_line(controller.exam, sheet, one, partial(self._value, controller))
        rest = said[0 if one.text else 1 :]
        tip = "\n".join(
            word for word in (name if one.text else text, *rest, change, where, self._who(one)) if word
        )
        lines = "\n".join(word for word in (text, change, where) if word)
        return Line(one.id, lines, tip, _ICONS.get(one.tool, "ruler"))

    def _who(self, one: Annotation) -> str:
        who = self.tr("{who}, {when}").format(who=one.author or "?", when=_moment(one.created))
        if one.changed == one.created:
            return who
        return f"{who}\n" + self.tr("Changed {when}").format(when=_moment(one.changed))

    def _value(self, controller: Controller, one: Annotation) -> Measured | None:
        """Of an annotation on the screen, or of one that was worked out in the background."""
        frame = self._frames(controller).get(one.image)
        if one.tool not in TOOLS:
            return None
        if one.space is not None:
            return controller.marking.values.placed_value(one)
        if frame is None:
            return self._known.get((one, controller.marking.sheet.calibration(one.image.sop_uid)))
        return controller.marking.values.value(one, frame, controller.marking.calibration(frame))

    def _keys(self, controller: Controller, sheet: Sheet) -> list[Line]:
        return [
            Line(
                key.id,
                self.tr("Key image") + f"\n{self._where(controller, key.image)}",
                self.tr("{who}, {when}").format(who=key.author or "?", when=_moment(key.created)),
                "key_image",
            )
            for key in sheet.keys
        ]

    def _where(self, controller: Controller, image: ImageRef) -> str:
        place = place_of(controller, image)
        if place is None:
            return self.tr("Not among the images shown")
        series = controller.exam.series_at(place.series)
        name = " ".join(word for word in (series.modality, series.description) if word)
        if place.count == 1:
            return name
        return self.tr("{series}, image {n}").format(series=name, n=place.index + 1)

    def _place(self, controller: Controller, placed: Placed) -> str:
        """Of something that lies in the animal: its series, and where its middle is."""
        number = series_of(controller, placed)
        if number is None:
            return self.tr("Not among the images shown")
        series = controller.exam.series_at(number)
        name = " ".join(word for word in (series.modality, series.description) if word)
        x, y, z = (f"{part:.0f}" for part in placed.middle)
        return self.tr("{series}, in space at {x}, {y}, {z} mm").format(series=name, x=x, y=y, z=z)

    def _frames(self, controller: Controller) -> dict[ImageRef, LoadedFrame]:
        frames = [controller.frame(number) for number in controller.grid.visible]
        return {image_of(frame): frame for frame in frames if frame is not None}

    def _show(self, lines: tuple[Line, ...]) -> None:
        """Change what differs: the list must not jump while something is dragged."""
        same = [line.id for line in lines] == [line.id for line in self._lines]
        if not same:
            self.list.clear()
        for n, line in enumerate(lines):
            if same and line == self._lines[n]:
                continue
            item = self.list.item(n) if same else QListWidgetItem(self.list)
            _dress(item, line)
        self._lines = lines

    def _mark(self, id: str | None) -> None:
        ids = [line.id for line in self._lines]
        row = ids.index(id) if id in ids else -1
        if self.list.currentRow() != row and (id is not None or not self.list.hasFocus()):
            self.list.setCurrentRow(row)

    # --- what is done -----------------------------------------------------------------------------

    def _go(self, item: QListWidgetItem) -> None:
        controller = self._controller()
        if controller is None:
            return
        sheet = controller.marking.sheet
        one = sheet.find(item.data(_ID))
        if one is not None and one.space is not None:
            if go_to_place(controller, one.space):
                controller.marking.choose(Grip(one.id))
            return
        image = one.image if one is not None else _image_of_key(controller, item.data(_ID))
        if image is not None and go_to(controller, image) and one is not None:
            controller.marking.choose(Grip(one.id))

    def _delete(self, id: str) -> None:
        controller = self._controller()
        if controller is None:
            return
        image = _image_of_key(controller, id)
        if image is not None:
            controller.marking.toggle_key(image)
        else:
            controller.marking.delete(id)

    # --- values of what is not on the screen --------------------------------------------------------

    def _ask(self, controller: Controller, missing: list[_Asked]) -> None:
        wanted = [one for one in missing if one not in self._asked]
        paths = {one[0].image.sop_uid: controller.exam.path_of(one[0].image.sop_uid) for one in wanted}
        self._asked.update(wanted)

        def work(asked: _Asked) -> Measured | None:
            one, drawn = asked
            path = paths[one.image.sop_uid]
            if path is None:
                return None
            try:
                image = MeasuredImage.of_file(path, one.image.frame)
                calibration = None if drawn is None else calibration_of(drawn, image)
                return measure(one, image.calibrated(calibration))
            except KnownError:
                return None

        for asked in wanted:
            self._bridge.start(partial(_unwatched, partial(work, asked)), partial(self._learn, asked))

    def _learn(self, asked: _Asked, value: Measured | None) -> None:
        if asked in self._asked:
            self._known[asked] = value
            self.refresh()


def _unwatched(work: Callable[[], Measured | None], _report: Report, _cancel: CancelToken) -> Measured | None:
    return work()


def _dress(item: QListWidgetItem, line: Line) -> None:
    item.setText(line.text)
    item.setToolTip(line.tip)
    item.setData(_ID, line.id)
    if line.sign != HEAD:
        item.setIcon(icon(line.sign))
        return
    item.setFlags(Qt.ItemFlag.ItemIsEnabled)
    item.setFont(theme.font(theme.BASE, bold=True))
    item.setForeground(theme.palette_of().color("amber" if line.other else "text"))


def _image_of_key(controller: Controller, id: str) -> ImageRef | None:
    return next((key.image for key in controller.marking.sheet.keys if key.id == id), None)


def _moment(text: str) -> str:
    """An ISO moment as day and clock of this computer."""
    from datetime import datetime

    try:
        local = datetime.fromisoformat(text).astimezone()
    except ValueError:
        return tr("unknown time")
    return f"{day(local.strftime('%Y%m%d'))} {clock(local.strftime('%H%M%S'))}"
