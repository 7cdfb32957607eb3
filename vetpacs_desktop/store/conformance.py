"""SOP classes and transfer syntaxes in one table: receiver, sender and the conformance statement read it.

Generated from pynetdicom's storage classes, pydicom's transfer syntaxes and the decoders that are installed.
This module negotiates nothing itself; it only states and prefers.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Final

from pydicom import uid as uids
from pynetdicom.presentation import AllStoragePresentationContexts
from pynetdicom.sop_class import Verification

VERIFICATION: Final[str] = str(Verification)
IMPLEMENTATION_CLASS_UID: Final[str] = "2.25.222563271538917052364418405279021463709"
IMPLEMENTATION_VERSION: Final[str] = "VETPACS_0_1"

IMPLICIT_LITTLE: Final[str] = str(uids.ImplicitVRLittleEndian)
EXPLICIT_LITTLE: Final[str] = str(uids.ExplicitVRLittleEndian)
EXPLICIT_BIG: Final[str] = str(uids.ExplicitVRBigEndian)
UNCOMPRESSED: Final[tuple[str, ...]] = (EXPLICIT_LITTLE, IMPLICIT_LITTLE, EXPLICIT_BIG)


class Coding(Enum):
    """How pixels are coded under a transfer syntax."""

    NATIVE = "native"
    DEFLATED = "deflated"
    LOSSLESS = "lossless"
    LOSSY = "lossy"
    VIDEO = "video"


@dataclass(frozen=True, slots=True)
class TransferSyntax:
    """One transfer syntax. Every one is received and kept; `shown` says whether its pixels can be decoded."""

    uid: str
    name: str
    coding: Coding
    shown: bool


@dataclass(frozen=True, slots=True)
class SopClass:
    """One storage SOP class. Unknown and private ones are received just the same."""

    uid: str
    name: str


class Role(Enum):
    """Which side of a service this program is."""

    ASKS = "user (SCU)"
    ANSWERS = "provider (SCP)"
    BOTH = "user and provider"


@dataclass(frozen=True, slots=True)
class Service:
    """One service class beside storage."""

    uid: str
    name: str
    role: Role


_CODECS: Final[tuple[tuple[str, Coding, tuple[str, ...]], ...]] = (
    (IMPLICIT_LITTLE, Coding.NATIVE, ()),
    (EXPLICIT_LITTLE, Coding.NATIVE, ()),
    (EXPLICIT_BIG, Coding.NATIVE, ()),
    (str(uids.DeflatedExplicitVRLittleEndian), Coding.DEFLATED, ()),
    (str(uids.RLELossless), Coding.LOSSLESS, ("rle.rle_decode_frame", "imagecodecs.dicomrle_decode")),
    (str(uids.JPEGBaseline8Bit), Coding.LOSSY, ("imagecodecs.jpeg8_decode", "libjpeg.decode_pixel_data")),
    (str(uids.JPEGExtended12Bit), Coding.LOSSY, ("imagecodecs.jpeg8_decode", "libjpeg.decode_pixel_data")),
    (str(uids.JPEGLossless), Coding.LOSSLESS, ("imagecodecs.ljpeg_decode", "libjpeg.decode_pixel_data")),
    (str(uids.JPEGLosslessSV1), Coding.LOSSLESS, ("imagecodecs.ljpeg_decode", "libjpeg.decode_pixel_data")),
    (str(uids.JPEGLSLossless), Coding.LOSSLESS, ("imagecodecs.jpegls_decode", "libjpeg.decode_pixel_data")),
    (str(uids.JPEGLSNearLossless), Coding.LOSSY, ("imagecodecs.jpegls_decode", "libjpeg.decode_pixel_data")),
    (str(uids.JPEG2000Lossless), Coding.LOSSLESS, ("imagecodecs.jpeg2k_decode", "openjpeg.decode")),
    (str(uids.JPEG2000), Coding.LOSSY, ("imagecodecs.jpeg2k_decode", "openjpeg.decode")),
    (str(uids.HTJ2KLossless), Coding.LOSSLESS, ("imagecodecs.htj2k_decode", "openjpeg.decode")),
    (str(uids.HTJ2KLosslessRPCL), Coding.LOSSLESS, ("imagecodecs.htj2k_decode", "openjpeg.decode")),
    (str(uids.HTJ2K), Coding.LOSSY, ("imagecodecs.htj2k_decode", "openjpeg.decode")),
    ("1.2.840.10008.1.2.4.110", Coding.LOSSLESS, ("imagecodecs.jpegxl_decode",)),
    ("1.2.840.10008.1.2.4.111", Coding.LOSSY, ("imagecodecs.jpegxl_decode",)),
    ("1.2.840.10008.1.2.4.112", Coding.LOSSY, ("imagecodecs.jpegxl_decode",)),
)
"""(UID, coding, decoders any of which shows it); rows that need no decoder are always shown."""


_SERVICES: Final[tuple[tuple[str, Role], ...]] = (
    ("1.2.840.10008.1.1", Role.BOTH),
    ("1.2.840.10008.5.1.4.1.2.1.1", Role.ANSWERS),
    ("1.2.840.10008.5.1.4.1.2.1.2", Role.ANSWERS),
    ("1.2.840.10008.5.1.4.1.2.1.3", Role.ANSWERS),
    ("1.2.840.10008.5.1.4.1.2.2.1", Role.BOTH),
    ("1.2.840.10008.5.1.4.1.2.2.2", Role.BOTH),
    ("1.2.840.10008.5.1.4.1.2.2.3", Role.BOTH),
    ("1.2.840.10008.5.1.4.1.2.3.1", Role.ANSWERS),
    ("1.2.840.10008.5.1.4.1.2.3.2", Role.ANSWERS),
    ("1.2.840.10008.5.1.4.1.2.3.3", Role.ANSWERS),
    ("1.2.840.10008.1.20.1", Role.BOTH),
)
"""Verification, the three query/retrieve models (find, move, get) and Storage Commitment (PS3.4 A, C, J)."""


@cache
def services() -> tuple[Service, ...]:
    """Every service beside storage, with our side of it."""
    return tuple(Service(uid, _name(uid), role) for uid, role in _SERVICES)


@cache
def transfer_syntaxes() -> tuple[TransferSyntax, ...]:
    """Every transfer syntax pydicom knows, the ones with a decoder first."""
    rows = {
        uid: TransferSyntax(uid, _name(uid), coding, not decoders or any(map(_installed, decoders)))
        for uid, coding, decoders in _CODECS
    }
    for uid in map(str, uids.AllTransferSyntaxes):
        rows.setdefault(uid, TransferSyntax(uid, _name(uid), _coding_of_name(_name(uid)), False))
    return tuple(rows.values())


@cache
def storage_classes() -> tuple[SopClass, ...]:
    """Every storage SOP class pynetdicom knows, by name."""
    found = [str(context.abstract_syntax) for context in AllStoragePresentationContexts]
    return tuple(sorted((SopClass(uid, _name(uid)) for uid in found), key=lambda row: row.name))


def name_of(uid: str) -> str:
    """A UID in words, or the UID itself."""
    return _name(uid)


def is_service(uid: str) -> bool:
    """Whether the standard knows this class as something else than objects to store: a worklist, printing,
    searching. pynetdicom takes some of them for storage because it calls them by other names."""
    known = uids.UID_dictionary.get(uid)
    if known is None or not known[0] or known[1] not in ("SOP Class", "Meta SOP Class", "Service Class"):
        return False
    return "Storage" not in known[0] or "Commitment" in known[0] or "Service" in known[1]


def can_show(transfer_syntax_uid: str) -> bool:
    """Whether pixels under this transfer syntax can be decoded here."""
    return any(row.shown for row in transfer_syntaxes() if row.uid == transfer_syntax_uid)


def preferred(proposed: Sequence[str]) -> str:
    """The one of `proposed` that keeps a sender's bytes most likely as they are.

    A sender lists its own encoding first, with one exception: Implicit VR Little Endian must be in every list
    (PS3.5 10.1), so its place says nothing, and re-encoding to it would lose the types of private elements.
    """
    if proposed[0] == IMPLICIT_LITTLE and EXPLICIT_LITTLE in proposed:
        return EXPLICIT_LITTLE
    return proposed[0]


def deliverable(proposed: Sequence[str]) -> str:
    """The one of `proposed` that most kept objects can be given in: an uncompressed one, because nothing is
    ever compressed here, or else the first."""
    native = [uid for uid in proposed if uid in UNCOMPRESSED[:2]]
    video = [uid for uid in proposed if _coding_of_name(_name(uid)) is Coding.VIDEO]
    if video and len(video) + len(native) == len(proposed):
        return video[0]
    return preferred(native) if native else proposed[0]


def _name(uid: str) -> str:
    return str(uids.UID(uid).name)


def _coding_of_name(name: str) -> Coding:
    if any(word in name for word in ("MPEG", "HEVC", "SMPTE")):
        return Coding.VIDEO
    if "Deflate" in name:
        return Coding.DEFLATED
    return Coding.LOSSLESS if "Lossless" in name else Coding.LOSSY


def _installed(decoder: str) -> bool:
    module, function = decoder.split(".")
    try:
        return callable(getattr(importlib.import_module(module), function, None))
    except ImportError:
        return False
