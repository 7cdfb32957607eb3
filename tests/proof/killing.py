"""The ordeal of the service: killed at random moments while DCMTK sends, started again, and asked for
everything it had confirmed.

``storescu -v`` says of every file whether it was confirmed; that is the only witness.
"""

from __future__ import annotations

import hashlib
import os
import random
import re
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from pydicom import dcmread
from pydicom.uid import generate_uid

from tests.helpers import dcmtk
from tests.helpers.corpus import images
from tests.helpers.peers import Served, data_set_bytes, start_service, wait_for
from tests.helpers.small_files import picture, write
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.intake.spool import Spool
from vetpacs_desktop.store.kept.quarantine import Quarantine
from vetpacs_desktop.store.library import Library

LONGEST_SECONDS = 1.2
"""Between the first byte and the kill."""
REPLAY_SECONDS = 120
SENDING = re.compile(r"Sending file: (.*)")
CONFIRMED = re.compile(r"Received Store Response \(Success\)")


def make_files(folder: Path, count: int, large: int = 4) -> list[Path]:
    """Objects of their own identity in a few exams: one in `large` a real slice of half a megabyte."""
    slices = images("ct-variable-gap")
    made = []
    for number in range(count):
        path = folder / f"{number:04}.dcm"
        study, series = str(number % 7), str(number % 3)
        if number % large:
            write(picture(study=study, series=series, sop=str(number), InstanceNumber=number), path)
        else:
            dataset = dcmread(slices[number // large % len(slices)])
            dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = generate_uid()
            dataset.save_as(path)
        made.append(path)
    return made


@dataclass(slots=True)
class Ordeal:
    """One home, the files that machines want to send, and what was confirmed to them."""

    home: Home
    files: Sequence[Path]
    dice: random.Random
    associations: int = 3
    confirmed: set[Path] = field(default_factory=set)
    confirmations: int = 0
    kills: int = 0
    whole: set[str] = field(default_factory=set)
    looked_at: set[Path] = field(default_factory=set)

    def go_through(self, kills: int) -> Iterator[int]:
        """Kill the service so often; yields how many objects are confirmed after each kill."""
        for _ in range(kills):
            self._one()
            self.kills += 1
            self.check_nothing_half()
            yield len(self.confirmed)

    def check_nothing_half(self) -> None:
        """Right after a kill: every visible file is a whole object that somebody sent, every row has its
        file. A file that was looked at once is not read again: it never changes (the end reads all)."""
        if not self.whole:
            self.whole = {hashlib.sha256(data_set_bytes(path)).hexdigest() for path in self.files}
        shown = {*self.home.spool.glob("*.dcm"), *self.home.objects.rglob("*.dcm")}
        for path in shown - self.looked_at:
            assert hashlib.sha256(data_set_bytes(path)).hexdigest() in self.whole, (
                f"{path} is no whole object"
            )
        self.looked_at = shown
        if self.home.database.exists():
            library = Library.open(self.home)
            for row in library.search(""):
                for one in library.instances(study_uid=row.study_uid):
                    assert one.path in shown, f"{one.path} is listed and not there"
            library.close()

    def check_everything_is_kept(self) -> None:
        """Start once more, let it file what waits, and compare byte for byte."""
        served = start_service(self.home)
        wait_for(lambda: Spool(self.home).count() == 0, REPLAY_SECONDS)
        assert served.stop() == 0
        library = Library.open(self.home)
        kept: dict[str, list[Path]] = {}
        for row in library.search(""):
            for one in library.instances(study_uid=row.study_uid):
                assert not one.conflict
                kept.setdefault(one.sop_uid, []).append(one.path)
        for path in self.confirmed:
            uid = str(dcmread(path, stop_before_pixels=True).SOPInstanceUID)
            assert len(kept.get(uid, [])) == 1, f"{path.name} was confirmed and is there {kept.get(uid)}"
            assert data_set_bytes(kept[uid][0]) == data_set_bytes(path)
        found = library.verify()
        library.close()
        assert (found.missing, found.corrupt, found.orphans) == ((), (), ())
        assert list(self.home.spool.iterdir()) == []
        assert list(Quarantine(self.home).entries()) == []

    def _one(self) -> None:
        served = start_service(self.home)
        senders = [self._sender(served.port) for _ in range(self.associations)]
        time.sleep(self.dice.random() * LONGEST_SECONDS)
        self._kill(served)
        for sender in senders:
            output, _ = sender.communicate(timeout=60)
            self._witness(output)

    def _sender(self, port: int) -> subprocess.Popen[str]:
        """One machine with a handful of what is not confirmed yet, and of what is."""
        waiting = [path for path in self.files if path not in self.confirmed] or list(self.files)
        some = self.dice.sample(waiting, min(len(waiting), 25)) + self.dice.sample(list(self.files), 5)
        return subprocess.Popen(
            [dcmtk.tool("storescu"), "-v", "-R", "-aet", "XRAY1", "127.0.0.1", str(port), *map(str, some)],
            env={**os.environ, "TCP_NODELAY": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def _kill(self, served: Served) -> None:
        """The whole service, as the power would; or one of its two processes, as the system does."""
        service = psutil.Process(served.process.pid)
        children = service.children(recursive=True)
        kind = self.dice.random()
        victims = children if kind < 0.15 else [service] if kind < 0.4 else [service, *children]
        for victim in victims:
            victim.send_signal(signal.SIGKILL)
        if service not in victims:
            time.sleep(self.dice.random() * 0.3)
            service.send_signal(signal.SIGKILL)
        served.kill()
        wait_for(lambda: not any(_lives(child) for child in children), 60)

    def _witness(self, output: str) -> None:
        sending: Path | None = None
        for line in output.splitlines():
            if (found := SENDING.search(line)) is not None:
                sending = Path(found[1].strip())
            elif CONFIRMED.search(line) and sending is not None:
                self.confirmed.add(sending)
                self.confirmations += 1
                sending = None


def _lives(process: psutil.Process) -> bool:
    """Whether it still does anything: who inherits an orphan may let its name stand for a while."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
