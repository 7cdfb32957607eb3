"""Whether somebody changed files on a target: looked at before anything is written there.

Programs that hold files to ransom rename, rewrite or delete many at once. Each run compares the backup's own
small files and a share of the objects' folders with the ledger: names, sizes, times; what has another time is
read. A fault or two is a fault, and copied anew; several are a reason to write nothing, so that good
generations stay as they are, until a person has looked. It changes nothing on the target.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from vetpacs_desktop.store.backup import layout
from vetpacs_desktop.store.backup.copies import Copy
from vetpacs_desktop.store.backup.ledger import Book
from vetpacs_desktop.store.backup.making.copying import digest_on
from vetpacs_desktop.store.backup.target import Target, TargetError

FOLDERS = 256
SHARE = 8
"""Folders looked at by each run at least: all of them within 32 runs."""
ENOUGH = 1000
"""Files looked at by each run at least, where there are so many."""
SEVERAL = 3
DOUBTED = 20
DOUBTED_SHARE = 0.02
"""So many copies, or this share of all, found damaged and not yet copied anew are several as well."""
CLOSER = 20
"""Files with another time that are read by one run."""
TIME_SECONDS = 2.5
"""FAT keeps times to two seconds."""
ALARM = "tampered"
_NEXT, _ACCEPTED, _EXPECTED = "look next", "changes accepted", "expected "


class TargetTampered(TargetError):
    """Files of the backup on {target} were changed by somebody else ({reason}). Nothing was written, and the
    generations there were left as they are. A harmful program may be at work: look at the target from another
    computer before anything else. If you know who did it and why, `vetpacs-desktop backup target accept` lets
    backups go on, and what is wrong is copied anew."""


@dataclass(slots=True)
class Findings:
    """What is not as it was left."""

    wrong: list[str] = field(default_factory=list)
    """Names of objects that are missing or changed."""
    strange: list[str] = field(default_factory=list)
    """Names of files that this program would not give."""
    marks: list[str] = field(default_factory=list)
    """The backup's own small files that are missing or changed."""
    times: list[tuple[str, float]] = field(default_factory=list)
    """Times of files to be remembered."""
    looked: int = 0

    @property
    def faults(self) -> int:
        return len(self.wrong) + len(self.strange) + len(self.marks)

    @property
    def words(self) -> str:
        """For the sentence."""
        parts = [
            f"{len(self.wrong)} of {self.looked} files looked at are missing or changed"
            if self.wrong
            else "",
            f"{len(self.strange)} files with strange names" if self.strange else "",
            f"changed: {', '.join(self.marks)}" if self.marks else "",
        ]
        return "; ".join(part for part in parts if part)


def look(target: Target, book: Book, between: Callable[[], None] = lambda: None) -> Findings:
    """Compare a share of the target with the ledger. What is wrong with a few files is marked for copying
    anew.

    Raises `TargetTampered` for several, unless a person accepted them; `TargetError`.
    """
    accepted = bool(book.history.fact(_ACCEPTED))
    start = int(book.history.fact(_NEXT) or 0)
    findings = Findings(marks=_marks(target, book))
    closer, folders = CLOSER, 0
    while folders < FOLDERS and (accepted or folders < SHARE or findings.looked < ENOUGH):
        between()
        closer -= _folder(target, book, (start + folders) % FOLDERS, findings, closer)
        folders += 1
    book.copies.seen(findings.times)
    if not accepted:
        _refuse(target, book, findings)
    if findings.wrong:
        book.copies.doubt(findings.wrong)
    book.history.keep_fact(_NEXT, str((start + folders) % FOLDERS))
    return findings


def accept(book: Book) -> None:
    """A person has looked and knows why: the next run looks at everything and copies anew what is wrong."""
    book.history.keep_fact(_ACCEPTED, "yes")


def settled(book: Book, now: int) -> None:
    """A run has ended well: what was accepted is past."""
    if book.history.fact(_ACCEPTED):
        book.copies.forget([copy.name for copy in book.copies.suspects()])  # what nobody has any more
        book.history.keep_fact(_ACCEPTED, "")
    book.history.end_alarm(ALARM, now)


def expect(book: Book, name: str, digest: str) -> None:
    """This small file was written just now, with these bytes; an empty digest: it is no longer watched."""
    book.history.keep_fact(_EXPECTED + name, digest)


def _refuse(target: Target, book: Book, findings: Findings) -> None:
    if findings.faults >= SEVERAL:
        raise TargetTampered(target=target.name, reason=findings.words)
    of, _, doubted = book.copies.amount()
    if doubted > max(DOUBTED, DOUBTED_SHARE * of):
        reason = f"{doubted} of {of} files were found missing or changed when they were proved"
        raise TargetTampered(target=target.name, reason=reason)


def _marks(target: Target, book: Book) -> list[str]:
    """The backup's own small files that are not as they were written."""
    expected = book.history.facts(_EXPECTED)
    return [name for name, digest in sorted(expected.items()) if digest_on(target, name) != digest]


def _folder(target: Target, book: Book, number: int, findings: Findings, closer: int) -> int:
    """Compare one folder; answers how many files were read for it."""
    known = {copy.name: copy for copy in book.copies.in_folder(number)}
    other: list[tuple[Copy, float]] = []
    for entry in target.entries(layout.share_folder(number)):
        copy = known.pop(entry.name, None)
        if copy is None:
            if not layout.is_object(entry.name) and not _harmless(entry.name.rpartition("/")[2]):
                findings.strange.append(entry.name)
            continue
        findings.looked += 1
        if copy.suspect:
            continue
        if entry.size != copy.bytes:
            findings.wrong.append(copy.name)
        elif copy.changed is None:
            findings.times.append((copy.name, entry.changed))
        elif abs(entry.changed - copy.changed) > TIME_SECONDS:
            other.append((copy, entry.changed))
    missing = [copy.name for copy in known.values() if not copy.suspect]
    findings.looked += len(missing)
    findings.wrong += missing
    for copy, changed in other[: max(0, closer)]:
        if digest_on(target, copy.name) == copy.stored:
            findings.times.append((copy.name, changed))
        else:
            findings.wrong.append(copy.name)
    return min(len(other), max(0, closer))


def _harmless(last: str) -> bool:
    """What file managers leave behind wherever they look."""
    return last.startswith(".") or last.casefold() in ("thumbs.db", "desktop.ini")
