"""Pictures of fractional numbers (PS3.3 C.7.6.24, C.7.6.25) and of wide whole ones are shown and measured."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom import Dataset, dcmread

from tests.viewer.pixels.samples import dataset, write
from vetpacs_desktop.errors import CannotDecode
from vetpacs_desktop.viewer.describe import describe
from vetpacs_desktop.viewer.description import Window
from vetpacs_desktop.viewer.loading import FrameKey, LoadedFrame, loaded
from vetpacs_desktop.viewer.measure.image import MeasuredImage
from vetpacs_desktop.viewer.measure.tools import TOOLS
from vetpacs_desktop.viewer.pixels.files import open_file
from vetpacs_desktop.viewer.pixels.thumbnail import small_picture
from vetpacs_desktop.viewer.render.offscreen import render_picture
from vetpacs_desktop.viewer.state import ViewState

KINDS = [("FloatPixelData", "<f4"), ("DoubleFloatPixelData", "<f8")]
PARAMETRIC_MAP = "1.2.840.10008.5.1.4.1.1.30"


def float_dataset(values: NDArray[Any], keyword: str, **elements: Any) -> Dataset:
    """As the standard has it: neither BitsStored nor HighBit nor PixelRepresentation."""
    rows, columns = values.shape[-2:]
    absent = dict.fromkeys(("BitsStored", "HighBit", "PixelRepresentation"))
    facts = {"Rows": rows, "Columns": columns, "BitsAllocated": values.dtype.itemsize * 8, **absent}
    ds = dataset(b"", **{**facts, **elements})
    del ds.PixelData
    setattr(ds, keyword, values.tobytes())
    return ds


def float_file(folder: Path, values: NDArray[Any], keyword: str, **elements: Any) -> Path:
    return write(folder / "float.dcm", float_dataset(values, keyword, **elements))


def opened(path: Path) -> LoadedFrame:
    return loaded(FrameKey(path), open_file(path))


def slope_of(kind: str, shape: tuple[int, int] = (40, 60)) -> NDArray[Any]:
    return np.linspace(-1.5, 2.5, shape[0] * shape[1], dtype=kind).reshape(shape)


@pytest.mark.parametrize(("keyword", "kind"), KINDS)
def test_they_are_shown_through_their_window(tmp_path: Path, keyword: str, kind: str) -> None:
    values = slope_of(kind)
    path = float_file(tmp_path, values, keyword, WindowCenter=0.5, WindowWidth=0.75)
    exact = np.clip((values.astype(np.float64) - 0.5) / 0.75 + 0.5, 0, 1) * 255
    shown, window = render_picture([path], plain=True)
    assert window is not None
    assert np.abs(shown[..., 0] - exact).max() <= 0.51
    on_screen, _ = render_picture([path], plain=True, size=(60, 40), state=ViewState(smooth=False))
    assert np.abs(on_screen[..., 0].astype(int) - shown[..., 0]).max() <= 1


@pytest.mark.parametrize(("keyword", "kind"), KINDS)
def test_what_is_no_number_is_black_and_counts_nowhere(tmp_path: Path, keyword: str, kind: str) -> None:
    values = slope_of(kind)
    values[:4, :3] = [np.nan, np.inf, -np.inf]
    values[5, 5] = np.finfo(values.dtype).max
    path = float_file(tmp_path, values, keyword, PhotometricInterpretation="MONOCHROME1")
    frame = opened(path)
    assert np.isfinite(frame.values).all()
    assert frame.padding_mask is not None
    assert frame.padding_mask.sum() == 13
    assert frame.default_window is not None
    assert frame.default_window.width < 4.1
    shown, _ = render_picture([path], plain=True)
    assert not shown[frame.padding_mask].any()
    measured = TOOLS["rectangle"].measure(((0, 0), (59, 39)), MeasuredImage.of_file(path))
    good = values[np.abs(values) < 1e30]
    assert measured.parts["mean"].value == pytest.approx(good.mean(), abs=1e-5)
    assert measured.parts["max"].value == pytest.approx(2.5)
    point = TOOLS["point"].measure(((0, 0),), MeasuredImage.of_file(path))
    assert point.value is None
    point = TOOLS["point"].measure(((30, 20),), MeasuredImage.of_file(path))
    assert point.value == pytest.approx(float(values[20, 30]), rel=1e-6)


def test_a_picture_without_any_number_is_black(tmp_path: Path) -> None:
    path = float_file(tmp_path, np.full((4, 6), np.nan, "<f4"), "FloatPixelData")
    assert not render_picture([path], plain=True)[0].any()
    assert small_picture(path).picture is not None


@pytest.mark.parametrize(("keyword", "kind"), KINDS)
def test_their_padding_is_background(tmp_path: Path, keyword: str, kind: str) -> None:
    values = slope_of(kind)
    values[:10] = -1000.1
    values[10] = -1000.3
    name = "DoubleFloat" if kind == "<f8" else "Float"
    low, high = float(values[10, 0]), float(values[0, 0])
    path = float_file(
        tmp_path,
        values,
        keyword,
        **{f"{name}PixelPaddingValue": high, f"{name}PixelPaddingRangeLimit": low},
    )
    frame = opened(path)
    assert frame.padding_mask is not None
    assert np.array_equal(frame.padding_mask, values < -1000)
    assert frame.default_window is not None
    assert frame.default_window.center == pytest.approx(0.9, abs=0.2)


def test_doubles_close_together_far_from_zero_keep_their_differences(tmp_path: Path) -> None:
    values = 1e9 + slope_of("<f8")
    path = float_file(tmp_path, values, "DoubleFloatPixelData")
    frame = opened(path)
    assert np.array_equal(frame.values, values)
    shown, _ = render_picture([path], plain=True)
    assert len(np.unique(shown)) > 200
    on_screen, _ = render_picture([path], plain=True, size=(60, 40), state=ViewState(smooth=False))
    assert np.abs(on_screen[..., 0].astype(int) - shown[..., 0]).max() <= 1


@pytest.mark.parametrize("kind", ["<u4", "<i4", "<u8", "<i8"])
def test_wide_whole_numbers_are_exact(tmp_path: Path, kind: str) -> None:
    values = (np.arange(24).reshape(4, 6) + 2**31 - 24).astype(kind)
    bits = values.dtype.itemsize * 8
    signed = int(values.dtype.kind == "i")
    ds = dataset(
        values.tobytes(), BitsAllocated=bits, BitsStored=bits, HighBit=bits - 1, PixelRepresentation=signed
    )
    path = write(tmp_path / "wide.dcm", ds)
    assert np.array_equal(opened(path).values, values)
    found = TOOLS["point"].measure(((5, 3),), MeasuredImage.of_file(path))
    assert found.value == 2**31 - 1
    assert len(np.unique(render_picture([path], plain=True)[0])) > 20


def test_wide_numbers_below_zero(tmp_path: Path) -> None:
    values = np.array([[-(2**31), -1, 0, 1, 2, 2**31 - 1]] * 4, "<i4")
    ds = dataset(values.tobytes(), BitsAllocated=32, BitsStored=32, HighBit=31, PixelRepresentation=1)
    path = write(tmp_path / "wide.dcm", ds)
    assert np.array_equal(opened(path).values, values)
    shown, _ = render_picture([path], plain=True, window=Window(0.5, 2, label=""))
    assert shown[0, :, 0].tolist() == [0, 0, 128, 255, 255, 255]


def test_a_dataset_in_memory_and_a_deflated_file_say_the_same(tmp_path: Path) -> None:
    ds = float_dataset(slope_of("<f4"), "FloatPixelData", SOPClassUID=PARAMETRIC_MAP)
    assert describe(ds, tmp_path / "memory.dcm").has_pixels
    ds.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1.99"
    path = write(tmp_path / "deflated.dcm", ds)
    assert np.array_equal(opened(path).values, slope_of("<f4"))


def test_frames_and_thumbnails(tmp_path: Path) -> None:
    values = np.stack([slope_of("<f4"), -slope_of("<f4")])
    path = float_file(tmp_path, values, "FloatPixelData", NumberOfFrames=2)
    assert np.array_equal(loaded(FrameKey(path, 1), open_file(path)).values, values[1])
    first, second = (small_picture(path, frame).picture for frame in (0, 1))
    assert first is not None
    assert second is not None
    assert first[40, 10, 0] < first[50, 90, 0]
    assert second[40, 10, 0] > second[50, 90, 0]


@pytest.mark.parametrize(
    ("elements", "reason"),
    [
        ({"SamplesPerPixel": 3, "PhotometricInterpretation": "RGB"}, "claim to be colours"),
        ({"Rows": 41}, "ends before"),
    ],
)
def test_what_can_not_be_a_picture_is_refused(tmp_path: Path, elements: dict[str, Any], reason: str) -> None:
    path = float_file(tmp_path, slope_of("<f4"), "FloatPixelData", **elements)
    with pytest.raises(CannotDecode, match=reason):
        opened(path)


def test_written_files_are_read_by_pydicom_alike(tmp_path: Path) -> None:
    path = float_file(tmp_path, slope_of("<f8"), "DoubleFloatPixelData")
    assert np.array_equal(dcmread(path).pixel_array, open_file(path).stored(0))
