"""One watched folder: what a machine or a person puts there is imported by itself, once it stands still.

Events (watchdog) only say "look soon"; looking is what finds files, because events start too early, get
lost, and do not exist on many network drives. A file's fate is remembered before anything is done to it, and
what is done to it (`disposal.py`) is tried again until it is done: a crash between two steps loses nothing.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

import vetpacs_desktop
from vetpacs_desktop.errors import Cancelled, KnownError, PathMissing
from vetpacs_desktop.jobs import CancelToken
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.intake.folders import disposal
from vetpacs_desktop.store.intake.folders.disposal import DONE, Disposed
from vetpacs_desktop.store.intake.folders.folder_memory import (
    LEFT,
    REFUSED,
    SHOWN_REFUSALS,
    TAKEN,
    FolderState,
    Known,
    Look,
    recall,
    remember,
)
from vetpacs_desktop.store.intake.folders.folder_walk import Seen, look_through
from vetpacs_desktop.store.intake.folders.proof import Proof
from vetpacs_desktop.store.intake.folders.rules import Policy, Rule
from vetpacs_desktop.store.intake.folders.settling import SETTLE_ON_SHARE, SETTLE_SECONDS, Settling
from vetpacs_desktop.store.intake.folders.shares import is_network
from vetpacs_desktop.store.intake.importing.stages import import_paths
from vetpacs_desktop.store.intake.sources.judge import Sort
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.records import ImportSummary

LOG = logging.getLogger(__name__)

POLL_SECONDS = 5.0
POLL_SHARE = 20
"""Looking costs at most a twentieth of the time, however large or slow the folder is."""
RETRY_SECONDS = 5.0
CHUNK = 200
"""So many files are imported before their fates are written down and the next are looked at."""


class WatchedFolder:
    """One folder; `tick` is called often from one thread, `state` may be read from any."""

    def __init__(self, home: Home, library: Library, rule: Rule, stop: CancelToken) -> None:
        self.rule = rule
        self.others: Collection[Path] = ()
        """Folders below this one that have a watch of their own."""
        self._home = home
        self._library = library
        self._stop = stop
        self._memory = recall(home, rule.folder, vetpacs_desktop.__version__)
        self._network = is_network(rule.folder)
        self._proof = Proof(library, home, stop)
        self._settling = Settling(rule.folder, SETTLE_ON_SHARE if self._network else SETTLE_SECONDS)
        self._unproved: set[str] = set()
        self._policy = rule.policy
        self._stirred = threading.Event()
        self._observer: Any = None
        self._next_look = 0.0
        self.state = FolderState(str(rule.folder), rule.policy.value, network=self._network)

    def tick(self) -> None:
        """Look if it is time, import what has settled, and do to files what the policy says."""
        if not (self._stirred.is_set() or time.monotonic() >= self._next_look):
            return
        self._stirred.clear()
        started = time.monotonic()
        self._follow_rule()
        if not self.rule.paused:
            self._look_and_take()
        spent = time.monotonic() - started
        pause = SETTLE_SECONDS if len(self._settling) else max(POLL_SECONDS, spent * POLL_SHARE)
        self._next_look = time.monotonic() + pause

    def wait(self, seconds: float) -> None:
        """Sleep until something stirs, or it is time to look, or `seconds` have gone."""
        until = self._next_look - time.monotonic()
        self._stirred.wait(max(0.0, min(seconds, until)))

    def stir(self) -> None:
        """Let `tick` look at once."""
        self._stirred.set()

    def close(self) -> None:
        """Stop listening to events."""
        if self._observer is not None:
            self._observer.stop()
            self._observer.join(2.0)
            self._observer = None

    # -- looking -------------------------------------------------------------------------------------------

    def _follow_rule(self) -> None:
        if self.rule.policy is not self._policy:
            self._policy = self.rule.policy
            self._unproved.clear()
        self.state = replace(self.state, policy=self._policy.value, paused=self.rule.paused)

    def _look_and_take(self) -> None:
        try:
            seen = look_through(self.rule.folder, (self._home.root, *self.others), self._stop.check)
        except OSError as error:
            self._is_missing(error)
            return
        self._is_there()
        self._match(seen)
        problem = self._take_all(self._settling.settled(self._fresh(seen), seen.files))
        stuck, why = self._clear(seen)
        self._tell(problem, stuck, why)

    def _is_missing(self, error: OSError) -> None:
        if not self.state.missing_since:
            LOG.warning("A watched folder can't be read (%s); it is tried again", error.strerror)
            self.close()
            self.state = replace(self.state, missing_since=_now(), waiting=0)
        self._settling.clear()
        self.state = replace(self.state, looked_at=_now())

    def _is_there(self) -> None:
        if self.state.missing_since:
            LOG.info("A watched folder is back")
            self._network = is_network(self.rule.folder)
            self._settling.quick = SETTLE_ON_SHARE if self._network else SETTLE_SECONDS
            self.state = replace(self.state, missing_since="", network=self._network)
        if self._observer is None and not self._network:
            self._observe()

    def _observe(self) -> None:
        observer = Observer()
        observer.daemon = True
        try:
            observer.schedule(_Stir(self._stirred), str(self.rule.folder), recursive=True)
            observer.start()
        except OSError as error:  # no such events here, or the system's limit of watches is reached
            LOG.info("No events from a watched folder (%s); it is looked at regularly", error.strerror)
            return
        self._observer = observer

    def _match(self, seen: Seen) -> None:
        """Recognise what is known by its name or, when it was renamed, by what it is; note what has gone."""
        known = self._memory.files
        here = {name for name, found in seen.files.items() if name in known and _same(known[name], found)}
        gone = [name for name in known if name not in seen.files and not seen.unknown(name)]
        moved = {
            (known[name].look.number, known[name].look.content): name
            for name in gone
            if known[name].look.number
        }
        now = time.time()
        for name, found in seen.files.items():
            if name in here:
                if known[name].gone_at or not known[name].look.number:
                    known[name] = replace(known[name], look=found, gone_at=0.0)
                continue
            before = moved.pop((found.number, found.content), None)
            if before is not None:
                known[name] = replace(known.pop(before), gone_at=0.0)
            else:
                known.pop(name, None)
        for name in gone:
            if name in known and not known[name].gone_at:
                known[name] = replace(known[name], gone_at=now)

    def _fresh(self, seen: Seen) -> dict[str, Look]:
        """The files whose fate is not decided."""
        return {name: look for name, look in seen.files.items() if name not in self._memory.files}

    # -- taking --------------------------------------------------------------------------------------------

    def _take_all(self, names: Sequence[str]) -> str:
        """Import `names`; returns why it had to stop, as a sentence, or nothing."""
        for start in range(0, len(names), CHUNK):
            self._stop.check()
            try:
                self._take(names[start : start + CHUNK])
            except Cancelled:
                raise
            except PathMissing:  # one of them has gone in this moment: the next look takes the others
                return ""
            except (KnownError, OSError) as error:
                LOG.error("A watched folder waits: %s", error)
                return error.sentence if isinstance(error, KnownError) else str(error.strerror or error)
            self._tell("", self.state.stuck, self.state.stuck_reason)
        return ""

    def _take(self, names: Sequence[str]) -> None:
        left = [name for name in names if self._settling.sort_of(name) in (Sort.NOTHING, Sort.DIRECTORY)]
        for name in left:
            self._memory.files[name] = Known(self._settling.take(name), LEFT)
        wanted = [name for name in names if name in self._settling]
        if wanted:
            self._import(wanted)
        elif left:
            self._remember()

    def _import(self, names: Sequence[str]) -> None:
        paths = [self.rule.folder / name for name in names]
        try:
            summary = import_paths(self._library, self._home, paths, cancel=self._stop, as_found=True)
        except (KnownError, OSError):
            raise
        except Exception:
            LOG.exception("Files of a watched folder could not be imported together; each is tried alone")
            summary = self._take_singly(paths)
        refused = _refusals(self.rule.folder, names, summary)
        for name in names:
            look = self._settling.take(name)
            if name in refused:
                self._memory.files[name] = Known(look, REFUSED, refused[name])
            else:
                self._memory.files[name] = Known(look, TAKEN)
        self._memory.taken += len(names) - len(refused)
        if len(names) > len(refused):
            self._memory.taken_at = _now()
        self._memory.forget_old()
        self._remember()
        LOG.info(
            "A watched folder: %d new, %d known, %d refused",
            summary.stored,
            summary.duplicates,
            len(summary.rejected),
        )

    def _take_singly(self, paths: Sequence[Path]) -> ImportSummary:
        stored = 0
        rejected: list[tuple[str, str]] = []
        for path in paths:
            try:
                one = import_paths(self._library, self._home, [path], cancel=self._stop, as_found=True)
                stored += one.stored
                rejected += one.rejected
            except (KnownError, OSError):
                raise
            except Exception as error:
                LOG.exception("A file of a watched folder could not be imported")
                rejected.append((str(path), f"The program failed on this file ({type(error).__name__})."))
        return ImportSummary(stored=stored, rejected=tuple(rejected))

    # -- clearing ------------------------------------------------------------------------------------------

    def _clear(self, seen: Seen) -> tuple[int, str]:
        """Move or delete what is in the library; returns how many files could not be, and why."""
        if self._policy is Policy.KEEP:
            return 0, ""
        stuck, why, cleared = 0, "", 0
        for name in seen.files:
            known = self._memory.files.get(name)
            if known is None or known.fate != TAKEN or name in self._unproved:
                continue
            self._stop.check()
            try:
                cleared += self._clear_one(name, known)
            except FileNotFoundError:
                continue  # somebody else was quicker
            except OSError as error:
                stuck, why = stuck + 1, error.strerror or type(error).__name__
        if cleared:
            self._memory.cleared += cleared
            self._remember()
        disposal.sweep_empty(self.rule.folder, seen.folders)
        return stuck, why

    def _clear_one(self, name: str, known: Known) -> bool:
        path = self.rule.folder / name
        if self._policy is Policy.MOVE:
            disposal.move_aside(self.rule.folder, path)
        else:
            fate = disposal.delete_proved(self._proof.holds, path, known.look.content)
            if fate is Disposed.UNPROVED:
                self._unproved.add(name)
            if fate is not Disposed.GONE:
                return False
        self._memory.files[name] = replace(known, gone_at=time.time())
        return True

    # -- telling -------------------------------------------------------------------------------------------

    def _remember(self) -> None:
        remember(self._home, self.rule.folder, self._memory)

    def _tell(self, problem: str, stuck: int, why: str) -> None:
        refused = [
            (name, known.reason)
            for name, known in self._memory.files.items()
            if known.fate == REFUSED and not known.gone_at
        ]
        self.state = replace(
            self.state,
            looked_at=_now(),
            problem=problem,
            waiting=len(self._settling),
            taken=self._memory.taken,
            taken_at=self._memory.taken_at,
            cleared=self._memory.cleared,
            unproved=len(self._unproved),
            left=sum(known.fate == LEFT and not known.gone_at for known in self._memory.files.values()),
            stuck=stuck,
            stuck_reason=why,
            refused=len(refused),
            refusals=tuple(refused[:SHOWN_REFUSALS]),
        )


class _Stir(FileSystemEventHandler):  # type: ignore[misc]
    """Any event at all: look soon. Our own reading and clearing make some, too."""

    def __init__(self, stirred: threading.Event) -> None:
        self._stirred = stirred

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.event_type in ("opened", "closed_no_write", "deleted") or DONE in str(event.dest_path):
            return
        if DONE not in Path(str(event.src_path)).parts:
            self._stirred.set()


def _same(known: Known, found: Look) -> bool:
    """Whether a file is the one that is known by its name; one that was gone has to be the very same file."""
    return known.look == found if known.gone_at else known.look.content == found.content


def _refusals(root: Path, names: Sequence[str], summary: ImportSummary) -> dict[str, str]:
    """Why files were refused, by name; a file counts as refused when anything in it was (an archive)."""
    reasons: dict[str, str] = {}
    paths = {str(root / name): name for name in names}
    for refused, reason in summary.rejected:
        for text in (refused, *map(str, Path(refused).parents)):
            if text in paths:
                reasons.setdefault(paths[text], reason)
    return reasons


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
