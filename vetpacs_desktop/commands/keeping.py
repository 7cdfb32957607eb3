"""Commands that keep: import, verify, rebuild-index."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace
from pathlib import Path

from vetpacs_desktop.commands.answer import Answer, JsonValue
from vetpacs_desktop.errors import EXIT_DONE, EXIT_PARTLY
from vetpacs_desktop.jobs import CancelToken, ignore
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.records import ImportSummary, Verification


def import_files(arguments: Namespace, home: Home) -> Answer:
    """Bring files, folders, discs and archives into the library; exit 1 when something was refused."""
    from vetpacs_desktop.store.intake.importing.stages import import_paths
    from vetpacs_desktop.store.library import Library

    library = Library.open(home.make())
    try:
        paths = [Path(path) for path in arguments.paths]
        summary = import_paths(library, home, paths, ignore, CancelToken())
    finally:
        library.close()
    return Answer(
        {
            "stored": summary.stored,
            "duplicates": summary.duplicates,
            "conflicts": summary.conflicts,
            "ignored": summary.ignored,
            "rejected": [{"path": path, "reason": reason} for path, reason in summary.rejected],
            "studies": [str(uid) for uid in summary.studies],
            "seconds": round(summary.seconds, 3),
        },
        import_in_words(summary),
        EXIT_PARTLY if summary.rejected else EXIT_DONE,
    )


def import_in_words(summary: ImportSummary) -> str:
    """The summary for a person, one fact a line."""
    facts = [
        f"{_some(len(summary.studies), 'exam')}, {_some(summary.stored, 'new image')}.",
        f"{summary.duplicates} were here already." if summary.duplicates else "",
        f"{summary.conflicts} differ from images of the same identity; both are kept."
        if summary.conflicts
        else "",
        f"{summary.ignored} files are no images (tables of contents, programs, letters)."
        if summary.ignored
        else "",
    ]
    refused = [f"Not taken: {path}: {reason}" for path, reason in summary.rejected]
    return "\n".join(fact for fact in facts + refused if fact)


def _some(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def verify(arguments: Namespace, home: Home) -> Answer:
    """Every file against the index and its digest; exit 1 when something is wrong."""
    from vetpacs_desktop.store.library import Library

    library = Library.open(home.make())
    try:
        found = library.verify(ignore, CancelToken())
    finally:
        library.close()
    if arguments.heal and (found.missing or found.corrupt):
        return _healed(home, found)
    return _verification(found, hint=_where_from(home) if found.missing or found.corrupt else "")


def _healed(home: Home, found: Verification) -> Answer:
    """Fetch what is missing or damaged from the backups, and say what is left."""
    from vetpacs_desktop.store.backup.returning.healing import heal

    done = heal(home, [*found.missing, *found.corrupt])
    left = dict(done.left)
    after = replace(
        found,
        missing=tuple(path for path in found.missing if path in left),
        corrupt=tuple(path for path in found.corrupt if path in left),
    )
    answer = _verification(after)
    assert isinstance(answer.document, dict)
    document: dict[str, JsonValue] = {
        **answer.document,
        "healed": list(done.healed),
        "not_healed": [{"path": path, "reason": reason} for path, reason in done.left],
    }
    lines = [answer.text, *(f"Healed: {path}" for path in done.healed)]
    lines += [f"Not healed: {path}: {reason}" for path, reason in done.left]
    return Answer(document, "\n".join(lines), answer.exit_code)


def _where_from(home: Home) -> str:
    """What can be done about faults, where a backup can do it."""
    from vetpacs_desktop.store.backup import places

    try:
        names = ", ".join(place.name for place in places.read(home))
    except places.BadPlaces:
        return ""
    return f"`verify --heal` fetches what is missing or damaged from the backup ({names})." if names else ""


def rebuild_index(arguments: Namespace, home: Home) -> Answer:
    """The index from the files; a damaged index is set aside, never deleted."""
    from vetpacs_desktop.store.recovery.rebuild import rebuild

    return _verification(rebuild(home.make(), ignore, CancelToken()))


def _verification(found: Verification, hint: str = "") -> Answer:
    faults = [
        *(f"Missing: {path}" for path in found.missing),
        *(f"Damaged: {path}" for path in found.corrupt),
        *(f"Not in the index: {path}" for path in found.orphans),
    ]
    return Answer(
        {
            "checked": found.checked,
            "missing": list(found.missing),
            "corrupt": list(found.corrupt),
            "orphans": list(found.orphans),
            "seconds": round(found.seconds, 3),
        },
        "\n".join([f"{found.checked} images checked, {len(faults)} faults.", *faults, *filter(None, [hint])]),
        EXIT_PARTLY if faults else EXIT_DONE,
    )
