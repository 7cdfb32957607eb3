"""Looks through a disc, stick, folder or archive and says what is there, before anything is taken in.

Reads only, apart from its scratch folder. What a person chose of it is taken in by `chosen.import_chosen`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from vetpacs_desktop.jobs import CancelToken, Report, ignore
from vetpacs_desktop.store.intake.chosen import import_chosen
from vetpacs_desktop.store.intake.survey_records import (
    Choice,
    Destination,
    ForeignFile,
    FoundAnimal,
    FoundStudy,
    Sort,
    Survey,
)
from vetpacs_desktop.store.library import Library

__all__ = [
    "Choice",
    "Destination",
    "ForeignFile",
    "FoundAnimal",
    "FoundStudy",
    "Sort",
    "Survey",
    "import_chosen",
    "survey",
]


def survey(
    library: Library,
    sources: Sequence[Path],
    scratch: Path,
    report: Report = ignore,
    cancel: CancelToken | None = None,
) -> Survey:
    """What stands at `sources`: files, folders, drives, a DICOMDIR, zip archives, ISO images.

    `scratch` is an empty folder that must live until the import is over. Raises `PathMissing`, `Cancelled`,
    `DiskFull`.
    """
    raise NotImplementedError
