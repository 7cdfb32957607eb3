"""Where protocols lie: the program's own folder and the user's. Reads both; keeps, renames, deletes own ones.

A file that can't be used is told of and never hinders the others. The user's files are plain TOML, one
protocol each, so that they can be copied to another workstation. Must never write into the program's folder.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.paths import resources
from vetpacs_desktop.viewer.hanging.protocol import BadProtocol, Protocol, protocols_text, read_protocols
from vetpacs_desktop.viewer.hanging.vocabulary import Vocabulary, folded, shipped

WORDS = "words.toml"
SUFFIX = ".toml"


class LayoutNotSaved(KnownError):
    """The layout could not be saved in {path} ({reason}); the images are untouched. Try again, or choose
    another name."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a folder holds."""

    protocols: tuple[Protocol, ...]
    problems: tuple[BadProtocol, ...] = ()
    """Files that can't be used, each with a sentence."""


def read_folder(folder: Path, vocabulary: Vocabulary, *, own: bool) -> Found:
    """All protocols of a folder in the order of its files' names; nothing where there is no folder."""
    protocols: list[Protocol] = []
    problems: list[BadProtocol] = []
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        if path.name == WORDS:
            continue
        try:
            protocols += read_protocols(path, vocabulary, own=own)
        except BadProtocol as problem:
            problems.append(problem)
    return Found(tuple(protocols), tuple(problems))


@cache
def shipped_protocols() -> tuple[Protocol, ...]:
    """The program's own. Raises `BadProtocol` for a damaged installation."""
    found = read_folder(resources() / "hanging", shipped(), own=False)
    if found.problems:
        raise found.problems[0]
    return found.protocols


class Shelf:
    """The user's protocols in one folder, and the program's behind them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._own: Found | None = None
        self._changes = 0

    @property
    def own(self) -> tuple[Protocol, ...]:
        """The user's, by name."""
        return tuple(sorted(self._read().protocols, key=lambda one: one.name.casefold()))

    @property
    def problems(self) -> tuple[BadProtocol, ...]:
        """The user's files that can't be used."""
        return self._read().problems

    @property
    def all(self) -> tuple[Protocol, ...]:
        """The user's first."""
        return (*self.own, *shipped_protocols())

    def look_again(self) -> None:
        """Files may have come or gone: a person copies them. The next question reads the folder."""
        self._changes += 1
        self._own = None

    def read_ahead(self) -> None:
        """Read the folder now, in a thread, so that the next question need not wait for the disk."""
        changes, found = self._changes, read_folder(self.folder, shipped(), own=True)
        shipped_protocols()
        if changes == self._changes:
            self._own = found

    def keep(self, protocol: Protocol) -> Protocol:
        """Save a protocol of the user's, in place of one of the same name. Raises `LayoutNotSaved`."""
        same = self.named(protocol.name)
        path = same.path if same is not None and same.path is not None else self._free_path(protocol.name)
        self._write(path, protocols_text([protocol]))
        self.look_again()
        return replace(protocol, path=path, own=True)

    def rename(self, protocol: Protocol, name: str) -> Protocol:
        """Another name for one of the user's; its file stays. Raises `LayoutNotSaved`."""
        path = protocol.path
        if path is None or self.named(name) is not None:
            reason = f'there is a layout called "{name}" already'
            raise LayoutNotSaved(path=path or self.folder, reason=reason)
        self._write_file(path, [one.renamed(name) if one == protocol else one for one in self._of(path)])
        return replace(protocol, name=name)

    def delete(self, protocol: Protocol) -> None:
        """Take one of the user's away. Raises `LayoutNotSaved`."""
        if protocol.path is not None:
            self._write_file(protocol.path, [one for one in self._of(protocol.path) if one != protocol])

    def named(self, name: str) -> Protocol | None:
        """One of the user's by its name, whatever the case."""
        wanted = name.strip().casefold()
        return next((one for one in self.own if one.name.casefold() == wanted), None)

    def _read(self) -> Found:
        if self._own is None:
            self._own = read_folder(self.folder, shipped(), own=True)
        return self._own

    def _of(self, path: Path) -> list[Protocol]:
        return [one for one in self._read().protocols if one.path == path]

    def _free_path(self, name: str) -> Path:
        stem = "-".join(folded(name)) or "layout"
        taken = {path.stem for path in self.folder.glob(f"*{SUFFIX}")} | {Path(WORDS).stem}
        numbered = (f"{stem}-{n}" for n in range(2, len(taken) + 3))
        return self.folder / f"{next(one for one in (stem, *numbered) if one not in taken)}{SUFFIX}"

    def _write_file(self, path: Path, protocols: Sequence[Protocol]) -> None:
        if protocols:
            self._write(path, protocols_text(protocols))
        else:
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                raise LayoutNotSaved(path=path, reason=error.strerror or str(error)) from error
        self.look_again()

    def _write(self, path: Path, text: str) -> None:
        """Whole or not at all."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            handle, fresh = tempfile.mkstemp(dir=self.folder, suffix=".part")
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(fresh).replace(path)
        except OSError as error:
            raise LayoutNotSaved(path=path, reason=error.strerror or str(error)) from error
