"""Exams that other archives fetch, with DCMTK's movescu and getscu over real connections."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset
from pydicom.uid import UID
from pynetdicom import AE, build_role, evt
from pynetdicom.sop_class import (
    CTImageStorage,
    StudyRootQueryRetrieveInformationModelGet,
    StudyRootQueryRetrieveInformationModelMove,
)

from tests.helpers.answering import Answering, counts_in, status_in
from tests.helpers.corpus import images
from tests.helpers.orthanc import free_port
from tests.helpers.peers import data_set_bytes
from tests.helpers.small_files import ROOT, from_folder, picture
from vetpacs_desktop.store.animals.corrections import Words

Begin = Callable[..., Answering]
STUDY = f"{ROOT}.1"


@pytest.fixture
def clinic(answering: Begin) -> Answering:
    """One exam of two series with three images."""
    here = answering()
    here.add()
    here.add(sop="2", InstanceNumber=2)
    here.add(series="2", Modality="MR")
    return here


def received(out: Path) -> dict[str, Dataset]:
    return {
        str(dataset.SOPInstanceUID): dataset
        for path in out.iterdir()
        for dataset in [dcmread(path, force=True)]
    }


def move(here: Answering, out: Path, *options: str, **keys: str) -> str:
    port = free_port()
    here.node("SINK", port)
    return here.fetch("movescu", out, "-aet", "SINK", "-aem", "SINK", "+P", str(port), *options, **keys)


@dataclass(frozen=True, slots=True)
class Came:
    """One object that a storing server was sent."""

    sop_uid: str
    data: bytes
    originator: str
    originator_number: int


Sink = Callable[..., tuple[int, list[Came]]]


@pytest.fixture
def sink() -> Iterator[Sink]:
    """Starts storing servers: (port, what came). `handle`: number of the object -> status."""
    servers = []

    def start(
        sop_class: str = CTImageStorage,
        syntax: str = "1.2.840.10008.1.2.1",
        handle: Callable[[int], int] = lambda number: 0,
    ) -> tuple[int, list[Came]]:
        came: list[Came] = []

        def store(event: evt.Event) -> int:
            asked = event.request
            originator = str(asked.MoveOriginatorApplicationEntityTitle or "").strip()
            number = int(asked.MoveOriginatorMessageID or 0)
            uid = str(asked.AffectedSOPInstanceUID)
            came.append(Came(uid, asked.DataSet.getvalue(), originator, number))
            return handle(len(came))

        entity = AE("SINK")
        entity.add_supported_context(sop_class, syntax)
        server = entity.start_server(("127.0.0.1", 0), block=False, evt_handlers=[(evt.EVT_C_STORE, store)])
        servers.append(server)
        return server.socket.getsockname()[1], came

    yield start
    for server in servers:
        server.shutdown()


def moved(here: Answering, study: str = STUDY, message_id: int = 9, stop_after: int = 0) -> list[Dataset]:
    """The statuses of a C-MOVE of the exam to SINK, asked for with pynetdicom."""
    entity = AE("MOVER")
    entity.add_requested_context(StudyRootQueryRetrieveInformationModelMove)
    association = entity.associate("127.0.0.1", here.receiver.port)
    asked = Dataset()
    asked.QueryRetrieveLevel, asked.StudyInstanceUID = "STUDY", study
    found = []
    for status, _ in association.send_c_move(
        asked, "SINK", StudyRootQueryRetrieveInformationModelMove, msg_id=message_id
    ):
        found.append(status)
        if len(found) == stop_after:
            association.send_c_cancel(message_id, query_model=StudyRootQueryRetrieveInformationModelMove)
    association.release()
    return found


@pytest.mark.parametrize("tool", ["movescu", "getscu"])
def test_an_exam_arrives_whole(clinic: Answering, tmp_path: Path, tool: str) -> None:
    out = tmp_path / "out"
    out.mkdir()
    if tool == "movescu":
        said = move(clinic, out, StudyInstanceUID=STUDY)
    else:
        said = clinic.fetch("getscu", out, StudyInstanceUID=STUDY)
    assert status_in(said) == 0
    assert counts_in(said) == (3, 0, 0)
    assert received(out).keys() == {f"{STUDY}.1.1", f"{STUDY}.1.2", f"{STUDY}.2.1"}


@pytest.mark.parametrize(
    ("level", "model", "keys", "count"),
    [
        ("PATIENT", "-P", {"PatientID": "4711"}, 3),
        ("PATIENT", "-O", {"PatientID": "4711"}, 3),
        ("STUDY", "-P", {"PatientID": "4711", "StudyInstanceUID": STUDY}, 3),
        ("STUDY", "-S", {"StudyInstanceUID": f"{STUDY}\\{ROOT}.2"}, 4),
        ("SERIES", "-S", {"StudyInstanceUID": STUDY, "SeriesInstanceUID": f"{STUDY}.1"}, 2),
        ("SERIES", "-S", {"SeriesInstanceUID": f"{STUDY}.2"}, 1),
        (
            "IMAGE",
            "-S",
            {
                "StudyInstanceUID": STUDY,
                "SeriesInstanceUID": f"{STUDY}.1",
                "SOPInstanceUID": f"{STUDY}.1.1\\{STUDY}.1.2",
            },
            2,
        ),
        ("STUDY", "-S", {"StudyInstanceUID": "1.2.3"}, 0),
    ],
)
def test_each_level_fetches_what_it_names(
    clinic: Answering, tmp_path: Path, level: str, model: str, keys: dict[str, str], count: int
) -> None:
    clinic.add(study="2", PatientID="99", PatientName="Jones^Bella")
    out = tmp_path / "out"
    said = clinic.fetch("getscu", out, level=level, model=model, **keys)
    assert (status_in(said), counts_in(said)[0], len(received(out))) == (0, count, count)


@pytest.mark.parametrize(
    ("level", "keys"),
    [("STUDY", {"PatientID": "4711"}), ("STUDY", {"StudyInstanceUID": "*"}), ("PATIENT", {})],
)
def test_a_fetch_needs_the_unique_key_of_its_level(
    clinic: Answering, tmp_path: Path, level: str, keys: dict[str, str]
) -> None:
    said = clinic.fetch("getscu", tmp_path / "out", level=level, **keys)
    assert status_in(said) == 0xA900


def test_images_leave_byte_for_byte_where_their_coding_is_taken(answering: Begin, tmp_path: Path) -> None:
    here = answering()
    files = images("ct-tilted")[:4]
    here.library.file([from_folder(path) for path in files])
    (study,) = here.library.search("")
    out = tmp_path / "out"
    assert status_in(move(here, out, "-B", StudyInstanceUID=study.study_uid)) == 0
    mine = {hashlib.sha256(data_set_bytes(path)).digest() for path in files}
    assert {hashlib.sha256(data_set_bytes(path)).digest() for path in out.iterdir()} == mine


COMPRESSED = (
    "JPEG2000.dcm",
    "emri_small_jpeg_2k_lossless.dcm",
    "MR_small_RLE.dcm",
    "SC_rgb_jpeg_dcmtk.dcm",
    "emri_small_jpeg_ls_lossless.dcm",
    "image_dfl.dcm",
)


@pytest.mark.parametrize("name", COMPRESSED)
def test_compressed_images_leave_as_they_are_or_decompressed(
    answering: Begin, sink: Sink, tmp_path: Path, name: str
) -> None:
    here = answering()
    source = Path(str(get_testdata_file(name)))
    here.library.file([from_folder(source)])
    (study,) = here.library.search("")
    kept = dcmread(source)
    port, came = sink(kept.SOPClassUID, kept.file_meta.TransferSyntaxUID)
    here.node("SINK", port)
    assert moved(here, study.study_uid)[-1].Status == 0
    assert [one.data for one in came] == [data_set_bytes(source)]
    said = here.fetch("getscu", tmp_path / "plain", StudyInstanceUID=study.study_uid)
    assert (status_in(said), counts_in(said)) == (0, (1, 0, 0))
    ((uid, got),) = received(tmp_path / "plain").items()
    assert uid == kept.SOPInstanceUID
    assert not got.file_meta.TransferSyntaxUID.is_compressed
    assert np.array_equal(got.pixel_array, kept.pixel_array)


def test_pixels_that_no_decoder_reads_fail_with_their_reason_in_the_log(
    answering: Begin, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A damaged lossy image, whose coding getscu does not take."""
    here = answering()
    here.library.file([from_folder(Path(str(get_testdata_file("JPEG-lossy.dcm"))))])
    (study,) = here.library.search("")
    said = here.fetch("getscu", tmp_path / "out", StudyInstanceUID=study.study_uid)
    assert (status_in(said), counts_in(said)) == (0xA702, (0, 1, 0))
    assert "it can't be converted" in caplog.text


