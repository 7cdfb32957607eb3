"""Filing: the service's second process, which moves what the spool holds into the library.

It has its own interpreter so that reading headers and writing the index never make a sending machine wait.
The spool folder is the queue: a start is a replay, a crash loses nothing, and a nudge only says "look now".
The watched folders are imported beside it, in threads of their own. An index that is damaged or gone is set
aside and made anew from the files, here and at once, while the receiver goes on taking what comes. It never
listens on a network and never acknowledges anything.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from vetpacs_desktop.errors import Cancelled, KnownError, LibraryDamaged
from vetpacs_desktop.jobs import CancelToken, Progress
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store import process
from vetpacs_desktop.store.database import GONE, Database, mark_of
from vetpacs_desktop.store.intake.filing_state import FilingDiary
from vetpacs_desktop.store.intake.folders.watching import WatchedFolders
from vetpacs_desktop.store.intake.importing.stages import Filing
from vetpacs_desktop.store.intake.spool import Spool
from vetpacs_desktop.store.kept.quarantine import Quarantine
from vetpacs_desktop.store.records import Arrival, Filed, Outcome
from vetpacs_desktop.store.recovery import suspicion

if TYPE_CHECKING:
    from vetpacs_desktop.store.library import Library

LOG = logging.getLogger(__name__)

GATHER_SECONDS = 0.1
GATHER_AT_MOST = 0.5
"""A burst is gathered until nothing came for the first time, or for the second at most: every commit makes
the receiver's own flushes wait, while a new exam must still show at once."""
BATCH = 128
IDLE_SECONDS = 2.0
"""How often the spool is looked at without a nudge."""
RETRY_SECONDS = 5.0
RESTART_SECONDS = 5.0
CLOSE_SECONDS = 60.0
NAME = "filing"
NICER = 5
"""Priority below the receiver's (POSIX nice)."""


Proved: TypeAlias = Callable[[Home, Sequence[str]], bool]


def _nothing_proved(_home: Home, _digests: Sequence[str]) -> bool:
    """Without a backup nothing is."""
    return False


class FilingProcess:
    """The service's handle on the process."""

    def __init__(self, home: Home, watch: Sequence[Path], proved: Proved = _nothing_proved) -> None:
        """`proved(home, digests)` (a function of a module) tells whether files lie in a backup that was read
        back: the rule that empties the trash asks it."""
        self._home = home
        self._proved = proved
        self._watch = tuple(str(folder) for folder in watch)
        self._guard = threading.Lock()
        self._nudged = False
        self._started = 0.0
        self._start()

    def nudge(self) -> None:
        """Something arrived. At most one nudge is under way, so this never blocks; it never fails."""
        with self._guard, contextlib.suppress(OSError, ValueError, EOFError):
            if self._nudged and not self._bell.poll():
                return
            if self._nudged:
                self._bell.recv_bytes()
            self._nudged = True
            self._bell.send_bytes(b"!")

    def keep_alive(self) -> None:
        """Start it again if it died; one that can't live is not tried more often than `RESTART_SECONDS`."""
        if self._process.is_alive() or time.monotonic() - self._started < RESTART_SECONDS:
            return
        LOG.error("The filing process ended with code %s; it is started again", self._process.exitcode)
        with self._guard:
            self._bell.close()
            self._start()

    def close(self) -> None:
        """Let it file what is in the spool, then wait for its end."""
        with self._guard:
            self._bell.close()
        if not process.end(self._process, CLOSE_SECONDS):
            LOG.error("The filing process did not end in time; the next start files the rest")

    def _start(self) -> None:
        self._nudged = False
        self._started = time.monotonic()
        self._process, self._bell = process.start(
            run, (str(self._home.root), self._watch, self._proved), NAME
        )


def run(root: str, watch: Sequence[str], proved: Proved, bell: Connection) -> None:
    """The process: file until the service closes its end of `bell`, or dies."""
    home = Home(Path(root))
    process.live(home, NAME, NICER, lambda: _file(home, [Path(folder) for folder in watch], proved, bell))


def _file(home: Home, watch: Sequence[Path], proved: Proved, bell: Connection) -> None:
    from vetpacs_desktop.store.kept.retention import Daily

    mender = Mender(home, bell)
    library = mender.opened()
    library.trash.proved = partial(proved, home)
    try:
        folders = WatchedFolders(home, library, watch)
        folders.start()
        daily = Daily(home, library.retention)
        daily.start()
        try:
            Filer(home, library, mender).work(bell)
        finally:
            daily.close()
            folders.close()
    finally:
        library.close()


