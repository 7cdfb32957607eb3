"""What another archive finds here, asked with DCMTK's findscu over a real connection."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pydicom import dcmread
from pydicom.config import disable_value_validation
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pynetdicom import AE
from pynetdicom.association import Association
from pynetdicom.pdu_primitives import SOPClassExtendedNegotiation
from pynetdicom.sop_class import (
    PatientRootQueryRetrieveInformationModelFind,
    StudyRootQueryRetrieveInformationModelFind,
)

from tests.helpers.answering import Answering
from tests.helpers.dcmtk import run
from tests.helpers.peers import package_files
from tests.helpers.small_files import ROOT, from_folder, picture
from vetpacs_desktop.store.animals.corrections import Words

Begin = Callable[..., Answering]
STUDY_ROOT = StudyRootQueryRetrieveInformationModelFind


@pytest.fixture
def clinic(answering: Begin) -> Answering:
    """Four exams of three animals."""
    here = answering()
    here.add(
        study="1",
        PatientName="Müller^Rex",
        PatientID="A-1",
        ResponsiblePerson="Müller^Jürgen",
        ResponsiblePersonRole="OWNER",
        PatientSexNeutered="ALTERED",
        OtherPatientIDsSequence=[item(PatientID="276098100000001", TypeOfPatientID="RFID")],
        PatientSpeciesCodeSequence=[code("448771007", "SCT", "Canis lupus subspecies familiaris")],
        PatientBreedCodeSequence=[code("42252000", "SCT", "German shepherd dog")],
        AccessionNumber="ACC1",
        StudyDate="20260105",
        StudyTime="081500",
    )
    here.add(study="1", series="2", Modality="SR", SeriesDescription="Findings", InstanceNumber=7)
    here.add(study="2", PatientName="Müller^Rex", PatientID="A-1", StudyDate="20260210", StudyTime="170000")
    here.add(
        study="3",
        PatientName="Ivanova^Barsik=Иванова^Барсик",
        PatientID="B-2",
        PatientSpeciesDescription="Feline",
        PatientBreedDescription="Siamese",
        Modality="US",
        StudyDate="20260210",
        StudyTime="080000",
        StudyDescription="Abdomen ultrasound",
    )
    here.add(study="4", PatientName="Fluffy", PatientID="C_3", Modality="DX", StudyDate="", StudyTime="")
    return here


def item(**values: str) -> Dataset:
    made = Dataset()
    for name, value in values.items():
        setattr(made, name, value)
    return made


def code(value: str, scheme: str, meaning: str) -> Dataset:
    return item(CodeValue=value, CodingSchemeDesignator=scheme, CodeMeaning=meaning)


SEARCHES: tuple[tuple[dict[str, str], str], ...] = (
    ({"PatientName": "*rex*"}, "21"),
    ({"PatientName": "MULLER^REX"}, "21"),
    ({"PatientName": "MUELLER*"}, "21"),
    ({"PatientName": "rex"}, "21"),
    ({"PatientName": "M?LLER*"}, "21"),
    ({"PatientName": "*ex"}, "21"),
    ({"PatientName": "mül*^re*"}, "21"),
    ({"PatientName": "rex^*"}, ""),
    ({"PatientName": "fluff?"}, "4"),
    ({"PatientName": "БАРСИК"}, "3"),
    ({"PatientName": "*арси*"}, "3"),
    ({"PatientName": "ivanova"}, "3"),
    ({"PatientName": "nobody"}, ""),
    ({"PatientName": "*"}, "4231"),
    ({"ResponsiblePerson": "*jürgen*"}, "1"),
    ({"ResponsiblePerson": "MÜLLER*"}, "21"),
    ({"ResponsiblePerson": "rex"}, ""),
    ({"PatientID": "a-1"}, "21"),
    ({"PatientID": "A*"}, "21"),
    ({"PatientID": "C_3"}, "4"),
    ({"PatientID": "A-1\\B-2"}, "231"),
    ({"PatientID": "A?1"}, "21"),
    ({"AccessionNumber": "ACC1"}, "1"),
    ({"AccessionNumber": "ACC"}, ""),
    ({"StudyDate": "20260210"}, "23"),
    ({"StudyDate": "20260101-20260131"}, "1"),
    ({"StudyDate": "-20260201"}, "1"),
    ({"StudyDate": "20260201-"}, "23"),
    ({"StudyDate": "20260210", "StudyTime": "0700-0900"}, "3"),
    ({"StudyTime": "08"}, "31"),
    ({"StudyTime": "1600-"}, "2"),
    ({"ModalitiesInStudy": "CT"}, "21"),
    ({"ModalitiesInStudy": "SR"}, "1"),
    ({"ModalitiesInStudy": "US\\DX"}, "43"),
    ({"ModalitiesInStudy": "C*"}, "21"),
    ({"StudyDescription": "*ULTRA*"}, "3"),
    ({"StudyDescription": "thorax"}, "421"),
    ({"PatientSpeciesDescription": "dog"}, "421"),
    ({"PatientSpeciesDescription": "FELINE"}, "3"),
    ({"PatientSpeciesDescription": "can*"}, "421"),
    ({"PatientBreedDescription": "siam*"}, "3"),
    ({"PatientSexNeutered": "ALTERED"}, "1"),
    ({"OtherPatientIDsSequence__PatientID": "276098100000001"}, "1"),
    ({"OtherPatientIDsSequence__PatientID": "*0001"}, "1"),
    ({"PatientSpeciesCodeSequence__CodeValue": "448771007"}, "1"),
    ({"PatientBreedCodeSequence__CodeValue": "0"}, ""),
    ({"StudyInstanceUID": f"{ROOT}.1\\{ROOT}.3\\1.2.3"}, "31"),
    ({"PatientName": "rex", "StudyDate": "20260210", "ModalitiesInStudy": "CT"}, "2"),
)
"""What is asked for, and the last figures of the exams that must come, in their order."""


def test_each_search_finds_exactly_what_it_should(clinic: Answering) -> None:
    wrong = []
    with connected(clinic) as association:
        for keys, wanted in SEARCHES:
            answers = asked(association, **{"QueryRetrieveLevel": "STUDY", "StudyInstanceUID": "", **keys})
            found = "".join(str(answer.StudyInstanceUID)[-1] for _, answer in answers if answer)
            if found != wanted:
                wrong.append(f"{keys}: {found!r}, not {wanted!r}")
    assert not wrong, "\n".join(wrong)


def test_the_newest_exam_comes_first_and_one_without_a_date_counts_as_of_its_arrival(
    clinic: Answering,
) -> None:
    assert clinic.said() == ["4", "2", "3", "1"]


def test_an_answer_holds_what_was_asked_for_and_whom_to_ask_for_the_images(clinic: Answering) -> None:
    (answer,) = clinic.find(
        StudyInstanceUID=f"{ROOT}.1",
        PatientName="",
        PatientID="",
        PatientSexNeutered="",
        PatientSpeciesDescription="",
        PatientSpeciesCodeSequence="",
        PatientBreedDescription="",
        PatientBreedCodeSequence="",
        OtherPatientIDsSequence="",
        ResponsiblePerson="",
        ResponsiblePersonRole="",
        ModalitiesInStudy="",
        SOPClassesInStudy="",
        NumberOfStudyRelatedSeries="",
        NumberOfStudyRelatedInstances="",
        NumberOfPatientRelatedStudies="",
        NumberOfPatientRelatedInstances="",
        StudyDate="",
        StudyTime="",
        InstanceAvailability="",
    )
    assert str(answer.PatientName) == "Müller^Rex"
    assert answer.SpecificCharacterSet == "ISO_IR 100"
    assert (answer.PatientID, answer.PatientSexNeutered) == ("A-1", "ALTERED")
    assert answer.PatientSpeciesDescription == "Canine"
    assert answer.PatientSpeciesCodeSequence[0].CodeValue == "448771007"
    assert answer.PatientBreedCodeSequence[0].CodeMeaning == "German shepherd dog"
    assert answer.OtherPatientIDsSequence[0].PatientID == "276098100000001"
    assert answer.OtherPatientIDsSequence[0].TypeOfPatientID == "RFID"
    assert (str(answer.ResponsiblePerson), answer.ResponsiblePersonRole) == ("Müller^Jürgen", "OWNER")
    assert list(answer.ModalitiesInStudy) == ["CT", "SR"]
    assert (answer.NumberOfStudyRelatedSeries, answer.NumberOfStudyRelatedInstances) == (2, 2)
    assert (answer.NumberOfPatientRelatedStudies, answer.NumberOfPatientRelatedInstances) == (2, 3)
    assert (answer.StudyDate, answer.StudyTime) == ("20260105", "081500")
    assert (answer.RetrieveAETitle, answer.InstanceAvailability) == ("VETPACS", "ONLINE")


def test_an_answer_uses_the_askers_letters_where_they_can_say_it(clinic: Answering) -> None:
    asked = {"SpecificCharacterSet": "ISO_IR 144", "PatientID": "B-2", "PatientName": ""}
    (answer,) = clinic.find(**asked)
    assert answer.SpecificCharacterSet == "ISO_IR 144"
    assert answer.PatientName.ideographic == "Иванова^Барсик"
    (other,) = clinic.find(SpecificCharacterSet="ISO_IR 101", PatientID="B-2", PatientName="")
    assert other.SpecificCharacterSet == "ISO_IR 192"
    assert other.PatientName == answer.PatientName


def test_a_patient_is_an_animal_not_an_identifier(clinic: Answering) -> None:
    clinic.add(study="5", PatientName="Müller^Minka", PatientID="A-1", PatientSpeciesDescription="Feline")
    found = clinic.find("PATIENT", "-P", PatientID="A-1", PatientName="", NumberOfPatientRelatedStudies="")
    assert {str(one.PatientName): int(one.NumberOfPatientRelatedStudies) for one in found} == {
        "Müller^Rex": 2,
        "Müller^Minka": 1,
    }


@pytest.mark.parametrize("model", ["-P", "-O"])
def test_the_other_models_find_patients_and_their_studies(clinic: Answering, model: str) -> None:
    (animal,) = clinic.find("PATIENT", model, PatientName="rex", PatientID="")
    assert animal.PatientID == "A-1"
    studies = clinic.find("STUDY", model, PatientID="A-1", StudyInstanceUID="")
    assert [str(one.StudyInstanceUID) for one in studies] == [f"{ROOT}.2", f"{ROOT}.1"]


def test_series_and_images_are_found_below_an_exam(clinic: Answering) -> None:
    series = clinic.find(
        "SERIES",
        StudyInstanceUID=f"{ROOT}.1",
        SeriesInstanceUID="",
        Modality="",
        SeriesDescription="",
        NumberOfSeriesRelatedInstances="",
        PatientName="",
    )
    assert {(one.Modality, str(one.get("SeriesDescription"))) for one in series} == {
        ("CT", ""),
        ("SR", "Findings"),
    }
    assert all(one.NumberOfSeriesRelatedInstances == 1 for one in series)
    (report,) = clinic.find("SERIES", StudyInstanceUID=f"{ROOT}.1", Modality="SR", SeriesInstanceUID="")
    (image,) = clinic.find(
        "IMAGE",
        StudyInstanceUID=f"{ROOT}.1",
        SeriesInstanceUID=str(report.SeriesInstanceUID),
        SOPInstanceUID="",
        SOPClassUID="",
        InstanceNumber="",
        Rows="",
        AvailableTransferSyntaxUID="",
        InstanceAvailability="",
    )
    assert (image.InstanceNumber, image.Rows, image.InstanceAvailability) == (7, 4, "ONLINE")
    assert image.AvailableTransferSyntaxUID == "1.2.840.10008.1.2.1"


def test_levels_may_be_skipped(clinic: Answering) -> None:
    """A relational question: images of a modality of an animal, without the UIDs above."""
    found = clinic.find("IMAGE", PatientName="rex", Modality="CT", SOPInstanceUID="", StudyInstanceUID="")
    assert sorted(str(one.StudyInstanceUID) for one in found) == [f"{ROOT}.1", f"{ROOT}.2"]
    (by_uid,) = clinic.find("SERIES", SeriesInstanceUID=f"{ROOT}.3.1", StudyInstanceUID="", Modality="")
    assert (by_uid.StudyInstanceUID, by_uid.Modality) == (f"{ROOT}.3", "US")
    (image,) = clinic.find("IMAGE", SOPInstanceUID=f"{ROOT}.3.1.1", StudyInstanceUID="")
    assert image.StudyInstanceUID == f"{ROOT}.3"


def test_what_the_index_does_not_keep_comes_from_the_image(clinic: Answering) -> None:
    clinic.add(
        study="9",
        ManufacturerModelName="Röntgen 3000",
        PatientComments="bites",
        RequestAttributesSequence=[item(RequestedProcedureID="77")],
        PixelSpacing=[0.5, 0.25],
    )
    keys = (
        "ManufacturerModelName",
        "PatientComments",
        "RequestAttributesSequence",
        "PixelSpacing",
        "AcquisitionTime",
    )
    (image,) = clinic.find("IMAGE", StudyInstanceUID=f"{ROOT}.9", **dict.fromkeys(keys, ""))
    assert (image.ManufacturerModelName, image.PatientComments) == ("Röntgen 3000", "bites")
    assert image.RequestAttributesSequence[0].RequestedProcedureID == "77"
    assert [float(value) for value in image.PixelSpacing] == [0.5, 0.25]
    assert "AcquisitionTime" in image
    assert not image.AcquisitionTime


def test_corrected_words_are_found_and_answered_the_old_ones_are_not(clinic: Answering) -> None:
    words = Words(animal_name="Hasso", owner_name="Schulz, Eva", patient_id="S-1", species="Feline")
    clinic.library.corrections.record(f"{ROOT}.1", words)
    assert clinic.said(PatientName="rex") == ["2"]
    (answer,) = clinic.find(
        PatientName="hasso",
        PatientID="",
        ResponsiblePerson="",
        PatientSpeciesDescription="",
        PatientSpeciesCodeSequence="",
        PatientBreedCodeSequence="",
        StudyInstanceUID="",
    )
    assert str(answer.PatientName) == "Schulz^Hasso"
    assert (answer.PatientID, str(answer.ResponsiblePerson)) == ("S-1", "Schulz^Eva")
    assert answer.PatientSpeciesDescription == "Feline"
    assert not answer.PatientSpeciesCodeSequence


def test_a_correction_of_something_else_leaves_the_name_as_it_was_sent(clinic: Answering) -> None:
    clinic.library.corrections.record(f"{ROOT}.3", Words(breed="Birman"))
    (answer,) = clinic.find(PatientID="B-2", PatientName="", PatientBreedDescription="")
    assert str(answer.PatientName) == "Ivanova^Barsik=Иванова^Барсик"
    assert answer.PatientBreedDescription == "Birman"


@pytest.mark.parametrize(("level", "model"), [("PATIENT", "-S"), ("SERIES", "-O"), ("NONSENSE", "-S")])
def test_a_level_that_is_not_there_is_refused_in_words(clinic: Answering, level: str, model: str) -> None:
    told = run(
        "findscu", "-d", model, "-k", f"QueryRetrieveLevel={level}", "127.0.0.1", str(clinic.receiver.port)
    )
    assert "0xa900" in told.stdout + told.stderr


def test_a_date_that_is_none_is_refused_in_words(clinic: Answering) -> None:
    keys = ("-k", "QueryRetrieveLevel=STUDY", "-k", "StudyDate=soon")
    told = run("findscu", "-d", "-S", *keys, "127.0.0.1", str(clinic.receiver.port))
    assert "0xa900" in told.stdout + told.stderr
    assert "A date or time can't be read" in told.stdout + told.stderr


def test_a_key_that_is_not_looked_at_is_said(clinic: Answering) -> None:
    with_pynetdicom = ask(clinic, QueryRetrieveLevel="STUDY", StudyInstanceUID="", PatientComments="bites")
    assert {status for status, _ in with_pynetdicom[:-1]} == {0xFF01}
    plainly = ask(clinic, QueryRetrieveLevel="STUDY", StudyInstanceUID="")
    assert {status for status, _ in plainly[:-1]} == {0xFF00}
    assert plainly[-1][0] == 0


@contextlib.contextmanager
def connected(here: Answering, *negotiated: SOPClassExtendedNegotiation) -> Iterator[Association]:
    entity = AE("ASKER")
    for model in (PatientRootQueryRetrieveInformationModelFind, STUDY_ROOT):
        entity.add_requested_context(model)
    association = entity.associate("127.0.0.1", here.receiver.port, ext_neg=list(negotiated))
    assert association.is_established
    yield association
    association.release()


def asked(association: Association, **keys: str) -> list[tuple[int, Dataset | None]]:
    """(status, identifier) of every answer; names of attributes as in `Answering.find`."""
    identifier = Dataset()
    identifier.SpecificCharacterSet = "ISO_IR 192"
    with disable_value_validation():  # wildcards are none of the values that pydicom knows
        for name, value in keys.items():
            outer, _, inner = name.partition("__")
            setattr(identifier, outer, [item(**{inner: value})] if inner else value)
    answers = association.send_c_find(identifier, STUDY_ROOT, msg_id=5)
    return [(status.Status, answer) for status, answer in answers]


def ask(
    here: Answering, *negotiated: SOPClassExtendedNegotiation, **keys: str
) -> list[tuple[int, Dataset | None]]:
    with connected(here, *negotiated) as association:
        return asked(association, **keys)


def test_date_and_time_are_one_moment_where_that_was_agreed(clinic: Answering) -> None:
    """From the 5th at noon to the 10th at nine in the morning: only the exam of the 10th at eight."""
    wish = SOPClassExtendedNegotiation()
    wish.sop_class_uid = STUDY_ROOT
    wish.service_class_application_information = b"\x01\x01\x01"
    keys = {
        "QueryRetrieveLevel": "STUDY",
        "StudyInstanceUID": "",
        "StudyDate": "20260105-20260210",
        "StudyTime": "1200-0900",
    }
    agreed = [answer.StudyInstanceUID for _, answer in ask(clinic, wish, **keys) if answer]
    assert agreed == [f"{ROOT}.3"]
    assert [answer for _, answer in ask(clinic, **keys) if answer] == []


def test_a_long_answer_stops_when_the_asker_has_had_enough(answering: Begin) -> None:
    here = answering()
    here.add_all(*(picture(study=str(number), pixels=b"") for number in range(400)))
    wish = item(QueryRetrieveLevel="STUDY", StudyInstanceUID="", PatientComments="")
    count, last = 0, 0
    with connected(here) as association:
        for status, answer in association.send_c_find(wish, STUDY_ROOT, msg_id=5):
            count += answer is not None
            last = status.Status
            if count == 3:
                association.send_c_cancel(5, query_model=STUDY_ROOT)
    assert last == 0xFE00
    assert 3 <= count < 400


def test_every_name_of_pydicoms_charset_files_is_found_in_its_own_script(answering: Begin) -> None:
    here = answering()
    files = [path for path in package_files() if path.parent.name == "charset_files"]
    here.library.file([from_folder(path) for path in files])
    tried = 0
    with connected(here) as association:
        for path in files:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # some are no DICOM at all
                dataset = dcmread(path, force=True)
                dataset.decode()
            for group in str(dataset.get("PatientName", "")).split("="):
                word = max(group.replace("^", " ").split(), key=len, default="")
                if word and "StudyInstanceUID" in dataset:
                    keys = {"QueryRetrieveLevel": "STUDY", "PatientName": f"*{word.upper()}*"}
                    answers = asked(association, StudyInstanceUID="", **keys)
                    found = {str(answer.StudyInstanceUID) for _, answer in answers if answer}
                    assert str(dataset.StudyInstanceUID) in found, (path.name, word)
                    tried += 1
    assert tried > 20


def test_sequences_and_nonsense_in_an_identifier_do_no_harm(clinic: Answering) -> None:
    wish = item(QueryRetrieveLevel="STUDY", StudyInstanceUID="", PatientName="rex")
    wish.ReferencedStudySequence = Sequence([item(ReferencedSOPInstanceUID="1.2.3")])
    wish.add_new(0x00091001, "LO", "private")
    with connected(clinic) as association:
        answers = list(association.send_c_find(wish, STUDY_ROOT))
    assert answers[-1][0].Status == 0
    assert len(answers) == 3


def test_many_may_ask_at_once(clinic: Answering, tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(8) as pool:
        asks = [pool.submit(ask, clinic, QueryRetrieveLevel="STUDY", StudyInstanceUID="") for _ in range(16)]
        assert [len(one.result()) for one in asks] == [5] * 16
