"""What the installer says and how it runs other programs: sentences on the terminal, their noise in a log."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

ROOT = Path(__file__).resolve().parent.parent
LOGS = ROOT / ".bootstrap"
PATIENCE = 15.0
"""Seconds of silence after which a long step shows that it is still alive."""


class Stop(Exception):
    """Ends the installer; its text is the one sentence the person reads."""

    exit_code = 3


@dataclass(frozen=True)
class Ended:
    """How a quiet program ended."""

    code: int
    log: Path
    output: str

    @property
    def last_words(self) -> str:
        """The line that most likely says why it failed."""
        lines = [line.strip() for line in self.output.splitlines() if line.strip()]
        errors = [line for line in lines if line.startswith(("ERROR:", "E:", "fatal:"))]
        return (errors or lines or ["it said nothing"])[-1]


def say(sentence: str) -> None:
    """One line for the person, at once (the programs we start write to the same terminal)."""
    print(sentence, flush=True)


def show(command: Sequence[str]) -> str:
    """A command as a person would type it."""
    return shlex.join(command)


def quietly(
    command: Sequence[str],
    log: str,
    *,
    environment: Mapping[str, str] | None = None,
    timeout: float | None = None,
) -> Ended:
    """Run `command`, its output in ``.bootstrap/LOG.log``; long silences are broken by its newest line."""
    LOGS.mkdir(exist_ok=True)
    path = LOGS / f"{log}.log"
    lines: list[str] = []
    with path.open("a", encoding="utf-8") as diary:
        diary.write(f"$ {show(command)}\n")
        diary.flush()
        try:
            process = _start(command, environment or {})
        except OSError as error:
            return Ended(127, path, f"{command[0]}: {error.strerror or error}")
        with process:
            reader = threading.Thread(target=_read, args=(process, diary, lines), daemon=True)
            reader.start()
            _wait(process, lines, timeout)
            reader.join(10)
    return Ended(process.returncode, path, "".join(lines))


def _start(command: Sequence[str], environment: Mapping[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command,
        stdin=None if sys.stdin.isatty() else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        env={**os.environ, **environment},
        cwd=ROOT,
    )


def _read(process: subprocess.Popen[str], diary: TextIO, lines: list[str]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        lines.append(line)
        diary.write(line)


def _wait(process: subprocess.Popen[str], lines: list[str], timeout: float | None) -> None:
    started = time.monotonic()
    while True:
        try:
            process.wait(PATIENCE)
            return
        except subprocess.TimeoutExpired:
            seconds = time.monotonic() - started
            newest = lines[-1].strip()[:90] if lines else "no word yet"
            say(f"  ... {seconds:.0f} s: {newest}")
            if timeout is not None and seconds > timeout:
                process.kill()
        except BaseException:
            process.terminate()
            process.wait(10)
            raise
