"""A connection in words: what the machine wanted, what it got, why not, and what to do about it.

Pure functions from a `Visit` to sentences; they read no clock and no settings.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from vetpacs_desktop.store.machines import visits
from vetpacs_desktop.store.machines.visits import Proposal, Visit
from vetpacs_desktop.ui import words
from vetpacs_desktop.ui.receiver import Light

ALLOW, ANY_NAME = "allow", "any-name"
"""What one click can change: let this machine in; take machines that call us by another name."""
NAMED = 5
"""So many kinds of images are named; more are counted, and named in the details."""


@dataclass(frozen=True, slots=True)
class Said:
    """One connection as the assistant shows it."""

    light: Light
    headline: str
    lines: tuple[str, ...] = ()
    remedy: str = ""
    """`ALLOW`, `ANY_NAME` or nothing."""
    details: str = ""
    """For the machine's service technician."""


def said(visit: Visit, own_name: str) -> Said:
    """`visit` in words; `own_name` is what this computer is called."""
    if visit.strange:
        return _stranger(visit)
    if not visit.asked:
        return _silent(visit)
    if visit.refusal:
        return _turned_away(visit, own_name)
    if visit.welcomed and not any(one.accepted for one in visit.proposals):
        return _nothing_in_common(visit)
    return _welcomed(visit, own_name)


def who(visit: Visit) -> str:
    """ "DR-ROOM-1 at 192.168.1.20", or only the address."""
    if not visit.calling:
        return visit.address
    return _tr("{name} at {address}").format(name=visit.calling, address=visit.address)


def _stranger(visit: Visit) -> Said:
    headline, *lines = {
        visits.TLS: (
            _tr("{who} spoke encrypted (TLS), but this port is for plain connections."),
            _tr(
                "Switch encryption (TLS, “secure DICOM”) off in the machine, or switch it on here under "
                "System > Receiver and give the machine that port."
            ),
        ),
        visits.PLAIN: (
            _tr("{who} spoke plainly, but this port is for encrypted connections (TLS)."),
            _tr("Give the machine the plain port, or switch encryption on in it."),
        ),
        visits.WEB: (
            _tr("A web browser or a network scanner called from {who}, not an imaging machine."),
            _tr("Nothing to worry about. It shows that the network lets {who} through to this computer."),
        ),
    }.get(
        visit.strange,
        (
            _tr("{who} sent something that is no DICOM."),
            _tr(
                "Choose “DICOM”, “DICOM store” or “PACS” as the kind of destination in the machine; a shared "
                "folder, a printer or a web address goes another way."
            ),
        ),
    )
    filled = tuple(line.format(who=visit.address) for line in lines)
    light = Light.AMBER if visit.strange == visits.WEB else Light.RED
    return Said(light, headline.format(who=visit.address), filled)


def _silent(visit: Visit) -> Said:
    if not visit.ended:
        return Said(Light.AMBER, _tr("{who} is connecting...").format(who=visit.address))
    return Said(
        Light.AMBER,
        _tr("{who} knocked and went away without a word.").format(who=visit.address),
        (
            _tr(
                "So address, port and firewall are right. Some machines test the network like this before "
                "anything else; now choose “Echo”, “Verify” or send an image."
            ),
        ),
    )


def _turned_away(visit: Visit, own_name: str) -> Said:
    who_ = who(visit)
    details = _details(visit)
    if visit.refusal == visits.NOT_ALLOWED:
        return Said(
            Light.RED,
            _tr("{who} was turned away: its name is not on the list of machines that may send.").format(
                who=who_
            ),
            (
                _tr("Is this the machine you are connecting? Then let it in, and try again on the machine."),
                _tr("Capital letters and blanks count: {name} has to be written exactly like that.").format(
                    name=f"“{visit.calling}”"
                ),
            ),
            ALLOW,
            details,
        )
    if visit.refusal == visits.OTHER_NAME:
        return Said(
            Light.RED,
            _tr("{who} was turned away: it calls this computer “{called}”, but its name is {own}.").format(
                who=who_, called=visit.called, own=own_name
            ),
            (
                _tr("Write {own} as the “called AE title” of the destination in the machine.").format(
                    own=own_name
                ),
                _tr("Or take machines whatever they call this computer."),
            ),
            ANY_NAME,
            details,
        )
    return Said(
        Light.RED,
        _tr("{who} was turned away: too many machines are connected at once.").format(who=who_),
        (
            _tr(
                "It will try again by itself. If this happens often, a machine leaves its connections open; "
                "restart the one that is listed here most."
            ),
        ),
        details=details,
    )


def _nothing_in_common(visit: Visit) -> Said:
    lines = _not_accepted(visit.proposals)
    return Said(
        Light.RED,
        _tr("{who} asked only for things that this program does not do.").format(who=who(visit)),
        lines or (_tr("It proposed nothing at all; ask the machine's maker."),),
        details=_details(visit),
    )


