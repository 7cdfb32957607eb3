"""A share of the network as a target, reached without mounting it (SMB 2 and 3).

Several connections, each used by one call at a time; reading never goes over a connection that wrote. What is
written is flushed to the server's disk before it gets its name. Connections that ended are made anew, and
each time it is looked whether the same place answers.
"""

from __future__ import annotations

import contextlib
import time
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from vetpacs_desktop.store.backup.target import Entry, NotThere, Space, TargetError, TargetUnreachable
from vetpacs_desktop.store.backup.targets import faults, marked, names, smb_faults
from vetpacs_desktop.store.backup.targets import smb_messages as smb
from vetpacs_desktop.store.backup.targets.known_again import MARK_FILE, Signs, parsed, read_mark
from vetpacs_desktop.store.backup.targets.lanes import write_each
from vetpacs_desktop.store.backup.targets.pool import Closed, Pool, Watch
from vetpacs_desktop.store.backup.targets.smb_link import FAILED, Broken, Link, Refused, Sent
from vetpacs_desktop.store.backup.targets.url import Address

LANES = 8
PATIENCE = 30.0
"""Seconds for one answer; the flush of a big file to a slow disk takes long."""
AHEAD = 3
"""Blocks that are under way at once."""
BEING_MADE_SECONDS = 2.0
_WRITING = smb.GENERIC_WRITE | smb.DELETE


