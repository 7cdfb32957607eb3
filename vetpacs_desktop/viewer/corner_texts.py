"""The words in the four corners and the middle of a picture: whose, which, where, in what grey and size.

Pure functions from frozen facts to short lines. Never invents: what the file does not say stays out.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from vetpacs_desktop.viewer.description import (
    FrameDescription,
    ImageDescription,
    Medium,
    VoiFunction,
    Window,
)
from vetpacs_desktop.viewer.exam import Exam, ExamSeries

Translate = Callable[[str], str]
Lines = tuple[str, ...]


def as_written(text: str) -> str:
    """No translation: the words as they stand in the source."""
    return text


@dataclass(frozen=True, slots=True)
class Mark:
    """Which of several exams a picture belongs to: said before all else, and never taken away."""

    text: str
    other: bool = False
    """Not of the exam that is read: said in another colour, too."""


@dataclass(frozen=True, slots=True)
class CornerTexts:
    """Lines from top to bottom, in the upper corners and in the lower ones: the first is the dearest."""

    top_left: Lines = ()
    top_right: Lines = ()
    bottom_left: Lines = ()
    bottom_right: Lines = ()
    mark: Mark | None = None
    """Above the upper left corner."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose images these are and which series: the same for all frames of a viewport."""

    animal: str = ""
    owner: str = ""
    species: str = ""
    """With the breed."""
    signalment: str = ""
    """Sex and age in words."""
    date: str = ""
    exam: str = ""
    series: str = ""
    view: str = ""
    mark: Mark | None = None
    """While several exams are on the page."""
    away: str = ""
    """How far this exam lies from the one that is read."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in its stack the frame on the screen is."""

    index: int = 0
    count: int = 1
    position_mm: float | None = None
    """Along the stack's normal; None where the file gives no position."""
    note: str = ""
    """What a reader must know about this stack, for example a tilted gantry."""
    mirrored: str = ""
    """That the picture is mirrored, in words: said before all else, however little room there is."""
    plane: Lines = ()
    """Which plane through a volume this is, how turned and how thick; empty for images as they were taken."""


def subject_of(exam: Exam, series: ExamSeries, *, mark: Mark | None = None, away: str = "") -> Subject:
    """The subject of one series of an exam; `away` says how far it lies from the exam that is read."""
    return Subject(
        animal=exam.animal_name,
        owner=exam.owner_name,
        species=_joined(", ", species(exam.species), exam.breed),
        signalment=_joined(", ", exam.sex, age(exam.age)),
        date=_joined(" ", day(exam.study_date), clock(exam.study_time)),
        away=away,
        exam=exam.description,
        series=_joined(": ", _joined(" ", series.modality, _number(series.number)), series.description),
        view=_joined(" ", series.body_part.capitalize(), _side(series.laterality), series.view_position),
        mark=mark,
    )


def subject_of_file(description: ImageDescription) -> Subject:
    """The subject as the file alone gives it, for pictures drawn without an index."""
    words = dict(description.animal)
    return Subject(
        animal=words.get("animal", ""),
        owner=words.get("owner", ""),
        species=species(words.get("species", "")),
        date=day(words.get("date", "")),
        series=_joined(
            ": ",
            _joined(" ", description.modality, _number(description.series_number)),
            description.series_description,
        ),
        view=_joined(
            " ", description.body_part.capitalize(), _side(description.laterality), description.view_position
        ),
    )


def corner_texts(
    subject: Subject,
    place: Place,
    wished: int | None,
    numbers: Lines,
    description: ImageDescription,
    frame: FrameDescription,
    translate: Translate = as_written,
) -> CornerTexts:
    """All four corners; `numbers` (window, zoom, scale) go to the bottom right.

    `wished` is the index of an image that is on its way while another one is shown.
    """
    tr = translate
    counted = "Plane {n} of {count}" if place.plane else _COUNTED[description.medium]
    image = tr(counted).format(n=place.index + 1, count=place.count)
    if description.medium is Medium.FILM and description.frame_time_ms:
        image += "   " + moment(place.index * description.frame_time_ms)
    where = []
    if place.position_mm is not None:
        where.append(tr("Position {mm} mm").format(mm=_millimetres(place.position_mm)))
    if frame.slice_thickness and not place.plane:
        where.append(tr("Thickness {mm} mm").format(mm=_short(frame.slice_thickness)))
    coming = "" if wished is None else tr("Image {n} is coming").format(n=wished + 1)
    lossy = tr("Lossy compression") if description.lossy else ""
    return CornerTexts(
        top_left=_kept(
            subject.animal, subject.owner, subject.species, subject.signalment, subject.date, subject.away
        ),
        top_right=_kept(*place.plane, subject.series, subject.exam, _once(subject.view, subject.series)),
        bottom_left=_kept(place.mirrored, coming, image, ", ".join(where), place.note),
        bottom_right=_kept(*numbers, lossy),
        mark=subject.mark,
    )


