"""Every file of pydicom's and pydicom-data's sets: its values and its picture, against two other programs.

pydicom decodes and the standard's formulas (`tests/contract/truth`) make the picture; DCMTK draws its own.
What differs is in `differences`, with who is right. The picture is had through the viewer's own way out.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom import Dataset

from tests.contract import truth
from tests.proof.pixels import differences
from tests.proof.pixels.catalogue import Entry, files, listed, present
from tests.proof.pixels.opinions import dcmtk_shows
from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.viewer.description import VoiFunction, Window
from vetpacs_desktop.viewer.loading import FrameKey, LoadedFrame, loaded
from vetpacs_desktop.viewer.pixels.files import Opened, open_file
from vetpacs_desktop.viewer.pixels.present import inverted, shown
from vetpacs_desktop.viewer.pixels.thumbnail import small_picture
from vetpacs_desktop.viewer.pixels.voi import full_window
from vetpacs_desktop.viewer.presets import WindowMemory
from vetpacs_desktop.viewer.render.offscreen import render_picture
from vetpacs_desktop.viewer.render.scene import SliceScene
from vetpacs_desktop.viewer.resolve import Facts, resolve
from vetpacs_desktop.viewer.snapshot import Viewport
from vetpacs_desktop.viewer.state import ViewState

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:pydicom")
Picture = NDArray[np.uint8]
SHOWN = present("grey", "colour")
FOR_PYDICOM = [entry for entry in SHOWN if entry.path.name not in differences.NO_PYDICOM]
FOR_DCMTK = [entry for entry in SHOWN if entry.path.name not in differences.NO_DCMTK]


def named(entry: Entry) -> str:
    return entry.name


def frame_of(file: Opened, entry: Entry, number: int) -> LoadedFrame:
    return loaded(FrameKey(entry.path, number), file)


def picture_of(frame: LoadedFrame, window: Window | None) -> Picture:
    """As ``render --plain`` has it at the image's own size."""
    grey = shown(frame.values, frame.padding_mask, window, inverse=inverted(frame.description))
    return grey if grey.ndim == 3 else np.repeat(grey[..., np.newaxis], 3, axis=2)


def off_by(picture: Picture, expected: NDArray[Any]) -> NDArray[np.float64]:
    wanted = expected if expected.ndim == 3 else np.repeat(expected[..., np.newaxis], 3, axis=2)
    assert picture.shape == wanted.shape
    return np.abs(picture.astype(np.float64) - wanted)


# -- the list -----------------------------------------------------------------------------------------------


def test_every_file_of_the_packages_is_accounted_for() -> None:
    known = [entry.name for entry in listed()]
    assert len(known) == len(set(known))
    new = sorted(files().keys() - set(known))
    assert not new, f"look at these and give each its line in {Path('tests/proof/pixels/files.txt')}"
    if any(name.startswith("pydicom-data/") for name in files()):
        assert len(SHOWN) > 150


def test_every_difference_is_about_a_file_of_the_list() -> None:
    known = {Path(entry.name).name for entry in listed()}
    tables = (
        differences.PYDICOM,
        differences.STORED,
        differences.NO_PYDICOM,
        differences.SAME_PICTURE,
        differences.DCMTK,
        differences.NO_DCMTK,
    )
    for table in tables:
        assert table.keys() <= known
    assert set(differences.SAME_PICTURE.values()) <= known


def test_every_file_has_a_second_opinion() -> None:
    """pydicom, DCMTK, or a twin that was coded otherwise."""
    judged = {entry.path.name for entry in (*FOR_PYDICOM, *FOR_DCMTK)} | differences.SAME_PICTURE.keys()
    assert {entry.path.name for entry in SHOWN} <= judged


@pytest.mark.parametrize("entry", present("none", "broken"), ids=named)
def test_what_holds_no_picture_says_so(entry: Entry) -> None:
    with pytest.raises(KnownError) as refused:
        loaded(FrameKey(entry.path), open_file(entry.path))
    assert refused.value.sentence.endswith(".")
    assert small_picture(entry.path).why_not.endswith(".")
    if entry.word == "none" and entry.path.read_bytes()[128:132] == b"DICM":
        assert not {"Rows", "PixelData"} <= set(truth.opened(entry.path).dir())


# -- pydicom and the formulas -------------------------------------------------------------------------------


def agrees_with_pydicom(entry: Entry, ds: Dataset, frame: LoadedFrame) -> None:
    name, number, window = entry.path.name, frame.key.frame, frame.default_window
    stored = truth.stored(ds, number)
    said = None
    if window is not None:
        said = {"center": window.center, "width": window.width, "function": window.function.value}
        own = truth.default_window(ds, number)
        if own is not None and window.curve is None:
            assert (window.center, window.width) == own
        meaning = truth.modality_values(ds, number, stored)
        kept = np.ones(stored.shape, bool) if frame.padding_mask is None else ~frame.padding_mask
        off = np.abs(frame.values.astype(np.float64) - meaning)[kept]
        assert off.max(initial=0) <= differences.STORED.get(name, 0) + 1e-7 * np.abs(meaning).max()
    off = off_by(picture_of(frame, window), truth.expected(ds, number, said))
    allowed = differences.PYDICOM.get(name, differences.Difference(differences.ROUNDING, 0.51, ""))
    assert off.max() <= allowed.most
    assert off.mean() <= allowed.mean


