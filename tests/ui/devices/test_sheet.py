"""The connection sheet: one page, with everything on it that was typed into the machine."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtWidgets import QApplication

from vetpacs_desktop.ui import theme
from vetpacs_desktop.ui.devices.sheet import Sheet, write_pdf

SHEET = Sheet(
    clinic="Tierklinik <Süd> & Partner",
    machine="Röntgen, Raum 1",
    kind="X-ray",
    own_name="VETPACS",
    addresses=("192.168.1.20", "10.0.0.20"),
    port=11112,
    computer="front-desk",
    tls_port=2762,
    machine_name="DR-ROOM-1",
    machine_address="192.168.1.31",
    machine_port=104,
    tested=("The machine reached this computer and was answered.", "It sent images, which arrived: 3."),
    day="4 March 2026",
)


@pytest.mark.parametrize("palette", [theme.DARK, theme.LIGHT])
def test_one_page_with_everything_dark_on_white(
    qapp: QApplication, tmp_path: Path, palette: theme.Palette
) -> None:
    theme.apply(qapp, palette)
    path = tmp_path / "sheet.pdf"
    write_pdf(SHEET, path)
    document = pypdfium2.PdfDocument(path)
    assert len(document) == 1
    page = document[0]
    assert page.get_size() == pytest.approx((595, 842), abs=2)
    text = " ".join(page.get_textpage().get_text_range().split())
    for words in (
        *(SHEET.clinic, SHEET.machine, "VETPACS", "192.168.1.20", "10.0.0.20", "11112", "2762", "front-desk"),
        *("DR-ROOM-1", "192.168.1.31", "104", *SHEET.tested, SHEET.day),
    ):
        assert words in text, words
    image = page.render(scale=1).to_numpy()
    assert image.mean() > 200
    assert image.min() < 60
    page.close()
    document.close()


def test_what_is_not_known_takes_no_room(qapp: QApplication, tmp_path: Path) -> None:
    path = tmp_path / "sheet.pdf"
    bare = replace(
        SHEET, clinic="", machine_name="", machine_address="", machine_port=0, tested=(), tls_port=0
    )
    write_pdf(bare, path)
    document = pypdfium2.PdfDocument(path)
    text = document[0].get_textpage().get_text_range()
    assert "Tried" not in text
    assert "Its port" not in text
    document.close()


def test_a_folder_that_can_not_be_written_is_an_error(qapp: QApplication, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nowhere"):
        write_pdf(SHEET, tmp_path / "nowhere" / "sheet.pdf")
