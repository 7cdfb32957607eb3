"""A frame's number means the same for every command."""

from pathlib import Path

import numpy as np
import pytest

from tests.viewer.render.files import image_file, ramp
from vetpacs_desktop.errors import NotAnImage, PathMissing, UsageError
from vetpacs_desktop.viewer.choosing import frame_of, stacks_of_files


def cine(folder: Path, count: int) -> Path:
    pixels = np.zeros((count, 4, 6), np.uint8)
    return image_file(folder, pixels[0], NumberOfFrames=count, PixelData=pixels.tobytes())


def test_frames_of_one_file_count_as_the_file_does(tmp_path: Path) -> None:
    path = cine(tmp_path, 7)
    assert [frame_of([path], n).frame for n in (0, 3, 6)] == [0, 3, 6]
    assert frame_of([path], None).frame == 3
    for missing in (-1, 7):
        with pytest.raises(UsageError, match="0 to 6"):
            frame_of([path], missing)


def test_images_of_several_files_count_in_reading_order(tmp_path: Path) -> None:
    placed = {"ImageOrientationPatient": [1, 0, 0, 0, 1, 0], "PixelSpacing": [1, 1], "Modality": "CT"}
    heights = (30.0, 10.0, 20.0)
    paths = [
        image_file(tmp_path, ramp(), ImagePositionPatient=[0, 0, z], InstanceNumber=n, **placed)
        for n, z in enumerate(heights)
    ]
    (stack,) = stacks_of_files(paths)
    order = [paths[1], paths[2], paths[0]]
    assert [key.path for key in stack.keys] in (order, order[::-1])
    assert [frame_of(paths, n).path for n in range(3)] == [key.path for key in stack.keys]


def test_a_broken_file_is_an_error_only_when_it_is_alone(tmp_path: Path) -> None:
    broken = tmp_path / "broken.dcm"
    broken.write_bytes(b"\0" * 300)
    good = image_file(tmp_path, ramp())
    assert frame_of([broken, good], None).path == good
    with pytest.raises(NotAnImage):
        frame_of([broken], None)
    with pytest.raises((NotAnImage, PathMissing)):
        frame_of([tmp_path / "gone.dcm"], None)
    with pytest.raises(UsageError):
        frame_of([], None)
