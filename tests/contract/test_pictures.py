"""Every picture of the real files is true: each pixel is what the standard's formulas say it must be."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.contract import truth
from tests.contract.asking import Said, ask
from tests.contract.second_opinion import dcmtk_picture
from tests.helpers.corpus import corpus, images
from tests.helpers.peers import package_files
from vetpacs_desktop.cli import main

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:pydicom")

NO_REFERENCE = {
    "OT-PAL-8-face.dcm": "pydicom finds no transfer syntax in it",
    "JPEG-lossy.dcm": "pydicom's decoder stops at a misplaced marker",
    "badVR.dcm": "its number of frames is no number",
    "emri_small_jpeg_2k_lossless_too_short.dcm": "pydicom reads no pixels where their last mark is missing",
}
NOT_FOR_DCMTK = ("SC_rgb_jpeg.dcm",)
"""Its header has implicit VR under an explicit name, which DCMTK does not forgive."""
REFUSED = {
    "MR_truncated.dcm": "the file ends before the picture does",
    "JPEG2000-embedded-sequence-delimiter.dcm": "the picture inside",
}
"""Files whose pixels are broken, and what is said of them."""


@cache
def with_pixels() -> dict[str, Path]:
    """The package's files that hold a picture, each name once."""
    found = {}
    for path in package_files():
        head = path.read_bytes()
        if head[128:132] == b"DICM" or path.name == "OT-PAL-8-face.dcm":
            ds = truth.opened(path)
            if path.name in NO_REFERENCE or ("Rows" in ds and "PixelData" in ds):
                found[path.name] = path
    return found


def shown(path: Path, out: Path, *words: str) -> tuple[NDArray[np.uint8], dict[str, Any]]:
    """What ``render --plain`` draws, and its answer."""
    said = ask(out.parent / "home", "render", path, "--plain", "--out", out, *words)
    assert said.code == 0, said
    picture = np.asarray(Image.open(out))
    assert picture.dtype == np.uint8
    assert picture.shape == (said.document["height"], said.document["width"], 3)
    return picture, said.document


def off_by(picture: NDArray[np.uint8], expected: truth.Picture) -> NDArray[np.float64]:
    """How far each pixel is from what it must be, in grey levels."""
    wanted = expected if expected.ndim == 3 else np.repeat(expected[..., np.newaxis], 3, axis=2)
    assert picture.shape == wanted.shape
    return np.abs(picture.astype(np.float64) - wanted)


@pytest.mark.parametrize("name", sorted(with_pixels().keys() - NO_REFERENCE.keys() - REFUSED.keys()))
def test_each_real_file_is_shown_as_the_standard_says(tmp_path: Path, name: str) -> None:
    path = with_pixels()[name]
    ds = truth.opened(path)
    for frame in sorted({0, truth.frames_of(ds) - 1}):
        picture, said = shown(path, tmp_path / "x.png", "--frame", str(frame))
        window = said["window"]
        assert (window is None) == (
            ds.SamplesPerPixel == 3 or ds.PhotometricInterpretation == "PALETTE COLOR"
        )
        own = truth.default_window(ds, frame)
        if window and own and "VOILUTSequence" not in ds:
            assert (window["center"], window["width"]) == own
        off = off_by(picture, truth.expected(ds, frame, window))
        if not truth.is_lossy_jpeg(ds):
            assert off.max() <= 1
        elif window:  # 12 bits: a stored value's difference of one, through the window
            assert off.max() <= 255 / window["width"] + 1
        else:
            assert off.max() <= 5
            assert off.mean() <= 0.15
            if name not in NOT_FOR_DCMTK:
                assert off_by(picture, dcmtk_picture(path, frame, None, tmp_path)).max() <= 1


@pytest.mark.parametrize("name", REFUSED)
def test_broken_pixels_are_refused_in_a_sentence(tmp_path: Path, name: str) -> None:
    said = ask(tmp_path, "render", with_pixels()[name], "--plain", "--out", tmp_path / "x.png")
    assert said.code == 3
    assert REFUSED[name] in said.sentence
    assert not (tmp_path / "x.png").exists()


def test_files_that_pydicom_can_not_read_equal_their_sound_twins(tmp_path: Path) -> None:
    for broken, sound in (
        ("JPEG-lossy.dcm", "JPGExtended.dcm"),
        ("emri_small_jpeg_2k_lossless_too_short.dcm", "emri_small_jpeg_2k_lossless.dcm"),
    ):
        one, _ = shown(with_pixels()[broken], tmp_path / "one.png")
        other, _ = shown(with_pixels()[sound], tmp_path / "other.png")
        assert np.array_equal(one, other)


def test_a_number_that_is_none_does_not_hide_the_first_frame(tmp_path: Path) -> None:
    """badVR.dcm is rtdose.dcm with the word "1A" for its number of frames."""
    words = ("--frame", "0", "--window", "1.1/0.3")
    one, _ = shown(with_pixels()["badVR.dcm"], tmp_path / "one.png", *words)
    other, _ = shown(with_pixels()["rtdose.dcm"], tmp_path / "other.png", *words)
    assert np.array_equal(one, other)


def test_a_file_without_a_beginning_equals_another_programs_picture(tmp_path: Path) -> None:
    path = with_pixels()["OT-PAL-8-face.dcm"]
    picture, said = shown(path, tmp_path / "x.png")
    assert off_by(picture, dcmtk_picture(path, 0, said["window"], tmp_path)).max() <= 1


# -- chosen windows -----------------------------------------------------------------------------------------

