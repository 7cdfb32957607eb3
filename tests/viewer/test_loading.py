"""Loading frames: the dearest first, never in the way, within memory, and nothing left behind."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import imagecodecs
import numpy as np
import psutil
import pytest

from tests.helpers.corpus import images
from tests.viewer.documents import papers
from tests.viewer.pixels.samples import compressed, dataset, grey_like, opened, real, write
from tests.viewer.video import objects
from vetpacs_desktop.errors import CannotDecode, KnownError, NotAnImage, PathMissing
from vetpacs_desktop.viewer.documents.part import Part
from vetpacs_desktop.viewer.loading import FrameKey, FrameLoader, LoadedFrame
from vetpacs_desktop.viewer.pixels.decoders import TABLE

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:pydicom")


class Watched:
    """A loader and what it announced, in order."""

    def __init__(self, workers: int = 2, memory_bytes: int = 1 << 30) -> None:
        self.loader = FrameLoader(workers, memory_bytes)
        self.ready: list[LoadedFrame] = []
        self.failed: dict[FrameKey, KnownError] = {}
        self.loader.on_ready.subscribe(self.ready.append)
        self.loader.on_failed.subscribe(lambda pair: self.failed.update([pair]))

    def wait(self, condition: Callable[[], bool], seconds: float = 20) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, "waited in vain"
            time.sleep(0.002)

    def load(self, keys: list[FrameKey]) -> None:
        self.loader.request(keys)
        self.wait(lambda: all(self.loader.get(key) or key in self.failed for key in keys))

    def keys(self) -> list[FrameKey]:
        return [frame.key for frame in self.ready]


@pytest.fixture
def start() -> Iterator[Callable[..., Watched]]:
    made: list[Watched] = []

    def make(workers: int = 2, memory_bytes: int = 1 << 30) -> Watched:
        made.append(Watched(workers, memory_bytes))
        return made[-1]

    before = threading.active_count(), len(psutil.Process().children(recursive=True))
    yield make
    for watched in made:
        watched.loader.close()
    assert (threading.active_count(), len(psutil.Process().children(recursive=True))) == before


@pytest.fixture
def stack(tmp_path: Path) -> list[FrameKey]:
    """Twenty slices whose first pixel holds their number."""
    keys = []
    for number in range(20):
        values = grey_like((64, 64))
        values[0, 0] = number
        path = tmp_path / f"{number:02}.dcm"
        ds = dataset(values.tobytes(), Rows=64, Columns=64, RescaleSlope=1, RescaleIntercept=-1024)
        keys.append(FrameKey(write(path, ds)))
    return keys


def test_frames_arrive_ready_to_show(start: Callable[..., Watched], stack: list[FrameKey]) -> None:
    watched = start()
    watched.load(stack)
    for number, key in enumerate(stack):
        frame = watched.loader.get(key)
        assert frame is not None
        assert frame.values.dtype == np.int16
        assert frame.values[0, 0] == number - 1024
        assert frame.description.path == key.path
        assert frame.default_window is not None
        assert not frame.values.flags.writeable


def test_the_dearest_comes_first(start: Callable[..., Watched], stack: list[FrameKey]) -> None:
    watched = start(workers=1)
    order = stack[10:] + stack[:10][::-1]
    watched.load(order)
    assert watched.keys() == order


def test_asking_costs_the_caller_no_time(start: Callable[..., Watched]) -> None:
    watched = start()
    keys = [FrameKey(real("RG1_J2KR.dcm")), FrameKey(real("RG3_J2KR.dcm"))] * 50
    begin = time.perf_counter()
    watched.loader.request(keys)
    assert watched.loader.get(keys[0]) is None
    assert time.perf_counter() - begin < 0.1


def test_wishes_that_lapse_are_dropped(start: Callable[..., Watched], stack: list[FrameKey]) -> None:
    watched = start(workers=1)
    slow = FrameKey(real("RG1_J2KR.dcm"))
    watched.loader.request([slow, *stack[:15]])
    time.sleep(0.05)
    watched.loader.request(stack[15:])
    watched.wait(lambda: all(watched.loader.get(key) for key in stack[15:]))
    assert watched.keys() == stack[15:]
    assert not any(watched.loader.get(key) for key in stack[:15])


def test_what_is_loaded_is_not_loaded_again(start: Callable[..., Watched], stack: list[FrameKey]) -> None:
    watched = start()
    watched.load(stack)
    first = watched.loader.get(stack[3])
    watched.load(stack[::-1])
    assert watched.loader.get(stack[3]) is first
    assert len(watched.ready) == len(stack)


def test_memory_is_bounded_and_the_nearest_are_kept(
    start: Callable[..., Watched], stack: list[FrameKey]
) -> None:
    watched = start(memory_bytes=5 * 64 * 64 * 2)
    watched.loader.request(stack)
    watched.wait(lambda: sum(watched.loader.get(key) is not None for key in stack) == 5)
    time.sleep(0.05)
    assert [watched.loader.get(key) is not None for key in stack] == [True] * 5 + [False] * 15
    nearest = stack[10:15] + stack[:10] + stack[15:]
    watched.loader.request(nearest)
    watched.wait(lambda: all(watched.loader.get(key) for key in stack[10:15]))
    assert not any(watched.loader.get(key) for key in stack[:5])


def test_broken_files_do_not_stop_the_others(
    start: Callable[..., Watched], stack: list[FrameKey], tmp_path: Path
) -> None:
    (tmp_path / "text.dcm").write_text("Rex")
    broken = {
        FrameKey(real("MR_truncated.dcm")): CannotDecode,
        FrameKey(tmp_path / "text.dcm"): NotAnImage,
        FrameKey(tmp_path / "absent.dcm"): PathMissing,
        FrameKey(stack[0].path, 7): CannotDecode,
        FrameKey(tmp_path): NotAnImage,
    }
    watched = start()
    mixed = [*broken, *stack]
    watched.load(mixed)
    assert {key: type(error) for key, error in watched.failed.items()} == broken
    assert len(watched.ready) == len(stack)
    assert watched.loader.failure(next(iter(broken))) is not None


def test_a_file_that_came_back_is_tried_again_when_it_is_forgotten(
    start: Callable[..., Watched], stack: list[FrameKey]
) -> None:
    hidden = stack[0].path.rename(stack[0].path.with_suffix(".hidden"))
    watched = start()
    watched.load(stack[:1])
    assert stack[0] in watched.failed
    hidden.rename(stack[0].path)
    watched.loader.forget(stack[0].path)
    watched.loader.request(stack[:1])
    watched.wait(lambda: watched.loader.get(stack[0]) is not None)
    assert watched.loader.failure(stack[0]) is None


def test_a_film_is_opened_once_and_its_frames_are_all_there(start: Callable[..., Watched]) -> None:
    watched = start()
    path = real("emri_small_jpeg_ls_lossless.dcm")
    keys = [FrameKey(path, frame) for frame in range(10)]
    watched.load(keys)
    descriptions = {id(frame.description) for frame in watched.ready}
    assert len(descriptions) == 1
    expected = opened(path.name)
    for key in keys:
        frame = watched.loader.get(key)
        assert frame is not None
        assert np.array_equal(frame.values, expected.stored(key.frame))


def test_colour_needs_no_window(start: Callable[..., Watched]) -> None:
    watched = start()
    key = FrameKey(real("US1_UNCR.dcm"))
    watched.load([key])
    (frame,) = watched.ready
    assert frame.values.shape == (480, 640, 3)
    assert frame.default_window is None


def test_overlays_and_padding_come_along(start: Callable[..., Watched], tmp_path: Path) -> None:
    values = grey_like((40, 50))
    values[:5] = 0
    ds = dataset(values.tobytes(), Rows=40, Columns=50)
    ds.add_new("PixelPaddingValue", "US", 0)
    watched = start()
    keys = [FrameKey(write(tmp_path / "p.dcm", ds)), FrameKey(real("examples_overlay.dcm"))]
    watched.load(keys)
    padded, overlaid = watched.loader.get(keys[0]), watched.loader.get(keys[1])
    assert padded is not None
    assert overlaid is not None
    assert padded.padding_mask is not None
    assert padded.padding_mask[:5].all()
    assert len(overlaid.overlays) == 1
    assert overlaid.nbytes > overlaid.values.nbytes


def test_decoders_that_hold_the_lock_run_in_a_process(
    start: Callable[..., Watched], monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = tuple(decoder for decoder in TABLE["1.2.840.10008.1.2.4.90"] if decoder.holds_gil)
    monkeypatch.setattr("vetpacs_desktop.viewer.pixels.decode.decoders_for", lambda *_: slow)
    watched = start(workers=2)
    keys = [FrameKey(real(name)) for name in ("MR_small_jp2klossless.dcm", "693_J2KR.dcm", "US1_J2KR.dcm")]
    watched.load(keys)
    assert not watched.failed
    children = [" ".join(child.cmdline()) for child in psutil.Process().children()]
    assert 1 <= sum("viewer.pixels.process" in line for line in children) <= 2
    monkeypatch.undo()
    for frame in watched.ready:
        stored = opened(frame.key.path.name).stored(0)
        assert np.array_equal(frame.values if frame.values.ndim == 3 else stored, stored)


@pytest.mark.expects_errors
def test_a_listener_that_fails_does_not_end_the_loading(
    start: Callable[..., Watched], stack: list[FrameKey]
) -> None:
    watched = start(workers=1)

    def fail(_: LoadedFrame) -> None:
        raise ValueError("a bug in a listener")

    unsubscribe = watched.loader.on_ready.subscribe(fail)
    watched.load(stack[:5])
    unsubscribe()
    watched.load(stack)
    assert not watched.failed


def test_closing_in_the_middle_leaves_nothing(stack: list[FrameKey]) -> None:
    before = threading.active_count()
    for _ in range(5):
        loader = FrameLoader(2)
        loader.request([FrameKey(real("RG1_J2KR.dcm")), *stack])
        loader.close()
        loader.close()
        assert threading.active_count() == before


def test_a_listener_may_close_the_loader(stack: list[FrameKey]) -> None:
    loader = FrameLoader(2)
    closed = threading.Event()

    def close(_: LoadedFrame) -> None:
        loader.close()
        closed.set()

    loader.on_ready.subscribe(close)
    loader.request(stack)
    assert closed.wait(10)
    loader.close()


@pytest.mark.corpus
def test_the_first_image_of_a_ct_is_there_at_once(start: Callable[..., Watched]) -> None:
    """The bench measures it; this only guards against reading everything first."""
    watched = start()
    keys = [FrameKey(path) for path in images("ct-thin")]
    begin = time.perf_counter()
    watched.loader.request(keys)
    watched.wait(lambda: bool(watched.ready))
    first = time.perf_counter() - begin
    watched.wait(lambda: len(watched.ready) == 140)
    assert first < (time.perf_counter() - begin) / 4
    assert watched.ready[0].key in keys[:2]


def test_compressed_films_load_from_a_folder_with_any_letters(
    start: Callable[..., Watched], tmp_path: Path
) -> None:
    folder = tmp_path / "Mäuse & Löwen 猫"
    folder.mkdir()
    frames = [imagecodecs.jpegls_encode(grey_like(seed=seed)) for seed in range(3)]
    path = compressed(folder / "film.dcm", frames, "1.2.840.10008.1.2.4.80", Rows=40, Columns=50)
    watched = start()
    watched.load([FrameKey(path, frame) for frame in range(3)])
    assert not watched.failed


def test_pages_and_their_parts_come_from_a_process(start: Callable[..., Watched], tmp_path: Path) -> None:
    path = papers.carrier(tmp_path / "d.dcm", papers.pdf([papers.A4] * 2))
    watched = start(workers=1)
    part = FrameKey(path, 1, Part(0.5, 0, 0, 256, 512))
    watched.load([FrameKey(path, 1), part])
    whole, piece = (watched.loader.get(key) for key in (FrameKey(path, 1), part))
    assert whole is not None
    assert piece is not None
    assert (whole.values.shape, piece.values.shape) == ((2339, 1653, 3), (512, 256, 3))
    assert len(psutil.Process().children(recursive=True)) >= 1


def test_frames_of_a_video_are_exact_whoever_else_asks(start: Callable[..., Watched], tmp_path: Path) -> None:
    clip = objects.stream(tmp_path / "c", "open_gop", 60)
    path = objects.carrier(tmp_path / "v.dcm", clip.read_bytes())
    watched, wanted = start(workers=3), objects.truth(clip)
    watched.load([FrameKey(path, number) for number in (40, 41, 3, 59, 2, 1, 0, 25)])
    for loaded in watched.ready:
        assert np.array_equal(loaded.values, wanted[loaded.key.frame])


def test_a_frame_that_nobody_waits_for_is_left_and_comes_when_wished_again(
    start: Callable[..., Watched], tmp_path: Path
) -> None:
    clip = objects.stream(tmp_path / "c", "one_key", 400)
    path = objects.carrier(tmp_path / "v.dcm", clip.read_bytes(), frames=400)
    watched = start(workers=1)
    for number in (399, 300, 350, 380):
        watched.loader.request([FrameKey(path, number)])
        time.sleep(0.02)
    watched.load([FrameKey(path, 399)])
    assert not watched.failed


def test_a_thread_may_wait_for_a_frame_that_is_wished(start: Callable[..., Watched], tmp_path: Path) -> None:
    path = write(tmp_path / "a.dcm", dataset(grey_like((40, 80)).tobytes(), Rows=40, Columns=80))
    watched, key = start(), FrameKey(path)
    assert watched.loader.awaited(key) is None, "nobody wishes it"
    lost = FrameKey(tmp_path / "gone.dcm")
    watched.loader.request([key, lost])
    frame = watched.loader.awaited(key)
    assert frame is not None
    assert frame is watched.loader.get(key)
    assert watched.loader.awaited(lost) is None


def test_a_stopped_loader_keeps_no_pixels(start: Callable[..., Watched], tmp_path: Path) -> None:
    path = write(tmp_path / "a.dcm", dataset(grey_like((40, 80)).tobytes(), Rows=40, Columns=80))
    watched = start()
    watched.load([FrameKey(path)])
    assert watched.loader.nbytes > 0
    watched.loader.stop()
    assert watched.loader.nbytes == 0
    assert watched.loader.awaited(FrameKey(path)) is None
