"""Saving what is cut from a volume, as an ability of the reading page: planes, paths, key images of planes.

Asks, starts the job, puts what came of it on the page. `making` cuts and writes, the house files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from pydicom.dataset import Dataset
from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog

from vetpacs_desktop.errors import Cancelled, KnownError
from vetpacs_desktop.jobs import CancelToken, Report
from vetpacs_desktop.ui.actions import make_action
from vetpacs_desktop.ui.notices import ATTENTION, GOOD, PROBLEM, Notice
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.opening import Opening
from vetpacs_desktop.ui.viewing.output.house import OutputHouse
from vetpacs_desktop.ui.viewing.parts import Desk
from vetpacs_desktop.ui.viewing.reformats import making
from vetpacs_desktop.ui.viewing.reformats.arriving import take_in
from vetpacs_desktop.ui.viewing.reformats.dialog import PlanesDialog
from vetpacs_desktop.ui.viewing.reformats.rows import KEY_PLANE, SAVE_PLANES
from vetpacs_desktop.ui.viewing.reformats.taking_back import TakingBack
from vetpacs_desktop.ui.viewing.reformats.wording import KEYS, derivation, named
from vetpacs_desktop.ui.viewing.strip import SeriesStrip
from vetpacs_desktop.ui.viewing.volumes.held import WORDS, HeldVolume, plane_name
from vetpacs_desktop.ui.viewing.volumes.menu import volume_menu
from vetpacs_desktop.ui.viewing.volumes.path_held import ACROSS, ALONG
from vetpacs_desktop.ui.viewing.volumes.path_moving import path_of
from vetpacs_desktop.viewer.annotations import ImageRef
from vetpacs_desktop.viewer.exam import Exam, ExamSeries
from vetpacs_desktop.viewer.loading import FrameKey
from vetpacs_desktop.viewer.render.straightener import Strip
from vetpacs_desktop.viewer.session import FrameStack
from vetpacs_desktop.viewer.state import ViewState
from vetpacs_desktop.viewer.volume.body import BODY
from vetpacs_desktop.viewer.volume.section import Cut, Section, section

OWN_NUMBERS = 9000
"""Numbers of series from here on are documents'."""

tr = partial(QCoreApplication.translate, "viewing")


@dataclass(frozen=True, slots=True)
class _Shown:
    """What the active viewport shows of a volume."""

    controller: Controller
    view: ViewState
    held: HeldVolume
    source: FrameStack
    """The images that the volume was built from."""
    series: ExamSeries
    exam: Exam


