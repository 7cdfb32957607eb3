"""One SFTP connection: `paramiko` speaks for it, this pins the server's key, logs in and pipelines.

A link is used by one thread at a time. The server's key is compared before anything is told to it.
"""

from __future__ import annotations

import base64
import contextlib
import errno
import getpass
import hashlib
import io
import socket
import struct
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import paramiko
from paramiko.sftp import CMD_DATA, CMD_EXTENDED, CMD_READ, CMD_STATUS, CMD_WRITE, int64

from vetpacs_desktop.store.backup.target import (
    TargetChanged,
    TargetError,
    TargetRefused,
    TargetUnreachable,
)
from vetpacs_desktop.store.backup.targets import faults
from vetpacs_desktop.store.backup.targets.pool import Watch
from vetpacs_desktop.store.backup.targets.url import Address

T = TypeVar("T")

PACKET = 32 * 1024
"""Bytes of one request that every server takes (draft-ietf-secsh-filexfer-02, 3)."""
UNDER_WAY = 64
"""Requests that wait for answers at once: 2 MiB, OpenSSH's window."""
CIPHERS = ("aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "aes128-ctr", "aes192-ctr", "aes256-ctr")
"""The quick ones first; the old modes are not spoken."""
KEY_FILES = ("id_ed25519", "id_ecdsa", "id_rsa")
KEY_SECONDS = 30.0
KEY_BEGINS = "-----BEGIN"
"""A secret that is a private key and not a password."""
_CUT_WHILE_LOGGING_IN = "saw EOF"
"""paramiko calls it a failed login when the server goes away meanwhile; this stands in its words then."""
_RSA = ("rsa-sha2-512", "rsa-sha2-256")


class Broken(Exception):
    """The link is of no use any more; `args[0]` says why."""


class Refused(Exception):
    """The server did not do what was asked; `args[0]` is its word for it, most often just "Failure"."""

    @property
    def unsupported(self) -> bool:
        """It doesn't know the request."""
        return "unsupported" in str(self.args[0]).lower()


class Missing(Refused):
    """There is no such file."""


class Denied(Refused):
    """The account may not do that."""


class Link:
    """A connection that is logged in. `pinned`: the server's key as `fingerprint` says it; empty: any.

    Raises kinds of `TargetError` when it is made."""

    def __init__(self, name: str, address: Address, secret: str, pinned: str, watch: Watch) -> None:
        self.deadline: float | None = None
        self.late = False
        self.has_fsync = True
        self._name = name
        self._watch = watch
        self._idle_since = time.monotonic()
        self._transport: Any = None
        self._socket: socket.socket | None = None
        try:
            self._connect(name, address, secret, pinned)
        except BaseException:
            self.close()
            raise

    @property
    def is_alive(self) -> bool:
        return bool(self._transport.is_active()) and not self.late

    def is_well(self, idle: float) -> bool:
        if not self.is_alive:
            return False
        if time.monotonic() - self._idle_since < idle:
            return True
        try:
            self.call(self.sftp.stat, ".")
        except (Broken, Refused):
            return False
        return True

    def call(self, work: Callable[..., T], *words: Any) -> T:
        """One request and its answer. Raises `Broken`, `Refused`."""
        self.deadline = self._watch.until()
        try:
            return work(*words)
        except (paramiko.SSHException, EOFError, ConnectionError, TimeoutError) as error:
            raise self._broken() from error
        except OSError as error:
            if not self.is_alive or "closed" in str(error).lower():
                raise self._broken() from error
            raise _refused(error) from error
        finally:
            self.deadline, self._idle_since = None, time.monotonic()

    def write(self, handle: bytes, pieces: Iterator[bytes]) -> int:
        """Write pieces one after the other; returns their bytes. Raises `Broken`, `Refused`."""
        answers, offset = _Answers(self), 0
        for piece in pieces:
            answers.ask(offset, CMD_WRITE, handle, int64(offset), piece)
            offset += len(piece)
            answers.drain(UNDER_WAY - 1)
        answers.drain(0)
        return offset

    def read(self, handle: bytes, size: int, block: int) -> Iterator[bytes]:
        """A file's bytes in blocks. Raises `Broken`, `Refused`."""
        answers, asked, given = _Answers(self), 0, 0
        while given < size:
            while asked < size and answers.waiting < UNDER_WAY:
                length = min(PACKET, size - asked)
                answers.ask(asked, CMD_READ, handle, int64(asked), length)
                asked += length
            wanted = min(block, size - given)
            answers.until(given + wanted, given)
            yield answers.taken(given, wanted)
            given += wanted

    def flush(self, handle: bytes) -> None:
        """Bring a file to the server's disk, where the server can do that (OpenSSH PROTOCOL 4.6)."""
        if not self.has_fsync:
            return
        try:
            self.call(self.sftp._request, CMD_EXTENDED, "fsync@openssh.com", handle)
        except Refused as error:
            if not error.unsupported:
                raise
            self.has_fsync = False

    def space(self, path: str) -> tuple[int, int] | None:
        """(free for this account, total) bytes, None where the server doesn't say (OpenSSH PROTOCOL 4.4)."""
        try:
            _, answer = self.call(self.sftp._request, CMD_EXTENDED, "statvfs@openssh.com", path)
        except Refused:
            return None
        numbers = struct.unpack_from(">11Q", answer.get_remainder())
        return numbers[4] * numbers[1], numbers[2] * numbers[1]

    def shut(self) -> None:
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._watch.remove(self)
        self.shut()
        if self._transport is not None:
            self._transport.close()
        if self._socket is not None:
            self._socket.close()

    def _broken(self) -> Broken:
        self.shut()
        return Broken("it did not answer in time" if self.late else "the connection was cut")

    def _connect(self, name: str, address: Address, secret: str, pinned: str) -> None:
        patience = self._watch.patience
        try:
            self._socket = socket.create_connection((address.host, address.port), timeout=patience)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as error:
            raise TargetUnreachable(target=name, reason=faults.words(error)) from None
        self.deadline = self._watch.until()
        self._watch.add(self)
        try:
            self._transport = paramiko.Transport(self._socket)
            self._choose_algorithms(pinned)
            self._transport.banner_timeout = self._transport.auth_timeout = patience
            self._transport.start_client(timeout=patience)
            self._check_key(name, pinned)
            _log_in(name, self._transport, address.user or getpass.getuser(), secret)
            self.deadline = self._watch.until()
            self.sftp = _sftp(name, self._transport)
            self.sftp.get_channel().settimeout(patience)
        except (paramiko.SSHException, EOFError, OSError) as error:
            raise self._not_connected(name, pinned, error) from None
        self.deadline = None

    def _choose_algorithms(self, pinned: str) -> None:
        options = self._transport.get_security_options()
        options.ciphers = tuple(one for one in CIPHERS if one in options.ciphers)
        kind = pinned.partition(" ")[0]
        wanted = _RSA if kind == "ssh-rsa" else (kind,)
        if kind and set(wanted) & set(options.key_types):
            options.key_types = tuple(one for one in wanted if one in options.key_types)

    def _check_key(self, name: str, pinned: str) -> None:
        self.key = fingerprint(self._transport.get_remote_server_key())
        if pinned and self.key != pinned:
            raise TargetChanged(
                target=name,
                reason=f"its computer shows another key than before, {self.key.rpartition(' ')[2]}",
            )

    def _not_connected(self, name: str, pinned: str, error: Exception) -> TargetError:
        if self.late or isinstance(error, TimeoutError):
            return TargetUnreachable(target=name, reason="it did not answer in time")
        if pinned and isinstance(error, paramiko.SSHException) and "host key" in str(error).lower():
            return TargetChanged(target=name, reason="its computer has no key of the kind that it had")
        if isinstance(error, OSError):
            return TargetUnreachable(target=name, reason=faults.words(error))
        return TargetUnreachable(target=name, reason="what answers there does not speak SFTP as expected")


class _Answers:
    """Requests under way, and the data that came for those that read; answers may come in any order."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._offsets: dict[int, int] = {}
        self._data: dict[int, bytes] = {}
        self._error: Refused | None = None

    @property
    def waiting(self) -> int:
        return len(self._offsets)

    def ask(self, offset: int, command: int, *words: Any) -> None:
        number = self._link.call(self._link.sftp._async_request, self, command, *words)
        self._offsets[number] = offset

    def drain(self, most: int) -> None:
        """Wait until no more than `most` are under way."""
        while self.waiting > most:
            self._link.call(self._link.sftp._read_response)
        self._check()

    def until(self, end: int, start: int) -> None:
        """Wait until the bytes from `start` to `end` have come."""
        place = start
        while place < end:
            if (piece := self._data.get(place)) is not None:
                place += len(piece)
            else:
                self._link.call(self._link.sftp._read_response)
                self._check()

    def taken(self, start: int, length: int) -> bytes:
        """Bytes that have come, and what is left of the last piece."""
        pieces, place = [], start
        while place < start + length:
            piece = self._data.pop(place)
            over = place + len(piece) - (start + length)
            if over > 0:
                self._data[start + length] = piece[-over:]
                piece = piece[:-over]
            pieces.append(piece)
            place += len(piece)
        return b"".join(pieces)

    def _check(self) -> None:
        if self._error is not None:
            raise self._error

    def _async_response(self, kind: int, message: Any, number: int) -> None:
        """Called by paramiko for each answer."""
        offset = self._offsets.pop(number)
        if kind == CMD_DATA:
            self._data[offset] = message.get_string()
            return
        if kind != CMD_STATUS:
            self._error = self._error or Refused("an answer that was not asked for")
            return
        try:
            self._link.sftp._convert_status(message)
        except EOFError:
            self._error = self._error or Refused("the file is shorter than it was")
        except OSError as error:
            self._error = self._error or _refused(error)


def _refused(error: OSError) -> Refused:
    kinds = {errno.ENOENT: Missing, errno.EACCES: Denied}
    return kinds.get(error.errno or 0, Refused)(error.strerror or str(error) or "failure")


def server_key(name: str, address: Address, patience: float = KEY_SECONDS) -> str:
    """The key that the server shows, as `fingerprint` says it; nothing is told to it, not even a name.

    Raises `TargetUnreachable`.
    """
    transport: Any = None
    try:
        transport = paramiko.Transport(socket.create_connection((address.host, address.port), patience))
        transport.banner_timeout = patience
        transport.start_client(timeout=patience)
        return fingerprint(transport.get_remote_server_key())
    except OSError as error:
        raise TargetUnreachable(target=name, reason=faults.words(error)) from None
    except (paramiko.SSHException, EOFError):
        reason = "what answers there does not speak SFTP as expected"
        raise TargetUnreachable(target=name, reason=reason) from None
    finally:
        if transport is not None:
            transport.close()


def fingerprint(key: Any) -> str:
    """A server's key as OpenSSH shows it: its kind and ``SHA256:...``."""
    digest = base64.b64encode(hashlib.sha256(key.asbytes()).digest()).decode("ascii").rstrip("=")
    return f"{key.get_name()} SHA256:{digest}"


def _log_in(name: str, transport: Any, user: str, secret: str) -> None:
    """By the key or the password that was set; without either by the keys that this account has."""
    is_key = secret.startswith(KEY_BEGINS)
    try:
        if is_key:
            transport.auth_publickey(user, _key_of(name, secret))
        elif secret:
            transport.auth_password(user, secret)
        else:
            _by_own_keys(name, transport, user)
    except paramiko.BadAuthenticationType:
        if is_key or not secret:
            raise TargetRefused(target=name, reason="it does not let anybody in by a key") from None
        raise TargetRefused(target=name, reason="it lets nobody in by a password, only by a key") from None
    except paramiko.AuthenticationException as error:
        if not transport.is_active() and _CUT_WHILE_LOGGING_IN in str(error):
            raise TargetUnreachable(target=name, reason="the connection was cut") from None
        if "timeout" in str(error):
            raise TargetUnreachable(target=name, reason="it did not answer in time") from None
        reason = "it does not accept the key for this account" if is_key or not secret else ""
        raise TargetRefused(target=name, reason=reason or "the name or the password is wrong") from None


def _by_own_keys(name: str, transport: Any, user: str) -> None:
    for key in _own_keys():
        with contextlib.suppress(paramiko.AuthenticationException):
            transport.auth_publickey(user, key)
            return
    raise TargetRefused(target=name, reason="neither a password nor an accepted key is known here")


def _own_keys() -> Iterator[Any]:
    with contextlib.suppress(paramiko.SSHException, OSError):
        yield from paramiko.Agent().get_keys()
    for file in KEY_FILES:
        path = Path.home() / ".ssh" / file
        with contextlib.suppress(OSError, ValueError, paramiko.SSHException):
            yield _parsed_key(path.read_text(encoding="ascii"))


def _key_of(name: str, text: str) -> Any:
    try:
        return _parsed_key(text)
    except paramiko.PasswordRequiredException:
        raise TargetRefused(
            target=name, reason="the key is locked with a password; save it without one"
        ) from None
    except (ValueError, paramiko.SSHException):
        raise TargetRefused(target=name, reason="the key can't be read") from None


def _parsed_key(text: str) -> Any:
    """A private key in OpenSSH's or in PEM's form. Raises `ValueError`, `paramiko.SSHException`."""
    for kind in (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey):
        try:
            return kind.from_private_key(io.StringIO(text))
        except paramiko.PasswordRequiredException:
            raise
        except (paramiko.SSHException, ValueError, IndexError, TypeError, struct.error):
            continue
    raise ValueError


def _sftp(name: str, transport: Any) -> Any:
    try:
        return paramiko.SFTPClient.from_transport(transport)
    except (paramiko.SSHException, EOFError):
        raise TargetError(
            target=name, reason="it lets this account in but offers no SFTP; switch SFTP on there"
        ) from None
