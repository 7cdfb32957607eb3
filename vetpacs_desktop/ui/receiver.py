"""What the window knows of the receiver, asked every two seconds in a thread, and how it is said.

The receiver itself is another process; this module starts it and looks at it, and never receives anything.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import Enum
from typing import Protocol, TypeAlias

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal

from vetpacs_desktop import service
from vetpacs_desktop.errors import KnownError, PortTaken
from vetpacs_desktop.jobs import CancelToken, Report
from vetpacs_desktop.paths import Home
from vetpacs_desktop.service import ServiceState
from vetpacs_desktop.store.intake.filing_state import FilingKind, FilingState, filing_state
from vetpacs_desktop.store.records import Arrived
from vetpacs_desktop.ui import words
from vetpacs_desktop.ui.bridge import Bridge

PERIOD_MS = 2000
FRESH_SECONDS = 5
IN_ORDER = FilingState()
Seen: TypeAlias = tuple[ServiceState | None, tuple[str, ...], Arrived | None, FilingState]
EVERYWHERE = ("0.0.0.0", "::", "")


class Light(Enum):
    """The traffic light; the value names the palette's colour."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True, slots=True)
class ReceiverNow:
    """The receiver at one moment."""

    state: ServiceState | None = None
    addresses: tuple[str, ...] = ()
    last: Arrived | None = None
    starting: bool = True
    problem: str = ""
    """Why it could not be started, as a sentence."""
    port_taken: bool = False
    arriving: bool = False
    """Whether a machine sent something in the last seconds."""
    port: int = 0
    """The port of the settings, which could not be had."""
    filing: FilingState = IN_ORDER
    """Whether what arrives also reaches the list."""

    @property
    def light(self) -> Light:
        if self.state is not None:
            return Light.GREEN if self.filing.kind is FilingKind.WORKS else Light.AMBER
        return Light.AMBER if self.starting else Light.RED

    @property
    def address(self) -> str:
        """Where machines reach this computer: the address to type into them."""
        host = self.state.host if self.state is not None else ""
        if host not in EVERYWHERE:
            return host
        return self.addresses[0] if self.addresses else ""


def headline(now: ReceiverNow) -> str:
    """A few words for the status strip."""
    if now.state is not None and now.filing.kind is FilingKind.REBUILDS:
        return _tr("The list of exams is being made anew{share}").format(share=_share(now.filing))
    if now.state is not None and now.filing.kind is FilingKind.WAITS:
        return _tr("Exams are kept but not listed yet: click to see why")
    if now.state is not None and now.arriving and now.last is not None:
        return _tr("Images are arriving from {source}").format(source=now.last.source)
    if now.state is not None:
        place = f"{now.address}:{now.state.port}" if now.address else str(now.state.port)
        return _tr("Receiving as {name} on {place}").format(name=now.state.ae_title, place=place)
    if now.starting:
        return _tr("Starting the receiver...")
    return _tr("Not receiving: click to see why")


def sentence(now: ReceiverNow, at: datetime) -> str:
    """The card's sentence."""
    if now.state is None:
        if now.starting:
            return _tr("Starting the receiver...")
        why = now.problem or _tr("The receiver has stopped.")
        if now.port_taken:
            why = _tr("Another program on this computer already uses port {port}.").format(port=now.port)
        return _tr("Not receiving. {why}").format(why=why)
    listening = _tr("Listening as {name} on {address}, port {port}.").format(
        name=now.state.ae_title, address=now.address or _tr("this computer"), port=now.state.port
    )
    said = (listening, filing_words(now.filing, at), last_words(now.last, at))
    return " ".join(part for part in said if part)


def filing_words(filing: FilingState, at: datetime) -> str:
    """What keeps new exams out of the list; or that the list had to be made anew; mostly nothing."""
    if filing.kind is FilingKind.REBUILDS:
        said = _tr(
            "The list of exams was damaged and is being made anew from the image files{share}. New exams are "
            "kept meanwhile and listed afterwards; no image is lost."
        )
        return said.format(share=_share(filing))
    if filing.kind is FilingKind.WAITS:
        said = _tr("What arrives is kept, but can't be put in the list at the moment: {reason}")
        return said.format(reason=filing.reason)
    if not filing.rebuilt_at:
        return ""
    try:
        when = words.ago(datetime.fromisoformat(filing.rebuilt_at).astimezone(), at)
    except ValueError:
        return ""
    said = _tr("The list of exams was damaged; it was made anew from the image files {when}.")
    return said.format(when=when)