class ReformatsPart(QObject):
    """Of one reading page."""

    def __init__(
        self, desk: Desk, house: OutputHouse | None, opening: Callable[[], Opening | None], strip: SeriesStrip
    ) -> None:
        super().__init__(desk.page)
        self._desk, self._house, self._opening, self._strip = desk, house, opening, strip
        self._kept: dict[FrameKey, ImageRef] = {}
        """Planes that are key images already."""
        self._taking_back = None if house is None else TakingBack(desk, house, self._take_in)
        self._ending: Callable[[], None] = lambda: None
        self.actions: dict[str, QAction] = {
            SAVE_PLANES.name: make_action(desk.page, SAVE_PLANES, self._save),
            KEY_PLANE.name: make_action(desk.page, KEY_PLANE, self._keep_key),
        }
        menu = volume_menu(desk.bar)
        menu.addSeparator()
        for action in self.actions.values():
            menu.addAction(action)

    def opened(self, controller: Controller) -> None:
        """Nothing is saved before it is asked for; what was made goes with its mark."""
        if (back := self._taking_back) is not None:
            self._ending = controller.marking.edited.subscribe(lambda sheet: back.follow(controller, sheet))

    def begin(self, _controller: Controller) -> bool:
        """Never decides what is seen first."""
        return False

    def closed(self) -> None:
        """What is being saved goes on; nothing is kept of the exam."""
        self._kept.clear()
        self._ending()
        self._ending = lambda: None
        if self._taking_back is not None:
            self._taking_back.forget()

    def refresh(self) -> None:
        """Only what is cut from a volume can be saved, and only into a library."""
        possible = self._shown() is not None and self._house is not None and self._house.keep is not None
        for action in self.actions.values():
            action.setEnabled(possible)

    # --- planes ---------------------------------------------------------------------------------------

    def _save(self) -> None:
        shown = self._shown()
        if shown is None:
            return
        if shown.view.plane == ALONG:
            self._save_strip(shown)
        elif shown.view.plane == ACROSS:
            self._save_across(shown)
        else:
            self._save_planes(shown)

    def _save_planes(self, shown: _Shown) -> None:
        name = plane_name(shown.view)
        if name is None:
            return
        one = _whole(shown.held, shown.held.section(name))
        here = one.number_at(shown.held.section(name).cut(shown.view.index).corner) * one.step
        words = tr(WORDS[name][0 if shown.held.turn.quadruped else 1])
        called = named(words, shown.series.description)
        dialog = PlanesDialog(one, here, called, self._desk.page)
        accepted = dialog.exec() == QDialog.DialogCode.Accepted
        chosen = dialog.chosen()
        dialog.deleteLater()
        if not accepted:
            return
        cuts = making.spaced(replace(one, thickness=chosen.thickness), chosen.low, chosen.high, chosen.space)
        wish = self._wish(
            shown, cuts, chosen.name, derivation(words, cuts[0], shown.series.number, chosen.space)
        )
        self._start(shown, replace(wish, space=chosen.space), making.planes)

    def _save_across(self, shown: _Shown) -> None:
        """Those across a path, about a millimetre apart: each where it lies."""
        path = path_of(shown.held)
        if path is None or path.track is None:
            return
        every = max(1, round(1.0 / path.track.step))
        found = [path.cross_cut(number) for number in range(0, path.track.count, every)]
        cuts = tuple(cut for cut in found if cut is not None)
        words = tr("Across a path")
        text = derivation(words, cuts[0], shown.series.number, every * path.track.step)
        self._start(
            shown, self._wish(shown, cuts, named(words, shown.series.description), text), making.planes
        )

    def _save_strip(self, shown: _Shown) -> None:
        path = path_of(shown.held)
        if path is None or (strip := path.strip) is None:
            return
        words = tr("Along a path")
        wish = self._wish(
            shown,
            (),
            named(words, shown.series.description),
            derivation(words, strip, shown.series.number, None),
        )
        self._start(shown, wish, _maker(strip))

    def _wish(self, shown: _Shown, cuts: tuple[Cut, ...], name: str, text: str) -> making.Wish:
        assert shown.source.arranged is not None  # or there would be no volume
        return making.Wish(
            volume=shown.held.volume,
            frames=shown.source.arranged.frames,
            cuts=cuts,
            description=name,
            derivation=text,
            number=_next_number(shown.exam),
            window=shown.controller.window(shown.controller.grid.active),
        )

    # --- key images -----------------------------------------------------------------------------------

    def _keep_key(self) -> None:
        """Save the plane that is looked at and mark it; again takes the mark off."""
        shown = self._shown()
        key = None if shown is None else shown.controller.supply.wished(shown.view)
        if shown is None or key is None:
            return
        if (known := self._kept.get(key)) is not None:
            shown.controller.marking.toggle_key(known)
            return
        wish, make = self._key_wish(shown)
        if wish is not None:
            self._start(shown, wish, make, key=key)

    def _key_wish(self, shown: _Shown) -> tuple[making.Wish | None, _Make]:
        path, name = path_of(shown.held), plane_name(shown.view)
        words, wish = tr(KEYS), None
        make: _Make = making.planes
        if shown.view.plane == ALONG and path is not None and (strip := path.strip) is not None:
            text = derivation(tr("Along a path"), strip, shown.series.number, None)
            wish, make = self._wish(shown, (), words, text), _maker(strip)
        elif shown.view.plane == ACROSS and path is not None:
            cut = path.cross_cut(shown.view.index)
            if cut is not None:
                text = derivation(tr("Across a path"), cut, shown.series.number, None)
                wish = self._wish(shown, (cut,), words, text)
        elif shown.view.plane == BODY:
            frame = shown.controller.frame(shown.controller.grid.active)
            if frame is not None:
                wish = self._wish(shown, (), words, tr("Volume rendering for the eye, without scale"))
                rgb = frame.values
                make = lambda wish, _words, _report, _cancel: making.body(wish, rgb)  # noqa: E731
        elif name is not None:
            cut = shown.held.section(name).cut(shown.view.index)
            kind = tr(WORDS[name][0 if shown.held.turn.quadruped else 1])
            wish = self._wish(shown, (cut,), words, derivation(kind, cut, shown.series.number, None))
        return None if wish is None else replace(wish, joins=_keys_of(shown)), make

    # --- the job --------------------------------------------------------------------------------------

    def _start(self, shown: _Shown, wish: making.Wish, make: _Make, key: FrameKey | None = None) -> None:
        house = self._house
        if house is None or house.keep is None:
            self._desk.say(tr("There is no library here to save into."))
            return
        keep, words, study = house.keep, tr("Saving planes"), shown.exam.study_uid
        made: list[Dataset] = []

        def work(report: Report, cancel: CancelToken) -> Exam:
            return keep(study, _told(make(wish, words, report, cancel), made, cancel))

        house.transfers.start(
            words,
            work,
            lambda exam: self._arrived(shown.controller, exam, made, wish, key),
            partial(self._failed, house),
        )

    def _arrived(
        self,
        controller: Controller,
        exam: Exam,
        made: list[Dataset],
        wish: making.Wish,
        key: FrameKey | None,
    ) -> None:
        house = self._house
        if controller is self._desk.controller():
            self._take_in(controller, exam)
            if key is not None and made:
                image = ImageRef(str(made[0].SOPInstanceUID))
                self._kept[key] = image
                if self._taking_back is not None:
                    self._taking_back.made(image.sop_uid, exam.study_uid)
                controller.marking.toggle_key(image)
        if key is not None:
            self._desk.say(
                tr('Kept in the series "{name}" and marked as a key image.').format(name=wish.description)
            )
        elif house is not None:
            words = tr('{n} images are in the exam as the series "{name}".')
            if len(made) == 1:
                words = tr('The picture is in the exam as the series "{name}".')
            house.tell(Notice(GOOD, words.format(n=len(made), name=wish.description)))

    def _take_in(self, controller: Controller, exam: Exam) -> None:
        numbers = take_in(controller, exam, self._strip.make_room)
        opening = self._opening()
        if opening is not None and numbers:
            opening.read_further(controller.exam, numbers)

    def _failed(self, house: OutputHouse, error: BaseException) -> None:
        if isinstance(error, Cancelled):
            house.tell(Notice(ATTENTION, tr("Stopped: none of the planes were saved.")))
        elif isinstance(error, KnownError):
            house.tell(Notice(PROBLEM, error.sentence))
        elif isinstance(error, OSError):
            words = tr("The planes could not be saved: {reason}. Nothing else was changed.")
            house.tell(Notice(PROBLEM, words.format(reason=error.strerror or type(error).__name__)))
        else:
            raise error

    def _shown(self) -> _Shown | None:
        controller = self._desk.controller()
        if controller is None:
            return None
        number = controller.grid.active
        view = controller.grid.views[number]
        held = controller.volumes.of(view) if view.plane else None
        stacks = controller.stacks(view.series) if view.series is not None else ()
        if held is None or view.series is None or view.stack >= len(stacks):
            return None
        known = view.plane in (ALONG, ACROSS, BODY) or plane_name(view) is not None
        if not known or controller.frame(number) is None:
            return None
        series = controller.exam.series_at(view.series)
        return _Shown(controller, view, held, stacks[view.stack], series, controller.exam_of(number))


