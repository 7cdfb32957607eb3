"""Searching other archives: a real Orthanc, DCMTK's dcmqrscp, and archives with odd habits."""

from __future__ import annotations

import fnmatch
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pydicom.dataset import Dataset
from pynetdicom import AE, evt
from pynetdicom.sop_class import StudyRootQueryRetrieveInformationModelFind

from tests.helpers.dcmtk import run, tool
from tests.helpers.orthanc import free_port, orthanc
from tests.helpers.peers import wait_for
from tests.helpers.small_files import picture, write
from vetpacs_desktop.errors import Cancelled
from vetpacs_desktop.jobs import CancelToken
from vetpacs_desktop.store.network.asking.remote import (
    Answers,
    QuestionRefused,
    Wanted,
    find_series,
    find_studies,
)
from vetpacs_desktop.store.network.link import Peer
from vetpacs_desktop.store.network.sending.send import send_files
from vetpacs_desktop.store.network.trouble import Address, NothingInCommon

ANIMALS: tuple[dict[str, Any], ...] = (
    {"PatientName": "Smith^Fluffy", "ResponsiblePerson": "Smith^Ann", "StudyDate": "20260312"},
    {"PatientName": "MÜLLER^Bello", "ResponsiblePerson": "Müller^Anna", "StudyDate": "20260401"},
    {"PatientName": "REX", "ResponsiblePerson": "Jones^Tom", "StudyDate": "20250101", "Modality": "MR"},
    {"PatientName": "山田^ポチ", "ResponsiblePerson": "山田^太郎", "StudyDate": "20260501"},
)


def peer_at(port: int, title: str = "ORTHANC") -> Peer:
    return Peer(Address("Clinic", "127.0.0.1", port, title, "VETPACS"))


def animals(answers: Answers) -> list[str]:
    return [study.animal_name for study in answers.studies]


def files(folder: Path) -> list[Path]:
    return [
        write(picture(study=str(number), PatientID=f"{4710 + number}", **words), folder / f"{number}.dcm")
        for number, words in enumerate(ANIMALS, 1)
    ]


def test_orthanc_is_searched_by_everything_a_person_knows(tmp_path: Path) -> None:
    with orthanc(tmp_path / "peer", DefaultEncoding="Utf8") as archive:
        assert send_files(files(tmp_path), "127.0.0.1", archive.port, "ORTHANC").sent == 4
        peer = peer_at(archive.port)

        def found(**words: str) -> list[str]:
            return animals(find_studies(peer, Wanted(**words)))

        assert found() == ["ポチ", "Bello", "Fluffy", "REX"]
        assert found(animal="fluf") == ["Fluffy"]
        assert found(animal="rex") == ["REX"]
        assert found(animal="ポチ") == ["ポチ"]
        assert found(owner="müller") == found(owner="Muller") == found(owner="mueller") == ["Bello"]
        assert found(owner="jones") == found(owner="tom jones") == ["REX"]
        assert found(animal="rex", owner="smith") == []
        assert found(patient_id="4711") == ["Fluffy"]
        assert found(modality="mr") == ["REX"]
        assert found(first_day="2026-04-01", last_day="2026-04-30") == ["Bello"]
        assert found(last_day="2025-12-31") == ["REX"]
        assert found(animal="nobody") == []
        (fluffy,) = find_studies(peer, Wanted(animal="Fluffy")).studies
        assert (fluffy.owner_name, fluffy.species, fluffy.modalities, fluffy.image_count) == (
            "Smith, Ann",
            "Canine",
            ("CT",),
            1,
        )
        (series,) = find_series(peer, fluffy.study_uid)
        assert (series.modality, series.image_count) == ("CT", 1)


