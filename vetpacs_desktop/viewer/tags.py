"""Everything a DICOM file says, element by element, as a tree of words: for the curious and for support.

Reads any file as far as it can be read, and says where it ends early. Huge values are measured, not read.
Must never decode a picture, and never fail for a single value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from pydicom import dcmread
from pydicom.charset import convert_encodings
from pydicom.datadict import dictionary_VR, keyword_for_tag
from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import Dataset
from pydicom.filereader import data_element_generator, read_partial
from pydicom.multival import MultiValue
from pydicom.sequence import Sequence as Items
from pydicom.tag import BaseTag
from pydicom.uid import UID
from pydicom.values import convert_SQ

from vetpacs_desktop.errors import NotAnImage, PathMissing
from vetpacs_desktop.viewer.elements import UNREADABLE
from vetpacs_desktop.viewer.header import DEFLATED

SHORT = 120
"""Signs of a value that are shown in the list."""
MOST_COPIED = 1 << 20
"""Signs of a value that are kept for copying."""
_DEFERRED = 1 << 16
"""Bytes of a value that is measured instead of read."""
_SHOWN_BYTES = 24
_DEEPEST = 40
_UNDEFINED = 0xFFFFFFFF
_CHARACTER_SET = 0x00080005
_BINARY = frozenset(("OB", "OD", "OF", "OL", "OV", "OW", "UN", "OB or OW"))
_FIRST_TAGS = 0x00100000
"""A file without the preamble begins with one of the first groups, or it is none."""


@dataclass(frozen=True, slots=True)
class TagRow:
    """One element, or one item of a sequence."""

    tag: str
    """``(0010,0010)``; empty for an item."""
    name: str
    vr: str
    value: str
    """Short enough for a line."""
    full: str
    """For copying."""
    size: int | None = None
    """Bytes in the file; None for items and sequences of undefined length."""
    private: bool = False
    keyword: str = ""
    rows: tuple[TagRow, ...] = ()

    @property
    def searched(self) -> str:
        """What a search looks at, in small letters: names, numbers with and without signs, the value."""
        digits = self.tag.strip("()").replace(",", "")
        return " ".join((self.tag, digits, self.name, self.keyword, self.vr, self.full[:4096])).casefold()


@dataclass(frozen=True, slots=True)
class TagTree:
    """A file's elements in their order; `note` is a sentence when something is wrong."""

    rows: tuple[TagRow, ...]
    note: str = ""

    def count(self) -> int:
        """All elements, those in sequences too."""
        return sum(1 for row in walk(self.rows) if row.tag)


def walk(rows: tuple[TagRow, ...]) -> Iterator[TagRow]:
    """The rows and all below, in order."""
    for row in rows:
        yield row
        yield from walk(row.rows)


def read_tags(path: Path) -> TagTree:
    """The tree of one file. Raises `PathMissing`, `NotAnImage` (no DICOM at all), `OSError`."""
    try:
        with path.open("rb") as stream:
            return _tree(stream, path)
    except FileNotFoundError as error:
        raise PathMissing(path=path) from error


def _tree(stream: BinaryIO, path: Path) -> TagTree:
    try:
        head = read_partial(stream, stop_when=lambda *_: True, force=True)
    except UNREADABLE as error:
        raise NotAnImage(path=path, reason="it is no DICOM file, or its first bytes are damaged") from error
    meta = _rows(head.file_meta, 0) if getattr(head, "file_meta", None) is not None else ()
    if not meta and not _begins_like_one(stream, head):
        raise NotAnImage(path=path, reason="it is no DICOM file")
    if str(head.file_meta.get("TransferSyntaxUID", "")) == DEFLATED:
        stream.seek(0)
        return TagTree(meta + _rows(dcmread(stream, force=True), 0))
    size = path.stat().st_size
    dataset, raws, note = _dataset(stream, head, size)
    rows = {row.tag: row for row in _rows(dataset, 0, raws)}
    huge = [raw for tag, raw in raws.items() if tag not in dataset]
    rows.update({_written(raw.tag): _huge(dataset, raw, stream) for raw in huge})
    return TagTree(meta + tuple(rows[tag] for tag in sorted(rows)), note)


def _begins_like_one(stream: BinaryIO, head: Dataset) -> bool:
    """Whether a file without preamble and meta group starts with an element of the first groups."""
    here = stream.tell()
    start = stream.read(4)
    stream.seek(here)
    order: Any = "little" if head.original_encoding[1] is not False else "big"
    group = int.from_bytes(start[:2], order) << 16 | int.from_bytes(start[2:], order)
    return len(start) == 4 and 0 < group < _FIRST_TAGS


def _dataset(stream: BinaryIO, head: Dataset, size: int) -> tuple[Dataset, dict[int, Any], str]:
    """The elements behind the meta group without those of huge values; all raw; what is wrong."""
    implicit, little = bool(head.original_encoding[0]), head.original_encoding[1] is not False
    found, raws = Dataset(), dict[int, Any]()
    charset: Any = "iso8859"
    note = ""
    try:
        for element in data_element_generator(stream, implicit, little, defer_size=_DEFERRED):
            raws[element.tag] = element
            deferred = isinstance(element, RawDataElement) and element.value is None
            if not (deferred and element.length):
                found[element.tag] = element
            if element.tag == _CHARACTER_SET:
                charset = convert_encodings(found.SpecificCharacterSet or "iso8859")
            if isinstance(element, RawDataElement) and _cut_off(element, size):
                note = f"The file is cut off in {element.tag}: {_missing(element, size):,} bytes are missing."
    except UNREADABLE:
        at = stream.tell()
        note = f"The file is damaged at byte {at:,} of {size:,}: what follows can't be read."
    found.set_original_encoding(implicit, little, charset)
    return found, raws, note


