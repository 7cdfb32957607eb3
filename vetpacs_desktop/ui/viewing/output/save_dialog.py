"""Asks which pictures to save, as what, how large and with what over them. Saves nothing itself."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QRadioButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from vetpacs_desktop.ui import theme
from vetpacs_desktop.ui.buttons import button
from vetpacs_desktop.ui.viewing.output.choice import Scene, Which, tr
from vetpacs_desktop.viewer.output.files import QUALITY, Format

SIZES = (None, 2048, 1280, 800)
SMALL_QUALITY = 75
STILLS_A_SECOND = 10
_STATE = "output/"
_WIDTH = 460


@dataclass(frozen=True, slots=True)
class Chosen:
    """The answer, still without a place."""

    which: Which
    format: Format
    overlay: bool
    longest: int | None
    quality: int
    frame_ms: float | None


class SaveDialog(QDialog):
    """One question; remembers the last answers."""

    def __init__(self, scene: Scene, state: QSettings, parent: QWidget) -> None:
        super().__init__(parent)
        self._scene, self._state = scene, state
        self._counts = scene.counts()
        reel = scene.reel
        self._frames = len(reel.shots) if reel is not None else 0
        self._moving = reel is not None and reel.moving and self._frames > 1
        self.setWindowTitle(tr("Save pictures or a film"))
        self.setObjectName("save_pictures_dialog")
        self.setMinimumWidth(_WIDTH)
        self.which = QButtonGroup(self)
        self._build()
        self._remember()
        self._renew()

    def chosen(self) -> Chosen:
        """What is asked for."""
        format = self._format()
        moving = format is Format.MP4 and (self._moving or self._which() is Which.EXAM)
        return Chosen(
            which=self._which(),
            format=format,
            overlay=self.overlay.isChecked(),
            longest=SIZES[self.size_box.currentIndex()],
            quality=QUALITY if self.quality.currentIndex() == 0 else SMALL_QUALITY,
            frame_ms=None if moving else 1000 / self.rate.value(),
        )

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(*(4 * (2 * theme.GRID,)))
        column.setSpacing(theme.GRID)
        title = QLabel(tr("Save pictures or a film"))
        title.setProperty("role", "title")
        column.addWidget(title)
        for which in Which:
            radio = QRadioButton()
            radio.setObjectName(f"which_{which.value}")
            self.which.addButton(radio, list(Which).index(which))
            column.addWidget(radio)
        self.which.idToggled.connect(lambda _id, on: self._renew() if on else None)
        column.addSpacing(theme.GRID)
        column.addLayout(self._form())
        self.overlay = QCheckBox(tr("With words, drawings and measurements over the picture"))
        column.addWidget(self.overlay)
        column.addSpacing(theme.GRID)
        column.addWidget(self._label_line())
        column.addSpacing(theme.GRID)
        column.addLayout(self._buttons())

    def _form(self) -> QFormLayout:
        form = QFormLayout()
        form.setHorizontalSpacing(2 * theme.GRID)
        self.format = QComboBox()
        for words, format in (
            (tr("PNG picture (exact)"), Format.PNG),
            (tr("JPEG picture (small, for mail)"), Format.JPEG),
            (tr("MP4 film"), Format.MP4),
        ):
            self.format.addItem(words, format.value)
        self.format.currentIndexChanged.connect(lambda _: self._renew())
        self.size_box = QComboBox()
        for size in SIZES:
            words = (
                tr("The image's own") if size is None else tr("{n} pixels on the longer side").format(n=size)
            )
            self.size_box.addItem(words)
        self.quality = QComboBox()
        self.quality.addItems([tr("High"), tr("Smaller file")])
        self.rate = QSpinBox()
        self.rate.setRange(1, 60)
        self.rate.setValue(STILLS_A_SECOND)
        self.rate.setSuffix(" " + tr("images/s"))
        self._rate_words = QLabel()
        pace = QHBoxLayout()
        pace.addWidget(self.rate)
        pace.addWidget(self._rate_words, 1)
        form.addRow(tr("As"), self.format)
        form.addRow(tr("Size"), self.size_box)
        form.addRow(tr("Quality"), self.quality)
        form.addRow(tr("Pace"), pace)
        self._rows = form
        self._pace = pace
        return form

    def _label_line(self) -> QLabel:
        label = self._scene.album.label
        words = tr("Below each picture: {label}").format(
            label="  ·  ".join(label.words(self._scene.translate))
        )
        if not label.clinic:
            words += "\n" + tr("The clinic's name is missing: enter it under System, Clinic.")
        made = QLabel(words)
        made.setProperty("role", "dim")
        made.setWordWrap(True)
        return made

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addStretch(1)
        cancel = button(tr("Cancel"))
        cancel.clicked.connect(self.reject)
        self.save = button(tr("Save..."), "save", role="primary", name="save")
        self.save.setDefault(True)
        self.save.clicked.connect(self._accept)
        row.addWidget(cancel)
        row.addWidget(self.save)
        return row

    def _remember(self) -> None:
        """As answered last time."""
        at = self.format.findData(self._state.value(_STATE + "format", Format.PNG.value, str))
        film = self._moving
        self.format.setCurrentIndex(self.format.findData(Format.MP4.value) if film else max(0, at))
        if not film and self._format() is Format.MP4:
            self.format.setCurrentIndex(0)
        size = self._state.value(_STATE + "size", 0, int)
        self.size_box.setCurrentIndex(size if isinstance(size, int) and 0 <= size < len(SIZES) else 0)
        self.quality.setCurrentIndex(1 if self._state.value(_STATE + "quality", 0, int) == 1 else 0)
        self.overlay.setChecked(self._state.value(_STATE + "overlay", True, bool) is True)
        first = Which.SERIES if film else Which.IMAGE
        self.which.button(list(Which).index(first)).setChecked(True)

    def _accept(self) -> None:
        for name, value in (
            ("format", self._format().value),
            ("size", self.size_box.currentIndex()),
            ("quality", self.quality.currentIndex()),
            ("overlay", self.overlay.isChecked()),
        ):
            self._state.setValue(_STATE + name, value)
        self.accept()

    # --- what goes with what ----------------------------------------------------------------------

    def _renew(self) -> None:
        """Words and choices that fit the format."""
        film = self._format() is Format.MP4
        for number, which in enumerate(Which):
            radio = self.which.button(number)
            radio.setText(self._words(which, film))
            radio.setEnabled(self._possible(which, film))
            radio.setVisible(radio.isEnabled() or not (film or self._is_single(which)))
        checked = self.which.checkedButton()
        if checked is None or not checked.isEnabled():
            possible = [one for one in self.which.buttons() if one.isEnabled()]
            if possible:
                possible[0].setChecked(True)
        for field, shown in (
            (self.quality, self._format() is Format.JPEG),
            (self._pace, film),
        ):
            self._rows.setRowVisible(field, shown)
        own = self._moving or self._which() is Which.EXAM
        self.rate.setVisible(film and not own)
        self._rate_words.setText(tr("As it was recorded") if film and own else "")
        self.save.setEnabled(any(one.isEnabled() for one in self.which.buttons()))

    def _is_single(self, which: Which) -> bool:
        """Whether there are no others like it: a body, or a picture along a path."""
        return which is Which.SERIES and self._scene.cutting is not None and self._scene.cutting.count == 1

    def _words(self, which: Which, film: bool) -> str:
        count = self._counts[which]
        if film:
            one = tr("These {n} images as a film").format(n=self._frames)
            if self._scene.cutting is not None:
                one = tr("These {n} planes as a film").format(n=self._frames)
            return one if which is Which.SERIES else tr("Every moving series of the exam, a film each")
        words = self._scene.words(which)
        if which is Which.IMAGE:
            return words
        if which is Which.KEYS and not count:
            return tr("The key images (none yet)")
        return f"{words} ({count})"

    def _possible(self, which: Which, film: bool) -> bool:
        if film:
            return which is Which.EXAM or (which is Which.SERIES and self._frames > 1)
        return self._counts[which] > 0

    def _format(self) -> Format:
        return Format(self.format.currentData())

    def _which(self) -> Which:
        return list(Which)[max(0, self.which.checkedId())]
