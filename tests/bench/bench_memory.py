"""The memory of the service while 50,000 small objects arrive over many associations.

``python -m tests.bench.bench_memory [--objects N] [--quick]``

After a warm-up the receiving process and the filing process must stay as large as they are. The last line is
JSON.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path

import psutil
from pydicom.dataset import Dataset
from pynetdicom.dsutils import encode

from tests.bench.bench_receive import ROOT
from tests.helpers.peers import service, wait_for
from tests.helpers.small_files import CT, picture
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.intake.spool import Spool
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.network import command_set
from vetpacs_desktop.store.network.link import Link, Peer, Proposal
from vetpacs_desktop.store.network.trouble import Address

EXPLICIT = "1.2.840.10008.1.2.1"
PER_ASSOCIATION = 100
STEPS = 20
WARM_UP = 0.4
"""The share after which the processes must not grow any more."""
MOST_GROWTH_MB = 8.0
ROOM = ("1" * 12, "2" * 12, "3" * 12)
"""Parts of identifiers that each object replaces, of the same length."""


def template() -> tuple[bytes, bytes]:
    """(command, data set) of one object with `ROOM` for identifiers."""
    dataset = picture(
        StudyInstanceUID=f"1.2.3.{ROOM[0]}",
        SeriesInstanceUID=f"1.2.3.{ROOM[1]}",
        SOPInstanceUID=f"1.2.3.{ROOM[2]}",
        PatientID=ROOM[0],
    )
    message = Dataset()
    message.AffectedSOPClassUID, message.CommandField = CT, command_set.C_STORE_RQ
    message.MessageID, message.Priority, message.CommandDataSetType = 1, 0, 1
    message.AffectedSOPInstanceUID = f"1.2.3.{ROOM[2]}"
    body, data = encode(message, True, True), encode(dataset, False, True)
    assert body is not None
    assert data is not None
    return b"\0\0\0\0\x04\0\0\0" + len(body).to_bytes(4, "little") + body, data


def send(port: int, first: int, count: int, parts: tuple[bytes, bytes]) -> None:
    """`count` objects over one association; each association is an exam of its own."""
    peer = Peer(Address("x", "127.0.0.1", port, "VETPACS", f"BENCH{first // PER_ASSOCIATION % 20}"))
    with Link(peer, [Proposal(CT, (EXPLICIT,))]) as link:
        context = link.context_for(CT)
        assert context is not None
        for number in range(first, first + count):
            exam = f"{first + 10**11:012}"
            made = [part.replace(ROOM[0].encode(), exam.encode()) for part in parts]
            made = [part.replace(ROOM[1].encode(), exam.encode()) for part in made]
            made = [part.replace(ROOM[2].encode(), f"{number + 10**11:012}".encode()) for part in made]
            link.send(context, made[0], [made[1]])
            status = link.receive().status
            if status:
                raise SystemExit(f"refused with {status:04X}")


def megabytes(process: psutil.Process) -> float:
    """What the process has in memory."""
    return round(process.memory_info().rss / 1e6, 1)


def main() -> None:
    """Send, measure in steps, print a table and, last, one line of JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--objects", type=int, default=50_000)
    parser.add_argument("--quick", action="store_true", help="4,000 objects")
    wish = parser.parse_args()
    step = (4000 if wish.quick else wish.objects) // STEPS // PER_ASSOCIATION * PER_ASSOCIATION
    parts = template()
    rows: list[dict[str, float]] = []
    with tempfile.TemporaryDirectory(dir=ROOT.parent) as base:
        home = Home(Path(base) / "home").make()
        with service(home) as served:
            receiver = psutil.Process(served.process.pid)
            wait_for(lambda: home.database.exists())
            library = Library.open(home)
            began = time.monotonic()
            for number in range(STEPS):
                for first in range(number * step, (number + 1) * step, PER_ASSOCIATION):
                    send(served.port, first, PER_ASSOCIATION, parts)
                wait_for(lambda: Spool(home).count() == 0, 120)
                filing = max(receiver.children(), key=lambda one: one.memory_info().rss)
                rows.append(
                    {
                        "objects": (number + 1) * step,
                        "receiver": megabytes(receiver),
                        "filing": megabytes(filing),
                        "threads": receiver.num_threads(),
                        "files": receiver.num_fds(),
                    }
                )
                print(rows[-1], flush=True)
            seconds = time.monotonic() - began
            kept = library.counts()[1]
            library.close()
    warm = rows[int(STEPS * WARM_UP)]
    growth = {name: round(rows[-1][name] - warm[name], 1) for name in ("receiver", "filing")}
    print(
        json.dumps(
            {
                "bench": "memory",
                "objects": kept,
                "objects_per_second": round(kept / seconds),
                "megabytes": {"warm": warm, "end": rows[-1]},
                "growth_megabytes": growth,
                "most_growth": MOST_GROWTH_MB,
                "flat": max(growth.values()) <= MOST_GROWTH_MB,
            }
        )
    )


if __name__ == "__main__":
    main()
