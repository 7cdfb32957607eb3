"""How another archive is called: its address, our name, its certificate; and whether it answers at all."""

from __future__ import annotations

import hashlib
import socket
import ssl
import time
from dataclasses import dataclass

from vetpacs_desktop.paths import Home
from vetpacs_desktop.settings import Settings
from vetpacs_desktop.store import conformance
from vetpacs_desktop.store.archives.nodes import Node
from vetpacs_desktop.store.network import messages, tls, trouble
from vetpacs_desktop.store.network.link import CONNECT_SECONDS, Link, Peer, Proposal
from vetpacs_desktop.store.network.trouble import Address

ECHO_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Shown:
    """The certificate another computer shows, to be compared by people."""

    pem: str
    fingerprint: str
    """SHA-256 in pairs of digits."""


def peer_of(home: Home, settings: Settings, node: Node, own_name: str = "") -> Peer:
    """Whom to call for `node`; `own_name` is the receiver's, the settings' where empty. Raises
    `BadCertificate`."""
    calling = node.calling_ae or own_name or settings.text("receiver.ae_title")
    context = tls.calling(home, settings, node.certificate) if node.tls else None
    return Peer(Address(node.name, node.host, node.port, node.ae_title, calling), context)


def echo(peer: Peer) -> float:
    """C-ECHO (PS3.4 A): the seconds until the answer. Raises `MachineUnreachable` in its many kinds."""
    started = time.monotonic()
    proposal = Proposal(conformance.VERIFICATION, conformance.UNCOMPRESSED[:2])
    with Link(peer, [proposal], answer_seconds=ECHO_SECONDS) as link:
        link.send(next(iter(link.accepted)), messages.echo(link.next_number(), conformance.VERIFICATION))
        answer = link.receive()
    if answer.status != 0:
        raise trouble.TurnedAway(peer.address, f"status {answer.status:04X}")
    return time.monotonic() - started


def certificate_of(host: str, port: int) -> Shown:
    """The certificate shown at an address, trusted or not. Raises `OSError` (also where TLS fails)."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # it is only looked at; nothing is sent
    with (
        socket.create_connection((host, port), CONNECT_SECONDS) as plain,
        context.wrap_socket(plain, server_hostname=host) as secured,
    ):
        encoded = secured.getpeercert(binary_form=True) or b""
    digest = hashlib.sha256(encoded).hexdigest().upper()
    pairs = ":".join(digest[at : at + 2] for at in range(0, len(digest), 2))
    return Shown(ssl.DER_cert_to_PEM_cert(encoded), pairs)
