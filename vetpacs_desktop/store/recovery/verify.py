"""Compares every object file with the index: missing, damaged, and files that no row knows.

It only reads. A doubt about a file that is just arriving is settled under the write lock, so that a library
in use shows no false alarm.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from vetpacs_desktop.jobs import CancelToken, Progress, Report
from vetpacs_desktop.store.database import Database, Row
from vetpacs_desktop.store.objects import Objects, digest_of
from vetpacs_desktop.store.records import Verification

PAGE = 64
READERS = 2
_KNOWN = (
    "SELECT path FROM instances JOIN series USING (series_id) JOIN studies USING (study_key) "
    "WHERE study_uid = ?"
)


def verify(database: Database, objects: Objects, report: Report, cancel: CancelToken) -> Verification:
    """Read every object. Raises `Cancelled`, and `LibraryDamaged` when the index itself is damaged."""
    started = time.monotonic()
    database.check()
    total = int(database.value("SELECT count(*) FROM instances") or 0)
    checked = 0
    missing: list[str] = []
    corrupt: list[str] = []
    with ThreadPoolExecutor(READERS, thread_name_prefix="verify") as pool:
        for page in _pages(database):
            cancel.check()
            faults = pool.map(lambda row: _fault(objects, row), page)
            for row, fault in zip(page, faults, strict=True):
                if fault is not None:
                    {"missing": missing, "corrupt": corrupt}[fault].append(row["path"])
            checked += len(page)
            report(Progress(checked, total, "Checking images"))
    orphans = _orphans(database, objects, cancel)
    seconds = time.monotonic() - started
    return Verification(checked, tuple(sorted(missing)), tuple(sorted(corrupt)), tuple(orphans), seconds)


def _pages(database: Database) -> Iterator[Sequence[Row]]:
    last = 0
    while True:
        page = database.rows(
            "SELECT instance_id, path, size, sha256 FROM instances WHERE instance_id > ? "
            "ORDER BY instance_id LIMIT ?",
            (last, PAGE),
        )
        if not page:
            return
        yield page
        last = page[-1]["instance_id"]


def _fault(objects: Objects, row: Row) -> str | None:
    path = objects.path(row["path"])
    try:
        if path.stat().st_size == row["size"] and digest_of(path) == row["sha256"]:
            return None
    except FileNotFoundError:
        return "missing"
    except OSError:
        return "corrupt"  # A file that can't be read to its end is as lost as a changed one.
    return "corrupt"


def _orphans(database: Database, objects: Objects, cancel: CancelToken) -> list[str]:
    """Files without a row, by relative path."""
    doubtful: list[str] = []
    folder, known = "", frozenset[str]()
    for path, _ in objects.files():
        if path.rpartition("/")[0] != folder:
            cancel.check()
            folder = path.rpartition("/")[0]
            known = _known_in(database, folder)
        if path not in known:
            doubtful.append(path)
    if not doubtful:
        return []
    with database.atomic():
        return [
            path
            for path in doubtful
            if objects.path(path).exists() and path not in _known_in(database, path.rpartition("/")[0])
        ]


def _known_in(database: Database, folder: str) -> frozenset[str]:
    return frozenset(row["path"] for row in database.rows(_KNOWN, (folder.rpartition("/")[2],)))
