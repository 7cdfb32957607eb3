"""Videos: a stream that DICOM allows is not touched, any other comes out conforming, upright and whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.encaps import generate_fragments
from pydicom.uid import HEVCMP51, MPEG4HP41, MPEG4HP422D, VideoEndoscopicImageStorage

from tests.store.intake.foreign.clips import clip, decoded, frame, packets
from tests.store.intake.foreign.files import BLUE, GREEN, RED, YELLOW, faults, one, reason
from vetpacs_desktop.store.intake.foreign.encoding import fitting
from vetpacs_desktop.store.intake.foreign.original import Place, original_of, restore
from vetpacs_desktop.store.intake.foreign.subject import Kind

CORNERS = ((8, 8, RED), (8, -8, GREEN), (-8, 8, BLUE), (-8, -8, YELLOW))


def opened(made: Path, folder: Path) -> tuple[Dataset, Path]:
    """The object's header and its video as a file."""
    dataset = dcmread(made)
    table, *fragments = generate_fragments(dataset.PixelData)
    assert table == b""
    assert len(fragments) == 1
    inside = folder / "inside.mp4"
    inside.write_bytes(fragments[0])
    return dataset, inside


def check_corners(pixels: Any, tolerance: int = 14) -> None:
    for row, column, colour in CORNERS:
        assert np.abs(pixels[row, column].astype(int) - colour).max() <= tolerance, (row, column)


@pytest.mark.parametrize("sound", ["", "aac"])
def test_an_mp4_is_kept_byte_for_byte_with_its_sound(tmp_path: Path, sound: str) -> None:
    file = clip(tmp_path / "loop 12.mp4", sound=sound)
    made = one(file, tmp_path / "out", Kind.ENDOSCOPY)
    dataset, inside = opened(made, tmp_path)
    assert inside.read_bytes()[: file.stat().st_size] == file.read_bytes()
    assert dataset.file_meta.TransferSyntaxUID == MPEG4HP41
    assert (dataset.SOPClassUID, dataset.Modality) == (VideoEndoscopicImageStorage, "ES")
    assert (dataset.NumberOfFrames, dataset.Rows, dataset.Columns) == (24, 240, 320)
    assert (float(dataset.FrameTime), dataset.CineRate) == (pytest.approx(1000 / 24, abs=1e-4), 24)
    assert dataset.FrameIncrementPointer == 0x00181063
    assert dataset.PhotometricInterpretation == "YBR_PARTIAL_420"
    assert dataset.InstanceNumber == 12
    assert len(packets(inside)) == 24
    restore(made, tmp_path / "back.mp4")
    assert (tmp_path / "back.mp4").read_bytes() == file.read_bytes()
    assert not faults(made)


@pytest.mark.parametrize(
    ("codec", "options", "syntax"),
    [
        ("libx264", {"profile": "high", "level": "4.1"}, MPEG4HP41),
        ("libx264", {"profile": "high", "level": "4.2"}, MPEG4HP422D),
        ("libx264", {"profile": "main"}, MPEG4HP41),
        ("libx264", {"profile": "baseline"}, MPEG4HP41),
        ("libx265", {"x265-params": "log-level=none", "tag": "hvc1"}, HEVCMP51),
    ],
)
def test_a_quicktime_stream_moves_into_an_mp4_untouched(
    tmp_path: Path, codec: str, options: dict[str, str], syntax: str
) -> None:
    file = clip(tmp_path / "phone.mov", codec=codec, container="mov", options=options)
    made = one(file, tmp_path / "out")
    dataset, inside = opened(made, tmp_path)
    assert dataset.file_meta.TransferSyntaxUID == syntax
    assert packets(inside) == packets(file)
    assert inside.read_bytes()[4:8] == b"ftyp"
    assert inside.read_bytes()[8:12] != b"qt  "
    restore(made, tmp_path / "back.mov")
    assert (tmp_path / "back.mov").read_bytes() == file.read_bytes()
    assert not faults(made)


def test_a_matroska_stream_moves_into_an_mp4_with_all_its_frames(tmp_path: Path) -> None:
    """Its first packets state no decoding time, which an MP4 must have."""
    file = clip(tmp_path / "scope.mkv", container="matroska", options={"bf": "3", "g": "12"}, frames=40)
    made = one(file, tmp_path / "out")
    _, inside = opened(made, tmp_path)
    assert len(packets(inside)) == 40
    assert all(np.array_equal(a, b) for a, b in zip(decoded(inside), decoded(file), strict=True))
    assert not faults(made)


