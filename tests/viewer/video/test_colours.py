"""The colours of a video: matrix and range as the stream states them, else as every player takes them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from tests.viewer.video.objects import carrier, film
from vetpacs_desktop.viewer.video.colours import rgb

WEIGHTS = {1: (0.2126, 0.0722), 5: (0.299, 0.114), 6: (0.299, 0.114), 9: (0.2627, 0.0593)}
"""Luminance weights of red and blue by matrix number (H.264 table E-5)."""
LIMITED, FULL = 1, 2
SAMPLES = ((16, 128, 128), (235, 128, 128), (81, 90, 240), (145, 54, 34), (41, 240, 110), (126, 128, 128))


def flat(sample: tuple[int, int, int], matrix: int, reach: int, size: tuple[int, int] = (64, 64)) -> Any:
    columns, rows = size
    planes = np.empty((rows * 3 // 2, columns), np.uint8)
    planes[:rows] = sample[0]
    colour = planes[rows:].reshape(-1)
    colour[: colour.size // 2], colour[colour.size // 2 :] = sample[1], sample[2]
    frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
    frame.colorspace, frame.color_range = matrix, reach
    return frame


def wanted(sample: tuple[int, int, int], matrix: int, reach: int) -> Any:
    """ITU-R BT.601, BT.709 and BT.2020, written out."""
    red, blue = WEIGHTS[matrix]
    y, u, v = sample[0], sample[1] - 128, sample[2] - 128
    y, u, v = ((y - 16) / 219, u / 224, v / 224) if reach == LIMITED else (y / 255, u / 255, v / 255)
    r, b = y + 2 * (1 - red) * v, y + 2 * (1 - blue) * u
    g = (y - red * r - blue * b) / (1 - red - blue)
    return np.clip(np.array([r, g, b]) * 255, 0, 255)


@pytest.mark.parametrize("reach", [LIMITED, FULL])
@pytest.mark.parametrize("matrix", WEIGHTS)
def test_the_stated_matrix_and_range_are_undone(matrix: int, reach: int) -> None:
    for sample in SAMPLES:
        got = rgb(flat(sample, matrix, reach))[20, 20]
        assert np.abs(got - wanted(sample, matrix, reach)).max() <= 3, sample


def test_black_and_white_are_exact() -> None:
    assert rgb(flat((16, 128, 128), 1, LIMITED)).max() == 0
    assert rgb(flat((235, 128, 128), 1, LIMITED)).min() == 255


@pytest.mark.parametrize(("size", "matrix"), [((720, 576), 5), ((1280, 720), 1), ((720, 1280), 1)])
def test_a_stream_that_states_no_matrix_is_taken_by_its_size(size: tuple[int, int], matrix: int) -> None:
    sample, unstated = (81, 90, 240), 2
    got = rgb(flat(sample, unstated, 0, size))[20, 20]
    assert np.abs(got - wanted(sample, matrix, LIMITED)).max() <= 3


@pytest.mark.parametrize(("matrix", "reach"), [(1, LIMITED), (5, FULL)])
def test_what_a_codec_notes_arrives_at_the_screen(tmp_path: Path, matrix: int, reach: int) -> None:
    sample, target = (81, 90, 240), tmp_path / "noted.mp4"
    with av.open(str(target), "w") as out:
        stream: Any = out.add_stream("libx264", rate=25, options={"crf": "0"})
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        stream.codec_context.colorspace, stream.codec_context.color_range = matrix, reach
        for _ in range(3):
            out.mux(stream.encode(flat(sample, matrix, reach)))
        out.mux(stream.encode())
    path = carrier(tmp_path / "c.dcm", target.read_bytes(), frames=3, size=(64, 64))
    assert np.abs(film(path).stored(1)[20, 20] - wanted(sample, matrix, reach)).max() <= 3


def test_ten_bits_are_shown_as_eight(tmp_path: Path) -> None:
    planes = np.full((96, 64), 512, np.uint16)
    planes[:64] = 940
    frame = av.VideoFrame.from_ndarray(planes, format="yuv420p10le")
    frame.color_range = LIMITED
    assert rgb(frame).min() >= 253
