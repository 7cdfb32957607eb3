"""What is measured is what is drawn: three blobs of known places are found among the pixels on the screen,
clicked where they are seen, and give the lengths and the angle that they were made with, in any view."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.viewer.render.files import image_file
from vetpacs_desktop.viewer.loading import FrameKey, LoadedFrame, loaded
from vetpacs_desktop.viewer.marks import to_image
from vetpacs_desktop.viewer.measure.image import MeasuredImage
from vetpacs_desktop.viewer.measure.tools import TOOLS
from vetpacs_desktop.viewer.pixels.files import open_file
from vetpacs_desktop.viewer.presets import WindowMemory
from vetpacs_desktop.viewer.render.scene import SliceScene
from vetpacs_desktop.viewer.resolve import Facts, resolve
from vetpacs_desktop.viewer.snapshot import Viewport
from vetpacs_desktop.viewer.state import ViewState, ZoomMode

A_THOUSANDTH = 1e-3
VIEWPORT = Viewport(1000, 800)
ROWS, COLUMNS = 300, 400
BLOBS = ((90.3, 80.6), (310.2, 120.9), (180.7, 230.4))
"""(column, row) of a red, a green and a blue one; the second is the vertex of the angle."""
SPREAD = 5.0
PIXELS = ((0.2, 0.2), (0.2, 0.3), (0.35, 0.14), (0.1, 0.1003))
"""Height and width in mm."""


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[float, float], LoadedFrame]:
    folder = tmp_path_factory.mktemp("blobs")
    row, column = np.mgrid[:ROWS, :COLUMNS]
    channels = [255 * np.exp(-((column - x) ** 2 + (row - y) ** 2) / (2 * SPREAD**2)) for x, y in BLOBS]
    values = np.rint(np.stack(channels, axis=2)).astype(np.uint8)
    found = {}
    for pixel in PIXELS:
        path = image_file(
            folder,
            values,
            Modality="DX",
            SOPClassUID="1.2.840.10008.5.1.4.1.1.1.1",
            ImagerPixelSpacing=list(pixel),
        )
        found[pixel] = loaded(FrameKey(path), open_file(path))
    return found


def seen(frame: LoadedFrame, view: ViewState) -> list[tuple[float, float]]:
    """Where each blob is on the screen, in device pixels, found in the drawn pixels alone."""
    scene = SliceScene()
    scene.apply(resolve(view, Facts(frame), VIEWPORT, WindowMemory(), texts=False))
    drawn: NDArray[np.float64] = scene.draw()[::-1, :, :3].astype(np.float64)
    scene.close()
    places = []
    for channel in range(3):
        light = drawn[..., channel]
        weight = light.sum()
        assume(light.max() > 200)
        assume(max(light[0].max(), light[-1].max(), light[:, 0].max(), light[:, -1].max()) == 0)
        y, x = (np.arange(size) + 0.5 for size in light.shape)
        places.append((float(light.sum(axis=0) @ x / weight), float(light.sum(axis=1) @ y / weight)))
    return places


def expected(pixel: tuple[float, float]) -> tuple[float, float]:
    """The length from the first blob to the second in mm, and the angle at the second in degrees."""
    a, b, c = (np.array([x * pixel[1], y * pixel[0]]) for x, y in BLOBS)
    one, other = a - b, c - b
    cosine = one @ other / np.linalg.norm(one) / np.linalg.norm(other)
    return float(np.linalg.norm(one)), math.degrees(math.acos(cosine))


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much],
)
@given(
    pixel=st.sampled_from(PIXELS),
    flips=st.tuples(st.booleans(), st.booleans()),
    rotation=st.one_of(st.sampled_from([0.0, 90.0, 180.0, 270.0]), st.floats(0, 359.9)),
    zoom=st.floats(0.3, 1.8),
    pan=st.tuples(st.floats(-40, 40), st.floats(-40, 40)),
)
def test_a_length_and_an_angle_clicked_where_they_are_seen(
    pictures: dict[tuple[float, float], LoadedFrame],
    pixel: tuple[float, float],
    flips: tuple[bool, bool],
    rotation: float,
    zoom: float,
    pan: tuple[float, float],
) -> None:
    frame = pictures[pixel]
    view = ViewState(
        flip_h=flips[0],
        flip_v=flips[1],
        rotation=rotation,
        zoom=ZoomMode.FACTOR,
        factor=zoom,
        pan=pan,
    )
    places = seen(frame, view)
    shown = resolve(view, Facts(frame), VIEWPORT, WindowMemory(), texts=False)
    assert shown.picture is not None
    clicked = [to_image(place, shown.picture, shown.camera, VIEWPORT) for place in places]
    image = MeasuredImage.of_loaded(frame)
    length, angle = expected(pixel)
    assert TOOLS["length"].measure(clicked[:2], image).value == pytest.approx(length, rel=A_THOUSANDTH)
    assert TOOLS["angle"].measure(clicked, image).value == pytest.approx(angle, rel=A_THOUSANDTH)
    for place, blob in zip(clicked, BLOBS, strict=True):
        assert place == pytest.approx(blob, abs=0.12), "not even a fraction of a pixel away"
