"""Pictures on paper: the page as it will be, beside the few things one can choose. Prints nothing itself.

The preview's pictures are made in a thread and drawn one by one; choices answer at once and it follows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRect, QSettings, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QPageSize, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from vetpacs_desktop.errors import Cancelled, KnownError
from vetpacs_desktop.jobs import CancelToken, Job
from vetpacs_desktop.ui import theme
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.buttons import button
from vetpacs_desktop.ui.viewing.output.choice import Scene, Which, tr
from vetpacs_desktop.ui.viewing.output.drawing import WindowCanvas
from vetpacs_desktop.ui.viewing.output.pages import LAYOUTS, MARGIN_MM, PageWish, Placed, paint_page
from vetpacs_desktop.ui.viewing.output.paper import area_of, placed
from vetpacs_desktop.ui.viewing.output.saving import painter_for
from vetpacs_desktop.viewer.output.painter import Taste
from vetpacs_desktop.viewer.output.shots import Shot

MM_PER_INCH = 25.4
PAPERS = (QPageSize.PageSizeId.A4, QPageSize.PageSizeId.Letter, QPageSize.PageSizeId.A3)
SMALLEST, LARGEST = QSize(980, 660), QSize(1500, 1100)
SHARE = 0.85
"""Of the window's width and height, within these bounds."""
_STATE = "output/print_"
_SIDE = 300


