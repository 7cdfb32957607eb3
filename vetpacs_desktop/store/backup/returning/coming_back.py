"""What stands in a home while its library comes back from a backup: what was asked for, and for which exams
somebody waits. After a crash or a power cut the restore goes on from it.

Each file is written whole and flushed, or not at all. It fetches nothing and holds no password.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.backup.places import Place
from vetpacs_desktop.store.lock import is_held
from vetpacs_desktop.store.objects import fsync_folder

LOCK = "restore.lock"
"""Held by the restore that works, below `Home.run`."""
ASKED = "asked.json"
WANTED = "wanted"
LONGEST_UID = 512
DATABASE, IMAGES = "database", "images"
"""Phases: the list itself comes back; it is here, and images come."""


class ExamComingBack(KnownError):
    """This exam is still coming back from {place}: {missing} of its {total} images are not here yet. It is
    fetched before all others now; open it again in a moment."""


class ExamWaits(ExamComingBack):
    """This exam has still to come back from {place}: {missing} of its {total} images are not here yet, and
    the restore rests at the moment. Go on with it under System, Backup; then this exam comes first."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What of a generation is wanted; nothing named means everything."""

    studies: tuple[str, ...] = ()
    """Study UIDs."""
    animals: tuple[str, ...] = ()
    """Animal identifiers, as `studies` prints them."""

    @property
    def everything(self) -> bool:
        return not self.studies and not self.animals


@dataclass(frozen=True, slots=True)
class Asked:
    """A restore that was begun and has not come to its end."""

    place: Place
    """Where from, as it was set up when it began."""
    generation: str
    scope: Scope
    whole: bool
    """The home was empty: the library is put in place as it was. Otherwise exams are brought into one."""
    begun: str
    """ISO 8601 in UTC."""
    phase: str = DATABASE


def begin(home: Home, place: Place, generation: str, scope: Scope, *, whole: bool) -> Asked:
    """Write down what was asked for. Raises `OSError`."""
    asked = Asked(place, generation, scope, whole, datetime.now(UTC).isoformat(timespec="seconds"))
    home.restoring.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write(home.restoring / ASKED, json.dumps(asdict(asked), indent=1))
    return asked


def enter(home: Home, asked: Asked, phase: str) -> Asked:
    """The next phase has begun. Raises `OSError`."""
    asked = replace(asked, phase=phase)
    _write(home.restoring / ASKED, json.dumps(asdict(asked), indent=1))
    return asked


def under_way(home: Home) -> Asked | None:
    """The restore that is not finished, None when there is none. One look at the disk when there is none."""
    try:
        facts = json.loads((home.restoring / ASKED).read_text(encoding="utf-8"))
        scope = Scope(tuple(facts["scope"]["studies"]), tuple(facts["scope"]["animals"]))
        return Asked(**{**facts, "place": Place(**facts["place"]), "scope": scope})
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError):
        return None  # what a newer program wrote; it goes on with it


def finished(home: Home) -> None:
    """Nothing more comes. Raises `OSError`."""
    with contextlib.suppress(FileNotFoundError):
        (home.restoring / ASKED).unlink()
        fsync_folder(home.restoring)
    shutil.rmtree(home.restoring, ignore_errors=True)


def want(home: Home, study_uid: str) -> None:
    """Somebody waits for this exam. It never fails: without room for a note it comes in its turn."""
    name = hashlib.sha256(study_uid.encode()).hexdigest()[:40]
    with contextlib.suppress(OSError):
        folder = home.restoring / WANTED
        folder.mkdir(mode=0o700, exist_ok=True)
        fresh = folder / f"{name}.part"
        fresh.write_text(study_uid[:LONGEST_UID], encoding="utf-8")
        fresh.replace(folder / name)


def wanted(home: Home) -> list[str]:
    """The exams somebody waits for, who asked last first: that one sits before the screen."""
    found: list[tuple[int, str]] = []
    with contextlib.suppress(OSError):
        for path in (home.restoring / WANTED).iterdir():
            if not path.suffix:
                with contextlib.suppress(OSError, UnicodeDecodeError):
                    found.append((path.stat().st_mtime_ns, path.read_text(encoding="utf-8")))
    return [uid for _, uid in sorted(found, reverse=True)]


def satisfied(home: Home, study_uid: str) -> None:
    """All that can be had of this exam is here."""
    name = hashlib.sha256(study_uid.encode()).hexdigest()[:40]
    with contextlib.suppress(OSError):
        (home.restoring / WANTED / name).unlink(missing_ok=True)


def check(home: Home, study_uid: str, files: Callable[[], Sequence[Path]]) -> None:
    """Raise `ExamComingBack`, and let the exam come first, when a restore is under way and some of its files
    are still to come; they are asked for only then."""
    asked = under_way(home)
    if asked is None or not asked.whole:
        return
    paths = files()
    missing = sum(not path.exists() for path in paths)
    if missing:
        want(home, study_uid)
        kind = ExamComingBack if is_held(home.run / LOCK) else ExamWaits
        raise kind(place=asked.place.name, missing=missing, total=len(paths))


def _write(path: Path, text: str) -> None:
    fresh = path.with_suffix(".part")
    with fresh.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    fsync_folder(path.parent)
