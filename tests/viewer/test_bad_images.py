"""Bad images, from the header to the viewport: shown, or refused in a sentence; never anything else."""

from __future__ import annotations

import logging
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom import Dataset, dcmread
from pydicom.datadict import keyword_for_tag

from tests.viewer.bad_images import CASES, PIXELS, SHAPE, Bad, good
from tests.viewer.pixels.samples import real, write
from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.viewer.choosing import stacks_of_files
from vetpacs_desktop.viewer.describe import read_description
from vetpacs_desktop.viewer.geometry.scale import scale_of
from vetpacs_desktop.viewer.loading import FrameKey, LoadedFrame, loaded
from vetpacs_desktop.viewer.measure.image import MeasuredImage
from vetpacs_desktop.viewer.measure.tools import TOOLS
from vetpacs_desktop.viewer.pixels.files import open_file
from vetpacs_desktop.viewer.pixels.present import shown
from vetpacs_desktop.viewer.pixels.thumbnail import small_picture
from vetpacs_desktop.viewer.presets import WindowMemory
from vetpacs_desktop.viewer.render.offscreen import draw
from vetpacs_desktop.viewer.resolve import Facts, resolve
from vetpacs_desktop.viewer.snapshot import Resolved, Viewport
from vetpacs_desktop.viewer.state import ViewState

pytestmark = pytest.mark.filterwarnings("ignore")
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    logging.getLogger("pydicom").setLevel(logging.CRITICAL)
    yield
    assert not [record for record in caplog.records if record.name.startswith("vetpacs") and record.exc_info]


def seen(path: Path, number: int = 0) -> tuple[LoadedFrame, Resolved]:
    """Describe, load and resolve a frame, as a viewport does."""
    frame = loaded(FrameKey(path, number), open_file(path))
    return frame, resolve(ViewState(), Facts(frame), Viewport(300, 200), WindowMemory())


# -- the table ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_bad_file_is_shown_or_says_why_not(tmp_path: Path, case: Bad) -> None:
    path = case.make(tmp_path / "bad.dcm")
    if case.says:
        with pytest.raises(KnownError) as refused:
            seen(path)
        assert case.says in refused.value.sentence
        assert case.says in small_picture(path).why_not
        assert str(tmp_path) not in small_picture(path).why_not, "a path means nothing to a reader"
        return
    frame, resolved = seen(path)
    assert frame.values.shape == case.shape
    assert resolved.picture is not None
    assert np.isfinite([*resolved.camera.center, resolved.camera.factor]).all()
    assert all("nan" not in line.lower() for line in resolved.corners.bottom_right)
    assert small_picture(path).picture is not None


@pytest.mark.parametrize("case", [case for case in CASES if case.shape == SHAPE and not case.says], ids=str)
def test_what_is_shown_is_the_picture_and_can_be_told_apart(tmp_path: Path, case: Bad) -> None:
    """None is black, white or grey all over, and none is moved by what stands before it in the file."""
    frame, _ = seen(case.make(tmp_path / "bad.dcm"))
    if frame.padding_mask is not None and frame.padding_mask.all():
        return
    picture = shown(frame.values, frame.padding_mask, frame.default_window)
    assert len(np.unique(picture)) > 20
    expected = np.frombuffer(PIXELS, "<u2").reshape(SHAPE).astype(float)
    assert np.corrcoef(frame.values.ravel(), expected.ravel())[0, 1] > 0.999


@pytest.mark.parametrize("case", [case for case in CASES if "PixelSpacing" in case.name], ids=str)
def test_a_spacing_that_can_not_be_true_measures_pixels(tmp_path: Path, case: Bad) -> None:
    path = case.make(tmp_path / "bad.dcm")
    assert not scale_of(read_description(path)).in_mm
    length = TOOLS["length"].measure(((0, 0), (30, 0)), MeasuredImage.of_file(path))
    assert (length.value, length.unit) == (30, "px")