class Mender:
    """Makes a damaged index anew, and says how filing is."""

    def __init__(self, home: Home, bell: Connection) -> None:
        self._home = home
        self._bell = bell
        self.diary = FilingDiary(home)

    def opened(self) -> Library:
        """The library, mended first if need be. Raises what `Library.open` and `mend` do."""
        from vetpacs_desktop.store.library import Library

        try:
            return Library.open(self._home)
        except LibraryDamaged as damage:
            self.mend(damage)
            return Library.open(self._home)

    def look(self) -> None:
        """Raises `LibraryDamaged` when the index is gone, or when somebody could not read it and it is
        damaged indeed: here nobody may notice before something arrives."""
        if mark_of(self._home.database) is None:
            raise LibraryDamaged(path=self._home.database, reason=GONE)
        if suspicion.take(self._home):
            database = Database(self._home.database)
            try:
                database.check()
            finally:
                database.close()

    def mend(self, damage: LibraryDamaged) -> None:
        """Set the index aside and make it anew. Raises `Cancelled` when the service stops, and `KnownError`
        or `OSError` when it is not possible now; then everything is as it was."""
        from vetpacs_desktop.store.recovery.rebuild import rebuild

        LOG.error("The index is made anew from the files: %s", damage.sentence)
        self.diary.rebuilds(damage.sentence)
        cancel = CancelToken()

        def report(progress: Progress) -> None:
            self.diary.rebuilds(damage.sentence, progress.done, progress.total)
            if self._has_stopped():
                cancel.cancel()

        found = rebuild(self._home, report, cancel)
        suspicion.take(self._home)
        self.diary.rebuilt()
        LOG.warning(
            "The index is whole again: %d images; missing %d, unreadable %d",
            found.checked,
            len(found.missing),
            len(found.corrupt),
        )

    def _has_stopped(self) -> bool:
        """Whether the service has closed its end; a nudge that came meanwhile is answered."""
        try:
            if self._bell.poll():
                self._bell.recv_bytes()
                self._bell.send_bytes(b"!")
        except (EOFError, OSError):
            return True
        return False


class Filer:
    """Files what the spool holds."""

    def __init__(self, home: Home, library: Filing, mender: Mender) -> None:
        self._library = library
        self._mender = mender
        self._spool = Spool(home)
        self._quarantine = Quarantine(home)
        self._mended = False

    def work(self, bell: Connection) -> None:
        """Until `bell` closes; then once more for what came last."""
        open_still = True
        while open_still:
            open_still = self._listen(bell, IDLE_SECONDS)
            self._try_to_file(mending=open_still)

    def _listen(self, bell: Connection, seconds: float) -> bool:
        """Wait for a nudge; False when the service has closed its end."""
        try:
            if bell.poll(seconds):
                bell.recv_bytes()
                bell.send_bytes(b"!")
                self._gather()
            return True
        except (EOFError, OSError):
            return False

    def _gather(self) -> None:
        until = time.monotonic() + GATHER_AT_MOST
        before, now = -1, 0
        while now != before and time.monotonic() < until:
            time.sleep(GATHER_SECONDS)
            before, now = now, self._spool.count()

    def _try_to_file(self, *, mending: bool) -> None:
        try:
            self._mender.look()
            while arrivals := self._spool.pending(BATCH):
                self._file(arrivals)
            self._mender.diary.works()
            self._mended = False
        except LibraryDamaged as damage:
            if mending:
                self._try_to_mend(damage)
        except (KnownError, OSError) as error:
            self._wait(error)

    def _try_to_mend(self, damage: LibraryDamaged) -> None:
        if self._mended:  # in vain; a disk that spoils each new index is not worn out with more of them
            self._mended = False
            self._wait(damage)
            return
        try:
            self._mender.mend(damage)
            self._mended = True
        except Cancelled:
            LOG.warning("The index is made anew at the next start")
        except (KnownError, OSError) as error:
            self._wait(error)

    def _wait(self, error: Exception) -> None:
        LOG.error("Filing waits: %s", error)
        self._mender.diary.waits(error.sentence if isinstance(error, KnownError) else str(error))
        time.sleep(RETRY_SECONDS)

    def _file(self, arrivals: list[Arrival]) -> None:
        try:
            filed = self._library.file(arrivals)
        except (KnownError, OSError):
            raise
        except Exception:
            LOG.exception("A batch could not be filed; each object is tried alone")
            filed = [self._file_alone(arrival) for arrival in arrivals]
        for one in filed:
            self._clear(one)

    def _file_alone(self, arrival: Arrival) -> Filed:
        try:
            return self._library.file([arrival])[0]
        except (KnownError, OSError):
            raise
        except Exception as error:
            LOG.exception("One object could not be filed; it is set aside")
            reason = f"The program failed on this object ({type(error).__name__}); support can look at it."
            return Filed(arrival, Outcome.REJECTED, reason=reason)

    def _clear(self, filed: Filed) -> None:
        """Take out of the spool what the library left there: it is kept aside with its reason."""
        path = filed.arrival.path
        if filed.outcome in (Outcome.REJECTED, Outcome.IGNORED):
            with contextlib.suppress(FileNotFoundError):
                self._quarantine.keep(path, reason=filed.reason, source=filed.arrival.source, move=True)
