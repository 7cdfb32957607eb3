"""For whom this archive's doors are open, gathered in a thread, and how that is said.

Reads the settings, the other archives and who was turned away; it changes nothing and draws nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QCoreApplication

from vetpacs_desktop import service
from vetpacs_desktop.app import App
from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.service import ServiceState
from vetpacs_desktop.settings import Settings
from vetpacs_desktop.store.machines.senders import Sender, senders
from vetpacs_desktop.store.network import tls
from vetpacs_desktop.store.network.answering.access import ANYONE, ARCHIVES
from vetpacs_desktop.ui import words
from vetpacs_desktop.ui.receiver import Light

RECENT_DAYS = 14
"""Who was turned away longer ago is no longer of interest."""
WANTED = "It wanted to"
"""How a refusal to search or fetch begins in the senders' list."""


@dataclass(frozen=True, slots=True)
class Doors:
    """The state of searching, fetching and encryption at one moment."""

    who: str = ARCHIVES
    archives: tuple[str, ...] = ()
    """Names of the other archives that may fetch."""
    machines: tuple[str, ...] = ()
    """Further machines by name."""
    turned_away: tuple[Sender, ...] = ()
    """Machines that tried lately and may not, the latest first."""
    encrypted: bool = False
    """Whether the settings want encrypted connections."""
    state: ServiceState | None = None
    fingerprint: str = ""
    certificate: str = ""
    """PEM of the certificate shown to machines."""

    @property
    def light(self) -> Light:
        if self.encrypted and self.state is not None and self.state.tls_problem:
            return Light.RED
        return Light.AMBER if self.who == ANYONE else Light.GREEN


def look(app: App) -> Doors:
    """The doors as they are now; for a thread. Raises `KnownError` when the library can't be read."""
    settings = app.settings
    encrypted = settings.flag("receiver.tls")
    certificate, fingerprint = _certificate(app, settings) if encrypted else ("", "")
    return Doors(
        settings.text("receiver.who_may_fetch"),
        tuple(node.name for node in app.library.nodes.list() if node.may_retrieve),
        settings.names("receiver.fetching_machines"),
        _turned_away(senders(app.home), datetime.now(UTC)),
        encrypted,
        service.state_of(app.home),
        fingerprint,
        certificate,
    )


def sentence(doors: Doors) -> str:
    """Who may search and fetch."""
    if doors.who == ANYONE:
        return _tr(
            "Open: every machine that reaches this computer can search here and fetch any exam, with the "
            "names of animals and owners."
        )
    if doors.who != ARCHIVES:
        return _tr("Closed: no other machine can search here or fetch exams.")
    names = [*doors.archives, *doors.machines]
    if not names:
        return _tr("Closed: no archive is entered here, so no other machine can search or fetch exams.")
    return _tr("Open to {names}. All other machines are turned away.").format(names=", ".join(names))


def encryption(doors: Doors) -> str:
    """Whether connections can be encrypted."""
    if not doors.encrypted:
        return _tr("Connections are not encrypted, as is usual inside a clinic's own network.")
    state = doors.state
    if state is None:
        return _tr("Encrypted connections begin when the receiver runs.")
    if state.tls_problem:
        return _tr("No encrypted connections. {why}").format(why=state.tls_problem)
    if not state.tls_port:
        return _tr("Encrypted connections begin when the receiver is started again.")
    return _tr("Encrypted connections come in on port {port}.").format(port=state.tls_port)


def visitors(doors: Doors, at: datetime) -> str:
    """Who tried and was turned away, one a line."""
    lines = []
    for one in doors.turned_away[:4]:
        when = words.ago(datetime.fromisoformat(one.last_at).astimezone(), at)
        text = _tr("{name} at {address} was turned away {when}.")
        lines.append(text.format(name=one.name, address=one.address, when=when))
    return "\n".join(lines)


def _turned_away(found: Sequence[Sender], now: datetime) -> tuple[Sender, ...]:
    since = now - timedelta(days=RECENT_DAYS)
    return tuple(
        one
        for one in found
        if one.last_refusal.startswith(WANTED) and datetime.fromisoformat(one.last_at) > since
    )


def _certificate(app: App, settings: Settings) -> tuple[str, str]:
    try:
        fingerprint = tls.fingerprint(app.home, settings)
        return tls.public(app.home, settings), fingerprint
    except (KnownError, OSError):
        return "", ""  # the receiver says what is wrong with it


def _tr(text: str) -> str:
    return QCoreApplication.translate("doors", text)
