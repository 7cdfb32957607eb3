"""Commands about backups: backup run, list, verify, restore, prune, drill, health, certificate."""

from __future__ import annotations

import sys
import time
from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from vetpacs_desktop.commands.answer import Answer, JsonValue
from vetpacs_desktop.errors import EXIT_DONE, EXIT_PARTLY, KnownError, UsageError
from vetpacs_desktop.jobs import Progress
from vetpacs_desktop.paths import Home

if TYPE_CHECKING:
    from vetpacs_desktop.store.backup.outcome import Generation, Proof
    from vetpacs_desktop.store.backup.places import Place
    from vetpacs_desktop.store.backup.returning.restoring import Restored
    from vetpacs_desktop.store.backup.sealing.sealing import AgeSealer
    from vetpacs_desktop.store.backup.target import Target
    from vetpacs_desktop.store.backup.tending.health import Health
    from vetpacs_desktop.store.backup.thinning.pruning import Pruned

T = TypeVar("T")
SECONDS_BETWEEN_LINES = 1.0


class NoTarget(KnownError):
    """No backup target is set up; `backup target add NAME URL` sets one up."""


class NotWritten(KnownError):
    """{path} could not be written; name another file, in a folder in which you may write."""


def run(arguments: Namespace, home: Home) -> Answer:
    """Back up now, to one target or to all; exit 1 when something could not be kept."""

    def one(place: Place) -> Generation:
        return _run(home, place, arguments)

    done, failed = _each(_chosen(home, arguments.target), one)
    rows: list[JsonValue] = [generation_document(place, made) for place, made in done]
    rows += [{"target": place.name, "error": error.sentence} for place, error in failed]
    lines = [_made_in_words(place, made) for place, made in done]
    lines += [f"{place.name}: {error.sentence}" for place, error in failed]
    good = not failed and all(made.verified for _, made in done)
    return Answer(rows[0] if len(rows) == 1 else rows, "\n".join(lines), EXIT_DONE if good else EXIT_PARTLY)


def list_generations(arguments: Namespace, home: Home) -> Answer:
    """The backups that were made, the newest first, as the ledger of this computer knows them."""
    from vetpacs_desktop.store.backup.ledger import Ledger

    places = _chosen(home, arguments.target, none_is_fine=True)
    found: list[tuple[Place, Generation]] = []
    with Ledger.open(home.make()) as ledger:
        for place in places:
            if place.backup_id:
                found += [(place, one) for one in ledger.book(place.backup_id).history.generations()]
    found.sort(key=lambda pair: pair[1].id, reverse=True)
    rows: list[JsonValue] = [generation_document(place, one) for place, one in found]
    lines = [f"{one.id}  {place.name:16}  {_size_in_words(one)}  {one.state}" for place, one in found]
    return Answer(rows, "\n".join(lines) or "No backup was made yet.")


def verify(arguments: Namespace, home: Home) -> Answer:
    """Read a whole backup back and compare every file; heals nothing unless asked."""
    place = _one(home, arguments.target)
    proof = _proof(home, place, arguments.generation, arguments)
    document = _proof_document(proof)
    if arguments.heal and not proof.clean:
        _run(home, place, arguments)
        again = _proof(home, place, proof.generation, arguments)
        left = {*again.missing, *again.corrupt}
        healed = [one for one in (*proof.missing, *proof.corrupt) if one not in left]
        proof, document = again, {**_proof_document(again), "healed": list(healed)}
    faults = [*(f"Missing: {one}" for one in proof.missing), *(f"Damaged: {one}" for one in proof.corrupt)]
    words = f"{place.name}, {proof.generation}: {proof.checked} files read back, {len(faults)} faults."
    return Answer(document, "\n".join([words, *faults]), EXIT_DONE if proof.clean else EXIT_PARTLY)


def restore(arguments: Namespace, home: Home) -> Answer:
    """Bring a backup back into a folder, which becomes a library; exit 1 when something is not to be had."""
    from vetpacs_desktop.store.backup import places
    from vetpacs_desktop.store.backup.credentials import secrets_of
    from vetpacs_desktop.store.backup.returning import coming_back, restoring

    to = Home(Path(arguments.to).absolute())
    place = places.find(home, arguments.target)
    scope = coming_back.Scope(tuple(arguments.study or ()), tuple(arguments.animal or ()))
    if arguments.anew:
        restoring.give_up(to)
    restored = restoring.restore(
        to,
        place,
        secrets_of(home),
        generation=arguments.generation or "",
        scope=scope,
        report=_teller(arguments),
    )
    return _restored(restored, to)


