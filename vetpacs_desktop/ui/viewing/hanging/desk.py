"""Hanging as a part of the reading page: its menu, keys and dialogs. What hangs where is the hanger's."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QMenu, QToolButton

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.jobs import Job
from vetpacs_desktop.paths import Home
from vetpacs_desktop.ui.actions import make_action
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.hanging.hanger import AS_CAME, Hanger
from vetpacs_desktop.ui.viewing.hanging.letters import Letters, turn_on
from vetpacs_desktop.ui.viewing.hanging.own_dialog import OwnDialog
from vetpacs_desktop.ui.viewing.hanging.rows import HANGING
from vetpacs_desktop.ui.viewing.hanging.save_dialog import Meant, SaveDialog
from vetpacs_desktop.ui.viewing.hanging.words import kind_words, name_of, only, region_words, tr
from vetpacs_desktop.ui.viewing.parts import Desk
from vetpacs_desktop.viewer.description import ImageDescription
from vetpacs_desktop.viewer.hanging.protocol import RADIOGRAPH, Protocol
from vetpacs_desktop.viewer.hanging.screening import protocol_of
from vetpacs_desktop.viewer.hanging.seen import DENTAL, Seen
from vetpacs_desktop.viewer.hanging.shelf import Shelf
from vetpacs_desktop.viewer.measure.veterinary.reference import published
from vetpacs_desktop.viewer.session import PROJECTIONS, headers_of


class HangingPart:
    """Exams are hung when they open; a person may choose otherwise."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        # The window's sizes lie in the home folder, whose place nobody else here knows.
        self.shelf = Shelf(Home(Path(desk.settings.fileName()).parent).hanging)
        self._letters = Letters(desk.settings)
        self._hanger: Hanger | None = None
        self._endings: list[Callable[[], None]] = []
        self._job: Job[list[ImageDescription]] | None = None
        deeds = (self.open_menu, self._as_came, self.save, self.show_own, self._other_letters)
        self.actions: dict[str, QAction] = {
            row.name: make_action(desk.page, row, deed) for row, deed in zip(HANGING, deeds, strict=True)
        }
        self.menu = QMenu(tr("Hanging"), desk.bar)
        self.menu.aboutToShow.connect(self._fill)
        desk.bar.layout_menu.addSeparator()
        desk.bar.layout_menu.addMenu(self.menu)
        desk.bar.letters_menu.addSeparator()
        desk.bar.letters_menu.addAction(self.actions["letters_on"])
        self._read_ahead()
        self.refresh()

    @property
    def hanger(self) -> Hanger | None:
        """Of the open exam."""
        return self._hanger

    # --- a part of the page -----------------------------------------------------------------------

    def opened(self, controller: Controller) -> None:
        """Before anything is shown."""
        self._letters.opened(controller)
        self._read_ahead()
        hanger = self._hanger = Hanger(controller, lambda: self.shelf.all)
        self._endings = [controller.arriving.subscribe(hanger.arrived)]

    def begin(self, controller: Controller) -> bool:
        """Hang the exam by what the index knows; headers that would tell more are read at once."""
        hanger = self._hanger
        if hanger is None or not hanger.begin():
            return False
        paths = hanger.files_to_read()
        if paths:
            self._job = self._desk.bridge.start(
                lambda _report, _cancel: headers_of(paths), partial(self._learn, hanger)
            )
        return True

    def closed(self) -> None:
        """Let go of the exam."""
        self._letters.closed()
        if self._job is not None:
            self._job.cancel()
        for end in self._endings:
            end()
        self._hanger, self._endings, self._job = None, [], None
        self.refresh()

    def refresh(self) -> None:
        """The grid, the active viewport or a stack is another one."""
        open_now = self._hanger is not None
        for name, action in self.actions.items():
            action.setEnabled(open_now or name == "hanging_own")
        if self._hanger is not None:
            self._hanger.refresh()

    # --- deeds ------------------------------------------------------------------------------------

    def open_menu(self) -> None:
        """At the button that it belongs to."""
        bar = self._desk.bar
        found = [one for one in bar.findChildren(QToolButton) if one.menu() is bar.layout_menu]
        at = found[0].mapToGlobal(QPoint(0, found[0].height())) if found else bar.mapToGlobal(QPoint(0, 0))
        self.menu.popup(at)
        self.menu.setActiveAction(self.menu.actions()[0])

    def choose(self, protocol: Protocol) -> None:
        """Hang the open exam by this one."""
        if self._hanger is not None:
            self._hanger.choose(protocol)

    def save(self) -> None:
        """Ask for a name, keep what is on the screen, and use it from now on."""
        hanger, controller = self._hanger, self._desk.controller()
        if hanger is None or controller is None:
            return
        screen = hanger.screen()
        meant = _meant([one.seen for one in screen if one.seen is not None], hanger.species)
        dialog = SaveDialog(
            meant, self._proposed(meant), lambda name: self.shelf.named(name) is not None, self._desk.page
        )
        if dialog.exec() != QDialog.DialogCode.Accepted:
            return
        chosen = dialog.answer()
        made = protocol_of(
            chosen.name,
            controller.grid,
            screen,
            species=chosen.species,
            modalities=chosen.modalities,
            regions=chosen.regions,
        )
        try:
            hanger.protocol = self.shelf.keep(made)
        except KnownError as error:
            self._desk.say(error.sentence)
            return
        self._desk.say(tr("Saved. Exams of this kind open like this from now on; F7 offers the others."))

    def show_own(self) -> None:
        """The list of the user's layouts."""
        OwnDialog(self.shelf, self._desk.page).exec()

    def _as_came(self) -> None:
        self.choose(AS_CAME)

    def _other_letters(self) -> None:
        controller = self._desk.controller()
        if controller is not None:
            kind = turn_on(controller)
            words = {
                None: tr("Letters: as the images say"),
                True: tr("Letters: for animals"),
                False: tr("Letters: for people"),
            }
            self._desk.say(words[kind])

    def _read_ahead(self) -> None:
        """The files of layouts, so that an exam that opens waits for no disk."""

        def read(_report: object, _cancel: object) -> None:
            published()  # names of animals
            self.shelf.read_ahead()

        self._desk.bridge.start(read, lambda _: None)

    def _learn(self, hanger: Hanger, found: list[ImageDescription]) -> None:
        if hanger is self._hanger:
            hanger.learn(found)

    # --- the menu ---------------------------------------------------------------------------------

    def _fill(self) -> None:
        """Made anew whenever it opens: what fits differs from exam to exam."""
        menu, hanger = self.menu, self._hanger
        menu.clear()
        matches = hanger.matches if hanger is not None else ()
        for protocol in matches:
            self._add(menu, protocol)
        came = self.actions["hanging_as_came"]
        came.setCheckable(True)
        came.setChecked(hanger is not None and hanger.protocol is AS_CAME)
        menu.addAction(came)
        others = [one for one in self.shelf.all if one not in matches]
        if others and hanger is not None:
            more = menu.addMenu(tr("For other exams"))
            for protocol in others:
                self._add(more, protocol)
        menu.addSeparator()
        menu.addAction(self.actions["hanging_save"])
        menu.addAction(self.actions["hanging_own"])

    def _add(self, menu: QMenu, protocol: Protocol) -> None:
        action = menu.addAction(name_of(protocol).replace("&", "&&"))
        action.setCheckable(True)
        action.setChecked(self._hanger is not None and self._hanger.protocol == protocol)
        action.triggered.connect(lambda _checked=False: self.choose(protocol))

    def _proposed(self, meant: Meant) -> str:
        """A name that says what the layout is for."""
        parts = [tr(meant.species.capitalize()) if meant.species else "", region_words(meant.regions)]
        return " ".join(part for part in parts if part) or (
            kind_words(meant.modality) if meant.modality else ""
        )


def _meant(seen: list[Seen], species: str) -> Meant:
    """For which exams the screen could be meant."""
    kinds = {_kind(one.modality) for one in seen}
    kind = kinds.pop() if len(kinds) == 1 else ""
    every = [one.regions for one in seen if one.regions]
    regions = tuple(sorted(frozenset.union(*every) - {"limb"})) if every else ()
    return Meant(
        species=species,
        species_words=only(tr(species.capitalize())),
        modality=kind,
        modality_words=only(kind_words(kind)),
        regions=regions,
        region_words=only(region_words(regions)),
    )


def _kind(modality: str) -> str:
    return RADIOGRAPH if modality in PROJECTIONS - DENTAL else modality
