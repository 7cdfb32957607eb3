"""What stands at the paths somebody named, file by file: folders, discs, a DICOMDIR, the insides of archives.

Owns where a file of an archive stands for a moment, and under which name it is shown. Sources are only read;
nothing outside the named folders and the scratch folder is ever opened.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from vetpacs_desktop.jobs import CancelToken
from vetpacs_desktop.store.intake.sources import archives
from vetpacs_desktop.store.intake.sources.judge import DIRECTORY_NAME, Judged, Sort, judge
from vetpacs_desktop.store.intake.sources.looking import is_junk, scan_one
from vetpacs_desktop.store.intake.sources.members import ArchiveRefused, Member

DEEPEST = 2
"""An archive may hold archives; those may not."""
TOO_DEEP = "This archive lies in an archive that lies in another; unpack them and import the folder."
PROGRAM = frozenset(
    {".exe", ".dll", ".so", ".dylib", ".jar", ".class", ".msi", ".bat", ".sh", ".htm", ".html", ".js", ".css"}
)
"""Endings of files that make a folder a program's (a disc's viewer): pictures there are its own."""
WEB = frozenset({".htm", ".html", ".js", ".css", ".dll", ".so", ".dylib"})
UNREAD = PROGRAM | {".txt", ".xml", ".ini", ".inf", ".ico", ".cfg", ".log", ".ttf", ".svg", ".json"}
"""Members of archives that are not even unpacked, unless they turn out to be images under a strange name."""
LONGEST_NAME = 100
RESERVED = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))}
)
"""Names that Windows keeps for devices."""
FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))
_NOT_OF_PROGRAMS = (Sort.ARCHIVE, Sort.BROKEN, Sort.REFUSED)


@dataclass(frozen=True, slots=True)
class Item:
    """One file to be looked at."""

    path: Path
    """Where it can be read."""
    shown: str
    """Where it was found, for people: a path, or an archive's with the name inside."""
    source: str
    """The folder or archive it came from, as text that an index can hold."""
    label: str
    """What a picture without an animal is called after: its folder, or itself."""
    named: bool = False
    """Somebody named this very file."""
    furniture: bool = False
    """It stands in a program's folder."""
    temporary: bool = False
    """A file of an archive, unpacked to the scratch folder: whoever takes it removes it."""

    def remove(self) -> None:
        """Remove a temporary file and the folder it stands in alone."""
        if self.temporary:
            with contextlib.suppress(OSError):
                self.path.unlink(missing_ok=True)
                self.path.parent.rmdir()


def found(
    paths: Sequence[Path], cancel: CancelToken, *, but: Path | None = None, as_found: bool = False
) -> list[Item]:
    """Every file below `paths`. Raises `PathMissing`, `NotAFile` before anything is opened.

    A named DICOMDIR, there or not, stands for its folder. `as_found`: named files are treated as if they had
    been found in their folders.
    """
    seen: set[tuple[int, int]] = set()
    if but is not None:
        state = but.stat()
        seen.add((state.st_dev, state.st_ino))
    items: list[Item] = []
    for path in paths:
        medium = _medium(path)
        files = list(scan_one(medium or path, seen, cancel))
        if medium is None and path.is_file():
            items.append(replace(_item(path, furniture=False), named=not as_found))
            continue
        furniture = _furniture([file.relative_to(medium or path).as_posix() for file in files])
        items += [
            _item(file, furniture=own or medium is not None)
            for file, own in zip(files, furniture, strict=True)
        ]
    return _labelled(items)


