"""Small pictures of files that are not in the library: pictures, documents, videos, and what has none."""

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from tests.ui.conftest import WAIT_MS
from tests.ui.exams import write_exam
from tests.ui.intake.sticks import letter, photo
from vetpacs_desktop.jobs import Jobs
from vetpacs_desktop.store.intake.importing.survey import Sort
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.intake.previews import SIDE, Previews, Wish
from vetpacs_desktop.ui.main_window import draw_small


@pytest.fixture
def previews(qtbot: QtBot) -> Iterator[Previews]:
    jobs = Jobs(1)
    bridge = Bridge(jobs)
    yield Previews(bridge, draw_small)
    bridge.close()
    jobs.close()


def made(previews: Previews, qtbot: QtBot, wishes: list[Wish]) -> dict[object, QImage]:
    """The pictures that came until the last wish's."""
    came: dict[object, QImage] = {}
    previews.came.connect(lambda key, image: came.update({key: image}))
    previews.want(wishes)
    qtbot.waitUntil(lambda: wishes[-1][0] in came, timeout=WAIT_MS)
    return came


def film(path: Path) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for _ in range(5):
            frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), 200, np.uint8), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def test_each_kind_of_file_has_its_picture(previews: Previews, qtbot: QtBot, tmp_path: Path) -> None:
    _, (image,) = write_exam(tmp_path / "exam")
    came = made(
        previews,
        qtbot,
        [
            ("photo", photo(tmp_path / "a.jpg"), Sort.PICTURE),
            ("letter", letter(tmp_path / "a.pdf"), Sort.DOCUMENT),
            ("film", film(tmp_path / "a.mp4"), Sort.VIDEO),
            ("exam", image, None),
        ],
    )
    assert set(came) == {"photo", "letter", "film", "exam"}
    assert all(max(one.width(), one.height()) in (SIDE, SIDE + 1) for one in came.values())
    assert came["letter"].pixelColor(5, 5).lightness() > 240
    assert came["film"].width() > came["film"].height()


def test_a_photo_is_turned_as_its_camera_says(previews: Previews, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "turned.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright
    Image.new("RGB", (80, 40), "navy").save(path, exif=exif)
    image = made(previews, qtbot, [("photo", path, Sort.PICTURE)])["photo"]
    assert image.height() > image.width()


def test_damaged_files_have_no_picture_and_hold_nothing_up(
    previews: Previews, qtbot: QtBot, tmp_path: Path
) -> None:
    wishes: list[Wish] = []
    for sort in Sort:
        broken = tmp_path / sort.value
        broken.write_bytes(b"nothing of the kind" * 40)
        wishes.append((sort, broken, sort))
    wishes += [("gone", tmp_path / "gone.dcm", None), ("good", photo(tmp_path / "a.jpg"), Sort.PICTURE)]
    assert set(made(previews, qtbot, wishes)) == {"good"}


def test_a_new_list_ends_the_one_before(previews: Previews, qtbot: QtBot, tmp_path: Path) -> None:
    old: list[Wish] = [(number, photo(tmp_path / f"{number}.jpg"), Sort.PICTURE) for number in range(50)]
    came: list[object] = []
    previews.came.connect(lambda key, _: came.append(key))
    previews.want(old)
    previews.want([("new", photo(tmp_path / "new.jpg"), Sort.PICTURE)])
    qtbot.waitUntil(lambda: "new" in came, timeout=WAIT_MS)
    assert came == ["new"]
