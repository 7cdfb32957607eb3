"""What a person does with other archives: send exams there, mind the queue, enter and test an archive.

Runs in the background; the outcome comes back in the window's thread.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from vetpacs_desktop import service
from vetpacs_desktop.app import App
from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.paths import Home
from vetpacs_desktop.settings import Settings
from vetpacs_desktop.store.archives.nodes import Node, NodeState
from vetpacs_desktop.store.archives.outbox import Sending
from vetpacs_desktop.store.archives.routing import Rule
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.records import StudyRow
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.notices import PROBLEM, Notice

T = TypeVar("T")
Tell = Callable[[Notice], object]


@dataclass(frozen=True, slots=True)
class Traffic:
    """All the window shows of other archives at one moment."""

    nodes: tuple[tuple[Node, NodeState], ...] = ()
    sendings: tuple[Sending, ...] = ()
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Tested:
    """How a test of an archive went; `trouble` None: it answers."""

    seconds: float = 0.0
    trouble: KnownError | None = None


@dataclass(frozen=True, slots=True)
class OwnName:
    """What is typed into other archives so that they reach this computer."""

    title: str
    address: str
    port: int


def traffic_of(library: Library) -> Traffic:
    """Read it; for a thread."""
    nodes = tuple((node, library.nodes.state(node)) for node in library.nodes.list())
    return Traffic(nodes, tuple(library.outbox.sendings()), library.routes.rules())


def queue(
    app: App,
    bridge: Bridge,
    studies: Sequence[StudyRow],
    node: Node,
    done: Callable[[int], object],
    tell: Tell,
) -> None:
    """Put whole exams into the queue; `done(images)` follows."""

    def put() -> int:
        library = app.library
        return sum(library.outbox.put(library.instances(study_uid=row.study_uid), node) for row in studies)

    run(bridge, put, done, tell)


def test(home: Home, settings: Settings, node: Node) -> Tested:
    """Ask whether it answers; for a thread. Anything but a known error is raised."""
    from vetpacs_desktop.store.network.contact import echo, peer_of

    running = service.state_of(home)
    try:
        return Tested(echo(peer_of(home, settings, node, running.ae_title if running else "")))
    except KnownError as error:
        return Tested(trouble=error)


def own_name(home: Home, settings: Settings) -> OwnName:
    """This computer as others must know it; for a thread, because it asks the system."""
    running = service.state_of(home)
    addresses = service.addresses()
    if running is not None and running.host not in ("0.0.0.0", "::", ""):
        addresses = [running.host]
    return OwnName(
        running.ae_title if running else settings.text("receiver.ae_title"),
        addresses[0] if addresses else "",
        running.port if running else settings.number("receiver.port"),
    )


def run(
    bridge: Bridge,
    work: Callable[[], T],
    done: Callable[[T], object],
    tell: Tell,
) -> None:
    """Short work in a thread; a known error becomes a notice."""

    def failed(error: BaseException) -> None:
        if not isinstance(error, KnownError):
            raise error
        tell(Notice(PROBLEM, error.sentence))

    bridge.start(lambda _report, _cancel: work(), done, failed)
