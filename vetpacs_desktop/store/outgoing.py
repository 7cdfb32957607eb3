"""What leaves the house: an object's own file, or a copy with the corrected words where a person gave some.

The stored file is never touched. In a copy only the animal's attributes differ; pixels and everything behind
them are the same bytes, and the old values travel along in the Original Attributes Sequence (PS3.3 C.12.1).
"""

from __future__ import annotations

from pathlib import Path

from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.records import InstanceRow


def prepared(library: Library, row: InstanceRow, folder: Path) -> Path:
    """The file to send or export for `row`: its own, or a corrected copy in `folder` (the caller's to remove).

    Same transfer syntax, same identifiers. Raises `OSError`, `DiskFull`.
    """
    raise NotImplementedError