class SmbTarget:
    """See `Target`. `expected` is the identity it was set up with, empty while it is being set up. Raises
    kinds of `TargetError`."""

    def __init__(
        self, name: str, address: Address, password: str, expected: str = "", patience: float = PATIENCE
    ) -> None:
        self.name = name
        self.lanes = LANES
        self._address = address
        self._password = password
        self._expected = parsed(expected)
        self._setting_up = not expected
        self._watch = Watch(patience)
        self._writers = Pool(self._fresh_link)
        self._readers = Pool(self._fresh_link)
        self._folders: set[str] = set()
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
                written, file = self._fill(link, part, blocks)
                if size is not None and written != size:
                    link.exchange(smb.close(file))
                    raise faults.wrong_length(self.name, name, written, size)
                self._settle(link, file, part, name)
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
        making = smb.create(self._path(name), _WRITING, smb.SHARE_NOTHING, smb.MAKE_NEW, smb.A_FILE)
        with self._link(self._writers, name) as link:
            try:
                (made,) = link.exchange(making)
            except Refused as error:
                if error.status in (smb_faults.NAME_TAKEN, smb_faults.SHARING, smb_faults.DELETE_PENDING):
                    return False
                raise
            file = smb.opened(made).file
            try:
                link.exchange(smb.write(data, 0, file), smb.flush(file))
            finally:
                link.exchange(smb.close(file))
        return True

    def size(self, name: str) -> int | None:
        names.checked(name)
        looking = self._open(name, smb.READ_ATTRIBUTES, 0)
        with self._link(self._writers, name) as link:
            try:
                found = smb.opened(link.exchange(looking, smb.close())[0])
            except Refused as error:
                if error.status in smb_faults.MISSING:
                    return None
                raise
        return None if found.is_folder else found.size

    def entries(self, folder: str) -> Iterator[Entry]:
        before = f"{folder}/" if folder else ""
        for one in self._listed(folder):
            if not one.is_folder:
                yield Entry(before + one.name, one.size, one.changed)

    def folders(self, folder: str) -> Iterator[str]:
        for one in self._listed(folder):
            if one.is_folder:
                yield one.name

    def rename(self, name: str, new: str) -> None:
        names.checked(name)
        names.checked(new)
        self._make_folder(names.folder_of(new))
        self._folders.clear()
        with self._link(self._writers, name) as link:
            found = smb.opened(link.exchange(self._open(name, smb.DELETE | smb.READ_ATTRIBUTES, 0))[0])
            if found.is_folder and self.size(new) is not None:
                self.delete(new)
            try:
                link.exchange(smb.rename(self._path(new), found.file))
            except Refused as error:
                raise self._taken(error, new) from error
            finally:
                link.exchange(smb.close(found.file))

    def delete(self, name: str) -> None:
        names.checked(name)
        going = self._open(name, smb.DELETE, smb.A_FILE | smb.DELETE_ON_CLOSE)
        with self._link(self._writers, name) as link, contextlib.suppress(NotThere):
            self._unless_missing(link, going)

    def remove_folder(self, name: str) -> None:
        names.checked(name)
        self._folders.clear()
        going = self._open(name, smb.DELETE, smb.A_FOLDER | smb.DELETE_ON_CLOSE)
        with self._link(self._writers, name) as link:
            try:
                self._unless_missing(link, going)
            except Refused as error:
                if error.status not in (smb_faults.NOT_EMPTY, smb_faults.NOT_FOLDER):
                    raise

    def space(self) -> Space | None:
        with self._link(self._writers) as link:
            root = smb.create("", smb.READ_ATTRIBUTES, smb.SHARE_ALL, smb.OPEN, smb.A_FOLDER)
            free, total = smb.space_of(link.exchange(root, smb.volume_size(), smb.close())[1])
        return Space(free, total) if total else None

    def identity(self) -> str:
        mark = marked.left_mark(self) if self._setting_up else marked.mark_of(self)
        with self._link(self._writers) as link:
            return str(Signs("" if mark else f"server {link.server}", mark))

    def close(self) -> None:
        self._writers.close()
        self._readers.close()
        self._watch.close()

    # One file.

    def _fill(self, link: Link, part: str, blocks: Iterable[bytes]) -> tuple[int, bytes]:
        """A new file that is on the server's disk and still open: (its bytes, its handle there).

        The last block goes with the flush in one packet, a small file with its creation, too."""
        making = smb.create(self._path(part), _WRITING, smb.SHARE_ALL, smb.MAKE_NEW, smb.A_FILE)
        pieces = _pieces(blocks, link.block)
        piece, offset = next(pieces, b""), 0
        following = next(pieces, None)
        if following is None:
            data = (smb.write(piece, 0),) if piece else ()
            made, *_ = link.exchange(making, *data, smb.flush())
            return len(piece), smb.opened(made).file
        file = smb.opened(link.exchange(making)[0]).file
        under_way: deque[list[Sent]] = deque()
        try:
            while following is not None:
                under_way.append(link.send(smb.write(piece, offset, file)))
                offset += len(piece)
                piece, following = following, next(pieces, None)
                if len(under_way) >= AHEAD:
                    link.answers(under_way.popleft())
            while under_way:
                link.answers(under_way.popleft())
            link.exchange(smb.write(piece, offset, file), smb.flush(file))
        except BaseException:
            _let_go(link, under_way, file)
            raise
        return offset + len(piece), file

    def _settle(self, link: Link, file: bytes, part: str, name: str) -> None:
        try:
            link.exchange(smb.rename(self._path(name), file), smb.close())
        except Refused as error:
            _let_go(link, (), file)
            if error.status not in smb_faults.MISSING:
                raise self._taken(error, name) from error
            self._folders.clear()  # somebody removed the folder
            self.rename(part, name)

    def _taken(self, error: Refused, name: str) -> Exception:
        """Servers say "access denied" when a folder stands where a file is to be put."""
        if error.status == smb_faults.ACCESS_DENIED and any(
            one == name.rpartition("/")[2] for one in self.folders(names.folder_of(name))
        ):
            return faults.taken(self.name, name)
        return error

    def _read(self, link: Link, name: str, block: int) -> Iterator[bytes]:
        block = min(block, link.block)
        found, data = self._begun(link, name, block)
        asked = len(data)
        if data:
            yield data
        under_way: deque[list[Sent]] = deque()
        while asked < found.size or under_way:
            while asked < found.size and len(under_way) < AHEAD:
                under_way.append(link.send(smb.read(block, asked, found.file)))
                asked += block
            yield smb.data_of(link.answers(under_way.popleft())[0])
        link.exchange(smb.close(found.file))

    def _begun(self, link: Link, name: str, block: int) -> tuple[smb.Opened, bytes]:
        """A file that is open and its first block. One that somebody makes now is there in a moment."""
        until = time.monotonic() + BEING_MADE_SECONDS
        while True:
            opening = self._open(name, smb.GENERIC_READ, smb.A_FILE)
            (status, made), (begun, data) = link.outcomes(link.send(opening, smb.read(block, 0)))
            if not status & FAILED:
                break
            if status != smb_faults.SHARING or time.monotonic() > until:
                raise Refused(status)
            time.sleep(0.05)
        if begun & FAILED and begun != smb_faults.END_OF_FILE:
            raise Refused(begun)
        return smb.opened(made), b"" if begun & FAILED else smb.data_of(data)

    def _listed(self, folder: str) -> list[smb.Listed]:
        found: list[smb.Listed] = []
        with self._link(self._writers, folder) as link:
            try:
                file = smb.opened(link.exchange(self._open(folder, smb.LIST, smb.A_FOLDER))[0]).file
            except Refused as error:
                if error.status in smb_faults.MISSING:
                    return []
                raise
            try:
                while True:
                    found += smb.listed(link.exchange(smb.listing(file))[0])
            except Refused as error:
                if error.status != smb_faults.NO_MORE_FILES:
                    raise
            finally:
                link.exchange(smb.close(file))
        return sorted((one for one in found if not names.is_hidden(one.name)), key=lambda one: one.name)

    def _unless_missing(self, link: Link, going: smb.Message) -> None:
        try:
            link.exchange(going, smb.close())
        except Refused as error:
            if error.status not in smb_faults.MISSING:
                raise

    def _make_folder(self, folder: str) -> None:
        """Make a folder and those above it, from the share's root on."""
        if folder in self._folders:
            return
        above = names.folder_of(folder)
        parts = PurePosixPath(self._path(folder)).parts
        first = len(parts) if folder and above in self._folders else 1
        with self._link(self._writers, folder) as link:
            for number in range(first, len(parts) + 1):
                making = smb.create(
                    "/".join(parts[:number]),
                    smb.READ_ATTRIBUTES,
                    smb.SHARE_ALL,
                    smb.OPEN_OR_MAKE,
                    smb.A_FOLDER,
                )
                link.exchange(making, smb.close())
        self._folders |= {folder, above}

    def _open(self, name: str, access: int, options: int) -> smb.Message:
        return smb.create(self._path(name), access, smb.SHARE_ALL, smb.OPEN, options)

    def _path(self, name: str) -> str:
        return "/".join(part for part in (self._address.folder, name) if part)

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
        except Refused as error:
            whole = True
            raise smb_faults.of_status(self.name, error.status, name) from error
        except Broken as error:
            raise TargetUnreachable(target=self.name, reason=error.args[0]) from error
        finally:
            pool.give_back(link, whole=whole)

    def _fresh_link(self) -> Link:
        try:
            link = Link(self._address, self._password, self._watch)
        except Refused as error:
            raise smb_faults.of_status(self.name, error.status, "", error.stage) from None
        except Broken as error:
            raise TargetUnreachable(target=self.name, reason=error.args[0]) from None
        except OSError as error:
            raise TargetUnreachable(target=self.name, reason=faults.words(error)) from None
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
        except Refused as error:
            if error.status not in smb_faults.MISSING:
                raise smb_faults.of_status(self.name, error.status, MARK_FILE) from None
            mark = ""
        except Broken as error:
            raise TargetUnreachable(target=self.name, reason=error.args[0]) from None
        marked.check(self.name, self._expected, Signs("", mark))


def _pieces(blocks: Iterable[bytes], most: int) -> Iterator[bytes]:
    """The same bytes in pieces that a message can carry."""
    for block in blocks:
        if len(block) <= most:
            if block:
                yield block
            continue
        view = memoryview(block)
        for start in range(0, len(view), most):
            yield bytes(view[start : start + most])


def _let_go(link: Link, under_way: Iterable[list[Sent]], file: bytes) -> None:
    """Close a file that came to nothing, so that it can be deleted at once."""
    with contextlib.suppress(Broken):
        for waiting in under_way:
            with contextlib.suppress(Refused):
                link.answers(waiting)
        with contextlib.suppress(Refused):
            link.exchange(smb.close(file))
