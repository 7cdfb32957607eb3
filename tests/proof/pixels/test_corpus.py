"""The slices of the real series: values and picture against pydicom, some of each also against DCMTK."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pydicom import Dataset

from tests.contract import truth
from tests.helpers.corpus import images
from tests.proof.pixels import differences
from tests.proof.pixels.opinions import dcmtk_shows
from vetpacs_desktop.viewer.description import VoiFunction
from vetpacs_desktop.viewer.loading import FrameKey, LoadedFrame, loaded
from vetpacs_desktop.viewer.pixels.files import open_file
from vetpacs_desktop.viewer.pixels.present import inverted, shown

pytestmark = [pytest.mark.corpus, pytest.mark.filterwarnings("ignore::UserWarning:pydicom")]
SERIES = {
    "ct-thin": 7,
    "ct-tilted": 5,
    "ct-variable-gap": 3,
    "mr-jpeg-lossless": 5,
    "mr-jpeg2000": 5,
    "mr-prone": 3,
    "mr-classic": 5,
}
"""Each so-manieth slice is looked at."""


def are_true(path: Path, numbers: Iterable[int] = (0,)) -> None:
    ds, file = truth.opened(path), open_file(path)
    for number in numbers:
        is_true(ds, loaded(FrameKey(path, number), file))


def is_true(ds: Dataset, frame: LoadedFrame) -> None:
    path, number = frame.key.path, frame.key.frame
    window = frame.default_window
    assert window is not None
    assert (window.center, window.width) == truth.default_window(ds, number)
    stored = truth.stored(ds, number)
    meaning = truth.modality_values(ds, number, stored)
    kept = ~truth.padding(ds, stored)
    if (path.name, number) in differences.WIDER_THAN_SAID:
        wider = frame.values > stored.max()
        assert np.count_nonzero(wider) == differences.WIDER_THAN_SAID[path.name, number]
        assert (stored[wider] == (1 << ds.BitsStored) - 1).all()
        kept &= ~wider
    assert np.abs(frame.values.astype(np.float64) - meaning)[kept].max() <= 1e-7 * np.abs(meaning).max()
    said = {"center": window.center, "width": window.width, "function": window.function.value}
    grey = shown(frame.values, frame.padding_mask, window, inverse=inverted(frame.description))
    assert np.abs(grey - truth.expected(ds, number, said)).max() <= differences.ROUNDING


def dcmtk_agrees(path: Path, number: int, folder: Path) -> None:
    frame = loaded(FrameKey(path, number), open_file(path))
    assert frame.default_window is not None
    window = replace(frame.default_window, function=VoiFunction.LINEAR)
    theirs = dcmtk_shows(path, number, window, folder)[..., 0]
    grey = shown(frame.values, None, window, inverse=inverted(frame.description))
    assert np.abs(grey.astype(int) - theirs).max() <= differences.ONE_LEVEL


@pytest.mark.parametrize("series", SERIES)
def test_slices_are_what_pydicom_and_the_standard_say(series: str) -> None:
    found = images(series)
    for path in {*found[:: SERIES[series]], found[-1]}:
        are_true(path)


def test_every_frame_of_an_enhanced_file_is_true() -> None:
    first, *others = images("mr-enhanced")
    are_true(first, range(63))
    for path in others:
        are_true(path, (0, 31, 62))


@pytest.mark.parametrize("series", [name for name in SERIES if name != "mr-jpeg2000"])
def test_dcmtk_draws_the_same_slices(series: str, tmp_path: Path) -> None:
    found = images(series)
    for path in (found[0], found[len(found) // 2], found[-1]):
        dcmtk_agrees(path, 0, tmp_path)


def test_dcmtk_draws_the_same_frames(tmp_path: Path) -> None:
    path = images("mr-enhanced")[0]
    for number in (0, 20, 62):
        dcmtk_agrees(path, number, tmp_path)
