"""The installer's commands: ``run`` opens the workstation, ``test`` proves the checkout."""

from __future__ import annotations

import argparse
import importlib.util
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from installer import debian, environment, screen
from installer.telling import ROOT, Stop, say, show

PICTURES = "tour-pictures"
WORKERS = "2"


@dataclass(frozen=True)
class Check:
    """One step of ``test``."""

    name: str
    command: tuple[str, ...]


def main(words: Sequence[str]) -> int:
    """Run one command; every expected failure ends in one sentence."""
    chosen = _parser().parse_args(words)
    try:
        return int(chosen.command(chosen))
    except Stop as stop:
        print(stop, file=sys.stderr, flush=True)
        return stop.exit_code
    except KeyboardInterrupt:
        print("Stopped; repeat the command to go on from here.", file=sys.stderr)
        return Stop.exit_code
    except OSError as error:
        print(f"The installer could not go on: {error}; mend that and repeat the command.", file=sys.stderr)
        return Stop.exit_code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "installer/bootstrap.py",
        description="Makes VetPACS Desktop run on this machine. Both commands may be repeated.",
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, command, text in (
        ("run", run, "install what is missing and open the workstation with example animals"),
        ("test", test, "install what the tests need and run every check"),
    ):
        one = commands.add_parser(name, help=text, description=text)
        one.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")
        one.set_defaults(command=command)
        if name == "test":
            one.add_argument("pytest", nargs="*", metavar="-- PYTEST", help="arguments for pytest alone")
    return parser


def run(chosen: argparse.Namespace) -> int:
    """Open the workstation; where there is no display, show it in pictures."""
    visible = screen.is_there()
    prepare("run", debian.WINDOW if visible else debian.WINDOW + debian.SCREEN, dry_run=chosen.dry_run)
    program = [str(environment.python()), "-m", "vetpacs_desktop"]
    if chosen.dry_run:
        say(f"Would start: {show([*program, *(_window() if visible else _tour())])}")
        return 0
    if visible:
        say("Opening the workstation.")
        return _hand_over([*program, *_window()])
    with screen.virtual() as display:
        say("Taking the tour: every step leaves a picture.")
        code = _hand_over([*program, *_tour()], {"DISPLAY": display})
    if any((ROOT / PICTURES).glob("*.png")):
        say(f"The pictures of the tour are in {ROOT / PICTURES}.")
    return code


def _window() -> tuple[str, ...]:
    return ("gui", "--examples")


def _tour() -> tuple[str, ...]:
    return ("tour", "--out", str(ROOT / PICTURES))


def test(chosen: argparse.Namespace) -> int:
    """Every check, one after another; all failures are told, any of them makes the exit code 1."""
    prepare("test", debian.WINDOW + debian.SCREEN + debian.PEERS, dry_run=chosen.dry_run)
    failed: list[str] = []
    for check in checks(chosen.pytest):
        if chosen.dry_run:
            say(f"Would run: {show(check.command)}")
            continue
        say(f"Checking: {check.name}.")
        started = time.monotonic()
        code = _hand_over(check.command)
        if code:
            failed.append(check.name)
        if check.name != "tests":  # pytest closes with a line of its own
            say(f"{'Failed' if code else 'Passed'}: {check.name}, {time.monotonic() - started:.1f} s.")
    if failed:
        print(f"Not everything passed; look above at: {', '.join(failed)}.", file=sys.stderr, flush=True)
    return 1 if failed else 0


def checks(pytest_words: Sequence[str] = ()) -> tuple[Check, ...]:
    """The steps of ``test`` in order: the quick ones first."""
    python = str(environment.python())
    return (
        Check("style", (python, "-m", "ruff", "check", ".")),
        Check("layout", (python, "-m", "ruff", "format", "--check", ".")),
        Check("import contracts", (str(environment.script("lint-imports")),)),
        Check("types", (python, "-m", "mypy")),
        Check("tests", (python, "-m", "pytest", "-q", "-n", WORKERS, *pytest_words)),
    )


def prepare(purpose: str, needs: tuple[debian.Need, ...], *, dry_run: bool = False) -> None:
    """System packages, then the environment, then proof that a window could be drawn."""
    has_ensurepip = importlib.util.find_spec("ensurepip") is not None
    if debian.is_here():
        venv = debian.venv_need(sys.version_info[:2], os.path.realpath(sys.executable), has_ensurepip)
        debian.ensure((*venv, *needs), "the window" if purpose == "run" else "the tests", dry_run=dry_run)
    elif sys.platform.startswith("linux"):
        say(
            "This Linux has no apt: if the window does not open, install your system's Qt (xcb) and "
            "OpenGL libraries."
        )
    environment.ensure(purpose, dry_run=dry_run)
    if not dry_run:
        _probe()


def _probe() -> None:
    """Import what draws; a missing system library shows here, by its name."""
    code = "from PySide6 import QtGui, QtWidgets; import vtkmodules.vtkRenderingOpenGL2"
    answer = subprocess.run(
        [str(environment.python()), "-c", code], capture_output=True, text=True, check=False, cwd=ROOT
    )
    if answer.returncode:
        reason = (
            answer.stderr.strip().splitlines()[-1] if answer.stderr.strip() else "it ended without a word"
        )
        raise Stop(
            f"The window's libraries can't be loaded ({reason}); install that system library and try again."
        )


def _hand_over(command: Sequence[str], extra: Mapping[str, str] | None = None) -> int:
    """Run in the foreground, with the terminal; returns the exit code."""
    try:
        return subprocess.run(command, cwd=ROOT, env={**os.environ, **(extra or {})}, check=False).returncode
    except OSError as error:
        raise Stop(
            f"{command[0]} can't be started ({error.strerror}); remove .venv and repeat the command."
        ) from error
