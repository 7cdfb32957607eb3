"""The index as other archives see it: where a search begins, pages, and what outlives a change meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers import many_studies
from tests.helpers.small_files import ROOT, from_folder, picture, write
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.matching.query import Queries
from vetpacs_desktop.store.matching.question import Key, Level, Question

NAME, PATIENT_ID, DATE, MODALITIES = 0x00100010, 0x00100020, 0x00080020, 0x00080061


@pytest.fixture
def many(home: Home) -> Iterator[Library]:
    """3,000 exams without files."""
    many_studies.fill(home, 3_000)
    library = Library.open(home)
    yield library
    library.close()


def asked(level: Level = Level.STUDY, **keys: str) -> Question:
    tags = {"name": NAME, "patient": PATIENT_ID, "date": DATE, "modalities": MODALITIES}
    return Question(level, tuple(Key(tags[name], (value,)) for name, value in keys.items()), ())


def found(library: Library, question: Question) -> list[str]:
    queries: Queries = library.queries
    matches, _ = queries.find(question)
    return [match.study["study_uid"] for match in matches]


def test_a_search_finds_what_the_window_finds(many: Library) -> None:
    """The same words, two ways into the same library."""
    for text, question in (
        ("animal:bella", asked(name="*^bella*")),
        ("id:p000123", asked(patient="P000123")),
        ("date:2026-03..2026-04 modality:CT", asked(date="20260301-20260430", modalities="CT")),
        ("owner:смирнова", asked(name="смирнова^*")),
        ("date:2025", asked(date="20250101-20251231")),
        ("", asked()),
    ):
        window = [row.study_uid for row in many.search(text)]
        assert found(many, question) == window, text
        assert window


def test_each_patient_comes_once(many: Library) -> None:
    rows = many.search("")
    matches, _ = many.queries.find(asked(Level.PATIENT))
    patients = [match.study["patient_id"] for match in matches]
    assert len(patients) == len(set(patients))
    assert set(patients) == {row.patient_id for row in rows}
    (one,) = found(many, asked(Level.PATIENT, patient=rows[0].patient_id.lower()))
    assert one in {row.study_uid for row in rows}


def test_an_exam_that_is_dated_in_the_future_is_found_by_its_date(home: Home, tmp_path: Path) -> None:
    """A machine whose clock is wrong: the list counts it as of its arrival, a search goes by what it says."""
    library = Library.open(home)
    library.file([from_folder(write(picture(StudyDate="20620101"), tmp_path / "a.dcm"))])
    assert found(library, asked(date="20620101-")) == [f"{ROOT}.1"]
    library.close()


def test_an_exam_that_goes_away_during_a_search_is_left_out(many: Library) -> None:
    matches, _ = many.queries.find(asked())
    first = next(matches).study["study_uid"]
    database = many.queries.database
    with database.atomic():
        gone = database.rows("SELECT study_key FROM studies ORDER BY list_key LIMIT 1")[0][0]
        database.write(
            "DELETE FROM instances WHERE series_id IN (SELECT series_id FROM series WHERE study_key = ?)",
            (gone,),
        )
        database.write("DELETE FROM series WHERE study_key = ?", (gone,))
        database.write("DELETE FROM studies WHERE study_key = ?", (gone,))
    assert len([first, *matches]) == 2_999
