"""A small clinic with a backup on a folder, and the same backup as a process of its own that can be killed.

``python -m tests.helpers.backing_up HOME FOLDER SECONDS`` makes one generation, pausing so many seconds
before each file, and prints its id.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.helpers.small_files import from_folder, picture, write
from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.backup import places, reading
from vetpacs_desktop.store.backup.ledger import Book, Ledger
from vetpacs_desktop.store.backup.making import proving, running
from vetpacs_desktop.store.backup.outcome import Generation, Proof
from vetpacs_desktop.store.backup.places import Place
from vetpacs_desktop.store.backup.targets.local import LocalTarget
from vetpacs_desktop.store.library import Library

NAME = "NAS"
ROOT = Path(__file__).resolve().parents[2]


@dataclass(slots=True)
class Clinic:
    """A library of small pictures and one place that it is backed up to."""

    base: Path
    home: Home
    library: Library
    sealer: Any = None
    made: int = 0
    books: list[Ledger] = field(default_factory=list)

    @property
    def nas(self) -> Path:
        return self.base / "nas"

    @property
    def root(self) -> Path:
        """What the program made there."""
        return self.nas / "VetPACS"

    @property
    def place(self) -> Place:
        return places.find(self.home, NAME)

    def target(self) -> LocalTarget:
        return LocalTarget(NAME, self.nas)

    def exam(self, images: int, *, study: str | None = None) -> list[str]:
        """File a new exam; answers the digests of its images."""
        self.made += 1
        folder = self.base / "incoming" / str(self.made)
        folder.mkdir(parents=True)
        study = study or str(self.made)
        arrivals = []
        for number in range(images):
            sop = str(self.made * 10_000 + number)
            pixels = bytes([number % 256, self.made % 256]) * 16
            path = write(picture(study=study, sop=sop, pixels=pixels), folder / f"{number}.dcm")
            arrivals.append(from_folder(path))
        self.library.file(arrivals)
        return [one.sha256 for one in self.library.instances(study_uid=self.study(study))][-images:]

    def study(self, number: str) -> Any:
        return picture(study=number).StudyInstanceUID

    def back_up(self, **more: Any) -> Generation:
        return running.run(self.home, self.place, self.target(), sealer=self.sealer, **more)

    def verify(self, generation: str | None = None) -> Proof:
        return proving.verify(self.home, self.place, self.target(), generation, sealer=self.sealer)

    def book(self) -> Book:
        """The ledger of the place; closed with the clinic."""
        ledger = Ledger.open(self.home)
        self.books.append(ledger)
        mark = reading.mark(self.target())
        assert mark is not None
        return ledger.book(mark.backup_id)

    def objects(self) -> list[Path]:
        """The object files on the target, in order of their names."""
        return sorted(path for path in (self.root / "objects").rglob("*") if path.is_file())

    def close(self) -> None:
        for ledger in self.books:
            ledger.close()
        self.library.close()


def clinic(base: Path) -> Clinic:
    """An empty library with the place "NAS" entered."""
    home = Home(base / "home").make()
    (base / "nas").mkdir()
    places.add(home, Place(NAME, str(base / "nas")))
    return Clinic(base, home, Library.open(home))


def start(home: Home, folder: Path, seconds: float, *before: str) -> subprocess.Popen[str]:
    """A backup in a process of its own; `before`: words before the command."""
    return subprocess.Popen(
        [*before, sys.executable, "-m", __name__, str(home.root), str(folder), str(seconds)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},  # entering another mount changes the folder
    )


def killed(home: Home, folder: Path, pause: float, after: Callable[[], bool]) -> bool:
    """Start a backup and kill it as soon as `after()`; False when it ended by itself before that."""
    process = start(home, folder, pause)
    try:
        while process.poll() is None:
            if after():
                process.send_signal(signal.SIGKILL)
                return True
            time.sleep(0.005)
        return False
    finally:
        process.kill()
        process.communicate()


def main() -> int:
    home, folder, seconds = Home(Path(sys.argv[1])), Path(sys.argv[2]), float(sys.argv[3])
    place = places.find(home, NAME)
    try:
        made = running.run(home, place, LocalTarget(NAME, folder), pause=lambda: time.sleep(seconds))
    except KnownError as error:
        print(error.sentence, file=sys.stderr)
        return error.exit_code
    print(made.id)
    return 0


if __name__ == "__main__":
    sys.exit(main())
