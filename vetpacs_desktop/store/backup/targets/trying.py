"""Tries whether a place serves as a target: whatever a backup does there, with small files, told in words.

It leaves nothing behind but the mark by which the place is known again.
"""

from __future__ import annotations

import contextlib
import os
import secrets as randomness
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from vetpacs_desktop.jobs import CancelToken, Progress, Report, ignore
from vetpacs_desktop.store.backup.credentials import Secrets
from vetpacs_desktop.store.backup.places import Place
from vetpacs_desktop.store.backup.target import NotThere, Space, Target, TargetError
from vetpacs_desktop.store.backup.targets.known_again import host_key
from vetpacs_desktop.store.backup.targets.opening import open_target

FOLDER = "VetPACS/trial"
TRIAL_BYTES = 300_000
SPEED_BYTES = 512 * 1024
"""A CT slice."""
SPEED_FILES = 128
SPEED_SECONDS = 3.0
LEAST_FREE = 1 << 30
GB = 1e9


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was tried."""

    what: str
    """reach, write, read, replace, rename, lock, delete, room, up, down, identity."""
    ok: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class Findings:
    """All that was tried, in order; after what makes the rest impossible nothing more is."""

    findings: tuple[Finding, ...] = ()
    identity: str = ""
    """See `Target.identity`."""
    space: Space | None = None
    up: float = 0.0
    """Bytes a second; 0: not measured."""
    down: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether a backup can be made there."""
        return bool(self.findings) and all(one.ok for one in self.findings)


Tell = Callable[[Finding], None]
"""Hears of each finding as it is made."""


def try_place(
    place: Place,
    secrets: Secrets,
    report: Report = ignore,
    cancel: CancelToken | None = None,
    tell: Tell = lambda _: None,
) -> Findings:
    """Connect, try everything and close. Raises `Cancelled`, `url.BadAddress`, `SecretsUnusable`."""
    report(Progress(0, len(_STEPS), "Connecting"))
    try:
        target = open_target(place, secrets)
    except TargetError as error:
        finding = Finding("reach", False, error.sentence)
        tell(finding)
        return Findings((finding,))
    try:
        return try_target(target, report, cancel, tell)
    finally:
        target.close()


def try_target(
    target: Target,
    report: Report = ignore,
    cancel: CancelToken | None = None,
    tell: Tell = lambda _: None,
) -> Findings:
    """Try everything on a target that is open. Raises `Cancelled`; a target that fails is a finding."""
    trial = _Trial(target, cancel or CancelToken(), tell)
    trial.add("reach", "The place answers.")
    try:
        for number, (what, words, step) in enumerate(_STEPS, 1):
            trial.cancel.check()
            report(Progress(number, len(_STEPS), words))
            try:
                step(trial)
            except TargetError as error:
                trial.add(what, error.sentence, ok=False)
                break
    finally:
        trial.clear()
    return Findings(tuple(trial.findings), trial.identity, trial.space, trial.up, trial.down)


@dataclass(slots=True)
class _Trial:
    """What is known so far, and the files that were made."""

    target: Target
    cancel: CancelToken
    tell: Tell
    findings: list[Finding] = field(default_factory=list)
    identity: str = ""
    space: Space | None = None
    up: float = 0.0
    down: float = 0.0
    folder: str = field(default_factory=lambda: f"{FOLDER}/{randomness.token_hex(8)}")
    names: set[str] = field(default_factory=set)
    data: bytes = field(default_factory=lambda: os.urandom(TRIAL_BYTES))

    def add(self, what: str, sentence: str, *, ok: bool = True) -> None:
        self.findings.append(Finding(what, ok, sentence))
        self.tell(self.findings[-1])

    def name(self, last: str) -> str:
        self.names.add(f"{self.folder}/{last}")
        return f"{self.folder}/{last}"

    def read(self, last: str) -> bytes:
        return b"".join(self.target.read(self.name(last)))

    def clear(self) -> None:
        with contextlib.suppress(TargetError):
            for name in self.names:
                self.target.delete(name)
            self.target.remove_folder(self.folder)
            self.target.remove_folder(FOLDER)


def _write(trial: _Trial) -> None:
    trial.target.write(trial.name("written"), [trial.data], len(trial.data))
    trial.add("write", "Files can be written there.")