@pytest.mark.parametrize("entry", FOR_PYDICOM, ids=named)
def test_values_and_picture_are_what_pydicom_and_the_standard_say(entry: Entry) -> None:
    file = open_file(entry.path)
    assert file.description.number_of_frames == entry.frames
    ds = truth.opened(entry.path)
    for number in entry.chosen_frames():
        frame = frame_of(file, entry, number)
        assert (frame.values.ndim == 2) == (entry.word == "grey")
        agrees_with_pydicom(entry, ds, frame)


# -- DCMTK --------------------------------------------------------------------------------------------------


def window_for_both(frame: LoadedFrame) -> Window | None:
    """The frame's own where DCMTK can say it, else the whole range."""
    window = frame.default_window
    if window is None or window.curve is not None:
        return window
    if window.width >= 1:
        return replace(window, function=VoiFunction.LINEAR)
    return full_window(frame.values)


@pytest.mark.parametrize("entry", FOR_DCMTK, ids=named)
def test_dcmtk_draws_the_same_picture(entry: Entry, tmp_path: Path) -> None:
    file = open_file(entry.path)
    syntax, name = file.description.transfer_syntax_uid, entry.path.name
    for number in sorted({0, entry.frames // 2, entry.frames - 1}):
        frame = frame_of(file, entry, number)
        window = window_for_both(frame)
        theirs = dcmtk_shows(entry.path, number, window, tmp_path, syntax=syntax)
        off = off_by(picture_of(frame, window), theirs)
        allowed = differences.DCMTK.get(name, differences.Difference(differences.ONE_LEVEL, 1, ""))
        assert off.max() <= allowed.most
        assert off.mean() <= allowed.mean


@pytest.mark.parametrize("name", ["MR-SIEMENS-DICOM-WithOverlays.dcm", "examples_overlay.dcm"])
def test_overlays_lie_where_dcmtk_draws_them(name: str, tmp_path: Path) -> None:
    entry = next(one for one in SHOWN if one.path.name == name)
    frame = frame_of(open_file(entry.path), entry, 0)
    window = window_for_both(frame)
    without, drawn = (
        dcmtk_shows(entry.path, 0, window, tmp_path, overlays=overlays) for overlays in (False, True)
    )
    ours = np.zeros(frame.values.shape, bool)
    for overlay in frame.overlays:
        top, left = overlay.top, overlay.left
        rows, columns = overlay.bitmap.shape
        ours[top : top + rows, left : left + columns] |= overlay.bitmap.astype(bool)
    changed = np.any(without != drawn, axis=2)
    assert changed.any()
    assert not (changed & ~ours).any()
    assert (drawn[ours] == 255).all()


# -- twins, and the way out ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", differences.SAME_PICTURE)
def test_one_picture_coded_twice_is_one_picture(name: str) -> None:
    found = {entry.path.name: entry for entry in SHOWN}
    one, other = found.get(name), found.get(differences.SAME_PICTURE[name])
    if one is None or other is None:
        pytest.skip("needs the pictures of pydicom-data (pip install pydicom-data)")
    files_ = open_file(one.path), open_file(other.path)
    for number in one.chosen_frames():
        pair = zip(files_, (one, other), strict=True)
        assert np.array_equal(*(frame_of(file, entry, number).values for file, entry in pair))


@pytest.mark.parametrize("entry", SHOWN, ids=named)
def test_the_viewport_shows_this_picture_at_one_to_one(entry: Entry) -> None:
    """What VTK draws, pixel for pixel, in the state in which an image opens."""
    frame = frame_of(open_file(entry.path), entry, 0)
    rows, columns = frame.values.shape[:2]
    exact = picture_of(frame, frame.default_window)
    resolved = resolve(ViewState(), Facts(frame), Viewport(columns, rows), WindowMemory(), texts=False)
    assert resolved.picture is not None
    if resolved.picture.pixel[0] != resolved.picture.pixel[1]:
        return  # stretched to its true shape: no screen pixel is an image pixel
    scene = SliceScene()
    scene.apply(replace(resolved, cover=None))
    drawn = scene.draw()[::-1, :, :3].astype(int)
    scene.close()
    kept = np.ones((rows, columns), bool) if frame.padding_mask is None else ~frame.padding_mask
    assert np.abs(drawn - exact)[kept].max(initial=0) <= differences.ONE_LEVEL


@pytest.mark.parametrize("entry", SHOWN[:: max(len(SHOWN) // 12, 1)], ids=named)
def test_the_render_command_hands_out_this_picture(entry: Entry) -> None:
    frame = frame_of(open_file(entry.path), entry, 0)
    rows, columns = frame.values.shape[:2]
    for size in (None, (columns, rows)):
        picture, window = render_picture([entry.path], frame=0, size=size, plain=True)
        assert np.array_equal(picture, picture_of(frame, window))
