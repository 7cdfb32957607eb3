"""The facts of one place as lines and rows of words. Pure."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QCoreApplication

from vetpacs_desktop.store.backup.history import Drill, Run
from vetpacs_desktop.store.backup.outcome import Generation
from vetpacs_desktop.ui import words
from vetpacs_desktop.ui.backup import saying
from vetpacs_desktop.ui.operations.backup_details import Known

NONE = "\N{EN DASH}"


def fact_titles() -> tuple[tuple[str, str], ...]:
    """Names of facts and their words, five for each column."""
    return (
        ("last", _tr("Last good one")),
        ("size", _tr("Size there")),
        ("growth", _tr("Grows by")),
        ("room", _tr("Room left")),
        ("full", _tr("Full in")),
        ("proved", _tr("Read back in time")),
        ("oldest", _tr("Oldest proof")),
        ("rehearsed", _tr("Last rehearsal")),
        ("next", _tr("Next run")),
        ("next_drill", _tr("Next rehearsal")),
    )


def facts(known: Known, now: datetime) -> dict[str, str]:
    """By the names of `fact_titles`."""
    health, place = known.health, known.place
    last, drill = health.last_good, health.last_drill
    oldest = health.oldest_proof
    made = saying.moment_words(last.made, now) if last is not None else NONE
    resting = _tr("rests") if place.paused else NONE
    proved = _tr("{n} of {all} files").format(
        n=words.grouped(health.proved), all=words.grouped(health.objects)
    )
    room = _tr("{free} of {total}").format(
        free=words.size(health.free or 0), total=words.size(health.total or 0)
    )
    return {
        "last": made,
        "size": words.size(health.bytes) if health.objects else NONE,
        "growth": _tr("{size} a day").format(size=words.size(int(health.growth))) if health.growth else NONE,
        "room": room if health.total else NONE,
        "full": saying.span(health.days_left) if health.days_left is not None else NONE,
        "proved": proved if health.objects else NONE,
        "oldest": saying.moment_words(oldest.isoformat(), now) if oldest is not None else NONE,
        "rehearsed": saying.from_seconds(drill.at if drill else None, now),
        "next": saying.when_words(health.next_run, now) if health.next_run else resting,
        "next_drill": saying.when_words(health.next_drill, now) if health.next_drill else NONE,
    }


def generation_row(one: Generation, now: datetime) -> tuple[str, ...]:
    """Made, files, size, what was new, how long it took, state."""
    state = saying.state(one)
    if one.lost:
        lost = words.counted(len(one.lost), _tr("{n} file is missing"), _tr("{n} files are missing"))
        state = f"{state}, {lost}"
    if one.note:
        state = f"{state}. {one.note}"
    return (
        saying.moment_words(one.made, now),
        words.counted(one.objects, _tr("{n} file"), _tr("{n} files")),
        words.size(one.bytes),
        words.counted(one.copied, _tr("{n} file"), _tr("{n} files")),
        saying.duration(one.seconds),
        state,
    )


def run_row(one: Run, now: datetime) -> tuple[str, ...]:
    """Begun, ended, how, copied, what happened."""
    copied = words.counted(one.copied, _tr("{n} file"), _tr("{n} files"))
    size = f", {words.size(one.bytes)}" if one.bytes else ""
    return (
        saying.from_seconds(one.started, now),
        saying.from_seconds(one.ended, now),
        saying.outcome(one),
        f"{copied}{size}",
        one.sentence,
    )


def drill_row(one: Drill, now: datetime) -> tuple[str, ...]:
    """When, what, files, how long it took, what was found."""
    kinds = {
        "drill": _tr("Bringing back, rehearsed"),
        "verify": _tr("A generation, read back"),
        "share": _tr("A share, read back"),
    }
    found = one.sentence or (_tr("All as it was copied.") if one.ok else _tr("Not as it was copied."))
    return (
        saying.from_seconds(one.at, now),
        kinds.get(one.kind, one.kind),
        words.grouped(one.checked),
        saying.duration(one.seconds),
        found,
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("backup", text)
