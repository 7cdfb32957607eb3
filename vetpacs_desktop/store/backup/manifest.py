"""What belongs to a generation: its manifest and its lists, as values and as the bytes on the target.

Strict: a file that says something else than this program writes is told of as damaged, never half believed.
It reads no target: `reading.py` does.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.store.backup import layout

_DIGEST = re.compile(r"[0-9a-f]{64}")
_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
_PLAIN = {escape[1]: sign for sign, escape in _ESCAPES.items()}


class ManifestDamaged(KnownError):
    """The backup made {generation} can't be used: {name} is damaged ({reason}). Use another one, and let
    this target be proved."""


@dataclass(frozen=True, slots=True)
class DatabaseRef:
    """The copy of the library's database that belongs to a generation."""

    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class ListRef:
    """One list of files: its digest, how many files it names, and the sum of their bytes."""

    sha256: str
    objects: int
    bytes: int


@dataclass(frozen=True, slots=True)
class FileRef:
    """One file of the home, as a row of a list or of the manifest itself."""

    path: str
    """Relative to the home, with forward slashes."""
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything that belongs to one generation."""

    id: str
    made: str
    """ISO 8601 in UTC."""
    program: str
    library: str
    """The identity of the library (`paths.library_name`)."""
    database: DatabaseRef
    lists: tuple[ListRef, ...]
    files: tuple[FileRef, ...]
    objects: int
    """Files in the lists and in `files`."""
    bytes: int
    previous: str = ""
    """The generation before it on this target."""
    lost: tuple[str, ...] = ()
    """Paths of files that the library should have had and could not be read."""
    clock_note: str = ""


def to_bytes(manifest: Manifest) -> bytes:
    """As it lies on a plain target: JSON that a person can read."""
    facts = {"format": layout.FORMAT, **asdict(manifest)}
    return json.dumps(facts, indent=1, ensure_ascii=True).encode() + b"\n"


def from_bytes(data: bytes, generation: str) -> Manifest:
    """Raises `ManifestDamaged`."""
    try:
        facts = json.loads(data)
        if not isinstance(facts, dict):
            raise ValueError("it is no manifest")
        if facts.pop("format", None) != layout.FORMAT:
            raise ValueError("it was written by another version of the program")
        manifest = _manifest(facts)
        if manifest.id != generation:
            raise ValueError("it belongs to another generation")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ManifestDamaged(
            generation=generation, name=layout.MANIFEST, reason=str(error) or type(error).__name__
        ) from error
    return manifest


def summary(manifest: Manifest) -> bytes:
    """What lies open beside a sealed manifest."""
    names = ("id", "made", "objects", "bytes", "previous")
    facts = {"format": layout.FORMAT, **{name: getattr(manifest, name) for name in names}}
    return json.dumps(facts, indent=1).encode() + b"\n"


def list_bytes(rows: Iterable[FileRef]) -> bytes:
    """A list as it lies on a plain target: a line for each file."""
    return "".join([f"{row.sha256}\t{row.bytes}\t{escaped(row.path)}\n" for row in rows]).encode()


def list_rows(data: bytes, ref: ListRef, generation: str = "") -> list[FileRef]:
    """The rows of a list, proved by its digest. Raises `ManifestDamaged`."""
    try:
        if hashlib.sha256(data).hexdigest() != ref.sha256:
            raise ValueError("its content was changed")
        *lines, rest = data.decode().split("\n")
        if rest:
            raise ValueError("it is cut off")
        rows = [_row(line) for line in lines]
        if (len(rows), sum(row.bytes for row in rows)) != (ref.objects, ref.bytes):
            raise ValueError("its count is wrong")
    except ValueError as error:
        name = layout.list_name(ref.sha256)
        raise ManifestDamaged(generation=generation, name=name, reason=str(error)) from error
    return rows


def ref_of(data: bytes, rows: Iterable[FileRef]) -> ListRef:
    """How a manifest names a list."""
    sizes = [row.bytes for row in rows]
    return ListRef(hashlib.sha256(data).hexdigest(), len(sizes), sum(sizes))


def escaped(path: str) -> str:
    """A path as it stands in a list: a tab or a line break would end its column."""
    if path.isprintable() and "\\" not in path:
        return path
    return "".join(_ESCAPES.get(sign, sign) for sign in path)


def safe_path(path: str) -> str:
    """`path` again. Raises `ValueError` for one that leads out of the home."""
    parts = path.split("/")
    if not path or "\\" in path or "\0" in path or any(part in ("", ".", "..") for part in parts):
        raise ValueError("a path in it leads elsewhere")
    if ":" in parts[0]:
        raise ValueError("a path in it leads elsewhere")
    return path


def _manifest(facts: Mapping[str, Any]) -> Manifest:
    database = facts["database"]
    return Manifest(
        id=_id(facts["id"]),
        made=_text(facts["made"]),
        program=_text(facts["program"]),
        library=_text(facts["library"]),
        database=DatabaseRef(_digest(database["sha256"]), _number(database["bytes"])),
        lists=tuple(
            ListRef(_digest(one["sha256"]), _number(one["objects"]), _number(one["bytes"]))
            for one in facts["lists"]
        ),
        files=tuple(
            FileRef(safe_path(_text(one["path"])), _digest(one["sha256"]), _number(one["bytes"]))
            for one in facts["files"]
        ),
        objects=_number(facts["objects"]),
        bytes=_number(facts["bytes"]),
        previous=_text(facts["previous"]),
        lost=tuple(_text(one) for one in facts["lost"]),
        clock_note=_text(facts["clock_note"]),
    )


def _row(line: str) -> FileRef:
    columns = line.split("\t")
    if len(columns) != 3 or not columns[1].isdecimal():
        raise ValueError("a line of it is no row")
    return FileRef(safe_path(_unescaped(columns[2])), _digest(columns[0]), int(columns[1]))


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    signs = iter(text)
    out: list[str] = []
    for sign in signs:
        if sign == "\\":
            following = next(signs, "")
            if following not in _PLAIN:
                raise ValueError("a path in it is damaged")
            sign = _PLAIN[following]
        out.append(sign)
    return "".join(out)


def _id(value: object) -> str:
    if not isinstance(value, str) or not layout.is_id(value):
        raise ValueError("its name is wrong")
    return value


def _digest(value: object) -> str:
    if not isinstance(value, str) or not _DIGEST.fullmatch(value):
        raise ValueError("a digest in it is damaged")
    return value


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError("a number in it is damaged")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("a text in it is damaged")
    return value
