"""What the headers of one series have in common, so that all but the first few cost a fraction.

The slices of a series have the same elements in the same order, and nearly all of them the same bytes. A
mould knows the few that differ: the rest of a further header is compared, not read, and what was worked out
of elements that are the same here (`alike`) is not worked out again. Must never guess: a header that does not
fit byte by byte is read as if there were no mould.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Any, NamedTuple, TypeVar, TypeVarTuple

from vetpacs_desktop.viewer.items import (
    UNDEFINED,
    Encoding,
    RawElement,
    RawItem,
    element_header,
    sequence_end,
)
from vetpacs_desktop.viewer.plainheader import (
    CHARACTER_SET,
    META_GROUP,
    PIXEL_HEAD,
    PREAMBLE,
    TRANSFER_SYNTAX,
    PlainHeader,
    plain_header,
)

_KEPT = 4
"""Series whose files may come in turns."""
_TAG = 4
_PREFIX = PREAMBLE - 4
"""Where DICM stands; what lies before it means nothing (PS3.10 7.1)."""
_BESIDE = 1024
"""Bytes that a header may be longer than the one before and still be read in one go."""

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


def alike(part: Callable[[Any, *Ts], T], header: Any, *args: *Ts) -> T:
    """`part(header, *args)`, or what it was for another header that is the same in all that `part` reads.

    `part` must depend on nothing but the header's elements and on arguments that can be hashed; what it
    returns is shared, so nobody may change it.
    """
    if isinstance(header, CastHeader):
        return header.mould.worked_out(part, header, args)
    return part(header, *args)


class _Log:
    """Which elements were looked at, and whether at more than single ones."""

    __slots__ = ("tags", "whole")

    def __init__(self) -> None:
        self.tags: set[int] = set()
        self.whole = False


class _CastMeta(RawItem):
    """The file's own group, whose reading is logged with the rest."""

    __slots__ = ("_log",)

    def __init__(self, elements: dict[int, RawElement], character_set: Any, log: _Log) -> None:
        super().__init__(elements, character_set)
        self._log = log

    def get_item(self, tag: int) -> RawElement | None:
        """The element as stored, or None."""
        self._log.tags.add(tag)
        return self._elements.get(tag)


class CastHeader(PlainHeader):
    """A header that fits a mould: it has the same elements as all others that do; some values differ."""

    __slots__ = ("_log", "mould", "own")

    def __init__(self, mould: Mould, own: dict[int, RawElement], content: bytes, pixels_at: int) -> None:
        first, log = mould.first, _Log()
        known = first.file_meta
        meta = {tag: own.get(tag, element) for tag, element in known.elements.items()}
        elements = first.elements.copy()
        elements.update((tag, element) for tag, element in own.items() if tag in elements)
        encoding = Encoding(*first.original_encoding, first.original_character_set)
        super().__init__(
            elements, _CastMeta(meta, known.original_character_set, log), encoding, content, pixels_at
        )
        self._log = log
        self.mould = mould
        self.own = own
        """The elements that differ in this series."""

    def get_item(self, tag: int) -> RawElement | None:
        """The element as stored, or None."""
        self._log.tags.add(tag)
        return self._elements.get(tag)

    def __getitem__(self, tag: int) -> Any:
        """pydicom's reading of one element, for which it reads all. Raises LookupError."""
        self._log.whole = True
        return super().__getitem__(tag)

    def logged(self, work: Callable[[], T]) -> tuple[T, frozenset[int], bool]:
        """What `work` answers, which elements that differ it looked at, and whether at more than those."""
        log = self._log
        before, log.tags, whole, log.whole = log.tags, set(), log.whole, False
        try:
            answer = work()
            return answer, frozenset(log.tags & self.own.keys()), log.whole
        finally:
            log.tags, log.whole = before | log.tags, whole or log.whole

    def look(self, tags: frozenset[int]) -> None:
        """Log these as if they were looked at."""
        self._log.tags |= tags


class _Known(NamedTuple):
    """What a part answered, and what that hung on."""

    tags: frozenset[int]
    """Of elements that differ in the series."""
    values: list[RawElement]
    answer: Any


class _Stretch(NamedTuple):
    """Bytes that all headers have, and the element behind them whose value differs."""

    before: bytes
    tag: int
    vr: str | None
    implicit: bool


