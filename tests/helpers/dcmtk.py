"""DCMTK's tools as peers: the sending machines of the tests. Absent means a skip that says so."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pytest

SECONDS = 240
PROPOSE: Mapping[str, str] = {
    "1.2.840.10008.1.2": "-xi",
    "1.2.840.10008.1.2.1": "-xe",
    "1.2.840.10008.1.2.1.99": "-xd",
    "1.2.840.10008.1.2.2": "-xb",
    "1.2.840.10008.1.2.4.50": "-xy",
    "1.2.840.10008.1.2.4.51": "-xx",
    "1.2.840.10008.1.2.4.70": "-xs",
    "1.2.840.10008.1.2.4.80": "-xt",
    "1.2.840.10008.1.2.4.81": "-xu",
    "1.2.840.10008.1.2.4.90": "-xv",
    "1.2.840.10008.1.2.4.91": "-xw",
    "1.2.840.10008.1.2.4.100": "-xm",
    "1.2.840.10008.1.2.4.102": "-xn",
    "1.2.840.10008.1.2.4.103": "-xl",
    "1.2.840.10008.1.2.5": "-xr",
}
"""Transfer syntax -> the option that makes `storescu` propose it."""


def tool(name: str) -> str:
    """The path of one DCMTK tool, or skip the test."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"needs DCMTK's {name} (apt-get install dcmtk)")
    return found


def run(name: str, *arguments: str | Path, check: bool = False) -> subprocess.CompletedProcess[str]:
    """Run one tool to its end; no Nagle delays."""
    return subprocess.run(
        [tool(name), *map(str, arguments)],
        env={**os.environ, "TCP_NODELAY": "1"},
        capture_output=True,
        text=True,
        errors="replace",
        timeout=SECONDS,
        check=check,
    )


def storescu(
    port: int, files: Iterable[Path], options: Sequence[str] = ("-R",), title: str = "XRAY1"
) -> subprocess.CompletedProcess[str]:
    """Send files over one association."""
    return run("storescu", "-aet", title, *options, "127.0.0.1", str(port), *files)


def echoscu(port: int, title: str = "XRAY1") -> subprocess.CompletedProcess[str]:
    """Ask whether somebody listens."""
    return run("echoscu", "-aet", title, "127.0.0.1", str(port))
