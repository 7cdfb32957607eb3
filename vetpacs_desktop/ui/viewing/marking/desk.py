"""Questions and menus over one viewport about what is drawn: words, true sizes, the right button's menu."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QPoint
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from vetpacs_desktop.ui.viewing.marking.editor import MarkingEditor
from vetpacs_desktop.ui.viewing.marking.marking import Marking
from vetpacs_desktop.ui.viewing.marking.words import tr, value_line
from vetpacs_desktop.ui.viewing.tools.surface import Surface
from vetpacs_desktop.viewer.annotations import CALIBRATIONS, Annotation
from vetpacs_desktop.viewer.marks import Grip

ASIDE = 16
LARGEST_MM = 10_000.0


class MarkingDesk:
    """Asks about one viewport's drawings; `view` is the picture's widget, its parent takes the focus back."""

    def __init__(self, owner: QWidget, view: QWidget, surface: Surface) -> None:
        self._owner = owner
        self._view = view
        self._surface = surface

    @property
    def _marking(self) -> Marking:
        return self._surface.marking

    def ask(self) -> None:
        """For the words or the size of the draft that waits for them."""
        draft = self._marking.draft
        if draft is None or not draft.asking:
            return
        if draft.tool.name in CALIBRATIONS:
            self._edit(
                draft.seen,
                "",
                tr("True size in mm"),
                lambda text: self._marking.answer(known_mm=None if text is None else size_of(text)),
            )
        else:
            self._edit(draft.seen, "", tr("Words"), lambda text: self._marking.answer(text or ""))

    def rename(self, one: Annotation) -> None:
        """Other words beside an annotation; none take them away."""
        self._edit(one, one.text, tr("Words beside it"), partial(self._renamed, one))

    def resize(self, one: Annotation) -> None:
        """Another true size of a calibration's object."""
        self._edit(one, f"{one.known_mm:g}", tr("True size in mm"), partial(self._resized, one))

    def menu(self, grip: Grip) -> QMenu | None:
        """What can be done with an annotation."""
        one = self._marking.sheet.find(grip.id)
        if one is None:
            return None
        self._marking.choose(grip)
        menu = QMenu(self._owner)
        menu.setObjectName("marking_menu")
        if one.tool in CALIBRATIONS:
            menu.addAction(tr("Change the true size..."), partial(self.resize, one))
        menu.addAction(
            tr("Change the words...") if one.text else tr("Add words..."), partial(self.rename, one)
        )
        said = self.said(one)
        copy = menu.addAction(tr("Copy the value"), partial(self.copy, one))
        copy.setEnabled(bool(said))
        menu.addSeparator()
        menu.addAction(tr("Delete") + "\tDel", partial(self._marking.delete, one.id))
        return menu

    def copy(self, one: Annotation) -> None:
        """The value with its unit and basis to the clipboard."""
        QGuiApplication.clipboard().setText(self.said(one))

    def said(self, one: Annotation) -> str:
        """An annotation of the frame on the screen in one line."""
        frame = self._surface.frame
        if frame is None:
            return ""
        value = self._marking.values.value(one, frame, self._marking.calibration(frame))
        return value_line(one, value)

    def place_of(self, one: Annotation) -> QPoint:
        """Beside its last point, in the owner's own pixels."""
        seen, ratio = self._surface.seen(one), self._view.devicePixelRatioF()
        at = self._surface.on_screen(seen.points[-1]) if seen is not None and seen.points else None
        if at is None:  # it only crosses this picture
            return self._view.mapTo(self._owner, QPoint(self._view.width() // 3, self._view.height() // 3))
        place = QPoint(round(at[0] / ratio) + ASIDE, round(at[1] / ratio) - ASIDE)
        return self._view.mapTo(self._owner, place)

    def _edit(self, one: Annotation, text: str, words: str, done: object) -> None:
        number = words == tr("True size in mm")
        valid = (lambda typed: size_of(typed) is not None) if number else (lambda typed: True)

        def ended(answer: str | None) -> None:
            assert callable(done)
            done(answer)
            self._owner.setFocus()

        MarkingEditor(self._owner, self.place_of(one), text, words, valid, ended)

    def _renamed(self, one: Annotation, text: str | None) -> None:
        now = self._marking.kept.find(one.id)
        if text is not None and now is not None and (text or now.tool != "text"):
            self._marking.change(replace(now, text=text))

    def _resized(self, one: Annotation, text: str | None) -> None:
        size, now = size_of(text or ""), self._marking.kept.find(one.id)
        if size is not None and now is not None:
            self._marking.change(replace(now, known_mm=size))


def size_of(text: str) -> float | None:
    """Millimetres as people type them: ``25``, ``25,4``, ``2.5 cm``; None for anything else."""
    folded = text.strip().lower().replace(",", ".")
    factor = 1.0
    for unit, worth in (("mm", 1.0), ("cm", 10.0)):
        if folded.endswith(unit):
            folded, factor = folded.removesuffix(unit).strip(), worth
    try:
        size = float(folded) * factor
    except ValueError:
        return None
    return size if math.isfinite(size) and 0 < size <= LARGEST_MM else None
