"""Several exams on one page: each edit is saved with its image's exam, and with no other."""

from dataclasses import dataclass

from tests.viewer.test_exam import exam
from vetpacs_desktop.ui.viewing.marking.autosave import Autosave
from vetpacs_desktop.ui.viewing.marking.sheets import Sheets
from vetpacs_desktop.viewer.annotations import ImageRef, Sheet
from vetpacs_desktop.viewer.comparing import joined_sheet
from vetpacs_desktop.viewer.corner_texts import as_written
from vetpacs_desktop.viewer.exam import Exam


@dataclass
class Page:
    """What the sheets know of a page."""

    exam: Exam


def test_only_the_exam_whose_image_was_touched_is_written() -> None:
    written: list[tuple[str, int]] = []
    saving = Autosave(lambda study, _before, after: written.append((study, len(after.keys))), "Dr. Test")
    now = exam("1")
    page = Page(now)
    sheets = Sheets(saving, lambda: page)
    marking = sheets.marking(now, as_written)
    other = sheets.newest(exam("2", "20250909"))
    page.exam = now.with_beside(other)
    marking.rebase(lambda sheet: joined_sheet(sheet, other.sheet))
    marking.toggle_key(ImageRef("2.0.1"))
    assert saving.settle()
    assert written == [("2", 1)]
    marking.toggle_key(ImageRef("1.1.1"))
    assert saving.settle()
    assert written == [("2", 1), ("1", 1)]
    marking.undo()
    marking.undo()
    assert saving.settle()
    assert written == [("2", 1), ("1", 1), ("1", 0), ("2", 0)]
    saving.close()


def test_an_exam_comes_with_what_is_still_to_be_written() -> None:
    saving = Autosave(lambda *_: None)
    sheets = Sheets(saving, lambda: None)
    waiting = Sheet()
    assert sheets.newest(exam("1")).sheet == waiting
    assert Sheets(None, lambda: None).newest(exam("1")).sheet == waiting
    saving.close()
