"""PDF pages as pictures: by number, sharp at any size, and a sentence where there is none."""

from __future__ import annotations

import gc
import threading
from pathlib import Path

import numpy as np
import pytest

from tests.viewer.documents.papers import A4, carrier, pdf
from vetpacs_desktop.errors import CannotDecode, NotAnImage
from vetpacs_desktop.viewer.describe import read_description
from vetpacs_desktop.viewer.description import Medium
from vetpacs_desktop.viewer.documents.part import Part
from vetpacs_desktop.viewer.documents.pdf import BROKEN, LARGEST_SIDE, LOCKED, PdfFile, size_of
from vetpacs_desktop.viewer.pixels.files import open_file
from vetpacs_desktop.viewer.pixels.process import DecodeProcess

LANDSCAPE = (842.0, 595.0)


def opened(path: Path) -> PdfFile:
    file = open_file(path)
    assert isinstance(file, PdfFile)
    return file


@pytest.fixture
def report(tmp_path: Path) -> Path:
    return carrier(tmp_path / "report.dcm", pdf([A4, LANDSCAPE, A4]))


def test_a_document_is_described_by_its_pages(report: Path) -> None:
    found = read_description(report)
    assert (found.medium, found.number_of_frames, found.has_pixels) == (Medium.DOCUMENT, 3, True)
    assert (found.columns, found.rows) == (1653, 2339)
    assert found.frames[2].pixel_spacing is None


def test_each_page_has_its_own_size_and_words(report: Path) -> None:
    file = opened(report)
    first, second, third = (file.stored(number) for number in range(3))
    assert first.shape == third.shape == (2339, 1653, 3)
    assert second.shape == (1653, 2339, 3)
    assert not np.array_equal(first, third)
    assert first[5, 5].tolist() == [255, 255, 255]
    assert first.min() < 30


def test_a_page_that_is_not_there_is_said(report: Path) -> None:
    with pytest.raises(CannotDecode, match="3 pages"):
        opened(report).stored(3)


def test_a_part_lies_where_the_page_does(report: Path) -> None:
    """At half the size it is the average of four pixels each; moved by half a pixel it would fit worse."""
    file = opened(report)
    whole = file.stored(0)[:1040, :1040, 0].astype(float)
    part = file.part(0, Part(0.5, 0, 0, 512, 512))[..., 0].astype(float)
    fits = {
        (down, right): np.abs(part - _halved(whole, down, right)).mean()
        for down in (0, 1, 2)
        for right in (0, 1, 2)
    }
    assert min(fits, key=lambda moved: fits[moved]) == (0, 0)
    assert fits[0, 0] < 6


def _halved(whole: np.ndarray, down: int, right: int) -> np.ndarray:
    return whole[down : down + 1024, right : right + 1024].reshape(512, 2, 512, 2).mean(axis=(1, 3))


def test_parts_join_without_a_seam(report: Path) -> None:
    file = opened(report)
    left, right = (file.part(0, Part(1.7, x, 256, x + 256, 512)) for x in (0, 256))
    both = file.part(0, Part(1.7, 0, 256, 512, 512)).astype(int)
    assert np.abs(np.hstack([left, right]) - both).max() <= 2


def test_print_is_sharp_at_high_zoom(report: Path) -> None:
    """From white to black within two pixels, where an enlarged picture would need sixteen."""
    part = opened(report).part(0, Part(16.0, 0, 2560, 4096, 4096))[..., 0].astype(int)
    assert np.abs(np.diff(part, axis=1)).max() > 120


def test_a_poster_is_drawn_with_fewer_dots_and_a_stamp_with_some() -> None:
    assert max(size_of((14_400, 3000)).columns, size_of((14_400, 3000)).rows) == LARGEST_SIDE
    assert size_of((0.0, 0.0)).rows >= 1


def test_turned_pages_come_turned(tmp_path: Path) -> None:
    file = opened(carrier(tmp_path / "turned.dcm", pdf([A4], rotate=90)))
    assert file.stored(0).shape == (1653, 2339, 3)
    assert file.part(0, Part(1.0, 0, 0, 2339, 1653)).shape == (1653, 2339, 3)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [(pdf(locked=True), LOCKED), (pdf([]), BROKEN), (b"%PDF-1.4 and no more", BROKEN), (b"\0\0", BROKEN)],
)
def test_why_a_document_can_not_be_shown(tmp_path: Path, data: bytes, sentence: str) -> None:
    path = carrier(tmp_path / "bad.dcm", data)
    found = read_description(path)
    assert (found.has_pixels, found.why_not, found.medium) == (False, sentence, Medium.DOCUMENT)
    with pytest.raises(NotAnImage):
        open_file(path)


def test_every_cut_through_a_document_is_shown_or_said(tmp_path: Path) -> None:
    whole = pdf([A4, A4])
    for length in range(0, len(whole), 211):
        path = carrier(tmp_path / "cut.dcm", whole[:length])
        found = read_description(path)
        if not found.has_pixels:
            assert found.why_not.endswith(".")
            continue
        for page in range(found.number_of_frames):
            try:
                opened(path).stored(page)
            except CannotDecode as error:
                assert "page" in error.sentence  # noqa: PT017 - either outcome is right


def test_a_process_draws_the_same(report: Path) -> None:
    file, process = opened(report), DecodeProcess()
    part = Part(0.7311, 0, 256, 512, 1024)
    try:
        assert np.array_equal(process.decode(report, 1), file.stored(1))
        assert np.array_equal(process.decode(report, 0, part), file.part(0, part))
    finally:
        process.close()


def test_many_threads_share_pdfium(report: Path) -> None:
    """PDFium itself may be used by one thread at a time; a second one would end the program."""
    wrong: list[int] = []

    def draw(page: int) -> None:
        for _ in range(3):
            wrong.extend([page] if opened(report).part(page, Part(0.3, 0, 0, 256, 256)).min() > 250 else [])
            gc.collect()

    threads = [threading.Thread(target=draw, args=(page,)) for page in (0, 1, 2, 0)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
