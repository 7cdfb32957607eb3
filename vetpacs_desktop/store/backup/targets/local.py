"""A folder of this computer as a target: of a fixed disk, a USB disk, or a share that the system has mounted.

It knows its disk again by the volume's serial number and by a mark that it left there, wherever the disk is
mounted, and never writes where the disk is not: an empty mount point looks like a folder, too.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from vetpacs_desktop.store.backup.target import (
    Entry,
    NotThere,
    Space,
    TargetChanged,
    TargetError,
    TargetUnreachable,
)
from vetpacs_desktop.store.backup.targets import disk, faults, names, volumes
from vetpacs_desktop.store.backup.targets.errands import Errands
from vetpacs_desktop.store.backup.targets.known_again import (
    MARK_FILE,
    Signs,
    difference,
    fresh_mark,
    parsed,
    read_mark,
)
from vetpacs_desktop.store.backup.targets.lanes import write_each

T = TypeVar("T")

LANES = 8
"""fsyncs at the same time share one commit of the file system's journal."""
PATIENCE = 60.0
"""Seconds that a mounted share may take for one call."""


class LocalTarget:
    """See `Target`. `expected` is the identity it was set up with; without one it is being set up, and may
    make its folder and leave its mark. Raises kinds of `TargetError`."""

    def __init__(
        self,
        name: str,
        root: Path,
        expected: str = "",
        patience: float = PATIENCE,
        remote: bool | None = None,
    ) -> None:
        self.name = name
        self.lanes = LANES
        self.root = root
        self._expected = parsed(expected)
        self._setting_up = not expected
        self._errands = Errands(patience)
        self._remote = True
        self._asked_remote = remote
        self._closed = False
        self._folders: set[Path] = set()
        self._place: tuple[int, int] | None = None
        self._settling = threading.Lock()
        self._settle()
        self._call(disk.sweep, self.root)

    def write(self, name: str, blocks: Iterable[bytes], size: int | None = None) -> int:
        path, part = self._path(name), self._path(names.fresh_part(name))
        self._check_there()
        try:
            written = self._fill(part, blocks)
            if size is not None and written != size:
                raise faults.wrong_length(self.name, name, written, size)
            try:
                self._put(part, path, name)
            except NotThere:  # somebody removed the folder
                self._folders.clear()
                self._put(part, path, name)
        except BaseException:
            self._drop(part)
            raise
        return written

    def write_many(self, files: Iterable[tuple[str, Iterable[bytes], int]]) -> Iterator[tuple[str, int]]:
        return write_each(self.write, files, self.lanes)

    def read(self, name: str, block: int = 1 << 20) -> Iterator[bytes]:
        handle = self._call(disk.open_to_read, self._path(name), name=name)
        try:
            while data := self._call(os.read, handle, block, name=name):
                yield data
            self._call(disk.forget, handle)
        finally:
            with contextlib.suppress(TargetError):
                self._call(os.close, handle)

    def create(self, name: str, data: bytes) -> bool:
        path, part = self._path(name), self._path(names.fresh_part(name))
        self._check_there()
        try:
            self._fill(part, (data,))
            self._ensure(path.parent)
            return self._call(disk.link_new, part, path, name=name)
        finally:
            self._drop(part)

    def size(self, name: str) -> int | None:
        return self._call(disk.size_of, self._path(name), name=name)

    def entries(self, folder: str) -> Iterator[Entry]:
        before = f"{folder}/" if folder else ""
        for last, is_folder, size, changed in self._listed(folder):
            if not is_folder:
                yield Entry(before + last, size, changed)

    def folders(self, folder: str) -> Iterator[str]:
        for last, is_folder, _, _ in self._listed(folder):
            if is_folder:
                yield last

    def rename(self, name: str, new: str) -> None:
        path, other = self._path(name), self._path(new)
        self._check_there()
        if not self._call(path.exists):
            raise NotThere(target=self.name, name=name)
        self._ensure(other.parent)
        self._folders.clear()
        self._call(disk.move, path, other, name=new)

    def delete(self, name: str) -> None:
        path = self._path(name)
        self._check_there()
        with contextlib.suppress(NotThere):
            self._call(path.unlink, name=name)

    def remove_folder(self, name: str) -> None:
        path = self._path(name)
        self._check_there()
        self._folders.clear()
        self._call(disk.remove_folder, path, name=name)

    def space(self) -> Space | None:
        usage = self._call(_usage, self.root)
        return Space(usage[0], usage[1])

    def identity(self) -> str:
        signs = self._call(_signs, self.root)
        if not signs.mark and self._setting_up:
            with contextlib.suppress(TargetError):  # a disk that can only be read
                self.create(MARK_FILE, fresh_mark().encode("ascii"))
            signs = self._call(_signs, self.root)
            self._expected = signs
        return str(signs)

    def close(self) -> None:
        self._closed = True
        self._errands.close()

    def _path(self, name: str) -> Path:
        return self.root / names.checked(name)

    def _fill(self, part: Path, blocks: Iterable[bytes]) -> int:
        """A new durable file; returns its bytes. What the blocks' own source raises is passed on as it is."""
        self._ensure(part.parent)
        try:
            handle = self._call(disk.open_new, part)
        except NotThere:  # somebody tidied the folder of parts away
            self._folders.clear()
            self._ensure(part.parent)
            handle = self._call(disk.open_new, part)
        written = 0
        try:
            for block in blocks:
                self._call(disk.write_all, handle, block)
                written += len(block)
            self._call(os.fsync, handle)
        finally:
            with contextlib.suppress(TargetError):
                self._call(os.close, handle)
        return written

    def _put(self, part: Path, path: Path, name: str) -> None:
        self._ensure(path.parent)
        self._call(disk.put, part, path, name=name)

    def _drop(self, part: Path) -> None:
        with contextlib.suppress(TargetError):
            self._call(part.unlink)

    def _ensure(self, folder: Path) -> None:
        if folder not in self._folders:
            self._call(disk.make_below, self.root, folder)
            self._folders.add(folder)

    def _listed(self, folder: str) -> list[tuple[str, bool, int, float]]:
        path = self._path(folder) if folder else self.root
        try:
            return self._call(disk.listed, path, name=folder)
        except NotThere:
            self._check_there()
            return []

    def _settle(self) -> None:
        """Find the place and see that it is the one."""
        known = self._expected != Signs()
        self.root = self._call(_find, self.name, self.root, self._expected)
        place = self._call(_place, self.root)
        if not known and self._place is not None and place != self._place:
            if place is None:
                raise TargetUnreachable(target=self.name, reason=f"the folder {self.root} is not there")
            raise TargetChanged(target=self.name, reason="another folder stands there than a moment ago")
        self._remote = self._call(_is_remote, self.root) if self._asked_remote is None else self._asked_remote
        self._place = place
        if place is not None and not known:
            self._expected = self._call(_signs, self.root)

    def _check_there(self) -> None:
        """A disk that was pulled leaves its mount point behind: another folder, on another device."""
        place = self._call(_place, self.root)
        if place is None or place != self._place:
            with self._settling:
                self._folders.clear()
                self._settle()

    def _call(self, work: Callable[..., T], *words: Any, name: str = "") -> T:
        if self._closed:
            raise TargetUnreachable(target=self.name, reason="it was closed")
        try:
            return self._errands.call(work, *words) if self._remote else work(*words)
        except FileNotFoundError as error:
            raise NotThere(target=self.name, name=name or self.root) from error
        except (IsADirectoryError, NotADirectoryError) as error:
            raise faults.taken(self.name, name) from error
        except OSError as error:
            raise faults.of_system(self.name, error) from error


