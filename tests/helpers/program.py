"""The real program in processes of its own: commands and a running service."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


def command(home: Path, *words: str, expect: int = 0) -> Any:
    """Run one command with ``--json`` and return its document; any other exit code than `expect` fails."""
    answer = subprocess.run(
        [sys.executable, "-m", "vetpacs_desktop", "--home", str(home), "--json", *words],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert answer.returncode == expect, f"{words}: {answer.returncode}\n{answer.stdout}\n{answer.stderr}"
    return json.loads(answer.stdout) if answer.stdout.strip() else None


@contextmanager
def serving(home: Path, *options: str) -> Iterator[int]:
    """A running service on a free port of loopback; yields the port and stops it cleanly."""
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "vetpacs_desktop", "--home", str(home), "--json", "serve"),
            *("--host", "127.0.0.1", "--dicom-port", "0", *options),
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        assert ready["event"] == "ready"
        yield int(ready["dicom_port"])
    finally:
        process.terminate()
        process.wait(30)
        if process.stdout is not None:
            process.stdout.close()
    assert process.returncode == 0


def storescu(port: int, *words: str) -> subprocess.CompletedProcess[str]:
    """DCMTK's sender; TCP_NODELAY spares a delayed acknowledgement of 40 ms an image."""
    return subprocess.run(
        [
            "storescu",
            "-aec",
            "VETPACS",
            "-aet",
            "TESTMACHINE",
            *words[:-1],
            "127.0.0.1",
            str(port),
            words[-1],
        ],
        capture_output=True,
        text=True,
        env={**os.environ, "TCP_NODELAY": "1"},
        timeout=300,
        check=False,
    )