def _welcomed(visit: Visit, own_name: str) -> Said:
    lines = [*_done(visit)]
    light = Light.GREEN
    if visit.called and own_name and visit.called != own_name:
        light = Light.AMBER
        lines.append(
            _tr(
                "It calls this computer “{called}”; the name is {own}. It is taken all the same, but correct "
                "it in the machine: other programs are stricter."
            ).format(called=visit.called, own=own_name)
        )
    if visit.refused:
        light = Light.RED if not visit.objects else Light.AMBER
        lines.append(
            _tr("{count} not taken: {reason}").format(
                count=words.counted(visit.refused, _tr("{n} image was"), _tr("{n} images were")),
                reason=visit.last_refusal,
            )
        )
    lines += _accepted(visit.proposals)
    lines += _not_accepted(visit.proposals)
    if visit.ended == visits.ABORTED:
        lines.append(_tr("The machine broke the connection off."))
        light = Light.AMBER if light is Light.GREEN else light
    headline = _tr("{who} is connected.") if not visit.ended else _tr("{who} was here.")
    return Said(light, headline.format(who=who(visit)), tuple(lines), details=_details(visit))


def _done(visit: Visit) -> list[str]:
    lines = []
    if visit.echoes:
        lines.append(_tr("It asked whether anybody is here (echo) and was answered: the connection works."))
    if visit.objects:
        lines.append(
            _tr("{images} came ({size}) and are safe.").format(
                images=words.images(visit.objects), size=words.size(visit.size)
            )
        )
    asked = {
        "C_FIND_RQ": _tr("It asked what exams there are."),
        "C_MOVE_RQ": _tr("It asked for exams to be sent."),
        "C_GET_RQ": _tr("It fetched exams."),
        "N_ACTION_RQ": _tr("It asked whether its images are kept safely (storage commitment)."),
    }
    lines += [asked[name] for name in visit.questions if name in asked]
    return lines


def _accepted(proposals: Sequence[Proposal]) -> list[str]:
    kinds = _names(one for one in proposals if one.accepted and one.service == "store")
    lines = []
    if kinds:
        lines.append(_tr("It may send: {kinds}.").format(kinds=_listed(kinds)))
    services = _services(one for one in proposals if one.accepted)
    if services:
        lines.append(_tr("It may also use: {services}.").format(services=", ".join(services)))
    return lines


def _not_accepted(proposals: Sequence[Proposal]) -> tuple[str, ...]:
    """What no proposal of a class was accepted for."""
    granted = {one.abstract for one in proposals if one.accepted}
    refused = [one for one in proposals if one.answered and one.abstract not in granted]
    advice = {
        "worklist": _tr(
            "It asked for a worklist (patients of the day), which is not offered here: switch the worklist "
            "off in the machine."
        ),
        "step": _tr(
            "It wanted to report its working steps (MPPS), which is not offered here: switch that off in the "
            "machine; images come all the same."
        ),
        "print": _tr("It wanted to print on film. This is no printer; choose “store” instead of “print”."),
        "commitment": _tr(
            "It asked for storage commitment, which was not granted: switch that off in the machine, or it "
            "may keep images as unsent."
        ),
        "query": _tr("It asked to search here, which was not granted; sending images is another matter."),
        "retrieve": _tr("It asked to fetch exams, which was not granted; sending images is another matter."),
    }
    said_ = dict.fromkeys(advice[one.service] for one in refused if one.service in advice)
    others = _names(one for one in refused if one.service not in advice)
    if others:
        said_[_tr("Not known here and not accepted: {kinds}.").format(kinds=_listed(others))] = None
    return tuple(said_)


def _services(proposals: Iterable[Proposal]) -> list[str]:
    known = {
        "query": _tr("search"),
        "retrieve": _tr("fetch"),
        "commitment": _tr("storage commitment"),
        "worklist": _tr("worklist"),
    }
    found = dict.fromkeys(one.service for one in proposals)
    return [known[service] for service in found if service in known]


def _names(proposals: Iterable[Proposal]) -> list[str]:
    """Kinds of images without the standard's tail of words."""
    cut = (" Image Storage", " Storage")
    names: dict[str, None] = {}
    for one in proposals:
        name = one.name
        for tail in cut:
            name = name.replace(tail, "")
        if name[:1].isdigit():  # the standard has no name for it
            name = _tr("a kind of the maker's own ({uid})").format(uid=name)
        names[name] = None
    return list(names)


def _listed(names: Sequence[str]) -> str:
    if len(names) > NAMED:
        return words.counted(len(names), _tr("{n} kind of objects"), _tr("{n} kinds of objects"))
    return ", ".join(names)


def _details(visit: Visit) -> str:
    rows = [
        _tr("Calling name: {name}").format(name=visit.calling),
        _tr("Called name: {name}").format(name=visit.called),
        _tr("Address: {address}").format(address=visit.address),
    ]
    if visit.software:
        rows.append(_tr("Its software: {name}").format(name=visit.software))
    for one in visit.proposals:
        coding = ", ".join(visits.name_of(uid) for uid in one.syntaxes)
        if one.accepted:
            text = _tr("{kind}: accepted as {coding}")
            rows.append(text.format(kind=one.name, coding=visits.name_of(one.accepted)))
        elif one.answered:
            rows.append(_tr("{kind}: not accepted (proposed {coding})").format(kind=one.name, coding=coding))
        else:
            rows.append(_tr("{kind}: proposed ({coding})").format(kind=one.name, coding=coding))
    return "\n".join(rows)


def _tr(text: str) -> str:
    return QCoreApplication.translate("connecting", text)
