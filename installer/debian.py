"""System packages on Debian and Ubuntu: which are needed, which are missing, who may install them.

Nothing is installed that is there already, and nothing outside apt is touched: servers that tests need
(Orthanc, Samba, OpenSSH) are kept from starting by themselves.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Collection, Iterable, Sequence
from typing import TypeAlias

from installer.telling import Stop, quietly, say

Need: TypeAlias = tuple[str, ...]
"""Names of one package in order of preference: releases since 2024 renamed some to NAMEt64."""

WINDOW: tuple[Need, ...] = (
    ("libgl1",),
    ("libegl1",),
    ("libgl1-mesa-dri",),  # draws without a graphics card
    ("libglib2.0-0t64", "libglib2.0-0"),
    ("libdbus-1-3",),
    ("libfontconfig1",),
    ("libx11-xcb1",),
    ("libxcursor1",),  # VTK loads it when it runs
    ("libxkbcommon-x11-0",),
    ("libxcb-cursor0",),
    ("libxcb-icccm4",),
    ("libxcb-image0",),
    ("libxcb-keysyms1",),
    ("libxcb-randr0",),
    ("libxcb-render-util0",),
    ("libxcb-shape0",),
    ("libxcb-sync1",),
    ("libxcb-xfixes0",),
    ("libxcb-xkb1",),
    ("fonts-dejavu-core",),  # a bare machine has no font at all
)
SCREEN: tuple[Need, ...] = (("xvfb",), ("xkb-data",))
PEERS: tuple[Need, ...] = (
    *(("dcmtk",), ("orthanc",), ("xdotool",), ("age",)),
    *(("samba",), ("smbclient",), ("openssh-server",)),
)
"""Real partners of the tests: DCMTK's tools, the Orthanc server, a hand on mouse and keyboard, age, and the
servers that backups go to: Samba and OpenSSH."""
SERVICES = {"orthanc": ("orthanc",), "samba": ("smbd", "nmbd", "samba-ad-dc"), "openssh-server": ("ssh",)}
"""What the system would start by itself for a package."""

APT = ("apt-get", "-o", "DPkg::Lock::Timeout=300")
INSTALL = ("install", "-y", "--no-install-recommends")
# Packages start their servers when installed; policy-rc.d says no. One that exists already is left alone.
NO_SERVERS = (
    'guard=/usr/sbin/policy-rc.d; if [ ! -e "$guard" ]; then printf "#!/bin/sh\\nexit 101\\n" > "$guard" '
    '&& chmod 755 "$guard" && trap \'rm -f "$guard"\' EXIT; fi; "$@"'
)
NOT_AT_BOOT = (
    'for one in "$@"; do systemctl disable "$one" >/dev/null 2>&1 || update-rc.d "$one" disable '
    ">/dev/null 2>&1 || true; done"
)


def is_here() -> bool:
    """Whether this machine has apt and dpkg."""
    return sys.platform.startswith("linux") and bool(shutil.which("apt-get") and shutil.which("dpkg-query"))


def venv_need(version: tuple[int, int], executable: str, has_ensurepip: bool) -> tuple[Need, ...]:
    """The package that lets Debian's own Python make an environment; nothing for any other Python."""
    if has_ensurepip or not executable.startswith("/usr/bin/"):
        return ()
    return ((f"python{version[0]}.{version[1]}-venv",),)


def missing(needs: Iterable[Need], installed: Collection[str]) -> list[Need]:
    """The needs of which no name is installed."""
    return [need for need in needs if not set(need) & set(installed)]


def choose(needs: Iterable[Need], known: Collection[str]) -> tuple[list[str], list[Need]]:
    """For each need the first name that apt knows; and the needs it knows by no name."""
    names: list[str] = []
    unknown: list[Need] = []
    for need in needs:
        name = next((name for name in need if name in known), None)
        if name is None:
            unknown.append(need)
        else:
            names.append(name)
    return names, unknown


def installed(needs: Iterable[Need]) -> set[str]:
    """Which of the names are installed now."""
    names = [name for need in needs for name in need]
    if not names:
        return set()
    answer = subprocess.run(
        ["dpkg-query", "-W", "-f=${Package} ${db:Status-Status}\n", *names],
        capture_output=True,
        text=True,
        check=False,
    )
    rows = (line.split() for line in answer.stdout.splitlines())
    return {row[0] for row in rows if len(row) == 2 and row[1] == "installed"}


def known() -> set[str]:
    """Every package name apt has heard of; a bare machine has heard of few."""
    answer = subprocess.run(["apt-cache", "pkgnames"], capture_output=True, text=True, check=False)
    return set(answer.stdout.split())


def permission(
    user: int, can_sudo_silently: bool, has_sudo: bool, at_terminal: bool
) -> tuple[str, ...] | None:
    """What stands before a command that root must run: nothing, sudo, or None when only the person can."""
    if user == 0:
        return ()
    if can_sudo_silently:
        return ("sudo", "-n")
    return ("sudo",) if has_sudo and at_terminal else None


def one_line(names: Sequence[str]) -> str:
    """What an administrator types to install `names`."""
    return f"sudo sh -c 'apt-get update && apt-get {' '.join(INSTALL)} {' '.join(names)}'"


def ensure(needs: Sequence[Need], purpose: str, *, dry_run: bool = False) -> None:
    """Install what is missing of `needs`. Raises `Stop` with the line to run when this account may not."""
    wanted = missing(needs, installed(needs))
    if not wanted:
        say(f"Everything from the system is there for {purpose}.")
        return
    names, unknown = choose(wanted, known())
    shown = names + [need[-1] for need in unknown]
    if dry_run:
        say(f"Would install for {purpose}: {' '.join(shown)}.")
        return
    before = _permission_here()
    if before is None:
        raise Stop(
            f"{len(shown)} system packages are missing for {purpose}, and this account may not install them; "
            f"run this line, then the same command again:\n{one_line(shown)}"
        )
    say(f"Installing {len(shown)} system packages for {purpose}: {' '.join(shown)}.")
    if unknown:
        _run(before, [*APT, "update"])
        names, unknown = choose(wanted, known())
    if unknown:
        raise Stop(
            f"This system's package lists don't know {unknown[0][0]}; enable its main archive and try again."
        )
    _install(before, names)


def _install(before: tuple[str, ...], names: list[str]) -> None:
    command = ["sh", "-c", NO_SERVERS, "sh", *APT, *INSTALL, *names]
    if _run(before, command, may_fail=True):
        # The lists may be older than the archive: renew them and try once more.
        _run(before, [*APT, "update"])
        _run(before, command)
    services = [service for name in names for service in SERVICES.get(name, ())]
    if services:
        _run(before, ["sh", "-c", NOT_AT_BOOT, "sh", *services])


def _permission_here() -> tuple[str, ...] | None:
    has_sudo = shutil.which("sudo") is not None
    silent = (
        has_sudo and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    )
    return permission(os.geteuid(), silent, has_sudo, sys.stdin.isatty())


def _run(before: tuple[str, ...], command: Sequence[str], *, may_fail: bool = False) -> int:
    # env stands behind sudo, which would drop a variable set before it.
    whole = [*before, "env", "DEBIAN_FRONTEND=noninteractive", *command]
    ended = quietly(whole, "apt")
    if ended.code and not may_fail:
        raise Stop(
            f"The package manager failed: {ended.last_words} (everything it said: {ended.log}); when "
            "that is mended, repeat the command."
        )
    return ended.code
