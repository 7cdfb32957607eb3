"""The clinic's address on paper: beside the number of the page, and the exam's day is still there."""

from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtCore import QSizeF
from PySide6.QtGui import QPainter, QPdfWriter

from vetpacs_desktop.ui.viewing.output.pages import PageWish, paint_page
from vetpacs_desktop.viewer.labels import PictureLabel

CONTACT = "1 High Street, Bedford, 555 0100, post@clinic.example"


@pytest.mark.usefixtures("qapp")
def test_the_address_stands_above_the_line(tmp_path: Path) -> None:
    path = tmp_path / "page.pdf"
    writer = QPdfWriter(str(path))
    writer.setResolution(300)
    painter = QPainter(writer)
    label = PictureLabel("Our clinic", "Bella", "Smith", "2026-07-04", CONTACT)
    paint_page(painter, 300 / 25.4, QSizeF(190, 270), PageWish(), (), label, (1, 2))
    painter.end()
    document = pypdfium2.PdfDocument(path)
    words = document[0].get_textpage().get_text_range()
    document.close()
    assert all(word in words for word in (CONTACT, "Page 1 of 2", "2026-07-04", "Our clinic"))
