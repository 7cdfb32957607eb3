"""Watched folders in words: what happens to files under each rule, and how a folder is.

Pure functions; they read no folder and no clock.
"""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QCoreApplication

from vetpacs_desktop.store.intake.folders.disposal import DONE
from vetpacs_desktop.store.intake.folders.folder_memory import FolderState
from vetpacs_desktop.store.intake.folders.rules import Policy, Rule
from vetpacs_desktop.ui import words
from vetpacs_desktop.ui.receiver import Light


def choice(policy: Policy) -> str:
    """A rule as something to choose."""
    return {
        Policy.KEEP: _tr("Leave the files where they are"),
        Policy.MOVE: _tr("Move files that are in the library aside"),
        Policy.DELETE: _tr("Delete files that are provably in the library"),
    }[policy]


def consequence(policy: Policy) -> str:
    """What will happen under a rule."""
    return {
        Policy.KEEP: _tr(
            "Nothing in the folder is ever changed. Right for a folder that another program looks after."
        ),
        Policy.MOVE: _tr(
            "Each file goes into the sub-folder “{done}” once it is in the library; nothing is deleted. "
            "Right for a folder that would get too full to look through."
        ).format(done=DONE),
        Policy.DELETE: _tr(
            "A file is only deleted after its copy in the library was read again and compared with it, byte "
            "by byte. What can't be compared, or was refused, stays. Right for an export folder that only "
            "hands images over."
        ),
    }[policy]


def short(policy: Policy) -> str:
    """A rule in a few words."""
    return {
        Policy.KEEP: _tr("files stay"),
        Policy.MOVE: _tr("files are moved aside"),
        Policy.DELETE: _tr("files are deleted once proved"),
    }[policy]


def light_of(rule: Rule, state: FolderState | None) -> Light | None:
    """How a folder is; None while it is paused or nothing is known yet."""
    if rule.paused or state is None:
        return None
    if state.missing_since or state.problem:
        return Light.RED
    return Light.AMBER if state.refused or state.stuck else Light.GREEN


def sentence(rule: Rule, state: FolderState | None, now: datetime, *, running: bool = True) -> str:
    """A folder's state in a sentence or two."""
    if rule.paused:
        return _tr("Paused: nothing is taken from here.")
    if not running:
        return _tr("Not looked at while the receiver isn't running.")
    if state is None or not (state.looked_at or state.missing_since):
        return _tr("Looking for the first time...")
    if state.missing_since:
        since = words.since(state.missing_since, now)
        return _tr("Can't be reached since {ago}. It is tried again and again; nothing is lost.").format(
            ago=since
        )
    parts = [_came(state, now)]
    if state.problem:
        parts.append(_tr("Waiting: {problem}").format(problem=state.problem))
    if state.waiting:
        parts.append(
            words.counted(
                state.waiting,
                _tr("{n} file is still being written."),
                _tr("{n} files are still being written."),
            )
        )
    parts += _left(state)
    return " ".join(parts)


def _came(state: FolderState, now: datetime) -> str:
    if not state.taken:
        return _tr("Looked at {ago}; nothing has come yet.").format(ago=words.since(state.looked_at, now))
    files = words.counted(state.taken, _tr("{n} file came"), _tr("{n} files came"))
    return _tr("Looked at {ago}. {files}, the last {last}.").format(
        ago=words.since(state.looked_at, now), files=files, last=words.since(state.taken_at, now)
    )


def _left(state: FolderState) -> list[str]:
    """What is still there, and why."""
    parts = []
    if state.refused:
        text = words.counted(state.refused, _tr("{n} file was refused"), _tr("{n} files were refused"))
        first = state.refusals[0][1] if state.refusals else ""
        parts.append(_tr("{files}: {reason}").format(files=text, reason=first))
    if state.left:
        parts.append(
            words.counted(
                state.left,
                _tr("{n} other file is no image and is left alone."),
                _tr("{n} other files are no images and are left alone."),
            )
        )
    if state.stuck:
        text = words.counted(
            state.stuck,
            _tr("{n} file could not be moved or deleted yet ({reason})."),
            _tr("{n} files could not be moved or deleted yet ({reason})."),
        )
        parts.append(text.replace("{reason}", state.stuck_reason))
    if state.unproved:
        parts.append(
            words.counted(
                state.unproved,
                _tr("{n} file stays, because it can't be proved that the library holds it."),
                _tr("{n} files stay, because it can't be proved that the library holds them."),
            )
        )
    return parts


def details(state: FolderState) -> str:
    """The files that were refused, one a line."""
    lines = [f"{name}: {reason}" for name, reason in state.refusals]
    more = state.refused - len(lines)
    if more > 0:
        lines.append(words.counted(more, _tr("and {n} more"), _tr("and {n} more")))
    return "\n".join(lines)


def _tr(text: str) -> str:
    return QCoreApplication.translate("folders", text)
