"""What leaves the house: as it came, or with a person's words; pixels are the same bytes in any case."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from pydicom import dcmread
from pydicom.data import get_charset_files, get_testdata_file

from tests.helpers.dcmtk import run
from tests.helpers.small_files import picture, write
from tests.store.intake.foreign.files import faults
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.animals.corrections import Words
from vetpacs_desktop.store.header import read_header
from vetpacs_desktop.store.intake.importing.stages import import_paths
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.outgoing import prepared

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:pydicom")
BELLO = Words(
    animal_name="Bärli",
    owner_name="Müller, Änne",
    species="Canine",
    breed="Beagle",
    sex="F",
    neutered="ALTERED",
    birth_date="2020-01-02",
    patient_id="99",
    microchip="276098106123456",
)
KINDS = (
    "CT_small.dcm",  # explicit little endian
    "MR_small_implicit.dcm",
    "MR_small_bigendian.dcm",
    "JPEG2000.dcm",  # fragments
    "image_dfl.dcm",  # deflated
    "US1_J2KR.dcm",
    "liver_1frame.dcm",
    "chrH31.dcm",  # Japanese, ISO 2022
    "SC_rgb_rle_2frame.dcm",
)


def pixels(path: Path) -> bytes:
    return bytes(dcmread(path).get("PixelData", b""))


@pytest.mark.parametrize("name", KINDS)
def test_a_corrected_copy_says_the_words_and_keeps_the_pixels(
    home: Home, library: Library, tmp_path: Path, name: str
) -> None:
    source = get_charset_files(name)[0] if name.startswith("chr") else get_testdata_file(name)
    import_paths(library, home, [Path(str(source))])
    (row,) = library.search("")
    (instance,) = library.instances(study_uid=row.study_uid)
    before = hashlib.sha256(instance.path.read_bytes()).hexdigest()
    assert prepared(library, instance, tmp_path) == instance.path
    library.corrections.record(row.study_uid, BELLO)
    copy = prepared(library, instance, tmp_path)
    assert copy.parent == tmp_path
    said = read_header(copy).patient
    for word, value in BELLO.stated().items():
        assert getattr(said, word) == value, word
    assert pixels(copy) == pixels(instance.path)
    assert hashlib.sha256(instance.path.read_bytes()).hexdigest() == before
    old, new = read_header(instance.path), read_header(copy)
    assert (new.study.study_uid, new.series, new.instance) == (old.study.study_uid, old.series, old.instance)
    assert new.study.description == old.study.description
    assert run("dcmdump", "-q", copy).returncode == 0
    if name != "image_dfl.dcm":  # dciodvfy reads the deflated bytes as elements
        assert set(faults(copy)) <= set(faults(instance.path))
    library.corrections.undo(row.study_uid)
    assert prepared(library, instance, tmp_path) == instance.path


def test_the_old_words_travel_along(home: Home, library: Library, tmp_path: Path) -> None:
    import_paths(library, home, [write(picture(), tmp_path / "a")])
    (row,) = library.search("")
    library.corrections.record(row.study_uid, Words(owner_name="Schulz"))
    (instance,) = library.instances(study_uid=row.study_uid)
    copy = dcmread(prepared(library, instance, tmp_path))
    assert str(copy.PatientName) == "Schulz^Fluffy"
    assert (str(copy.ResponsiblePerson), copy.ResponsiblePersonRole) == ("Schulz", "OWNER")
    (note,) = copy.OriginalAttributesSequence
    assert note.ReasonForTheAttributeModification == "CORRECT"
    assert str(note.ModifiedAttributesSequence[0].PatientName) == "Smith^Fluffy"


def test_an_exam_that_was_moved_takes_nothing_of_the_other_animal_along(
    home: Home, library: Library, tmp_path: Path
) -> None:
    wrong = picture(OtherPatientIDs="TATTOO 7", OtherPatientNames="Fluffi")
    import_paths(library, home, [write(wrong, tmp_path / "a")])
    (row,) = library.search("")
    rex = library.animals.create(Words(animal_name="Rex", owner_name="Meier"))
    library.animals.move(row.study_uid, rex.animal_id)
    (instance,) = library.instances(study_uid=row.study_uid)
    copy = dcmread(prepared(library, instance, tmp_path))
    assert (str(copy.PatientName), copy.PatientID) == ("Meier^Rex", "")
    shown = [str(element.value) for element in copy if element.tag.group == 0x0010]
    assert not any("Fluff" in value or "TATTOO" in value or "4711" in value for value in shown)


def test_what_the_file_says_already_needs_no_copy(home: Home, library: Library, tmp_path: Path) -> None:
    import_paths(library, home, [write(picture(), tmp_path / "a")])
    (row,) = library.search("")
    library.corrections.record(row.study_uid, Words(animal_name="Fluffy", owner_name="Smith"))
    (instance,) = library.instances(study_uid=row.study_uid)
    assert prepared(library, instance, tmp_path) == instance.path
