"""What was found: animals with their exams, photos and documents, to be ticked; and what can't be taken.

Writes the ticks into the plan; decides nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QPlainTextEdit, QTreeWidget, QTreeWidgetItem, QWidget

from vetpacs_desktop.store.intake.importing.survey import ForeignFile, FoundAnimal, FoundStudy, Sort
from vetpacs_desktop.ui import theme, words
from vetpacs_desktop.ui.buttons import button
from vetpacs_desktop.ui.icons import icon, species_icon
from vetpacs_desktop.ui.intake.found_delegate import MORE, PICTURE, FoundDelegate
from vetpacs_desktop.ui.intake.plan import Plan
from vetpacs_desktop.ui.intake.previews import Previews, Wish
from vetpacs_desktop.ui.page import Page, label

KEY = int(Qt.ItemDataRole.UserRole) + 1
"""On a line: a StudyUID, or the number of a foreign file."""
WHAT, SIZE, STATE = range(3)
UNFOLDED = 12
"""With more animals than this only their names are shown at first."""


class FoundPage(Page):
    """Lines with ticks."""

    def __init__(self, previews: Previews, parent: QWidget | None = None) -> None:
        super().__init__("", parent=parent)
        self._plan: Plan | None = None
        self._filling = False
        self._lines: dict[object, QTreeWidgetItem] = {}
        self._previews = previews
        self.tree = self._make_tree()
        self.body.addWidget(self.tree, 1)
        self.nothing = label("dim")
        self.nothing.hide()
        self.body.addWidget(self.nothing)
        row = QHBoxLayout()
        self._sum = label("heading")
        row.addWidget(self._sum, 1)
        self.refused = button("", "warning", role="link")
        self.refused.setCheckable(True)
        row.addWidget(self.refused)
        self.body.addLayout(row)
        self._reasons = QPlainTextEdit()
        self._reasons.setReadOnly(True)
        self._reasons.setTabChangesFocus(True)
        self._reasons.setFixedHeight(132)
        self._reasons.hide()
        self.body.addWidget(self._reasons)
        self.refused.toggled.connect(self._reasons.setVisible)
        previews.came.connect(self._picture_came)

    @property
    def sum(self) -> str:
        """What is chosen, in words."""
        return self._sum.text()

    def show_plan(self, plan: Plan) -> None:
        """Fill the list anew."""
        self._plan = plan
        self._filling = True
        self._lines.clear()
        self.tree.clear()
        for number, animal in enumerate(plan.survey.animals):
            self._add_animal(number, animal, plan)
        if plan.survey.foreign:
            self._add_foreign(plan)
        for top in self._tops():
            top.setExpanded(self.tree.topLevelItemCount() <= UNFOLDED)
        self._filling = False
        self._say_question(plan)
        self._say_refused(plan)
        self._say_sum()
        self._previews.want(list(self._wishes(plan)))

    def next_words(self) -> str:
        return "" if self._plan is None or not self.tree.topLevelItemCount() else self.tr("Next")

    def ready(self) -> bool:
        return self._plan is not None and bool(self._plan.parts())

    def first(self) -> QWidget:
        return self.tree

    def _make_tree(self) -> QTreeWidget:
        tree = QTreeWidget()
        tree.setHeaderLabels([self.tr("Animal and exam"), self.tr("Size"), ""])
        tree.setIconSize(QSize(PICTURE, PICTURE))
        tree.setItemDelegate(FoundDelegate(tree))
        tree.setIndentation(2 * theme.GRID)
        tree.setExpandsOnDoubleClick(False)
        tree.setSelectionMode(QTreeWidget.SelectionMode.SingleSelection)
        tree.setAccessibleName(self.tr("What was found"))
        header = tree.header()
        header.setStretchLastSection(False)
        header.setSectionsMovable(False)
        header.setSectionResizeMode(WHAT, QHeaderView.ResizeMode.Stretch)
        for column, width in ((SIZE, 88), (STATE, 200)):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            tree.setColumnWidth(column, width)
        tree.headerItem().setTextAlignment(SIZE, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        tree.itemChanged.connect(self._ticked)
        return tree

    def _add_animal(self, number: int, animal: FoundAnimal, plan: Plan) -> None:
        facts = animal.words
        top = QTreeWidgetItem(self.tree)
        top.setFlags(top.flags() | Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsAutoTristate)
        top.setIcon(WHAT, species_icon(facts.species, "accent"))
        top.setText(WHAT, facts.animal_name or self.tr("Animal without a name"))
        owner = facts.owner_name or self.tr("Owner not given")
        kind = words.kind(facts.species, facts.breed)
        top.setData(WHAT, MORE, "  ·  ".join(part for part in (owner, kind, facts.patient_id) if part))
        top.setText(SIZE, words.size(sum(study.bytes for study in animal.studies)))
        top.setTextAlignment(SIZE, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for study in animal.studies:
            self._add_study(top, study, plan)

    def _add_study(self, top: QTreeWidgetItem, study: FoundStudy, plan: Plan) -> None:
        today = date.today()  # noqa: DTZ011 - the clinic's own day is meant
        line = QTreeWidgetItem(top)
        title = study.description or self.tr("Exam without description")
        day = words.day(study.date, today) or self.tr("no date")
        line.setText(WHAT, f"{title}, {day}")
        facts = (" ".join(study.modalities), words.images(study.image_count), study.institution)
        line.setData(WHAT, MORE, "  ·  ".join(part for part in facts if part))
        self._fill(
            line, study.study_uid, study.bytes, study.study_uid in plan.studies, _study_state(self, study)
        )
        line.setIcon(WHAT, icon("no_picture", "text_dim"))

    def _add_foreign(self, plan: Plan) -> None:
        top = QTreeWidgetItem(self.tree)
        top.setFlags(top.flags() | Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsAutoTristate)
        top.setIcon(WHAT, icon("photo", "accent"))
        top.setText(WHAT, self.tr("Photos, documents and videos"))
        top.setData(WHAT, MORE, self.tr("They name no animal; you say on the next page whose they are."))
        top.setText(SIZE, words.size(sum(file.bytes for file in plan.survey.foreign)))
        top.setTextAlignment(SIZE, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for number, file in enumerate(plan.survey.foreign):
            line = QTreeWidgetItem(top)
            line.setText(WHAT, file.path.name)
            day = words.day(file.taken_at[:10], date.today())  # noqa: DTZ011
            line.setData(WHAT, MORE, "  ·  ".join(part for part in (file.format, day) if part))
            line.setToolTip(WHAT, file.shown)
            self._fill(line, number, file.bytes, number in plan.foreign, _foreign_state(self, file))
            line.setIcon(WHAT, icon(_SIGNS[file.sort], "text_dim"))

    def _fill(self, line: QTreeWidgetItem, key: object, count: int, ticked: bool, state: str) -> None:
        line.setFlags(line.flags() | Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemNeverHasChildren)
        line.setData(WHAT, KEY, key)
        self._lines[key] = line
        line.setCheckState(WHAT, Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)
        line.setText(SIZE, words.size(count))
        line.setTextAlignment(SIZE, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        line.setText(STATE, f"   {state}" if state else "")

    def _say_question(self, plan: Plan) -> None:
        if self.tree.topLevelItemCount():
            self.ask(
                self.tr("What should come in?"),
                self.tr("Untick what you don't want. The originals stay as they are."),
            )
        else:
            self.ask(self.tr("There are no images here"))
            looked = words.counted(plan.survey.files, self.tr("{n} file"), self.tr("{n} files"))
            self.nothing.setText(
                self.tr("{files} looked through; none is an image, a photo, a document or a video.").format(
                    files=looked
                )
            )
        self.tree.setVisible(bool(self.tree.topLevelItemCount()))
        self.nothing.setVisible(not self.tree.topLevelItemCount())
        self._sum.setVisible(bool(self.tree.topLevelItemCount()))

    def _say_refused(self, plan: Plan) -> None:
        refused = plan.survey.refused
        self.refused.setChecked(False)
        self.refused.setVisible(bool(refused))
        self.refused.setText(
            words.counted(
                len(refused),
                self.tr("{n} file can't be taken; why?"),
                self.tr("{n} files can't be taken; why?"),
            )
        )
        self._reasons.setPlainText("\n".join(f"{path}\n    {reason}" for path, reason in refused))

    def _say_sum(self) -> None:
        if self._plan is None:
            return
        if not self._plan.parts():
            self._sum.setText(self.tr("Nothing is chosen."))
            return
        amount = words.images(self._plan.images())
        self._sum.setText(
            self.tr("Chosen: {images}, {size}").format(images=amount, size=words.size(self._plan.bytes()))
        )

    def _ticked(self, line: QTreeWidgetItem, column: int) -> None:
        key = line.data(WHAT, KEY)
        if self._filling or column != WHAT or key is None or self._plan is None:
            return
        chosen: set[object] = self._plan.studies if isinstance(key, str) else self._plan.foreign  # type: ignore[assignment]
        if line.checkState(WHAT) == Qt.CheckState.Checked:
            chosen.add(key)
        else:
            chosen.discard(key)
        self._say_sum()
        self.changed.emit()

    def _picture_came(self, key: object, image: QImage) -> None:
        line = self._lines.get(key)
        if line is not None:
            self._filling = True
            line.setData(WHAT, Qt.ItemDataRole.DecorationRole, image)
            self._filling = False

    def _tops(self) -> list[QTreeWidgetItem]:
        found = (self.tree.topLevelItem(number) for number in range(self.tree.topLevelItemCount()))
        return [item for item in found if item is not None]

    def _wishes(self, plan: Plan) -> Iterator[Wish]:
        for animal in plan.survey.animals:
            for study in animal.studies:
                if study.sample is not None:
                    yield study.study_uid, study.sample, None
        for number, file in enumerate(plan.survey.foreign):
            yield number, file.path, file.sort


_SIGNS = {Sort.PICTURE: "photo", Sort.DOCUMENT: "document", Sort.VIDEO: "video"}


def _study_state(page: FoundPage, study: FoundStudy) -> str:
    if study.already_here:
        return page.tr("Already here")
    if study.here_count:
        return page.tr("{n} already here").format(n=words.images(study.here_count))
    return ""


def _foreign_state(page: FoundPage, file: ForeignFile) -> str:
    if file.already_here:
        return page.tr("Already here")
    return page.tr("Part of a program on the disc") if file.furniture else ""
