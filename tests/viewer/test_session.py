"""Which frames a series holds: roughly at once, exactly soon, and the two agree where the reading begins."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.helpers.corpus import images
from tests.viewer.documents import papers
from tests.viewer.render.files import image_file
from tests.viewer.video import objects
from vetpacs_desktop.jobs import CancelToken
from vetpacs_desktop.viewer.describe import read_description
from vetpacs_desktop.viewer.description import Medium
from vetpacs_desktop.viewer.exam import ExamSeries
from vetpacs_desktop.viewer.loading import FrameKey, FrameLoader
from vetpacs_desktop.viewer.session import FramesOfFile, arranged, first_look


def series(*paths: Path, frames: int | None = None) -> ExamSeries:
    first = read_description(paths[0])
    return ExamSeries(first.series_uid, first.modality, 1, "", paths, frames or len(paths))


def slices(folder: Path, places: list[float], **tags: Any) -> list[Path]:
    return [
        image_file(
            folder,
            np.zeros((8, 8), np.int16),
            Modality="CT",
            SOPClassUID="1.2.840.10008.5.1.4.1.1.2",
            ImageOrientationPatient=[1, 0, 0, 0, 1, 0],
            ImagePositionPatient=[0, 0, z],
            PixelSpacing=[1, 1],
            InstanceNumber=n + 1,
            **tags,
        )
        for n, z in enumerate(places)
    ]


def exactly(wanted: ExamSeries) -> Any:
    return arranged(wanted, {}, CancelToken())


@pytest.mark.parametrize("places", [[0, 1, 2, 3, 4], [4, 3, 2, 1, 0]])
def test_the_first_look_begins_where_the_true_order_begins(tmp_path: Path, places: list[float]) -> None:
    wanted = series(*slices(tmp_path, places))
    rough = first_look(wanted)
    (exact,) = exactly(wanted)
    assert rough.keys == exact.keys
    assert not rough.final
    assert exact.final
    assert exact.kind == "volume"
    assert [exact.position(n) for n in range(5)] == sorted(exact.position(n) for n in range(5))


def test_missing_and_tilted_are_noted(tmp_path: Path) -> None:
    (stack,) = exactly(series(*slices(tmp_path, [0, 1, 2, 4, 5, 6])))
    assert stack.note == "1 missing"
    assert stack.problems


def test_known_headers_are_not_read_again(tmp_path: Path) -> None:
    paths = slices(tmp_path, [0, 1, 2])
    known = {path: read_description(path) for path in paths}
    wanted = series(*paths)
    for path in paths:
        path.unlink()
    (stack,) = arranged(wanted, known, CancelToken())
    assert len(stack.keys) == 3


def test_a_file_that_can_not_be_read_keeps_its_place_to_say_why(tmp_path: Path) -> None:
    paths = slices(tmp_path, [0, 1, 2])
    wanted = series(*paths)
    paths[1].write_bytes(b"not an image at all")
    stacks = exactly(wanted)
    assert [len(stack.keys) for stack in stacks] == [2, 1]
    assert stacks[1].keys[0].path == paths[1]


def test_stills_are_leafed_through_and_radiographs_hung_apart(tmp_path: Path) -> None:
    still = {"SOPClassUID": "1.2.840.10008.5.1.4.1.1.6.1", "Modality": "US"}
    stills = [image_file(tmp_path, np.zeros((8, 8), np.uint8), InstanceNumber=n, **still) for n in (1, 2, 3)]
    (together,) = exactly(series(*stills))
    assert [key.path for key in together.keys] == stills
    view = {"SOPClassUID": "1.2.840.10008.5.1.4.1.1.1.1", "Modality": "DX"}
    views = [image_file(tmp_path, np.zeros((8, 8), np.uint16), InstanceNumber=n, **view) for n in (1, 2)]
    assert [len(stack.keys) for stack in exactly(series(*views))] == [1, 1]


def test_a_film_is_one_stack_at_its_own_pace(tmp_path: Path) -> None:
    path = image_file(
        tmp_path,
        np.zeros((5 * 8, 8), np.uint8),
        Rows=8,
        NumberOfFrames=5,
        FrameTime="20",
        Modality="US",
        SOPClassUID="1.2.840.10008.5.1.4.1.1.3.1",
    )
    wanted = series(path, frames=5)
    for stack in (first_look(wanted), *exactly(wanted)):
        assert [key.frame for key in stack.keys] == [0, 1, 2, 3, 4]
        assert stack.is_cine
        assert stack.frame_ms == 20


def test_a_very_long_file_is_not_read_for_the_first_look(tmp_path: Path) -> None:
    never = tmp_path / "never.dcm"
    keys = first_look(ExamSeries("1", "MR", 1, "", (never,), 1000)).keys
    assert len(keys) == 1000
    assert keys[999].frame == 999


def test_a_series_without_files_is_an_empty_stack() -> None:
    assert first_look(ExamSeries("1", "CT", 1, "", (), 0)).keys == ()


@pytest.mark.corpus
@pytest.mark.parametrize("name", ["ct-thin", "ct-tilted", "mr-prone"])
def test_real_series_begin_where_they_seemed_to(name: str) -> None:
    wanted = series(*images(name))
    (exact,) = exactly(wanted)
    assert first_look(wanted).keys[0] == exact.keys[0]
    assert len(exact.keys) == len(wanted.paths)


# --- videos and documents -------------------------------------------------------------------------


def test_a_long_video_is_known_as_one_at_the_first_look(tmp_path: Path) -> None:
    clip = objects.stream(tmp_path / "c", "mp4", 10)
    path = objects.carrier(tmp_path / "v.dcm", clip.read_bytes(), frames=108_000, FrameTime="40")
    stack = first_look(series(path, frames=108_000))
    assert (stack.medium, stack.kind, len(stack.keys), stack.frame_ms) == (Medium.FILM, "cine", 108_000, 40)


def test_the_true_length_comes_with_the_true_order(tmp_path: Path) -> None:
    clip = objects.stream(tmp_path / "c", "mp4", 10)
    path = objects.carrier(tmp_path / "v.dcm", clip.read_bytes(), frames=108_000)
    loader = FrameLoader(1)
    known = {path: read_description(path)}
    (stack,) = arranged(series(path), known, CancelToken(), loader.describe)
    loader.close()
    assert (stack.final, len(stack.keys)) == (True, 10)


def test_the_pages_of_a_document_are_a_stack(tmp_path: Path) -> None:
    path = papers.carrier(tmp_path / "d.dcm", papers.pdf([papers.A4] * 3))
    (stack,) = exactly(series(path))
    assert (stack.medium, stack.is_cine, list(stack.keys)) == (
        Medium.DOCUMENT,
        False,
        [FrameKey(path, 0), FrameKey(path, 1), FrameKey(path, 2)],
    )


def test_each_video_of_a_series_is_a_stack_of_its_own(tmp_path: Path) -> None:
    clip = objects.stream(tmp_path / "c", "mp4", 10).read_bytes()
    paths = [objects.carrier(tmp_path / f"{n}.dcm", clip, frames=10) for n in range(2)]
    assert [len(stack.keys) for stack in exactly(series(*paths))] == [10, 10]


def test_keys_of_a_file_behave_like_a_tuple_of_them() -> None:
    path, other = Path("a"), Path("b")
    keys, plain = FramesOfFile(path, 5), tuple(FrameKey(path, n) for n in range(5))
    assert (tuple(keys), keys[:2], keys[-1], keys[9:]) == (plain, plain[:2], plain[-1], ())
    assert FrameKey(path, 3) in keys
    assert keys.index(FrameKey(path, 3)) == 3
    for stranger in (FrameKey(path, 5), FrameKey(other, 0), "a", FrameKey(path, -1)):
        assert stranger not in keys
    with pytest.raises(ValueError, match="a"):
        keys.index(FrameKey(path, 5))
    with pytest.raises(IndexError):
        keys[5]