def test_big_endian_words_are_turned_for_who_takes_little_endian(answering: Begin, tmp_path: Path) -> None:
    here = answering()
    source = Path(str(get_testdata_file("MR_small_bigendian.dcm")))
    here.library.file([from_folder(source)])
    (study,) = here.library.search("")
    said = here.fetch("getscu", tmp_path / "out", "+xi", StudyInstanceUID=study.study_uid)
    assert status_in(said) == 0
    (got,) = received(tmp_path / "out").values()
    assert np.array_equal(got.pixel_array, dcmread(source).pixel_array)


def test_what_can_not_be_sent_counts_as_failed_and_is_named(answering: Begin, tmp_path: Path) -> None:
    """A file that is gone from the disk, and a video that the other side takes no coding of."""
    here = answering()
    here.add()
    here.add(sop="2")
    video = picture(sop="3", pixels=b"", SOPClassUID="1.2.840.10008.5.1.4.1.1.77.1.1.1")
    video.add_new(
        "PixelData",
        "OB",
        b"\xfe\xff\x00\xe0\0\0\0\0\xfe\xff\x00\xe0\x04\0\0\0\0\0\0\1\xfe\xff\xdd\xe0\0\0\0\0",
    )
    video["PixelData"].is_undefined_length = True
    here.add_file(video, "1.2.840.10008.1.2.4.102")
    (gone,) = here.library.locate(f"{STUDY}.1.2")
    gone.path.unlink()
    out = tmp_path / "out"
    said = move(here, out, StudyInstanceUID=STUDY)
    assert (status_in(said), counts_in(said)) == (0xB000, (1, 2, 0))
    assert f"[{STUDY}.1.2\\{STUDY}.1.3" in said
    assert received(out).keys() == {f"{STUDY}.1.1"}


