"""A receiver with a library behind it, and what DCMTK's tools say when they ask it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydicom import dcmread
from pydicom.dataset import Dataset

from tests.helpers.dcmtk import run
from tests.helpers.small_files import from_folder, picture, write
from vetpacs_desktop.paths import Home
from vetpacs_desktop.settings import Settings, Value
from vetpacs_desktop.store.archives.nodes import Node
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.network.receiving.receiver import Receiver


@dataclass(slots=True)
class Answering:
    """One receiver and its library."""

    library: Library
    receiver: Receiver
    folder: Path
    made: int = 0
    stopped: bool = False

    @classmethod
    def begin(cls, home: Home, folder: Path, changed: Mapping[str, Value]) -> Answering:
        """Start on `home`; settings by the part of their name behind ``receiver.``."""
        values: dict[str, Value] = {"receiver.min_free_mib": 0, "receiver.who_may_fetch": "anyone"}
        values |= {f"receiver.{name}": value for name, value in changed.items()}
        library = Library.open(home)
        receiver = Receiver(
            home, Settings(values), host="127.0.0.1", port=0, ae_title="VETPACS", arrived=lambda arrival: None
        )
        return cls(library, receiver, folder)

    def stop_receiver(self) -> None:
        """End the receiver, once."""
        if not self.stopped:
            self.stopped = True
            self.receiver.stop()

    def stop(self) -> None:
        """End both."""
        self.stop_receiver()
        self.library.close()

    def add(self, syntax: str = "1.2.840.10008.1.2.1", **values: Any) -> Path:
        """File one small picture (see `small_files.picture`); the file it came from."""
        return self.add_file(picture(**values), syntax)

    def add_file(self, dataset: Dataset, syntax: str = "1.2.840.10008.1.2.1") -> Path:
        """File a data set."""
        return self.add_all(dataset, syntax=syntax)[0]

    def add_all(self, *datasets: Dataset, syntax: str = "1.2.840.10008.1.2.1") -> list[Path]:
        """File many data sets at once."""
        paths = []
        for dataset in datasets:
            self.made += 1
            paths.append(write(dataset, self.folder / f"{self.made:03}.dcm", syntax))
        self.library.file([from_folder(path) for path in paths])
        return paths

    def node(self, title: str, port: int, **rest: Any) -> Node:
        """Let `title` be an archive on this computer."""
        return self.library.nodes.add(Node(title.lower(), title, "127.0.0.1", port, **rest))

    # -- questions -----------------------------------------------------------------------------------------

    def find(
        self, level: str = "STUDY", model: str = "-S", options: tuple[str, ...] = (), **keys: str
    ) -> list[Dataset]:
        """What findscu brings back; keywords of attributes, a double underscore goes into a sequence."""
        out = self.folder / f"found{self.made}"
        self.made += 1
        out.mkdir()
        asked = [f"{name.replace('__', '[0].')}={value}" for name, value in keys.items()]
        arguments = [part for one in (f"QueryRetrieveLevel={level}", *asked) for part in ("-k", one)]
        told = run(
            "findscu",
            "-v",
            model,
            *options,
            "-X",
            "-od",
            out,
            *arguments,
            "127.0.0.1",
            str(self.receiver.port),
        )
        assert told.returncode == 0, told.stdout + told.stderr
        return [dcmread(path, force=True) for path in sorted(out.iterdir())]

    def said(self, **keys: str) -> list[str]:
        """The last words of the study UIDs that a search at the study level finds, in order."""
        found = self.find(**{"StudyInstanceUID": "", **keys})
        return [str(one.StudyInstanceUID).rpartition(".")[2] for one in found]

    def fetch(
        self, tool: str, out: Path | None, *options: str, level: str = "STUDY", model: str = "-S", **keys: str
    ) -> str:
        """Run movescu or getscu, into `out`; what it said."""
        folder: list[str] = []
        if out is not None:
            out.mkdir(exist_ok=True)
            folder = ["-od", str(out)]
        asked = [part for name, value in keys.items() for part in ("-k", f"{name}={value}")]
        command = ["-d", model, *options, *folder, "-k", f"QueryRetrieveLevel={level}", *asked]
        told = run(tool, *command, "127.0.0.1", str(self.receiver.port))
        return told.stdout + told.stderr


def status_in(said: str) -> int:
    """The status of the last response in what a tool of DCMTK said with ``-d``."""
    found = re.findall(r"DIMSE Status\s+: 0x([0-9a-f]{4})", said)
    assert found, said
    return int(found[-1], 16)


def counts_in(said: str) -> tuple[int, int, int]:
    """(completed, failed, warned) sub-operations of the last response."""
    names = ("Completed", "Failed", "Warning")
    rows = [re.findall(rf"{name} Suboperations\s+: (\d+)", said) for name in names]
    return (int(rows[0][-1]), int(rows[1][-1]), int(rows[2][-1]))