def test_dcmqrscp_is_searched_too(tmp_path: Path) -> None:
    port = free_port()
    store = tmp_path / "store"
    store.mkdir()
    config = tmp_path / "dcmqrscp.cfg"
    config.write_text(
        f"NetworkTCPPort = {port}\nMaxPDUSize = 16384\nMaxAssociations = 16\n"
        "HostTable BEGIN\nHostTable END\nVendorTable BEGIN\nVendorTable END\n"
        f"AETable BEGIN\nQR {store} RW (9, 1024mb) ANY\nAETable END\n"
    )
    process = subprocess.Popen(
        [tool("dcmqrscp"), "-c", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_for(lambda: run("echoscu", "-aec", "QR", "127.0.0.1", str(port)).returncode == 0)
        plain = [files(tmp_path)[number] for number in (0, 2)]
        assert send_files(plain, "127.0.0.1", port, "QR").failed == ()
        peer = peer_at(port, "QR")
        assert animals(find_studies(peer, Wanted(animal="fluffy"))) == ["Fluffy"]
        assert animals(find_studies(peer, Wanted(animal="rex"))) == ["REX"]
        (study,) = find_studies(peer, Wanted(first_day="2026-01-01")).studies
        assert len(find_series(peer, study.study_uid)) == 1
    finally:
        process.kill()
        process.wait()


@contextmanager
def archive_that(answers: Callable[[Any], Iterator[tuple[int, Dataset | None]]]) -> Iterator[Peer]:
    """An archive made to order."""
    entity = AE("ODD")
    entity.add_supported_context(StudyRootQueryRetrieveInformationModelFind)
    server = entity.start_server(("127.0.0.1", 0), block=False, evt_handlers=[(evt.EVT_C_FIND, answers)])
    try:
        yield peer_at(server.server_address[1], "ODD")
    finally:
        server.shutdown()


def answer(name: bytes, charset: str | None = None, number: int = 1) -> Dataset:
    found = Dataset()
    if charset is not None:
        found.SpecificCharacterSet = charset
    found.QueryRetrieveLevel = "STUDY"
    found.StudyInstanceUID = f"1.2.{number}"
    found.add_new("PatientName", "UN", name)
    return found


@pytest.mark.parametrize(
    ("name", "charset"),
    [
        ("Müller^Bello".encode("latin-1"), None),
        ("Müller^Bello".encode(), None),
        ("Müller^Bello".encode(), "ISO_IR 100"),
        ("Müller^Bello".encode("latin-1"), "ISO_IR 192"),
    ],
)
def test_a_missing_or_wrong_character_set_is_made_good(name: bytes, charset: str | None) -> None:
    def answers(event: Any) -> Iterator[tuple[int, Dataset | None]]:
        yield 0xFF00, answer(name, charset)

    with archive_that(answers) as peer:
        (study,) = find_studies(peer, Wanted(owner="muller")).studies
    assert (study.owner_name, study.animal_name) == ("Müller", "Bello")


def test_an_archive_that_minds_capitals_is_asked_in_several_spellings() -> None:
    asked: list[str] = []

    def answers(event: Any) -> Iterator[tuple[int, Dataset | None]]:
        pattern = str(event.identifier.PatientName)
        asked.append(pattern)
        if fnmatch.fnmatchcase("REX", pattern):
            yield 0xFF00, answer(b"REX")

    with archive_that(answers) as peer:
        assert animals(find_studies(peer, Wanted(animal="Rex"))) == ["REX"]
    assert asked[:2] == ["*Rex*", "*REX*"]


def test_an_archive_that_refuses_what_it_does_not_know_is_asked_for_less() -> None:
    def answers(event: Any) -> Iterator[tuple[int, Dataset | None]]:
        if "ResponsiblePerson" in event.identifier:
            yield 0xA900, None
            return
        yield 0xFF00, answer(b"Smith^Fluffy")

    with archive_that(answers) as peer:
        assert animals(find_studies(peer, Wanted(animal="fluffy"))) == ["Fluffy"]
        assert animals(find_studies(peer, Wanted(owner="smith"))) == ["Fluffy"]


def test_an_archive_that_overlooks_names_is_sifted_here() -> None:
    def answers(event: Any) -> Iterator[tuple[int, Dataset | None]]:
        for number, name in enumerate((b"Smith^Fluffy", b"Jones^Rex"), 1):
            yield 0xFF00, answer(name, number=number)

    with archive_that(answers) as peer:
        assert animals(find_studies(peer, Wanted(animal="rex"))) == ["Rex"]


def test_no_answers_about_series_and_no_uids_are_no_error() -> None:
    def answers(event: Any) -> Iterator[tuple[int, Dataset | None]]:
        if event.identifier.QueryRetrieveLevel == "SERIES":
            yield 0xC000, None
            return
        nameless = answer(b"Smith^Fluffy")
        del nameless.StudyInstanceUID
        yield 0xFF00, nameless
        yield 0xFF01, answer(b"Jones^Rex", number=2)

    with archive_that(answers) as peer:
        (study,) = find_studies(peer, Wanted()).studies
        assert (study.animal_name, study.image_count, study.modalities) == ("Rex", None, ())
        assert find_series(peer, study.study_uid) == []


def test_a_refusal_is_told_in_words() -> None:
    def answers(event: Any) -> Iterator[tuple[int, Dataset | None]]:
        yield 0xC001, None

    with archive_that(answers) as peer, pytest.raises(QuestionRefused, match="does not answer this question"):
        find_studies(peer, Wanted())


def test_too_many_answers_are_cut_off_and_the_archive_is_told_to_stop() -> None:
    given: list[int] = []

    def answers(event: Any) -> Iterator[tuple[int, Dataset | None]]:
        for number in range(1, 5000):
            if event.is_cancelled:
                yield 0xFE00, None
                return
            given.append(number)
            yield 0xFF00, answer(b"Smith^Fluffy", number=number)
            if number > 100:  # the word to stop takes its time, however fast this computer is
                time.sleep(0.002)

    with archive_that(answers) as peer:
        found = find_studies(peer, Wanted(), most=20)
    assert (len(found.studies), found.cut_off) == (20, True)
    assert len(given) < 4999


def test_a_slow_archive_can_be_left() -> None:
    def answers(event: Any) -> Iterator[tuple[int, Dataset | None]]:
        time.sleep(3)
        yield 0xFF00, answer(b"Smith^Fluffy")

    token = CancelToken()
    token.cancel()
    started = time.monotonic()
    with archive_that(answers) as peer, pytest.raises(Cancelled):
        find_studies(peer, Wanted(), token)
    assert time.monotonic() - started < 10


def test_a_workstation_that_can_not_be_searched_says_so() -> None:
    entity = AE("ODD")
    entity.add_supported_context("1.2.840.10008.1.1")
    server = entity.start_server(("127.0.0.1", 0), block=False)
    try:
        with pytest.raises(NothingInCommon, match="does not offer what was asked for"):
            find_studies(peer_at(server.server_address[1], "ODD"), Wanted())
    finally:
        server.shutdown()
