"""Any frame of a video by its number, exactly; damage said; an hour no dearer than a minute."""

from __future__ import annotations

import contextlib
import threading
import time
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import psutil
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.store.intake.foreign.clips import clip
from tests.store.intake.foreign.clips import frame as clip_frame
from tests.viewer.video.objects import KINDS, carrier, film, stream, truth
from vetpacs_desktop.errors import CannotDecode
from vetpacs_desktop.viewer.describe import read_description
from vetpacs_desktop.viewer.description import Medium
from vetpacs_desktop.viewer.video import film as film_module
from vetpacs_desktop.viewer.video.film import Film
from vetpacs_desktop.viewer.video.index import Abandoned

FRAMES = 60


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One clip of every kind, made once."""
    folder = tmp_path_factory.mktemp("clips")
    return {kind: stream(folder / kind, kind, FRAMES) for kind in KINDS}


@pytest.fixture
def objects(clips: dict[str, Path], tmp_path: Path) -> dict[str, Path]:
    return {
        kind: carrier(tmp_path / f"{kind}.dcm", path.read_bytes(), KINDS[kind][3])
        for kind, path in clips.items()
    }


@pytest.mark.parametrize("kind", KINDS)
def test_every_frame_comes_by_its_number_in_any_order(
    clips: dict[str, Path], objects: dict[str, Path], kind: str
) -> None:
    wanted = truth(clips[kind])
    assert len(wanted) == FRAMES
    opened = film(objects[kind])
    jumps = np.random.default_rng(7).permutation(FRAMES).tolist()
    for number in [0, 1, 2, FRAMES - 1, FRAMES - 2, 12, 11, 30, *jumps]:
        assert np.array_equal(opened.stored(number), wanted[number]), number
    assert opened.exact_description().number_of_frames == FRAMES


@pytest.mark.parametrize("kind", ["mp4", "open_gop", "mpeg2_ps", "mpeg2_ts"])
def test_jumps_need_the_index_when_the_way_is_long(
    clips: dict[str, Path], objects: dict[str, Path], kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(film_module, "SHORT_WAY", 3)
    monkeypatch.setattr(film_module, "KEPT_BYTES", 400_000)
    wanted, opened = truth(clips[kind]), film(objects[kind])
    for number in (50, 13, 12, 11, 49, 25, 24, 59, 0, 36):
        assert np.array_equal(opened.stored(number), wanted[number]), number


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.lists(st.integers(0, FRAMES - 1), min_size=1, max_size=12))
def test_no_order_of_asking_gives_a_wrong_frame(
    clips: dict[str, Path], tmp_path: Path, order: list[int]
) -> None:
    wanted = truth(clips["open_gop"])
    opened = film(carrier(tmp_path / "any.dcm", clips["open_gop"].read_bytes()))
    for number in order:
        assert np.array_equal(opened.stored(number), wanted[number])


def test_two_threads_get_their_own_frames(clips: dict[str, Path], objects: dict[str, Path]) -> None:
    wanted, opened = truth(clips["mp4"]), film(objects["mp4"])
    wrong: list[int] = []

    def ask(numbers: range) -> None:
        wrong.extend(n for n in numbers if not np.array_equal(opened.stored(n), wanted[n]))

    threads = [threading.Thread(target=ask, args=(numbers,)) for numbers in (range(60), range(59, -1, -1))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_a_stream_in_several_fragments_is_joined(clips: dict[str, Path], tmp_path: Path) -> None:
    path = carrier(tmp_path / "f.dcm", clips["mp4"].read_bytes(), "1.2.840.10008.1.2.4.102.1", fragments=7)
    assert np.array_equal(film(path).stored(44), truth(clips["mp4"])[44])


@pytest.mark.parametrize("said", [None, 1, 10, 4000])
def test_the_stream_knows_how_many_frames_there_are(
    clips: dict[str, Path], tmp_path: Path, said: int | None
) -> None:
    opened = film(carrier(tmp_path / "n.dcm", clips["mp4"].read_bytes(), frames=said))
    assert opened.exact_description().number_of_frames == FRAMES
    assert opened.description.frame_time_ms == pytest.approx(1000 / 24, abs=0.01)
    with pytest.raises(CannotDecode, match="60 frames"):
        opened.stored(FRAMES)


def test_an_image_of_the_header_is_a_film_without_reading_the_stream(objects: dict[str, Path]) -> None:
    description = read_description(objects["mp4"])
    assert (description.medium, description.number_of_frames) == (Medium.FILM, FRAMES)
    assert description.has_pixels


@pytest.mark.parametrize("kind", ["mpeg2_ps", "mpeg2_ts", "h264_ts"])
def test_what_comes_before_a_cut_is_shown_and_the_rest_said(
    clips: dict[str, Path], tmp_path: Path, kind: str
) -> None:
    data = clips[kind].read_bytes()
    opened = film(carrier(tmp_path / "cut.dcm", data[: len(data) // 2], KINDS[kind][3]))
    assert np.array_equal(opened.stored(3), truth(clips[kind])[3])
    with pytest.raises(CannotDecode):
        opened.stored(FRAMES - 1)


def test_a_file_without_its_table_says_that_it_is_cut_off(clips: dict[str, Path], tmp_path: Path) -> None:
    data = clips["mp4"].read_bytes()
    with pytest.raises(CannotDecode, match="damaged or cut off"):
        film(carrier(tmp_path / "cut.dcm", data[: len(data) // 2])).stored(0)


@pytest.mark.parametrize("junk", [b"\0" * 500, b"not a video at all" * 40, bytes(range(256)) * 9])
def test_no_video_at_all_is_said(tmp_path: Path, junk: bytes) -> None:
    with pytest.raises(CannotDecode):
        film(carrier(tmp_path / "junk.dcm", junk)).stored(0)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(2000, 100_000), value=st.binary(min_size=1, max_size=40), frame=st.integers(0, 59))
def test_damage_is_a_frame_or_a_sentence(
    clips: dict[str, Path], tmp_path: Path, at: int, value: bytes, frame: int
) -> None:
    data = bytearray(clips["mpeg2_ps"].read_bytes())
    at %= len(data) - len(value)
    data[at : at + len(value)] = value
    opened = film(carrier(tmp_path / "hit.dcm", bytes(data), KINDS["mpeg2_ps"][3]))
    with contextlib.suppress(CannotDecode):
        assert opened.stored(frame).shape == (240, 320, 3)


def test_after_a_damaged_frame_none_is_shown_until_the_next_key_frame(
    clips: dict[str, Path], tmp_path: Path
) -> None:
    """The decoder would go on with pictures made from a wrong one, and say nothing."""
    wanted, data = truth(clips["mp4"]), bytearray(clips["mp4"].read_bytes())
    with av.open(str(clips["mp4"])) as container:
        places = [packet.pos for packet in container.demux(video=0) if packet.size]
    data[places[15] : places[15] + 4] = b"\xff\xff\xff\xff"  # the length of its only part
    opened = film(carrier(tmp_path / "hit.dcm", bytes(data)))
    shown = {}
    for number in range(FRAMES):
        with contextlib.suppress(CannotDecode):
            shown[number] = opened.stored(number)
    assert set(range(12)) <= set(shown)
    assert set(range(24, FRAMES)) <= set(shown)
    assert not {17, 18, 19, 20} & set(shown)
    assert all(np.array_equal(picture, wanted[number]) for number, picture in shown.items())


def test_frames_of_uneven_length_are_not_miscounted(tmp_path: Path) -> None:
    """Phones record so: the frames are told apart by their times, which an index knows."""
    target = tmp_path / "uneven.mp4"
    with av.open(str(target), "w") as out:
        stream_: Any = out.add_stream("libx264", rate=30, options={"bf": "2", "g": "20"})
        stream_.width, stream_.height, stream_.pix_fmt = 320, 240, "yuv420p"
        stream_.time_base = stream_.codec_context.time_base = Fraction(1, 1000)
        time_ms = 0
        for number in range(40):
            picture = av.VideoFrame.from_ndarray(clip_frame((320, 240), number), format="rgb24")
            picture.pts, picture.time_base = time_ms, Fraction(1, 1000)
            time_ms += 100 if number % 7 == 3 else 33
            out.mux(stream_.encode(picture))
        out.mux(stream_.encode())
    wanted = truth(target)
    opened = film(carrier(tmp_path / "u.dcm", target.read_bytes(), frames=40))
    for number in (0, 1, 2, 3, 4, 5, 6, 39, 20, 21, 8):
        assert np.array_equal(opened.stored(number), wanted[number]), number


def test_a_long_way_is_left_when_nobody_waits(objects: dict[str, Path]) -> None:
    opened = film(objects["one_key"])
    asked = iter([True, True, False])
    with pytest.raises(Abandoned):
        opened.stored(50, wanted=lambda: next(asked))
    assert opened.stored(50).shape == (240, 320, 3)


def test_a_film_that_is_ended_stops_at_once(objects: dict[str, Path]) -> None:
    opened = film(objects["one_key"])
    opened.end()
    with pytest.raises(Abandoned):
        opened.stored(50)


def test_a_header_with_another_size_takes_no_measure_with_it(clips: dict[str, Path], tmp_path: Path) -> None:
    path = carrier(tmp_path / "s.dcm", clips["mp4"].read_bytes(), size=(400, 300), PixelSpacing=[0.5, 0.5])
    opened = film(path)
    assert opened.stored(0).shape == (240, 320, 3)
    assert (opened.description.columns, opened.description.rows) == (320, 240)
    assert opened.description.frames[0].pixel_spacing is None


def test_the_file_can_be_moved_while_it_is_open(objects: dict[str, Path]) -> None:
    opened = film(objects["mp4"])
    opened.stored(5)
    held = [file.path for file in psutil.Process().open_files()]
    assert str(objects["mp4"]) not in held


def test_an_hour_opens_at_once_and_jumps_in_moments(tmp_path: Path) -> None:
    path = carrier(tmp_path / "hour.dcm", hour(tmp_path).read_bytes(), frames=90_000)
    before = psutil.Process().memory_info().rss
    start = time.monotonic()
    opened = film(path)
    opened.stored(0)
    first = time.monotonic() - start
    for number in (89_999, 45_000, 44_999, 1):
        assert opened.stored(number).shape == (64, 64, 3)
    assert first < 0.5
    assert time.monotonic() - start < 6
    assert opened.exact_description().number_of_frames == 90_000
    assert psutil.Process().memory_info().rss - before < 200 << 20


def hour(folder: Path) -> Path:
    """90,000 frames, 25 a second: one second of video repeated."""
    second = clip(folder / "second.mp4", size=(64, 64), frames=25, rate=25, options={"g": "25", "bf": "0"})
    target = folder / "hour.mp4"
    with av.open(str(second)) as source, av.open(str(target), "w", format="mp4") as out:
        template = source.streams.video[0]
        copy = out.add_stream_from_template(template)
        packets = [(bytes(one), one.is_keyframe) for one in source.demux(template) if one.size]
        for number in range(90_000):
            data, key = packets[number % 25]
            packet = av.Packet(data)
            packet.stream, packet.time_base = copy, template.time_base
            step = round(1 / 25 / template.time_base)
            packet.pts = packet.dts = number * step
            packet.is_keyframe = key
            out.mux(packet)
    return target


def test_a_film_keeps_few_pictures(objects: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(film_module, "KEPT_BYTES", 1_000_000)
    opened = film(objects["mp4"])
    for number in range(FRAMES):
        opened.stored(number)
    assert len(kept(opened)) <= 9


def kept(opened: Film) -> list[int]:
    return list(opened._kept)
