"""How exams were left on this computer's screen: one small file for each exam, and a mark while one is open.

Owns the files; what stands in them is the viewer's and is not looked into. They are beside the library, not
in it: losing them costs a moment, not a finding. Each is written whole and flushed, or not at all.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from vetpacs_desktop.store.objects import fsync_folder

MOST = 500
"""Exams remembered; the one left longest ago is forgotten for a new one."""
LARGEST = 1 << 20
"""Bytes; a longer file is not ours."""
OPEN_NOW = "open-now"


class Readings:
    """The files of one folder, which is made when the first is written. For one window at a time."""

    def __init__(self, folder: Path, most: int = MOST) -> None:
        self._folder = folder
        self._most = most

    def get(self, study_uid: str) -> str:
        """How an exam was left; empty where nobody knows, or the file can't be read."""
        try:
            with self._file(study_uid).open("rb") as file:
                name, _, text = file.read(LARGEST).decode("utf-8").partition("\n")
        except (OSError, UnicodeDecodeError):
            return ""
        return text if name == study_uid else ""

    def put(self, study_uid: str, text: str) -> None:
        """Remember how an exam is; on the disk when it returns. Raises `OSError`."""
        self._write(self._file(study_uid), f"{study_uid}\n{text}")
        for old in self._oldest_first()[: -self._most]:
            old.unlink(missing_ok=True)

    def forget(self, study_uid: str) -> None:
        """The exam is as new. Raises `OSError`."""
        self._file(study_uid).unlink(missing_ok=True)

    def open_now(self, study_uid: str) -> None:
        """An exam is on the screen; an empty name says that none is. Raises `OSError`."""
        if study_uid:
            self._write(self._folder / OPEN_NOW, study_uid)
        else:
            (self._folder / OPEN_NOW).unlink(missing_ok=True)

    def interrupted(self) -> str:
        """The exam that was on the screen when the program ended without closing it; empty where none was."""
        try:
            return (self._folder / OPEN_NOW).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError):
            return ""

    def _file(self, study_uid: str) -> Path:
        """Names in headers can hold anything, so they don't name files."""
        return self._folder / f"{hashlib.sha256(study_uid.encode()).hexdigest()[:40]}.reading"

    def _oldest_first(self) -> list[Path]:
        return sorted(self._folder.glob("*.reading"), key=lambda path: path.stat().st_mtime_ns)

    def _write(self, target: Path, text: str) -> None:
        self._folder.mkdir(mode=0o700, exist_ok=True)
        fresh = target.with_suffix(".part")
        with fresh.open("w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(target)
        fsync_folder(self._folder)
