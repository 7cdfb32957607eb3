"""Takes the items of a DICOM sequence apart without interpreting them (PS3.5 7.5).

An enhanced object holds a dozen sequences for every frame; turning all of them into pydicom objects costs
half a second for 500 frames, of which the viewer needs a few numbers each. Here only the outermost layer is
split; nested sequences stay bytes until somebody asks for them. Must never guess: what is not well formed is
a ValueError, and pydicom may try.
"""

from __future__ import annotations

from collections.abc import Iterable
from struct import Struct, error
from typing import Any, NamedTuple

UNDEFINED = 0xFFFFFFFF
DEEPEST = 64
"""Sequences nested deeper than this are damage or malice."""

_ITEM, _ITEM_END, _SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
_SHORT = {
    word.encode(): word for word in ("AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US").split()
}
_LONG = {word.encode(): word for word in ("OB OD OF OL OV OW SQ SV UC UN UR UT UV").split()}
_ORDERS = {
    little: tuple(Struct(order + form).unpack_from for form in ("HHI", "HH2sH", "I"))
    for little, order in ((True, "<"), (False, ">"))
}

ElementHeader = tuple[int, str | None, int, int, bool]
"""Tag, VR (None where implicit), start of the value, its length, whether its inside is implicit."""


class Encoding(NamedTuple):
    """How a dataset is written."""

    implicit: bool
    little: bool
    character_set: Any = "iso8859"


class RawElement(NamedTuple):
    """One element as the file holds it; the names are those of pydicom's raw elements."""

    VR: str | None
    value: bytes
    is_implicit_VR: bool  # noqa: N815
    is_little_endian: bool


class RawItem:
    """One item of a sequence, read like a pydicom Dataset but ten times cheaper to make."""

    __slots__ = ("_elements", "original_character_set")

    def __init__(self, elements: dict[int, RawElement], character_set: Any) -> None:
        self._elements = elements
        self.original_character_set = character_set

    def __contains__(self, tag: int) -> bool:
        return tag in self._elements

    def __getitem__(self, tag: int) -> Any:
        """Always LookupError: pydicom's reading of this element is not at hand."""
        raise LookupError(tag)

    @property
    def elements(self) -> dict[int, RawElement]:
        """All of them by their tags; not to be changed."""
        return self._elements

    def get_item(self, tag: int) -> RawElement | None:
        """The element as stored, or None."""
        return self._elements.get(tag)

    def keys(self) -> Iterable[int]:
        """The tags that are there."""
        return self._elements.keys()


def split_items(value: bytes, encoding: Encoding) -> tuple[RawItem, ...]:
    """The items of a sequence's value. Raises ValueError."""
    read_item = _ORDERS[encoding.little][0]
    found: list[RawItem] = []
    at = 0
    while at + 8 <= len(value):
        group, element, length = read_item(value, at)
        tag = group << 16 | element
        if tag == _SEQUENCE_END:
            break
        if tag != _ITEM:
            raise ValueError("no item where one should begin")
        elements, at = _split(value, at + 8, length, encoding)
        found.append(RawItem(elements, encoding.character_set))
    return tuple(found)


def sequence_end(value: bytes, at: int, implicit: bool, little: bool, depth: int = 0) -> int:
    """Where a sequence without a length that begins at `at` ends, behind its delimiter. Raises ValueError."""
    if depth > DEEPEST:
        raise ValueError("nested too deeply")
    read_item = _ORDERS[little][0]
    while at + 8 <= len(value):
        group, element, length = read_item(value, at)
        tag, at = group << 16 | element, at + 8
        if tag == _SEQUENCE_END:
            return at
        if tag != _ITEM:
            raise ValueError("no item where one should begin")
        at = at + length if length != UNDEFINED else _item_end(value, at, implicit, little, depth)
    raise ValueError("the sequence has no end")


def _item_end(value: bytes, at: int, implicit: bool, little: bool, depth: int) -> int:
    """Where an item without a length ends, behind its delimiter."""
    while True:
        tag, _, start, length, inside = element_header(value, at, implicit, little)
        if tag == _ITEM_END:
            return start
        at = start + length if length != UNDEFINED else sequence_end(value, start, inside, little, depth + 1)


def _split(value: bytes, at: int, length: int, encoding: Encoding) -> tuple[dict[int, RawElement], int]:
    """The elements of one item, and where the next item begins."""
    implicit, little, _ = encoding
    end = len(value) if length == UNDEFINED else at + length
    if end > len(value):
        raise ValueError("an item is longer than its sequence")
    elements: dict[int, RawElement] = {}
    while at < end:
        tag, vr, start, size, inside = element_header(value, at, implicit, little)
        if tag == _ITEM_END:
            return elements, start
        if size == UNDEFINED:
            at = sequence_end(value, start, inside, little)
            size = at - 8 - start
        else:
            at = start + size
        elements[tag] = RawElement(vr, value[start : start + size], inside, little)
    if length == UNDEFINED:
        raise ValueError("an item has no end")
    return elements, end


def element_header(value: bytes, at: int, implicit: bool, little: bool) -> ElementHeader:
    """The header of the element at `at`. Raises ValueError."""
    read_implicit, read_explicit, read_length = _ORDERS[little]
    try:
        if implicit:
            group, number, length = read_implicit(value, at)
            return group << 16 | number, None, at + 8, length, True
        group, number, vr, length = read_explicit(value, at)
        if (short := _SHORT.get(vr)) is not None:
            return group << 16 | number, short, at + 8, length, False
        if group << 16 | number == _ITEM_END:
            return _ITEM_END, None, at + 8, 0, False
        if (long := _LONG.get(vr)) is None:
            raise ValueError("an element has no known value representation")
        (length,) = read_length(value, at + 8)
    except error as cut:
        raise ValueError("an element is cut off") from cut
    if length == UNDEFINED and long == "UN":  # unknown sequences are implicit inside (PS3.5 6.2.2)
        return group << 16 | number, "SQ", at + 12, length, True
    if length == UNDEFINED and long != "SQ":
        raise ValueError("only sequences may have no length")
    return group << 16 | number, long, at + 12, length, False
