"""What VTK draws is what the exact pipeline says: the same greys, the same sides, the same pixels."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom.data import get_testdata_file

from tests.viewer.render.files import image_file, ramp
from vetpacs_desktop.viewer import state as s
from vetpacs_desktop.viewer.description import VoiFunction, Window
from vetpacs_desktop.viewer.loading import FrameKey, LoadedFrame, loaded
from vetpacs_desktop.viewer.pixels.files import open_file
from vetpacs_desktop.viewer.pixels.present import inverted, shown
from vetpacs_desktop.viewer.presets import WindowMemory
from vetpacs_desktop.viewer.render.scene import SliceScene
from vetpacs_desktop.viewer.resolve import Facts, resolve
from vetpacs_desktop.viewer.snapshot import Resolved, Viewport
from vetpacs_desktop.viewer.state import ViewState, ZoomMode

Picture = NDArray[np.uint8]


@pytest.fixture
def scene() -> Iterator[SliceScene]:
    made = SliceScene()
    yield made
    made.close()


def load(path: Path, frame: int = 0) -> LoadedFrame:
    return loaded(FrameKey(path, frame), open_file(path))


def snapshot(
    picture: LoadedFrame, wish: ViewState, size: tuple[int, int] | None = None, *, texts: bool = False
) -> Resolved:
    rows, columns = picture.values.shape[:2]
    width, height = size or (columns, rows)
    return resolve(wish, Facts(picture), Viewport(width, height), WindowMemory(), texts=texts)


def drawn(scene: SliceScene, resolved: Resolved) -> Picture:
    scene.apply(resolved)
    return scene.draw()[::-1, :, :3].copy()


def reference(picture: LoadedFrame, window: Window | None = None, *, invert: bool = False) -> Picture:
    grey = shown(
        picture.values,
        picture.padding_mask,
        window or picture.default_window,
        inverse=inverted(picture.description),
        invert=invert,
    )
    return grey if grey.ndim == 3 else np.repeat(grey[..., np.newaxis], 3, axis=2)


def furthest(one: Picture, other: Picture) -> int:
    assert one.shape == other.shape
    return int(np.abs(one.astype(int) - other.astype(int)).max())


REAL = (
    "CT_small.dcm",
    "MR_small.dcm",
    "vlut_04.dcm",
    "mlut_18.dcm",
    "examples_palette.dcm",
    "examples_rgb_color.dcm",
    "JPEG-lossy.dcm",
)


@pytest.mark.parametrize("name", REAL)
def test_one_to_one_is_the_reference(scene: SliceScene, name: str) -> None:
    picture = load(Path(str(get_testdata_file(name, download=False))))
    got = drawn(scene, snapshot(picture, ViewState(zoom=ZoomMode.ONE_TO_ONE)))
    assert furthest(got, reference(picture)) <= 1


WINDOWS = (
    Window(500, 2000),
    Window(0, 1),
    Window(100, 2),
    Window(0.5, 0.5, VoiFunction.LINEAR_EXACT),
    Window(400, 1200, VoiFunction.LINEAR_EXACT),
    Window(300, 700, VoiFunction.SIGMOID),
    Window(-1e9, 3.0),
)


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("tags", [{}, {"PhotometricInterpretation": "MONOCHROME1"}])
@pytest.mark.parametrize("invert", [False, True])
def test_every_window_function_is_exact(
    scene: SliceScene, tmp_path: Path, window: Window, tags: dict[str, Any], invert: bool
) -> None:
    picture = load(image_file(tmp_path, ramp(), **tags))
    wish = ViewState(window=window, invert=invert, zoom=ZoomMode.ONE_TO_ONE)
    assert furthest(drawn(scene, snapshot(picture, wish)), reference(picture, window, invert=invert)) <= 1


def test_fractional_values_are_exact(scene: SliceScene, tmp_path: Path) -> None:
    picture = load(image_file(tmp_path, ramp(), RescaleSlope="0.0371", RescaleIntercept="-2.5"))
    assert picture.values.dtype.kind == "f"
    window = Window(0, 25.5)
    got = drawn(scene, snapshot(picture, ViewState(window=window)))
    assert furthest(got, reference(picture, window)) <= 1


def test_padding_is_black_and_white_when_inverted(scene: SliceScene, tmp_path: Path) -> None:
    values = ramp()
    values[:10] = 2000
    picture = load(image_file(tmp_path, values, PixelPaddingValue=2000))
    window = Window(500, 3000)
    assert drawn(scene, snapshot(picture, ViewState(window=window)))[:10].max() < 20
    assert drawn(scene, snapshot(picture, ViewState(window=window, invert=True)))[:10].min() > 235


FLIPS = [(False, False), (True, False), (False, True), (True, True)]


@pytest.mark.parametrize(("flip_h", "flip_v"), FLIPS)
@pytest.mark.parametrize("quarter", [0, 1, 2, 3])
def test_flips_and_turns_move_every_pixel_to_its_place(
    scene: SliceScene, tmp_path: Path, flip_h: bool, flip_v: bool, quarter: int
) -> None:
    picture = load(image_file(tmp_path, ramp()))
    wish = ViewState(flip_h=flip_h, flip_v=flip_v, rotation=90 * quarter, window=Window(500, 3072))
    expected = reference(picture, Window(500, 3072))
    expected = expected[:, ::-1] if flip_h else expected
    expected = expected[::-1] if flip_v else expected
    expected = np.rot90(expected, -quarter)
    got = drawn(scene, snapshot(picture, wish, (expected.shape[1], expected.shape[0])))
    assert furthest(got, expected) <= 1


@pytest.mark.parametrize("size", [(64, 48), (65, 49), (101, 80), (40, 31)])
@pytest.mark.parametrize("rotation", [0, 90])
def test_one_to_one_puts_image_pixels_on_screen_pixels(
    scene: SliceScene, tmp_path: Path, size: tuple[int, int], rotation: int
) -> None:
    """Odd or even, larger or smaller than the viewport: never between two screen pixels."""
    picture = load(image_file(tmp_path, ramp()))
    wish = ViewState(zoom=ZoomMode.ONE_TO_ONE, window=Window(500, 3072), pan=(3.3, -1.7), rotation=rotation)
    got = drawn(scene, snapshot(picture, wish, size))
    expected = np.rot90(reference(picture, Window(500, 3072)), -rotation // 90)
    assert _placements(got[..., 0], expected[..., 0]) >= 1


def _placements(screen: NDArray[np.uint8], image: NDArray[np.uint8]) -> int:
    """At how many whole offsets the image lies on the screen exactly, black around it."""
    height, width = screen.shape
    padded = np.zeros((image.shape[0] + 2 * height, image.shape[1] + 2 * width), int)
    padded[height : height + image.shape[0], width : width + image.shape[1]] = image
    windows = np.lib.stride_tricks.sliding_window_view(padded, (height, width))
    near_middle = windows[
        (height + image.shape[0]) // 2 - 6 : (height + image.shape[0]) // 2 + 7,
        (width + image.shape[1]) // 2 - 8 : (width + image.shape[1]) // 2 + 9,
    ]
    return int((np.abs(near_middle - screen).max(axis=(2, 3)) <= 1).sum())


def test_square_pixels_repeat_values_and_smooth_ones_blend(scene: SliceScene, tmp_path: Path) -> None:
    picture = load(image_file(tmp_path, ramp()))
    window = Window(500, 3072)
    wish = ViewState(zoom=ZoomMode.FACTOR, factor=4.0, smooth=False, window=window)
    got = drawn(scene, snapshot(picture, wish, (256, 192)))
    expected = reference(picture, window).repeat(4, axis=0).repeat(4, axis=1)
    assert furthest(got, expected) <= 1
    steps = {len(np.unique(got[n, :, 0])) for n in range(0, 192, 16)}
    smooth = drawn(scene, snapshot(picture, s.toggle_smooth(wish), (256, 192)))
    assert furthest(smooth, expected) > 1 or max(steps) == 1


def test_pixels_that_are_not_square_are_shown_in_their_true_shape(scene: SliceScene, tmp_path: Path) -> None:
    values = np.full((40, 40), 1000, np.int16)
    picture = load(image_file(tmp_path, values, PixelAspectRatio=["2", "1"]))
    got = drawn(scene, snapshot(picture, ViewState(window=Window(0, 100)), (200, 200)))
    lit = np.argwhere(got[..., 0] > 128)
    height, width = np.ptp(lit, axis=0) + 1
    assert (height, width) == (200, 100), "twice as high as wide"


def test_nothing_is_drawn_outside_of_the_picture(scene: SliceScene, tmp_path: Path) -> None:
    picture = load(image_file(tmp_path, np.full((10, 10), 500, np.int16)))
    got = drawn(scene, snapshot(picture, ViewState(window=Window(0, 10), zoom=ZoomMode.ONE_TO_ONE), (50, 40)))
    assert (got[..., 0] > 0).sum() == 100
    assert got[..., 0].max() == 255


def test_shutter_and_overlay_lie_over_the_picture(scene: SliceScene, tmp_path: Path) -> None:
    bits = np.zeros((48, 64), np.uint8)
    bits[20, 10:30] = 1
    path = image_file(
        tmp_path,
        np.full((48, 64), 100, np.int16),
        ShutterShape="RECTANGULAR",
        ShutterLeftVerticalEdge=6,
        ShutterRightVerticalEdge=60,
        ShutterUpperHorizontalEdge=5,
        ShutterLowerHorizontalEdge=44,
    )
    _add_overlay(path, bits)
    picture = load(path)
    wish = ViewState(window=Window(100, 400), invert=True)
    got = drawn(scene, snapshot(picture, wish, texts=True))[..., 0]
    assert got[:3].max() == 0, "hidden stays black, also when inverted"
    assert (got[20, 12:28] == 255).all()
    assert 100 < got[30, 30] < 160
    without = drawn(scene, snapshot(picture, wish))[..., 0]
    assert (without[20, 12:28] != 255).all(), "drawings go with the texts"
    assert without[:3].max() == 0


def _add_overlay(path: Path, bits: NDArray[np.uint8]) -> None:
    from pydicom import dcmread

    made = dcmread(path)
    made.add_new(0x60000010, "US", bits.shape[0])
    made.add_new(0x60000011, "US", bits.shape[1])
    made.add_new(0x60000040, "CS", "G")
    made.add_new(0x60000050, "SS", [1, 1])
    made.add_new(0x60000100, "US", 1)
    made.add_new(0x60000102, "US", 0)
    made.add_new(0x60003000, "OW", np.packbits(bits.ravel(), bitorder="little").tobytes())
    made.save_as(path)


def test_an_unchanged_snapshot_changes_nothing(scene: SliceScene, tmp_path: Path) -> None:
    picture = load(image_file(tmp_path, ramp()))
    assert scene.apply(snapshot(picture, ViewState()))
    assert not scene.apply(snapshot(picture, ViewState()))
    assert scene.apply(snapshot(picture, ViewState(invert=True)))


def test_viewports_do_not_mix(scene: SliceScene, tmp_path: Path) -> None:
    bright = load(image_file(tmp_path, np.full((20, 30), 900, np.int16)))
    other = SliceScene()
    light = drawn(scene, snapshot(bright, ViewState(window=Window(0, 10))))
    dark = drawn(other, snapshot(bright, ViewState(window=Window(5000, 10)), (200, 100)))
    again = drawn(scene, snapshot(bright, ViewState(window=Window(0, 10))))
    other.close()
    assert light.min() == again.min() == 255
    assert dark.max() == 0
    assert dark.shape == (100, 200, 3)