def test_corrected_words_go_along_and_the_kept_file_stays(clinic: Answering, tmp_path: Path) -> None:
    clinic.library.corrections.record(STUDY, Words(animal_name="Hasso", owner_name="Schulz, Eva"))
    rows = clinic.library.locate(STUDY)
    before = [hashlib.sha256(row.path.read_bytes()).hexdigest() for row in rows]
    out = tmp_path / "out"
    assert status_in(clinic.fetch("getscu", out, StudyInstanceUID=STUDY)) == 0
    got = received(out)
    assert {str(one.PatientName) for one in got.values()} == {"Schulz^Hasso"}
    assert {one.PixelData for one in got.values()} == {b"\1\2" * 16}
    assert [hashlib.sha256(row.path.read_bytes()).hexdigest() for row in rows] == before
    assert not list(clinic.library.home.run.glob("fetch-*"))


def test_an_unknown_or_untrusted_destination_is_refused(clinic: Answering) -> None:
    clinic.node("MISER", free_port(), may_retrieve=False)
    for title in ("NOWHERE", "MISER"):
        said = clinic.fetch("movescu", None, "-aem", title, StudyInstanceUID=STUDY)
        assert status_in(said) == 0xA801
        assert f"{title} is not among the archives known here" in said


def test_our_own_name_as_the_destination_is_where_the_images_are(clinic: Answering) -> None:
    said = clinic.fetch("movescu", None, "-aem", "VETPACS", StudyInstanceUID=STUDY)
    assert (status_in(said), counts_in(said)) == (0, (3, 0, 0))
    assert clinic.library.counts() == (1, 3)


