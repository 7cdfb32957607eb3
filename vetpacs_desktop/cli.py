"""The one command line: names, options, exit codes and where output goes.

A contract that other programs rely on. The commands themselves live in ``commands/``; nothing heavy is
imported before the chosen command runs.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import re
import sys
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

from vetpacs_desktop import __version__, log
from vetpacs_desktop.commands import (
    arguments,
    backing_up,
    backup_alarms,
    backup_targets,
    exporting,
    finding,
    keeping,
    measuring,
    network,
    picturing,
    running,
)
from vetpacs_desktop.commands.answer import Answer
from vetpacs_desktop.errors import EXIT_BUG, EXIT_DONE, EXIT_KNOWN_ERROR, KnownError
from vetpacs_desktop.paths import Home, default_home

NEGATIVE = re.compile(r"-\.?\d")
SIGNED = ("--window", "--points", "--calibrate")
VIEWS = ("stack", "axial", "sagittal", "coronal", "mip", "3d")
SIDES = ("left", "right", "dorsal", "ventral", "cranial", "caudal")
Command = Callable[[argparse.Namespace, Home], Answer | None]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; the edge where every error becomes a sentence."""
    if argv is None:
        _settle()
    words = with_default_command(list(sys.argv[1:] if argv is None else argv))
    asked = parser().parse_args(with_negative_windows(words))
    home = Home(Path(asked.home).absolute()) if asked.home else default_home()
    command: Command = asked.command
    try:
        answer = command(asked, home)
        if answer is None:
            return EXIT_DONE
        _print(answer, as_json=asked.json)
        return answer.exit_code
    except KnownError as error:
        print(error.sentence, file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("Stopped; what was finished until then is kept.", file=sys.stderr)
        return EXIT_KNOWN_ERROR
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_DONE
    except Exception as error:  # noqa: BLE001 - the process edge: a bug becomes a report and a sentence
        report = log.crash_report(home, error)
        print(
            f"VetPACS met a fault of its own; nothing stored was changed. Report: {report}", file=sys.stderr
        )
        return EXIT_BUG


def _print(answer: Answer, *, as_json: bool) -> None:
    if as_json:
        # ASCII, so that neither a console's character set nor a file name that is no text can spoil it.
        print(json.dumps(answer.document, allow_nan=False))
    elif answer.text:
        print(answer.text)


def _settle() -> None:
    """The process as other programs expect it: no word is unprintable, and libraries don't talk in between
    (their warnings quote headers)."""
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def with_negative_windows(words: list[str]) -> list[str]:
    """``--window -600/1500`` as one word: argparse would take a lung window, or a point, for an option."""
    joined: list[str] = []
    for word in words:
        if joined and joined[-1] in SIGNED and NEGATIVE.match(word):
            joined[-1] = f"{joined[-1]}={word}"
        else:
            joined.append(word)
    return joined


def with_default_command(words: list[str]) -> list[str]:
    """`gui` in front where no command is named, so that ``vetpacs-desktop --study UID`` and links work."""
    rest = iter(words)
    for word in rest:
        if word == "--home":
            next(rest, None)
        elif word in ("-h", "--help", "--version"):
            return words
        elif not word.startswith("-"):
            return words if not word.startswith("vetpacs:") else ["gui", *words]
        elif word != "--json" and not word.startswith("--home="):
            return ["gui", *words]
    return ["gui", *words]


def parser() -> argparse.ArgumentParser:
    """The whole command line; ``--home`` and ``--json`` are taken before and after the command."""
    top = argparse.ArgumentParser("vetpacs-desktop", description="The clinic's imaging workstation.")
    top.add_argument("--version", action="version", version=f"vetpacs-desktop {__version__}")
    top.add_argument(
        "--home",
        type=arguments.place,
        help="the library's folder (default: VETPACS_HOME, or the user's data folder)",
    )
    top.add_argument("--json", action="store_true", help="answer with one JSON document on standard output")
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    _running(commands)
    _keeping(commands)
    _network(commands)
    _finding(commands)
    _exporting(commands)
    _backup(commands)
    return top


def _add(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, run: Command, text: str
) -> argparse.ArgumentParser:
    one = commands.add_parser(name, help=text, description=text)
    # SUPPRESS: given after the command they win, left out they keep what stood before the command.
    one.add_argument("--home", type=arguments.place, default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    one.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    one.set_defaults(command=run)
    return one


def _running(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    gui = _add(commands, "gui", running.gui, "open the window (the default)")
    gui.add_argument("link", nargs="?", help="a vetpacs://open?... link")
    gui.add_argument("--study", metavar="UID", help="open this exam for reading")
    gui.add_argument("--animal", metavar="ID", help="show this animal's exams")
    gui.add_argument(
        "--examples", action="store_true", help="load the example animals if the library is empty"
    )
    serve = _add(commands, "serve", running.serve, "receive exams until stopped")
    serve.add_argument("--host", help="address to listen on")
    serve.add_argument(
        "--dicom-port", type=arguments.port, metavar="N", help="port to listen on; 0 takes any free one"
    )
    serve.add_argument("--ae-title", type=arguments.title, metavar="T", help="the name machines send to")
    serve.add_argument(
        "--watch", type=arguments.place, action="append", metavar="DIR", help="import what appears there"
    )
    serve.add_argument("--verbose", action="store_true", help="tell on standard error what happens")
    serve.add_argument("--owner", choices=("window", "system"), default="system", help=argparse.SUPPRESS)
    tour = _add(commands, "tour", running.tour, "show everything on example animals and leave pictures")
    tour.add_argument("--out", default="tour-pictures", metavar="DIR", help="where the pictures go")


def _keeping(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    bring = _add(commands, "import", keeping.import_files, "bring in files, folders, discs, archives")
    bring.add_argument("paths", type=arguments.place, nargs="+", metavar="PATH")
    verify = _add(commands, "verify", keeping.verify, "check every file against the index and its digest")
    verify.add_argument(
        "--heal", action="store_true", help="fetch what is missing or damaged from a backup that holds it"
    )
    _add(commands, "rebuild-index", keeping.rebuild_index, "make the index anew from the files")


def _network(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    text = "other archives: add, list, test, remove"
    nodes = commands.add_parser("node", help=text, description=text).add_subparsers(
        metavar="add|list|test|accept|remove", required=True
    )
    add = _add(nodes, "add", network.node_add, "enter another archive")
    add.add_argument("name", type=arguments.place, metavar="NAME", help="what people call it")
    add.add_argument("address", type=arguments.place, metavar="AE@HOST:PORT")
    add.add_argument("--tls", action="store_true", help="talk to it encrypted")
    add.add_argument(
        "--trust",
        type=arguments.place,
        metavar="PEM",
        help="the one certificate it must show (implies --tls)",
    )
    _add(nodes, "list", network.node_list, "the archives that are known here")
    for name, run, words in (
        ("test", network.node_test, "ask an archive whether it answers"),
        ("remove", network.node_remove, "forget an archive, and what waits for it"),
    ):
        _add(nodes, name, run, words).add_argument("name", type=arguments.place, metavar="NAME")
    send = _add(commands, "send", network.send, "send exams to another archive and wait until they are there")
    send.add_argument("uids", type=arguments.place, nargs="+", metavar="UID", help="exam, series or image")
    send.add_argument("--to", required=True, type=arguments.place, metavar="NAME", help="the archive")


def _finding(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    studies = _add(commands, "studies", finding.studies, "search exams as in the window")
    studies.add_argument(
        "query", nargs="*", metavar="QUERY", help="words, or owner: animal: modality: date: ..."
    )
    studies.add_argument("--limit", type=arguments.count, metavar="N")
    inspect = _add(commands, "inspect", finding.inspect, "how the program understands a file, folder or exam")
    inspect.add_argument("what", type=arguments.place, metavar="PATH|UID")
    render = _add(commands, "render", picturing.render, "write the picture the viewer shows")
    render.add_argument("what", type=arguments.place, metavar="PATH|UID")
    render.add_argument("--out", required=True, metavar="PNG")
    render.add_argument("--size", type=arguments.size, metavar="WxH")
    render.add_argument(
        "--frame", type=int, metavar="N", help="which picture, the first is 0 (default: the middle)"
    )
    render.add_argument("--window", type=arguments.window, metavar="C/W")
    render.add_argument("--view", choices=VIEWS, default="stack")
    render.add_argument("--position", type=float, metavar="MM")
    render.add_argument("--slab", type=float, metavar="MM")
    render.add_argument("--preset", default="", metavar="NAME", help="3d: bone, soft_tissue, lung ...")
    render.add_argument("--side", choices=SIDES, help="3d: from where it is looked at")
    render.add_argument("--plain", action="store_true", help="image pixels only, no text")
    _measuring(commands)


def _exporting(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    text = "save exams, series or images as labelled pictures or films"
    export = _add(commands, "export", exporting.export, text)
    export.add_argument("uids", type=arguments.place, nargs="+", metavar="UID", help="exam, series or image")
    export.add_argument(
        "--to",
        required=True,
        type=arguments.place,
        metavar="PATH",
        help="a folder, or a file for one picture",
    )
    export.add_argument("--format", choices=exporting.FORMATS, default="dicomdir")
    export.add_argument("--plain", action="store_true", help="no words and drawings over the pictures")
    export.add_argument("--with-viewer", action="store_true", help="for discs")
    export.add_argument("--deidentify", action="store_true", help="for discs")


def _backup(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    text = "copies of the library elsewhere: make, prove, bring back"
    backup = commands.add_parser("backup", help=text, description=text).add_subparsers(
        metavar="target|run|list|verify|restore|drill|prune|health|alarms|key|certificate", required=True
    )
    _backup_targets(backup)
    run = _add(backup, "run", backing_up.run, "back up now")
    seen = _add(backup, "list", backing_up.list_generations, "the backups that were made")
    verify = _add(backup, "verify", backing_up.verify, "read a whole backup back and compare every file")
    verify.add_argument("--heal", action="store_true", help="copy what is damaged there once more")
    restore = _add(backup, "restore", backing_up.restore, "bring a backup back into a folder")
    restore.add_argument("--to", required=True, type=arguments.place, metavar="DIR")
    restore.add_argument(
        "--study", action="append", type=arguments.place, metavar="UID", help="only this exam"
    )
    restore.add_argument(
        "--animal", action="append", type=arguments.place, metavar="ID", help="only this animal's exams"
    )
    restore.add_argument(
        "--anew", action="store_true", help="forget another restore into DIR that was not finished"
    )
    drill = _add(backup, "drill", backing_up.drill, "rehearse a restore in a temporary folder")
    drill.add_argument("--folder", type=arguments.place, metavar="DIR", help="where there is room for it")
    drill.add_argument(
        "--sample",
        type=arguments.gigabytes,
        default=4.0,
        metavar="GB",
        help="of a larger archive only so much",
    )
    prune = _add(backup, "prune", backing_up.prune, "let old backups go by the target's rule")
    prune.add_argument("--preview", action="store_true", help="only show what would go")
    prune.add_argument("--yes", action="store_true", help="let it go")
    health = _add(backup, "health", backing_up.health, "how every target is doing")
    told = _add(backup, "alarms", backup_alarms.alarms, "who is told of trouble, and what waits to be sent")
    told.add_argument("--test", action="store_true", help="send a trial message now")
    told.add_argument("--password", action="store_true", help="keep the mail server's password (asked for)")
    certificate = _add(backup, "certificate", backing_up.certificate, "a page for an inspection")
    certificate.add_argument("--out", required=True, type=arguments.place, metavar="PDF")
    for one in (run, seen, verify, drill, prune, health, certificate):
        one.add_argument("--target", type=arguments.place, metavar="NAME")
    restore.add_argument("--target", required=True, type=arguments.place, metavar="NAME")
    for one in (verify, restore, drill):
        one.add_argument(
            "--generation", type=arguments.place, metavar="ID", help="a backup that `list` names (the newest)"
        )


def _backup_targets(backup: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    text = "places that backups lie in: add, list, test, accept, remove"
    targets = backup.add_parser("target", help=text, description=text).add_subparsers(
        metavar="add|list|test|accept|remove", required=True
    )
    add = _add(targets, "add", backup_targets.target_add, "set up a place for backups")
    add.add_argument("name", type=arguments.place, metavar="NAME", help="what people call it")
    add.add_argument(
        "url",
        type=arguments.place,
        metavar="URL",
        help="a folder, smb://user:password@host/share/folder, sftp://user:password@host/folder",
    )
    add.add_argument("--key", type=arguments.place, metavar="FILE", help="sftp: a private key for a password")
    add.add_argument("--encrypt", action="store_true", help="seal everything that is copied there")
    add.add_argument("--every", choices=("hourly", "daily", "weekly", "never"))
    add.add_argument("--at", metavar="HH:MM", help="when it runs daily or weekly")
    add.add_argument("--keep", metavar="RULE", help='which backups stay, for example "daily 7, monthly 12"')
    _add(targets, "list", backup_targets.target_list, "the places that are set up")
    test = _add(targets, "test", backup_targets.target_test, "try writing, reading back, room and speed")
    accept = _add(targets, "accept", backup_targets.target_accept, "go on although files there were changed")
    remove = _add(targets, "remove", backup_targets.target_remove, "forget a place; what lies there stays")
    remove.add_argument("--yes", action="store_true", help="although its copies are sealed")
    key = _add(backup, "key", backup_targets.key, "the key sheet of a sealed backup, to be printed")
    key.add_argument(
        "--enter",
        type=arguments.place,
        metavar="FILE",
        help="keep the key from a sheet (- reads it from here)",
    )
    for one in (test, accept, remove, key):
        one.add_argument("name", type=arguments.place, metavar="NAME")


def _measuring(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    measure = _add(commands, "measure", measuring.measure, "measure on a picture with any tool of the window")
    measure.add_argument("what", type=arguments.place, metavar="PATH|UID")
    measure.add_argument(
        "--tool", required=True, type=arguments.place, metavar="NAME", help="length, angle ..."
    )
    measure.add_argument(
        "--points",
        required=True,
        type=arguments.points,
        metavar='"X,Y X,Y ..."',
        help="columns and rows of the image; pixel centres are whole numbers from 0",
    )
    measure.add_argument(
        "--frame", type=int, metavar="N", help="which picture, the first is 0 (default: the middle)"
    )
    measure.add_argument(
        "--known",
        type=arguments.millimetres,
        metavar="MM",
        help="for the calibrating tools: the true size of what the points lie on",
    )
    measure.add_argument(
        "--calibrate",
        type=arguments.known_object,
        metavar='"X,Y X,Y [X,Y] MM"',
        help="first take the scale from a line (2 points) or a ball (3 on its edge) of known size",
    )