def _find(name: str, root: Path, expected: Signs) -> Path:
    """The folder itself, or where its disk is mounted now. Raises `TargetChanged`, `TargetUnreachable`."""
    if expected == Signs():
        return root
    there = root.is_dir()
    reason = difference(expected, _signs(root)) if there else ""
    if there and not reason:
        return root
    for mount in volumes.mounts_of(expected.volume):
        for number in range(1, len(root.parts) + 1):
            candidate = mount.joinpath(*root.parts[number:])
            if candidate.is_dir() and expected.mark and not difference(expected, _signs(candidate)):
                return candidate
    if not there:
        raise TargetUnreachable(target=name, reason=f"the folder {root} is not there")
    if expected.volume and volumes.volume_of(root).token != expected.volume and not any(root.iterdir()):
        raise TargetUnreachable(target=name, reason=f"the disk of the folder {root} is not plugged in")
    raise TargetChanged(target=name, reason=reason)


def _signs(root: Path) -> Signs:
    try:
        mark = read_mark((root / MARK_FILE).read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        mark = ""
    return Signs(volumes.volume_of(_existing(root)).token, mark)


def _existing(root: Path) -> Path:
    """The folder, or the nearest one above it that is there."""
    return next(one for one in (root, *root.parents) if one.exists())


def _is_remote(root: Path) -> bool:
    return volumes.volume_of(_existing(root)).remote


def _place(root: Path) -> tuple[int, int] | None:
    try:
        state = root.stat()
        return state.st_dev, state.st_ino
    except (FileNotFoundError, NotADirectoryError):
        return None


def _usage(root: Path) -> tuple[int, int]:
    usage = shutil.disk_usage(_existing(root))
    return usage.free, usage.total
