"""Trying, setting up, changing and removing a place for the backup; for threads.

Passwords and keys pass through and are kept by the store's `credentials` alone.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from threading import Lock

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.jobs import CancelToken, Progress, Report
from vetpacs_desktop.paths import Home, library_name
from vetpacs_desktop.store.backup import places, reading
from vetpacs_desktop.store.backup.credentials import Secrets, password_of, secrets_of
from vetpacs_desktop.store.backup.making.belonging import SealDiffers
from vetpacs_desktop.store.backup.places import Place
from vetpacs_desktop.store.backup.sealing import place_keys, sealing
from vetpacs_desktop.store.backup.target import Target
from vetpacs_desktop.store.backup.targets import known_again, trying, url
from vetpacs_desktop.store.backup.targets.opening import open_target
from vetpacs_desktop.store.backup.targets.trying import Finding

TRIAL = "VetPACS/trial of the key.age"
TRIAL_BYTES = 200_000
WHOSE = "whose"


@dataclass(frozen=True, slots=True)
class Order:
    """A place as a person wants it."""

    place: Place
    password: str = field(default="", repr=False)
    """Empty: the one that is kept already."""
    secret: str = field(default="", repr=False)
    """The secret key of a new sealed place."""
    editing: str = ""
    """The name it had; empty: a new one."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of a trial."""

    ok: bool
    """Whether it serves."""
    identity: str
    kept_where: str = ""
    """Where its password will lie."""


@dataclass(frozen=True, slots=True)
class SetUp:
    """A place that was set up."""

    place: Place
    kept_where: str = ""
    trial: str = ""
    """What was tried with the key."""


class Lines:
    """The findings of a trial so far; written by its thread, read by the window's."""

    def __init__(self) -> None:
        self._lines: list[Finding] = []
        self._lock = Lock()

    def add(self, line: Finding) -> None:
        """One more finding."""
        with self._lock:
            self._lines.append(line)

    def so_far(self) -> tuple[Finding, ...]:
        """All of them."""
        with self._lock:
            return tuple(self._lines)


class Typed:
    """Secrets as they were typed, over those that are kept."""

    def __init__(self, typed: Mapping[str, str], kept: Secrets | None = None) -> None:
        self._typed = {name: secret for name, secret in typed.items() if secret}
        self._kept = kept

    def get(self, name: str) -> str:
        return self._typed.get(name) or (self._kept.get(name) if self._kept is not None else "")

    def put(self, name: str, secret: str) -> None:
        self._typed[name] = secret

    def forget(self, name: str) -> None:
        self._typed.pop(name, None)

    def where(self) -> str:
        return self._kept.where() if self._kept is not None else ""


def secrets_for(home: Home, order: Order) -> Typed:
    """What opens the place of `order`: what was typed, else what is kept under the name it had."""
    kept = secrets_of(home)
    password = order.password or (kept.get(password_of(order.editing)) if order.editing else "")
    return Typed({password_of(order.place.name): password}, kept)


def set_up(home: Home, order: Order, report: Report, cancel: CancelToken) -> SetUp:
    """Keep password and key, try the key with a small file, and enter the place in the list.

    Raises `TargetError`, `PlaceExists`, `WrongKey`, `SecretsUnusable`, `BadPlaces`, `Cancelled`.
    """
    place, trial = order.place, ""
    if order.secret:
        report(Progress(0, None, "Trying the key"))
        trial = _try_key(home, order)
    cancel.check()
    kept = secrets_of(home)
    _keep_password(kept, order)
    if order.secret:
        place_keys.keep(place.name, order.secret, kept)
    if order.editing:
        _rename_keys(kept, order)
        values = {name: getattr(place, name) for name in _CHANGED}
        place = places.change(home, order.editing, **values)
    else:
        places.add(home, place)
    return SetUp(place, kept.where() if kept.get(password_of(place.name)) else "", trial)


_CHANGED = (
    *("name", "url", "identity", "every", "at", "weekday", "hours", "limit_mib", "on_battery"),
    *("prove_days", "drill_days", "keep"),
)
"""What the assistant may change of a place that is set up."""


def remove(home: Home, name: str) -> None:
    """Forget a place and its password; what lies there stays. Raises `NoSuchPlace`, `SecretsUnusable`."""
    places.remove(home, name)
    kept = secrets_of(home)
    kept.forget(password_of(name))
    place_keys.forget(name, kept)


