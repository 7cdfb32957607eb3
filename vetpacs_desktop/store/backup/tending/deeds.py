"""What the backup process does for one target, from its entry in the list to an outcome in the ledger.

Each deed opens the target, does one thing, and lets go. After a good run old generations are thinned out and
the share of copies whose turn it is is read back. When to do what is `keeping.py`'s business.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from vetpacs_desktop import __version__, log
from vetpacs_desktop.errors import Cancelled, KnownError
from vetpacs_desktop.jobs import CancelToken
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.backup import places
from vetpacs_desktop.store.backup.credentials import Secrets
from vetpacs_desktop.store.backup.history import FAILED
from vetpacs_desktop.store.backup.ledger import Ledger
from vetpacs_desktop.store.backup.making import proving, running
from vetpacs_desktop.store.backup.places import Place
from vetpacs_desktop.store.backup.returning import drill
from vetpacs_desktop.store.backup.sealing import place_keys
from vetpacs_desktop.store.backup.sealing.sealing import AgeSealer
from vetpacs_desktop.store.backup.target import Target
from vetpacs_desktop.store.backup.targets.opening import open_target
from vetpacs_desktop.store.backup.tending import requests
from vetpacs_desktop.store.backup.thinning import pruning

LOG = logging.getLogger(__name__)

SHARE = "share"
"""Read back the copies whose turn it is."""
PROGRAM = "program"
"""The ledger's fact: the version that made the last generation."""


class Interrupted(Cancelled):
    """The backup stopped because {reason}. What was copied is kept; it goes on from there by itself."""


Pause = Callable[[], None]
"""Called between files: raises `Interrupted` when the rules of the target want an end."""


class Deed(threading.Thread):
    """One thing done for one target, in a thread of its own."""

    def __init__(
        self,
        home: Home,
        secrets: Secrets,
        place: Place,
        what: str,
        clock: Callable[[], datetime],
        pause: Pause,
    ) -> None:
        super().__init__(name=f"backup-{what}", daemon=True)
        self.place = place
        self.what = what
        self.error: KnownError | None = None
        """Why it did not come to its end; read it once the thread has ended."""
        self.crashed = False
        self.cancel = CancelToken()
        self._home, self._secrets, self._clock, self._pause = home, secrets, clock, pause
        self._target: Target | None = None

    def run(self) -> None:
        """The thread: never raises."""
        try:
            self._do()
        except KnownError as error:
            LOG.warning("Backup target %s, %s: %s", self.place.name, self.what, error)
            self.error = error
            self._note_if_unknown(error)
        except Exception as error:  # the thread's edge
            LOG.exception("Backup target %s, %s failed", self.place.name, self.what)
            log.crash_report(self._home, error)
            self.crashed = True

    def stop(self) -> None:
        """Ask it to end; the file under way is finished."""
        self.cancel.cancel()

    def cut(self) -> None:
        """End its connections, for one that does not hear; what it was doing fails as if the line was cut."""
        self.cancel.cancel()
        if self._target is not None:
            self._target.close()

    def _do(self) -> None:
        if self.what == requests.DRILL:
            drill.drill(self._home, self.place, self._secrets, cancel=self.cancel)
            return
        with self._opened() as (target, sealer):
            if self.what == requests.RUN:
                self._run(target, sealer)
            elif self.what == requests.VERIFY:
                proving.verify(
                    self._home, self.place, target, sealer=sealer, cancel=self.cancel, now=self._clock
                )
            elif self.what == requests.PRUNE:
                self._prune(target, sealer)
            else:
                self._share(target)

    def _run(self, target: Target, sealer: AgeSealer | None) -> None:
        running.run(
            self._home,
            self.place,
            target,
            sealer=sealer,
            cancel=self.cancel,
            pause=self._pause,
            now=self._clock,
        )
        # The first run gives a target its identity.
        self.place = places.find(self._home, self.place.name)
        with Ledger.open(self._home) as ledger:
            ledger.book(self.place.backup_id).history.keep_fact(PROGRAM, __version__)
        try:
            self._prune(target, sealer)
        except Cancelled:
            raise
        except KnownError as error:
            LOG.warning("Nothing was thinned out on %s: %s", self.place.name, error)
        self._share(target)

    def _prune(self, target: Target, sealer: AgeSealer | None) -> None:
        done = pruning.prune(
            self._home,
            self.place,
            target,
            sealer=sealer,
            cancel=self.cancel,
            pause=self._pause,
            now=self._clock,
        )
        if done != pruning.Pruned():
            LOG.info(
                "Thinned out %s: %d set aside, %d gone, %d files deleted",
                self.place.name,
                len(done.set_aside),
                len(done.gone),
                done.deleted,
            )

    def _share(self, target: Target) -> None:
        proving.prove_share(
            self._home, self.place, target, cancel=self.cancel, pause=self._pause, now=self._clock
        )

    @contextmanager
    def _opened(self) -> Iterator[tuple[Target, AgeSealer | None]]:
        try:
            sealer = place_keys.sealer_of(self.place, self._secrets)
            self._target = open_target(self.place, self._secrets)
        except KnownError as error:
            if self.place.backup_id:
                self._note(error)
            raise
        try:
            yield self._target, sealer
        finally:
            self._target.close()

    def _note_if_unknown(self, error: KnownError) -> None:
        """The run itself can't write down why it failed before the target had an identity."""
        with contextlib.suppress(KnownError, OSError):
            self.place = places.find(self._home, self.place.name)
            if not self.place.backup_id and not isinstance(error, Cancelled):
                self._note(error)

    def _note(self, error: KnownError) -> None:
        """A run that could not even begin is a run that failed; the ledger must say so."""
        if self.what != requests.RUN:
            return
        with Ledger.open(self._home) as ledger:
            history = ledger.book(places.ledger_name(self.place)).history
            moment = int(self._clock().timestamp())
            history.end_run(history.begin_run(moment), moment, FAILED, error.sentence)
