"""Files of a mounted folder, made durable step by step: the system calls of a local target.

Everything raises `OSError`; what that means for a backup is said by whoever calls.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import time
from pathlib import Path

from vetpacs_desktop.store.backup.targets import names
from vetpacs_desktop.store.objects import fsync_folder

STALE_SECONDS = 24 * 3600.0
"""A file in the making that is older was left by a program that is gone."""
SCANNER_ATTEMPTS, SCANNER_SECONDS = 10, 0.1
_BINARY = getattr(os, "O_BINARY", 0)
_NO_LINKS = frozenset(
    getattr(errno, name)
    for name in ("EPERM", "EOPNOTSUPP", "ENOTSUP", "ENOSYS", "EMLINK", "EACCES", "EINVAL")
    if hasattr(errno, name)
)


def make_below(root: Path, folder: Path) -> None:
    """Make a folder and those above it, each one's name on the disk; `root` may be missing, too."""
    missing = []
    while not folder.is_dir():
        missing.append(folder)
        folder = folder.parent
    for one in reversed(missing):
        one.mkdir(mode=0o700 if one != root else 0o755, exist_ok=True)
        fsync_folder(one.parent)


def open_new(path: Path) -> int:
    """The handle of a file that was not there."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o600)


def write_all(handle: int, block: bytes) -> None:
    """All of a block; the last bytes of a full disk come back as fewer, not as an error."""
    view = memoryview(block)
    while view:
        written = os.write(handle, view)
        if not written:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        view = view[written:]


def put(part: Path, path: Path) -> None:
    """Rename over what is there, and the new name on the disk. A folder there: `IsADirectoryError`."""
    if os.name == "nt" and path.is_dir():  # Windows says "access denied"
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    _replace(part, path)
    fsync_folder(path.parent)


def _replace(part: Path, path: Path) -> None:
    """On Windows a virus scanner may hold a fresh file open for a moment."""
    for attempt in range(SCANNER_ATTEMPTS if os.name == "nt" else 1):
        try:
            part.replace(path)
            return
        except PermissionError:
            if os.name != "nt" or attempt == SCANNER_ATTEMPTS - 1:
                raise
            time.sleep(SCANNER_SECONDS)


def move(path: Path, new: Path) -> None:
    """Rename a file or folder, over a file if there is one."""
    try:
        path.replace(new)
    except NotADirectoryError:
        if not path.is_dir() or not new.is_file():
            raise
        new.unlink()
        path.replace(new)
    fsync_folder(new.parent)
    if path.parent != new.parent:
        fsync_folder(path.parent)


def link_new(part: Path, path: Path) -> bool:
    """Give a finished file its name only if nothing has it; False when something has."""
    try:
        os.link(part, path)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        if not _copy_new(part.read_bytes(), path):  # FAT and exFAT know no links
            return False
    fsync_folder(path.parent)
    return True


def _copy_new(data: bytes, path: Path) -> bool:
    try:
        handle = open_new(path)
    except FileExistsError:
        return False
    try:
        write_all(handle, data)
        os.fsync(handle)
    except OSError:
        with contextlib.suppress(OSError):
            path.unlink()
        raise
    finally:
        os.close(handle)
    return True


def open_to_read(path: Path) -> int:
    """A handle whose reads come from the disk where the system can be told so."""
    handle = os.open(path, os.O_RDONLY | _BINARY)
    if stat.S_ISDIR(os.fstat(handle).st_mode):
        os.close(handle)
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    forget(handle)
    return handle


def forget(handle: int) -> None:
    """Ask the system to drop what it keeps of a file in memory; only flushed bytes are dropped."""
    if hasattr(os, "posix_fadvise"):
        with contextlib.suppress(OSError):
            os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)


def listed(folder: Path) -> list[tuple[str, bool, int, float]]:
    """(last part of the name, is a folder, bytes, seconds since 1970) of what lies directly in a folder."""
    found = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if names.is_hidden(entry.name):
                continue
            with contextlib.suppress(FileNotFoundError):  # gone since
                state = entry.stat()
                found.append((entry.name, entry.is_dir(), state.st_size, state.st_mtime))
    return sorted(found)


def size_of(path: Path) -> int | None:
    """Bytes of a file, None where there is none."""
    try:
        state = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return state.st_size if not path.is_dir() else None


def remove_folder(path: Path) -> None:
    """Remove an empty folder."""
    try:
        path.rmdir()
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST) and getattr(error, "winerror", None) != 145:
            raise


def sweep(root: Path) -> None:
    """Remove files in the making that were left long ago; whatever can't be removed stays."""
    with contextlib.suppress(OSError):
        for folder in (root, *(one for one in root.iterdir() if one.is_dir())):
            with contextlib.suppress(OSError):
                _sweep_parts(folder / names.PARTS)


def _sweep_parts(folder: Path) -> None:
    limit = time.time() - STALE_SECONDS
    for part in folder.iterdir():
        with contextlib.suppress(OSError):
            if part.stat().st_mtime < limit:
                part.unlink()
