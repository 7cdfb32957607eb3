"""A clinic for tests: one home with a running service that real senders reach, and its diary."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.contract.asking import answer
from tests.helpers.dcmtk import run
from tests.helpers.program import serving
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.kept.quarantine import Kept, Quarantine
from vetpacs_desktop.store.library import Library


@dataclass(frozen=True, slots=True)
class Clinic:
    """A service and the library it fills."""

    home: Path
    port: int

    def studies(self, *words: str) -> Any:
        """The answer of ``studies``."""
        return answer(self.home, "studies", *words)

    def holds(self, count: int, seconds: float = 30.0) -> Any:
        """The exams once `count` images are filed; fails when that does not come true."""
        until = time.monotonic() + seconds
        while True:
            found = self.studies()
            held = sum(study["instance_count"] for study in found)
            if held == count:
                return found
            assert held < count, f"{held} images"
            assert time.monotonic() < until, f"only {held} images"
            time.sleep(0.1)

    def newest_change(self) -> int:
        """Where the changes feed stands."""
        library = Library.open(Home(self.home))
        try:
            return library.newest_change()
        finally:
            library.close()

    def set_aside(self) -> list[Kept]:
        """What the quarantine holds, newest first."""
        return Quarantine(Home(self.home)).entries()

    def is_alive(self) -> bool:
        """Whether the service still answers."""
        return run("echoscu", "127.0.0.1", str(self.port)).returncode == 0

    def diary(self) -> str:
        """Every word of every file in the logs folder, and of the service's other notes."""
        folders = (self.home / "logs", self.home / "run")
        files = [path for folder in folders for path in sorted(folder.iterdir()) if path.is_file()]
        return "\n".join(path.read_text(encoding="utf-8", errors="replace") for path in files)


@contextmanager
def clinic(home: Path) -> Iterator[Clinic]:
    """A clinic whose service runs until the block ends, and must then end cleanly."""
    with serving(home, "--verbose") as port:
        yield Clinic(home, port)