def prune(arguments: Namespace, home: Home) -> Answer:
    """Show which backups would go by the rule of the target, or let them go, in two steps."""
    from vetpacs_desktop.store.backup.thinning import pruning

    if arguments.preview == arguments.yes:
        raise UsageError(reason="say --preview to see what would go, or --yes to let it go")
    place = _one(home, arguments.target)
    preview = pruning.preview(home, place, datetime.now().astimezone())
    document: dict[str, JsonValue] = {
        "target": place.name,
        "keep": [{"generation": one.generation.id, "why": one.why} for one in preview.keep],
        "go": [one.id for one in preview.go],
    }
    lines = [f"stays  {one.generation.id}  {one.why}" for one in preview.keep]
    lines += [f"goes   {one.id}" for one in preview.go]
    if arguments.yes:
        with _opened(home, place) as (target, sealer):
            done = pruning.prune(home, place, target, sealer=sealer, report=_teller(arguments))
        document |= {
            "set_aside": list(done.set_aside),
            "gone": list(done.gone),
            "deleted": done.deleted,
            "bytes": done.bytes,
            "waiting": done.waiting,
        }
        lines.append(_pruned_in_words(place, done))
    return Answer(document, "\n".join(lines) or "There is no backup yet.")


def drill(arguments: Namespace, home: Home) -> Answer:
    """Rehearse a restore into a temporary folder; exit 1 when the backup has a fault."""
    from vetpacs_desktop.store.backup.credentials import secrets_of
    from vetpacs_desktop.store.backup.returning import drill as drills

    found = drills.drill(
        home,
        _one(home, arguments.target),
        secrets_of(home),
        generation=arguments.generation or "",
        folder=Path(arguments.folder).absolute() if arguments.folder else None,
        sample_bytes=round(arguments.sample * 1000**3),
        report=_teller(arguments),
    )
    document: dict[str, JsonValue] = {
        "generation": found.generation,
        "ok": found.ok,
        "exams": found.exams,
        "images": found.images,
        "checked": found.checked,
        "bytes": found.bytes,
        "whole": found.whole,
        "faults": list(found.faults),
        "seconds": round(found.seconds, 3),
    }
    lines = [found.sentence, *(found.faults if not found.ok else ())]
    return Answer(document, "\n".join(lines), EXIT_DONE if found.ok else EXIT_PARTLY)


def health(arguments: Namespace, home: Home) -> Answer:
    """How every target is doing; exit 1 when one is not well."""
    found = [_health(home, place) for place in _chosen(home, arguments.target, none_is_fine=True)]
    rows: list[JsonValue] = [_health_document(one) for one in found]
    lines = [f"{one.light:5}  {one.name}: {one.sentence}" for one in found]
    bad = any(one.light == "red" for one in found)
    text = "\n".join(lines) or NoTarget().sentence
    return Answer(rows, text, EXIT_PARTLY if bad or not found else EXIT_DONE)


def certificate(arguments: Namespace, home: Home) -> Answer:
    """The state of the backups as a page for an inspection; exit 3 while there is nothing to certify."""
    from vetpacs_desktop import settings
    from vetpacs_desktop.store.library import Library
    from vetpacs_desktop.ui.backup.certificate import write_pdf
    from vetpacs_desktop.ui.operations.backup_certificate import gather

    library = Library.open(home.make())
    try:
        counts = library.counts()
    finally:
        library.close()
    clinic = settings.load(home.settings).text("clinic.name")
    found = gather(home, clinic, counts, datetime.now().astimezone(), arguments.target or "")
    out = Path(arguments.out).absolute()
    write_pdf(found, out)
    if not out.exists():
        raise NotWritten(path=out)
    return Answer({"out": str(out), "bytes": out.stat().st_size}, f"Written: {out}")


def generation_document(place: Place, one: Generation) -> dict[str, JsonValue]:
    """One backup with the keys of the command line's contract, and whose it is."""
    document: dict[str, JsonValue] = {
        "generation": one.id,
        "objects": one.objects,
        "bytes": one.bytes,
        "copied": one.copied,
        "seconds": round(one.seconds, 3),
        "verified": one.verified,
        "target": place.name,
        "made": one.made,
    }
    if one.lost:
        document["lost"] = list(one.lost)
    return document


def _run(home: Home, place: Place, arguments: Namespace) -> Generation:
    from vetpacs_desktop.store.backup.making import running

    with _opened(home, place) as (target, sealer):
        return running.run(home, place, target, sealer=sealer, report=_teller(arguments))


def _proof(home: Home, place: Place, generation: str | None, arguments: Namespace) -> Proof:
    from vetpacs_desktop.store.backup.making import proving
    from vetpacs_desktop.store.backup.returning import sources
    from vetpacs_desktop.store.backup.target import NotThere

    with _opened(home, place) as (target, sealer):
        try:
            return proving.verify(home, place, target, generation, sealer=sealer, report=_teller(arguments))
        except NotThere as error:
            raise sources.NoSuchGeneration(generation=generation, target=place.name) from error


@contextmanager
def _opened(home: Home, place: Place) -> Iterator[tuple[Target, AgeSealer | None]]:
    """A target with what seals for it."""
    from vetpacs_desktop.store.backup.credentials import secrets_of
    from vetpacs_desktop.store.backup.sealing import place_keys
    from vetpacs_desktop.store.backup.targets.opening import open_target

    secrets = secrets_of(home.make())
    sealer = place_keys.sealer_of(place, secrets)
    target = open_target(place, secrets)
    try:
        yield target, sealer
    finally:
        target.close()


