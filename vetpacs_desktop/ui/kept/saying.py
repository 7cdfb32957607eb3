"""Moments, reasons and versions as this panel's dialogs say them. Pure functions but for the clock given."""

from __future__ import annotations

from datetime import date, datetime

from PySide6.QtCore import QCoreApplication

from vetpacs_desktop.store.kept.retention import BY, Policy
from vetpacs_desktop.store.kept.trash_table import EXAM, FILE, SERIES, TrashEntry
from vetpacs_desktop.store.reading.mending import Remedy
from vetpacs_desktop.ui import words


def moment(iso: str) -> str:
    """ "Today 14:32" in local time; empty for what is no moment."""
    try:
        when = datetime.fromisoformat(iso).astimezone()
    except ValueError:
        return ""
    today = date.today()  # noqa: DTZ011 - the clinic's own day is meant
    return f"{words.day(when.date().isoformat(), today)} {words.clock(when.time().isoformat())}"


def person(who: str) -> str:
    """Who did it."""
    return _tr("the rules") if who == BY else who


def what(entry: TrashEntry) -> str:
    """What part of an exam an entry is."""
    if entry.kind == FILE:
        return _tr("File that was set aside")
    exam = " · ".join(
        part
        for part in (
            entry.modalities.replace(",", ", "),
            entry.description,
            words.day(entry.study_date, date.today()),  # noqa: DTZ011 - the clinic's own day
        )
        if part
    )
    if entry.kind == EXAM:
        return exam or _tr("Exam without description")
    part_name = _tr("one series: {name}") if entry.kind == SERIES else _tr("single images: {name}")
    return f"{exam} · {part_name.format(name=entry.name)}"


def found_by(entry: TrashEntry) -> str:
    """The words an entry of the trash is found by."""
    return "\n".join(
        (
            entry.animal_name,
            entry.owner_name,
            entry.patient_id,
            entry.species,
            entry.breed,
            entry.description,
            entry.modalities,
            entry.study_date,
            entry.name,
            entry.who,
        )
    )


def reason(entry: TrashEntry) -> str:
    """Why it is here."""
    return _tr("older than the rules keep") if entry.why == BY else entry.why


def remedy(done: tuple[Remedy, ...]) -> str:
    """What repairing would do, as a sentence; empty when nothing would help."""
    if not done:
        return ""
    parts = {
        Remedy.LEADING: _tr("foreign bytes in front of the image are cut off"),
        Remedy.TRAILING: _tr("foreign bytes behind the image are cut off"),
        Remedy.UNFINISHED: _tr("the missing end mark is added"),
        Remedy.IDENTITY: _tr("the missing identifiers are given, the same for all images of the exam"),
    }
    text = _tr(
        "It can be repaired with certainty: {what}. The picture stays as it is, and so does the original."
    )
    return text.format(what=_tr(" and ").join(parts[one] for one in done))


def rules(policy: Policy) -> str:
    """What the retention does, in one or two sentences."""
    parts = []
    if policy.exam_years:
        parts.append(
            words.counted(
                policy.exam_years,
                _tr("Exams older than {n} year are moved to the trash."),
                _tr("Exams older than {n} years are moved to the trash."),
            )
        )
    if policy.empty_after_days:
        parts.append(
            words.counted(
                policy.empty_after_days,
                _tr("What has been in the trash for {n} day is deleted for good"),
                _tr("What has been in the trash for {n} days is deleted for good"),
            )
            + (_tr(", backed up or not.") if policy.empty_unproved else _tr(" once a backup holds it."))
        )
    else:
        parts.append(_tr("Nothing is emptied by itself."))
    return " ".join(parts)


def _tr(text: str) -> str:
    return QCoreApplication.translate("kept", text)
