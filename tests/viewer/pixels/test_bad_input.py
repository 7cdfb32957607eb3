"""Damaged headers and damaged bytes: a picture, or a sentence for the vet; never any other exception.

Real files of every coding are changed by a generator: tags take absurd values, bytes flip, files end early.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom import dcmread

from tests.viewer.pixels.samples import dataset, decoded, grey_like, real, write
from vetpacs_desktop.errors import CannotDecode, KnownError, NotAnImage
from vetpacs_desktop.viewer.loading import FrameKey, LoadedFrame, loaded
from vetpacs_desktop.viewer.pixels.files import open_file
from vetpacs_desktop.viewer.pixels.present import shown
from vetpacs_desktop.viewer.pixels.thumbnail import small_picture
from vetpacs_desktop.viewer.pixels.voi import window_presets

pytestmark = pytest.mark.filterwarnings("ignore")

SUBJECTS = (
    "CT_small.dcm",
    "JPGExtended.dcm",
    "JPGLosslessP14SV1_1s_1f_8b.dcm",
    "MR_small_RLE.dcm",
    "MR_small_bigendian.dcm",
    "MR_small_implicit.dcm",
    "MR_small_jp2klossless.dcm",
    "MR_small_jpeg_ls_lossless.dcm",
    "OT-PAL-8-face.dcm",
    "SC_rgb_dcmtk_+eb+cy+s2.dcm",
    "SC_rgb_rle_2frame.dcm",
    "SC_ybr_full_422_uncompressed.dcm",
    "emri_small_jpeg_ls_lossless.dcm",
    "examples_overlay.dcm",
    "image_dfl.dcm",
    "liver_1frame.dcm",
    "mlut_18.dcm",
    "rtdose_1frame.dcm",
    "vlut_04.dcm",
)
NUMBERS = st.sampled_from([0, 1, 2, 3, 7, 8, 12, 15, 16, 17, 32, 64, 100, 255, 512, 32767, 65535])
CHANGES: dict[str, st.SearchStrategy[Any]] = {
    **dict.fromkeys(
        ("Rows", "Columns", "BitsAllocated", "BitsStored", "HighBit", "SamplesPerPixel"), NUMBERS
    ),
    **dict.fromkeys(("PlanarConfiguration", "PixelRepresentation"), st.sampled_from([0, 1, 2])),
    "PhotometricInterpretation": st.sampled_from(
        [
            "MONOCHROME1",
            "RGB",
            "PALETTE COLOR",
            "YBR_FULL",
            "YBR_FULL_422",
            "YBR_PARTIAL_422",
            "ARGB",
            "HSV",
            "",
            "X",
        ]
    ),
    "NumberOfFrames": st.sampled_from(["0", "1", "2", "-1", "999999999"]),
    **dict.fromkeys(
        ("WindowWidth", "WindowCenter", "RescaleSlope", "RescaleIntercept"),
        st.sampled_from(["0", "-1", "1e38", "-1e300", "NaN", "0.5", "1\\2", "x"]),
    ),
    "PixelPaddingValue": st.sampled_from([0, 1, 255, 32768]),
}


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    logging.getLogger("pydicom").setLevel(logging.CRITICAL)
    yield
    assert not [record for record in caplog.records if record.name.startswith("vetpacs") and record.exc_info]


def survives(path: Path) -> None:
    """Everything that a viewer does with a file, for its first and last frame."""
    with suppress(KnownError):
        file = open_file(path)
        for frame in {0, max(file.description.number_of_frames, 1) - 1}:
            with suppress(KnownError):
                shows(loaded(FrameKey(path, frame), file))
    thumbnail = small_picture(path)
    assert (thumbnail.picture is None) == thumbnail.why_not.endswith(".")


def shows(found: LoadedFrame) -> None:
    size = found.description.rows, found.description.columns
    presets = window_presets(found.description, found.key.frame, found.values)
    for window in (found.default_window, *presets):
        picture = shown(found.values, found.padding_mask, window)
        assert picture.shape[:2] == size
        assert picture.dtype == np.uint8


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(SUBJECTS), data=st.data())
def test_headers_with_absurd_values(tmp_path: Path, name: str, data: st.DataObject) -> None:
    ds = dcmread(real(name), force=True)
    for keyword in data.draw(st.lists(st.sampled_from(sorted(CHANGES)), min_size=1, max_size=4, unique=True)):
        value = data.draw(CHANGES[keyword])
        if data.draw(st.booleans()) and keyword in ds and keyword != "PhotometricInterpretation":
            del ds[keyword]
        else:
            put(ds, keyword, value)
    path = tmp_path / "changed.dcm"
    ds.save_as(path)
    survives(path)


def put(ds: Any, keyword: str, value: Any) -> None:
    """Text of numbers goes in as it is, unchecked, as a careless device would write it."""
    if isinstance(value, str) and keyword != "PhotometricInterpretation":
        ds.add_new(keyword, "LO", value)
        return
    ds.add_new(keyword, "CS" if isinstance(value, str) else "US", value)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(SUBJECTS),
    places=st.lists(
        st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=12
    ),
)
def test_flipped_bytes(tmp_path: Path, name: str, places: list[tuple[float, int]]) -> None:
    data = bytearray(real(name).read_bytes())
    for place, value in places:
        data[132 + int(place * (len(data) - 132))] = value
    path = tmp_path / "flipped.dcm"
    path.write_bytes(data)
    survives(path)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(SUBJECTS), place=st.floats(0, 1))
def test_files_that_end_early(tmp_path: Path, name: str, place: float) -> None:
    data = real(name).read_bytes()
    path = tmp_path / "short.dcm"
    path.write_bytes(data[: int(place * len(data))])
    survives(path)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=400))
def test_files_of_noise(tmp_path: Path, data: bytes) -> None:
    for start in (b"", bytes(128) + b"DICM"):
        path = tmp_path / "noise.dcm"
        path.write_bytes(start + data)
        survives(path)


def test_one_pixel(tmp_path: Path) -> None:
    path = write(tmp_path / "one.dcm", dataset(b"\7\0", Rows=1, Columns=1))
    survives(path)
    assert decoded(path).tolist() == [[7]]


def test_a_header_that_claims_a_giant_is_refused_before_memory_is_taken(tmp_path: Path) -> None:
    path = write(tmp_path / "giant.dcm", dataset(grey_like((4, 6)).tobytes(), Rows=65535, Columns=65535))
    with pytest.raises(CannotDecode):
        decoded(path)
    survives(path)


def test_a_run_length_bomb_is_refused(tmp_path: Path) -> None:
    ds = dcmread(real("MR_small_RLE.dcm"))
    ds.Rows, ds.Columns = 20000, 20000
    ds.save_as(tmp_path / "bomb.dcm")
    with pytest.raises(CannotDecode, match="damaged"):
        decoded(tmp_path / "bomb.dcm")


@pytest.mark.parametrize("content", [b"", b"Rex limps\n" * 100, b"%PDF-1.4\n" + bytes(3000)])
def test_files_of_other_kinds(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.dcm"
    path.write_bytes(content)
    with pytest.raises(NotAnImage):
        open_file(path)
