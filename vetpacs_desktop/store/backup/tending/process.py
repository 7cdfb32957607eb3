"""The backup process: the service's process that saves, proves and tells, by itself.

It has its own interpreter and the lowest priority, so that neither a slow target nor the work of hashing
hinders receiving, filing or reading. It is started only once a target has been set up, and ends with the
service; what was under way goes on at the next start.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path

import psutil
from apscheduler.schedulers.background import BackgroundScheduler

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store import process
from vetpacs_desktop.store.backup.credentials import secrets_of
from vetpacs_desktop.store.backup.tending import keeping
from vetpacs_desktop.store.backup.tending.keeping import Keeper

LOG = logging.getLogger(__name__)

NAME = "backup"
NICER = 15
"""Priority below all others (POSIX nice)."""
LAST_OF_CLASS = 7
"""Of Linux' best-effort class: after all others, yet never starved."""
LOOK_SECONDS = 0.5
TELL_SECONDS = 60
RETRY_SECONDS = 5.0
CLOSE_SECONDS = 25.0
TELLING_ENDS_SECONDS = 3.0


class BackupProcess(process.WantedProcess):
    """The service's handle on the process; wanted once a target is set up."""

    def __init__(self, home: Home) -> None:
        super().__init__(run, (str(home.root),), NAME, lambda: keeping.wanted(home), CLOSE_SECONDS)


def run(root: str, bell: Connection) -> None:
    """The process: keep the backups until the service closes its end of `bell`, or dies."""
    home = Home(Path(root))
    process.live(home, NAME, NICER, lambda: _keep(home, bell))


def _keep(home: Home, bell: Connection) -> None:
    _least_of_the_disk()
    logging.getLogger("apscheduler").setLevel(logging.WARNING)  # it tells of each time a job runs
    scheduler = _scheduler()
    zone = scheduler.timezone
    keeper = Keeper(home, secrets_of(home), lambda: datetime.now(zone))
    telling = threading.Lock()
    scheduler.add_job(
        lambda: _guarded(keeper.tell, telling),
        "interval",
        seconds=TELL_SECONDS,
        coalesce=True,
        max_instances=1,
        misfire_grace_time=None,
    )
    scheduler.start()
    try:
        while process.still_open(bell, LOOK_SECONDS):
            if not _guarded(keeper.tick):
                time.sleep(RETRY_SECONDS)
    finally:
        keeper.begin_to_close()
        scheduler.shutdown(wait=False)
        told = telling.acquire(timeout=TELLING_ENDS_SECONDS)  # a mail server that hangs is not waited for
        keeper.close()
        if told:
            telling.release()


def _scheduler() -> BackgroundScheduler:
    """With this computer's zone, of which Python alone knows only today's offset: enough where a system's
    zone has a name that nobody knows."""
    try:
        return BackgroundScheduler()
    except (LookupError, ValueError, OSError) as error:
        LOG.warning("This computer's time zone is not known (%s)", error)
        return BackgroundScheduler(timezone=datetime.now().astimezone().tzinfo)


def _guarded(work: Callable[[], None], lock: threading.Lock | None = None) -> bool:
    """Do it; what a disk or a list that can't be read does to it is logged, and it is tried again."""
    with lock or contextlib.nullcontext():
        try:
            work()
        except (KnownError, OSError) as error:
            LOG.error("Backups wait: %s", error)
            return False
    return True


def _least_of_the_disk() -> None:
    """Below others also at the disk, where the system has such a thing."""
    with contextlib.suppress(psutil.Error, OSError, AttributeError, ValueError):
        if hasattr(psutil, "IOPRIO_CLASS_BE"):
            psutil.Process().ionice(psutil.IOPRIO_CLASS_BE, LAST_OF_CLASS)
        elif hasattr(psutil, "IOPRIO_LOW"):
            psutil.Process().ionice(psutil.IOPRIO_LOW)