class Mould:
    """Immutable, but for what was worked out; used by several threads at a time."""

    def __init__(self, first: PlainHeader, differing: frozenset[int] = frozenset()) -> None:
        self.first = first
        self._differing = differing
        self._stretches, last = _stretches(first, differing)
        self._end = last + first.content[first.pixels_at : first.pixels_at + _TAG]
        self._known: dict[tuple[Callable[..., Any], tuple[Any, ...]], _Known] = {}

    def cast(self, content: bytes) -> CastHeader | None:
        """The header at the beginning of `content`; None where it does not fit, or goes on behind it."""
        own: dict[int, RawElement] = {}
        at = _PREFIX
        try:
            for before, tag, vr, implicit in self._stretches:
                if not content.startswith(before, at):
                    return None
                found, element, at = _element(content, at + len(before), implicit)
                if found != tag or vr != element.VR:
                    return None
                own[tag] = element
        except ValueError:
            return None
        pixels_at = at + len(self._end) - _TAG
        if not content.startswith(self._end, at) or pixels_at + PIXEL_HEAD > len(content):
            return None
        return CastHeader(self, own, content, pixels_at)

    def fitting(self, other: PlainHeader) -> Mould | None:
        """A mould for both headers; None where they have not the same elements."""
        first = self.first
        if first.original_encoding != other.original_encoding:
            return None
        differing = set(self._differing)
        for mine, theirs in (
            (first.elements, other.elements),
            (first.file_meta.elements, other.file_meta.elements),
        ):
            if mine.keys() != theirs.keys() or any(mine[tag].VR != theirs[tag].VR for tag in mine):
                return None
            differing.update(tag for tag, element in mine.items() if theirs[tag] != element)
        # The first element tells implicit from explicit; of the other two hangs how all others are read.
        if differing & {TRANSFER_SYNTAX, CHARACTER_SET, next(iter(first.elements), 0)}:
            return None
        return self if differing == self._differing else Mould(first, frozenset(differing))

    def worked_out(self, part: Callable[..., T], header: CastHeader, args: tuple[Any, ...]) -> T:
        """See `alike`."""
        known, own = self._known.get((part, args)), header.own
        if known is not None and known.values == [own[tag] for tag in known.tags]:
            header.look(known.tags)
            answer: T = known.answer
            return answer
        answer, tags, whole = header.logged(lambda: part(header, *args))
        if not whole:
            self._known[part, args] = _Known(tags, [own[tag] for tag in tags], answer)
        return answer


class Moulds:
    """The moulds of the series that are read at the moment; safe to use from any thread."""

    def __init__(self) -> None:
        self._kept: tuple[Mould, ...] = ()
        self._lock = Lock()

    @property
    def size(self) -> int:
        """How many bytes the next header will hardly exceed; 0 where nobody knows."""
        return max((mould.first.pixels_at + _BESIDE for mould in self._kept), default=0)

    def cast(self, content: bytes) -> PlainHeader | None:
        """The header at the beginning of `content`, if it fits one of the moulds."""
        for mould in self._kept:
            header = mould.cast(content)
            if header is not None:
                return header
        return None

    def header(self, content: bytes) -> PlainHeader | None:
        """`plain_header(content)`, kept as a mould for the next one."""
        header = plain_header(content)
        if header is not None:
            with self._lock:
                self._keep(header)
        return header

    def _keep(self, header: PlainHeader) -> None:
        for old in self._kept:
            mould = old.fitting(header)
            if mould is not None:
                self._kept = (mould, *(one for one in self._kept if one is not old))
                return
        self._kept = (Mould(header.alone()), *self._kept[: _KEPT - 1])


def _stretches(first: PlainHeader, differing: frozenset[int]) -> tuple[tuple[_Stretch, ...], bytes]:
    """The bytes in front of each element that differs, and those behind the last."""
    content, implicit = first.content, bool(first.original_encoding[0])
    found: list[_Stretch] = []
    at, begin = PREAMBLE, _PREFIX
    while differing and at < first.pixels_at:
        inside = implicit and content[at : at + 2] != META_GROUP
        tag, element, end = _element(content, at, inside)
        if tag in differing:
            found.append(_Stretch(content[begin:at], tag, element.VR, inside))
            begin = end
        at = end
    return tuple(found), content[begin : first.pixels_at]


def _element(content: bytes, at: int, implicit: bool) -> tuple[int, RawElement, int]:
    """Tag and content of the element at `at`, and where the next one begins. Raises ValueError."""
    tag, vr, start, length, inside = element_header(content, at, implicit, True)
    if length == UNDEFINED:
        end = sequence_end(content, start, inside, True)
        length = end - 8 - start
    else:
        end = start + length
        if end > len(content):
            raise ValueError("the header goes on behind these bytes")
    return tag, RawElement(vr, content[start : start + length], inside, True), end
