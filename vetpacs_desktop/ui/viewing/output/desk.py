"""Joins the rows of `rows.OUT` to what they do: ask, start the job, say what came of it.

One of each reading page. Widgets ask, jobs work; here is only who calls whom.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSettings, QUrl
from PySide6.QtGui import QAction, QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QDialog, QMenu, QWidget

from vetpacs_desktop.ui import ask
from vetpacs_desktop.ui.actions import make_action
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.notices import GOOD, Notice
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.lettering import QtLettering
from vetpacs_desktop.ui.viewing.output import saving
from vetpacs_desktop.ui.viewing.output.choice import Scene, Which, scene_of, tr
from vetpacs_desktop.ui.viewing.output.clipboard import alone, as_image, without_borders
from vetpacs_desktop.ui.viewing.output.drawing import WindowCanvas
from vetpacs_desktop.ui.viewing.output.house import OutputHouse
from vetpacs_desktop.ui.viewing.output.pages import PRINT_DPI
from vetpacs_desktop.ui.viewing.output.paper import Paper, PdfPaper, PrinterPaper, deliver_pages
from vetpacs_desktop.ui.viewing.output.print_dialog import PrintDialog
from vetpacs_desktop.ui.viewing.output.rows import OUT
from vetpacs_desktop.ui.viewing.output.save_dialog import SaveDialog
from vetpacs_desktop.ui.viewing.output.tags_dialog import TagsDialog
from vetpacs_desktop.ui.viewing.toolbar import ReadingToolBar
from vetpacs_desktop.viewer.labels import label_of
from vetpacs_desktop.viewer.output.files import Format, file_name
from vetpacs_desktop.viewer.render.strip import labelled

_ENDINGS = {Format.PNG: (".png",), Format.JPEG: (".jpg", ".jpeg"), Format.MP4: (".mp4",)}


class OutputDesk:
    """What leaves the reading page."""

    def __init__(
        self,
        page: QWidget,
        bridge: Bridge,
        state: QSettings,
        controller: Callable[[], Controller | None],
        say: Callable[[str], object],
        house: OutputHouse,
    ) -> None:
        self._page, self._bridge, self._state = page, bridge, state
        self._controller, self._say, self._house = controller, say, house
        self._canvas = WindowCanvas(bridge)
        self._tags: TagsDialog | None = None
        slots: tuple[Callable[[], object], ...] = (
            partial(self._copy, plain=False),
            partial(self._copy, plain=True),
            self._save,
            self._print,
            self._details,
        )
        self.actions: dict[str, QAction] = {
            row.name: make_action(page, row, slot) for row, slot in zip(OUT, slots, strict=True)
        }

    def join(self, bar: ReadingToolBar) -> None:
        """One menu in the tool bar."""
        menu = QMenu(bar)
        bar.add_menu(menu, "save", tr("Save"), tr("Copy, save as pictures or a film, print, details"))
        for row in OUT:
            if row.name in ("save_pictures", "file_details"):
                menu.addSeparator()
            menu.addAction(self.actions[row.name])

    def refresh(self) -> None:
        """What can be pressed, as the controller stands."""
        controller = self._controller()
        path = None if controller is None else controller.path(controller.grid.active)
        for name, action in self.actions.items():
            action.setEnabled(controller is not None and (path is not None or name == "save_pictures"))
        if self._tags is not None and self._tags.isVisible() and path is not None:
            self._tags.show_file(path, self._which())

    def close(self) -> None:
        """The exam closes: its details go, and the graphics memory."""
        if self._tags is not None:
            self._tags.close()
        self._canvas.close()

    # --- clipboard --------------------------------------------------------------------------------

    def _copy(self, *, plain: bool) -> None:
        controller = self._controller()
        if controller is None:
            return
        now = controller.resolved(controller.grid.active)
        if now.picture is None:
            self._say(tr("There is no picture here to copy."))
            return
        rgb = self._canvas.draw(alone(now) if plain else now)
        if plain:
            rgb = without_borders(rgb, now)
        words = label_of(controller.exam_of(controller.grid.active), self._house.clinic()).words(
            controller.translate
        )
        QGuiApplication.clipboard().setImage(as_image(labelled(rgb, words, QtLettering())))
        self._say(tr("The picture is copied: paste it into a letter or a mail."))

    # --- files ------------------------------------------------------------------------------------

    def _save(self) -> None:
        scene = self._scene()
        if scene is None:
            return
        dialog = SaveDialog(scene, self._state, self._page)
        accepted = dialog.exec() == QDialog.DialogCode.Accepted
        chosen = dialog.chosen()
        dialog.deleteLater()
        if not accepted:
            return
        film = chosen.format is Format.MP4
        single = chosen.which is Which.IMAGE or (film and chosen.which is not Which.EXAM)
        target = self._target(scene, chosen.format, single)
        if target is None:
            return
        wish = saving.Wish(
            which=chosen.which,
            format=chosen.format,
            target=target,
            alone=single,
            overlay=chosen.overlay,
            longest=chosen.longest,
            quality=chosen.quality,
            frame_ms=chosen.frame_ms if film else None,
        )
        saving.save(self._house, self._canvas, scene, wish)

    def _target(self, scene: Scene, format: Format, single: bool) -> Path | None:
        if not single:
            return ask.for_saving_into(self._page, self._state)
        shot, reel = scene.shot, scene.reel
        made = reel.name if format is Format.MP4 and reel is not None else shot.name if shot else "picture"
        path = ask.for_saving(self._page, self._state, made + format.ending)
        if path is None or path.suffix.lower() in _ENDINGS[format]:
            return path
        return path.with_name(path.name + format.ending)

    # --- paper ------------------------------------------------------------------------------------

    def _print(self) -> None:
        scene = self._scene()
        if scene is None:
            return
        dialog = PrintDialog(scene, self._canvas, self._bridge, self._state, self._page)
        dialog.print_wished.connect(lambda: self._to_printer(dialog, scene))
        dialog.pdf_wished.connect(lambda: self._to_pdf(dialog, scene))
        dialog.exec()
        dialog.deleteLater()

    def _to_printer(self, dialog: PrintDialog, scene: Scene) -> None:
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter  # it looks for printers when it is loaded

        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setPageLayout(dialog.wish().layout())
        printer.setResolution(PRINT_DPI)
        printer.setDocName(file_name(f"VetPACS {scene.album.label.date}"))
        chooser = QPrintDialog(printer, dialog)
        if chooser.exec() == QDialog.DialogCode.Accepted:
            wish = replace(
                dialog.wish(), landscape=_lies(printer), paper=printer.pageLayout().pageSize().id()
            )
            printer.setPageLayout(wish.layout())
            self._start(dialog, scene, PrinterPaper(scene, wish, printer), tr("Sent to the printer."))

    def _to_pdf(self, dialog: PrintDialog, scene: Scene) -> None:
        words = f"{scene.album.label.animal} {scene.album.label.date}"
        path = ask.for_saving(dialog, self._state, file_name(words, "pictures") + ".pdf")
        if path is None:
            return
        if path.suffix.lower() != ".pdf":
            path = path.with_name(path.name + ".pdf")
        said = tr("Saved as {path}").format(path=path)
        self._start(dialog, scene, PdfPaper(scene, dialog.wish(), path), said, path)

    def _start(
        self, dialog: PrintDialog, scene: Scene, paper: Paper, said: str, path: Path | None = None
    ) -> None:
        shots, wish, canvas = dialog.shots, dialog.wish(), self._canvas
        show = None if path is None else (tr("Open"), partial(_open, path))
        self._house.transfers.start(
            tr("Printing"),
            lambda report, cancel: deliver_pages(canvas, scene, shots, wish, paper, report, cancel),
            lambda _pages: self._house.tell(Notice(GOOD, said, action=show)),
            partial(saving.failed, self._house),
        )
        dialog.accept()

    # --- details ----------------------------------------------------------------------------------

    def _details(self) -> None:
        controller = self._controller()
        path = None if controller is None else controller.path(controller.grid.active)
        if path is None:
            self._say(tr("There is no file here."))
            return
        if self._tags is None:
            self._tags = TagsDialog(self._bridge, self._page)
        self._tags.show_file(path, self._which())
        self._tags.show()
        self._tags.raise_()
        self._tags.activateWindow()
        self._tags.search.setFocus()

    def _which(self) -> str:
        """The image in a few words."""
        scene = self._scene()
        shot = scene.shot if scene is not None else None
        if shot is None:
            return ""
        number = tr("image {n} of {count}").format(n=shot.place.index + 1, count=shot.place.count)
        words = (shot.subject.animal, shot.subject.series, number if shot.place.count > 1 else "")
        return ", ".join(word for word in words if word)

    def _scene(self) -> Scene | None:
        controller = self._controller()
        return (
            None if controller is None else scene_of(controller, self._house.clinic(), self._house.contact())
        )


def _lies(printer: object) -> bool:
    from PySide6.QtGui import QPageLayout
    from PySide6.QtPrintSupport import QPrinter

    assert isinstance(printer, QPrinter)
    return printer.pageLayout().orientation() is QPageLayout.Orientation.Landscape


def _open(path: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
