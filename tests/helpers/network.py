"""No test speaks to the world: connections may go to this computer only."""

import ipaddress
import socket
import sys
from functools import cache

import psutil


@cache
def own_addresses() -> frozenset[str]:
    """Every address of this computer, without zone suffixes."""
    found = {
        entry.address.split("%")[0]
        for entries in psutil.net_if_addrs().values()
        for entry in entries
        if entry.family in (socket.AF_INET, socket.AF_INET6)
    }
    return frozenset(found | {"localhost", "", socket.gethostname()})


def is_here(host: object) -> bool:
    """Whether `host` is loopback or another address of this computer."""
    name = host.decode() if isinstance(host, bytes) else str(host)
    if name in own_addresses():
        return True
    try:
        address = ipaddress.ip_address(name.split("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if event not in ("socket.connect", "socket.sendto"):
        return
    address = arguments[1]
    if isinstance(address, tuple) and not is_here(address[0]):
        raise PermissionError(f"A test tried to reach {address[0]}; tests stay on this computer.")


def forbid() -> None:
    """From now on any connection that leaves this computer raises `PermissionError` (for this process)."""
    sys.addaudithook(_refuse)
