"""Reads what a target says of itself: whose backup it is, which generations there are, what belongs to one.

Everything is proved by its digest before it is believed. It writes nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

from vetpacs_desktop.store.backup import layout
from vetpacs_desktop.store.backup.layout import Sealer
from vetpacs_desktop.store.backup.manifest import (
    FileRef,
    ListRef,
    Manifest,
    ManifestDamaged,
    from_bytes,
    list_rows,
)
from vetpacs_desktop.store.backup.target import NotThere, Target

LARGEST = 256 * 1024 * 1024
"""Bytes of a manifest or list at most; what is longer is not ours."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What `backup.json` says: whose backup lies on a target."""

    backup_id: str
    library: str
    made: str
    recipient: str = ""
    """The public key that everything there is sealed for; empty: plain files."""


def mark(target: Target) -> Mark | None:
    """None where no backup was begun. Raises `ManifestDamaged` when it can't be read, `TargetError`."""
    try:
        facts = json.loads(whole(target, layout.MARK))
        if facts["format"] != layout.FORMAT:
            raise ValueError("it was written by another version of the program")
        found = Mark(facts["backup_id"], facts["library"], facts["made"], facts["recipient"])
        if not all(
            isinstance(one, str) for one in (found.backup_id, found.library, found.made, found.recipient)
        ):
            raise ValueError("a text in it is damaged")
    except NotThere:
        return None
    except (ValueError, TypeError, KeyError) as error:
        reason = str(error) or type(error).__name__
        raise ManifestDamaged(generation="there", name=layout.MARK, reason=reason) from error
    return found


def mark_bytes(one: Mark) -> bytes:
    """As it lies on the target."""
    facts = {
        "format": layout.FORMAT,
        "backup_id": one.backup_id,
        "library": one.library,
        "made": one.made,
        "recipient": one.recipient,
    }
    return json.dumps(facts, indent=1).encode() + b"\n"


def generation_ids(target: Target) -> list[str]:
    """Every folder of a generation, the newest first; also of those that were not finished."""
    return sorted(filter(layout.is_id, target.folders(layout.GENERATIONS)), reverse=True)


def finished(target: Target, generation: str) -> bool:
    """Whether its manifest was written."""
    return any(
        entry.name.rpartition("/")[2].startswith(layout.MANIFEST)
        for entry in target.entries(layout.folder_of(generation))
    )


def manifest(target: Target, generation: str, sealer: Sealer | None = None) -> Manifest:
    """One generation's manifest. Raises `NotThere` for one that was not finished, `ManifestDamaged`,
    `TargetError` and, of a sealed one, what the sealer raises."""
    stored = whole(target, layout.manifest_name(generation, sealer))
    if stated_digest(target, generation) != hashlib.sha256(stored).hexdigest():
        raise ManifestDamaged(generation=generation, name=layout.MANIFEST, reason="its content was changed")
    return from_bytes(opened(stored, sealer), generation)


def stated_digest(target: Target, generation: str) -> str:
    """The digest that lies beside a manifest; empty when there is none."""
    try:
        return whole(target, layout.digest_name(generation)).decode("ascii", "replace").split()[0]
    except (NotThere, IndexError):
        return ""


def generations(target: Target, sealer: Sealer | None = None) -> Iterator[Manifest | ManifestDamaged]:
    """The finished ones, the newest first; a damaged one is told of in its place."""
    for generation in generation_ids(target):
        try:
            yield manifest(target, generation, sealer)
        except NotThere:
            continue
        except ManifestDamaged as damage:
            yield damage


def rows(target: Target, found: Manifest, sealer: Sealer | None = None) -> Iterator[FileRef]:
    """Every file that belongs to a generation, list by list. Raises as `list_of`."""
    for ref in found.lists:
        yield from list_of(target, ref, sealer, found.id)
    yield from found.files


def list_of(
    target: Target, ref: ListRef, sealer: Sealer | None = None, generation: str = ""
) -> list[FileRef]:
    """The rows of one list. Raises `ManifestDamaged`, `NotThere`, `TargetError`."""
    data = opened(whole(target, layout.list_name(ref.sha256, sealer)), sealer)
    return list_rows(data, ref, generation)


def whole(target: Target, name: str) -> bytes:
    """A small file. Raises `NotThere`, `TargetError`, `ValueError` for one that can't be ours."""
    held = bytearray()
    for block in target.read(name):
        held += block
        if len(held) > LARGEST:
            raise ValueError("it is far too long")
    return bytes(held)


def opened(stored: bytes, sealer: Sealer | None) -> bytes:
    """The plain bytes of what was read."""
    return stored if sealer is None else b"".join(sealer.open([stored]))
