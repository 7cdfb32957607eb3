"""Commands about other archives: node add, list, test and remove; send."""

from __future__ import annotations

import tempfile
import time
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from vetpacs_desktop.commands.answer import Answer, JsonValue
from vetpacs_desktop.errors import EXIT_DONE, EXIT_PARTLY, KnownError, PathMissing
from vetpacs_desktop.paths import Home

if TYPE_CHECKING:
    from vetpacs_desktop.store.archives.nodes import Node
    from vetpacs_desktop.store.library import Library
    from vetpacs_desktop.store.network.link import Peer
    from vetpacs_desktop.store.network.sending.send import SendSummary
    from vetpacs_desktop.store.records import InstanceRow


class NotACertificate(KnownError):
    """{path} is no certificate ({reason}); name a PEM file, which begins with BEGIN CERTIFICATE."""


def node_add(arguments: Namespace, home: Home) -> Answer:
    """Enter another archive."""
    from vetpacs_desktop.store.archives.nodes import parsed
    from vetpacs_desktop.store.library import Library

    trusted = _certificate(arguments.trust) if arguments.trust else ""
    node = parsed(arguments.name, arguments.address, tls=arguments.tls or bool(trusted), certificate=trusted)
    library = Library.open(home.make())
    try:
        added = library.nodes.add(node)
    finally:
        library.close()
    return Answer(_document(added), f"{added.name}: {added.address}{' (TLS)' if added.tls else ''}")


def node_list(arguments: Namespace, home: Home) -> Answer:
    """The archives that are known here."""
    from vetpacs_desktop.store.library import Library

    library = Library.open(home.make())
    try:
        nodes = library.nodes.list()
    finally:
        library.close()
    lines = [f"{node.name:20}  {node.address}{'  TLS' if node.tls else ''}" for node in nodes]
    text = "\n".join(lines) or "No other archive is known here; `node add NAME AE@HOST:PORT` enters one."
    return Answer([_document(node) for node in nodes], text)


def node_remove(arguments: Namespace, home: Home) -> Answer:
    """Forget an archive, and what waits for it."""
    from vetpacs_desktop.store.library import Library

    library = Library.open(home.make())
    try:
        library.nodes.remove(arguments.name)
    finally:
        library.close()
    return Answer({"removed": arguments.name}, f"{arguments.name} is forgotten.")


def node_test(arguments: Namespace, home: Home) -> Answer:
    """Ask an archive whether it answers (C-ECHO); exit 3 and a sentence when it does not."""
    from vetpacs_desktop.store.library import Library
    from vetpacs_desktop.store.network.contact import echo

    library = Library.open(home.make())
    try:
        node = library.nodes.get(arguments.name)
        try:
            seconds = echo(_peer(home, node))
        except KnownError as error:
            library.nodes.note(node, error.sentence)
            raise
        library.nodes.note(node)
    finally:
        library.close()
    return Answer(
        {"name": node.name, "ok": True, "seconds": round(seconds, 3)},
        f"{node.name} answers ({seconds * 1000:.0f} ms).",
    )


def send(arguments: Namespace, home: Home) -> Answer:
    """Send exams, series or images to an archive and wait; exit 1 when some were refused."""
    from vetpacs_desktop.store.library import Library

    library = Library.open(home.make())
    try:
        node = library.nodes.get(arguments.to)
        rows = {row.path: row for uid in arguments.uids for row in _located(library, uid)}
        summary = _send(home, library, node, list(rows.values()))
    finally:
        library.close()
    lines = [f"{summary.sent} images sent to {node.name} in {summary.seconds:.1f} s."]
    lines += [f"Not sent: {uid}: {reason}" for uid, reason in summary.failed]
    return Answer(
        {
            "sent": summary.sent,
            "failed": [{"sop_uid": uid, "reason": reason} for uid, reason in summary.failed],
            "seconds": round(summary.seconds, 3),
        },
        "\n".join(lines),
        EXIT_PARTLY if summary.failed else EXIT_DONE,
    )


def _send(home: Home, library: Library, node: Node, rows: list[InstanceRow]) -> SendSummary:
    from vetpacs_desktop.store.network.sending.carrying import parcel_of
    from vetpacs_desktop.store.network.sending.send import SendSummary, send_parcels

    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="outgoing-", dir=home.run) as folder:
        parcels = [parcel_of(library, row, Path(folder)) for row in rows]
        try:
            sent, failed = send_parcels(_peer(home, node), parcels)
        except KnownError as error:
            library.nodes.note(node, error.sentence)
            raise
    refused = {uid for uid, _ in failed}
    library.nodes.note(node, failed[0][1] if failed else "")
    library.outbox.give(node, [row for row in rows if row.sop_uid not in refused])
    return SendSummary(sent, tuple(failed), time.monotonic() - started)


def _located(library: Library, uid: str) -> list[InstanceRow]:
    """The images behind a UID without undecided versions. Raises `NotFound`, `PathMissing`."""
    from vetpacs_desktop.commands.finding import UID_PATTERN

    if not UID_PATTERN.fullmatch(uid):
        raise PathMissing(path=uid)
    return [row for row in library.locate(uid) if not row.conflict]


def _peer(home: Home, node: Node) -> Peer:
    """Whom to call, under the name of the service that runs, or of the settings."""
    from vetpacs_desktop import settings as settings_file
    from vetpacs_desktop.service import state_of
    from vetpacs_desktop.store.network.contact import peer_of

    running = state_of(home)
    return peer_of(home, settings_file.load(home.settings), node, running.ae_title if running else "")


def _document(node: Node) -> JsonValue:
    return {
        "name": node.name,
        "ae_title": node.ae_title,
        "host": node.host,
        "port": node.port,
        "tls": node.tls,
        "address": node.address,
    }


def _certificate(path: str) -> str:
    """The PEM text of a certificate file. Raises `NotACertificate`."""
    import ssl

    try:
        text = Path(path).read_text(encoding="ascii")
        ssl.create_default_context().load_verify_locations(cadata=text)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it holds none"
        raise NotACertificate(path=path, reason=reason) from error
    return text
