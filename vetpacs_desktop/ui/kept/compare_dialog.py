"""Two versions of an image side by side: what differs, who sent each and when, and what a person decides.

One decision can hold for every image of an exam that came twice. Shows what the conflicts say; deciding is an
operation with an undo.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from vetpacs_desktop.store.kept.conflicts import Choice, Conflict, Conflicts, Version
from vetpacs_desktop.store.reading.tag_words import Comparison, compare
from vetpacs_desktop.store.records import StudyUID
from vetpacs_desktop.ui import theme, words
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.buttons import button
from vetpacs_desktop.ui.icons import icon
from vetpacs_desktop.ui.kept import saying
from vetpacs_desktop.ui.kept.frame import KeptDialog, nothing_here
from vetpacs_desktop.ui.kept.pictures import Draw, PicturePane
from vetpacs_desktop.ui.operations import settling
from vetpacs_desktop.ui.transfers import Transfers

SIDE = 640


class CompareDialog(KeptDialog):
    """Every image that waits for a decision, exam by exam."""

    def __init__(
        self,
        conflicts: Conflicts,
        bridge: Bridge,
        transfers: Transfers,
        draw: Draw,
        changed: Callable[[], object],
        parent: QWidget,
    ) -> None:
        super().__init__(
            self.tr("Images that came twice"),
            self.tr(
                "The same image came with different content. Both are kept; say which one the exam shall "
                "show."
            ),
            transfers,
            (settling.PLACE,),
            parent,
        )
        self._conflicts, self._bridge, self._draw, self._changed = conflicts, bridge, draw, changed
        self._exams: dict[StudyUID, list[Conflict]] = {}
        self._wanted: StudyUID | None = None
        self._place = 0
        self._version = 1
        self._wish = 0
        self._fill()
        self._make_buttons()

    @property
    def conflict(self) -> Conflict | None:
        """The image shown."""
        group = self._group()
        return group[self._place] if self._place < len(group) else None

    def show_exam(self, uid: StudyUID | None) -> None:
        """Begin with this exam."""
        self._wanted = uid
        if self.isVisible():
            self.refresh()

    def first_focus(self) -> QWidget:
        return self.exams

    def refresh(self) -> None:
        self._bridge.start(lambda _report, _cancel: self._conflicts.list(), self._show, owner=self)

    def renew_buttons(self) -> None:
        for made in (self.first_button, self.newer_button, self.both_button):
            made.setEnabled(self.conflict is not None and not self.busy)

    def _fill(self) -> None:
        self._pages = QStackedWidget()
        self._pages.addWidget(nothing_here(self.tr("Nothing waits for a decision.")))
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GRID)
        column.addLayout(self._steps())
        column.addLayout(self._pair(), 3)
        self.verdict = QLabel()
        self.verdict.setProperty("role", "heading")
        self.verdict.setWordWrap(True)
        column.addWidget(self.verdict)
        self.differences = QTreeWidget()
        self.differences.setHeaderLabels([self.tr("What the files say"), self.tr("First"), self.tr("Newer")])
        self.differences.setRootIsDecorated(False)
        self.differences.setUniformRowHeights(True)
        self.differences.setProperty("role", "list")
        column.addWidget(self.differences, 1)
        self._pages.addWidget(page)
        self.body.addWidget(self._pages, 1)

    def _steps(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.GRID)
        self.exams = QComboBox()
        self.exams.setAccessibleName(self.tr("Exam"))
        self.exams.setMinimumWidth(360)
        self.exams.activated.connect(lambda _: self._go(0))
        row.addWidget(self.exams, 1)
        self.back = self._step("left", self.tr("The image before"), "Alt+Left", -1)
        self.on = self._step("right", self.tr("The next image"), "Alt+Right", 1)
        self.where = QLabel()
        self.where.setMinimumWidth(120)
        self.where.setAlignment(Qt.AlignmentFlag.AlignCenter)
        for widget in (self.back, self.where, self.on):
            row.addWidget(widget)
        return row

    def _step(self, picture: str, words_: str, keys: str, by: int) -> QToolButton:
        made = QToolButton()
        made.setIcon(icon(picture))
        made.setToolTip(f"{words_} ({keys})")
        made.setAccessibleName(words_)
        made.clicked.connect(lambda: self._go(self._place + by))
        QShortcut(QKeySequence(keys), self).activated.connect(made.click)
        return made

    def _pair(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.GRID)
        grid.setVerticalSpacing(4)
        self.first, self.newer = (PicturePane(self._bridge, self._draw, SIDE) for _ in range(2))
        self.first_said, self.newer_said = QLabel(), QLabel()
        self.more = QPushButton()
        self.more.setProperty("role", "link")
        self.more.setAutoDefault(False)
        self.more.clicked.connect(self._next_version)
        for number, (pane, said) in enumerate(((self.first, self.first_said), (self.newer, self.newer_said))):
            said.setTextFormat(Qt.TextFormat.PlainText)
            said.setWordWrap(True)
            grid.addWidget(pane, 0, number)
            grid.addWidget(said, 1, number, Qt.AlignmentFlag.AlignTop)
            grid.setColumnStretch(number, 1)
        grid.addWidget(self.more, 2, 1, Qt.AlignmentFlag.AlignLeft)
        grid.setRowStretch(0, 1)
        return grid

    def _make_buttons(self) -> None:
        self.all_alike = QCheckBox()
        self.buttons.insertWidget(0, self.all_alike)
        self.first_button = self.add_button(button(self.tr("Keep the first"), "previous"))
        self.first_button.clicked.connect(lambda: self._decide(Choice.FIRST))
        self.newer_button = self.add_button(button(self.tr("Keep the newer"), "next"))
        self.newer_button.clicked.connect(lambda: self._decide(Choice.NEWER))
        self.both_button = self.add_button(button(self.tr("Keep both as images of their own"), "copy"))
        self.both_button.clicked.connect(lambda: self._decide(Choice.BOTH))
        self.renew_buttons()

    def _group(self) -> list[Conflict]:
        uid = self.exams.currentData()
        return self._exams.get(uid, []) if uid is not None else []

    def _show(self, conflicts: list[Conflict]) -> None:
        stay = self._wanted or self.exams.currentData()
        self._exams = {}
        for one in conflicts:
            self._exams.setdefault(one.study_uid, []).append(one)
        self.exams.blockSignals(True)
        self.exams.clear()
        for uid, group in self._exams.items():
            self.exams.addItem(_exam_words(group), uid)
        self.exams.setCurrentIndex(max(self.exams.findData(stay), 0))
        self.exams.blockSignals(False)
        if self.exams.currentData() == self._wanted:
            self._wanted = None
        self._pages.setCurrentIndex(1 if conflicts else 0)
        self._go(self._place)
        self.arrived()

    def _go(self, place: int) -> None:
        group = self._group()
        self._place = min(max(place, 0), max(len(group) - 1, 0))
        self._version = 1
        self.back.setEnabled(self._place > 0)
        self.on.setEnabled(self._place < len(group) - 1)
        self.where.setText(
            self.tr("Image {n} of {all}").format(
                n=words.grouped(self._place + 1), all=words.grouped(len(group))
            )
        )
        self.all_alike.setText(
            self.tr("The same for all {n} images of this exam").format(n=words.grouped(len(group)))
        )
        self.all_alike.setVisible(len(group) > 1)
        self.renew_buttons()
        self._compare()

    def _next_version(self) -> None:
        conflict = self.conflict
        if conflict is not None:
            self._version = self._version % (len(conflict.versions) - 1) + 1
            self._compare()

    def _compare(self) -> None:
        conflict = self.conflict
        self._wish += 1
        self.differences.clear()
        self.verdict.setText("")
        if conflict is None:
            self.first.show_file(None)
            self.newer.show_file(None)
            return
        one, other = conflict.versions[0], conflict.versions[self._version]
        for pane, said, version in ((self.first, self.first_said, one), (self.newer, self.newer_said, other)):
            pane.show_file(
                version.path if version.has_pixels else None, self.tr("There is no picture in it.")
            )
            said.setText(_version_words(version))
        more = len(conflict.versions) - 1
        self.more.setVisible(more > 1)
        self.more.setText(
            self.tr("Version {n} of {all}: show the next").format(n=self._version + 1, all=more + 1)
        )
        wish = self._wish
        self._bridge.start(
            lambda _report, _cancel: compare(one.path, other.path),
            lambda found: self._tell(wish, found),
            lambda _error: self._tell(wish, None),
            owner=self,
        )

    def _tell(self, wish: int, found: Comparison | None) -> None:
        if wish != self._wish:
            return
        if found is None:
            self.verdict.setText(self.tr("One of the files can't be read any more."))
            return
        self.verdict.setText(verdict(found))
        for one in found.differences:
            item = QTreeWidgetItem([one.name, one.first or "–", one.second or "–"])
            for column, text in ((1, one.first), (2, one.second)):
                item.setToolTip(column, text)
            self.differences.addTopLevelItem(item)
        self.differences.setVisible(bool(found.differences))
        width = self.differences.viewport().width() // 3
        for column in (0, 1):
            self.differences.header().resizeSection(column, width)

    def _decide(self, choice: Choice) -> None:
        conflict, group = self.conflict, self._group()
        if conflict is None or self.busy:
            return
        alike = group if self.all_alike.isChecked() and len(group) > 1 else [conflict]
        settling.decide(self._conflicts, self._transfers, alike, choice, self.notices.show_notice, self._done)

    def _done(self) -> None:
        self.refresh()
        self._changed()


def verdict(found: Comparison) -> str:
    """What differs, as a sentence."""
    number = len(found.differences)
    one, many = _tr("{n} entry of the header differs"), _tr("{n} entries of the header differ")
    header = words.counted(number, one, many)
    if found.compressed_differently:
        return _tr("The pictures are written in different ways; {header}.").format(header=header)
    if found.pixels_differ:
        if not number:
            return _tr("The pictures differ; the headers are alike.")
        return _tr("The pictures differ, and {header}.").format(header=header)
    return _tr("The pictures are the same; {header}.").format(header=header)


def _exam_words(group: list[Conflict]) -> str:
    one = group[0]
    animal = one.animal_name or _tr("No name")
    parts = [
        f"{animal} ({one.owner_name})" if one.owner_name else animal,
        f"{one.modality} {one.study_description}".strip(),
        one.study_date,
        words.images(len(group)),
    ]
    return " · ".join(part for part in parts if part)


def _version_words(version: Version) -> str:
    state = _tr("Shown now") if version.shown else _tr("Came later, not shown")
    came = _tr("{when} from {source}").format(
        when=saying.moment(version.received_at), source=words.sender(version.source) or "?"
    )
    return f"{state}\n{came} · {words.size(version.size)}"


def _tr(text: str) -> str:
    return QCoreApplication.translate("CompareDialog", text)
