"""Whether two files are the same object written down differently.

A device may send the same image again in another uncompressed encoding, or through a relay that rewrote the
file meta group: that is no conflict. Anything else that differs is.
"""

from __future__ import annotations

import array
from pathlib import Path

from pydicom import dcmread
from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.tag import BaseTag
from pydicom.uid import UID, ImplicitVRLittleEndian

_BULK_WORDS = ("OW", "OB or OW", "US or OW")


def same_object(first: Path, second: Path) -> bool:
    """True when both data sets hold the same values; file meta and group lengths don't count.

    Compressed pixels are compared as they are: another compression is another content.
    """
    try:
        one, other = dcmread(first, force=True), dcmread(second, force=True)
        syntaxes = _syntax(one), _syntax(other)
        if syntaxes[0] != syntaxes[1] and any(syntax.is_compressed for syntax in syntaxes):
            return False
        return _same_dataset(one, other)
    except (ValueError, KeyError, TypeError, AttributeError, NotImplementedError, EOFError, RecursionError):
        return False  # What can't be understood is kept beside, never dropped.


def _syntax(dataset: Dataset) -> UID:
    meta = getattr(dataset, "file_meta", None)
    syntax = (
        UID(str(meta.get("TransferSyntaxUID", ImplicitVRLittleEndian))) if meta else ImplicitVRLittleEndian
    )
    return UID(syntax) if not syntax.is_private else UID(ImplicitVRLittleEndian)


def _same_dataset(one: Dataset, other: Dataset) -> bool:
    tags = _tags(one)
    return tags == _tags(other) and all(_same_element(one, other, tag) for tag in tags)


def _tags(dataset: Dataset) -> list[BaseTag]:
    """All tags but group lengths, in order."""
    return [tag for tag in sorted(dataset.keys()) if tag.element != 0]


def _same_element(one: Dataset, other: Dataset, tag: BaseTag) -> bool:
    raw_one, raw_other = one.get_item(tag), other.get_item(tag)
    if (
        isinstance(raw_one, RawDataElement)
        and isinstance(raw_other, RawDataElement)
        and raw_one.is_little_endian == raw_other.is_little_endian
        and _trimmed(raw_one.value) == _trimmed(raw_other.value)
    ):
        return True
    first, second = one[tag], other[tag]
    if isinstance(first.value, Sequence) and isinstance(second.value, Sequence):
        return len(first.value) == len(second.value) and all(map(_same_dataset, first.value, second.value))
    return bool(first.value == second.value) or _same_words(first, second, raw_one, raw_other)


def _same_words(first: DataElement, second: DataElement, raw_one: object, raw_other: object) -> bool:
    """16-bit words in the other byte order."""
    orders = {getattr(raw_one, "is_little_endian", None), getattr(raw_other, "is_little_endian", None)}
    if orders != {True, False} or first.VR not in _BULK_WORDS or len(first.value) % 2:
        return False
    swapped = array.array("H", bytes(second.value))
    swapped.byteswap()
    return swapped.tobytes() == bytes(first.value)


def _trimmed(value: object) -> object:
    return value.rstrip(b"\0 ") if isinstance(value, bytes) else value
