"""C-FIND over 100,000 studies, as another archive sees it: this program's service against a live Orthanc.

``python -m tests.bench.bench_find [--studies N] [--orthanc N] [--rounds N]``

The client is the same for both: an association that stays open, timed from the request to the final answer;
identifiers are read and not decoded. Orthanc is given far fewer studies, because filling it takes long;
each question finds the same number of exams on both sides, as far as there are so many.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from pydicom.dataset import Dataset
from pynetdicom.sop_class import CTImageStorage, StudyRootQueryRetrieveInformationModelFind

from tests.bench.bench_receive import ours
from tests.helpers import many_studies
from tests.helpers.orthanc import Orthanc
from vetpacs_desktop import settings as settings_file
from vetpacs_desktop.paths import Home
from vetpacs_desktop.settings import Settings
from vetpacs_desktop.store import conformance
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.network import messages
from vetpacs_desktop.store.network.link import Link, Peer, Proposal
from vetpacs_desktop.store.network.trouble import Address
from vetpacs_desktop.store.records import StudyRow

MODEL = str(StudyRootQueryRetrieveInformationModelFind)
RETURNED = (
    "PatientName",
    "PatientID",
    "PatientBirthDate",
    "PatientSex",
    "StudyDate",
    "StudyTime",
    "AccessionNumber",
    "ModalitiesInStudy",
    "StudyDescription",
    "StudyInstanceUID",
    "NumberOfStudyRelatedSeries",
    "NumberOfStudyRelatedInstances",
)
TARGET_MS = 100.0


def identifier(keys: Mapping[str, str]) -> Dataset:
    """What a workstation asks for, with `keys` to match."""
    asked = Dataset()
    asked.QueryRetrieveLevel = "STUDY"
    for name in RETURNED:
        setattr(asked, name, keys.get(name, ""))
    asked.SpecificCharacterSet = "ISO_IR 192"
    return asked


def questions(sample: Sequence[StudyRow], library: Library) -> dict[str, dict[str, str]]:
    """Questions that find from one exam to about a hundred, from exams that are there."""
    middle = sample[len(sample) // 2]
    families = (row.owner_name.split(",")[0] for row in sample if row.owner_name.isascii())
    word = next(name for name in families if name.isalpha() and 20 < library.count(f"owner:{name[:5]}") < 120)
    day = middle.study_date.replace("-", "")
    return {
        "one exam by its accession number": {"AccessionNumber": middle.accession_number},
        "a patient by its identifier": {"PatientID": middle.patient_id},
        "beginning of a name": {"PatientName": f"{word[:5]}*"},
        "middle of a name": {"PatientName": f"*{word[1:6]}*"},
        "three letters inside a name": {
            "PatientName": f"*{word[1:4]}*",
            "PatientSex": "F",
            "StudyDate": f"{day[:4]}0101-{day[:4]}0131",
        },
        "a day": {"StudyDate": day},
        "a day's CT": {"StudyDate": day, "ModalitiesInStudy": "CT"},
        "a month's name": {"StudyDate": f"{day[:6]}01-{day[:6]}31", "PatientName": f"{word[:2]}*"},
        "words of the description": {"StudyDescription": "*head*", "StudyDate": f"{day[:6]}01-{day[:6]}31"},
        "a name in Cyrillic": {"PatientName": "смирн*", "StudyDate": f"{day[:4]}0101-{day[:4]}0331"},
    }


def ask(link: Link, keys: Mapping[str, str]) -> tuple[float, int]:
    """(seconds to the end, answers) of one question."""
    context, (_, syntax) = next(iter(link.accepted.items()))
    data = messages.written(identifier(keys), syntax)
    started = time.perf_counter()
    link.send(context, messages.find(link.next_number(), MODEL), [data])
    count = 0
    while (answer := link.receive()).status & 0xFF00 == 0xFF00:
        count += 1
    if answer.status != 0:
        raise SystemExit(f"status {answer.status:04X} {answer.text(messages.COMMENT)}")
    return time.perf_counter() - started, count


def connected(port: int) -> Link:
    """An association for questions."""
    peer = Peer(Address("peer", "127.0.0.1", port, "ANY-SCP", "BENCH"))
    return Link(peer, [Proposal(MODEL, (conformance.EXPLICIT_LITTLE,))])


def fill_orthanc(port: int, studies: Sequence[StudyRow]) -> None:
    """Send one tiny object for each study."""
    peer = Peer(Address("peer", "127.0.0.1", port, "ANY-SCP", "BENCH"))
    with Link(peer, [Proposal(str(CTImageStorage), (conformance.EXPLICIT_LITTLE,))]) as link:
        for row in studies:
            data = messages.written(tiny(row), conformance.EXPLICIT_LITTLE)
            uid = f"{row.study_uid}.1.1"
            link.send(1, messages.store(link.next_number(), str(CTImageStorage), uid), [data])
            if link.receive().status != 0:
                raise SystemExit("Orthanc refused an object")


def tiny(row: StudyRow) -> Dataset:
    """An object that says what our index says of the study."""
    from pydicom.dataset import FileMetaDataset
    from pydicom.uid import ExplicitVRLittleEndian

    made = Dataset()
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    made.SpecificCharacterSet = "ISO_IR 192"
    made.SOPClassUID, made.SOPInstanceUID = CTImageStorage, f"{row.study_uid}.1.1"
    made.StudyInstanceUID, made.SeriesInstanceUID = row.study_uid, f"{row.study_uid}.1"
    made.PatientName = f"{row.owner_name.split(',')[0]}^{row.animal_name}"
    made.PatientID, made.PatientSex = row.patient_id, row.sex
    made.PatientBirthDate = row.birth_date.replace("-", "")
    made.StudyDate, made.StudyTime = row.study_date.replace("-", ""), row.study_time.replace(":", "")
    made.AccessionNumber, made.StudyDescription = row.accession_number, row.description
    made.Modality = row.modalities[0]
    made.Rows = made.Columns = made.BitsAllocated = 8
    made.SamplesPerPixel, made.PixelRepresentation, made.BitsStored, made.HighBit = 1, 0, 8, 7
    made.PhotometricInterpretation = "MONOCHROME2"
    made.PixelData = bytes(64)
    return made


def measure(port: int, asked: Mapping[str, Mapping[str, str]], rounds: int) -> dict[str, tuple[float, int]]:
    """Median milliseconds and the number of answers for each question."""
    found: dict[str, tuple[float, int]] = {}
    with connected(port) as link:
        for name, keys in asked.items():
            results = [ask(link, keys) for _ in range(rounds)]
            found[name] = (statistics.median(seconds for seconds, _ in results) * 1000, results[0][1])
    return found


def main() -> None:
    """Measure, print a table and, last, one line of JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--studies", type=int, default=100_000)
    parser.add_argument("--orthanc", type=int, default=2_000, help="studies in Orthanc; 0 leaves it out")
    parser.add_argument("--rounds", type=int, default=9)
    wish = parser.parse_args()
    with tempfile.TemporaryDirectory() as base:
        home = Home(Path(base) / "home").make()
        many_studies.fill(home, wish.studies)
        settings_file.save(Settings({"receiver.who_may_fetch": "anyone"}), home.settings)
        library = Library.open(home)
        sample = library.search("", limit=3_000)[-2_000:]
        asked = questions(sample, library)
        library.close()
        with ours(home.root) as (port, _):
            mine = measure(port, asked, wish.rounds)
        theirs: dict[str, tuple[float, int]] = {}
        if wish.orthanc:
            folder = Path(base) / "orthanc"
            folder.mkdir()
            peer = Orthanc(folder, {"DicomAlwaysAllowFind": True, "LimitFindResults": 0})
            peer.start()
            try:
                fill_orthanc(peer.port, sample[: wish.orthanc])
                theirs = measure(peer.port, asked, wish.rounds)
            finally:
                peer.stop()
    for name, (milliseconds, count) in mine.items():
        other = theirs.get(name)
        beside = f"{other[0]:8.1f} ms {other[1]:5} answers" if other else ""
        print(f"{name:36} {milliseconds:8.1f} ms {count:5} answers   {beside}")
    slowest = max(milliseconds for milliseconds, _ in mine.values())
    ratio = statistics.median(other[0] / mine[name][0] for name, other in theirs.items()) if theirs else 0.0
    print(
        f"slowest {slowest:.1f} ms (target {TARGET_MS:.0f}); "
        f"Orthanc with {wish.orthanc} studies / ours {ratio:.2f}"
    )
    print(
        json.dumps(
            {
                "bench": "find",
                "studies": wish.studies,
                "milliseconds": {name: round(value, 1) for name, (value, _) in mine.items()},
                "orthanc_studies": wish.orthanc,
                "orthanc": {name: round(value, 1) for name, (value, _) in theirs.items()},
                "slowest": round(slowest, 1),
                "ratio": round(ratio, 2),
                "target": TARGET_MS,
            }
        )
    )


if __name__ == "__main__":
    main()
