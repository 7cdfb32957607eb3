"""The search line finds what a person means, and nothing typed there ever fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pydicom
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.dataset import Dataset

from tests.helpers.many_studies import fill
from tests.helpers.small_files import from_folder, picture, write
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.folding import fold, words
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.listing import ORDERS
from vetpacs_desktop.store.records import Arrival
from vetpacs_desktop.store.search import Days, Query, parse

TODAY = date(2026, 7, 12)
CHARSETS = Path(pydicom.__file__).parent / "data" / "charset_files"


@pytest.fixture
def exam(library: Library, tmp_path: Path) -> Callable[..., str]:
    """File one exam with these values and answer its study UID."""
    numbers = iter(range(1, 1000))

    def make(**values: Any) -> str:
        number = str(next(numbers))
        path = write(picture(study=number, **values), tmp_path / f"{number}.dcm")
        (filed,) = library.file([from_folder(path)])
        assert filed.study_uid is not None, filed.reason
        return filed.study_uid

    return make


def chip(number: str) -> list[Dataset]:
    item = Dataset()
    item.PatientID = number
    item.TypeOfPatientID = "RFID"
    return [item]


def found(library: Library, text: str) -> set[str]:
    rows = library.search(text)
    assert library.count(text) == len(rows)
    return {row.study_uid for row in rows}


@pytest.mark.parametrize(
    "text",
    [
        "f",
        "fluff",
        "FLUFFY",
        "smith",
        "fluffy smith",
        "german",
        "shepherd",
        "hepher",
        "canine",
        "dog",
        "hund",
        "4711",
        "4711 ct",
        "thorax",
        "2026-03-12",
        "2026-03",
        "12.3.2026",
        "2026",
        "animal:fluffy",
        "owner:Smith",
        "species:can",
        "breed:shep",
        "breed:hepherd",
        'breed:"german shepherd"',
        "chip:276098",
        "chip:0042",
        "276098100000042",
        "0042",
        "id:4711",
        "id:A-17",
        "A17",
        "modality:CT",
        "modality:c",
        "date:2026-03-12",
        "date:2026-03",
        "date:2026",
        "date:20260312",
        "date:2026-01..2026-03",
        "date:2026-03-12..",
        "date:..2026-03-12",
        "date:2025..2026",
        '"german shepherd"',
        '"german she',
        "owner:smith animal:fluffy modality:ct date:2026",
        "OWNER:smith",
        "owner: smith",
        "owner: species: dog",
        "",
        "   ",
    ],
)
def test_an_exam_is_found(library: Library, exam: Callable[..., str], text: str) -> None:
    wanted = exam(OtherPatientIDsSequence=chip("276098100000042"), AccessionNumber="A-17")
    assert wanted in found(library, text)


@pytest.mark.parametrize(
    "text",
    [
        "fluffx",
        "owner:fluffy",
        "animal:smith",
        "species:shepherd",
        "chip:4711",
        "id:276098100000042",
        "modality:mr",
        "date:2026-04",
        "date:2026-03-13..",
        "date:..2026-03-11",
        "date:2026-03..2026-01",
        "date:nonsense",
        '"shepherd german"',
        "fluffy mr",
        "luffy",
        "hep",
    ],
)
def test_another_exam_is_not(library: Library, exam: Callable[..., str], text: str) -> None:
    exam(OtherPatientIDsSequence=chip("276098100000042"))
    hits = found(library, text)
    assert hits == (set() if text != "luffy" else hits)


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("Müller^Änni", ["müller", "MÜLLER", "muller", "mueller", "änni", "ANNI", "aenni"]),
        ("Mueller^Anni", ["müller", "mueller"]),
        ("Weiß^Groß", ["weiss", "WEISS", "weiß", "gross"]),
        ("Παπαδόπουλος^Ρέξ", ["παπαδοπουλος", "ΠΑΠΑΔΌΠΟΥΛΟΣ", "πουλος", "ρεξ", "ΡΕΞ", "owner:παπ"]),
        ("Смирнова^Барсик", ["смирнова", "СМИРНОВА", "барс", "animal:БАРСИК"]),
        ("Yamada^Pochi=山田^ポチ=やまだ^ぽち", ["山田", "田", "ポチ", "ぽち", "ﾎﾟﾁ", "やまだ", "pochi"]),
        ("O'Brien^Mc Donald", ["o'brien", "brien", "obrien", "donald", '"mc donald"']),
        ("Şahin^Işık", ["sahin", "ŞAHİN", "isik"]),
        ("Nagy-Kovács^Bodri", ["nagy-kovács", "kovacs", "nagy kov"]),
    ],
)
def test_names_are_found_in_any_case_accent_and_script(
    library: Library, exam: Callable[..., str], name: str, texts: list[str]
) -> None:
    wanted = exam(PatientName=name)
    exam(PatientName="Other^Rex", StudyDescription="")
    if name.startswith("O'"):
        texts = [text for text in texts if text != "obrien"]
    for text in texts:
        assert found(library, text) == {wanted}, text


@pytest.mark.parametrize(
    ("file", "texts"),
    [
        ("chrGreek", ["Διονυσιος", "διονυ", "ΔΙΟΝΥΣΙΟΣ"]),
        ("chrRuss", ["люкc", "ЛЮКC"]),
        ("chrH31", ["山田", "太郎", "やまだ", "yamada"]),
        ("chrH32", ["山田", "たろう", "ヤマダ", "ﾔﾏﾀﾞ"]),
        ("chrI2", ["홍", "길동", "洪", "gildong"]),
        ("chrX1", ["王", "小東", "xiaodong"]),
        ("chrGerm", ["rudiger", "Rüdiger", "RUEDIGER", "äneas"]),
        ("chrArab", ["قباني"]),
        ("chrHbrw", ["שרון"]),
    ],
)
def test_real_files_of_every_script_are_found(library: Library, file: str, texts: list[str]) -> None:
    every = [path for path in sorted(CHARSETS.glob("chr*.dcm")) if "SQ" not in path.name]
    wanted = str(pydicom.dcmread(CHARSETS / f"{file}.dcm").SOPInstanceUID)
    results = library.file([from_folder(path) for path in every])
    (study,) = {filed.study_uid for filed in results if filed.arrival.path.stem == file}
    assert library.locate(wanted)
    for text in texts:
        assert study in found(library, text), text


def test_part_of_a_word_is_found_from_four_letters_on(library: Library, exam: Callable[..., str]) -> None:
    wanted = exam(PatientBreedDescription="Zwergschnauzer")
    assert found(library, "schnauzer") == found(library, "schn") == {wanted}
    assert found(library, "sch") == set()


def test_text_that_the_query_language_knows_is_only_text(library: Library, exam: Callable[..., str]) -> None:
    wanted = exam(PatientName="Smith^Near", StudyDescription="NOT OR AND 50% *")
    for text in ("near", "not", "AND", "or", "50%", "*", "NEAR(a b)", "near*", "^near", "(near)", "near -"):
        assert (wanted in found(library, text)) == (text != "NEAR(a b)"), text


@given(text=st.text(max_size=60))
def test_no_text_fails_to_be_understood(text: str) -> None:
    query = parse(text, TODAY)
    assert query.match.count('"') % 2 == 0


PIECES = st.sampled_from(
    [
        *"owner: date: date:.. .. * ( ) { } : - NOT_ OR_ _AND_ ^ + fluffy 2026 -03".split(),
        *("ß", "ﷺ", "山", "\ue000", "\U0001f415", "\u0301", "\0", '"', "'", "\\", ",", "%", "_", " "),
    ]
)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    home = Home(tmp_path_factory.mktemp("many") / "home")
    fill(home, 400)
    opened = Library.open(home)
    yield opened
    opened.close()


@given(pieces=st.lists(PIECES | st.text(max_size=4), max_size=12))
def test_no_text_fails_to_be_searched(many: Library, pieces: list[str]) -> None:
    text = "".join(piece.replace("_", " ") for piece in pieces)
    assert len(many.search(text, limit=10)) == min(10, many.count(text))


@given(data=st.data())
def test_the_beginning_of_any_word_of_an_exam_finds_it(many: Library, data: st.DataObject) -> None:
    rows = many.search("")
    row = data.draw(st.sampled_from(rows))
    text = data.draw(
        st.sampled_from([row.animal_name, row.owner_name, row.breed, row.description, row.patient_id])
    )
    word = data.draw(st.sampled_from(words(fold(text))))
    typed = word[: data.draw(st.integers(1, len(word)))]
    hits = many.search(typed)
    assert row in hits
    assert many.count(typed) == len(hits)


@given(data=st.data())
def test_an_exam_is_found_by_its_day_and_not_beside_it(many: Library, data: st.DataObject) -> None:
    row = data.draw(st.sampled_from(many.search("")))
    first = data.draw(st.dates(date(2015, 1, 1), date(2026, 12, 31)))
    last = data.draw(st.dates(date(2015, 1, 1), date(2026, 12, 31)))
    inside = first.isoformat() <= row.study_date <= last.isoformat()
    assert (row in many.search(f"date:{first}..{last}")) == inside


@pytest.mark.parametrize(
    "order", [*ORDERS, *(f"-{name}" for name in ORDERS), "animal desc", "owner:desc", "nonsense"]
)
@pytest.mark.parametrize("text", ["", "m", "schnauzer", "modality:ct date:2020..2022"])
def test_pages_are_the_whole_list_cut_up(many: Library, order: str, text: str) -> None:
    whole = many.search(text, order=order)
    pages = [
        many.search(text, order=order, limit=41, offset=start) for start in range(0, len(whole) + 41, 41)
    ]
    assert [row for page in pages for row in page] == whole
    assert len({row.study_uid for row in whole}) == len(whole) == many.count(text)


def test_orders_are_orders(many: Library) -> None:
    newest = [f"{row.study_date} {row.study_time}" for row in many.search("")]
    assert newest == sorted(newest, reverse=True)
    assert [f"{row.study_date} {row.study_time}" for row in many.search("", order="date")] == newest[::-1]
    animals = [fold(row.animal_name) for row in many.search("", order="animal")]
    assert animals == sorted(animals)
    owners = [fold(row.owner_name) for row in many.search("m", order="owner desc")]
    assert owners == sorted(owners, reverse=True)
    images = [row.instance_count for row in many.search("", order="-images")]
    assert images == sorted(images, reverse=True)


def test_an_exam_without_a_name_stands_behind_the_named(library: Library, exam: Callable[..., str]) -> None:
    unnamed = exam(PatientName="")
    named = exam(PatientName="Smith^Zoe")
    assert [row.study_uid for row in library.search("", order="animal")] == [named, unnamed]


def test_an_undated_exam_counts_as_of_the_day_it_came(library: Library, exam: Callable[..., str]) -> None:
    old = exam(StudyDate="20010101")
    undated = exam(StudyDate="", StudyTime="")
    future = exam(StudyDate="20990101")
    assert [row.study_uid for row in library.search("")] == [future, undated, old]
    assert found(library, "date:2026-03") == {undated, future}


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("date:today", Days(TODAY, TODAY)),
        ("date:yesterday", Days(date(2026, 7, 11), date(2026, 7, 11))),
        ("date:week", Days(date(2026, 7, 6), TODAY)),
        ("date:2026-02", Days(date(2026, 2, 1), date(2026, 2, 28))),
        ("date:2024-2", Days(date(2024, 2, 1), date(2024, 2, 29))),
        ("date:2026-01..2026-03", Days(date(2026, 1, 1), date(2026, 3, 31))),
        ("date:2026..today", Days(date(2026, 1, 1), TODAY)),
        ("date:..2026-03-05", Days(None, date(2026, 3, 5))),
        ("date:2026-03-05..", Days(date(2026, 3, 5), None)),
        ("date:2026 date:2026-03..", Days(date(2026, 3, 1), date(2026, 12, 31))),
        ("date:2026-", Days()),
        ("date:20", Days()),
        ("date:toda", Days()),
        ("date:2026-13", Days()),
        ("date:..", Days()),
        ("date:", Days()),
    ],
)
def test_days_are_understood_and_unfinished_ones_wait(text: str, days: Days) -> None:
    assert parse(text, TODAY) == Query("", days)


def test_today_finds_todays_exam(library: Library, exam: Callable[..., str], tmp_path: Path) -> None:
    now = datetime.now().astimezone()
    path = write(picture(study="77", StudyDate=now.strftime("%Y%m%d")), tmp_path / "today.dcm")
    (filed,) = library.file([Arrival(path, "a test", now, keep_source=True)])
    exam(StudyDate="20200101")
    assert found(library, "date:today") == {filed.study_uid}
