"""The other archives and machines this library knows: kept in the database, so they travel with a backup.

It owns their names, addresses and last word. It never opens a connection: that is `remote`'s, `send`'s and
`retrieve`'s.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.store.database import Database, Row

LONGEST_TITLE = 16
LARGEST_PORT = 65535


class NodeUnknown(KnownError):
    """There is no other archive called {name} here; `node list` shows those there are, and `node add` makes
    one."""


class NodeExists(KnownError):
    """There is already another archive called {name}; choose another name, or remove that one first."""


class BadAddress(KnownError):
    """{address} is no address of another archive ({reason}); one looks like ORTHANC@192.168.1.30:4242."""


@dataclass(frozen=True, slots=True)
class Node:
    """One other archive or machine."""

    name: str
    """What people call it; unique, whatever the case of its letters."""
    ae_title: str
    """The name it answers to (PS3.8 7.1.1.4): 1 to 16 plain characters."""
    host: str
    port: int
    tls: bool = False
    certificate: str = ""
    """PEM of the one certificate to trust; empty: the clinic's and the system's."""
    may_retrieve: bool = True
    """Whether this library sends to it what somebody asks for by C-MOVE."""
    commitment: bool = False
    """Whether it is asked, after a sending, to confirm that it keeps the images (PS3.4 J)."""
    calling_ae: str = ""
    """The name this computer gives itself there; empty: the receiver's."""
    node_id: int = 0
    """The database's number; 0 before it is added."""

    @property
    def address(self) -> str:
        """``AE@HOST:PORT``, as `parsed` reads it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.ae_title}@{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class NodeState:
    """The last words with an archive; times are ISO 8601 with offset, empty when never."""

    ok_at: str = ""
    trouble_at: str = ""
    trouble: str = ""
    """Empty when the last contact went well."""


def parsed(name: str, address: str, *, tls: bool = False, certificate: str = "") -> Node:
    """A node from ``AE@HOST:PORT`` (an IPv6 address in brackets). Raises `BadAddress`."""
    title, at, place = address.strip().partition("@")
    host, colon, port = place.rpartition(":")
    if not at or not colon:
        raise BadAddress(address=address, reason="the name before @ or the port behind : is missing")
    if not (port.isascii() and port.isdecimal()):
        raise BadAddress(address=address, reason=f"{port!r} is no port")
    return checked(Node(name.strip(), title.strip(), host.strip("[] "), int(port), tls, certificate))


def checked(node: Node) -> Node:
    """`node`, if it can be reached in principle. Raises `BadAddress`."""
    reason = _fault(node)
    if reason:
        raise BadAddress(address=node.address, reason=reason)
    return node


def _fault(node: Node) -> str:
    if not node.name or not node.name.isprintable():
        return "it needs a name people can read"
    for title in filter(None, (node.ae_title, node.calling_ae)):
        if len(title) > LONGEST_TITLE or not title.isascii() or not title.isprintable() or "\\" in title:
            return "the name before @ must be 1 to 16 plain letters, digits and signs"
    if not node.ae_title:
        return "the name before @ is missing"
    if not node.host or not node.host.isprintable() or any(sign.isspace() for sign in node.host):
        return "the computer's name or address is missing or has spaces in it"
    return "" if 1 <= node.port <= LARGEST_PORT else f"ports go from 1 to {LARGEST_PORT}"


class Nodes:
    """The archives of one library."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list(self) -> tuple[Node, ...]:
        """All of them, by name."""
        return tuple(map(_node, self._database.rows("SELECT * FROM nodes ORDER BY name_key")))

    def get(self, name: str) -> Node:
        """The one of this name, whatever the case of its letters. Raises `NodeUnknown`."""
        found = self._database.rows("SELECT * FROM nodes WHERE name_key = ?", (_key(name),))
        if not found:
            raise NodeUnknown(name=name)
        return _node(found[0])

    def by_id(self, node_id: int) -> Node | None:
        """The one of this number, None when it was removed."""
        found = self._database.rows("SELECT * FROM nodes WHERE node_id = ?", (node_id,))
        return _node(found[0]) if found else None

    def by_ae_title(self, ae_title: str) -> Node | None:
        """The first one that answers to this name (a C-MOVE destination, PS3.4 C.4.2), or None."""
        found = self._database.rows(
            "SELECT * FROM nodes WHERE ae_title = ? ORDER BY node_id LIMIT 1", (ae_title.strip(),)
        )
        return _node(found[0]) if found else None

    def add(self, node: Node) -> Node:
        """Keep a new one; answers it with its number. Raises `BadAddress`, `NodeExists`."""
        with self._database.atomic():
            self._must_be_free(checked(node))
            columns = _columns(node)
            marks = ", ".join(f":{name}" for name in columns)
            self._database.write(f"INSERT INTO nodes ({', '.join(columns)}) VALUES ({marks})", columns)
            return self.get(node.name)

    def change(self, node: Node) -> Node:
        """Other facts for the one of `node`'s number. Raises `BadAddress`, `NodeExists`, `NodeUnknown`."""
        with self._database.atomic():
            self._must_be_free(checked(node))
            columns = _columns(node)
            sets = ", ".join(f"{name} = :{name}" for name in columns)
            values = {**columns, "node_id": node.node_id}
            if not self._database.write(f"UPDATE nodes SET {sets} WHERE node_id = :node_id", values).rowcount:
                raise NodeUnknown(name=node.name)
            return self.get(node.name)

    def remove(self, name: str) -> None:
        """Forget it. Raises `NodeUnknown`."""
        with self._database.atomic():
            self._database.write("DELETE FROM nodes WHERE node_id = ?", (self.get(name).node_id,))

    def state(self, node: Node) -> NodeState:
        """How the last contacts went."""
        sql = "SELECT ok_at, trouble_at, trouble FROM nodes WHERE node_id = ?"
        found = self._database.rows(sql, (node.node_id,))
        return NodeState(*tuple(found[0])) if found else NodeState()

    def note(self, node: Node, trouble: str = "") -> None:
        """Remember that a contact went well, or the trouble in words."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        column = "trouble_at" if trouble else "ok_at"
        with self._database.atomic():
            self._database.write(
                f"UPDATE nodes SET {column} = ?, trouble = ? WHERE node_id = ?", (now, trouble, node.node_id)
            )

    def _must_be_free(self, node: Node) -> None:
        sql = "SELECT name FROM nodes WHERE name_key = ? AND node_id <> ?"
        if self._database.rows(sql, (_key(node.name), node.node_id)):
            raise NodeExists(name=node.name)


def _key(name: str) -> str:
    return name.strip().casefold()


def _columns(node: Node) -> dict[str, str | int]:
    return {
        "name": node.name,
        "name_key": _key(node.name),
        "ae_title": node.ae_title,
        "host": node.host,
        "port": node.port,
        "tls": int(node.tls),
        "certificate": node.certificate,
        "may_retrieve": int(node.may_retrieve),
        "commitment": int(node.commitment),
        "calling_ae": node.calling_ae,
    }


def _node(row: Row) -> Node:
    return Node(
        name=row["name"],
        ae_title=row["ae_title"],
        host=row["host"],
        port=row["port"],
        tls=bool(row["tls"]),
        certificate=row["certificate"],
        may_retrieve=bool(row["may_retrieve"]),
        commitment=bool(row["commitment"]),
        calling_ae=row["calling_ae"],
        node_id=row["node_id"],
    )
