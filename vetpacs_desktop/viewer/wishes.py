"""Which things are wished for, loaded, on their way or broken, and which to give up when memory is short.

The bookkeeping of `loading`, without threads: the caller holds a lock around every call.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from typing import Generic, TypeVar

from vetpacs_desktop.errors import KnownError

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Wishes(Generic[K, V]):
    """An ordered list of wishes and a store of at most `most` bytes, measured by `size`.

    What is no longer wished goes first, the longest unseen first of all; then the least wished. A single
    thing larger than the store is kept alone.
    """

    def __init__(self, most: int, size: Callable[[V], int]) -> None:
        self._most, self._size = most, size
        self._order: list[K] = []
        self._rank: dict[K, int] = {}
        self._next = 0
        self._kept: OrderedDict[K, V] = OrderedDict()
        self._bytes = 0
        self._typical = 0
        self._under_way: set[K] = set()
        self._failures: dict[K, KnownError] = {}

    def replace(self, keys: Iterable[K]) -> None:
        """The new wishes, dearest first; the old ones are void."""
        self._rank = {}
        for key in keys:
            self._rank.setdefault(key, len(self._rank))
        self._order = list(self._rank)
        self._next = 0

    def take(self) -> K | None:
        """The dearest wish that nobody works on; None when there is none or no room for it."""
        while self._next < len(self._order):
            key = self._order[self._next]
            if key in self._kept or key in self._under_way or key in self._failures:
                self._next += 1
                continue
            if not self._room_for(self._next):
                return None
            self._next += 1
            self._under_way.add(key)
            return key
        return None

    def put(self, key: K, value: V) -> bool:
        """Keep a loaded thing; False when nobody wishes it any more or dearer ones fill the store."""
        self._under_way.discard(key)
        self._typical = size = self._size(value)
        rank = self._rank.get(key)
        if rank is None:
            if self._bytes + size <= self._most:
                self._keep(key, value, size)
            return False
        while self._kept and self._bytes + size > self._most:
            victim = self._victim(rank)
            if victim is None:
                return False
            self._bytes -= self._size(self._kept.pop(victim))
        self._keep(key, value, size)
        return True

    def put_failure(self, key: K, error: KnownError) -> bool:
        """Remember that a thing can't be had; False when nobody wishes it any more."""
        self._under_way.discard(key)
        if key in self._kept:
            return False
        self._failures[key] = error
        return key in self._rank

    @property
    def idle(self) -> bool:
        """Whether nothing is on its way, and nothing that is wished and has room is missing."""
        if self._under_way:
            return False
        known = (self._kept, self._failures)
        missing = next((n for n, key in enumerate(self._order) if not any(key in one for one in known)), None)
        return missing is None or not self._room_for(missing)

    @property
    def nbytes(self) -> int:
        """What is kept, by `size`."""
        return self._bytes

    def wished(self, key: K) -> bool:
        """Whether somebody still wishes it."""
        return key in self._rank

    def give_back(self, key: K) -> None:
        """It was taken but not worked out; it may be taken again."""
        self._under_way.discard(key)
        self._next = 0

    def get(self, key: K) -> V | None:
        value = self._kept.get(key)
        if value is not None:
            self._kept.move_to_end(key)
        return value

    def exchange(self, key: K, value: V) -> None:
        """Another value for a kept thing; nothing happens where it is not kept."""
        if key in self._kept:
            self._bytes += self._size(value) - self._size(self._kept[key])
            self._kept[key] = value

    def failure(self, key: K) -> KnownError | None:
        return self._failures.get(key)

    def forget(self, condition: Callable[[K], bool]) -> None:
        """Drop things and failures for which `condition` holds; wishes for them count again."""
        for key in [key for key in self._kept if condition(key)]:
            self._bytes -= self._size(self._kept.pop(key))
        for key in [key for key in self._failures if condition(key)]:
            del self._failures[key]
        self._next = 0

    def _keep(self, key: K, value: V, size: int) -> None:
        old = self._kept.pop(key, None)
        self._bytes += size - (self._size(old) if old is not None else 0)
        self._kept[key] = value

    def _room_for(self, rank: int) -> bool:
        """Whether one more of the usual size fits, if need be in place of a less wished one."""
        coming = self._typical * (len(self._under_way) + 1)
        if not self._kept or self._bytes + coming <= self._most:
            return True
        return self._victim(rank) is not None

    def _victim(self, rank: int) -> K | None:
        """What to give up for a wish of `rank`: the longest unseen unwished thing, else the least wished."""
        worst, worst_rank = None, rank
        for key in self._kept:
            known = self._rank.get(key)
            if known is None:
                return key
            if known > worst_rank:
                worst, worst_rank = key, known
        return worst
