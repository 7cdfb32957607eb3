"""Debian's age as the peer of sealed backups. Absent means a skip that says so."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest


def tool(name: str = "age") -> str:
    """The path of the program, or skip the test."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"needs {name} (apt-get install age)")
    return found


def new_secret() -> tuple[str, str]:
    """A secret key and its public one, made by age itself."""
    said = subprocess.run([tool("age-keygen")], capture_output=True, text=True, check=True)
    lines = said.stdout.splitlines()
    public = next(line.split(": ")[1] for line in lines if "public key" in line)
    return next(line for line in lines if line.startswith("AGE-SECRET-KEY-1")), public


def seal(plain: bytes, *recipients: str, armour: bool = False) -> bytes:
    """What age makes of `plain`."""
    options = [word for one in recipients for word in ("-r", one)] + (["-a"] if armour else [])
    return subprocess.run([tool(), *options], input=plain, capture_output=True, check=True).stdout


def opened(sealed: bytes, secret: str, folder: Path) -> bytes:
    """What age reads out of `sealed`; fails when it refuses."""
    key = folder / "key.txt"
    key.write_text(secret + "\n", encoding="ascii")
    return subprocess.run(
        [tool(), "-d", "-i", str(key)], input=sealed, capture_output=True, check=True
    ).stdout
