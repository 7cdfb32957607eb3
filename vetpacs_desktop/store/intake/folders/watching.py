"""All watched folders of a home: a thread for each, so that a share that hangs holds up nothing else.

It follows the settings' file: what is changed in the window counts within a second or two, without a restart.
It says how the folders are in the home's run folder. It imports nothing itself; `folder.py` does.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from vetpacs_desktop import settings as settings_file
from vetpacs_desktop.errors import Cancelled, KnownError
from vetpacs_desktop.jobs import CancelToken
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.intake.folders.folder import RETRY_SECONDS, WatchedFolder
from vetpacs_desktop.store.intake.folders.folder_memory import FolderState, write_states
from vetpacs_desktop.store.intake.folders.rules import Rule, rules_of
from vetpacs_desktop.store.library import Library

LOG = logging.getLogger(__name__)

FOLLOW_SECONDS = 0.5
SAY_SECONDS = 5.0
"""How often an unchanged state is written again, for the time of the last look."""
CLOSE_SECONDS = 5.0


class WatchedFolders:
    """The folders that the settings name, and those `given` besides (on the command line)."""

    def __init__(self, home: Home, library: Library, given: Sequence[Path]) -> None:
        self._home = home
        self._library = library
        self._given = tuple(given)
        self._mark: object = None
        self._rules: tuple[Rule, ...] = ()
        self._named: frozenset[Path] = frozenset()
        self._watches: dict[Path, _Watch] = {}
        self._ending: list[_Watch] = []
        self._said: tuple[list[FolderState], float] = ([], 0.0)
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="folders", daemon=True)

    def start(self) -> None:
        """Watch from now on, in threads of its own."""
        self._thread.start()

    def close(self) -> None:
        """Stop; an import under way is broken off, what it filed stays. A hanging share is not waited for."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join(CLOSE_SECONDS)
        watches = [*self._watches.values(), *self._ending]
        for watch in watches:
            watch.end()
        until = time.monotonic() + CLOSE_SECONDS
        for watch in watches:
            watch.join(max(0.0, until - time.monotonic()))

    def states(self) -> list[FolderState]:
        """How each folder is, in the order of the settings."""
        return [
            replace(self._watches[rule.folder].state, given=rule.folder not in self._named)
            for rule in self._rules
            if rule.folder in self._watches
        ]

    def _follow(self) -> None:
        while not self._closing.is_set():
            try:
                self._read_settings()
                self._arrange()
                self._say()
            except Exception:
                LOG.exception("Watched folders could not be arranged")
            self._closing.wait(FOLLOW_SECONDS)

    def _read_settings(self) -> None:
        try:
            state = self._home.settings.stat()
            mark: object = (state.st_mtime_ns, state.st_size)
        except OSError:
            mark = 0
        if mark == self._mark:
            return
        self._mark = mark
        try:
            rules = rules_of(settings_file.load(self._home.settings))
        except (KnownError, OSError) as error:
            LOG.warning("The settings can't be read; watched folders stay as they are: %s", error)
            return
        self._named = frozenset(rule.folder for rule in rules)
        given = (Rule(folder) for folder in self._given if folder not in self._named)
        self._rules = (*rules, *given)

    def _arrange(self) -> None:
        """Start, change and end watches as the rules say."""
        wanted = {rule.folder: rule for rule in self._rules}
        for folder in [folder for folder in self._watches if folder not in wanted]:
            watch = self._watches.pop(folder)
            watch.end()
            self._ending.append(watch)
        self._ending = [watch for watch in self._ending if watch.is_alive()]
        for folder, rule in wanted.items():
            others = tuple(other for other in wanted if other != folder and other.is_relative_to(folder))
            if folder in self._watches:
                self._watches[folder].follow(rule, others)
            elif all(watch.folder != folder for watch in self._ending):
                self._watches[folder] = _Watch(self._home, self._library, rule, others)

    def _say(self) -> None:
        states = self.states()
        before, when = self._said
        same = [replace(state, looked_at="") for state in states] == [
            replace(state, looked_at="") for state in before
        ]
        if same and time.monotonic() - when < SAY_SECONDS:
            return
        if not same or states:
            write_states(self._home, states)
        self._said = (states, time.monotonic())


class _Watch:
    """One folder's thread."""

    def __init__(self, home: Home, library: Library, rule: Rule, others: Sequence[Path]) -> None:
        self.folder = rule.folder
        self._home = home
        self._library = library
        self._rule = rule
        self._others = tuple(others)
        self._stop = CancelToken()
        self._watched: WatchedFolder | None = None
        self._thread = threading.Thread(target=self._run, name="folder", daemon=True)
        self._thread.start()

    @property
    def state(self) -> FolderState:
        """How the folder is; before the first answer of a slow share, that it is watched."""
        if self._watched is not None:
            return self._watched.state
        return FolderState(str(self.folder), self._rule.policy.value, self._rule.paused)

    def follow(self, rule: Rule, others: Sequence[Path]) -> None:
        """Another policy, a pause, or its end."""
        if (rule, tuple(others)) == (self._rule, self._others):
            return
        self._rule, self._others = rule, tuple(others)
        if self._watched is not None:
            self._watched.rule, self._watched.others = rule, self._others
            self._watched.stir()

    def end(self) -> None:
        """Stop soon."""
        self._stop.cancel()
        if self._watched is not None:
            self._watched.stir()

    def join(self, seconds: float) -> None:
        """Wait until it has stopped."""
        self._thread.join(seconds)

    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def _run(self) -> None:
        watched = WatchedFolder(self._home, self._library, self._rule, self._stop)
        watched.rule, watched.others = self._rule, self._others
        self._watched = watched
        while not self._stop.cancelled:
            try:
                watched.tick()
                watched.wait(1.0)
            except Cancelled:
                break
            except Exception:
                LOG.exception("A watched folder could not be looked at; it is tried again")
                time.sleep(RETRY_SECONDS)
        watched.close()
