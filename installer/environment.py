"""The program's own Python environment, ``.venv`` in the checkout: made, filled, left alone when it fits."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from installer.telling import ROOT, Ended, Stop, quietly, say

FOLDER = ROOT / ".venv"
STAMP = FOLDER / "vetpacs-installed.json"
TRIES = 3
PAUSE = 5.0
EXTRAS = {"run": "", "test": "[test]"}


def python(folder: Path = FOLDER, system: str = os.name) -> Path:
    """The environment's interpreter."""
    return folder / ("Scripts/python.exe" if system == "nt" else "bin/python")


def script(name: str, folder: Path = FOLDER, system: str = os.name) -> Path:
    """A command that a package brought into the environment."""
    return folder / (f"Scripts/{name}.exe" if system == "nt" else f"bin/{name}")


def fingerprint(project: bytes, version: str, root: Path) -> str:
    """What the installed packages depend on: the project file, the interpreter, the checkout's place."""
    parts = (project, version.encode(), str(root).encode())
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def satisfied(stamp: dict[str, str], purpose: str, wanted: str) -> bool:
    """Whether an earlier run installed what `purpose` needs; the tests' packages include the program's."""
    return wanted in (stamp.get(purpose), stamp.get("test"))


def ensure(purpose: str, *, dry_run: bool = False) -> None:
    """Make `.venv` and install the package editable with what `purpose` ("run" or "test") needs."""
    healthy = _version_inside()
    wanted = fingerprint((ROOT / "pyproject.toml").read_bytes(), healthy or sys.version, ROOT)
    if healthy and satisfied(_read_stamp(), purpose, wanted):
        say("The program's environment is up to date.")
        return
    if dry_run:
        say(f"Would {'renew' if healthy else 'make'} {FOLDER} and install the program into it.")
        return
    if not healthy:
        _make()
        wanted = fingerprint((ROOT / "pyproject.toml").read_bytes(), _version_inside(), ROOT)
    _install(purpose)
    kept = {key: value for key, value in _read_stamp().items() if value == wanted}
    STAMP.write_text(json.dumps({**kept, purpose: wanted}), encoding="utf-8")


def _version_inside() -> str:
    """The version of a usable environment of a new enough Python; empty when there is none."""
    code = (
        "import sys, pip; print(sys.version); "
        "sys.exit(sys.prefix == sys.base_prefix or sys.version_info < (3, 11))"
    )
    try:
        answer = subprocess.run(
            [str(python()), "-c", code], capture_output=True, text=True, timeout=60, check=False, cwd=ROOT
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout.strip() if answer.returncode == 0 else ""


def _read_stamp() -> dict[str, str]:
    try:
        found = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _make() -> None:
    if FOLDER.exists() or FOLDER.is_symlink():
        say(f"{FOLDER} is unfinished or of another Python; making it anew.")
        _remove(FOLDER)
    else:
        say(f"Making the program's environment in {FOLDER}.")
    ended = quietly([sys.executable, "-m", "venv", str(FOLDER)], "venv", timeout=600)
    if ended.code or not _version_inside():
        _remove(FOLDER)
        raise Stop(
            f"Python could not make an environment: {ended.last_words} (everything it said: {ended.log}); on "
            "Debian and Ubuntu install python3-venv, elsewhere a complete Python, and try again."
        )


def _remove(folder: Path) -> None:
    if folder.is_symlink() or folder.is_file():
        folder.unlink()
    else:
        shutil.rmtree(folder, ignore_errors=True)


def _install(purpose: str) -> None:
    say("Installing the program and its libraries; the first time some hundred megabytes are fetched.")
    command = [str(python()), "-m", "pip", "install", "--no-input", "--progress-bar", "off"]
    command += ["--disable-pip-version-check", "--editable", f"{ROOT}{EXTRAS[purpose]}"]
    ended = Ended(1, FOLDER, "")
    for attempt in range(TRIES):
        if attempt:
            say(f"  That failed ({ended.last_words[:160]}); trying again.")
            time.sleep(PAUSE * attempt)
        ended = quietly(command, "pip")
        if ended.code == 0:
            return
    raise Stop(
        f"The program's libraries could not be installed: {ended.last_words[:300]} (all that was said: "
        f"{ended.log}); check the network connection or the proxy and repeat the command."
    )