def _read(trial: _Trial) -> None:
    same = trial.read("written") == trial.data
    trial.add("read", "They come back as they were." if same else "A file came back changed.", ok=same)


def _replace(trial: _Trial) -> None:
    trial.target.write(trial.name("written"), [b"new"], 3)
    done = trial.read("written") == b"new"
    said = (
        "A file can be replaced whole." if done else "A file that was replaced still shows its old contents."
    )
    trial.add("replace", said, ok=done)


def _rename(trial: _Trial) -> None:
    trial.target.rename(trial.name("written"), trial.name("renamed"))
    done = trial.read("renamed") == b"new" and trial.target.size(trial.name("written")) is None
    trial.add("rename", "Files can be renamed." if done else "Renaming a file did not do it.", ok=done)


def _lock(trial: _Trial) -> None:
    first = trial.target.create(trial.name("lock"), b"1")
    second = trial.target.create(trial.name("lock"), b"2")
    if first and not second:
        trial.add("lock", "Two programs can keep out of each other's way there.")
    else:
        trial.add("lock", "Two programs could write there at the same time and harm each other.", ok=False)


def _delete(trial: _Trial) -> None:
    trial.target.delete(trial.name("renamed"))
    try:
        trial.read("renamed")
    except NotThere:
        trial.add("delete", "Files can be deleted.")
    else:
        trial.add("delete", "A file that was deleted is still there.", ok=False)


def _room(trial: _Trial) -> None:
    trial.space = trial.target.space()
    if trial.space is None:
        trial.add("room", "It does not say how much room it has.")
        return
    said = f"{trial.space.free / GB:,.1f} GB of {trial.space.total / GB:,.1f} GB are free."
    trial.add("room", said, ok=trial.space.free >= LEAST_FREE)


def _up(trial: _Trial) -> None:
    began, size = time.monotonic(), 0
    for _, written in trial.target.write_many(_speed_files(trial, began)):
        size += written
    trial.up = size / max(time.monotonic() - began, 1e-6)
    trial.add("up", f"Writing: {_rate(trial.up)}, so that 100 GB take about {_hours(100 * GB / trial.up)}.")


def _speed_files(trial: _Trial, began: float) -> Iterator[tuple[str, list[bytes], int]]:
    block = os.urandom(SPEED_BYTES)
    for number in range(SPEED_FILES):
        trial.cancel.check()
        if number and time.monotonic() - began > SPEED_SECONDS:
            return
        yield trial.name(f"speed-{number}"), [block], len(block)


def _down(trial: _Trial) -> None:
    began, size = time.monotonic(), 0
    for name in sorted(one for one in trial.names if "/speed-" in one):
        trial.cancel.check()
        size += sum(map(len, trial.target.read(name)))
        if time.monotonic() - began > SPEED_SECONDS:
            break
    trial.down = size / max(time.monotonic() - began, 1e-6)
    trial.add("down", f"Reading back: {_rate(trial.down)}.")


def _identity(trial: _Trial) -> None:
    trial.identity = trial.target.identity()
    known = bool(trial.identity)
    said = (
        "It will be known again." if known else "It can't be told from another place with the same address."
    )
    if key := host_key(trial.identity):
        said = f"{said} The key of its computer is {key}; compare it with what its administrator says."
    trial.add("identity", said, ok=known)


def _rate(bytes_per_second: float) -> str:
    megabytes = bytes_per_second / 1e6
    return f"{megabytes:,.0f} MB a second" if megabytes >= 10 else f"{megabytes:.1f} MB a second"


def _hours(seconds: float) -> str:
    minutes = seconds / 60
    if minutes < 100:
        return f"{max(minutes, 1):.0f} minutes"
    return f"{minutes / 60:,.0f} hours"


_STEPS: tuple[tuple[str, str, Callable[[_Trial], None]], ...] = (
    ("write", "Writing a file", _write),
    ("read", "Reading it back", _read),
    ("replace", "Replacing it", _replace),
    ("rename", "Renaming it", _rename),
    ("lock", "Keeping two programs apart", _lock),
    ("delete", "Deleting it", _delete),
    ("room", "Asking for room", _room),
    ("up", "Measuring how fast it writes", _up),
    ("down", "Measuring how fast it reads", _down),
    ("identity", "Making it known again", _identity),
)
