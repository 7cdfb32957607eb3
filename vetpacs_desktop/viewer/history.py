"""Undo and redo without limit: every state of a sheet in its order, and where we stand.

States share what did not change, so a thousand steps cost little. Knows nothing of what was done.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class History(Generic[T]):
    """The states of one frozen value."""

    def __init__(self, first: T) -> None:
        self._past: list[T] = []
        self._now = first
        self._future: list[T] = []

    @property
    def now(self) -> T:
        """The state that holds."""
        return self._now

    @property
    def can_undo(self) -> bool:
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        return bool(self._future)

    def do(self, state: T) -> bool:
        """A finished edit: the state from now on, and what was undone is gone. False when nothing changed."""
        if state == self._now:
            return False
        self._past.append(self._now)
        self._now = state
        self._future.clear()
        return True

    def rebase(self, change: Callable[[T], T]) -> None:
        """The same change to every state, past and to come: it is no step, and undo does not take it back."""
        self._past, self._future = [[change(one) for one in states] for states in (self._past, self._future)]
        self._now = change(self._now)
        later = [*self._past[1:], self._now][: len(self._past)]
        self._past = [one for one, after in zip(self._past, later, strict=True) if one != after]
        # What comes next was undone last: it stands at the end.
        follows = [*self._future[1:], self._now][: len(self._future)]
        self._future = [one for one, before in zip(self._future, follows, strict=True) if one != before]

    def undo(self) -> bool:
        """One step back; False at the start."""
        if not self._past:
            return False
        self._future.append(self._now)
        self._now = self._past.pop()
        return True

    def redo(self) -> bool:
        """One step on again; False where nothing was undone."""
        if not self._future:
            return False
        self._past.append(self._now)
        self._now = self._future.pop()
        return True
