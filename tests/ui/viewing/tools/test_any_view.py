"""Clicks on the example animals give their known values in any zoom, flip, turn and pixel shape."""

import math
import random
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread
from PySide6.QtCore import Qt

from tests.ui.viewing.conftest import exam_of, series_of
from tests.ui.viewing.drawing import marking, only, take, value
from tests.ui.viewing.mouse import Mouse, Place
from tests.ui.viewing.tools.test_true_values import bring_to_the_middle
from vetpacs_desktop.examples import ANATOMY
from vetpacs_desktop.examples.landmarks import landmarks
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.page import ReadingPage
from vetpacs_desktop.viewer import state as s
from vetpacs_desktop.viewer.exam import Exam
from vetpacs_desktop.viewer.geometry.scale import Basis
from vetpacs_desktop.viewer.measure.measured import Measured
from vetpacs_desktop.viewer.measure.veterinary.vertebral import EDGES

Read = Callable[[Exam], Controller]
A_THOUSANDTH = 1e-3
K = Qt.Key
VIEWS = 8
SHAPES = {"square": (1, 1), "flat": (2, 1), "narrow": (1, 3)}
"""How many rows and how many columns become one."""


class Film:
    """An example radiograph of any pixel shape, open in the window, and where its landmarks are."""

    def __init__(self, read: Read, path: Path, folder: Path, shape: tuple[int, int]) -> None:
        made = dcmread(path)
        pitch = float(made.ImagerPixelSpacing[0])
        self._shape = shape
        self.at = {
            name: self.moved(place) for name, place in landmarks(path.parent.name, path.stem, pitch).items()
        }
        self.pitch = pitch
        rows, columns = (size // times for size, times in zip((made.Rows, made.Columns), shape, strict=True))
        values = made.pixel_array[: rows * shape[0], : columns * shape[1]]
        made.PixelData = values[:: shape[0], :: shape[1]].tobytes()
        made.Rows, made.Columns = rows, columns
        made.ImagerPixelSpacing = [pitch * times for times in shape]
        file = folder / "film.dcm"
        made.save_as(file)
        self.controller = read(exam_of(series_of([file])))

    def moved(self, place: Place) -> Place:
        """A place of the square picture in the one that keeps the first of some rows and columns."""
        return place[0] / self._shape[1], place[1] / self._shape[0]


def any_view(number: int) -> s.ViewState:
    """A turn, flips and a zoom, by the number."""
    chance = random.Random(number)
    view = s.ViewState(series=0, flip_h=chance.random() < 0.5, flip_v=chance.random() < 0.5)
    turn = chance.choice([chance.uniform(0, 360), 90.0 * chance.randrange(4)])
    zoom = math.exp(chance.uniform(math.log(0.4), math.log(9)))
    return s.ViewState(
        series=0,
        flip_h=view.flip_h,
        flip_v=view.flip_v,
        rotation=round(turn, 3),
        zoom=s.ZoomMode.FACTOR,
        factor=zoom,
        smooth=chance.random() < 0.5,
    )


def clicked(film: Film, mouse: Mouse, places: Sequence[Place]) -> Measured:
    """Each place brought to the middle and clicked; the one measurement's value."""
    for place in places:
        bring_to_the_middle(film.controller, place)
        mouse.click(place, control=True)
    return value(mouse, only(mouse))


def undone(mouse: Mouse) -> None:
    mouse.viewport.setFocus()
    mouse.key(K.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert marking(mouse).sheet.annotations == ()


@pytest.mark.parametrize("shape", SHAPES)
def test_the_hips_distance_and_norberg_angles(
    page: ReadingPage, read: Read, animals: Path, tmp_path: Path, mouse: Mouse, shape: str
) -> None:
    film = Film(read, animals / "dog-hips" / "ventrodorsal.dcm", tmp_path, SHAPES[shape])
    square = landmarks("dog-hips", "ventrodorsal", film.pitch)
    radius = ANATOMY.hip_left.head_radius_mm * ANATOMY.pelvis.magnification / film.pitch
    rims: list[Place] = []
    for side in ("right", "left"):
        x, y = square[f"{side} head"]
        around = [(x + radius * math.cos(turn), y + radius * math.sin(turn)) for turn in (0.3, 2.0, 4.0)]
        rims += [film.moved(place) for place in (*around, square[f"{side} rim"])]
    for number in range(VIEWS):
        film.controller.change(0, lambda _, number=number: any_view(number))
        mouse.key(K.Key_D)
        found = clicked(film, mouse, [film.at["left head"], film.at["right head"]])
        assert found.value == pytest.approx(ANATOMY.hip_distance_mm, rel=A_THOUSANDTH), any_view(number)
        assert (found.unit, found.basis) == ("mm", Basis.MAGNIFIED)
        undone(mouse)
        page.guides.start("norberg")
        found = clicked(film, mouse, rims)
        for side, hip in (("right", ANATOMY.hip_right), ("left", ANATOMY.hip_left)):
            assert found.parts[side].value == pytest.approx(hip.norberg_degrees, rel=A_THOUSANDTH)
        undone(mouse)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_heart_of_the_dog(
    page: ReadingPage, read: Read, animals: Path, tmp_path: Path, mouse: Mouse, shape: str
) -> None:
    """As in `tests/viewer/measure/veterinary/test_examples`: the heart lies 3 mm beside the spine's plane."""
    film = Film(read, animals / "dog-thorax" / "right-lateral.dcm", tmp_path, SHAPES[shape])
    far = ANATOMY.lateral.source_to_object
    nearer = far / (far - ANATOMY.heart.carina[0])
    score = sum(
        ANATOMY.units_from_t4(length * nearer) for length in (ANATOMY.heart.long_mm, ANATOMY.heart.short_mm)
    )
    places = [film.at[name] for name in ("carina", "apex", "heart cranial", "heart caudal")]
    places += [film.at[f"{edge} cranial"] for edge in EDGES]
    for number in range(0, VIEWS, 2):
        film.controller.change(0, lambda _, number=number: any_view(number))
        page.guides.start("vhs")
        for place in places:
            if page.guides.card.isHidden():
                break
            bring_to_the_middle(film.controller, place)
            mouse.click(place, control=True)
        found = value(mouse, only(mouse))
        assert found.value == pytest.approx(score, rel=A_THOUSANDTH), any_view(number)
        assert found.value == pytest.approx(ANATOMY.heart_score.total, abs=0.05)
        assert found.parts["long_axis"].value == pytest.approx(
            ANATOMY.heart.long_mm * nearer, rel=A_THOUSANDTH
        )
        undone(mouse)


def test_an_angle_of_the_spine(
    page: ReadingPage, read: Read, animals: Path, tmp_path: Path, mouse: Mouse
) -> None:
    """Three landmarks of the median plane, which the beam shows in their true angle."""
    names = ("T4", "T8", "T12")
    points = [np.array(ANATOMY.vertebra(name).cranial[1:]) for name in names]
    one, other = points[0] - points[1], points[2] - points[1]
    cosine = float(one @ other / np.linalg.norm(one) / np.linalg.norm(other))
    angle = math.degrees(math.acos(cosine))
    film = Film(read, animals / "dog-thorax" / "right-lateral.dcm", tmp_path, SHAPES["flat"])
    for number in range(VIEWS):
        film.controller.change(0, lambda _, number=number: any_view(number))
        take(page, "angle")
        found = clicked(film, mouse, [film.at[f"{name} cranial"] for name in names])
        assert found.value == pytest.approx(angle, rel=A_THOUSANDTH)
        undone(mouse)