_Make = Callable[[making.Wish, str, Report, CancelToken], Iterator[Dataset]]


def _maker(strip: Strip) -> _Make:
    return lambda wish, _words, _report, _cancel: making.strip(wish, strip)


def _told(images: Iterator[Dataset], made: list[Dataset], cancel: CancelToken) -> Iterator[Dataset]:
    """Remembers what was made, without its pixels."""
    for image in images:
        short = Dataset()
        short.SOPInstanceUID = image.SOPInstanceUID
        made.append(short)
        yield image
    cancel.check()


def _whole(held: HeldVolume, seen: Section) -> Section:
    """The planes of a section through the whole volume and no wider than it, however they are turned."""
    turn = held.turn
    if not turn.roomy:
        return seen
    return section(
        held.volume,
        turn.axes,
        turn.through,
        seen.name,
        quadruped=turn.quadruped,
        roll=turn.roll(seen.name),
        thickness=turn.thickness,
    )


def _next_number(exam: Exam) -> int:
    """Behind those of the exam's own series."""
    numbers = [one.number for one in exam.series if one.number is not None and one.number < OWN_NUMBERS]
    return max(numbers, default=0) + 1


def _keys_of(shown: _Shown) -> tuple[making.Joined, ...]:
    """The series of key images that a plane may join; which of them it is, its header tells."""
    return tuple(
        making.Joined(one.series_uid, one.number, one.paths[0], len(one.paths))
        for one in shown.exam.series
        if one.modality == shown.series.modality and one.description == tr(KEYS) and one.paths
    )
