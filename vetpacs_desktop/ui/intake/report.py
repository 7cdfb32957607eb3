"""What an import did, as a page to read and to print: what came in, what did not and why.

Pure text: it reads nothing and prints nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from html import escape

from PySide6.QtCore import QCoreApplication

from vetpacs_desktop.store.records import ImportSummary, StudyRow
from vetpacs_desktop.ui import words


class End(Enum):
    """How an import ended."""

    DONE = "done"
    STOPPED = "stopped"
    """Somebody cancelled it."""
    PULLED = "pulled"
    """The medium was taken out."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an import did."""

    end: End
    source: str
    """Where the images are, for people: a medium's name or a path."""
    summary: ImportSummary = field(default_factory=ImportSummary)
    studies: tuple[StudyRow, ...] = ()
    sentence: str = ""
    """Of the error, for `End.FAILED`."""
    done: int = 0
    total: int = 0
    refused: tuple[tuple[str, str], ...] = ()
    """What the survey could not take already."""

    @property
    def missed(self) -> tuple[tuple[str, str], ...]:
        """(path, reason) of everything that did not come in; of a pulled medium the rest is still to come."""
        if self.end is End.PULLED:
            return ()
        return (*self.summary.rejected, *self.refused)


def headline(outcome: Outcome) -> tuple[str, str]:
    """The question's place on the last page: what happened, and what it means."""
    summary, safe = outcome.summary, _safe(outcome)
    if outcome.end is End.PULLED:
        return (
            _tr("“{name}” was taken out").format(name=outcome.source),
            f"{safe} " + _tr("Put it back, and the import goes on where it stopped."),
        )
    if outcome.end is End.STOPPED:
        return _tr("Stopped as you asked"), f"{safe} " + _tr("You can go on where it stopped.")
    if outcome.end is End.FAILED:
        return _tr("The import could not be finished"), f"{outcome.sentence} {safe}"
    came = summary.stored + summary.conflicts
    if came:
        title = _tr("{images} came in").format(images=words.images(came))
    elif summary.duplicates:
        title = _tr("Everything was here already")
    else:
        title = _tr("Nothing came in")
    parts = []
    if came and summary.duplicates:
        parts.append(_tr("{images} were here already.").format(images=words.images(summary.duplicates)))
    if summary.conflicts:
        parts.append(
            words.counted(
                summary.conflicts,
                _tr("{n} image came a second time with different content; both were kept."),
                _tr("{n} images came a second time with different content; both were kept."),
            )
        )
    if outcome.missed:
        parts.append(
            words.counted(
                len(outcome.missed),
                _tr("{n} file did not come in; it stayed where it is."),
                _tr("{n} files did not come in; they stayed where they are."),
            )
        )
    elif came:
        parts.append(_tr("Nothing was left behind."))
    return title, " ".join(parts)


def page(outcome: Outcome, *, clinic: str = "", now: datetime | None = None) -> str:
    """The page as HTML that Qt's documents read: to click on, or with `now` headed for printing."""
    title, meaning = headline(outcome)
    parts = []
    if now is not None:
        when = f"{words.day(now.date().isoformat(), date.min)}, {words.clock(now.strftime('%H:%M'))}"
        parts.append(f"<p>{escape(clinic)}</p><h2>{escape(title)}</h2><p>{escape(meaning)}</p>")
        parts.append(
            f"<p>{escape(_tr('From {source}, {when}').format(source=outcome.source, when=when))}</p>"
        )
    if outcome.studies:
        parts.append(
            f"<h3>{escape(_tr('In the library now'))}</h3>{_exams(outcome.studies, links=now is None)}"
        )
    if outcome.missed:
        parts.append(f"<h3>{escape(_tr('Did not come in'))}</h3>{_missed(outcome.missed)}")
    return "".join(parts)


def _safe(outcome: Outcome) -> str:
    if not outcome.done:
        return _tr("Nothing was copied yet, and nothing is half there.")
    return _tr("{done} of {total} files were copied until then and are safe; nothing is half there.").format(
        done=words.grouped(outcome.done), total=words.grouped(max(outcome.total, outcome.done))
    )


def _exams(studies: Sequence[StudyRow], *, links: bool) -> str:
    rows = [(_tr("Animal"), _tr("Owner"), _tr("Exam"), _tr("Day"), _tr("Images"))]
    rows += [
        (
            study.animal_name or _tr("No name"),
            study.owner_name,
            study.description or " ".join(study.modalities) or _tr("Exam without description"),
            study.study_date,
            words.grouped(study.instance_count),
        )
        for study in studies
    ]
    return _table(rows, [study.study_uid for study in studies] if links else ())


def _missed(missed: Sequence[tuple[str, str]]) -> str:
    return _table([(_tr("File"), _tr("Why")), *missed])


def _table(rows: Sequence[Sequence[str]], links: Sequence[str] = ()) -> str:
    """A table whose first row is its head; `links` make the other rows' third cells lead somewhere."""
    head, *body = ([escape(cell) for cell in row] for row in rows)
    for row, link in zip(body, links, strict=False):
        row[2] = f'<a href="{escape(link)}">{row[2]}</a>'
    first = "".join(f'<th align="left">{cell}</th>' for cell in head)
    lines = "".join(
        "<tr>" + "".join(f'<td valign="top">{cell}</td>' for cell in row) + "</tr>" for row in body
    )
    return f'<table width="100%" cellspacing="0" cellpadding="5"><tr>{first}</tr>{lines}</table>'


def _tr(text: str) -> str:
    return QCoreApplication.translate("intake_report", text)