class Scratch:
    """Where files of archives stand for a moment: each in a numbered folder under its own name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._count = 0

    def place(self, name: str) -> Path:
        """A path for a new file that is called as it was in its archive, as far as every system allows it."""
        self._count += 1
        folder = self.folder / str(self._count)
        folder.mkdir(parents=True)
        return folder / file_name(name)


def expand(
    item: Item, scratch: Scratch, cancel: CancelToken, depth: int = 0
) -> Iterator[tuple[Item, Judged]]:
    """A file with what it is; in the place of an archive, the files inside, each removed by whoever takes it.

    Raises `OSError` when our own disk is full, `Cancelled`.
    """
    judged = judge(item.path, named=item.named)
    if item.furniture and judged.sort in _NOT_OF_PROGRAMS and not judged.is_dicom:
        judged = Judged(Sort.NOTHING, judged.reason)
    if judged.sort is not Sort.ARCHIVE:
        yield item, judged
    elif depth >= DEEPEST:
        yield item, Judged(Sort.REFUSED, TOO_DEEP)
    else:
        yield from _inside(item, scratch, cancel, depth)
        item.remove()


def _inside(item: Item, scratch: Scratch, cancel: CancelToken, depth: int) -> Iterator[tuple[Item, Judged]]:
    try:
        with archives.opened(item.path) as every:
            members = [one for one in every if one.name and not any(map(is_junk, one.name.split("/")))]
            for member, own in zip(members, _furniture([one.name for one in members]), strict=True):
                cancel.check()
                yield from _member(item, member, own, scratch, cancel, depth)
    except ArchiveRefused as error:
        yield item, Judged(Sort.REFUSED, error.sentence)
    except OSError as error:
        if error.errno in FULL:
            raise
        yield item, Judged(Sort.REFUSED, f"The archive can't be read to its end ({error.strerror or error}).")


def _member(
    archive: Item, member: Member, furniture: bool, scratch: Scratch, cancel: CancelToken, depth: int
) -> Iterator[tuple[Item, Judged]]:
    shown = f"{archive.shown}/{member.name}"
    folder = PurePosixPath(member.name).parent.name
    item = Item(archive.path, shown, archive.shown, folder or Path(archive.shown).stem, furniture=furniture)
    try:
        if _is_programs(member):
            yield item, Judged(Sort.NOTHING)
            return
        target = scratch.place(member.name)
        member.write(target, cancel)
    except ArchiveRefused as error:
        yield item, Judged(Sort.REFUSED, error.sentence)
        return
    yield from expand(replace(item, path=target, temporary=True), scratch, cancel, depth + 1)


def _is_programs(member: Member) -> bool:
    """Whether a member isn't worth unpacking: a program's by its name and no image by its head."""
    ending = PurePosixPath(member.name).suffix.lower()
    return ending in UNREAD and member.head(132)[128:132] != b"DICM"


def file_name(name: str) -> str:
    """The last part of a name inside an archive as a name that every file system takes."""
    last = name.rsplit("/", 1)[-1]
    safe = (
        "".join(sign if sign.isalnum() or sign in " ._-()+" else "_" for sign in last).strip(" .") or "file"
    )
    stem, dot, ending = safe.rpartition(".")
    if not stem or len(ending) > 10:
        stem, dot, ending = safe, "", ""
    stem = stem.encode()[:LONGEST_NAME].decode("utf-8", "ignore")
    return f"{'_' if stem.split('.')[0].lower() in RESERVED else ''}{stem}{dot}{ending}"


def _medium(path: Path) -> Path | None:
    """The folder that a named table of contents stands for."""
    if path.name.upper() != DIRECTORY_NAME or path.is_dir():
        return None
    folder = path.parent
    return folder if folder.is_dir() else None


def _item(path: Path, *, furniture: bool) -> Item:
    return Item(path, str(path), _text(path.parent), _text_of(path.parent.name), furniture=furniture)


def _labelled(items: list[Item]) -> list[Item]:
    """A file named alone is called after itself, several of one folder after that."""
    named: dict[Path, int] = {}
    for item in items:
        if item.named:
            named[item.path.parent] = named.get(item.path.parent, 0) + 1
    alone = {folder for folder, count in named.items() if count == 1}
    return [
        replace(item, label=_text_of(item.path.stem)) if item.named and item.path.parent in alone else item
        for item in items
    ]


def _furniture(names: Sequence[str]) -> list[bool]:
    """Which of the files of one tree, by their paths below its root, stand in a program's folder.

    On a disc (with a table of contents) all that lies below a program is its own; elsewhere only what lies
    beside parts of it, since people keep programs and photos in one folder.
    """
    paths = [PurePosixPath(name) for name in names]
    disc = any(path.name.upper() == DIRECTORY_NAME for path in paths)
    endings = PROGRAM if disc else WEB
    programs = {path.parent for path in paths if path.suffix.lower() in endings}
    if not programs:
        return [False] * len(paths)
    return [not programs.isdisjoint(path.parents if disc else (path.parent,)) for path in paths]


def _text(path: Path) -> str:
    """A folder as text that an index can hold: its name may be no text at all."""
    return os.fsencode(path).decode("utf-8", "replace")


def _text_of(name: str) -> str:
    return os.fsencode(name).decode("utf-8", "replace")
