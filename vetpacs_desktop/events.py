"""A typed event: a list of listeners, no topics, no globals.

Listeners run in the thread that emits; ``ui/bridge.py`` alone carries events into Qt's thread.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Event(Generic[T]):
    """Listeners of one kind of occurrence; safe to use from any thread."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[T], None]] = []
        self._lock = Lock()

    def subscribe(self, listener: Callable[[T], None]) -> Callable[[], None]:
        """Call `listener` at each emit; returns the function that ends it (harmless when called twice)."""
        with self._lock:
            self._listeners.append(listener)

        def unsubscribe() -> None:
            with self._lock:
                if listener in self._listeners:
                    self._listeners.remove(listener)

        return unsubscribe

    def emit(self, value: T) -> None:
        """Hand `value` to every listener, in the order they subscribed."""
        with self._lock:
            listeners = tuple(self._listeners)
        for listener in listeners:
            listener(value)