_COUNTED = {
    Medium.IMAGES: "Image {n} of {count}",
    Medium.FILM: "Frame {n} of {count}",
    Medium.DOCUMENT: "Page {n} of {count}",
}


def moment(milliseconds: float) -> str:
    """A time within a film: ``0:03.2``, ``1:02:03.4``."""
    tenths = int(milliseconds / 100 + 1e-6)
    seconds, minutes, hours = tenths // 10 % 60, tenths // 600 % 60, tenths // 36_000
    clock_face = f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
    return f"{clock_face}.{tenths % 10}"


def numbers_of(
    window: Window | None, zoom: float, scale: str, units: str = "", translate: Translate = as_written
) -> Lines:
    """Window, zoom and scale basis. `zoom` is screen pixels per image pixel; `units` those of the values."""
    lines = []
    if window is not None:
        lines.append(window_text(window, units, translate))
    if zoom > 0:
        lines.append(translate("Zoom {percent} %").format(percent=_short(zoom * 100, 0)))
    return (*lines, scale) if scale else tuple(lines)


def window_text(window: Window, units: str = "", translate: Translate = as_written) -> str:
    """``C 40  W 400 HU`` with the preset's name where it has one."""
    text = f"C {_short(window.center)}  W {_short(window.width)}"
    if units == "HU":
        text += " HU"
    if window.curve is not None:
        text += " " + translate("curve")
    elif window.function is VoiFunction.SIGMOID:
        text += " " + translate("sigmoid")
    return f"{translate(window.label)}  {text}" if window.label else text


def day(text: str) -> str:
    """``20260704`` as ``2026-07-04``; anything else unchanged."""
    return f"{text[:4]}-{text[4:6]}-{text[6:]}" if len(text) == 8 and text.isdigit() else text


def clock(text: str) -> str:
    """``142530.5`` or ``14:25:30`` as ``14:25``; anything else unchanged."""
    digits = text.replace(":", "")
    return f"{digits[:2]}:{digits[2:4]}" if len(digits) >= 4 and digits[:4].isdigit() else text


def age(text: str) -> str:
    """An age string such as ``009Y`` or ``6M`` as ``9 years`` or ``6 months``; anything else unchanged."""
    number, unit = text[:-1].strip(), text[-1:].upper()
    if unit not in _AGE_UNITS or not number.isdigit():
        return text
    one = _AGE_UNITS[unit]
    return f"{int(number)} {one}" if int(number) == 1 else f"{int(number)} {one}s"


def species(text: str) -> str:
    """The everyday name of a species that is written in Latin, as CID 7454 does; others unchanged."""
    folded = text.casefold()
    return next((word for latin, word in _EVERYDAY if folded.startswith(latin)), text)


_AGE_UNITS = {"Y": "year", "M": "month", "W": "week", "D": "day"}
_EVERYDAY = (
    ("canis lupus familiaris", "Dog"),
    ("canis familiaris", "Dog"),
    ("felis catus", "Cat"),
    ("felis silvestris catus", "Cat"),
    ("equus caballus", "Horse"),
    ("equus ferus caballus", "Horse"),
    ("equus asinus", "Donkey"),
    ("oryctolagus cuniculus", "Rabbit"),
    ("cavia porcellus", "Guinea pig"),
    ("mustela putorius furo", "Ferret"),
    ("bos taurus", "Cattle"),
    ("ovis aries", "Sheep"),
    ("capra hircus", "Goat"),
    ("sus scrofa domesticus", "Pig"),
)


def _millimetres(place: float) -> str:
    """A place along the body; what is left of rounding is nought."""
    return _short(round(place, 3) + 0.0)


def _short(value: float, decimals: int = 1) -> str:
    """Few digits: whole when it is whole or large, three significant ones when it is small."""
    if not math.isfinite(value):
        return "?"
    if abs(value) >= 1e9:
        return f"{value:.3g}"
    if value == round(value) or abs(value) >= 1000:
        return f"{value:.0f}"
    return f"{value:.3g}" if 0 < abs(value) < 1 and decimals else f"{value:.{decimals}f}"


def _kept(*lines: str) -> Lines:
    return tuple(" ".join(line.split()) for line in lines if line.strip())


def _joined(between: str, *parts: str) -> str:
    return between.join(part for part in parts if part)


def _side(laterality: str) -> str:
    """U means unpaired: no side to speak of."""
    return "" if laterality == "U" else laterality


def _number(number: int | None) -> str:
    return "" if number is None else str(number)


def _once(text: str, where: str) -> str:
    return "" if text.casefold() in where.casefold() else text