@pytest.mark.parametrize("size", [(1, 1), (1, 50), (40, 1)])
def test_the_smallest_pictures_are_drawn(tmp_path: Path, size: tuple[int, int]) -> None:
    rows, columns = size
    pixels = np.full(size, 3000, np.uint16)
    pixels[-1, -1] = 0
    pixels[0, 0] = 3000
    made = good(pixels.tobytes(), Rows=rows, Columns=columns, WindowCenter=1500, WindowWidth=3001)
    _, resolved = seen(write(tmp_path / "small.dcm", made))
    drawn = draw(resolved)
    middle = drawn[100, 150 if columns == 1 else 10, 0]
    assert middle == 255 or size == (40, 1)
    assert drawn.any()


def test_the_other_images_of_the_exam_go_on(tmp_path: Path) -> None:
    """Stacks are made of what can be had, whatever lies beside it."""
    for number, case in enumerate(CASES):
        case.make(tmp_path / f"{number:03}.dcm")
    sound = [write(tmp_path / f"good{n}.dcm", good(InstanceNumber=n)) for n in range(3)]
    stacks = stacks_of_files(sorted(tmp_path.iterdir()))
    keys = {key.path for stack in stacks for key in stack.keys}
    assert set(sound) <= keys
    for path in sound:
        assert seen(path)[0].values.shape == SHAPE


# -- giants -------------------------------------------------------------------------------------------------

GIANT = 20_000
_WATCH = """
import resource, sys
from pathlib import Path
from vetpacs_desktop.viewer.loading import FrameKey, loaded
from vetpacs_desktop.viewer.pixels.files import open_file
from vetpacs_desktop.viewer.pixels.thumbnail import small_picture
from vetpacs_desktop.viewer.presets import WindowMemory
from vetpacs_desktop.viewer.render.offscreen import draw
from vetpacs_desktop.viewer.resolve import Facts, resolve
from vetpacs_desktop.viewer.snapshot import Viewport
from vetpacs_desktop.viewer.state import ViewState
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
def drawn_of(path):
    frame = loaded(FrameKey(path), open_file(path))
    return draw(resolve(ViewState(), Facts(frame), Viewport(800, 600), WindowMemory()))
drawn_of(Path(sys.argv[2]))
before = peak()
drawn = drawn_of(Path(sys.argv[1]))
print(peak() - before, drawn[300, 400, 0], drawn[300, 110, 0])
"""


