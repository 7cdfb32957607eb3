"""Every file of pydicom's charset set is found by its names in native script, in any case: by a person's
words and by another archive."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pydicom
import pytest
from pydicom import dcmread
from pydicom.uid import generate_uid

from tests.contract.asking import answer, ask
from tests.helpers.answering import Answering
from tests.helpers.small_files import from_folder
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.kept.quarantine import Quarantine

pytestmark = [
    pytest.mark.filterwarnings("ignore::UserWarning:pydicom"),
    pytest.mark.filterwarnings("ignore::UserWarning:pynetdicom"),
]
FOLDER = Path(pydicom.__file__).parent / "data" / "charset_files"
NO_EXAM = frozenset({"chrSQEncoding.dcm", "chrSQEncoding1.dcm"})
"""These two are no exams: they have no identifiers and no name outside of a sequence."""
FILES = sorted(path.name for path in FOLDER.glob("*.dcm") if path.name not in NO_EXAM)


@pytest.fixture(scope="module")
def names() -> dict[str, list[str]]:
    """File -> every part of the animal's name in every script, as pydicom reads it."""
    found = {}
    for name in FILES:
        person = dcmread(FOLDER / name).PatientName
        groups = (person.alphabetic, person.ideographic, person.phonetic)
        found[name] = [part for group in groups for part in group.split("^") if part]
        assert found[name]
    return found


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Answering, dict[str, str]]]:
    """All of them in one library, with exams of their own; the text is as the files code it."""
    base = tmp_path_factory.mktemp("charsets")
    (base / "asking").mkdir()
    here = Answering.begin(Home(base / "home").make(), base / "asking", {})
    studies = {}
    for name in FILES:
        dataset = dcmread(FOLDER / name)
        raw = dataset.get_item("PatientName").value
        dataset.StudyInstanceUID, dataset.SeriesInstanceUID = studies[name], _ = (
            generate_uid(),
            generate_uid(),
        )
        dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = generate_uid()
        dataset.save_as(base / name)
        assert dcmread(base / name).get_item("PatientName").value == raw
        studies[name] = str(dataset.StudyInstanceUID)
    here.library.file([from_folder(base / name) for name in FILES])
    yield here, studies
    here.stop()


def cases(word: str) -> set[str]:
    return {word, word.upper(), word.lower(), word.title(), word.swapcase()}


@pytest.mark.parametrize("name", FILES)
def test_a_person_finds_it(
    clinic: tuple[Answering, dict[str, str]], names: dict[str, list[str]], name: str
) -> None:
    here, studies = clinic
    for part in names[name]:
        for word in cases(part):
            found = answer(here.library.home.root, "studies", word)
            assert studies[name] in {row["study_uid"] for row in found}, f"{word} does not find {name}"


@pytest.mark.parametrize("name", FILES)
def test_another_archive_finds_it(
    clinic: tuple[Answering, dict[str, str]], names: dict[str, list[str]], name: str
) -> None:
    here, studies = clinic
    for part in names[name]:
        for word in {part, part.upper(), part.lower()}:
            found = here.find(SpecificCharacterSet="ISO_IR 192", PatientName=f"*{word}*", StudyInstanceUID="")
            uids = {str(one.StudyInstanceUID) for one in found}
            assert studies[name] in uids, f"*{word}* does not find {name}"
            (one,) = (one for one in found if str(one.StudyInstanceUID) == studies[name])
            assert part.casefold() in str(one.PatientName).casefold()


@pytest.mark.parametrize("name", sorted(NO_EXAM))
def test_what_is_no_exam_is_kept_aside_with_its_reason(home: Home, name: str) -> None:
    said = ask(home.root, "import", FOLDER / name)
    assert said.code == 1
    assert said.document["rejected"][0]["reason"]
    assert len(list(Quarantine(home).entries())) == 1
