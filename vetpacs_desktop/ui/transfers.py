"""The long jobs under way: what each is doing, how far it is, and how to stop it.

The status strip shows them. Work runs in the bridge's threads, never here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from vetpacs_desktop.jobs import CancelToken, Progress, Report
from vetpacs_desktop.ui.bridge import Bridge

T = TypeVar("T")


class Transfer:
    """One job; `progress` is its newest report."""

    def __init__(self, title: str, place: str) -> None:
        self.title = title
        self.place = place
        """The System card that a click leads to, empty for none."""
        self.progress = Progress()
        self.stopping = False
        self.stop: Callable[[], None] = lambda: None


class Transfers(QObject):
    """All jobs under way, oldest first."""

    changed = Signal()

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._under_way: list[Transfer] = []

    @property
    def under_way(self) -> tuple[Transfer, ...]:
        return tuple(self._under_way)

    def start(
        self,
        title: str,
        work: Callable[[Report, CancelToken], T],
        done: Callable[[T], object],
        failed: Callable[[BaseException], object],
        *,
        place: str = "",
    ) -> Transfer:
        """Run `work` as a job that people see and can stop; `done` or `failed` follow in this thread."""
        transfer = Transfer(title, place)

        def report(progress: Progress) -> None:
            transfer.progress = progress
            self.changed.emit()

        def finish(value: T) -> None:
            self._remove(transfer)
            done(value)

        def fail(error: BaseException) -> None:
            self._remove(transfer)
            failed(error)

        self._under_way.append(transfer)
        transfer.stop = self._bridge.start(work, finish, fail, report).cancel
        self.changed.emit()
        return transfer

    def follow(self, title: str, stop: Callable[[], None], *, place: str = "") -> Transfer:
        """Show work that goes on elsewhere (in the service); `renew` and `end` tell how it goes."""
        transfer = Transfer(title, place)
        transfer.stop = stop
        self._under_way.append(transfer)
        self.changed.emit()
        return transfer

    def renew(self, transfer: Transfer, progress: Progress) -> None:
        """Followed work has come further."""
        if progress != transfer.progress:
            transfer.progress = progress
            self.changed.emit()

    def end(self, transfer: Transfer) -> None:
        """Followed work is over, or waits."""
        self._remove(transfer)

    def cancel(self, transfer: Transfer) -> None:
        """Ask it to stop; what was finished until then is kept."""
        transfer.stopping = True
        transfer.stop()
        self.changed.emit()

    def _remove(self, transfer: Transfer) -> None:
        if transfer in self._under_way:
            self._under_way.remove(transfer)
        self.changed.emit()
