"""A folder on a computer that is reached by SFTP, as a target.

Several connections, each used by one call at a time; reading never goes over one that wrote. What is written
is flushed where the server offers that, and renamed over what was there. The server's key is pinned.
"""

from __future__ import annotations

import contextlib
import stat
import threading
from collections.abc import Iterable, Iterator
from typing import Any

from vetpacs_desktop.store.backup.target import (
    Entry,
    NotThere,
    Space,
    TargetError,
    TargetFull,
    TargetNotWritable,
    TargetUnreachable,
)
from vetpacs_desktop.store.backup.targets import faults, marked, names
from vetpacs_desktop.store.backup.targets.known_again import MARK_FILE, Signs, parsed, read_mark
from vetpacs_desktop.store.backup.targets.lanes import write_each
from vetpacs_desktop.store.backup.targets.pool import Closed, Pool, Watch
from vetpacs_desktop.store.backup.targets.sftp_link import PACKET, Broken, Denied, Link, Missing, Refused
from vetpacs_desktop.store.backup.targets.url import Address

LANES = 3
PATIENCE = 30.0
ALMOST_NOTHING = 1 << 20
"""Bytes free below which a write that failed for no stated reason failed for want of room."""


class SftpTarget:
    """See `Target`. `expected` is the identity it was set up with, empty while it is being set up. Raises
    kinds of `TargetError`."""

    def __init__(
        self, name: str, address: Address, secret: str, expected: str = "", patience: float = PATIENCE
    ) -> None:
        self.name = name
        self.lanes = LANES
        self._address = address
        self._secret = secret
        self._expected = parsed(expected)
        self._setting_up = not self._expected.mark  # the key alone is confirmed before
        self._watch = Watch(patience)
        self._writers = Pool(self._fresh_link)
        self._readers = Pool(self._fresh_link)
        self._folders: set[str] = set()
        self._key = self._expected.volume
        self._settling = threading.Lock()
        try:
            with self._link(self._writers):
                pass
            with contextlib.suppress(TargetError):
                marked.sweep(self)
        except BaseException:
            self.close()
            raise

    def write(self, name: str, blocks: Iterable[bytes], size: int | None = None) -> int:
        names.checked(name)
        part = names.fresh_part(name)
        try:
            self._make_folder(names.folder_of(part))
            self._make_folder(names.folder_of(name))
            with self._link(self._writers, name) as link:
                written = self._fill(link, part, blocks)
                if size is not None and written != size:
                    raise faults.wrong_length(self.name, name, written, size)
                try:
                    self._move(link, self._path(part), name)
                except NotThere:  # somebody removed the folder
                    self._folders.clear()
                    self._make_folder(names.folder_of(name))
                    self._move(link, self._path(part), name)
        except BaseException as error:
            self._folders.clear()
            if not isinstance(error, TargetUnreachable):
                with contextlib.suppress(TargetError):
                    self.delete(part)
            raise
        return written

    def write_many(self, files: Iterable[tuple[str, Iterable[bytes], int]]) -> Iterator[tuple[str, int]]:
        return write_each(self.write, files, self.lanes)

    def read(self, name: str, block: int = 1 << 20) -> Iterator[bytes]:
        names.checked(name)
        with self._link(self._readers, name) as link:
            yield from self._read(link, name, block)

    def create(self, name: str, data: bytes) -> bool:
        names.checked(name)
        self._make_folder(names.folder_of(name))
        with self._link(self._writers, name) as link:
            try:
                file = link.call(link.sftp.open, self._path(name), "wx")
            except Refused:  # servers don't say why
                if self._attributes(link, name) is None:
                    raise
                return False
            try:
                link.write(file.handle, _packets((data,)))
                link.flush(file.handle)
            finally:
                link.call(file.close)
        return True

    def size(self, name: str) -> int | None:
        names.checked(name)
        with self._link(self._writers, name) as link:
            found = self._attributes(link, name)
        return None if found is None or stat.S_ISDIR(found.st_mode) else int(found.st_size)

    def entries(self, folder: str) -> Iterator[Entry]:
        before = f"{folder}/" if folder else ""
        for one in self._listed(folder):
            if not stat.S_ISDIR(one.st_mode):
                yield Entry(before + one.filename, int(one.st_size), float(one.st_mtime))

    def folders(self, folder: str) -> Iterator[str]:
        for one in self._listed(folder):
            if stat.S_ISDIR(one.st_mode):
                yield str(one.filename)

    def rename(self, name: str, new: str) -> None:
        names.checked(name)
        names.checked(new)
        self._make_folder(names.folder_of(new))
        self._folders.clear()
        with self._link(self._writers, name) as link:
            found, other = self._attributes(link, name), self._attributes(link, new)
            if found is None:
                raise NotThere(target=self.name, name=name)
            if other is not None and stat.S_ISDIR(found.st_mode) and not stat.S_ISDIR(other.st_mode):
                link.call(link.sftp.remove, self._path(new))
            self._move(link, self._path(name), new)

    def delete(self, name: str) -> None:
        names.checked(name)
        with self._link(self._writers, name) as link:
            try:
                link.call(link.sftp.remove, self._path(name))
            except Missing:
                return
            except Refused as error:
                raise self._fault(link, error, name) from error

    def remove_folder(self, name: str) -> None:
        names.checked(name)
        self._folders.clear()
        with self._link(self._writers, name) as link:
            try:
                link.call(link.sftp.rmdir, self._path(name))
            except Missing:
                return
            except Denied:
                raise
            except Refused:  # not empty, or no folder: servers don't say which
                return

    def space(self) -> Space | None:
        with self._link(self._writers) as link:
            path = next(one for one in self._upwards() if self._is_there(link, one))
            found = link.space(path)
        return Space(*found) if found else None

    def identity(self) -> str:
        mark = marked.left_mark(self) if self._setting_up else marked.mark_of(self)
        return str(Signs(self._key, mark))

    def close(self) -> None:
        self._writers.close()
        self._readers.close()
        self._watch.close()

    # One file.

    def _fill(self, link: Link, part: str, blocks: Iterable[bytes]) -> int:
        file = link.call(link.sftp.open, self._path(part), "wx")
        try:
            written = link.write(file.handle, _packets(blocks))
            link.flush(file.handle)
        finally:
            if link.is_alive:
                link.call(file.close)
            else:
                file.close()
        return written

    def _move(self, link: Link, path: str, new: str) -> None:
        try:
            link.call(link.sftp.posix_rename, path, self._path(new))
        except Refused as error:
            if not error.unsupported:
                raise self._fault(link, error, new) from error
            with contextlib.suppress(Missing):  # a server without the extension renames over nothing
                link.call(link.sftp.remove, self._path(new))
            link.call(link.sftp.rename, path, self._path(new))

    def _read(self, link: Link, name: str, block: int) -> Iterator[bytes]:
        file = link.call(link.sftp.open, self._path(name), "r")
        found = link.call(file.stat)
        if stat.S_ISDIR(found.st_mode or 0):
            link.call(file.close)
            raise faults.taken(self.name, name)
        yield from link.read(file.handle, int(found.st_size), block)
        link.call(file.close)

    def _listed(self, folder: str) -> list[Any]:
        with self._link(self._writers, folder) as link:
            try:
                found = link.call(link.sftp.listdir_attr, self._path(folder))
            except Missing:
                return []
        return sorted(
            (one for one in found if not names.is_hidden(one.filename)), key=lambda one: str(one.filename)
        )

    def _attributes(self, link: Link, name: str) -> Any:
        try:
            return link.call(link.sftp.stat, self._path(name))
        except Missing:
            return None

    def _is_there(self, link: Link, path: str) -> bool:
        try:
            link.call(link.sftp.stat, path)
        except Refused:
            return path in ("", "/", ".")
        return True

    def _make_folder(self, folder: str) -> None:
        """Make a folder and those above it, from the server's root or the account's folder on."""
        if folder in self._folders:
            return
        with self._link(self._writers, folder) as link:
            missing = []
            for path in self._upwards(folder):
                if self._is_there(link, path):
                    break
                missing.append(path)
            for path in reversed(missing):
                try:
                    link.call(link.sftp.mkdir, path, 0o755)
                except Refused:
                    if not self._is_there(link, path):  # another lane may have been quicker
                        raise
        self._folders.add(folder)

    def _upwards(self, folder: str = "") -> Iterator[str]:
        """A folder's path and the paths above it."""
        path = self._path(folder)
        while path not in ("", "/", "."):
            yield path
            path = path.rpartition("/")[0]
        yield "/" if self._address.folder.startswith("/") else "."

    def _path(self, name: str) -> str:
        folder = self._address.folder.rstrip("/")
        joined = f"{folder}/{name}" if name and (folder or self._address.folder) else name or folder
        return joined or ("/" if self._address.folder else ".")

    # Connections.

    @contextlib.contextmanager
    def _link(self, pool: Pool[Link], name: str = "") -> Iterator[Link]:
        """A connection of one's own for a while. What fails is told of as a `TargetError`."""
        try:
            link = pool.take()
        except Closed:
            raise TargetUnreachable(target=self.name, reason="it was closed") from None
        whole = False
        try:
            yield link
            whole = True
        except TargetError:
            whole = True
            raise
        except Broken as error:
            raise TargetUnreachable(target=self.name, reason=error.args[0]) from error
        except Refused as error:
            raise self._fault(link, error, name) from error
        finally:
            pool.give_back(link, whole=whole)

    def _fault(self, link: Link, error: Refused, name: str) -> TargetError:
        """What is behind an error; servers call most of them just a failure."""
        if isinstance(error, Missing):
            return NotThere(target=self.name, name=name)
        if isinstance(error, Denied):
            return TargetNotWritable(target=self.name, reason="permission denied")
        with contextlib.suppress(Broken, Refused):
            found = self._attributes(link, name) if name else None
            if found is not None and stat.S_ISDIR(found.st_mode):
                return faults.taken(self.name, name)
            room = link.space(next(self._upwards()))
            if room is not None and room[0] < ALMOST_NOTHING:
                return TargetFull(target=self.name)
        return TargetError(target=self.name, reason=f"its server said: {str(error).lower()}")

    def _fresh_link(self) -> Link:
        with self._settling:  # the first one's key is every one's key
            pinned = self._key
            if not pinned:
                link = Link(self.name, self._address, self._secret, "", self._watch)
                self._key = link.key
                return link
        link = Link(self.name, self._address, self._secret, pinned, self._watch)
        try:
            self._check(link)
        except BaseException:
            link.close()
            raise
        return link

    def _check(self, link: Link) -> None:
        """A server that came back without its disk, or with another, is not the place."""
        if not self._expected.mark:
            return
        try:
            mark = read_mark(b"".join(self._read(link, MARK_FILE, 4096)))
        except Missing:
            mark = ""
        except Broken as error:
            raise TargetUnreachable(target=self.name, reason=error.args[0]) from None
        except Refused as error:
            raise self._fault(link, error, MARK_FILE) from None
        marked.check(self.name, self._expected, Signs(self._key, mark))


def _packets(blocks: Iterable[bytes]) -> Iterator[bytes]:
    for block in blocks:
        view = memoryview(block)
        for start in range(0, len(view), PACKET):
            yield bytes(view[start : start + PACKET])
