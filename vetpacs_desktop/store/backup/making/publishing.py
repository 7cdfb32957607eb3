"""How a generation becomes one: its manifest, put there last; and which generations a target has.

The backup's own small files are watched from the moment they are written (`tampering.py`).
"""

from __future__ import annotations

import contextlib
import logging

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.store.backup import layout, reading
from vetpacs_desktop.store.backup.copies import Copy
from vetpacs_desktop.store.backup.history import Room
from vetpacs_desktop.store.backup.layout import Sealer
from vetpacs_desktop.store.backup.ledger import Book
from vetpacs_desktop.store.backup.making import tampering
from vetpacs_desktop.store.backup.making.copying import Copier, digest_of_bytes, digest_on
from vetpacs_desktop.store.backup.manifest import Manifest, summary, to_bytes
from vetpacs_desktop.store.backup.outcome import DAMAGED, Generation
from vetpacs_desktop.store.backup.target import NotThere, Target, TargetError

LOG = logging.getLogger(__name__)


def publish(target: Target, copier: Copier, book: Book, manifest: Manifest, sealer: Sealer | None) -> None:
    """Put the manifest there: with it, and not before, the generation exists. Raises `TargetError`."""
    data = to_bytes(manifest)
    name = layout.manifest_name(manifest.id, sealer)
    if sealer is not None:
        copier.put(layout.summary_name(manifest.id), summary(manifest), seal=False)
        data = b"".join(sealer.seal([data]))
    digest = digest_of_bytes(data)
    line = f"{digest}  {name.rpartition('/')[2]}\n".encode()
    copier.put(layout.digest_name(manifest.id), line, seal=False)
    copier.put(name, data, seal=False)
    if manifest.previous:
        tampering.expect(book, layout.manifest_name(manifest.previous, sealer), "")
    tampering.expect(book, name, digest)
    _expect_marks(target, copier, book)


def _expect_marks(target: Target, copier: Copier, book: Book) -> None:
    """From now on the mark and the words for people are watched; words that are missing are put back."""
    text = layout.read_me()
    if digest_on(target, layout.README) != digest_of_bytes(text):
        copier.put(layout.README, text, seal=False)
    tampering.expect(book, layout.README, digest_of_bytes(text))
    tampering.expect(book, layout.MARK, digest_on(target, layout.MARK))


def known(target: Target, book: Book, sealer: Sealer | None) -> str:
    """Compare the generations there with the ledger's; answers the newest of all, finished or not.

    One that a kill kept out of the ledger, or that another computer made, is entered; one that has gone
    without this program's doing is marked damaged. Raises `TargetError`.
    """
    there = reading.generation_ids(target)
    entered = {one.id: one for one in book.history.generations()}
    for generation in there:
        if generation not in entered:
            try:
                book.history.enter(_generation(reading.manifest(target, generation, sealer)))
            except NotThere:
                continue  # it was never finished
            except TargetError:
                raise
            except KnownError as error:  # damaged, or sealed and no key here
                LOG.warning("Generation %s could not be read: %s", generation, error)
    for generation in entered.keys() - set(there):
        if entered[generation].state != DAMAGED:
            LOG.warning("Generation %s is no longer on %s", generation, target.name)
            book.history.set_state(generation, DAMAGED)
    return max([*there, *entered], default="")


def adopt(book: Book, there: dict[str, int], now: int) -> None:
    """After the ledger was lost: plain objects of older generations alone are entered as not proved yet, so
    that the rolling proof reads them first. `there`: bytes by name."""
    if not there:
        return
    entered = {copy.name for copy in book.copies.all()}
    fresh = []
    for name, size in there.items():
        if name not in entered:
            digest = name.rpartition("/")[2][:64]
            fresh.append(Copy(name, digest, digest, size, now, 0))
    if fresh:
        book.copies.enter(fresh)


def note_room(target: Target, book: Book, now: int) -> None:
    """For the plot of growth; a target that doesn't say is no reason to fail."""
    with contextlib.suppress(TargetError):
        space = target.space()
        if space is not None:
            book.history.add_room(Room(now, space.free, space.total, book.copies.amount()[1]))


def _generation(manifest: Manifest) -> Generation:
    return Generation(
        manifest.id,
        manifest.made,
        manifest.objects,
        manifest.bytes,
        database=manifest.database.sha256,
        lost=manifest.lost,
        note=manifest.clock_note,
    )
