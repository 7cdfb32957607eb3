"""What can go wrong between this computer and another archive, each with a sentence that says what to do.

Only words and the translation of the system's and DICOM's codes into them; nothing is tried or decided here.
"""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass

from vetpacs_desktop.errors import KnownError

REJECTED_FOR_NOW = 2
SOURCE_USER, SOURCE_SERVICE = 1, 3
"""PS3.8 9.3.4, Table 9-21: result and source of an A-ASSOCIATE-RJ."""


@dataclass(frozen=True, slots=True)
class Address:
    """Whom we speak to, as the sentences name it."""

    name: str
    host: str
    port: int
    called: str
    calling: str


class MachineUnreachable(KnownError):
    """{name} at {host}:{port} can't be reached ({reason}); check that it is switched on and that its address
    and name are right."""

    def __init__(self, address: Address, reason: str = "") -> None:
        super().__init__(
            name=address.name,
            host=address.host,
            port=address.port,
            called=address.called,
            calling=address.calling,
            reason=reason,
        )


class NoSuchComputer(MachineUnreachable):
    """{name} can't be reached: this network knows no computer called {host}. Check the spelling, or use the
    computer's number address (like 192.168.1.30)."""


class NobodyListens(MachineUnreachable):
    """{name} can't be reached: the computer {host} is on, but no program listens at its port {port}. Check
    the port number, and that the archive's program is running."""


class Silent(MachineUnreachable):
    """{name} can't be reached: nothing answered at {host} port {port} in time. Check that the computer is
    switched on and in the same network, and that no firewall blocks the port."""


class WrongName(MachineUnreachable):
    """{name} answers, but says that it is not called {called}. Type the name (AE title) that is set in it;
    capitals count."""


class DoesNotKnowUs(MachineUnreachable):
    """{name} answers, but does not know this computer, which calls itself {calling}. Enter this computer's
    name (AE title), address and port in its list; System shows them on the receiver's card."""


class TooBusy(MachineUnreachable):
    """{name} answers, but takes no more connections at the moment ({reason}). It can be tried again
    shortly."""


class TurnedAway(MachineUnreachable):
    """{name} answers, but refuses the connection ({reason}). Ask who looks after it whether this computer may
    connect."""


class NothingInCommon(MachineUnreachable):
    """{name} answers, but does not offer what was asked for ({reason})."""


class NotTrusted(MachineUnreachable):
    """{name} answers, but its certificate is not trusted here ({reason}), so nothing was sent. Compare the
    certificate's fingerprint with its owner and choose to trust it, or ask for one of the clinic's."""


class NoEncryption(MachineUnreachable):
    """{name} answers at port {port}, but not encrypted (TLS). Use its encrypted port, or switch encryption
    off for it if the network is the clinic's own."""


class WantsEncryption(MachineUnreachable):
    """{name} answers at port {port}, but wants an encrypted connection (TLS). Switch encryption on for it."""


class NotDicom(MachineUnreachable):
    """At {host} port {port} something answers, but it is no image archive ({reason}). Check the port number
    of {name}."""


class ConnectionLost(MachineUnreachable):
    """The connection to {name} broke off ({reason}). Nothing is lost here; what was not confirmed can be sent
    or asked for again."""


def of_connecting(address: Address, error: OSError) -> MachineUnreachable:
    """Why no connection came about."""
    if isinstance(error, socket.gaierror):
        return NoSuchComputer(address)
    if isinstance(error, ConnectionRefusedError):
        return NobodyListens(address)
    if isinstance(error, TimeoutError):
        return Silent(address)
    return MachineUnreachable(address, error.strerror or str(error))


def of_handshake(address: Address, error: OSError) -> MachineUnreachable:
    """Why TLS could not be agreed on."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return NotTrusted(address, error.verify_message or "it can't be verified")
    if isinstance(error, ssl.SSLError):
        reason = (error.reason or "").replace("_", " ").lower()
        if "alert" in reason:
            return TurnedAway(address, f"it ended the encrypted handshake: {reason}")
        return NoEncryption(address)
    if isinstance(error, TimeoutError):
        return NoEncryption(address)
    return NoEncryption(address) if isinstance(error, ConnectionError) else of_connecting(address, error)


def of_rejection(address: Address, result: int, source: int, reason: int) -> MachineUnreachable:
    """Why an association was rejected (PS3.8 9.3.4)."""
    if source == SOURCE_USER and reason == 7:
        return WrongName(address)
    if source == SOURCE_USER and reason == 3:
        return DoesNotKnowUs(address)
    if source == SOURCE_SERVICE:
        words = {1: "it is overloaded", 2: "all its connections are in use"}.get(reason, "no reason given")
        return TooBusy(address, words)
    if result == REJECTED_FOR_NOW:
        return TooBusy(address, "it says: for now")
    return TurnedAway(address, "it speaks another kind of DICOM" if reason == 2 else "it gives no reason")
