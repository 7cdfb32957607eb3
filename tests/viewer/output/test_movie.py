"""Films by PyAV: every picture, the true pace, colours that survive, the index in front."""

import struct
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from vetpacs_desktop.errors import Cancelled
from vetpacs_desktop.viewer.labels import PictureLabel
from vetpacs_desktop.viewer.output.files import NotWritten
from vetpacs_desktop.viewer.output.movie import FASTEST, SLOWEST, rate_of, save_movie

LABEL = PictureLabel("Tierklinik Süd", "Ψιψίνα", "Smith", "2026-07-04")


def pictures(count: int, height: int = 48, width: int = 64) -> Iterator[NDArray[np.uint8]]:
    for n in range(count):
        yield np.full((height, width, 3), 8 * n, np.uint8)


def boxes(path: Path) -> list[str]:
    """The names of the file's outer boxes (ISO/IEC 14496-12)."""
    data, at, found = path.read_bytes(), 0, []
    while at < len(data):
        size, name = struct.unpack(">I4s", data[at : at + 8])
        found.append(name.decode())
        at += size
    return found


@pytest.mark.parametrize("rate", [Fraction(25), Fraction(30000, 1001), Fraction(44), Fraction(1, 2)])
def test_every_picture_is_there_at_the_true_pace(tmp_path: Path, rate: Fraction) -> None:
    path = tmp_path / "f.mp4"
    size = save_movie(pictures(20), path, rate, LABEL)
    assert size == path.stat().st_size
    with av.open(str(path)) as film:
        stream = film.streams.video[0]
        frames = list(film.decode(stream))
        assert stream.average_rate == rate
        assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert len(frames) == 20
        times = [frame.pts * frame.time_base for frame in frames]
        assert times == [n / rate for n in range(20)]
        greys = [frame.to_ndarray(format="rgb24").mean() for frame in frames]
    assert np.abs(np.array(greys) - 8 * np.arange(20)).max() < 3


def test_the_index_stands_in_front_so_that_it_plays_at_once(tmp_path: Path) -> None:
    save_movie(pictures(5), tmp_path / "f.mp4", Fraction(10), LABEL)
    names = boxes(tmp_path / "f.mp4")
    assert names.index("moov") < names.index("mdat")


def test_colours_survive(tmp_path: Path) -> None:
    red = np.zeros((64, 64, 3), np.uint8)
    red[..., 0], red[..., 2] = 220, 40
    save_movie([red] * 3, tmp_path / "f.mp4", Fraction(10), LABEL)
    with av.open(str(tmp_path / "f.mp4")) as film:
        stream = film.streams.video[0]
        assert stream.codec_context.colorspace == 1
        frame = next(film.decode(stream)).reformat(format="rgb24", src_colorspace="ITU709")
        assert np.abs(frame.to_ndarray().astype(int) - red).mean() < 4


def test_odd_sides_get_a_black_line_not_a_cut(tmp_path: Path) -> None:
    save_movie(pictures(3, 31, 45), tmp_path / "f.mp4", Fraction(10), LABEL)
    with av.open(str(tmp_path / "f.mp4")) as film:
        assert (film.streams.video[0].width, film.streams.video[0].height) == (46, 32)


def test_the_label_is_inside(tmp_path: Path) -> None:
    save_movie(pictures(3), tmp_path / "f.mp4", Fraction(10), LABEL)
    with av.open(str(tmp_path / "f.mp4")) as film:
        said = film.metadata
    assert (said["title"], said["artist"], said["date"]) == ("Ψιψίνα", "Tierklinik Süd", "2026-07-04")


def test_who_stops_leaves_no_half_film(tmp_path: Path) -> None:
    def stop(number: int) -> None:
        if number == 3:
            raise Cancelled()

    with pytest.raises(Cancelled):
        save_movie(pictures(20), tmp_path / "f.mp4", Fraction(10), LABEL, each=stop)
    assert list(tmp_path.iterdir()) == []


def test_no_pictures_make_no_film(tmp_path: Path) -> None:
    with pytest.raises(NotWritten):
        save_movie([], tmp_path / "f.mp4", Fraction(10), LABEL)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("milliseconds", "rate"),
    [
        (40, 25),
        (33.33, 30),
        (33.37, Fraction(30000, 1001)),
        (22.727, 44),
        (1000, 1),
        (16.683, Fraction(60000, 1001)),
    ],
)
def test_rates_are_those_that_devices_mean(milliseconds: float, rate: Fraction | int) -> None:
    assert rate_of(milliseconds) == rate


@given(st.floats(min_value=4.2, max_value=9_000))
def test_the_pace_is_true_within_a_five_thousandth(milliseconds: float) -> None:
    assert float(rate_of(milliseconds)) == pytest.approx(1000 / milliseconds, rel=1 / 4000, abs=1 / 1000)


def test_absurd_times_are_bounded() -> None:
    assert rate_of(0) == FASTEST
    assert rate_of(1e9) == SLOWEST
