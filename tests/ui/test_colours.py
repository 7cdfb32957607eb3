"""Colours for people who see fewer of them: what must be told apart stays so, and never by colour alone.

How a colour looks to them is simulated with the matrices of Machado, Oliveira and Fernandes, "A
Physiologically-based Model for Simulation of Color Vision Deficiency", IEEE TVCG 15(6), 2009, at severity 1.0
(complete loss of one kind of cone); they work on linear RGB.
"""

from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from vetpacs_desktop.ui.receiver import Light
from vetpacs_desktop.ui.status_strip import Lamp
from vetpacs_desktop.ui.theme import DARK, LIGHT, Palette, contrast
from vetpacs_desktop.viewer.mark import Look
from vetpacs_desktop.viewer.render.mark_layer import COLOURS

Floats = NDArray[np.float64]

SEEN: dict[str, list[list[float]]] = {
    "all": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "no red cones": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "no green cones": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "no blue cones": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
TOGETHER = (
    *combinations((Look.PLAIN, Look.HOVERED, Look.CHOSEN), 2),
    (Look.PLAIN, Look.SPOT),
    (Look.CHOSEN, Look.SPOT),
    *combinations((Look.AXIAL, Look.SAGITTAL, Look.CORONAL), 2),
)
"""What lies over the same picture and means different things."""
APART = 15.0
"""CIE 1976 difference; 2.3 is just noticeable side by side, thin lines far apart need several times that."""


def rgb(name: str) -> Floats:
    """A colour, each part 0 to 1."""
    color = QColor(name)
    return np.array([color.redF(), color.greenF(), color.blueF()])


def linear(color: Floats) -> Floats:
    """Without the gamma of sRGB (IEC 61966-2-1)."""
    return np.where(color <= 0.04045, color / 12.92, ((color + 0.055) / 1.055) ** 2.4)


def seen(color: Floats, eye: str) -> Floats:
    """Linear RGB as this eye sees it."""
    return np.clip(np.array(SEEN[eye]) @ linear(color), 0, 1)


def lab(color: Floats) -> Floats:
    """CIE L*a*b* of linear sRGB, white D65."""
    to_xyz = np.array(
        [
            [0.4124564, 0.3575761, 0.1804375],
            [0.2126729, 0.7151522, 0.0721750],
            [0.0193339, 0.1191920, 0.9503041],
        ]
    )
    xyz = to_xyz @ color / np.array([0.95047, 1.0, 1.08883])
    part = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * part[1] - 16, 500 * (part[0] - part[1]), 200 * (part[1] - part[2])])


def apart(one: Floats, other: Floats, eye: str) -> float:
    return float(np.linalg.norm(lab(seen(one, eye)) - lab(seen(other, eye))))


def brightness(color: Floats, eye: str) -> float:
    """Relative luminance."""
    return float(np.array([0.2126, 0.7152, 0.0722]) @ seen(color, eye))


def of_mark(look: Look) -> Floats:
    return np.array(COLOURS[look]) / 255


@pytest.mark.parametrize("eye", SEEN)
@pytest.mark.parametrize("pair", TOGETHER, ids=lambda pair: f"{pair[0].name}-{pair[1].name}")
def test_lines_over_a_picture_are_told_apart(pair: tuple[Look, Look], eye: str) -> None:
    assert apart(of_mark(pair[0]), of_mark(pair[1]), eye) > APART


@pytest.mark.parametrize("eye", SEEN)
@pytest.mark.parametrize("look", Look, ids=lambda look: look.name)
def test_every_line_stands_out_from_its_black_edge(look: Look, eye: str) -> None:
    assert (brightness(of_mark(look), eye) + 0.05) / 0.05 > 7


@pytest.mark.parametrize("eye", SEEN)
@pytest.mark.parametrize("palette", [DARK, LIGHT], ids=lambda palette: palette.name)
def test_words_and_signs_in_a_colour_can_be_read_by_every_eye(palette: Palette, eye: str) -> None:
    ground = brightness(rgb(palette.raised), eye)
    for name in ("text", "text_dim", "accent", "amber", "red", "green"):
        one = brightness(rgb(getattr(palette, name)), eye)
        light, dark = max(one, ground), min(one, ground)
        assert (light + 0.05) / (dark + 0.05) >= 3.9, name
        assert contrast(getattr(palette, name), palette.raised) >= 4.5, name


def test_the_lights_differ_by_shape_without_any_colour(qtbot: QtBot) -> None:
    shapes: dict[Light, NDArray[np.bool_]] = {}
    for light in Light:
        lamp = Lamp(24)
        qtbot.addWidget(lamp)
        lamp.show_light(light)
        image = lamp.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
        grey = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
        ground = int(grey[0, grey.shape[0] // 2])
        shapes[light] = np.abs(grey.astype(int) - ground) > 40
    for one, other in combinations(shapes.values(), 2):
        assert np.mean(one != other) > 0.1
