"""Commands that find: studies, inspect; and how a PATH|UID argument becomes files."""

from __future__ import annotations

import re
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from vetpacs_desktop.commands.answer import Answer, JsonValue
from vetpacs_desktop.errors import NotAFile, PathMissing
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.records import StudyRow

UID_PATTERN = re.compile(r"[0-9]+(\.[0-9]+)+")


def studies(arguments: Namespace, home: Home) -> Answer:
    """Search as in the window."""
    from vetpacs_desktop.store.library import Library

    library = Library.open(home.make())
    try:
        rows = library.search(" ".join(arguments.query), limit=arguments.limit)
    finally:
        library.close()
    return Answer(
        [study_document(row) for row in rows], "\n".join(_line(row) for row in rows) or "No exam found."
    )


def study_document(row: StudyRow) -> dict[str, JsonValue]:
    """One study with the keys of the command line's contract."""
    return {
        "study_uid": str(row.study_uid),
        "animal_id": str(row.animal_id),
        "animal_name": row.animal_name,
        "owner_name": row.owner_name,
        "species": row.species,
        "breed": row.breed,
        "patient_id": row.patient_id,
        "study_date": row.study_date,
        "modalities": list(row.modalities),
        "description": row.description,
        "series_count": row.series_count,
        "instance_count": row.instance_count,
    }


def _line(row: StudyRow) -> str:
    who = f"{row.animal_name or 'unnamed'} ({row.owner_name or 'owner unknown'})"
    what = f"{'/'.join(row.modalities)} {row.description}".strip()
    count = f"{row.instance_count:5} images"
    return f"{row.study_date or 'no date':10}  {who:32}  {what:40}  {count}  {row.study_uid}"


def inspect(arguments: Namespace, home: Home) -> Answer:
    """How the program understands a file, a folder or a stored study, series or instance."""
    from vetpacs_desktop.viewer.inspect import inspection

    found = inspection(files_of(arguments.what, home))
    document = found.to_json()
    return Answer(document, _indented(document))


def files_of(what: str, home: Home) -> Sequence[Path]:
    """The files behind a PATH (a file, or a folder with all below) or a UID.

    Raises `PathMissing`, `NotFound`, `NotAFile`.
    """
    path = Path(what)
    if path.exists() and not (path.is_dir() or path.is_file()):
        raise NotAFile(path=path)
    if path.is_dir():
        return sorted(file for file in path.rglob("*") if file.is_file() and not file.name.startswith("."))
    if path.exists():
        return [path]
    if not UID_PATTERN.fullmatch(what):
        raise PathMissing(path=what)
    from vetpacs_desktop.store.library import Library

    library = Library.open(home.make())
    try:
        return [row.path for row in library.locate(what) if not row.conflict]
    finally:
        library.close()


def _indented(document: JsonValue) -> str:
    import json

    return json.dumps(document, indent=2, ensure_ascii=False)
