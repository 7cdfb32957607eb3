"""The sentences about sendings and archives: from the queue's facts to words and a light. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from PySide6.QtCore import QCoreApplication

from vetpacs_desktop.store.archives.nodes import NodeState
from vetpacs_desktop.store.archives.outbox import Sending, State
from vetpacs_desktop.ui import words
from vetpacs_desktop.ui.operations.sending import Traffic
from vetpacs_desktop.ui.receiver import Light

SOON = 90
"""Below so many seconds a next try is "shortly"."""


def headline(traffic: Traffic) -> tuple[Light | None, str]:
    """The card's light and sentence."""
    if not traffic.nodes:
        text = _tr("Send exams to another archive or workstation, and search theirs. None is entered yet.")
        return None, text
    stuck = [one for one in traffic.sendings if is_stuck(one)]
    failed = [one for one in traffic.sendings if one.state is State.FAILED]
    under_way = [one for one in traffic.sendings if one.state is State.WAITING and not is_stuck(one)]
    if failed:
        text = words.counted(
            len(failed),
            _tr("{n} exam was not sent completely. It is safe here; see what is on its way."),
            _tr("{n} exams were not sent completely. They are safe here; see what is on its way."),
        )
        return Light.RED, text
    if stuck:
        names = ", ".join(dict.fromkeys(one.node for one in stuck))
        text = words.counted(
            len(stuck),
            _tr("{n} exam waits for {names}; it is tried again by itself."),
            _tr("{n} exams wait for {names}; they are tried again by themselves."),
        )
        return Light.AMBER, text.format(names=names)
    if under_way:
        names = ", ".join(dict.fromkeys(one.node for one in under_way))
        text = words.counted(
            len(under_way), _tr("Sending {n} exam to {names}."), _tr("Sending {n} exams to {names}.")
        )
        return Light.GREEN, text.format(names=names)
    return Light.GREEN, _tr("Nothing waits to be sent.")


def is_stuck(sending: Sending) -> bool:
    """Whether it waits for its next try."""
    return sending.state is State.WAITING and bool(sending.trouble)


def animal(sending: Sending) -> str:
    """ "Rex (Jones)", or that it is gone."""
    if not sending.animal_name and not sending.owner_name:
        return _tr("unnamed")
    owner = f" ({sending.owner_name})" if sending.owner_name else ""
    return f"{sending.animal_name or _tr('unnamed')}{owner}"


def state_of(sending: Sending, now: float) -> str:
    """Where it stands, in a few words."""
    count = words.images(sending.total)
    if sending.state is State.DONE:
        return _tr("Sent: {count}").format(count=count)
    if sending.state is State.FAILED:
        if not sending.failed:
            return _tr("Not confirmed")
        return _tr("{failed} of {count} not sent").format(failed=words.grouped(sending.failed), count=count)
    if sending.state is State.HELD:
        return _tr("Held by you")
    if sending.state is State.ASKING:
        return _tr("Sent, confirmation is awaited")
    if is_stuck(sending):
        return again(sending.next_at - now)
    if sending.sent:
        return _tr("{sent} of {count}").format(sent=words.grouped(sending.sent), count=count)
    return _tr("Waiting for its turn")


def again(seconds: float) -> str:
    """When it is tried again."""
    if seconds <= 0:
        return _tr("Trying again")
    if seconds < SOON:
        return _tr("Tried again in {n} s").format(n=max(int(seconds), 1))
    return words.counted(
        round(seconds / 60), _tr("Tried again in {n} minute"), _tr("Tried again in {n} minutes")
    )


def contact(state: NodeState, now: datetime) -> str:
    """When an archive was last spoken to, or what went wrong."""
    if state.trouble:
        return state.trouble
    if not state.ok_at:
        return _tr("Not spoken to yet")
    return _tr("Answered {ago}").format(ago=words.ago(datetime.fromisoformat(state.ok_at), now))


def trouble(sendings: Sequence[Sending]) -> str:
    """A notice about sendings to one archive that wait."""
    first = sendings[0]
    who = (
        animal(first)
        if len(sendings) == 1
        else words.counted(len(sendings), _tr("{n} exam"), _tr("{n} exams"))
    )
    return _tr("{who} could not be sent to {node} yet and is tried again by itself. {why}").format(
        who=who, node=first.node, why=first.trouble
    )


def failure(sending: Sending) -> str:
    """A notice about a sending that ended badly."""
    if not sending.failed:
        return f"{animal(sending)}: {sending.trouble}"
    return _tr("{failed} of {animal} could not be sent to {node}: {why}. They are safe here.").format(
        failed=words.images(sending.failed),
        animal=animal(sending),
        node=sending.node,
        why=sending.trouble.rstrip("."),
    )


def local_now() -> datetime:
    """Now, with the local time zone."""
    return datetime.now(UTC).astimezone()


def _tr(text: str) -> str:
    return QCoreApplication.translate("archives", text)