GREY = (
    "CT_small.dcm",
    "MR_small.dcm",
    "RG1_UNCR.dcm",
    "mlut_18.dcm",
    "rtdose.dcm",
    "693_J2KR.dcm",
    "vlut_04.dcm",
)


@pytest.mark.parametrize("window", ["40/400", "-600/1500", "1000/1", "0.5/0.25", "1e9/3", "100/2e9"])
@pytest.mark.parametrize("name", GREY)
def test_a_chosen_window_is_the_standards_ramp(tmp_path: Path, name: str, window: str) -> None:
    """LINEAR from a width of 1, LINEAR_EXACT below it, where LINEAR has no meaning; a curve gives way."""
    path = with_pixels()[name]
    ds = truth.opened(path)
    picture, said = shown(path, tmp_path / "x.png", "--frame", "0", "--window", window)
    center, width = map(float, window.split("/"))
    assert (said["window"]["center"], said["window"]["width"]) == (center, width)
    values = truth.stored(ds, 0)
    meaning = truth.modality_values(ds, 0, values)
    expected = truth.through(meaning, center, width, "LINEAR")
    expected = 255 - expected if truth.low_is_bright(ds) else expected
    expected[truth.padding(ds, values)] = 0
    assert off_by(picture, expected).max() <= 1


@pytest.mark.parametrize(
    "name", ["CT_small.dcm", "MR_small.dcm", "RG1_UNCR.dcm", "RG3_UNCR.dcm", "JPEG-LL.dcm"]
)
def test_another_program_shows_the_same_through_the_same_window(tmp_path: Path, name: str) -> None:
    path = with_pixels()[name]
    picture, said = shown(path, tmp_path / "x.png", "--window", "300/900")
    assert off_by(picture, dcmtk_picture(path, 0, said["window"], tmp_path)).max() <= 1


# -- the real series ----------------------------------------------------------------------------------------


@pytest.mark.corpus
@pytest.mark.parametrize(
    "series",
    ["ct-thin", "ct-tilted", "ct-variable-gap", "mr-jpeg-lossless", "mr-jpeg2000", "mr-prone", "mr-classic"],
)
def test_slices_of_every_real_series_are_true(tmp_path: Path, series: str) -> None:
    found = images(series)
    for path in (found[0], found[len(found) // 2], found[-1]):
        ds = truth.opened(path)
        picture, said = shown(path, tmp_path / "x.png")
        assert (said["window"]["center"], said["window"]["width"]) == truth.default_window(ds, 0)
        assert off_by(picture, truth.expected(ds, 0, said["window"])).max() <= 1


@pytest.mark.corpus
def test_a_frame_of_one_file_is_the_files_own_frame(tmp_path: Path) -> None:
    """However the viewer orders slices to be read, ``--frame`` of a file counts as the file does."""
    path = images("mr-enhanced")[1]
    ds = truth.opened(path)
    for frame in (0, 1, 40, 62):
        picture, said = shown(path, tmp_path / "x.png", "--frame", str(frame))
        assert off_by(picture, truth.expected(ds, frame, said["window"])).max() <= 1


@pytest.mark.corpus
def test_frames_of_a_folder_go_through_all_its_images_in_reading_order(tmp_path: Path) -> None:
    """The slices of a volume by place, then what else is in the folder; each image once."""
    folder = corpus("mr-prone")
    count = len(images("mr-prone"))
    seen = set()
    for frame in (0, 1, count - 1):
        picture, _ = shown(folder, tmp_path / "x.png", "--frame", str(frame))
        seen.add(picture.tobytes())
    assert len(seen) == 3
    said = ask(tmp_path / "home", "render", folder, "--out", tmp_path / "x.png", "--frame", str(count))
    assert said.code == 2
    assert f"0 to {count - 1}" in said.sentence


def test_every_image_of_a_mixed_folder_can_be_asked_for(tmp_path: Path) -> None:
    """Radiographs make a stack each; none of them may be out of reach."""
    folder = tmp_path / "films"
    folder.mkdir()
    names = ("RG1_UNCR.dcm", "RG3_UNCR.dcm", "CT_small.dcm")
    for name in names:
        (folder / name).write_bytes(with_pixels()[name].read_bytes())
    sizes = set()
    for frame in range(len(names)):
        picture, _ = shown(folder, tmp_path / "x.png", "--frame", str(frame))
        sizes.add(picture.shape)
    assert len(sizes) == len(names)


# -- the picture with texts, as the viewer shows it ---------------------------------------------------------


@pytest.mark.parametrize("name", ["CT_small.dcm", "RG1_UNCR.dcm", "US1_UNCR.dcm", "examples_palette.dcm"])
def test_the_viewers_picture_needs_no_display(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(variable, raising=False)
    path = with_pixels()[name]
    out = tmp_path / "x.png"
    said: Said = ask(tmp_path / "home", "render", path, "--out", out, "--size", "640x480")
    assert said.code == 0, said
    picture = np.asarray(Image.open(out))
    assert picture.shape == (480, 640, 3)
    plain = np.asarray(Image.open(out))
    assert (
        main(
            [
                "--home",
                str(tmp_path / "home"),
                "render",
                str(path),
                "--plain",
                "--size",
                "640x480",
                "--out",
                str(out),
            ]
        )
        == 0
    )
    plain = np.asarray(Image.open(out))
    assert plain.shape == picture.shape
    assert not np.array_equal(plain, picture), "no text was drawn"
    same = np.all(plain == picture, axis=2).mean()
    assert same > 0.8, "more than texts was drawn"
