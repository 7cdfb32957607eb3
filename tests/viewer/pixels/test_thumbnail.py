"""Thumbnails: quick, small, and a reason where there is none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.store.intake.foreign.files import RED
from tests.viewer.documents.papers import A4, carrier, pdf
from tests.viewer.pixels.samples import dataset, grey_like, real, real_files, write
from tests.viewer.video import objects
from vetpacs_desktop.viewer.loading import FrameKey, loaded
from vetpacs_desktop.viewer.pixels.files import open_file
from vetpacs_desktop.viewer.pixels.thumbnail import reduced_values, small_picture, thumbnail

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:pydicom")


def test_a_grey_picture_fits_with_black_borders(tmp_path: Path) -> None:
    values = np.full((40, 80), 3000, np.uint16)
    values[:, ::2] = 1000
    path = write(tmp_path / "w.dcm", dataset(values.tobytes(), Rows=40, Columns=80))
    picture = thumbnail(path, size=64)
    assert picture is not None
    assert picture.shape == (64, 64, 3)
    assert picture.dtype == np.uint8
    assert (picture[:16] == 0).all()
    assert (picture[48:] == 0).all()
    assert (picture[16:48].max(axis=(1, 2)) > 0).all()


def test_pixels_that_are_not_square_are_shown_as_they_are(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.dcm",
        dataset(grey_like((40, 80)).tobytes(), Rows=40, Columns=80, PixelAspectRatio=[2, 1]),
    )
    picture = thumbnail(path)
    assert picture is not None
    assert (picture[0].max(), picture[-1].max()) > (0, 0)


def test_the_middle_frame_unless_another_is_asked_for(tmp_path: Path) -> None:
    frames = np.zeros((5, 40, 40), np.uint16)
    for number in range(5):
        frames[number, 8 * number : 8 * number + 8] = 4000
    path = write(tmp_path / "m.dcm", dataset(frames.tobytes(), Rows=40, Columns=40, NumberOfFrames=5))
    middle, last = thumbnail(path, size=40), thumbnail(path, 4, size=40)
    assert middle is not None
    assert last is not None
    assert middle[..., 0].max(axis=1).argmax() == 16
    assert last[..., 0].max(axis=1).argmax() == 32


def test_every_real_file_gives_a_picture_or_a_reason() -> None:
    pictures = {name: small_picture(path) for name, path in real_files().items()}
    for name, found in pictures.items():
        assert (found.picture is None) == bool(found.why_not), name
        assert found.picture is None or found.picture.shape == (96, 96, 3)
    assert sum(found.picture is not None for found in pictures.values()) > 130
    assert "ends before the picture" in pictures["MR_truncated.dcm"].why_not


def test_files_that_are_no_images_give_a_reason(tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text("Rex, 4 years, limping\n" * 20)
    (tmp_path / "empty.dcm").touch()
    for path in (tmp_path / "text.txt", tmp_path / "empty.dcm", tmp_path / "absent.dcm", tmp_path):
        found = small_picture(path)
        assert found.picture is None
        assert found.why_not.endswith(".")
        assert thumbnail(path) is None


@pytest.mark.parametrize("size", [1, 16, 96, 400])
def test_any_size(size: int) -> None:
    picture = thumbnail(real("CT_small.dcm"), size=size)
    assert picture is not None
    assert picture.shape == (size, size, 3)


# --- videos and documents -------------------------------------------------------------------------


def test_a_document_is_known_by_its_first_page_and_a_mark(tmp_path: Path) -> None:
    path = carrier(tmp_path / "d.dcm", pdf([A4, A4]))
    small = small_picture(path, size=192)
    assert small.picture is not None
    assert small.picture[10, 96].min() > 200  # paper
    assert _marked(small.picture)


def test_a_locked_document_says_why_there_is_none(tmp_path: Path) -> None:
    small = small_picture(carrier(tmp_path / "d.dcm", pdf(locked=True)))
    assert small.picture is None
    assert "password" in small.why_not


def test_a_video_is_known_by_its_first_frame_and_a_mark(tmp_path: Path) -> None:
    clip = objects.stream(tmp_path / "c", "mp4", 10)
    small = small_picture(objects.carrier(tmp_path / "v.dcm", clip.read_bytes(), frames=10), size=192)
    assert small.picture is not None
    assert np.abs(small.picture[60, 30].astype(int) - RED).max() < 25
    assert _marked(small.picture)


def test_a_video_that_begins_in_the_dark_is_known_by_a_later_frame(tmp_path: Path) -> None:
    target = tmp_path / "dark.mp4"
    with av.open(str(target), "w") as out:
        stream: Any = out.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        for number in range(80):
            values = np.full((64, 64, 3), 200 if number > 30 else 0, np.uint8)
            out.mux(stream.encode(av.VideoFrame.from_ndarray(values, format="rgb24")))
        out.mux(stream.encode())
    path = objects.carrier(tmp_path / "v.dcm", target.read_bytes(), frames=80, size=(64, 64))
    small = small_picture(path)
    assert small.picture is not None
    assert small.picture[20, 20].min() > 150


def test_a_broken_video_says_why_there_is_none(tmp_path: Path) -> None:
    small = small_picture(objects.carrier(tmp_path / "v.dcm", b"nothing of the kind" * 30))
    assert small.picture is None
    assert "video" in small.why_not


def _marked(picture: NDArray[np.uint8]) -> bool:
    """White on a dark disc in the lower right corner."""
    corner = picture[-50:-6, -50:-6].reshape(-1, 3)
    return bool((corner.max(axis=1) < 80).sum() > 200 and (corner.min(axis=1) > 230).sum() > 60)


@pytest.mark.parametrize("name", ["CT_small.dcm", "MR_small.dcm", "examples_rgb_color.dcm"])
def test_a_decoded_picture_gives_the_same_thumbnail(name: str) -> None:
    path = real(name)
    frame = loaded(FrameKey(path), open_file(path))
    made = reduced_values(frame.values, frame.padding_mask, frame.description)
    assert np.array_equal(made, thumbnail(path))
