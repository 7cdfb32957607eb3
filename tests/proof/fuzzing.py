"""Damaged files among good ones, imported and sent: nothing crashes, nothing hangs, every good one is kept.

The damage is random bytes in random places of pydicom's own test files (`tests.contract.test_mutations`), and
elements put together by hypothesis for the same files. A seed gives the same damage again.
"""

from __future__ import annotations

import contextlib
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pydicom.dataset import Dataset
from pydicom.uid import generate_uid
from pynetdicom.dsutils import split_dataset

from tests.contract.asking import ask
from tests.contract.test_mutations import damaged
from tests.helpers.peers import data_set_bytes, package_files
from tests.helpers.small_files import picture, write
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.network import command_set
from vetpacs_desktop.store.network.link import Link, Peer, Proposal
from vetpacs_desktop.store.network.trouble import Address
from vetpacs_desktop.store.reading.checks import MEDIA_DIRECTORY

SMALL = 120_000
MOST_SECONDS = 10.0
CHUNK = 100
GOOD_AMONG = 10
"""One good file for so many damaged ones."""
SUCCESS = 0x0000
SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
EXPLICIT, IMPLICIT = "1.2.840.10008.1.2.1", "1.2.840.10008.1.2"


@dataclass(slots=True)
class Report:
    """What came of it."""

    damaged: int = 0
    good: int = 0
    refused: int = 0
    kept: int = 0
    slowest: float = 0.0
    statuses: dict[int, int] = field(default_factory=dict)


def originals() -> list[Path]:
    """Small DICOM files that pydicom brings along."""
    return [path for path in package_files() if path.stat().st_size < SMALL and path.suffix in (".dcm", "")]


def mutants(count: int, seed: int) -> Iterator[tuple[Path, bytes]]:
    """(the file it was made of, its damaged bytes)."""
    dice, files = random.Random(seed), originals()
    while count > 0:
        original = dice.choice(files)
        with contextlib.suppress(ValueError):  # nothing was left of it to damage further
            yield original, damaged(original.read_bytes(), dice)
            count -= 1


def good_files(folder: Path, count: int) -> list[Path]:
    """Sound pictures with identities of their own."""
    made = []
    for number in range(count):
        dataset = picture(SOPInstanceUID=generate_uid(), study=str(number % 5), InstanceNumber=number)
        made.append(write(dataset, folder / f"good{number:04}.dcm", (EXPLICIT, IMPLICIT)[number % 2]))
    return made


def imported(home: Home, folder: Path, count: int, seed: int) -> Report:
    """Import them through the command line in chunks of `CHUNK`; each chunk has the time of one hang."""
    report = Report()
    good: list[Path] = []
    every = mutants(count, seed)
    while report.damaged < count:
        chunk = folder / f"chunk{report.damaged}"
        chunk.mkdir(parents=True)
        for number, (_, data) in zip(range(min(CHUNK, count - report.damaged)), every, strict=False):
            (chunk / f"{number:04}.dcm").write_bytes(data)
            report.damaged += 1
        good += good_files(chunk, CHUNK // GOOD_AMONG)
        files = sum(1 for _ in chunk.iterdir())
        began = time.monotonic()
        answer = ask(home.root, "import", chunk)
        report.slowest = max(report.slowest, time.monotonic() - began)
        assert answer.code in (0, 1), answer
        said = answer.document
        told = sum(said[name] for name in ("stored", "duplicates", "conflicts", "ignored"))
        # A table of contents among them lists images that are not there; those are told of as well.
        refused = sum(Path(one["path"]).exists() for one in said["rejected"])
        report.refused += refused
        assert told + refused == files, "a file met no fate"
    report.good = len(good)
    report.kept = kept(home, good)
    return report


def sent(port: int, home: Home, folder: Path, count: int, seed: int) -> Report:
    """Send them over associations of `CHUNK` objects, byte for byte, each under its original's names."""
    report = Report()
    folder.mkdir(parents=True, exist_ok=True)
    good = good_files(folder, count // GOOD_AMONG + 1)
    every = list(mutants(count, seed))
    for start in range(0, count, CHUNK):
        chunk = every[start : start + CHUNK]
        ours = good[start // GOOD_AMONG : (start + CHUNK) // GOOD_AMONG + 1]
        proposals = _proposals([path for path, _ in chunk] + ours)
        with Link(Peer(Address("x", "127.0.0.1", port, "VETPACS", "FUZZ")), proposals) as link:
            for original, data in chunk:
                status = _offer(link, original, data[_start_of(original) :], report)
                report.statuses[status] = report.statuses.get(status, 0) + 1
                report.refused += status != SUCCESS
                report.damaged += 1
            for path in ours:
                assert _offer(link, path, data_set_bytes(path), report) == SUCCESS
    report.good = len(good)
    until = time.monotonic() + 120
    while list(home.spool.glob("*.dcm")):
        assert time.monotonic() < until, "filing hangs"
        time.sleep(0.1)
    report.kept = kept(home, good)
    return report


def kept(home: Home, good: list[Path]) -> int:
    """How many good files the library holds, byte for byte; the library itself must be sound."""
    library = Library.open(home)
    rows = [one for row in library.search("") for one in library.instances(study_uid=row.study_uid)]
    there = {one.path.read_bytes()[_start_of(one.path) :] for one in rows if one.size < SMALL}
    found = library.verify()
    assert (found.missing, found.corrupt, found.orphans) == ((), (), ())
    assert library.rebuild_index() == len(rows)
    library.close()
    return sum(data_set_bytes(path) in there for path in good)


def _offer(link: Link, original: Path, data: bytes, report: Report) -> int:
    """Send one object and return the status."""
    sop_class, sop_uid, syntax = _names(original)
    context = link.context_for(sop_class, (syntax,))
    assert context is not None, f"{sop_class} in {syntax} was not accepted"
    message = Dataset()
    message.AffectedSOPClassUID, message.CommandField = sop_class, command_set.C_STORE_RQ
    message.MessageID, message.Priority, message.CommandDataSetType = link.next_number(), 0, 1
    message.AffectedSOPInstanceUID = sop_uid
    began = time.monotonic()
    link.send(context, _command(message), [data] if data else [b"\0\0"])
    status = link.receive(seconds=MOST_SECONDS).status
    report.slowest = max(report.slowest, time.monotonic() - began)
    return status


def _command(message: Dataset) -> bytes:
    from pynetdicom.dsutils import encode

    body = encode(message, True, True)
    assert body is not None
    return b"\0\0\0\0\x04\0\0\0" + len(body).to_bytes(4, "little") + body


def _proposals(paths: list[Path]) -> list[Proposal]:
    named = {_names(path) for path in paths}
    return [
        Proposal(sop_class, (syntax,)) for sop_class, syntax in sorted({(one[0], one[2]) for one in named})
    ]


def _names(path: Path) -> tuple[str, str, str]:
    """(SOP class, SOP instance, transfer syntax) of the file meta information; some for those without."""
    try:
        meta, _ = split_dataset(path)
        names = (meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID, meta.TransferSyntaxUID)
    except Exception:  # noqa: BLE001 - old files have none
        names = (SECONDARY_CAPTURE, "1.2.3.4", EXPLICIT)
    # A table of contents is no class that anybody accepts; senders that do send it give it another name.
    sop_class = SECONDARY_CAPTURE if names[0] == MEDIA_DIRECTORY else str(names[0])
    return sop_class, str(names[1]), str(names[2])


def _start_of(path: Path) -> int:
    try:
        return int(split_dataset(path)[1])
    except Exception:  # noqa: BLE001
        return 0
