"""Works off the queue for one archive: one sending after the other, one connection at a time.

What became of an image is written down before much more is sent, so that a crash repeats next to nothing. It
decides nothing about rules and order; it stops at once when a person holds or removes what it sends.
"""

from __future__ import annotations

import logging
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from vetpacs_desktop import settings as settings_file
from vetpacs_desktop.errors import Cancelled, KnownError
from vetpacs_desktop.jobs import CancelToken
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.archives.dispatch import Item, Task
from vetpacs_desktop.store.archives.nodes import Node
from vetpacs_desktop.store.backup.returning import coming_back
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.network.contact import peer_of
from vetpacs_desktop.store.network.link import Peer
from vetpacs_desktop.store.network.sending import confirming
from vetpacs_desktop.store.network.sending.send import Fate, Parcel, deliver
from vetpacs_desktop.store.network.trouble import ConnectionLost, MachineUnreachable
from vetpacs_desktop.store.outgoing import prepared
from vetpacs_desktop.store.records import InstanceRow

LOG = logging.getLogger(__name__)

NOTE_EVERY = 32
NOTE_SECONDS = 0.5
"""After so many images or so long the fates are written down, in one transaction."""
GONE = "the image is no longer in the library"


class Carrier(threading.Thread):
    """Carries to one archive until nothing more is due."""

    def __init__(
        self, home: Home, library: Library, node_id: int, own_name: str, cancel: CancelToken
    ) -> None:
        super().__init__(name=f"carrier-{node_id}", daemon=True)
        self._home = home
        self._library = library
        self._node_id = node_id
        self._own_name = own_name
        self._cancel = cancel

    def run(self) -> None:
        """The thread: an error in it ends it; the courier starts another one after a while."""
        try:
            while self._carry_next():
                pass
        except Cancelled:
            LOG.info("Sending pauses: the service ends")
        except Exception:
            if self._cancel.cancelled:
                return  # the library may be closed by now; the next start goes on
            LOG.exception("A sending failed in a way nobody foresaw")
            self._postpone_after_bug()

    def _carry_next(self) -> bool:
        """One sending; False when none is due."""
        node = self._library.nodes.by_id(self._node_id)
        task = self._library.dispatch.task(self._node_id)
        if node is None or task is None or task.next_at > time.time() or self._cancel.cancelled:
            return False
        try:
            coming_back.check(self._home, task.study_uid, lambda: self._files_of(task.study_uid))
            settings = settings_file.load(self._home.settings)
            Round(self._home, self._library, node, task, self._cancel).go(
                peer_of(self._home, settings, node, self._own_name)
            )
        except MachineUnreachable as error:
            self._wait(node, task, error.sentence)
            return False
        except Cancelled:
            raise
        except KnownError as error:
            self._wait(node, task, error.sentence)
            return False
        return True

    def _files_of(self, study_uid: str) -> list[Path]:
        return [row.path for row in self._library.instances(study_uid=study_uid)]

    def _wait(self, node: Node, task: Task, trouble: str) -> None:
        pause = self._library.dispatch.postpone(task, trouble)
        self._library.nodes.note(node, trouble)
        LOG.warning("Sending to %s is tried again in %.0f s: %s", node.name, pause, trouble)

    def _postpone_after_bug(self) -> None:
        task = self._library.dispatch.task(self._node_id)
        if task is not None:
            self._library.dispatch.postpone(task, "VetPACS met a fault of its own; support can look at it.")


class Later(KnownError):
    """{name} takes nothing more for now: {reason}"""


class Round:
    """One go at one sending."""

    def __init__(self, home: Home, library: Library, node: Node, task: Task, cancel: CancelToken) -> None:
        self._home = home
        self._library = library
        self._node = node
        self._task = task
        self._cancel = cancel
        self._fates: list[tuple[Item, str]] = []
        self._noted = time.monotonic()
        self._settled = 0
        self._later = ""

    def go(self, peer: Peer) -> None:
        """Send what is left of it; then ask for a confirmation where the archive gives one.

        Raises `MachineUnreachable`, `Later`, `Cancelled`: what was confirmed until then is written down.
        """
        dispatch, job_id = self._library.dispatch, self._task.job_id
        with tempfile.TemporaryDirectory(prefix="outgoing-", dir=self._home.run) as folder:
            pairs = list(self._parcels(Path(folder)))
            try:
                deliver(peer, [parcel for _, parcel in pairs], self._told(pairs), self._cancel)
            except ConnectionLost as error:
                self._write_down()
                if self._settled < len(pairs):
                    dispatch.stumble(job_id, pairs[self._settled][0], error.sentence)
                raise
            finally:
                self._write_down()
        if self._later:
            raise Later(name=self._node.name, reason=self._later)
        if dispatch.wished(job_id):
            self._library.nodes.note(self._node)
            self._end(peer)

    def _end(self, peer: Peer) -> None:
        dispatch, job_id = self._library.dispatch, self._task.job_id
        if self._node.commitment and (objects := dispatch.sent_objects(job_id)):
            confirming.ask(peer, dispatch, job_id, objects, self._cancel)
        else:
            dispatch.finish(job_id)

    def _told(self, pairs: list[tuple[Item, Parcel]]) -> Callable[[Parcel, Fate], bool]:
        def told(_: Parcel, fate: Fate) -> bool:
            if fate.again:
                self._later = fate.reason
                return False
            self._fates.append((pairs[self._settled][0], fate.reason))
            self._settled += 1
            if len(self._fates) < NOTE_EVERY and time.monotonic() - self._noted < NOTE_SECONDS:
                return True
            self._write_down()
            return self._library.dispatch.wished(self._task.job_id)

        return told

    def _write_down(self) -> None:
        self._library.dispatch.note(self._node.node_id, self._task.job_id, self._fates)
        self._fates = []
        self._noted = time.monotonic()

    def _parcels(self, folder: Path) -> Iterator[tuple[Item, Parcel]]:
        """The images left, each with what to send; those that are gone are noted as such."""
        rows = self._library.instances(study_uid=self._task.study_uid)
        by_key = {(str(row.sop_uid), row.sha256): row for row in rows}
        for item in self._task.items:
            row = by_key.get((item.sop_uid, item.sha256))
            if row is None:
                self._library.dispatch.note(self._node.node_id, self._task.job_id, [(item, GONE)])
            else:
                yield item, parcel_of(self._library, row, folder)


def parcel_of(library: Library, row: InstanceRow, folder: Path) -> Parcel:
    """An image of the library with what people corrected; copies are made in `folder` and removed at once."""

    def remove(path: Path) -> None:
        if path != row.path:
            path.unlink(missing_ok=True)

    return Parcel(
        row.sop_class_uid,
        row.sop_uid,
        row.transfer_syntax_uid,
        lambda: prepared(library, row, folder),
        remove,
    )
