"""Where this library is backed up to and by which rules: the file that the assistant and people write.

It lies beside the library, not in it: on the day the index is lost it still says where the copies are.
Passwords are never in it (`credentials.py` keeps them).
"""

from __future__ import annotations

import contextlib
import os
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

import tomli_w

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.lock import ProcessLock

FILE = "backup.toml"
LOCK = "backup-places.lock"
LOCK_SECONDS = 20.0


class BadPlaces(KnownError):
    """The list of backup targets in {path} can't be read ({reason}); correct it or delete it and set the
    targets up again."""


class NoSuchPlace(KnownError):
    """There is no backup target called {name}."""


class PlaceExists(KnownError):
    """There is a backup target called {name} already; choose another name."""


@dataclass(frozen=True, slots=True)
class Place:
    """One backup target as it was set up."""

    name: str
    url: str
    """Without a password: a path, smb://user@host:port/share/folder, sftp://user@host:port/folder."""
    identity: str = ""
    """`Target.identity()` when it was set up; empty: unknown."""
    backup_id: str = ""
    """The identity written on the target itself (`backup.json`)."""
    recipient: str = ""
    """An age public key: what is copied there is encrypted for it. Empty: plain files."""
    every: str = "daily"
    """hourly, daily, weekly or never (by hand alone)."""
    at: str = "02:00"
    """The local time of a daily or weekly run."""
    weekday: int = 6
    """0 Monday ... 6 Sunday: the day of a weekly run."""
    hours: str = ""
    """The hours in which it may run, "20:00-06:00"; empty: any."""
    limit_mib: int = 0
    """MiB a second at most; 0: as fast as it goes."""
    on_battery: bool = False
    """Whether it runs while the computer is on battery."""
    prove_days: int = 30
    """Every copied object is read back and compared within so many days."""
    drill_days: int = 30
    """A restore is rehearsed every so many days; 0: never."""
    keep: str = "hourly 24, daily 7, weekly 5, monthly 12, yearly 10"
    """Which generations stay: see `retention.py`."""
    paused: bool = False


def ledger_name(place: Place) -> str:
    """The name of a target's part of the ledger: its identity; until its first run has given it one, what it
    is called here, so that a run that failed before that is told of as well."""
    return place.backup_id or f"place:{place.name.casefold()}"


def read(home: Home) -> list[Place]:
    """The targets in the order they were added. Raises `BadPlaces`."""
    path = home.root / FILE
    known = {field.name for field in fields(Place)}
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8")).get("target", [])
        return [_place({name: value for name, value in row.items() if name in known}) for row in rows]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise BadPlaces(path=path, reason=str(error)) from error


def find(home: Home, name: str) -> Place:
    """The target of that name, in any case of its letters. Raises `NoSuchPlace`, `BadPlaces`."""
    for place in read(home):
        if place.name.casefold() == name.casefold():
            return place
    raise NoSuchPlace(name=name)


def add(home: Home, place: Place) -> None:
    """Enter a new target. Raises `PlaceExists`, `BadPlaces`."""
    with _alone(home):
        places = read(home)
        if any(one.name.casefold() == place.name.casefold() for one in places):
            raise PlaceExists(name=place.name)
        _write(home, [*places, place])


def change(home: Home, name: str, /, **values: Any) -> Place:
    """Change fields of a target and return it. Raises `NoSuchPlace`, `BadPlaces`."""
    with _alone(home):
        changed = replace(find(home, name), **values)
        _write(home, [changed if one.name.casefold() == name.casefold() else one for one in read(home)])
    return changed


def remove(home: Home, name: str) -> None:
    """Forget a target; what lies there stays. Raises `NoSuchPlace`, `BadPlaces`."""
    with _alone(home):
        find(home, name)
        _write(home, [one for one in read(home) if one.name.casefold() != name.casefold()])


@contextlib.contextmanager
def _alone(home: Home) -> Iterator[None]:
    """Two runs that give their targets an identity, or one and the window, must not undo each other."""
    home.run.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = ProcessLock(home.run / LOCK)
    if not lock.acquire(LOCK_SECONDS):
        raise BadPlaces(path=home.root / FILE, reason="another program writes it")
    try:
        yield
    finally:
        lock.release()


def _place(row: dict[str, Any]) -> Place:
    place = Place(**row)
    for field in fields(Place):
        wanted = type(getattr(Place("", ""), field.name))
        if not isinstance(getattr(place, field.name), wanted):
            raise ValueError(f"{field.name} must be {wanted.__name__}")
    return place


def _write(home: Home, places: Sequence[Place]) -> None:
    path = home.root / FILE
    fresh = Path(f"{path}.part")
    text = tomli_w.dumps({"target": [asdict(place) for place in places]})
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600)
    with fresh.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        with contextlib.suppress(OSError):
            os.fsync(file.fileno())
    fresh.replace(path)
