"""What imports and checks say when they are done: one sentence that a receptionist can act on."""

from pathlib import Path

import pytest

from vetpacs_desktop.store.records import ImportSummary, StudyUID, Verification
from vetpacs_desktop.ui.notices import ATTENTION, GOOD, PROBLEM
from vetpacs_desktop.ui.operations.checking import verdict
from vetpacs_desktop.ui.operations.importing import announcement, outcome

ONE = (StudyUID("1"),)


@pytest.mark.parametrize(
    ("summary", "tone", "text"),
    [
        (ImportSummary(stored=1, studies=ONE), GOOD, "Imported 1 image of 1 exam."),
        (ImportSummary(duplicates=2, studies=ONE), GOOD, "2 images were already here."),
        (ImportSummary(), ATTENTION, "There were no images in what you chose."),
        (
            ImportSummary(stored=2, conflicts=1, studies=ONE),
            ATTENTION,
            "Imported 2 images of 1 exam. 1 image came a second time with different content; both were kept.",
        ),
        (
            ImportSummary(rejected=(("a.dcm", "It is cut off."),)),
            PROBLEM,
            "1 file could not be imported and stayed where it is.",
        ),
    ],
)
def test_what_an_import_says(summary: ImportSummary, tone: str, text: str) -> None:
    notice = outcome(summary)
    assert (notice.tone, notice.text) == (tone, text)


def test_the_details_name_each_file_with_its_reason() -> None:
    notice = outcome(
        ImportSummary(stored=1, studies=ONE, rejected=(("a", "It is cut off."), ("b", "It is empty.")))
    )
    assert notice.details.splitlines() == ["a", "    It is cut off.", "b", "    It is empty."]
    assert notice.tone == ATTENTION


def test_what_dropping_will_do(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    assert announcement([tmp_path]).startswith("Drop to import the images of this folder.")
    assert "2 files" in announcement([file, file])
    assert "this folder and this file" in announcement([tmp_path, file])


def test_what_a_check_says() -> None:
    good = verdict(Verification(12))
    assert (good.tone, good.details) == (GOOD, "")
    assert "12 images checked" in good.text
    bad = verdict(Verification(12, missing=("a",), corrupt=("b", "c")))
    assert bad.tone == PROBLEM
    assert "1 is missing. 2 are damaged." in bad.text
    assert "again from the machine" in bad.text
    assert bad.details.splitlines() == ["missing: a", "damaged: b", "damaged: c"]
    assert verdict(Verification(12, orphans=("a",))).tone == ATTENTION
