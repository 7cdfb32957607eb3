"""Addresses of this computer and of others, compared as numbers: who is at the other end of a connection.

It looks names up in the network at most once a minute each, and connects to nothing.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
import time

import psutil

REMEMBER_SECONDS = 60.0


def own_addresses() -> list[str]:
    """This computer's addresses in its networks, without loopback."""
    found = []
    for rows in psutil.net_if_addrs().values():
        for row in rows:
            if row.family in (socket.AF_INET, socket.AF_INET6):
                number = ipaddress.ip_address(row.address.split("%")[0])
                if not number.is_loopback and not number.is_link_local:
                    found.append(str(number))
    return list(dict.fromkeys(found))


class Lookup:
    """Names of computers to numbers, remembered for a minute. Safe from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, tuple[float, frozenset[str]]] = {}

    def is_at(self, host: str, address: str) -> bool:
        """Whether the computer `host` (a name or a number) has the number `address`."""
        return plain(address) in self.numbers(host)

    def numbers(self, host: str) -> frozenset[str]:
        """Every number of `host`; none where nobody knows it."""
        number = plain(host)
        if number:
            return frozenset({number})
        now = time.monotonic()
        with self._lock:
            known = self._known.get(host)
            if known is not None and now - known[0] < REMEMBER_SECONDS:
                return known[1]
        try:
            found = frozenset(plain(str(row[4][0])) for row in socket.getaddrinfo(host, None))
        except (OSError, UnicodeError):
            found = frozenset()
        with self._lock:
            self._known[host] = (now, found)
        return found


def plain(address: str) -> str:
    """One spelling for each number (an IPv4 number that came over IPv6 is itself); empty for a name."""
    try:
        number = ipaddress.ip_address(address.split("%")[0].strip())
    except ValueError:
        return ""
    mapped = getattr(number, "ipv4_mapped", None)
    return str(mapped or number)
