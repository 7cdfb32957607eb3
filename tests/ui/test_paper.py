"""Sheets for people: as large letters as fit on one page, and as many pages as it takes where none do."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtWidgets import QApplication

from vetpacs_desktop.ui import paper


@pytest.mark.parametrize(("lines", "pages", "points"), [(3, 1, 10), (50, 1, 9), (400, 7, 8)])
def test_letters_shrink_to_one_page_and_no_further(
    qapp: QApplication, tmp_path: Path, lines: int, pages: int, points: int
) -> None:
    html = "".join(f"<div>line {number}</div>" for number in range(lines))
    tried = []

    def make(point: int) -> paper.QTextDocument:
        tried.append(point)
        return paper.document_of(html, point)

    path = tmp_path / "sheet.pdf"
    paper.print_fitting(make, paper.pdf(path, "Sheet"), 8)
    written = pypdfium2.PdfDocument(path)
    try:
        assert (len(written) == 1) is (pages == 1)
        assert tried[0] == paper.BASE_POINT
        assert tried[-1] == points
        assert f"line {lines - 1}" in written[len(written) - 1].get_textpage().get_text_range()
    finally:
        written.close()


def test_a_folder_that_can_not_be_written_is_told_of(qapp: QApplication, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        paper.pdf(tmp_path / "gone" / "sheet.pdf", "Sheet")


def test_names_are_safe_on_any_system() -> None:
    assert paper.safe_name("X-ray/room 1") == "X-ray room 1"
    assert paper.safe_name("///") == "VetPACS"