def _pruned_in_words(place: Place, done: Pruned) -> str:
    from vetpacs_desktop.store.backup.words import amount, many

    words = [f"{many(len(done.set_aside), 'backup', 'backups')} of {place.name} set aside"]
    words.append(f"{many(len(done.gone), 'backup', 'backups')} deleted")
    words.append(f"{many(done.deleted, 'file', 'files')} ({amount(done.bytes)}) deleted")
    return f"{', '.join(words)}. What is set aside goes once a day has passed and a later backup exists."


def _restored(restored: Restored, to: Home) -> Answer:
    document: dict[str, JsonValue] = {
        "generation": restored.generation,
        "restored": restored.restored,
        "seconds": round(restored.seconds, 3),
        "failed": [{"path": path, "reason": reason} for path, reason in restored.failed],
    }
    lines = [f"{restored.restored:,} files of the backup {restored.generation} are back in {to.root}."]
    if restored.here:
        lines.append(f"{restored.here:,} images were here and whole; they stayed as they are.")
    if restored.in_trash:
        lines.append(f"{restored.in_trash:,} images are in the trash here and stayed there.")
    if restored.notes:
        lines.append(f"{restored.notes:,} corrections and drawings were brought back.")
    lines += [f"Not back: {path}: {reason}" for path, reason in restored.failed]
    return Answer(document, "\n".join(lines), EXIT_PARTLY if restored.failed else EXIT_DONE)


def _proof_document(proof: Proof) -> dict[str, JsonValue]:
    return {
        "generation": proof.generation,
        "checked": proof.checked,
        "missing": list(proof.missing),
        "corrupt": list(proof.corrupt),
        "seconds": round(proof.seconds, 3),
    }


def _health(home: Home, place: Place) -> Health:
    from vetpacs_desktop.store.backup import progress
    from vetpacs_desktop.store.backup.ledger import Ledger
    from vetpacs_desktop.store.backup.places import ledger_name
    from vetpacs_desktop.store.backup.tending import health as healths

    now = datetime.now().astimezone()
    with Ledger.open(home.make()) as ledger:
        running = progress.read(home, place.backup_id) is not None
        return healths.look(ledger.book(ledger_name(place)), place, now, running=running)


def _health_document(one: Health) -> JsonValue:
    return {
        "target": one.name,
        "light": one.light,
        "sentence": one.sentence,
        "faults": [{"kind": fault.kind, "sentence": fault.sentence} for fault in one.faults],
        "last_good": one.last_good.id if one.last_good else "",
        "objects": one.objects,
        "bytes": one.bytes,
        "proved": one.proved,
        "days_left": one.days_left,
        "next_run": one.next_run.isoformat(timespec="seconds") if one.next_run else "",
        "next_drill": one.next_drill.isoformat(timespec="seconds") if one.next_drill else "",
    }


def _chosen(home: Home, name: str | None, *, none_is_fine: bool = False) -> Sequence[Place]:
    """The target of that name, or all. Raises `NoSuchPlace`, `NoTarget`."""
    from vetpacs_desktop.store.backup import places

    found = [places.find(home, name)] if name else places.read(home)
    if not found and not none_is_fine:
        raise NoTarget()
    return found


def _one(home: Home, name: str | None) -> Place:
    """The target of that name, or the only one. Raises `UsageError` where a name is needed."""
    found = _chosen(home, name)
    if len(found) > 1:
        names = ", ".join(place.name for place in found)
        raise UsageError(reason=f"there are several targets ({names}); name one with --target")
    return found[0]


def _each(
    places: Sequence[Place], work: Callable[[Place], T]
) -> tuple[list[tuple[Place, T]], list[tuple[Place, KnownError]]]:
    """One target's trouble keeps no other from its turn; that of the only one is the command's."""
    done: list[tuple[Place, T]] = []
    failed: list[tuple[Place, KnownError]] = []
    for place in places:
        try:
            done.append((place, work(place)))
        except KnownError as error:
            if len(places) == 1:
                raise
            failed.append((place, error))
    return done, failed


def _made_in_words(place: Place, made: Generation) -> str:
    lines = [f"{place.name}: {made.id}, {_size_in_words(made)}, {made.copied:,} copied, all read back."]
    lines += [f"Not kept, it can't be read here: {path}" for path in made.lost]
    return "\n".join([*lines, made.note] if made.note else lines)


def _size_in_words(one: Generation) -> str:
    from vetpacs_desktop.store.backup.words import amount, many

    return f"{many(one.objects, 'file', 'files')}, {amount(one.bytes)}"


def _teller(arguments: Namespace) -> Callable[[Progress], None]:
    """Tells a person who sits before a terminal how far it is, a line a second at most."""
    if arguments.json or not sys.stderr.isatty():
        return lambda _: None
    last = [0.0]

    def tell(progress: Progress) -> None:
        now = time.monotonic()
        if now - last[0] >= SECONDS_BETWEEN_LINES:
            last[0] = now
            of = f" of {progress.total:,}" if progress.total else ""
            print(f"{progress.text}: {progress.done:,}{of}", file=sys.stderr)

    return tell