class Preview(QWidget):
    """One page, as large as there is room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scene: Scene | None = None
        self._wish = PageWish()
        self._pictures: Sequence[Placed] = ()
        self._numbers = (1, 1)
        self.setMinimumSize(360, 360)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(tr("The page as it will be printed"))

    def show_page(
        self, scene: Scene, wish: PageWish, pictures: Sequence[Placed], numbers: tuple[int, int]
    ) -> None:
        """Another page, or more of its pictures."""
        self._scene, self._wish, self._pictures, self._numbers = scene, wish, pictures, numbers
        self.update()

    def dots(self, wish: PageWish) -> float:
        """Pixels of the screen that a millimetre of the page gets."""
        paper = _paper(wish)
        width, height = self.width() - 4 * theme.GRID, self.height() - 4 * theme.GRID
        return max(0.5, min(width / paper.width(), height / paper.height()))

    # Qt's own names from here on.

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._scene is None:
            return
        paper, dots = _paper(self._wish), self.dots(self._wish)
        sheet = QRect(0, 0, round(paper.width() * dots), round(paper.height() * dots))
        sheet.moveCenter(self.rect().center())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        painter.fillRect(sheet, QColor(Qt.GlobalColor.white))
        painter.translate(sheet.left() + MARGIN_MM * dots, sheet.top() + MARGIN_MM * dots)
        label = self._scene.album.label
        paint_page(painter, dots, area_of(self._wish), self._wish, self._pictures, label, self._numbers)
        painter.end()


def _paper(wish: PageWish) -> QSizeF:
    """The whole sheet in mm."""
    layout = wish.layout()
    return layout.fullRect(layout.units()).size()


class PrintDialog(QDialog):
    """Stays open until it is printed or closed."""

    print_wished = Signal()
    pdf_wished = Signal()

    def __init__(
        self, scene: Scene, canvas: WindowCanvas, bridge: Bridge, state: QSettings, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._scene, self._canvas, self._bridge, self._state = scene, canvas, bridge, state
        self._shots: Sequence[Shot] = ()
        self._page = 1
        self._turn = 0
        self._job: Job[object] | None = None
        self.setWindowTitle(tr("Print"))
        self.setObjectName("print_dialog")
        self.resize((parent.window().size() * SHARE).boundedTo(LARGEST).expandedTo(SMALLEST))
        self._build()
        self._remember()
        self._gather()

    @property
    def shots(self) -> Sequence[Shot]:
        """The pictures of the choice; empty while they are looked up."""
        return self._shots

    def wish(self) -> PageWish:
        """What is chosen."""
        return PageWish(
            a_page=LAYOUTS[self.layout_box.currentIndex()],
            landscape=self.way.currentIndex() == 1,
            paper=PAPERS[self.paper.currentIndex()],
            true_size=self.true_size.isChecked(),
            overlay=self.overlay.isChecked(),
        )

    def _build(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(*(4 * (2 * theme.GRID,)))
        row.setSpacing(2 * theme.GRID)
        left = QVBoxLayout()
        self.preview = Preview()
        left.addWidget(self.preview, 1)
        left.addLayout(self._leaf())
        row.addLayout(left, 1)
        side = QWidget()
        side.setFixedWidth(_SIDE)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GRID)
        title = QLabel(tr("Print"))
        title.setProperty("role", "title")
        column.addWidget(title)
        column.addLayout(self._form())
        self.overlay = QCheckBox(tr("With words and measurements"))
        self.true_size = QCheckBox(tr("True size, where it is known"))
        self.true_size.setToolTip(tr("A centimetre of the animal is a centimetre on the paper"))
        column.addWidget(self.overlay)
        column.addWidget(self.true_size)
        self._note = QLabel()
        self._note.setWordWrap(True)
        self._note.setProperty("role", "dim")
        column.addWidget(self._note)
        column.addStretch(1)
        for made in self._buttons():
            column.addWidget(made)
        row.addWidget(side)

    def _leaf(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addStretch(1)
        self.back = button("", "previous")
        self.back.setAccessibleName(tr("Previous page"))
        self.on = button("", "next")
        self.on.setAccessibleName(tr("Next page"))
        self._where = QLabel()
        for made, step in ((self.back, -1), (self.on, 1)):
            made.setAutoDefault(False)
            made.clicked.connect(lambda _=False, step=step: self._turn_page(step))
        row.addWidget(self.back)
        row.addWidget(self._where)
        row.addWidget(self.on)
        row.addStretch(1)
        return row

    def _form(self) -> QFormLayout:
        form = QFormLayout()
        form.setHorizontalSpacing(2 * theme.GRID)
        counts = self._scene.counts()
        self.which = QComboBox()
        for which in Which:
            words = self._scene.words(which)
            if counts[which]:
                self.which.addItem(f"{words} ({counts[which]})" if counts[which] > 1 else words, which.value)
        self.layout_box = QComboBox()
        for n in LAYOUTS:
            self.layout_box.addItem(tr("One image") if n == 1 else tr("{n} images").format(n=n))
        self.way = QComboBox()
        self.way.addItems([tr("Upright"), tr("Lying")])
        self.paper = QComboBox()
        self.paper.addItems([QPageSize.name(size) for size in PAPERS])
        for words, field in (
            (tr("What"), self.which),
            (tr("On a page"), self.layout_box),
            (tr("Page"), self.way),
            (tr("Paper"), self.paper),
        ):
            form.addRow(words, field)
        return form

    def _buttons(self) -> tuple[QWidget, ...]:
        self.print = button(tr("Print..."), "print", role="primary", name="print")
        self.print.setDefault(True)
        self.print.clicked.connect(self.print_wished)
        self.pdf = button(tr("Save as PDF..."), "document", name="pdf")
        self.pdf.setAutoDefault(False)
        self.pdf.clicked.connect(self.pdf_wished)
        close = button(tr("Close"))
        close.setAutoDefault(False)
        close.clicked.connect(self.close)
        return self.print, self.pdf, close

    def _remember(self) -> None:
        """As printed last time."""
        number = self._state.value(_STATE + "layout", 0, int)
        self.layout_box.setCurrentIndex(number if isinstance(number, int) and number < len(LAYOUTS) else 0)
        paper = self._state.value(_STATE + "paper", 0, int)
        self.paper.setCurrentIndex(paper if isinstance(paper, int) and paper < len(PAPERS) else 0)
        self.way.setCurrentIndex(1 if self._state.value(_STATE + "lying", False, bool) is True else 0)
        self.overlay.setChecked(self._state.value(_STATE + "overlay", True, bool) is True)
        self.true_size.setChecked(self._state.value(_STATE + "true", False, bool) is True)
        self.which.currentIndexChanged.connect(lambda _: self._gather())
        for box in (self.layout_box, self.way, self.paper):
            box.currentIndexChanged.connect(lambda _: self._changed())
        for tick in (self.overlay, self.true_size):
            tick.toggled.connect(lambda _: self._changed())

    # --- the preview ------------------------------------------------------------------------------

    def _gather(self) -> None:
        """Look up the pictures of the choice."""
        which = Which(self.which.currentData()) if self.which.count() else Which.IMAGE
        self._shots, self._page = (), 1
        self._note.setText(tr("Looking up the images..."))
        self.preview.show_page(self._scene, self.wish(), (), (1, 1))
        self._renew_buttons()
        self._run(lambda cancel: self._scene.shots(which, cancel), self._gathered)

    def _gathered(self, shots: object) -> None:
        assert isinstance(shots, list)
        self._shots = shots
        self._changed()

    def _changed(self) -> None:
        for name, value in (
            ("layout", self.layout_box.currentIndex()),
            ("paper", self.paper.currentIndex()),
            ("lying", self.way.currentIndex() == 1),
            ("overlay", self.overlay.isChecked()),
            ("true", self.true_size.isChecked()),
        ):
            self._state.setValue(_STATE + name, value)
        self._page = min(self._page, self._pages())
        self._draw()

    def _turn_page(self, step: int) -> None:
        self._page = max(1, min(self._page + step, self._pages()))
        self._draw()

    def _draw(self) -> None:
        """Make the page's pictures at the screen's resolution, then show them."""
        wish, numbers = self.wish(), (self._page, self._pages())
        self._renew_buttons()
        if not self._shots:
            self._note.setText(tr("There are no images here that can be printed."))
            return
        first = (self._page - 1) * wish.a_page
        chosen = self._shots[first : first + wish.a_page]
        scene = self._scene
        dpi = self.preview.dots(wish) * MM_PER_INCH * self.devicePixelRatioF()

        def work(cancel: CancelToken) -> object:
            taste = Taste(wish.overlay, None, scene.quadruped)
            return placed(painter_for(self._canvas, scene, taste, cancel), scene, chosen, wish, dpi, cancel)

        self._run(work, lambda made: self._drawn(wish, made, numbers))

    def _drawn(self, wish: PageWish, made: object, numbers: tuple[int, int]) -> None:
        assert isinstance(made, list)
        self._note.setText("")
        self.preview.show_page(self._scene, wish, made, numbers)

    def _run(self, work: Callable[[CancelToken], object], done: Callable[[object], object]) -> None:
        """One job at a time: a newer choice ends the older one's."""
        if self._job is not None:
            self._job.cancel()
        self._turn += 1
        turn = self._turn
        self._job = self._bridge.start(
            lambda _report, cancel: work(cancel),
            lambda value: done(value) if turn == self._turn else None,
            lambda error: self._failed(error, turn),
            owner=self,
        )

    def _failed(self, error: BaseException, turn: int) -> None:
        if turn != self._turn or isinstance(error, Cancelled):
            return
        if not isinstance(error, KnownError):
            raise error
        self._note.setText(error.sentence)

    def _renew_buttons(self) -> None:
        pages = self._pages()
        self._where.setText(tr("Page {n} of {count}").format(n=self._page, count=pages))
        self.back.setEnabled(self._page > 1)
        self.on.setEnabled(self._page < pages)
        for made in (self.print, self.pdf):
            made.setEnabled(bool(self._shots))

    def _pages(self) -> int:
        return self.wish().page_count(len(self._shots))

    # Qt's own names from here on.

    def done(self, result: int) -> None:
        self._turn += 1
        if self._job is not None:
            self._job.cancel()
        super().done(result)
