"""How a backup lies on its target: the names of its files, and what stands between them and plain bytes.

The only home of these names (decision 0028). It reads and writes nothing.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Protocol

FORMAT = 1
ROOT = "VetPACS"
README = f"{ROOT}/READ ME.txt"
MARK = f"{ROOT}/backup.json"
LOCK = f"{ROOT}/lock.json"
OBJECTS = f"{ROOT}/objects"
DATABASES = f"{ROOT}/databases"
LISTS = f"{ROOT}/lists"
GENERATIONS = f"{ROOT}/generations"
MANIFEST = "manifest.json"
SUMMARY = "generation.json"
"""Beside a sealed manifest: what may be known of a generation without the key."""
DIGEST = "manifest.sha256"
BUCKET = 10_000
"""Rows of a list at most; also the span of row ids of the database that a list covers."""
NOTED = timedelta(minutes=1)
"""Clocks differ by less without being wrong."""
_SUFFIX = re.compile(r"\.[a-z0-9]{1,8}")
_OBJECT = re.compile(r"[0-9a-f]{64}(\.[a-z0-9]{1,8})?")
_ID = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{6}")
_ID_TIME = "%Y%m%dT%H%M%SZ"


class Sealer(Protocol):
    """What stands between plain bytes and what lies on an encrypted target. Safe to use from several
    threads."""

    @property
    def suffix(self) -> str:
        """What sealed files end with: ``.age``."""
        ...

    @property
    def recipient(self) -> str:
        """The public key that it seals for; it stands in the target's ``backup.json``."""
        ...

    def name(self, sha256: str) -> str:
        """The 64 hexadecimal digits that stand for an object of that digest; the same each time."""
        ...

    def seal(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        """The sealed bytes of a file."""
        ...

    def open(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        """The plain bytes again, each block authenticated."""
        ...

    def size(self, plain: int) -> int:
        """Bytes of a sealed file of `plain` bytes."""
        ...


def object_name(sha256: str, path: str, sealer: Sealer | None = None) -> str:
    """Where an object of that digest (lower-case hexadecimal) lies; `path`: where it is in the home, which
    gives the ending of a plain one."""
    if sealer is not None:
        name = sealer.name(sha256)
        return f"{OBJECTS}/{name[:2]}/{name}{sealer.suffix}"
    return f"{OBJECTS}/{sha256[:2]}/{sha256}{suffix_of(path)}"


def suffix_of(path: str) -> str:
    """The ending that a file keeps on a plain target: short and of plain letters, or none."""
    stem, dot, ending = path.rpartition("/")[2].rpartition(".")
    if not stem:
        return ""
    suffix = f"{dot}{ending.lower()}"
    return suffix if _SUFFIX.fullmatch(suffix) else ""


def is_object(name: str) -> bool:
    """Whether the last part of a name is one that this program gives to objects."""
    return _OBJECT.fullmatch(name.rpartition("/")[2]) is not None


def share_folder(number: int) -> str:
    """One of the 256 folders of objects."""
    return f"{OBJECTS}/{number:02x}"


def database_name(sha256: str, sealer: Sealer | None = None) -> str:
    """A copy of the library's database, by the digest of its plain bytes."""
    return f"{DATABASES}/{_stem(sha256, sealer)}.sqlite{_end(sealer)}"


def list_name(sha256: str, sealer: Sealer | None = None) -> str:
    """A list, by the digest of its plain bytes."""
    return f"{LISTS}/{_stem(sha256, sealer)}.tsv{_end(sealer)}"


def folder_of(generation: str) -> str:
    """The folder of one generation."""
    return f"{GENERATIONS}/{generation}"


def manifest_name(generation: str, sealer: Sealer | None = None) -> str:
    return f"{folder_of(generation)}/{MANIFEST}{_end(sealer)}"


def summary_name(generation: str) -> str:
    return f"{folder_of(generation)}/{SUMMARY}"


def digest_name(generation: str) -> str:
    """The SHA-256 of the manifest's file as it lies there, beside it."""
    return f"{folder_of(generation)}/{DIGEST}"


def new_id(made: datetime) -> str:
    """A generation's name: its moment in UTC, and six digits of chance."""
    return f"{made.astimezone(UTC):{_ID_TIME}}-{secrets.token_hex(3)}"


def is_id(text: str) -> bool:
    return _ID.fullmatch(text) is not None


def moment_of(generation: str) -> datetime:
    """The moment in a generation's name, in UTC. Raises `ValueError`."""
    return datetime.strptime(generation.partition("-")[0], _ID_TIME).replace(tzinfo=UTC)


def after(now: datetime, newest: str) -> tuple[datetime, str]:
    """The moment of a new generation, and a note when this computer's clock would put it before `newest`.

    Generations never go backwards: the newest must stay the newest, whatever a clock says.
    """
    now = now.astimezone(UTC).replace(microsecond=0)
    if not newest or now > moment_of(newest):
        return now, ""
    made = moment_of(newest) + timedelta(seconds=1)
    if moment_of(newest) - now < NOTED:
        return made, ""
    note = (
        f"The computer's clock said {now:%Y-%m-%d %H:%M:%S} UTC, which is before the generation before this."
    )
    return made, note


def _stem(sha256: str, sealer: Sealer | None) -> str:
    return sha256 if sealer is None else sealer.name(sha256)


def _end(sealer: Sealer | None) -> str:
    return "" if sealer is None else sealer.suffix


READ_ME = """\
This folder is the backup of the image library of a veterinary clinic, made by VetPACS.
Please change nothing in it: the program compares it and reports what was changed.

To bring everything back: install VetPACS, choose Backup > Restore, and point it at the folder that
holds this one ("{root}").

To get at images without the program (when the backup is not encrypted):
  objects/      every image as a plain DICOM file, named by the SHA-256 of its contents and sorted by the
                first two digits. Any DICOM viewer opens them; they can be imported like any disc.
  generations/  one folder for each backup that was made, named by date and time (UTC). manifest.json says
                which lists, which database and which other files belong to it. It is written last: a
                folder without one is a backup that was not finished.
  lists/        plain tables (tab-separated): SHA-256, bytes, and where the file was in the library. The
                folder of an exam bears its Study Instance UID.
  databases/    the library's index as an SQLite file (any SQLite program opens it). Table "studies" has
                animals and owners, "instances" the SHA-256 of every image.
  To find an animal: look its study_uid up in "studies"; search the lists for that study_uid; the
  first column is the name of the file under objects/.

When the backup is encrypted, each file ends in .age and can be opened with the program "age" and the
secret key of the clinic's key sheet:  age -d -i key.txt -o image.dcm FILE.age
"""


def read_me() -> bytes:
    """The text that lies on every target."""
    return READ_ME.format(root=ROOT).encode()
