"""From wish and frame to snapshot: whose window counts, where a pixel lies, what the corners say."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.viewer.render.files import image_file, ramp
from vetpacs_desktop.viewer import state as s
from vetpacs_desktop.viewer.corner_texts import Place, Subject
from vetpacs_desktop.viewer.description import LookupTable, VoiFunction, Window
from vetpacs_desktop.viewer.framing import camera_of, pixel_shape
from vetpacs_desktop.viewer.geometry.scale import Basis, Scale
from vetpacs_desktop.viewer.loading import FrameKey, LoadedFrame, loaded
from vetpacs_desktop.viewer.pixels.files import open_file
from vetpacs_desktop.viewer.pixels.voi import levels, lut_window
from vetpacs_desktop.viewer.presets import FIRST, TISSUES, WindowMemory, full_range, offers
from vetpacs_desktop.viewer.resolve import Facts, resolve
from vetpacs_desktop.viewer.snapshot import Camera, Picture, Resolved, Viewport
from vetpacs_desktop.viewer.state import Preset, PresetKind, ViewState, ZoomMode
from vetpacs_desktop.viewer.transfer import transfer_of

SCREEN = Viewport(800, 600)


def load(folder: Path, **tags: Any) -> LoadedFrame:
    path = image_file(folder, ramp(), **tags)
    return loaded(FrameKey(path), open_file(path))


def shown(frame: LoadedFrame, wish: ViewState, **facts: Any) -> Resolved:
    return resolve(wish, Facts(frame, **facts), SCREEN, WindowMemory())


def test_each_frame_brings_its_own_window_until_the_reader_chooses(tmp_path: Path) -> None:
    first = load(tmp_path, WindowCenter=40, WindowWidth=400)
    second = load(tmp_path, WindowCenter=700, WindowWidth=90)
    wish = ViewState()
    assert shown(first, wish).window == Window(40, 400)
    assert shown(second, wish).window == Window(700, 90)
    mine = s.choose_window(wish, Window(1, 2))
    assert shown(first, mine).window == shown(second, mine).window == Window(1, 2)
    assert shown(second, s.reset(mine)).window == Window(700, 90)


def test_a_preset_is_worked_out_anew_for_every_frame(tmp_path: Path) -> None:
    wide = load(tmp_path, RescaleSlope=2, RescaleIntercept=0, WindowCenter=1, WindowWidth=5)
    narrow = load(tmp_path, WindowCenter=1, WindowWidth=5)
    wish = ViewState(window=Preset(PresetKind.FULL_RANGE))
    assert shown(narrow, wish).window == full_range(narrow) == Window(536, 3072)
    assert shown(wide, wish).window == full_range(wide)


def test_a_preset_that_a_frame_lacks_falls_back_to_its_own(tmp_path: Path) -> None:
    frame = load(tmp_path, WindowCenter=40, WindowWidth=400)
    wish = ViewState(window=Preset(PresetKind.TISSUE, 0))
    assert shown(frame, wish).window == Window(40, 400), "not a CT"
    assert shown(frame, ViewState(window=Preset(PresetKind.FILE, 7))).window == Window(40, 400)


def test_the_menu_offers_the_files_windows_with_their_names_first(tmp_path: Path) -> None:
    frame = load(
        tmp_path,
        Modality="CT",
        WindowCenter=[40, -500],
        WindowWidth=[400, 1500],
        WindowCenterWidthExplanation=["ABDOMEN", "LUNG"],
    )
    labels = [offer.label for offer in offers(frame)]
    ours = [one.label for one in TISSUES[:FIRST] if one.label not in ("Lung", "Abdomen")]
    more = [one.label for one in TISSUES[FIRST:]]
    assert labels[:7] == ["ABDOMEN", "LUNG", *ours, "Automatic", "Full range"]
    assert sorted(labels[7:]) == sorted(more)


def test_colour_has_no_window_and_inverts(tmp_path: Path) -> None:
    path = image_file(tmp_path, np.full((4, 4, 3), 10, np.uint8))
    frame = loaded(FrameKey(path), open_file(path))
    assert shown(frame, ViewState(window=Window(1, 2))).window is None
    assert offers(frame) == ()
    assert shown(frame, ViewState(invert=True)).transfer != shown(frame, ViewState()).transfer


@given(
    st.floats(-3000, 3000),
    st.floats(1, 5000),
    st.sampled_from(list(VoiFunction)),
    st.lists(st.floats(-9000, 9000), min_size=1, max_size=50),
    st.booleans(),
)
def test_a_transfer_is_the_formula(
    center: float, width: float, function: VoiFunction, values: list[float], inverted: bool
) -> None:
    window = Window(center, width, function)
    x = np.array(values)
    exact = levels(x, window)
    if inverted:
        exact = 255 - exact
    transfer = transfer_of(window, inverted=inverted)
    if transfer.table is None:
        part = (x - transfer.lower) / (transfer.upper - transfer.lower)
        got = np.floor(np.clip(part, 0, 1) * 255 + 0.5)
    else:
        table = np.frombuffer(transfer.table, np.uint8)
        place = np.floor((x - transfer.lower) / (transfer.upper - transfer.lower) * len(table))
        got = table[np.clip(place, 0, len(table) - 1).astype(int)].astype(float)
    steep = (
        width < 2 and function is VoiFunction.LINEAR
    )  # a step: values on the step itself may go either way
    assert np.abs(got - exact).max() <= 1 or steep


def test_a_look_up_curve_maps_every_entry_to_itself() -> None:
    curve = LookupTable(100, 12, np.array([0, 100, 3000, 4095, 2000], np.uint16))
    window = lut_window(curve)
    transfer = transfer_of(window, inverted=False)
    assert transfer.table is not None
    table = np.frombuffer(transfer.table, np.uint8)
    step = (transfer.upper - transfer.lower) / len(table)
    for n in range(5):
        place = int((100 + n - transfer.lower) / step)
        assert abs(int(table[place]) - int(levels(np.array([100 + n]), window)[0])) <= 1


# --- place -------------------------------------------------------------------------------------------

sizes = st.tuples(st.integers(2, 3000), st.integers(2, 3000))
screens = st.builds(Viewport, st.integers(50, 3000), st.integers(50, 3000))
views = st.builds(
    ViewState,
    flip_h=st.booleans(),
    flip_v=st.booleans(),
    rotation=st.sampled_from([0, 90, 180, 270]),
    zoom=st.sampled_from(list(ZoomMode)),
    factor=st.floats(0.1, 20),
    pan=st.tuples(st.floats(-500, 500), st.floats(-500, 500)),
)


def picture_of(size: tuple[int, int], pixel: tuple[float, float] = (1.0, 1.0)) -> Picture:
    return Picture(np.broadcast_to(np.int16(0), size), pixel)


@given(sizes, screens, views, st.tuples(st.floats(-500, 3000), st.floats(-500, 3000)))
def test_screen_and_image_points_lead_to_each_other(
    size: tuple[int, int], screen: Viewport, view: ViewState, at: tuple[float, float]
) -> None:
    camera = camera_of(view, picture_of(size), screen)
    there = camera.image_point(at, screen)
    assert camera.screen_point(there, screen) == pytest.approx(at, abs=1e-3)


@given(sizes, screens, views)
def test_fit_shows_all_of_the_picture_and_touches_two_edges(
    size: tuple[int, int], screen: Viewport, view: ViewState
) -> None:
    picture = picture_of(size, (1.0, 1.5))
    camera = camera_of(s.fit(view), picture, screen)
    width, height = picture.size
    corners = [camera.screen_point((x - 0.5, y - 0.75), screen) for x in (0, width) for y in (0, height)]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    # Whole factors move the picture by up to half a pixel, onto the screen's grid.
    assert min(xs) >= -0.51
    assert min(ys) >= -0.51
    assert max(xs) <= screen.width + 0.51
    assert max(ys) <= screen.height + 0.51
    assert max(max(xs) - min(xs) - screen.width, max(ys) - min(ys) - screen.height) == pytest.approx(
        0, abs=1e-3
    )


@given(sizes, screens, views)
def test_real_pixels_lie_on_the_screens_grid(
    size: tuple[int, int], screen: Viewport, view: ViewState
) -> None:
    camera = camera_of(replace(view, zoom=ZoomMode.ONE_TO_ONE), picture_of(size), screen)
    x, y = camera.screen_point((-0.5, -0.5), screen)
    assert x == pytest.approx(round(x), abs=1e-6)
    assert y == pytest.approx(round(y), abs=1e-6)


def test_the_camera_of_an_upright_picture_looks_at_its_middle() -> None:
    camera = camera_of(ViewState(), picture_of((48, 64)), Viewport(640, 480))
    assert camera == Camera((31.5, 23.5), (1, 0), (0, 1), 10.0)


@pytest.mark.parametrize(
    ("aspect", "shape"),
    [
        (1.0, (1.0, 1.0)),
        (2.0, (1.0, 2.0)),
        (0.5, (2.0, 1.0)),
        (1.001, (1.0, 1.0)),
        (1e9, (1.0, 1.0)),
        (0.0, (1.0, 1.0)),
    ],
)
def test_the_shape_of_a_pixel(aspect: float, shape: tuple[float, float]) -> None:
    assert pixel_shape(Scale(None, None, Basis.NONE, "", aspect)) == shape


# --- words -------------------------------------------------------------------------------------------


def test_corners_tell_of_the_image_that_is_seen_and_of_the_one_that_comes(tmp_path: Path) -> None:
    frame = load(tmp_path, RescaleType="HU", WindowCenter=40, WindowWidth=400, SliceThickness=2.5)
    subject = Subject(
        "Bella", "Smith", "Dog, Beagle", "female", "2026-07-04", "Thorax", "CT 2: Lung", "Chest"
    )
    got = shown(
        frame, ViewState(index=44), subject=subject, place=Place(39, 140, -12.34, "Tilted 5.0°"), wished=44
    )
    assert got.corners.top_left == ("Bella", "Smith", "Dog, Beagle", "female", "2026-07-04")
    assert got.corners.top_right == ("CT 2: Lung", "Thorax", "Chest")
    assert got.corners.bottom_left == (
        "Image 45 is coming",
        "Image 40 of 140",
        "Position -12.3 mm, Thickness 2.5 mm",
        "Tilted 5.0°",
    )
    assert got.corners.bottom_right[:2] == ("C 40 W 400 HU", "Zoom 1250 %")
    assert got.waiting


def test_a_scale_that_is_not_the_animals_is_told(tmp_path: Path) -> None:
    frame = load(tmp_path, Modality="DX", ImagerPixelSpacing=[0.1, 0.1])
    assert "Scale: at the detector" in shown(frame, ViewState()).corners.bottom_right
    assert "No scale" in shown(load(tmp_path), ViewState()).corners.bottom_right


def test_without_texts_only_the_picture_remains(tmp_path: Path) -> None:
    frame = load(tmp_path)
    got = resolve(ViewState(), Facts(frame, subject=Subject("Bella")), SCREEN, WindowMemory(), texts=False)
    assert not any((got.corners.top_left, got.corners.bottom_left, got.corners.bottom_right, got.letters))
    assert got.picture is not None


def test_no_frame_but_a_sentence() -> None:
    got = resolve(
        ViewState(series=0),
        Facts(subject=Subject("Bella", series="CT 1"), message="The file has no pixels."),
        SCREEN,
        WindowMemory(),
    )
    assert got.picture is None
    assert got.message == "The file has no pixels."
    assert got.corners.top_left == ("Bella",)


def test_the_same_wish_gives_an_equal_snapshot(tmp_path: Path) -> None:
    frame = load(tmp_path)
    assert shown(frame, ViewState()) == shown(frame, ViewState())
    assert shown(frame, ViewState()) != shown(frame, ViewState(rotation=90))
