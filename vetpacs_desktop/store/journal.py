"""The journal of what people said: one JSON line for each act, beside the objects, flushed before the index.

The index holds the same acts; this file is for the day on which the index is gone. Lines are only ever added;
one that must be forgotten is blanked where it stands. It knows no meaning of an act: that is `correcting.py`.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

Entry: TypeAlias = Mapping[str, str | Mapping[str, str]]
"""`event` and `id`, and what belongs to the event; see `correcting.insert`."""

VOID = "void"


class Journal:
    """One journal file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def entering(self, entry: Entry) -> Iterator[None]:
        """Write `entry` down before the body enters it in the index; a body that fails takes it back.

        Raises `OSError`; then nothing was written.
        """
        self._append(entry)
        try:
            yield
        except BaseException:
            with contextlib.suppress(OSError):
                self._append({"event": VOID, "id": entry["id"], "of": entry["event"]})
            raise

    def entries(self) -> list[Entry]:
        """All acts that were not taken back, in order. Lines that can't be read are passed by."""
        try:
            lines = self.path.read_bytes().splitlines()
        except OSError:
            return []
        found = [entry for entry in map(_entry, lines) if entry is not None]
        void = {(one["id"], one.get("of")) for one in found if one["event"] == VOID}
        return [one for one in found if one["event"] != VOID and (one["id"], one["event"]) not in void]

    def erase(self, wanted: Callable[[Entry], bool], instead: Entry) -> None:
        """Blank every wanted line in its place, so that no other process's line can be lost, and say
        `instead` at the end. On the disk when it returns. Raises `OSError`.
        """
        self._append(instead)
        with self.path.open("r+b") as file:
            while line := file.readline():
                entry = _entry(line)
                if entry is not None and entry["id"] != instead["id"] and wanted(entry):
                    here = file.tell()
                    file.seek(here - len(line))
                    file.write(b" " * len(line.rstrip(b"\n")))
                    file.seek(here)
            file.flush()
            os.fsync(file.fileno())

    def _append(self, entry: Entry) -> None:
        """One write of one line, so that processes can't mix theirs; a torn line before it is closed."""
        line = json.dumps(entry, ensure_ascii=True, sort_keys=True).encode() + b"\n"
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
        handle = os.open(self.path, flags, 0o600)
        try:
            end = os.lseek(handle, 0, os.SEEK_END)
            if end:
                os.lseek(handle, end - 1, os.SEEK_SET)
                line = line if os.read(handle, 1) == b"\n" else b"\n" + line
            os.write(handle, line)
            os.fsync(handle)
        finally:
            os.close(handle)


def _entry(line: bytes) -> Entry | None:
    with contextlib.suppress(ValueError):
        found = json.loads(line)
        if (
            isinstance(found, dict)
            and isinstance(found.get("event"), str)
            and isinstance(found.get("id"), str)
        ):
            return found
    return None
