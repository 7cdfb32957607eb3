"""Files to send, and a real service process to send them to."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pydicom
from pynetdicom.dsutils import split_dataset

from vetpacs_desktop.paths import Home

ROOT = Path(__file__).resolve().parents[2]
READY_SECONDS = 30.0


def package_files() -> list[Path]:
    """Every file that comes with pydicom and, where installed, pydicom-data: DICOM and other."""
    folders = [Path(pydicom.__file__).parent / "data" / name for name in ("test_files", "charset_files")]
    extra = importlib.util.find_spec("data_store")
    if extra is not None and extra.origin is not None:
        folders.append(Path(extra.origin).parent / "data")
    return sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())


def data_set_bytes(path: Path) -> bytes:
    """What follows the file meta information: what travels over the network."""
    return path.read_bytes()[split_dataset(path)[1] :]


def wait_for(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    """Ask often until it is true; fail when it does not become so."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.02)


@dataclass(slots=True)
class Served:
    """One service process."""

    process: subprocess.Popen[str]
    port: int
    ae_title: str

    def kill(self) -> None:
        """As a power cut would."""
        self.process.kill()
        self.process.wait()
        self.close()

    def stop(self) -> int:
        """As a person or the system would; returns the exit code."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(60)
        self.close()
        return code

    def close(self) -> None:
        """Let go of its output."""
        assert self.process.stdout is not None
        self.process.stdout.close()


def start_service(home: Home, *options: str) -> Served:
    """``serve`` for `home` in a process of its own, listening on a free port of this computer only."""
    command = [sys.executable, "-m", "vetpacs_desktop", "--home", str(home.root), "serve", "--json"]
    process = subprocess.Popen(
        [*command, "--host", "127.0.0.1", "--dicom-port", "0", *options],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, f"the service ended with {process.wait()}"
    said = json.loads(line)
    return Served(process, said["dicom_port"], said["ae_title"])


@contextlib.contextmanager
def service(home: Home, *options: str) -> Iterator[Served]:
    """A service that is stopped in the end, whatever happens."""
    served = start_service(home, *options)
    try:
        yield served
    finally:
        if served.process.poll() is None:
            served.stop()
