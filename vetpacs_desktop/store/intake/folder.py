"""Watched folders: files that a machine or a person puts there are imported by themselves.

Events (watchdog) only say "look soon"; looking is what finds files, because events start too early, get lost,
and do not exist on many network drives. A file is taken once it has stood still. Nothing in a watched folder
is ever changed or deleted.
"""

from __future__ import annotations

import contextlib
import json
import logging
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeAlias

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from vetpacs_desktop.errors import PathMissing
from vetpacs_desktop.jobs import CancelToken
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.intake.stages import Filing, import_paths, scan

LOG = logging.getLogger(__name__)

MEMORY = "watched.json"
SETTLE_SECONDS = 1.0
"""A file whose size and time have not changed for this long is taken to be complete."""
POLL_SECONDS = 5.0
POLL_SHARE = 20
"""Looking costs at most a twentieth of the time, however large or slow the folder is."""
UNFINISHED = (".part", ".partial", ".tmp", ".crdownload", ".filepart")

Look: TypeAlias = tuple[int, int]
"""(size, modification time in ns)"""


class WatchedFolders:
    """All watched folders of one home; `tick` is called often from the one thread that files."""

    def __init__(self, home: Home, library: Filing, folders: Sequence[Path]) -> None:
        self._home = home
        self._library = library
        self._folders = tuple(folders)
        self._memory_path = home.run / MEMORY
        self._done: dict[str, Look] = _remembered(self._memory_path) if folders else {}
        self._waiting: dict[str, tuple[Look, float]] = {}
        self._absent: set[Path] = set()
        self._stirred = threading.Event()
        self._next_look = 0.0
        self._observer = self._observe() if folders else None

    def tick(self) -> None:
        """Look if it is time, and import what has settled."""
        if not self._folders or not (self._stirred.is_set() or time.monotonic() >= self._next_look):
            return
        self._stirred.clear()
        started = time.monotonic()
        settled = self._settled(self._look())
        if settled:
            self._import(settled)
        spent = time.monotonic() - started
        pause = SETTLE_SECONDS if self._waiting else max(POLL_SECONDS, spent * POLL_SHARE)
        self._next_look = time.monotonic() + pause

    def seconds_until_tick(self) -> float:
        """How long the caller may sleep; huge while nothing is watched."""
        return max(0.0, self._next_look - time.monotonic()) if self._folders else 3600.0

    def close(self) -> None:
        """Stop listening to events."""
        if self._observer is not None:
            self._observer.stop()
            self._observer.join(2.0)

    def _observe(self) -> Any:
        observer = Observer()
        observer.daemon = True
        for folder in self._folders:
            try:
                observer.schedule(_Stir(self._stirred), str(folder), recursive=True)
            except OSError as error:
                LOG.info("No events from a watched folder (%s); it is looked at regularly", error.strerror)
        try:
            observer.start()
        except OSError as error:  # the system's limit of watches is reached
            LOG.warning("No events from watched folders (%s); they are looked at regularly", error.strerror)
            return None
        return observer

    def _look(self) -> dict[str, Look]:
        found: dict[str, Look] = {}
        for folder in self._folders:
            try:
                for path in scan([folder], CancelToken()):
                    if not path.name.lower().endswith(UNFINISHED):
                        with contextlib.suppress(OSError):
                            state = path.stat()
                            found[str(path)] = (state.st_size, state.st_mtime_ns)
                self._absent.discard(folder)
            except (PathMissing, OSError):
                if folder not in self._absent:
                    LOG.warning("The watched folder %s can't be read; it is tried again", folder)
                    self._absent.add(folder)
                found.update(
                    {name: look for name, look in self._done.items() if Path(name).is_relative_to(folder)}
                )
        return found

    def _settled(self, found: dict[str, Look]) -> list[Path]:
        now = time.monotonic()
        self._done = {name: look for name, look in self._done.items() if name in found}
        waiting: dict[str, tuple[Look, float]] = {}
        settled = []
        for name, look in found.items():
            if self._done.get(name) == look:
                continue
            before, since = self._waiting.get(name, (None, now))
            if before != look:
                since = now
            if now - since >= SETTLE_SECONDS:
                settled.append(Path(name))
                self._done[name] = look
            else:
                waiting[name] = (look, since)
        self._waiting = waiting
        return settled

    def _import(self, paths: list[Path]) -> None:
        """Import and remember; on a failure they are forgotten again and so tried at the next look."""
        try:
            summary = import_paths(self._library, self._home, paths)
        except BaseException:
            for path in paths:
                self._done.pop(str(path), None)
            raise
        LOG.info(
            "Watched folders: %d new, %d known, %d refused",
            summary.stored,
            summary.duplicates,
            len(summary.rejected),
        )
        _remember(self._memory_path, self._done)


class _Stir(FileSystemEventHandler):  # type: ignore[misc]
    """Any event at all: look soon."""

    def __init__(self, stirred: threading.Event) -> None:
        self._stirred = stirred

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.event_type not in ("opened", "closed_no_write"):  # our own reading makes these
            self._stirred.set()


def _remembered(path: Path) -> dict[str, Look]:
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
        return {name: (int(size), int(changed)) for name, (size, changed) in rows.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}  # lost memory costs one look at every file: contents known already are not stored twice


def _remember(path: Path, done: dict[str, Look]) -> None:
    fresh = path.with_suffix(".part")
    with contextlib.suppress(OSError):
        fresh.write_text(json.dumps(done), encoding="utf-8")
        fresh.replace(path)
