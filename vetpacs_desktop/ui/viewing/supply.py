"""The frames of an open exam: what each series holds, what is wished, what is at hand, what can't be had.

Stands between the controller, who knows the wishes, and the loader, who works in threads. Knows no grid, no
widget and nothing of how a picture looks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Protocol

from vetpacs_desktop.errors import KnownError, NotAnImage
from vetpacs_desktop.ui.viewing.leafing import leafed, outward
from vetpacs_desktop.viewer.description import Medium
from vetpacs_desktop.viewer.loading import FrameKey, FrameLoader, LoadedFrame
from vetpacs_desktop.viewer.session import FrameStack
from vetpacs_desktop.viewer.state import ViewState

NEAR = 12
"""How many frames away a loaded one may be to stand in for the one that is still on its way."""
MOST_WISHES = 800
"""Frames asked for ahead of the reader, all viewports together: more would slow every step of scrolling."""


class Planes(Protocol):
    """Cuts planes through volumes; a viewport that shows one names it in `ViewState.plane`."""

    def stack(self, view: ViewState) -> FrameStack | None:
        """The planes that a viewport leafs through."""
        ...

    def frame(self, view: ViewState) -> LoadedFrame | None:
        """The plane that a viewport shows."""
        ...


class Supply:
    """Stacks and frames of one exam; a viewport is a number and its `ViewState`."""

    def __init__(self, loader: FrameLoader) -> None:
        self.loader = loader
        self._stacks: dict[int, tuple[FrameStack, ...]] = {}
        self._failures: dict[FrameKey, str] = {}
        self._pictureless: set[Path] = set()
        self._lasts: dict[int, tuple[LoadedFrame, int]] = {}
        """The film frame that each viewport showed last, and its index."""
        self.planes: Planes | None = None
        """Where the pictures of planes through volumes come from."""
        self.also: tuple[FrameKey, ...] = ()
        """Frames that something else than a viewport needs, after all that is looked at."""
        self.ahead = False
        """Whether neighbours are asked for too."""

    def stacks(self, series: int) -> tuple[FrameStack, ...]:
        """What is known of a series; nothing before its first look."""
        return self._stacks.get(series, ())

    def set_stacks(self, series: int, stacks: tuple[FrameStack, ...]) -> tuple[FrameStack, ...]:
        """A series is known, or known better; answers what was known before."""
        before = self.stacks(series)
        self._stacks[series] = stacks
        return before

    def make_room(self, number: int) -> None:
        """A series is to have this number; those from it on move up."""
        self._stacks = {n + 1 if n >= number else n: stacks for n, stacks in self._stacks.items()}
        self._lasts.clear()

    def take_away(self, gone: range) -> None:
        """The series of these numbers are no more; those behind them move up."""
        kept = {number: stacks for number, stacks in self._stacks.items() if number not in gone}
        self._stacks = {n - len(gone) if n >= gone.stop else n: stacks for n, stacks in kept.items()}
        self._lasts.clear()

    def forget(self, paths: Iterable[Path]) -> None:
        """Give back what is in memory of these files."""
        gone = frozenset(paths)
        self._failures = {key: said for key, said in self._failures.items() if key.path not in gone}
        self._pictureless -= gone
        self.loader.forget_all(gone)

    def stack(self, view: ViewState) -> FrameStack | None:
        """The stack that a viewport shows."""
        if view.plane:
            return self.planes.stack(view) if self.planes is not None else None
        stacks = self.stacks(view.series) if view.series is not None else ()
        return stacks[view.stack] if view.stack < len(stacks) else None

    def wished(self, view: ViewState) -> FrameKey | None:
        """The frame that a viewport is to show."""
        stack = self.stack(view)
        return stack.keys[view.index] if stack is not None and view.index < len(stack.keys) else None

    def get(self, key: FrameKey) -> LoadedFrame | None:
        """A frame that is at hand."""
        return self.loader.get(key)

    def complete(self, view: ViewState) -> bool:
        """Whether the stack's true order is known and every frame of it is in memory or known to be lost."""
        stack = self.stack(view)
        if stack is None or not stack.final:
            return False
        if view.plane:
            return True
        return all(self.loader.get(key) is not None or key in self._failures for key in stack.keys)

    def has_wished(self, view: ViewState) -> bool:
        """Whether the wished frame itself is at hand, or known to be lost."""
        key = None if view.plane else self.wished(view)
        return key is None or key in self._failures or self.loader.get(key) is not None

    def fail(self, key: FrameKey, error: KnownError) -> None:
        """A frame can't be had."""
        self._failures[key] = sentence_of(error)
        if isinstance(error, NotAnImage):
            self._pictureless.add(key.path)

    def failure(self, key: FrameKey | None) -> str:
        """Why a frame can't be had, as a sentence; empty where it can, or may."""
        return self._failures.get(key, "") if key is not None else ""

    def is_pictureless(self, path: Path | None) -> bool:
        """Whether a file is known to hold no picture."""
        return path in self._pictureless

    def stands_in(self, view: ViewState, key: FrameKey) -> bool:
        """Whether a frame is near a wished one that is not there yet."""
        stack, index = self.stack(view), view.index
        if view.plane or stack is None or key not in stack.keys[max(0, index - NEAR) : index + NEAR + 1]:
            return False
        return self.loader.get(stack.keys[index]) is None

    def nearest(self, number: int, view: ViewState) -> tuple[LoadedFrame | None, int]:
        """The frame to show and its index: the wished one, else a loaded one near it."""
        if view.plane:
            return self.planes.frame(view) if self.planes is not None else None, view.index
        stack, index = self.stack(view), view.index
        if stack is None or not stack.keys:
            return None, 0
        if stack.keys[index] in self._failures:
            return None, index
        film = stack.medium is Medium.FILM
        for near in islice(outward(index, len(stack.keys)), 2 * NEAR + 1):
            frame = self.loader.get(stack.keys[near])
            if frame is not None:
                if film:
                    self._lasts[number] = frame, near
                return frame, near
        last = self._lasts.get(number) if film else None
        return last if last is not None and last[0].key in stack.keys else (None, index)

    def ask(self, wishes: Sequence[tuple[ViewState, FrameKey | None]]) -> None:
        """Tell the loader what the viewports wish, the dearest viewport first, each with a part of a page.

        The frames in sight come first, then their neighbours, nearest first, then the first images of what is
        not in sight, in reading order from the dearest viewport on.
        """
        most = max(1, MOST_WISHES // len(wishes)) if self.ahead else 1
        rows = [self._row(view, part, most) for view, part in wishes]
        others = self._others([view for view, _ in wishes]) if self.ahead else ()
        self.loader.request(tuple(dict.fromkeys((*_interleaved(rows), *self.also, *others))))

    def _others(self, views: Sequence[ViewState]) -> list[FrameKey]:
        """What a click on another series would show first; media open too much for a mere chance."""
        shown = {(view.series, view.stack) for view in views}
        here = (views[0].series or 0, views[0].stack)
        waiting = [
            ((series, number), stack.keys[0])
            for series, stacks in self._stacks.items()
            for number, stack in enumerate(stacks)
            if (series, number) not in shown and stack.keys and stack.medium is Medium.IMAGES
        ]
        waiting.sort(key=lambda one: (one[0] < here, one[0]))
        return [key for _, key in waiting]

    def _row(self, view: ViewState, part: FrameKey | None, most: int) -> list[FrameKey]:
        stack = self.stack(view)
        if stack is None or view.plane:
            return []
        wishes = [stack.keys[n] for n in islice(leafed(stack, view.index), most)]
        return wishes if part is None else [*wishes[:1], part, *wishes[1:]]


def _interleaved(rows: Sequence[Sequence[FrameKey]]) -> Iterable[FrameKey]:
    for depth in range(max((len(row) for row in rows), default=0)):
        yield from (row[depth] for row in rows if depth < len(row))


def sentence_of(error: KnownError) -> str:
    """What a viewport says of an error: without the path, which only means something to a computer."""
    if not isinstance(error, NotAnImage):
        return error.sentence
    reason = str(error.facts.get("reason", "")).rstrip(".")
    return f"{reason[:1].upper()}{reason[1:]}." if reason else error.sentence


def moved(view: ViewState, before: Sequence[FrameStack], after: Sequence[FrameStack]) -> ViewState:
    """The view at the new place of its frame; at the start when nobody scrolled yet."""
    if not after or view.plane:  # planes are of the volume, whatever more is known of the slices
        return view
    old = before[view.stack] if view.stack < len(before) else None
    if old is None or view.index == 0 or view.index >= len(old.keys):
        stack = min(view.stack, len(after) - 1)
        return replace(view, stack=stack, index=min(view.index, max(0, len(after[stack].keys) - 1)))
    for number, stack_now in enumerate(after):
        if old.keys[view.index] in stack_now.keys:
            return replace(view, stack=number, index=stack_now.keys.index(old.keys[view.index]))
    return replace(view, stack=0, index=0)