def _cut_off(element: RawDataElement, size: int) -> bool:
    return element.length != _UNDEFINED and _missing(element, size) > 0


def _missing(element: RawDataElement, size: int) -> int:
    return int(element.value_tell) + int(element.length) - size


# --- from elements to rows ------------------------------------------------------------------------


def _rows(dataset: Dataset, depth: int, raws: Mapping[int, Any] | None = None) -> tuple[TagRow, ...]:
    # All as they lie in the file first: a vendor's element makes pydicom convert its creator's.
    found = {tag: dataset.get_item(tag) for tag in sorted(dataset.keys())} if raws is None else raws
    return tuple(_row(dataset, BaseTag(tag), found[tag], depth) for tag in sorted(dataset.keys()))


def _row(dataset: Dataset, tag: BaseTag, raw: Any, depth: int) -> TagRow:
    common = _common(tag, raw)
    try:
        element = dataset[tag]
        if element.VR == "SQ":
            return _sequence(element, depth, common)
        full = _words(element)
        return TagRow(name=_name(element), vr=str(element.VR), value=shortened(full), full=full, **common)
    except UNREADABLE as error:
        value = raw.value if isinstance(raw.value, bytes) else b""
        full = f"{_hex(value)} (can't be read: {type(error).__name__})"
        name = _name(DataElement(tag, "UN", b""))
        return TagRow(name=name, vr=str(raw.VR or ""), value=shortened(full), full=full, **common)


def _huge(dataset: Dataset, raw: RawDataElement, stream: BinaryIO) -> TagRow:
    """A value that was not read: a sequence is, after all; of another one its beginning."""
    common, vr = _common(raw.tag, raw), raw.VR or _dictionary_vr(raw.tag)
    stream.seek(raw.value_tell)
    if vr == "SQ" and raw.length != _UNDEFINED:
        charset: Any = dataset.original_character_set or "iso8859"
        try:
            items = convert_SQ(
                stream.read(raw.length), bool(raw.is_implicit_VR), bool(raw.is_little_endian), charset
            )
            return _sequence(DataElement(raw.tag, "SQ", items), 0, common)
        except UNREADABLE:
            stream.seek(raw.value_tell)
    length = None if raw.length == _UNDEFINED else raw.length
    words = f"{_bytes(length)}: {_hex(stream.read(_SHOWN_BYTES))} …"
    name = _name(DataElement(raw.tag, "UN", b""))
    return TagRow(name=name, vr=str(vr or "UN"), value=words, full=words, **common)


def _common(tag: BaseTag, raw: Any) -> dict[str, Any]:
    size = raw.length if isinstance(raw, RawDataElement) and raw.length != _UNDEFINED else None
    tag = BaseTag(tag)
    return {
        "tag": _written(tag),
        "size": size,
        "private": tag.is_private,
        "keyword": keyword_for_tag(tag),
    }


def _written(tag: BaseTag) -> str:
    return f"({tag.group:04X},{tag.element:04X})"


def _name(element: DataElement) -> str:
    name = str(element.name)
    return name if name and not name.startswith("Unknown") else "Unknown element"


def _sequence(element: DataElement, depth: int, common: dict[str, Any]) -> TagRow:
    items: Items = element.value if element.value is not None else Items()
    count = len(items)
    words = "1 item" if count == 1 else f"{count} items"
    rows: tuple[TagRow, ...] = ()
    if depth < _DEEPEST:
        rows = tuple(
            TagRow("", f"Item {number}", "", "", "", rows=_rows(item, depth + 1))
            for number, item in enumerate(items, 1)
        )
    return TagRow(name=element.name, vr="SQ", value=words, full=words, rows=rows, **common)


def _words(element: DataElement) -> str:
    """A value as text; several are parted by a backslash, as in the file."""
    value = element.value
    if value is None:
        return ""
    if isinstance(value, bytes):
        return _of_bytes(value, str(element.VR))
    if isinstance(value, MultiValue | list | tuple):
        return "\\".join(_one(part) for part in value)[:MOST_COPIED]
    return _one(value)[:MOST_COPIED]


def _one(value: object) -> str:
    if isinstance(value, UID):
        return f"{value} ({value.name})" if value.name != str(value) else str(value)
    if isinstance(value, BaseTag):
        return f"({value.group:04X},{value.element:04X})"
    return str(value)


def _of_bytes(value: bytes, vr: str) -> str:
    """Text where it is text, as vendors' own elements often are; else the beginning in hexadecimal."""
    text = value.rstrip(b"\0 ")
    if vr == "UN" and text and all(32 <= sign < 127 for sign in text):
        return text.decode("ascii")
    if len(value) <= _SHOWN_BYTES:
        return _hex(value)
    return f"{_bytes(len(value))}: {_hex(value[:_SHOWN_BYTES])} …"


def shortened(text: str) -> str:
    """One line, no longer than a line of the list."""
    line = " ".join(text[: 4 * SHORT].split())
    return line if len(line) <= SHORT and len(text) <= 4 * SHORT else line[:SHORT].rstrip() + " …"


def _hex(value: bytes) -> str:
    return value[:_SHOWN_BYTES].hex(" ")


def _bytes(length: int | None) -> str:
    return "many bytes, in pieces" if length is None else f"{length:,} bytes"


def _dictionary_vr(tag: BaseTag) -> str | None:
    try:
        return str(dictionary_VR(tag))
    except KeyError:
        return None
