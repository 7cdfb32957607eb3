"""PDFium is one for the whole process: its lock and its memory of the last error."""

import threading

import pypdfium2
import pytest

from tests.viewer.documents.papers import pdf
from vetpacs_desktop.pdfium import LOCK, forget_last_error

PASSWORD = 4


def code(data: bytes) -> int:
    with pytest.raises(pypdfium2.PdfiumError) as caught:
        pypdfium2.PdfDocument(data)
    return int(caught.value.err_code or 0)


def test_an_error_of_one_document_is_not_told_of_the_next() -> None:
    with LOCK:
        assert code(pdf(locked=True)) == PASSWORD
        forget_last_error()
        assert code(pdf([])) != PASSWORD


def test_the_lock_holds_others_but_not_its_holder() -> None:
    got: list[bool] = []
    with LOCK, LOCK:
        other = threading.Thread(target=lambda: got.append(LOCK.acquire(blocking=False)))
        other.start()
        other.join()
    assert got == [False]
