"""What goes between the exam and other programs: what they drew or wrote, and handing on what was drawn here.

A box below the list of measurements. What others said is read-only: it can be shown, hidden, looked at in
their way, or read. Knows no file and no kind of document.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.jobs import CancelToken, Report
from vetpacs_desktop.ui import theme
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.buttons import button
from vetpacs_desktop.ui.icons import icon
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.marking.autosave import Autosave
from vetpacs_desktop.ui.viewing.marking.places import go_to
from vetpacs_desktop.viewer import state
from vetpacs_desktop.viewer.annotations import ImageRef
from vetpacs_desktop.viewer.corner_texts import day
from vetpacs_desktop.viewer.exam import Exam
from vetpacs_desktop.viewer.measuring import image_of
from vetpacs_desktop.viewer.pixels.present import inverted
from vetpacs_desktop.viewer.standard.layers import KeyMarks, OnImage, Presentation
from vetpacs_desktop.viewer.standard.layers import Report as Paper
from vetpacs_desktop.viewer.standard.looks import Look

MOST_SHOWN = 4
"""Lines of the list before it scrolls."""
_SAID = Qt.ItemDataRole.UserRole
Said = Presentation | KeyMarks | Paper


class OthersBox(QWidget):
    """The box of one reading page."""

    said = Signal(str)
    """A sentence for the line at the bottom."""

    def __init__(
        self,
        bridge: Bridge,
        controller: Callable[[], Controller | None],
        autosave: Autosave | None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("others_box")
        self._bridge, self._controller = bridge, controller
        self._autosave = autosave
        self._hands = autosave.hands if autosave is not None else None
        self._title = QLabel(self.tr("From other programs"))
        self._title.setProperty("role", "heading")
        self.shown = QCheckBox(self.tr("Show what they drew"))
        self.shown.setObjectName("others_shown")
        self.shown.setChecked(True)
        self.shown.toggled.connect(self._show)
        self.list = QListWidget()
        self.list.setObjectName("others_list")
        self.list.setAccessibleName(self.tr("What other programs say of this exam"))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemClicked.connect(self._open)
        self.list.itemActivated.connect(self._open)
        self.hand_on = button(self.tr("Save for other programs"), "send")
        self.hand_on.setObjectName("hand_on")
        self.hand_on.setToolTip(
            self.tr(
                "Measurements, drawings and key images are kept with the exam's images, where other viewers "
                "find them. This also happens by itself when the exam is closed."
            )
        )
        self.hand_on.clicked.connect(self._write)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GRID // 2)
        for widget in (self._title, self.shown, self.list, self.hand_on):
            column.addWidget(widget)
        self.refresh()

    def refresh(self) -> None:
        """Another exam, or none."""
        controller = self._controller()
        exams = controller.exam.exams if controller is not None else ()
        entries: list[tuple[str, str, Said]] = []
        for exam, layers in ((one, one.layers) for one in exams if one.layers is not None):
            said: list[tuple[str, Said]] = [("texts", one) for one in layers.presentations]
            said += [("key_image", one) for one in layers.keys]
            said += [("file", one) for one in layers.reports]
            of = f"{day(exam.study_date)}  " if exam is not exams[0] else ""
            entries += [(sign, of + self._words(one), one) for sign, one in said]
        self.list.clear()
        for sign, words, one in entries:
            item = QListWidgetItem(icon(sign), words, self.list)
            item.setData(_SAID, one)
            item.setToolTip(f"{words}\n{self._tip(one)}")
        for widget in (self._title, self.shown, self.list):
            widget.setVisible(bool(entries))
        height = self.list.sizeHintForRow(0) if entries else 0
        self.list.setFixedHeight(height * min(len(entries), MOST_SHOWN) + 2 * self.list.frameWidth() + 2)
        self.shown.setChecked(controller is None or controller.others_shown)
        self.hand_on.setVisible(self._hands is not None)
        self.hand_on.setEnabled(controller is not None)

    def leave(self, controller: Controller, exam: Exam | None = None) -> None:
        """The exams are about to be closed, or one of them."""
        if self._hands is not None:
            looks = looks_of(controller)
            for one in controller.exam.exams if exam is None else (exam,):
                self._hands.left(one.study_uid, looks_in(controller.exam, one, looks))

    # --- words ------------------------------------------------------------------------------------

    def _words(self, said: Said) -> str:
        title = said.title or self.tr("Without a name")
        if isinstance(said, KeyMarks):
            count = len(said.images)
            title = self.tr("1 key image") if count == 1 else self.tr("{n} key images").format(n=count)
        return self.tr("{who}: {what}").format(who=said.author, what=title) if said.author else title

    def _tip(self, said: Said) -> str:
        if isinstance(said, Presentation):
            deed = self.tr("Click to see the image as it was left there")
        elif isinstance(said, KeyMarks):
            deed = self.tr("Click to go to the first one")
        else:
            deed = self.tr("Click to read it")
        return "\n".join(word for word in (said.created, deed) if word)

    # --- deeds ------------------------------------------------------------------------------------

    def _show(self, shown: bool) -> None:
        controller = self._controller()
        if controller is not None and controller.others_shown != shown:
            controller.show_others(shown)

    def _open(self, item: QListWidgetItem) -> None:
        controller, said = self._controller(), item.data(_SAID)
        if controller is None:
            return
        if isinstance(said, Paper):
            PaperDialog(said, self).open()
        elif isinstance(said, KeyMarks):
            _go_to_first(controller, said.images)
        elif isinstance(said, Presentation):
            see_as(controller, said)

    def _write(self) -> None:
        controller, hands, autosave = self._controller(), self._hands, self._autosave
        if controller is None or hands is None:
            return
        page, looks = controller.exam, looks_of(controller)
        studies = [(one.study_uid, looks_in(page, one, looks)) for one in page.exams]

        def work(_report: Report, _cancel: CancelToken) -> int:
            if autosave is not None:
                autosave.settle()
            return sum(hands.write(study, own) for study, own in studies)

        self.hand_on.setEnabled(False)
        self._bridge.start(work, self._written, self._failed)

    def _written(self, count: int) -> None:
        self.hand_on.setEnabled(self._controller() is not None)
        self.said.emit(
            self.tr("Saved for other programs.") if count else self.tr("Nothing new since it was saved last.")
        )

    def _failed(self, error: BaseException) -> None:
        self.hand_on.setEnabled(self._controller() is not None)
        reason = error.sentence if isinstance(error, KnownError) else type(error).__name__
        self.said.emit(self.tr("It could not be saved for other programs: {reason}").format(reason=reason))


class PaperDialog(QDialog):
    """A report of another program, to be read."""

    def __init__(self, paper: Paper, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(paper.title or self.tr("Report of another program"))
        about = QLabel(", ".join(word for word in (paper.author, paper.created) if word))
        about.setProperty("role", "secondary")
        self.text = QPlainTextEdit(paper.text or self.tr("It holds no words."))
        self.text.setReadOnly(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        for widget in (about, self.text, buttons):
            column.addWidget(widget)
        self.resize(560, 620)


def looks_of(controller: Controller) -> dict[str, Look]:
    """How the reader left the images in sight that he drew on or marked."""
    sheet = controller.marking.sheet
    found: dict[str, Look] = {}
    for number in controller.grid.visible:
        frame = controller.frame(number)
        if frame is None:
            continue
        image, view = image_of(frame), controller.grid.views[number]
        if not (sheet.on(image) or sheet.is_key(image)):
            continue
        look = Look.of_view(view, controller.window(number) if view.window is not None else None)
        if look != Look():
            found[image.sop_uid] = look
    return found


def looks_in(page: Exam, exam: Exam, looks: Mapping[str, Look]) -> dict[str, Look]:
    """Those of one exam's images."""
    owners = {sop_uid: page.exam_of_image(sop_uid) or page for sop_uid in looks}
    return {uid: look for uid, look in looks.items() if owners[uid].study_uid == exam.study_uid}