def test_a_destination_that_is_switched_off_fails_every_image(clinic: Answering) -> None:
    clinic.node("SINK", free_port())
    said = clinic.fetch("movescu", None, "-aem", "SINK", StudyInstanceUID=STUDY)
    assert (status_in(said), counts_in(said)) == (0xA702, (0, 3, 0))
    assert "The destination can't be reached" in said
    (node,) = clinic.library.nodes.list()
    assert clinic.library.nodes.state(node).trouble


def test_each_image_says_who_asked_for_it_and_each_answer_what_remains(clinic: Answering, sink: Sink) -> None:
    port, came = sink()
    clinic.node("SINK", port)
    answers = moved(clinic)
    assert {(one.originator, one.originator_number) for one in came} == {("MOVER", 9)}
    remaining = [one.NumberOfRemainingSuboperations for one in answers[:-1]]
    assert remaining == [2, 1]
    assert (answers[-1].Status, answers[-1].NumberOfCompletedSuboperations) == (0, 3)


def test_refused_images_are_counted(clinic: Answering, sink: Sink) -> None:
    port, _ = sink(handle=lambda number: 0xA700 if number == 2 else 0)
    clinic.node("SINK", port)
    last = moved(clinic)[-1]
    assert last.Status == 0xB000
    assert (last.NumberOfCompletedSuboperations, last.NumberOfFailedSuboperations) == (2, 1)


def test_a_cancelled_fetch_stops_and_says_what_remained(answering: Begin, sink: Sink) -> None:
    here = answering()
    here.add_all(*(picture(sop=str(number)) for number in range(60)))

    def slowly(number: int) -> int:
        time.sleep(0.03)
        return 0

    port, came = sink(handle=slowly)
    here.node("SINK", port)
    last = moved(here, stop_after=2)[-1]
    assert last.Status == 0xFE00
    assert last.NumberOfRemainingSuboperations == 60 - last.NumberOfCompletedSuboperations
    assert len(came) == last.NumberOfCompletedSuboperations < 60


def test_pynetdicom_gets_over_one_association_with_both_codings(answering: Begin) -> None:
    """Contexts of one class for each coding: each image takes the one it is kept in."""
    here = answering()
    here.library.file([from_folder(Path(str(get_testdata_file("MR_small_RLE.dcm"))))])
    source = dcmread(str(get_testdata_file("MR_small_RLE.dcm")))
    entity = AE("GETTER")
    entity.add_requested_context(StudyRootQueryRetrieveInformationModelGet)
    entity.add_requested_context(source.SOPClassUID, "1.2.840.10008.1.2.1")
    entity.add_requested_context(source.SOPClassUID, "1.2.840.10008.1.2.5")
    came: list[tuple[UID, UID]] = []

    def store(event: evt.Event) -> int:
        came.append((event.request.AffectedSOPInstanceUID, event.context.transfer_syntax))
        return 0

    association = entity.associate(
        "127.0.0.1",
        here.receiver.port,
        ext_neg=[build_role(source.SOPClassUID, scp_role=True)],
        evt_handlers=[(evt.EVT_C_STORE, store)],
    )
    asked = Dataset()
    asked.QueryRetrieveLevel, asked.StudyInstanceUID = "STUDY", source.StudyInstanceUID
    statuses = [
        status.Status
        for status, _ in association.send_c_get(asked, StudyRootQueryRetrieveInformationModelGet)
    ]
    association.release()
    assert statuses[-1] == 0
    assert came == [(source.SOPInstanceUID, "1.2.840.10008.1.2.5")]
