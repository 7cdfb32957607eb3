"""The `render` command's picture: exact when plain, readable otherwise, with and without a display."""

import os
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from pydicom.data import get_testdata_file

from tests.helpers.corpus import images
from tests.viewer.documents import papers
from tests.viewer.render.files import image_file, ramp
from tests.viewer.video import objects
from vetpacs_desktop.errors import NotAnImage, UsageError
from vetpacs_desktop.viewer.describe import read_description
from vetpacs_desktop.viewer.description import Window
from vetpacs_desktop.viewer.pixels.files import open_file
from vetpacs_desktop.viewer.pixels.present import picture
from vetpacs_desktop.viewer.render.offscreen import render_picture, write_png


def real(name: str) -> Path:
    return Path(str(get_testdata_file(name, download=False)))


def test_plain_at_its_own_size_is_the_image_pixel_for_pixel() -> None:
    path = real("CT_small.dcm")
    window = Window(100, 600)
    rgb, used = render_picture([path], plain=True, size=(128, 128), window=window)
    assert used == window
    assert np.array_equal(rgb[..., 0], picture(path, read_description(path), 0, window))
    assert np.array_equal(rgb[..., 0], rgb[..., 2])


def test_plain_without_a_size_takes_the_images_own(tmp_path: Path) -> None:
    rgb, _ = render_picture([image_file(tmp_path, ramp(30, 50))], plain=True)
    assert rgb.shape == (30, 50, 3)


def test_plain_in_another_size_holds_no_words(tmp_path: Path) -> None:
    path = image_file(tmp_path, np.zeros((40, 40), np.int16))
    rgb, _ = render_picture([path], plain=True, size=(300, 200), window=Window(1000, 10))
    assert rgb.shape == (200, 300, 3)
    assert rgb.max() == 0
    with_words, _ = render_picture([path], size=(300, 200), window=Window(1000, 10))
    assert with_words.max() > 200


def test_the_middle_frame_or_the_wished_one(tmp_path: Path) -> None:
    paths = [
        image_file(
            tmp_path,
            np.full((8, 8), 100 * n, np.int16),
            Modality="CT",
            SOPClassUID="1.2.840.10008.5.1.4.1.1.2",
            ImageOrientationPatient=[1, 0, 0, 0, 1, 0],
            ImagePositionPatient=[0, 0, n],
            PixelSpacing=[1, 1],
            InstanceNumber=n + 1,
        )
        for n in range(5)
    ]
    window = Window(200, 400)
    middle = render_picture(paths[::-1], plain=True, window=window)[0]
    wished = render_picture(paths[::-1], plain=True, window=window, frame=2)[0]
    assert np.array_equal(middle, wished)
    greys = {int(render_picture(paths, plain=True, window=window, frame=n)[0].mean()) for n in range(5)}
    assert len(greys) == 5
    with pytest.raises(UsageError, match="no frame 5"):
        render_picture(paths, frame=5)


def test_what_holds_no_picture_says_so(tmp_path: Path) -> None:
    path = real("reportsi.dcm")
    with pytest.raises(NotAnImage, match="report"):
        render_picture([path])


def test_without_a_display_there_is_a_picture_and_no_chatter(tmp_path: Path) -> None:
    """VTK falls back to EGL or OSMesa; its warning about the X server is not for people."""
    out = tmp_path / "picture.png"
    code = (
        "import sys; from pathlib import Path\n"
        "from vetpacs_desktop.viewer.render.offscreen import render_picture, write_png\n"
        f"write_png(render_picture([Path({str(real('CT_small.dcm'))!r})])[0], Path({str(out)!r}))\n"
    )
    surroundings = {name: value for name, value in os.environ.items() if name != "DISPLAY"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=surroundings, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert out.read_bytes().startswith(b"\x89PNG")


def test_a_png_holds_the_pixels(tmp_path: Path) -> None:
    rgb = np.arange(5 * 7 * 3, dtype=np.uint8).reshape(5, 7, 3)
    write_png(rgb, tmp_path / "p.png")
    data = (tmp_path / "p.png").read_bytes()
    assert data[16:24] == bytes([0, 0, 0, 7, 0, 0, 0, 5])
    start = data.index(b"IDAT") + 4
    lines = np.frombuffer(zlib.decompress(data[start:-16]), np.uint8).reshape(5, 22)
    assert np.array_equal(lines[:, 1:].reshape(5, 7, 3), rgb)


@pytest.mark.corpus
def test_a_slice_of_a_real_ct() -> None:
    rgb, used = render_picture(images("ct-thin")[:9], size=(400, 300))
    assert rgb.shape == (300, 400, 3)
    assert used is not None
    assert (used.center, used.width) == (40, 80)


def test_a_page_of_a_document_is_sharp_at_the_size_asked_for(tmp_path: Path) -> None:
    path = papers.carrier(tmp_path / "d.dcm", papers.pdf([papers.A4] * 3))
    rgb, used = render_picture([path], size=(2000, 2600), plain=True)
    assert (rgb.shape, used) == ((2600, 2000, 3), None)
    assert np.abs(np.diff(rgb[..., 0].astype(int), axis=1)).max() > 150
    second, _ = render_picture([path], frame=1, size=(2000, 2600), plain=True)
    assert not np.array_equal(rgb, second)


def test_a_page_plain_at_its_own_size_is_the_page_itself(tmp_path: Path) -> None:
    path = papers.carrier(tmp_path / "d.dcm", papers.pdf([papers.A4]))
    assert np.array_equal(render_picture([path], plain=True)[0], open_file(path).stored(0))


def test_a_frame_of_a_video_is_that_frame(tmp_path: Path) -> None:
    clip = objects.stream(tmp_path / "c", "mp4", 30)
    path = objects.carrier(tmp_path / "v.dcm", clip.read_bytes(), frames=30)
    rgb, used = render_picture([path], frame=17, plain=True)
    assert used is None
    assert np.array_equal(rgb, objects.truth(clip)[17])
    with pytest.raises(UsageError):
        render_picture([path], frame=30)
