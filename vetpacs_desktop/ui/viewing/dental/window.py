"""The window of the dental chart: the teeth, what was found at the chosen one, the images that show it.

Shows what the exam's sheet holds and joins clicks and keys to its history. Not modal: the radiograph is
beside it, and follows the chosen tooth, as the tooth follows the radiograph.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from uuid import uuid4

from PySide6.QtCore import QByteArray, QSettings, QSignalBlocker, QSize, Qt
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from vetpacs_desktop.ui import theme
from vetpacs_desktop.ui.buttons import button
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.dental.chart_view import ChartView
from vetpacs_desktop.ui.viewing.dental.image_line import ImageLine
from vetpacs_desktop.ui.viewing.dental.images import ToothImages
from vetpacs_desktop.ui.viewing.dental.painting import ChartPicture
from vetpacs_desktop.ui.viewing.dental.paper import ChartSheet
from vetpacs_desktop.ui.viewing.dental.side import WIDTH, FindingList
from vetpacs_desktop.ui.viewing.dental.words import earlier, meanings, tr, tr_measure
from vetpacs_desktop.ui.viewing.marking.places import go_to, place_of
from vetpacs_desktop.viewer.annotations import ImageRef
from vetpacs_desktop.viewer.corner_texts import clock, day
from vetpacs_desktop.viewer.labels import label_of
from vetpacs_desktop.viewer.measure.veterinary.charting import FINDINGS, FindingValue
from vetpacs_desktop.viewer.measure.veterinary.dental import FORMULAS, Tooth
from vetpacs_desktop.viewer.measuring import image_of
from vetpacs_desktop.viewer.mouth import Mouth, cleared, found, of_animal, shows, teeth_as_text, teeth_in
from vetpacs_desktop.viewer.mouth_words import summary, tooth_words

FIRST = QSize(1232, 720)
_PLACE = "viewing/dental_place"


class DentalWindow(QDialog):
    """Of one open exam; `out` are the deeds of its buttons: copy, save, print."""

    def __init__(
        self,
        controller: Controller,
        images: ToothImages,
        settings: QSettings,
        clinic: str,
        parent: QWidget,
        out: Mapping[str, Callable[[], object]],
    ) -> None:
        super().__init__(parent)
        self.setObjectName("dental_chart")
        self.setWindowTitle(tr("Dental chart"))
        self._controller, self._images, self._settings, self._clinic = controller, images, settings, clinic
        self._tooth: Tooth | None = None
        self._deciduous = False
        self._seen: tuple[Mouth, ImageRef | None] | None = None
        self.resize(FIRST)
        place = settings.value(_PLACE)
        if not (isinstance(place, QByteArray) and self.restoreGeometry(place)):
            corner = parent.mapToGlobal(parent.rect().bottomRight())
            self.move(corner.x() - FIRST.width() - theme.GRID, corner.y() - FIRST.height() - 4 * theme.GRID)
        self._build(out)
        for key, deed in (
            (QKeySequence(QKeySequence.StandardKey.Undo), controller.marking.undo),
            (QKeySequence("Ctrl+Shift+Z"), controller.marking.redo),
            (QKeySequence("F9"), self.close),
        ):
            QShortcut(key, self, deed)
        self._endings = [
            controller.marking.changed.subscribe(lambda _: self.refresh()),
            controller.changed.subscribe(lambda _: self.refresh()),
            controller.rearranged.subscribe(lambda _: self.refresh()),
        ]
        self.refresh()
        self.view.setFocus()

    # --- what there is ----------------------------------------------------------------------------

    @property
    def mouth(self) -> Mouth:
        """As the exam's sheet holds it."""
        return self._controller.marking.kept.mouth

    @property
    def species(self) -> str:
        """Whose teeth they are; "" until somebody says so."""
        return self.mouth.species(self._controller.exam.species)

    @property
    def tooth(self) -> Tooth | None:
        """The chosen one."""
        return self._tooth

    @property
    def image(self) -> ImageRef | None:
        """The picture on the screen; None for one of another exam beside this one."""
        frame, exam = self._controller.frame(self._controller.grid.active), self._controller.exam
        if frame is None:
            return None
        image = image_of(frame)
        home = exam.exam_of_image(image.sop_uid)
        return image if home is None or home.study_uid == exam.study_uid else None

    def sheet(self) -> ChartSheet:
        """The chart for paper: the dentition on the screen, and the other one where it holds findings."""
        chart = self.mouth.chart(self.species)
        which = {self._deciduous, *(tooth.deciduous for tooth in chart.findings)}
        return ChartSheet(
            label_of(self._controller.exam, self._clinic),
            tuple(ChartPicture(chart, milk) for milk in sorted(which)),
            meanings(self.mouth, self.species),
            tuple(self.words().splitlines()),
        )

    def words(self) -> str:
        """The chart in words."""
        return summary(self.mouth, self.species, tr_measure) if self.species else ""

    # --- wishes -----------------------------------------------------------------------------------

    def choose(self, number: int, *, lead: bool = True) -> None:
        """A tooth; its image comes to the screen when another one is there, unless the image leads."""
        tooth = Tooth(number)
        milk = bool(FORMULAS[self.species].deciduous) if self.species else False
        if tooth.deciduous and not milk:
            self.hint.setText(tr("There are no milk teeth on this animal's chart"))
            return
        self._tooth, self._deciduous = tooth, tooth.deciduous
        if lead:
            wanted = self._images.images_of(self.mouth, tooth)
            if wanted and self.image not in wanted:
                self._lead(wanted)
        self.refresh(force=True)

    def set_finding(self, name: str, value: object) -> None:
        """One step of the history; None takes a finding away."""
        tooth = self._tooth
        if tooth is None:
            return
        if value is None:
            self._controller.marking.chart(lambda mouth, *_: cleared(mouth, tooth, (name,)))
        elif isinstance(value, bool | int | float):
            FINDINGS[name].checked(value)
            self._controller.marking.chart(
                lambda mouth, author, at: found(mouth, tooth, name, value, author, at, uuid4().hex)
            )

    def clear(self) -> None:
        """Nothing is charted at the chosen tooth any more."""
        tooth = self._tooth
        if tooth is not None:
            self._controller.marking.chart(lambda mouth, *_: cleared(mouth, tooth, FINDINGS))

    def show_teeth(self, text: str) -> None:
        """The picture on the screen shows the teeth that `text` names."""
        image = self.image
        if image is not None and text.strip() != self._line_of(image):
            teeth = teeth_in(text)
            self._controller.marking.chart(
                lambda mouth, author, at: shows(mouth, image, teeth, author, at, uuid4().hex)
            )
        self.refresh(force=True)
        self.view.setFocus()

    def _by_key(self, name: str, way: int) -> None:
        if self._tooth is None or not self._may(name):
            return
        finding, now = FINDINGS[name], self._found().get(name)
        if finding.is_mark:
            self.set_finding(name, None if now else True)
        elif finding.unit:
            self.findings.ask(name)
        else:
            low, high = int(finding.low), int(finding.high)
            steps: list[int | None] = [None, *range(low, high + 1)]
            at = steps.index(int(now)) if now is not None else 0
            self.set_finding(name, steps[max(0, min(at + way, len(steps) - 1))])

    def _may(self, name: str) -> bool:
        only = self._only()
        if only and name != only:
            self.hint.setText(
                tr("This animal has no tooth {tooth}: chart it as supernumerary (S) first").format(
                    tooth=self._tooth
                )
            )
            return False
        return True

    def _only(self) -> str:
        """The one finding that can be charted at a tooth that the species has not."""
        if self._tooth is None or not self.species or FORMULAS[self.species].has(self._tooth):
            return ""
        return "" if "supernumerary" in self._found() else "supernumerary"

    def _found(self) -> Mapping[str, FindingValue]:
        if self._tooth is None or not self.species:
            return {}
        return self.mouth.chart(self.species).at(self._tooth)

    def _choose_animal(self, index: int) -> None:
        species = str(self.animal.itemData(index) or "")
        if species and species != self.species:
            self._controller.marking.chart(
                lambda mouth, author, at: of_animal(mouth, species, author, at, uuid4().hex)
            )
        self.view.setFocus()

    def _choose_dentition(self, milk: bool) -> None:
        if milk != self._deciduous:
            self._deciduous, self._tooth = milk, None
            self.refresh(force=True)
        self.view.setFocus()

    def _lead(self, images: tuple[ImageRef, ...]) -> None:
        known = [image for image in images if place_of(self._controller, image) is not None]
        if known:
            go_to(self._controller, known[0])

    def _go(self, image: ImageRef) -> None:
        if not go_to(self._controller, image):
            self.hint.setText(tr("This image is still being looked for"))
        self.view.setFocus()

    # --- showing ----------------------------------------------------------------------------------

    def refresh(self, *, force: bool = False) -> None:
        """Bring everything to the sheet and to the picture on the screen."""
        now = self.mouth, self.image
        if now == self._seen and not force:
            return
        turned = self._seen is not None and now[1] != self._seen[1]
        self._seen = now
        teeth = self._images.teeth_on(*now)
        if turned and teeth and self._tooth not in teeth and self.species:
            self._tooth, self._deciduous = teeth[0], teeth[0].deciduous
        self._show_animal()
        if self.species:
            chart = self.mouth.chart(self.species)
            shown = frozenset(teeth)
            self.view.show_picture(ChartPicture(chart, self._deciduous, self._tooth, shown))
        self.findings.show_found(self._found(), only=self._only())
        self._show_tooth()
        self._show_images(teeth)
        self.legend.setText(
            "   ".join(meanings(self.mouth, self.species))
            or tr("Nothing is charted yet: click a tooth, then what was found at it.")
        )

    def _show_animal(self) -> None:
        species = self.species
        with QSignalBlocker(self.animal):
            self.animal.setCurrentIndex(max(0, self.animal.findData(species)))
        known = bool(species)
        self.view.setVisible(known)
        self.unknown.setVisible(not known)
        milk = known and bool(FORMULAS[species].deciduous)
        self._deciduous = self._deciduous and milk
        self.milk.setEnabled(milk)
        findings = self.mouth.chart(species).findings if known else {}
        for chip, words, deciduous in (
            (self.adult, tr("Adult teeth"), False),
            (self.milk, tr("Milk teeth"), True),
        ):
            count = sum(tooth.deciduous is deciduous for tooth in findings)
            chip.setText(f"{words} ({count})" if count else words)
            chip.setChecked(self._deciduous is deciduous)
        for made in self.leaving:
            made.setEnabled(known)
        self.undo.setEnabled(self._controller.marking.can_undo)
        self.redo.setEnabled(self._controller.marking.can_redo)

    def _show_tooth(self) -> None:
        self.findings.setEnabled(self._tooth is not None and bool(self.species))
        self.before.setText(earlier(self._controller.exam, self._tooth))
        self.before.setVisible(bool(self.before.text()))
        if self._tooth is None or not self.species:
            self.title.setText(tr("No tooth is chosen"))
            self.people.setText(tr("Click one, or type its number, such as 108"))
            return
        self.title.setText(tooth_words(self._tooth, self.species, tr_measure))
        rows = [one for one in self.mouth.findings if one.tooth == self._tooth]
        last = max(rows, key=lambda one: one.changed, default=None)
        said = ""
        if self._only():
            said = tr("This animal has no such tooth, unless it is supernumerary")
        elif last is not None:
            moment = f"{day(last.changed[:10].replace('-', ''))} {last.changed[11:16]}"
            said = ", ".join(word for word in (last.author, moment) if word)
        self.people.setText(said or tr("Nothing is charted at this tooth"))

    def _show_images(self, teeth: tuple[Tooth, ...]) -> None:
        image = self.image
        self.image_line.setEnabled(bool(self.species))
        self.image_line.show_text(None if image is None else self._line_of(image, teeth))
        if self._tooth is None:
            self.image_line.show_links("", ())
            return
        found_on = self._images.images_of(self.mouth, self._tooth)
        words = tr("Images of {tooth}:") if found_on else tr("No image of {tooth} is known")
        links = [(self._named(one), partial(self._go, one), one != image) for one in found_on]
        self.image_line.show_links(words.format(tooth=self._tooth), links)

    def _line_of(self, image: ImageRef, teeth: tuple[Tooth, ...] | None = None) -> str:
        shown = self._images.teeth_on(self.mouth, image) if teeth is None else teeth
        formula = FORMULAS.get(self.species)
        return teeth_as_text(shown, (*formula.adult, *formula.deciduous) if formula else ())

    def _named(self, image: ImageRef) -> str:
        exam = self._controller.exam
        for series in exam.series:
            if image.sop_uid in series.sop_uids:
                words = series.description or series.modality
                number = series.sop_uids.index(image.sop_uid) + 1
                return f"{words} {number}" if len(series.sop_uids) > 1 else words
        return tr("image")

    # --- making -----------------------------------------------------------------------------------

    def _build(self, out: Mapping[str, Callable[[], object]]) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(*(4 * (2 * theme.GRID,)))
        column.setSpacing(theme.GRID)
        column.addLayout(self._make_top(out))
        row = QHBoxLayout()
        row.setSpacing(2 * theme.GRID)
        row.addLayout(self._make_left(), 1)
        row.addWidget(self._make_side())
        column.addLayout(row, 1)
        self.hint = QLabel(_HELP())
        self.hint.setProperty("role", "secondary")
        column.addWidget(self.hint)

    def _make_top(self, out: Mapping[str, Callable[[], object]]) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.GRID)
        name = QLabel(self._controller.exam.animal_name or tr("Unnamed animal"))
        name.setProperty("role", "title")
        name.setTextFormat(Qt.TextFormat.PlainText)
        row.addWidget(name)
        date = QLabel(
            " ".join((day(self._controller.exam.study_date), clock(self._controller.exam.study_time)))
        )
        date.setProperty("role", "dim")
        row.addWidget(date)
        self.animal = QComboBox()
        self.animal.setObjectName("dental_animal")
        self.animal.setAccessibleName(tr("Whose teeth"))
        self.animal.addItem(tr("Choose the animal"), "")
        for species in FORMULAS:
            self.animal.addItem(tr_measure(species.capitalize()), species)
        self.animal.activated.connect(self._choose_animal)
        row.addWidget(self.animal)
        self.adult, self.milk = button("", role="chip", name="adult"), button("", role="chip", name="milk")
        group = QButtonGroup(self)
        for chip, milk in ((self.adult, False), (self.milk, True)):
            chip.setCheckable(True)
            chip.setAutoDefault(False)
            group.addButton(chip)
            chip.clicked.connect(partial(self._choose_dentition, milk))
            row.addWidget(chip)
        row.addStretch(1)
        marking = self._controller.marking
        self.undo = self._pressed(row, "", "rotate_left", tr("Undo (Ctrl+Z)"), marking.undo)
        self.redo = self._pressed(row, "", "rotate_right", tr("Redo (Ctrl+Shift+Z)"), marking.redo)
        self.leaving = [
            self._pressed(row, tr("Copy as words"), "copy", "", out["copy"]),
            self._pressed(row, tr("Save..."), "save", tr("As a picture (PNG) or PDF"), out["save"]),
            self._pressed(row, tr("Print..."), "print", "", out["print"]),
        ]
        return row

    @staticmethod
    def _pressed(
        row: QHBoxLayout, words: str, picture: str, tip: str, deed: Callable[[], object]
    ) -> QPushButton:
        made = button(words, picture)
        made.setAutoDefault(False)
        made.setToolTip(tip)
        made.setAccessibleName(words or tip)
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        made.clicked.connect(lambda _checked=False: deed())
        row.addWidget(made)
        return made

    def _make_left(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(theme.GRID)
        self.unknown = QLabel(tr("Whose teeth are these? Choose dog, cat, rabbit or horse above."))
        self.unknown.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.unknown.setProperty("role", "dim")
        column.addWidget(self.unknown, 1)
        self.view = ChartView(self)
        self.view.chosen.connect(self.choose)
        self.view.finding_wished.connect(self._by_key)
        self.view.clear_wished.connect(self.clear)
        self.view.typed.connect(lambda text: self.hint.setText(text or _HELP()))
        column.addWidget(self.view, 1)
        self.legend = QLabel()
        self.legend.setObjectName("dental_legend")
        self.legend.setWordWrap(True)
        self.legend.setProperty("role", "secondary")
        column.addWidget(self.legend)
        self.image_line = ImageLine(self)
        self.image_line.said.connect(self.show_teeth)
        column.addWidget(self.image_line)
        return column

    def _make_side(self) -> QWidget:
        card = QFrame()
        card.setProperty("role", "card")
        column = QVBoxLayout(card)
        column.setContentsMargins(*(4 * (12,)))
        column.setSpacing(4)
        self.title = QLabel()
        self.title.setObjectName("tooth_title")
        self.title.setProperty("role", "heading")
        self.title.setWordWrap(True)
        self.people = QLabel()
        self.people.setProperty("role", "secondary")
        self.people.setTextFormat(Qt.TextFormat.PlainText)
        self.before = QLabel()
        self.before.setObjectName("tooth_before")
        self.before.setWordWrap(True)
        self.before.setTextFormat(Qt.TextFormat.PlainText)
        for words in (self.title, self.people, self.before):
            column.addWidget(words)
        self.findings = FindingList(card)
        self.findings.wished.connect(self.set_finding)
        self.findings.done.connect(self.view.setFocus)
        scroll = QScrollArea()
        scroll.setWidget(self.findings)
        scroll.setWidgetResizable(True)
        for bare in (scroll.viewport(), self.findings):
            bare.setAutoFillBackground(False)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column.addWidget(scroll, 1)
        card.setFixedWidth(WIDTH + 2 * 12 + 14)
        return card

    # Qt's own names from here on.

    def closeEvent(self, event: QCloseEvent) -> None:
        self._settings.setValue(_PLACE, self.saveGeometry())
        super().closeEvent(event)

    def leave(self) -> None:
        """The exam closes."""
        for end in self._endings:
            end()
        self._endings = []
        self.close()
        self.deleteLater()

    def copy(self) -> None:
        """The chart in words to the clipboard."""
        QGuiApplication.clipboard().setText(self.words())
        self.hint.setText(tr("Copied: paste it into the report or a letter."))


def _HELP() -> str:  # noqa: N802 - a constant in the user's language
    return tr(
        "Arrow keys: from tooth to tooth   Type 108: go there   Letters: what was found   "
        "Del: clear the tooth   Ctrl+Z: undo"
    )