def _share(filing: FilingState) -> str:
    if not filing.total:
        return ""
    return _tr(" ({done} of {total} images)").format(done=f"{filing.done:,}", total=f"{filing.total:,}")


def last_words(last: Arrived | None, at: datetime) -> str:
    """ "Last exam 4 minutes ago from DR-ROOM-1." """
    if last is None:
        return _tr("No exam has come yet.")
    try:
        when = datetime.fromisoformat(last.received_at)
    except ValueError:
        return ""
    said = words.ago(when.astimezone(), at)
    if not last.source:
        return _tr("Last exam {when}.").format(when=said)
    return _tr("Last exam {when} from {source}.").format(when=said, source=words.sender(last.source))


def is_fresh(last: Arrived | None, at: datetime) -> bool:
    """Whether `last` came from a machine (not a folder) within the last seconds."""
    if last is None or not last.source or "/" in last.source or "\\" in last.source:
        return False
    try:
        age = at - datetime.fromisoformat(last.received_at).astimezone(UTC)
    except ValueError:
        return False
    return age.total_seconds() < FRESH_SECONDS


class Child(Protocol):
    """The service as the window's child."""

    def ensure(self) -> object: ...

    def stop(self) -> object: ...


class Arrivals(Protocol):
    """What the monitor needs of the library."""

    def last_arrival(self) -> Arrived | None: ...


class ReceiverMonitor(QObject):
    """Starts the receiver, asks how it is, and says when that changed."""

    changed = Signal(object)
    """ReceiverNow"""

    def __init__(
        self,
        home: Home,
        child: Child,
        library: Arrivals,
        bridge: Bridge,
        port: Callable[[], int],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._home = home
        self._child = child
        self._library = library
        self._bridge = bridge
        self._port = port
        self._asking = False
        self.now = ReceiverNow()
        self._timer = QTimer(self)
        self._timer.setInterval(PERIOD_MS)
        self._timer.timeout.connect(self.ask)

    def start(self) -> None:
        """Start the receiver if none runs for this home, and watch it from then on."""
        self._set(replace(self.now, starting=True, problem="", port_taken=False))
        self._bridge.start(lambda _report, _cancel: self._child.ensure(), self._started, self._not_started)

    def restart(self) -> None:
        """Stop our own receiver and start it with the settings of now."""
        self._set(replace(self.now, state=None, starting=True, problem="", port_taken=False))
        self._bridge.start(self._stop_and_ensure, self._started, self._not_started)

    def stop(self) -> None:
        """Ask no more."""
        self._timer.stop()

    def ask(self) -> None:
        """Look once, unless a look is still under way."""
        if not self._asking:
            self._asking = True
            self._bridge.start(self._look, self._looked, self._not_looked)

    def _started(self, _: object) -> None:
        self._timer.start()
        self.ask()

    def _not_started(self, error: BaseException) -> None:
        self._timer.start()
        if not isinstance(error, KnownError):
            self._set(replace(self.now, state=None, starting=False, problem=""))
            raise error
        self._set(
            replace(
                self.now,
                state=None,
                starting=False,
                problem=error.sentence,
                port_taken=PortTaken(port=self._port()).sentence in error.sentence,
                port=self._port(),
            )
        )
        self.ask()

    def _looked(self, seen: Seen) -> None:
        self._asking = False
        state, addresses, last, filing = seen
        running = state is not None
        self._set(
            replace(
                self.now,
                state=state,
                addresses=addresses,
                last=last,
                filing=filing,
                arriving=is_fresh(last, datetime.now(UTC)),
                starting=False,
                problem="" if running else self.now.problem,
                port_taken=self.now.port_taken and not running,
            )
        )

    def _not_looked(self, error: BaseException) -> None:
        self._asking = False
        if not isinstance(error, KnownError):
            raise error

    def _set(self, now: ReceiverNow) -> None:
        if now != self.now:
            self.now = now
            self.changed.emit(now)

    # In the thread

    def _stop_and_ensure(self, _report: Report, _cancel: CancelToken) -> None:
        self._child.stop()
        self._child.ensure()

    def _look(self, _report: Report, _cancel: CancelToken) -> Seen:
        last = self.now.last
        with contextlib.suppress(KnownError):  # a damaged list; that it is mended must still be seen
            last = self._library.last_arrival()
        return service.state_of(self._home), tuple(service.addresses()), last, filing_state(self._home)


def _tr(text: str) -> str:
    return QCoreApplication.translate("receiver", text)
