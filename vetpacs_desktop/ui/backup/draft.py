"""A place for the backup as far as it is described: what the assistant's pages fill in, one by one.

Pure values. Passwords and keys are in it only while the assistant is open.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import PurePath

from PySide6.QtCore import QCoreApplication

from vetpacs_desktop.store.backup.places import Place
from vetpacs_desktop.store.backup.targets import url
from vetpacs_desktop.store.backup.targets.url import Address

PAPER_FOLDER = "backup/paper_folder"
"""Under which the window remembers where papers were saved."""


class Kind(Enum):
    """The kinds of places that a person tells apart."""

    DISK = "disk"
    """A disk that is plugged in."""
    FOLDER = "folder"
    SHARE = "share"
    """Of the network: a NAS or another computer of the clinic."""
    SSH = "ssh"


LEAVES = frozenset({Kind.SSH})
"""Kinds that usually lie outside the clinic: sealing is suggested."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A place and what is needed to get there."""

    kind: Kind
    place: Place = field(default_factory=lambda: Place("", ""))
    password: str = field(default="", repr=False)
    """Or the private key that stands for it; empty: the one that is kept already."""
    sealed: bool = False
    secret: str = field(default="", repr=False)
    """The secret key of a sealed backup, until it is kept."""
    key_on_paper: bool = False
    """The sheet was printed or saved, and typed from."""
    editing: str = ""
    """The name of the place that is changed; empty: a new one."""

    @property
    def name(self) -> str:
        """What it is called here."""
        return self.place.name

    @property
    def address(self) -> Address:
        """Where it is."""
        if not self.place.url:
            return empty_address(self.kind)
        return url.parse(self.place.url).address

    def at(self, address: Address, name: str) -> Draft:
        """The same elsewhere; what was true of another address is forgotten."""
        place = replace(self.place, name=name)
        if address.url != place.url:
            place = replace(place, url=address.url, identity="")
        return replace(self, place=place)


def empty_address(kind: Kind) -> Address:
    """Nothing typed yet."""
    way = {Kind.SHARE: url.Kind.SMB, Kind.SSH: url.Kind.SFTP}.get(kind, url.Kind.FOLDER)
    return Address(way, "", port=url.PORTS.get(way, 0))


def draft_of(place: Place) -> Draft:
    """A place that is set up, to be changed."""
    kinds = {url.Kind.SMB: Kind.SHARE, url.Kind.SFTP: Kind.SSH, url.Kind.FOLDER: Kind.FOLDER}
    kind = kinds[url.parse(place.url).address.kind]
    return Draft(kind, place, sealed=bool(place.recipient), editing=place.name)


def suggested_name(kind: Kind, address: Address, taken: Collection[str]) -> str:
    """What a place may be called when nobody said; none of `taken`."""
    if kind in (Kind.DISK, Kind.FOLDER):
        name = PurePath(address.folder).name or _tr("Disk")
    else:
        name = _tr("NAS") if kind is Kind.SHARE else address.host or _tr("Away")
    return free_name(name, taken)


def free_name(name: str, taken: Collection[str]) -> str:
    """`name`, or `name 2` and so on when it is one of `taken`."""
    known = {one.casefold() for one in taken}
    number = 2
    fresh = name
    while fresh.casefold() in known:
        fresh = f"{name} {number}"
        number += 1
    return fresh


def address_words(text: str) -> str:
    """An address (`Place.url`) as people read it: a path, or folder and computer."""
    try:
        address = url.parse(text).address
    except url.BadAddress:
        return url.hidden(text)
    if address.kind is url.Kind.FOLDER:
        return address.folder
    folder = "/".join(part for part in (address.share, address.folder) if part)
    return _tr("{folder} on {computer}").format(folder=folder or "/", computer=address.host)


def _tr(text: str) -> str:
    return QCoreApplication.translate("backup", text)
