"""Pictures of generated files: whatever header the standard allows, each pixel is what its formulas say.

The values are made here and written bit by bit, so that no library's reading of them is trusted.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from tests.contract import truth
from tests.contract.asking import answer
from tests.helpers.small_files import picture, write

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:pydicom")
OFTEN = settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
ROWS, COLUMNS = 6, 9
SYNTAXES = (ExplicitVRLittleEndian, ImplicitVRLittleEndian, ExplicitVRBigEndian)


@dataclass(frozen=True)
class Grey:
    """A grey picture: how its values lie in their words, and what its header says of them."""

    values: NDArray[np.int64]
    allocated: int
    stored: int
    high: int
    signed: bool
    sign_filled: bool
    header: dict[str, Any]
    syntax: str

    def words(self) -> bytes:
        """The values in words of `allocated` bits, at their place; unused bits are zero or the sign."""
        mask = (1 << self.stored) - 1
        shift = self.high + 1 - self.stored
        plain = (self.values & mask) << shift
        if self.signed and self.sign_filled:
            plain |= np.where(self.values < 0, ~((1 << self.high + 1) - 1), 0)
        order = ">" if self.syntax == ExplicitVRBigEndian else "<"
        plain &= (1 << self.allocated) - 1
        return plain.astype(f"{order}u{self.allocated // 8}").tobytes()

    def dataset(self) -> Dataset:
        return picture(
            Rows=ROWS,
            Columns=COLUMNS,
            BitsAllocated=self.allocated,
            BitsStored=self.stored,
            HighBit=self.high,
            PixelRepresentation=int(self.signed),
            pixels=b"",
            **self.header,
        )


def decimal(low: float, high: float) -> st.SearchStrategy[float]:
    """Numbers as a DS of 16 characters can hold them."""
    return st.floats(low, high).map(lambda number: float(f"{number:.6g}"))


@st.composite
def greys(draw: st.DrawFn) -> Grey:
    allocated = draw(st.sampled_from([8, 16, 16, 16, 32]))
    stored = draw(st.integers(2, min(allocated, 31)))
    high = draw(st.integers(stored - 1, allocated - 1)) if draw(st.booleans()) else stored - 1
    signed = draw(st.booleans())
    low, top = (-(1 << stored - 1), (1 << stored - 1) - 1) if signed else (0, (1 << stored) - 1)
    flat = draw(st.lists(st.integers(low, top), min_size=ROWS * COLUMNS, max_size=ROWS * COLUMNS))
    reach = float(top - low + 1)
    header: dict[str, Any] = {
        "PhotometricInterpretation": draw(st.sampled_from(["MONOCHROME1", "MONOCHROME2"])),
        "Modality": "CR",
        "PresentationLUTShape": draw(st.sampled_from([None, None, "IDENTITY", "INVERSE"])),
    }
    if draw(st.booleans()):
        header |= {"RescaleSlope": draw(decimal(-9, 9).filter(lambda x: abs(x) > 1e-3))}
        header |= {"RescaleIntercept": draw(decimal(-5000, 5000))}
    if draw(st.booleans()):
        header |= {
            "WindowCenter": draw(decimal(-reach, reach)),
            "WindowWidth": draw(decimal(0.01, 2 * reach)),
            "VOILUTFunction": draw(st.sampled_from([None, "LINEAR", "LINEAR_EXACT", "SIGMOID"])),
        }
    if allocated == 16 and draw(st.booleans()):
        header["PixelPaddingValue"] = draw(st.sampled_from(flat))
        if draw(st.booleans()):
            header["PixelPaddingRangeLimit"] = draw(st.sampled_from(flat))
    filled = draw(st.booleans()) and high == stored - 1
    return Grey(
        np.array(flat, np.int64).reshape(ROWS, COLUMNS),
        allocated,
        stored,
        high,
        signed,
        filled,
        header,
        draw(st.sampled_from(SYNTAXES)),
    )


def sees_anything(ds: Dataset, grey: Grey) -> bool:
    """Whether the file's window tells apart any two values that its bits can hold.

    Where it does not (a width of 1 below all values), another window may be shown, and is told.
    """
    low, top = (
        (-(1 << grey.stored - 1), (1 << grey.stored - 1) - 1) if grey.signed else (0, 2**grey.stored - 1)
    )
    ends = truth.modality_values(ds, 0, np.array([[low, top]], np.int64))
    function = ds.get("VOILUTFunction") or "LINEAR"
    seen = truth.through(ends, float(ds.WindowCenter), float(ds.WindowWidth), function)
    return bool(abs(seen[0, 0] - seen[0, 1]) >= 2)


def rendered(path: Path, *words: str) -> tuple[NDArray[np.uint8], dict[str, Any] | None]:
    """The plain picture and the window it was shown through."""
    out = path.with_suffix(".png")
    found = answer(path.parent / "home", "render", path, "--plain", "--out", out, *words)
    return np.asarray(Image.open(out)), found["window"]


@OFTEN
@given(greys())
def test_any_grey_picture_is_shown_as_the_standard_says(tmp_path: Path, grey: Grey) -> None:
    ds = grey.dataset()
    shift = grey.high + 1 - grey.stored
    # Words in which every low bit is 0 by chance only: nothing tells whether they are shifted.
    assume(not shift or bool(np.any(grey.values != 0)))
    ds.add_new("PixelData", "OB" if grey.allocated == 8 else "OW", grey.words())
    path = write(ds, tmp_path / "grey.dcm", grey.syntax)
    shown, window = rendered(path)
    assert window is not None
    if "WindowCenter" in ds and sees_anything(ds, grey):
        assert (window["center"], window["width"]) == (ds.WindowCenter, ds.WindowWidth)
        assert window["function"] == (ds.get("VOILUTFunction") or "LINEAR")
    meaning = truth.modality_values(ds, 0, grey.values)
    expected = truth.through(meaning, window["center"], window["width"], window["function"])
    expected = 255 - expected if truth.low_is_bright(ds) else expected
    expected[truth.padding(ds, grey.values)] = 0
    # Modality values are kept in single precision: a window narrower than that can't be told apart.
    grain = 255 * np.abs(meaning).max() * 2.0**-23 / window["width"] if window["width"] else 0
    assert np.abs(shown[..., 0] - expected).max() <= 1 + grain
    assert np.array_equal(shown[..., 0], shown[..., 1])
    assert np.array_equal(shown[..., 0], shown[..., 2])


@st.composite
def tables(draw: st.DrawFn) -> tuple[int, int, list[int]]:
    """(first value mapped, bits, entries) of a look-up table."""
    bits = draw(st.sampled_from([8, 10, 12, 16]))
    entries = draw(st.lists(st.integers(0, (1 << bits) - 1), min_size=2, max_size=300))
    return draw(st.integers(-300, 300)), bits, entries


def table_item(table: tuple[int, int, list[int]], signed: bool) -> Dataset:
    first, bits, entries = table
    item = Dataset()
    vr = "SS" if signed else "US"
    item.add_new("LUTDescriptor", vr, [len(entries), first, bits])
    item.add_new("LUTData", "OW", np.array(entries, "<u2").tobytes())
    item.ModalityLUTType = "US"
    return item


@OFTEN
@given(tables(), st.booleans(), st.booleans(), st.data())
def test_any_table_of_values_is_looked_up_entry_by_entry(
    tmp_path: Path, table: tuple[int, int, list[int]], signed: bool, as_voi: bool, data: st.DataObject
) -> None:
    """Modality and VOI tables (PS3.3 C.11.1.1, C.11.2.1.1): below the first and above the last take those."""
    first, bits, entries = table
    assume(signed or first >= 0)
    flat = data.draw(st.lists(st.integers(-400 if signed else 0, 700), min_size=54, max_size=54))
    values = np.array(flat, np.int64).reshape(ROWS, COLUMNS)
    name = "VOILUTSequence" if as_voi else "ModalityLUTSequence"
    ds = picture(
        Rows=ROWS,
        Columns=COLUMNS,
        Modality="DX",
        PixelRepresentation=int(signed),
        pixels=values.astype("<i2" if signed else "<u2").tobytes(),
        **{name: Sequence([table_item(table, signed)])},
    )
    shown, window = rendered(write(ds, tmp_path / "table.dcm"))
    found = np.array(entries)[np.clip(values - first, 0, len(entries) - 1)].astype(np.float64)
    assert window is not None
    if as_voi:
        expected = found / max((1 << bits) - 1, max(entries)) * 255
    else:
        expected = truth.through(found, window["center"], window["width"], window["function"])
    assert np.abs(shown[..., 0] - expected).max() <= 1


# -- colour -------------------------------------------------------------------------------------------------


def colour_file(
    path: Path, stored: NDArray[Any], photometric: str, planar: int, bits: int, syntax: str
) -> Path:
    order = ">" if syntax == ExplicitVRBigEndian else "<"
    lying = stored.transpose(2, 0, 1) if planar else stored
    wide = 16 if bits > 8 else 8
    ds = picture(
        Rows=stored.shape[0],
        Columns=stored.shape[1],
        SamplesPerPixel=3,
        PlanarConfiguration=planar,
        PhotometricInterpretation=photometric,
        BitsAllocated=wide,
        BitsStored=bits,
        HighBit=bits - 1,
        Modality="US",
        pixels=b"",
    )
    data = lying.astype(f"{order}u{wide // 8}").tobytes()
    if wide == 8 and syntax == ExplicitVRBigEndian and len(data) % 2:
        data += b"\0"
    ds.add_new("PixelData", "OB" if wide == 8 else "OW", data)
    return write(ds, path, syntax)


def rgb_of(ybr: NDArray[Any]) -> NDArray[np.float64]:
    """PS3.3 C.7.6.3.1.2, YBR_FULL solved for red, green and blue."""
    y, cb, cr = (ybr[..., n].astype(np.float64) for n in range(3))
    red = y + 1.402 * (cr - 128)
    green = y - 0.344136 * (cb - 128) - 0.714136 * (cr - 128)
    blue = y + 1.772 * (cb - 128)
    return np.clip(np.stack([red, green, blue], axis=2), 0, 255)


@OFTEN
@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from(["RGB", "YBR_FULL"]),
    st.sampled_from([0, 1]),
    st.sampled_from([8, 8, 12, 16]),
    st.sampled_from(SYNTAXES),
    st.tuples(st.integers(1, 7), st.integers(1, 7)),
)
def test_any_colour_picture_is_shown_as_it_is(
    tmp_path: Path, seed: int, photometric: str, planar: int, bits: int, syntax: str, size: tuple[int, int]
) -> None:
    assume(bits == 8 or photometric == "RGB")
    stored = np.random.default_rng(seed).integers(0, 1 << bits, (*size, 3))
    shown, window = rendered(colour_file(tmp_path / "c.dcm", stored, photometric, planar, bits, syntax))
    expected = rgb_of(stored) if photometric == "YBR_FULL" else stored / ((1 << bits) - 1) * 255
    assert window is None
    assert np.abs(shown - expected).max() <= 1


@given(st.integers(0, 2**32 - 1), st.integers(1, 5), st.integers(1, 5))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_colour_that_two_pixels_share(tmp_path: Path, seed: int, rows: int, pairs: int) -> None:
    """YBR_FULL_422 uncompressed: Y1 Y2 CB CR (PS3.3 C.7.6.3.1.2)."""
    stored = np.random.default_rng(seed).integers(0, 256, (rows, pairs, 4))
    ds = picture(
        Rows=rows,
        Columns=pairs * 2,
        SamplesPerPixel=3,
        PlanarConfiguration=0,
        PhotometricInterpretation="YBR_FULL_422",
        BitsAllocated=8,
        BitsStored=8,
        HighBit=7,
        Modality="US",
        pixels=b"",
    )
    ds.add_new("PixelData", "OB", stored.astype(np.uint8).tobytes())
    shown, _ = rendered(write(ds, tmp_path / "c.dcm"))
    ybr = np.empty((rows, pairs * 2, 3))
    ybr[:, 0::2, 0], ybr[:, 1::2, 0] = stored[..., 0], stored[..., 1]
    ybr[..., 1:] = np.repeat(stored[..., 2:], 2, axis=1)
    assert np.abs(shown - rgb_of(ybr)).max() <= 1


@OFTEN
@given(
    st.integers(0, 2**32 - 1), st.sampled_from([8, 16]), st.booleans(), st.integers(-50, 50), st.booleans()
)
def test_any_palette_colours_its_indices(
    tmp_path: Path, seed: int, bits: int, signed: bool, first: int, big: bool
) -> None:
    assume(signed or first >= 0)
    noise = np.random.default_rng(seed)
    entries = int(noise.integers(2, 300))
    table = noise.integers(0, 1 << bits, (3, entries))
    table[0, 0] = (1 << bits) - 1  # else a table of 16 bits could be taken for one of 8
    values = noise.integers(-120 if signed else 0, 400, (ROWS, COLUMNS))
    order = ">" if big else "<"
    ds = picture(
        Rows=ROWS,
        Columns=COLUMNS,
        PhotometricInterpretation="PALETTE COLOR",
        PixelRepresentation=int(signed),
        Modality="US",
        pixels=b"",
    )
    for name, channel in zip(("Red", "Green", "Blue"), table, strict=True):
        descriptor = [entries, first, bits]
        ds.add_new(f"{name}PaletteColorLookupTableDescriptor", "SS" if signed else "US", descriptor)
        plain = channel.astype(f"{order}u2").tobytes() if bits == 16 else channel.astype(np.uint8).tobytes()
        if bits == 8 and len(plain) % 2:
            plain += b"\0"
        if bits == 8 and big:
            plain = np.frombuffer(plain, "<u2").astype(">u2").tobytes()
        ds.add_new(f"{name}PaletteColorLookupTableData", "OW", plain)
    ds.add_new("PixelData", "OW", values.astype(f"{order}i2" if signed else f"{order}u2").tobytes())
    syntax = ExplicitVRBigEndian if big else ExplicitVRLittleEndian
    shown, window = rendered(write(ds, tmp_path / "p.dcm", syntax))
    places = np.clip(values - first, 0, entries - 1)
    assert window is None
    assert np.array_equal(shown, (table >> (bits - 8)).T[places])


# -- frames -------------------------------------------------------------------------------------------------


def test_each_frame_has_its_own_slope_and_window(tmp_path: Path) -> None:
    """Enhanced objects (PS3.3 C.7.6.16): the frame's own group goes before the shared one."""
    frames = [np.arange(ROWS * COLUMNS).reshape(ROWS, COLUMNS) * step for step in (1, 3, 7)]

    def group(slope: float, center: float, width: float, z: float) -> Dataset:
        item = Dataset()
        value, voi, place = Dataset(), Dataset(), Dataset()
        value.RescaleSlope, value.RescaleIntercept, value.RescaleType = slope, -10, "HU"
        voi.WindowCenter, voi.WindowWidth = center, width
        place.ImagePositionPatient = [0, 0, z]
        item.PixelValueTransformationSequence = Sequence([value])
        item.FrameVOILUTSequence = Sequence([voi])
        item.PlanePositionSequence = Sequence([place])
        return item

    ds = picture(
        Rows=ROWS,
        Columns=COLUMNS,
        SOPClassUID="1.2.840.10008.5.1.4.1.1.2.1",
        NumberOfFrames=3,
        PerFrameFunctionalGroupsSequence=Sequence(
            [group(1, 20, 40, 5), group(0.5, 40, 100, 4), group(2, 300, 700, 3)]
        ),
        pixels=np.stack(frames).astype("<u2").tobytes(),
    )
    path = write(ds, tmp_path / "e.dcm")
    for number, (slope, center, width) in enumerate(((1, 20, 40), (0.5, 40, 100), (2, 300, 700))):
        shown, window = rendered(path, "--frame", str(number))
        assert window is not None
        assert (window["center"], window["width"]) == (center, width)
        expected = truth.through(frames[number] * slope - 10.0, center, width, "LINEAR")
        assert np.abs(shown[..., 0] - expected).max() <= 1