def test_sound_that_dicom_does_not_know_stays_with_the_original(tmp_path: Path) -> None:
    file = clip(tmp_path / "camera.mov", container="mov", sound="pcm_s16le")
    made = one(file, tmp_path / "out")
    _, inside = opened(made, tmp_path)
    with av.open(str(inside)) as video:
        assert not video.streams.audio
    assert packets(inside) == packets(file)
    restore(made, tmp_path / "back.mov")
    assert packets(tmp_path / "back.mov", "audio")


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("scope.avi", {"codec": "mjpeg", "container": "avi", "pixels": "yuvj420p"}),
        ("scope.avi", {"codec": "mpeg4", "container": "avi"}),
        ("raw.avi", {"codec": "rawvideo", "container": "avi", "pixels": "bgr24"}),
        ("wide.mp4", {"pixels": "yuv422p", "options": {"profile": "high422"}}),
        ("level.mp4", {"options": {"level": "5.1"}}),
        ("trolley.wmv", {"codec": "wmv2", "container": "asf"}),
        ("disc.mpg", {"codec": "mpeg2video", "container": "mpeg", "rate": 25}),
        ("web.mkv", {"codec": "ffv1", "container": "matroska"}),
        ("odd.mp4", {"size": (321, 241), "pixels": "yuv444p"}),
    ],
)
def test_anything_else_is_encoded_anew_and_its_original_kept(tmp_path: Path, name: str, how: Any) -> None:
    file = clip(tmp_path / name, **how)
    made = one(file, tmp_path / "out")
    dataset, inside = opened(made, tmp_path)
    assert dataset.file_meta.TransferSyntaxUID == MPEG4HP41
    pictures = decoded(inside)
    assert len(pictures) == dataset.NumberOfFrames == 24
    assert pictures[0].shape[:2] == (dataset.Rows, dataset.Columns)
    assert dataset.Rows % 2 == dataset.Columns % 2 == 0
    check_corners(pictures[0])
    check_corners(pictures[-1])
    bar = pictures[12][dataset.Rows // 2].mean(axis=1)
    assert abs(int(np.argmax(bar)) - 12 * 8 - 3) <= 4
    found = original_of(made)
    assert found is not None
    assert found.place is Place.BEHIND
    restore(made, tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == file.read_bytes()
    assert not faults(made)


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_a_phone_held_upright_shows_the_animal_upright(tmp_path: Path, rotation: int) -> None:
    """`rotation` is how far, counter-clockwise, a player turns what is stored."""
    file = clip(tmp_path / "phone.mp4", rotation=rotation)
    with av.open(str(file)) as video:
        stored = next(video.decode(video=0))
        assert stored.rotation % 360 == rotation
        expected = np.rot90(stored.to_ndarray(format="rgb24"), rotation // 90).astype(int)
    dataset, inside = opened(one(file, tmp_path / "out"), tmp_path)
    first = decoded(inside)[0]
    assert first.shape == (dataset.Rows, dataset.Columns, 3) == expected.shape
    assert np.abs(first - expected)[20:-20:40, 20:-20:40].max() <= 24
    with av.open(str(inside)) as video:
        assert next(video.decode(video=0)).rotation == 0


def test_ten_bits_are_described_as_such(tmp_path: Path) -> None:
    file = clip(
        tmp_path / "ten.mp4",
        codec="libx265",
        pixels="yuv420p10le",
        options={"x265-params": "log-level=none"},
    )
    made = one(file, tmp_path / "out")
    dataset = dcmread(made)
    assert dataset.file_meta.TransferSyntaxUID == "1.2.840.10008.1.2.4.108"
    assert (dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit) == (16, 10, 9)


def test_the_moment_and_the_camera_are_noted(tmp_path: Path) -> None:
    notes = {
        "com.apple.quicktime.make": "Apple",
        "com.apple.quicktime.model": "iPhone 12",
        "com.apple.quicktime.creationdate": "2026-03-12T08:15:30+0100",
    }
    file = clip(tmp_path / "phone.mov", container="mov", notes=notes, fast_start=True)
    dataset = dcmread(one(file, tmp_path / "out"))
    assert (dataset.Manufacturer, dataset.ManufacturerModelName) == ("Apple", "iPhone 12")
    assert dataset.AcquisitionDateTime == "20260312081530+0100"


@pytest.mark.parametrize("fast_start", [False, True])
@pytest.mark.parametrize("share", [0.5, 0.9])
def test_a_video_that_is_cut_off_is_refused(tmp_path: Path, share: float, fast_start: bool) -> None:
    whole = clip(tmp_path / "whole.mp4", fast_start=fast_start).read_bytes()
    (tmp_path / "cut.mp4").write_bytes(whole[: int(len(whole) * share)])
    assert "cut off" in reason(tmp_path / "cut.mp4", tmp_path / "out")


def test_sound_alone_is_no_video(tmp_path: Path) -> None:
    with av.open(str(tmp_path / "voice.mp4"), "w") as file:
        stream: Any = file.add_stream("aac", rate=48_000)
        still = av.AudioFrame(format="fltp", layout="stereo", samples=1024)
        still.sample_rate, still.pts = 48_000, 0
        for plane in still.planes:
            plane.update(bytes(plane.buffer_size))
        for packet in (*stream.encode(still), *stream.encode()):
            file.mux(packet)
    assert "sound" in reason(tmp_path / "voice.mp4", tmp_path / "out")


@pytest.mark.parametrize(
    "size", [(3840, 2160), (2160, 3840), (1920, 1080), (1080, 1920), (1, 1), (7680, 200)]
)
def test_what_is_encoded_fits_the_level(size: tuple[int, int]) -> None:
    columns, rows = fitting(*size)
    assert columns % 2 == rows % 2 == 0
    assert -(-columns // 16) * -(-rows // 16) <= 8192
    assert columns <= max(2, size[0])
    assert rows <= max(2, size[1])
    assert columns / rows == pytest.approx(size[0] / size[1], rel=0.02)


def test_frames_look_as_they_were_drawn(tmp_path: Path) -> None:
    """The clips themselves are what the tests believe."""
    first = decoded(clip(tmp_path / "a.mp4"))[0].astype(int)
    assert np.abs(first - frame((320, 240), 0))[20:-20:40, 20:-20:40].max() <= 14
