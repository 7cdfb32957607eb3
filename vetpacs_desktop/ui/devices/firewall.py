"""What to do when nothing comes: which firewall may be in the way on this system, and how to open the port.

Words and commands only; nothing is run and nothing is changed.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to try; `command` can be copied, empty when there is none."""

    text: str
    command: str = ""


def steps(port: int, system: str = sys.platform) -> tuple[Step, ...]:
    """What to try on this `system` (as `sys.platform` calls it), the likeliest first."""
    first = Step(
        _tr(
            "Is the machine in the same network? The first three numbers of its address have to be those of "
            "the address above, and its network cable has to be in."
        )
    )
    if system == "win32":
        return (first, *_windows(port), _last())
    if system == "darwin":
        return (first, *_mac(), _last())
    return (first, *_linux(port), _last())


def _windows(port: int) -> tuple[Step, ...]:
    return (
        Step(
            _tr(
                "Windows Defender Firewall may block it. Open the command prompt as administrator and type "
                "this; other firewalls (of a virus scanner) have to be told as well."
            ),
            "netsh advfirewall firewall add rule name=VetPACS dir=in action=allow protocol=TCP "
            f"localport={port}",
        ),
        Step(
            _tr(
                "In Settings > Network the clinic's network has to be “Private”; in a “Public” one Windows "
                "lets nobody in."
            )
        ),
    )


def _mac() -> tuple[Step, ...]:
    return (
        Step(
            _tr(
                "Open System Settings > Network > Firewall > Options, and allow incoming connections for "
                "VetPACS (or for Python)."
            )
        ),
    )


def _linux(port: int) -> tuple[Step, ...]:
    return (
        Step(_tr("The firewall of Ubuntu, Mint or Debian (ufw) may block it:"), f"sudo ufw allow {port}/tcp"),
        Step(
            _tr("The firewall of Fedora, openSUSE or Red Hat (firewalld) may block it:"),
            f"sudo firewall-cmd --permanent --add-port={port}/tcp && sudo firewall-cmd --reload",
        ),
    )


def _last() -> Step:
    return Step(
        _tr(
            "A guest network, a second router or a VPN between the two keeps them apart; ask who looks after "
            "the network."
        )
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("firewall", text)
