"""The maps that call themselves uniform are: equal steps of value are steps of lightness, to every eye."""

import numpy as np
import pytest

from vetpacs_desktop.viewer.colour_maps import colour_maps
from vetpacs_desktop.viewer.description import Window
from vetpacs_desktop.viewer.transfer import transfer_of

UNIFORM = [name for name, one in colour_maps().items() if one.uniform]


def lightness(colours: bytes) -> np.ndarray:
    """L* of CIE 1976 under D65, from sRGB (IEC 61966-2-1)."""
    rgb = np.frombuffer(colours, np.uint8).reshape(-1, 3) / 255
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    light = linear @ np.array([0.2126, 0.7152, 0.0722])
    return np.asarray(np.where(light > 0.008856, 116 * np.cbrt(light) - 16, 903.3 * light))


def test_the_safe_ones_come_first() -> None:
    order = [one.uniform for one in colour_maps().values()]
    assert order == sorted(order, reverse=True)
    assert len(UNIFORM) >= 3


@pytest.mark.parametrize("name", UNIFORM)
def test_lightness_rises_evenly(name: str) -> None:
    """Who tells no colours apart still sees the order, and no step is much larger than another."""
    steps = np.diff(lightness(colour_maps()[name].colours)[::16])
    assert (steps > 0).all()
    assert steps.max() < 3 * steps.mean()


def test_the_rainbow_does_not_and_warns() -> None:
    rainbow = colour_maps()["rainbow"]
    assert (np.diff(lightness(rainbow.colours)[::16]) < 0).any()
    assert rainbow.warning


@pytest.mark.parametrize("inverted", [False, True])
def test_a_window_is_coloured_by_its_greys(inverted: bool) -> None:
    """A colour stands for the grey level that the window gives, whatever its curve."""
    colours = colour_maps()["viridis"].colours
    plain = transfer_of(Window(100, 200), inverted=inverted)
    coloured = transfer_of(Window(100, 200), inverted=inverted, colours=colours)
    assert (coloured.lower, coloured.upper) == (plain.lower, plain.upper)
    table = np.frombuffer(colours, np.uint8).reshape(-1, 3)
    np.testing.assert_array_equal(coloured.rgb, table[plain.rgb[:, 0]])
    first = table[255 if inverted else 0]
    np.testing.assert_array_equal(coloured.rgb[0], first)
