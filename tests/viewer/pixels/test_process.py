"""The process that decodes for us: the same pixels, the same errors, and gone when it should be."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest

from tests.viewer.pixels.samples import real
from vetpacs_desktop.errors import CannotDecode, KnownError, NotAnImage
from vetpacs_desktop.viewer.pixels.files import open_file
from vetpacs_desktop.viewer.pixels.process import DecodeProcess


@pytest.fixture
def process() -> Iterator[DecodeProcess]:
    before = set(psutil.Process().children(recursive=True))
    decoder = DecodeProcess()
    yield decoder
    decoder.close()
    assert set(psutil.Process().children(recursive=True)) <= before


@pytest.mark.filterwarnings("ignore::UserWarning:pydicom")
def test_the_same_pixels_as_here(process: DecodeProcess) -> None:
    for name, frame in (("CT_small.dcm", 0), ("emri_small_jpeg_2k_lossless.dcm", 7), ("US1_J2KR.dcm", 0)):
        there, here = process.decode(real(name), frame), open_file(real(name)).stored(frame)
        assert there.dtype == here.dtype
        assert np.array_equal(there, here)
        assert there.flags.writeable


def test_the_same_errors_as_here_and_more_pictures_after_them(process: DecodeProcess, tmp_path: Path) -> None:
    (tmp_path / "text.dcm").write_text("no picture")
    with pytest.raises(CannotDecode, match="ends before the picture"):
        process.decode(real("MR_truncated.dcm"), 0)
    with pytest.raises(NotAnImage, match=r"text\.dcm"):
        process.decode(tmp_path / "text.dcm", 0)
    with pytest.raises(KnownError):
        process.decode(tmp_path / "absent.dcm", 0)
    assert process.decode(real("CT_small.dcm"), 0).shape == (128, 128)


def test_a_process_that_dies_is_replaced(process: DecodeProcess) -> None:
    process.decode(real("CT_small.dcm"), 0)
    for child in psutil.Process().children():
        if "viewer.pixels.process" in " ".join(child.cmdline()):
            child.kill()
            child.wait()
    with pytest.raises(CannotDecode, match="stopped in its middle"):
        process.decode(real("CT_small.dcm"), 0)
    assert process.decode(real("CT_small.dcm"), 0).shape == (128, 128)


def test_closing_ends_a_question_in_its_middle(process: DecodeProcess) -> None:
    errors: list[KnownError] = []

    def ask() -> None:
        for _ in range(1000):
            try:
                process.decode(real("RG1_J2KR.dcm"), 0)
            except KnownError as error:
                errors.append(error)
                return

    asker = threading.Thread(target=ask)
    asker.start()
    asker.join(1.0)
    process.close()
    asker.join(10)
    assert not asker.is_alive()
    assert len(errors) == 1
    with pytest.raises(CannotDecode, match="closing"):
        process.decode(real("CT_small.dcm"), 0)