def giant(path: Path, bits: int) -> Path:
    """A sparse file of 20,000 x 20,000 pixels, black with a bright block of rows in its middle."""
    facts = {"BitsAllocated": bits, "BitsStored": min(bits, 12), "HighBit": min(bits, 12) - 1}
    made = good(bytes(4), Rows=GIANT, Columns=GIANT, WindowCenter=64, WindowWidth=128, **facts)
    start = write(path, made).read_bytes()[:-8]
    size = GIANT * GIANT * bits // 8
    with path.open("wb") as stream:
        stream.write(start + size.to_bytes(4, "little"))
        first = stream.tell()
        stream.truncate(first + size)
        stream.seek(first + size // 2 - 400 * GIANT * bits // 8)
        stream.write(b"\x7f" * (800 * GIANT * bits // 8))
    return path


@pytest.mark.parametrize(("bits", "megabytes"), [(8, 382), (16, 763)])
def test_a_giant_is_shown_reduced_within_its_own_size(tmp_path: Path, bits: int, megabytes: int) -> None:
    if psutil.virtual_memory().available < 5 << 30 or psutil.disk_usage(str(tmp_path)).free < 2 << 30:
        pytest.skip("needs 5 GB of free memory and 2 GB on the disk")
    path, small = giant(tmp_path / "giant.dcm", bits), write(tmp_path / "small.dcm", good())
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _WATCH, path, small],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    path.unlink()
    taken, middle, edge = map(int, done.stdout.split()[-3:])
    assert taken < megabytes * 1.5 + 50
    assert middle > 240
    assert edge > 240
    assert time.monotonic() - began < 60


def test_a_giant_that_memory_can_not_hold_is_refused_before_any_is_taken(tmp_path: Path) -> None:
    """A header can claim 65,535 x 65,535 colours of 32 bits in a file of some hundred bytes."""
    facts = {"SamplesPerPixel": 3, "PhotometricInterpretation": "RGB", "BitsAllocated": 32, "BitsStored": 32}
    path = write(tmp_path / "claims.dcm", good(Rows=65535, Columns=65535, HighBit=31, **facts))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.monotonic()
    with pytest.raises(KnownError) as refused:
        seen(path)
    assert "memory" in refused.value.sentence or "ends before" in refused.value.sentence
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50 << 10
    assert time.monotonic() - began < 2


# -- any header ---------------------------------------------------------------------------------------------

SUBJECTS = ("CT_small.dcm", "rtdose_1frame.dcm", "emri_small_RLE.dcm", "US1_UNCR.dcm", "vlut_04.dcm")
_ODD = {
    "DS": ["0", "-1", "1e30", "-1e300", "NaN", "0.0001", "1\\2\\3", "1,5", "", "x" * 40],
    "IS": ["0", "-1", "2147483647", "99999999999", "1.5", "", "two"],
    "US": [0, 1, 7, 255, 4096, 65535],
    "SS": [0, -1, -32768, 32767],
    "UL": [0, 1, 2**32 - 1],
    "FL": [0.0, float("nan"), float("inf"), -1e38],
    "FD": [0.0, float("nan"), float("-inf"), 1e308],
    "CS": ["", "X", "MONOCHROME1", "RGB", "PALETTE COLOR", "YES\\NO", "Ü"],
    "UI": ["", "1", "1.2.840.10008.1.2", "not a uid"],
    "DA": ["", "20269999", "yesterday"],
    "TM": ["", "999999", "noon"],
}
_TEXT = st.one_of(st.sampled_from(["", "\\", "^", "Ä\\Ö", "a" * 300]), st.text(max_size=12))


def change(ds: Dataset, data: st.DataObject) -> None:
    """One element of the file takes another value of its own kind, or goes."""
    elements = [one for one in ds if one.tag.group != 0x7FE0 and one.VR != "SQ" and keyword_for_tag(one.tag)]
    one = data.draw(st.sampled_from(elements))
    if data.draw(st.integers(0, 4)) == 0:
        del ds[one.tag]
        return
    if one.VR in _ODD:
        kind = "LO" if one.VR in ("DS", "IS", "UI", "DA", "TM", "CS") else one.VR
        value = data.draw(st.sampled_from(_ODD[one.VR]))
    else:
        kind, value = "LO", data.draw(_TEXT)
    ds.add_new(one.tag, kind, value)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(SUBJECTS), data=st.data())
def test_whatever_a_header_says_there_is_a_picture_or_a_sentence_soon(
    tmp_path: Path, name: str, data: st.DataObject
) -> None:
    ds = dcmread(real(name))
    for _ in range(data.draw(st.integers(1, 5))):
        change(ds, data)
    path = tmp_path / "changed.dcm"
    try:
        ds.save_as(path)
    except (ValueError, TypeError, UnicodeError, OverflowError, AttributeError):
        return  # pydicom itself does not write it
    began = time.monotonic()
    refusal: KnownError | None = None
    try:
        frame, resolved = seen(path)
        assert resolved.picture is not None
        assert np.isfinite(resolved.camera.factor)
        assert frame.values.size
        TOOLS["length"].preview(((0, 0), (3, 2)), MeasuredImage.of_loaded(frame))
        stacks_of_files([path])
    except KnownError as error:
        refusal = error
    assert refusal is None or refusal.sentence.endswith(".")
    assert time.monotonic() - began < 5