def rest(home: Home, name: str, *, paused: bool) -> Place:
    """Let a place rest, or go on. Raises `NoSuchPlace`, `BadPlaces`."""
    return places.change(home, name, paused=paused)


def _try_key(home: Home, order: Order) -> str:
    """Write a sealed file there, bring it back and open it.

    Raises `TargetError`, `SealBroken`, `WrongKey`, `SealDiffers` where a backup that is not sealed lies.
    """
    sealing.rehearse(order.secret, order.place.recipient)
    sealer = sealing.AgeSealer.of(order.secret)
    words = os.urandom(TRIAL_BYTES)
    target = open_target(order.place, secrets_for(home, order))
    try:
        mark = reading.mark(target)
        if mark is not None and mark.recipient != order.place.recipient:
            raise SealDiffers(target=order.place.name, there="not encrypted", here="this one would be")
        target.write(TRIAL, sealer.seal([words]), sealer.size(len(words)))
        _compare(target, sealer, words)
        target.delete(TRIAL)
    finally:
        target.close()
    return "A small file was sealed, written, brought back and opened with the key."


def _compare(target: Target, sealer: sealing.AgeSealer, words: bytes) -> None:
    if b"".join(sealer.open(target.read(TRIAL))) != words:
        raise sealing.SealBroken(reason="what was written as a trial came back changed")


def _keep_password(kept: Secrets, order: Order) -> None:
    old = password_of(order.editing) if order.editing else ""
    name = password_of(order.place.name)
    password = order.password or (kept.get(old) if old else "")
    if password and kept.get(name) != password:
        kept.put(name, password)
    if old and old != name:
        kept.forget(old)


def _rename_keys(kept: Secrets, order: Order) -> None:
    before, after = order.editing, order.place.name
    for key in (place_keys.key_of, place_keys.names_of):
        secret = kept.get(key(before))
        if secret and key(before) != key(after):
            kept.put(key(after), secret)
            kept.forget(key(before))


def try_place(home: Home, order: Order, lines: Lines, report: Report, cancel: CancelToken) -> Tried:
    """Try a place with small files; each finding goes to `lines` as it is made. Raises as the store's
    `trying.try_place`."""
    secrets = secrets_for(home, order)

    def tell(finding: Finding) -> None:
        lines.add(finding)
        report(Progress(len(lines.so_far()), None, finding.what))

    found = trying.try_place(order.place, secrets, report, cancel, tell)
    if found.ok:
        there = _whose(home, order, secrets)
        if there is not None:
            tell(there)
        found = replace(found, findings=lines.so_far())
    kept_where = secrets_of(home).where() if secrets.get(password_of(order.place.name)) else ""
    return Tried(found.ok, found.identity, kept_where)


def key_to_confirm(place: Place) -> str:
    """The key that another computer shows and nobody has confirmed yet; empty where there is none to confirm.
    Nothing is told to that computer. Raises `TargetUnreachable`."""
    address = url.parse(place.url).address
    if address.kind is not url.Kind.SFTP or known_again.host_key(place.identity):
        return ""
    from vetpacs_desktop.store.backup.targets.sftp_link import server_key  # paramiko takes its time

    return server_key(place.name, address)


def confirmed(place: Place, key: str) -> Place:
    """The place, with the key that a person found right: any other one is refused from now on."""
    return replace(place, identity=str(known_again.Signs(volume=key)))


def _whose(home: Home, order: Order, secrets: Secrets) -> Finding | None:
    """Whether a backup lies there already, and whether it can be gone on with; None where there is none."""
    target = open_target(order.place, secrets)
    try:
        mark = reading.mark(target)
    except KnownError as error:
        return Finding(WHOSE, ok=False, sentence=error.sentence)
    finally:
        target.close()
    if mark is None or mark.backup_id == order.place.backup_id:
        return None
    if mark.library != library_name(home):
        text = "The backup of another library lies there. Choose another folder."
        return Finding(WHOSE, ok=False, sentence=text)
    begun = f"begun {mark.made[:10]}, lies there already"
    if mark.recipient != order.place.recipient:
        text = f"A sealed backup of this library, {begun}. Choose another folder."
        return Finding(WHOSE, ok=False, sentence=text)
    text = f"A backup of this library, {begun}; it is gone on with."
    return Finding(WHOSE, ok=True, sentence=text)
