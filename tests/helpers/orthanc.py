"""Debian's Orthanc as a peer: a real archive on free ports, with its REST to look inside."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.dcmtk import echoscu
from tests.helpers.peers import wait_for

PROGRAMS = ("Orthanc", "/usr/sbin/Orthanc")


def free_port() -> int:
    """A port of this computer that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(slots=True)
class Orthanc:
    """One archive; `start` and `stop` may be called again and again, its images stay."""

    folder: Path
    settings: Mapping[str, Any] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    http: int = field(default_factory=free_port)
    title: str = "ORTHANC"
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait until it answers."""
        program = next((found for name in PROGRAMS if (found := shutil.which(name))), None)
        if program is None:
            pytest.skip("needs Orthanc (apt-get install orthanc)")
        file = self.folder / "orthanc.json"
        file.write_text(json.dumps({**self._defaults(), **self.settings}), encoding="utf-8")
        self.process = subprocess.Popen(
            [program, str(file)],
            env={**os.environ, "TCP_NODELAY": "1"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_for(lambda: echoscu(self.port).returncode == 0)

    def stop(self) -> None:
        """Stop in order."""
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(30)
            self.process = None

    def kill(self) -> None:
        """As a power cut would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(30)
            self.process = None

    def get(self, path: str) -> Any:
        """What its REST answers."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.http}{path}", timeout=20) as answer:
            return json.load(answer)

    def count(self) -> int:
        """How many images it has."""
        return int(self.get("/statistics")["CountInstances"])

    def uids(self) -> set[str]:
        """The SOP Instance UIDs of its images."""
        rows = self.get("/instances?expand")
        return {row["MainDicomTags"]["SOPInstanceUID"] for row in rows}

    def _defaults(self) -> dict[str, Any]:
        return {
            "StorageDirectory": str(self.folder),
            "IndexDirectory": str(self.folder),
            "DicomAet": self.title,
            "DicomPort": self.port,
            "HttpPort": self.http,
            "RemoteAccessAllowed": False,
            "AuthenticationEnabled": False,
            "DicomAlwaysAllowFind": True,
            "DicomAlwaysAllowMove": True,
            "DicomAlwaysAllowGet": True,
            "SyncStorageArea": False,
            "Plugins": [],
        }


@contextlib.contextmanager
def orthanc(folder: Path, **settings: Any) -> Iterator[Orthanc]:
    """An archive that is stopped in the end, whatever happens."""
    folder.mkdir(parents=True, exist_ok=True)
    archive = Orthanc(folder, settings)
    archive.start()
    try:
        yield archive
    finally:
        archive.stop()
