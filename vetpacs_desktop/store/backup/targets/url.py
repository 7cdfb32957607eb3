"""The address of a backup target, as people and the command line write it.

A folder (also `file://`, a Windows path), ``smb://user:password@host:port/share/folder``, ``sftp://...``.
User, password and folders are percent-encoded. A password is taken out at once: it is in no sentence and no
`repr`.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from urllib.parse import quote, unquote

from vetpacs_desktop.errors import UsageError

SAFE = "/-_.~ !$'()+,=@"
"""Signs that stay as they are in a folder of a written address."""


class BadAddress(UsageError):
    """This address of a backup target is not understood: {reason}. Write a folder of this computer,
    smb://user@host/share/folder, or sftp://user@host/folder."""


class Kind(Enum):
    """How a target is reached."""

    FOLDER = "folder"
    SMB = "smb"
    SFTP = "sftp"


PORTS = {Kind.SMB: 445, Kind.SFTP: 22}


@dataclass(frozen=True, slots=True)
class Address:
    """Where a target is, without a password."""

    kind: Kind
    folder: str
    """A path of this computer; on a share the folder in it, without a slash before or after (may be empty);
    by SFTP a path from the server's root, or from the account's own folder when it begins without a slash."""
    host: str = ""
    port: int = 0
    user: str = ""
    """May hold a domain: ``CLINIC\\anna`` or ``anna@clinic``."""
    share: str = ""

    @property
    def url(self) -> str:
        """The address as `parse` reads it."""
        if self.kind is Kind.FOLDER:
            return self.folder
        user = f"{quote(self.user, safe='')}@" if self.user else ""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = f":{self.port}" if self.port != PORTS[self.kind] else ""
        if self.kind is Kind.SMB:
            path = "/".join(part for part in (self.share, self.folder) if part)
        else:
            path = self.folder.removeprefix("/") if self.folder.startswith("/") else f"~/{self.folder}"
        return f"{self.kind.value}://{user}{host}{port}/{quote(path, safe=SAFE)}"


@dataclass(frozen=True, slots=True)
class Parsed:
    """An address, and the password that stood in it."""

    address: Address
    password: str = field(default="", repr=False)


def parse(text: str, base: Path | None = None) -> Parsed:
    """Read an address; a relative folder is seen from `base` (the current folder). Raises `BadAddress`."""
    text = text.strip()
    scheme, colon, rest = text.partition("://")
    if not text:
        raise BadAddress(reason="it is empty")
    if not colon or not scheme.isalpha() or len(scheme) == 1:
        return _plain(text, base)
    if scheme.lower() == "file":
        return _plain(_file_path(rest), base)
    kinds = {"smb": Kind.SMB, "cifs": Kind.SMB, "sftp": Kind.SFTP, "ssh": Kind.SFTP}
    if scheme.lower() not in kinds:
        raise BadAddress(reason=f"nothing is known here that is reached by {scheme.lower()}://")
    return _remote(kinds[scheme.lower()], rest)


def hidden(text: str) -> str:
    """An address as it may be shown: a password in it is left out, whether the rest is understood or not."""
    scheme, colon, rest = text.partition("://")
    if not colon or "@" not in rest:
        return text
    authority, slash, path = rest.partition("/")
    if "@" in authority:
        account, _, place = authority.rpartition("@")
        place = f"{place}{slash}{path}"
    else:  # a slash in the password, or an at sign in a folder
        account, _, place = rest.rpartition("@")
    return f"{scheme}://{account.partition(':')[0]}@{place}"


def _plain(text: str, base: Path | None) -> Parsed:
    unc = re.fullmatch(r"(?:\\\\|//)([^\\/]+)[\\/]([^\\/]+)(?:[\\/](.*))?", text)
    if unc and os.name != "nt":
        folder = (unc[3] or "").replace("\\", "/").strip("/")
        return Parsed(Address(Kind.SMB, folder, unc[1], PORTS[Kind.SMB], "", unc[2]))
    if re.match(r"[A-Za-z]:([\\/]|$)", text) and os.name != "nt":
        raise BadAddress(reason="it is a folder of a Windows computer")
    if "\0" in text:
        raise BadAddress(reason="it holds a sign that no folder's name can hold")
    path = Path(text).expanduser()
    if not path.is_absolute():
        path = (base or Path.cwd()) / path
    return Parsed(Address(Kind.FOLDER, os.path.normpath(path)))


def _file_path(rest: str) -> str:
    path = unquote(rest)
    path = path.removeprefix("localhost") if path.startswith("localhost/") else path
    if re.match(r"/[A-Za-z]:([\\/]|$)", path):
        return path[1:]  # file:///C:/folder
    if not path.startswith("/"):
        raise BadAddress(reason="file:// is followed by a third slash and the folder")
    return path


def _remote(kind: Kind, rest: str) -> Parsed:
    authority, _, path = rest.partition("/")
    account, _, where = authority.rpartition("@")
    host, port = _host(kind, where, "@" in path)
    user, _, password = account.partition(":")
    user = unquote(user)
    if ";" in user:  # DOMAIN;user, as older programs write it
        user = "\\".join(user.split(";", 1))
    parts = [unquote(part) for part in path.split("/") if part]
    home = kind is Kind.SFTP and parts[:1] == ["~"]
    parts = parts[1:] if home else parts
    if any(part in (".", "..") or "\0" in part or "/" in part for part in parts):
        raise BadAddress(reason="its folder may not climb with .. or hold a slash in a name")
    if kind is Kind.SFTP:
        folder = "/".join(parts) if home else "/" + "/".join(parts)
        return Parsed(Address(kind, folder, host, port, user), unquote(password))
    if not parts:
        raise BadAddress(reason="the name of the share is missing after the computer's")
    return Parsed(Address(kind, "/".join(parts[1:]), host, port, user, parts[0]), unquote(password))


def _host(kind: Kind, where: str, at_sign_later: bool) -> tuple[str, int]:
    found = re.fullmatch(r"(\[[0-9A-Fa-f:.%\w]+\]|[^:\[\]/\s]+)(?::(\d{1,5}))?", where)
    number = int(found[2]) if found and found[2] else PORTS[kind]
    if found is None or not 0 < number < 65536:
        if at_sign_later:  # never repeat what may be a password
            raise BadAddress(reason="a slash in the password is written %2F, a colon %3A and an at sign %40")
        raise BadAddress(reason="the computer's name, or the number after it, can't be read")
    return found[1].strip("[]"), number