def see_as(controller: Controller, said: Presentation) -> None:
    """The picture in the active viewport, or the first one that it speaks of, as a presentation has it."""
    number = controller.grid.active
    frame = controller.frame(number)
    look = said.look_of(image_of(frame)) if frame is not None else None
    if look is None:
        _go_to_first(controller, [about for about, _ in said.looks])
        frame = controller.frame(number)
        look = said.look_of(image_of(frame)) if frame is not None else None
    if frame is None or look is None:
        return
    inverse = inverted(frame.description)
    shield = said.sop_uid if said.shield is not None else ""
    controller.change(number, partial(_seen_as, look=look, inverse=inverse, shield=shield))


def _seen_as(view: state.ViewState, look: Look, inverse: bool, shield: str) -> state.ViewState:
    """`inverse`: the file's own low values are bright, which a presentation says anew."""
    return state.fit(
        replace(
            view,
            window=look.window,
            invert=look.invert != inverse,
            flip_h=look.flip_h,
            flip_v=look.flip_v,
            rotation=look.rotation,
            shield=shield,
        )
    )


def _go_to_first(controller: Controller, images: Sequence[OnImage]) -> None:
    for about in images:
        if go_to(controller, ImageRef(about.sop_uid, about.frames[0] if about.frames else 0)):
            return
