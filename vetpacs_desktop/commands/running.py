"""Commands that stay: serve, gui, tour."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from argparse import Namespace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from vetpacs_desktop.commands.answer import Answer, JsonValue
from vetpacs_desktop.errors import EXIT_DONE, EXIT_KNOWN_ERROR, EXIT_PARTLY, KnownError, UsageError
from vetpacs_desktop.paths import Home


class NoDisplay(KnownError):
    """This command opens a window, and there is no display here; run it at a screen, or use the other
    commands, which work without one."""


def serve(arguments: Namespace, home: Home) -> Answer | None:
    """Receive until SIGTERM or Ctrl-C; says once that it listens."""
    from vetpacs_desktop import log, service, settings

    home.make()
    chosen = settings.load(home.settings)
    log.start(home, "service", verbose=arguments.verbose)
    stop = threading.Event()
    for name in ("SIGTERM", "SIGINT", "SIGBREAK"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: stop.set())

    def ready(state: service.ServiceState) -> None:
        if arguments.json or not sys.stdout.isatty():
            said: dict[str, JsonValue] = {
                "event": "ready",
                "dicom_port": state.port,
                "ae_title": state.ae_title,
            }
            line = json.dumps({**said, **({"tls_port": state.tls_port} if state.tls_port else {})})
        else:
            more = f", encrypted on port {state.tls_port}" if state.tls_port else ""
            line = f"Listening as {state.ae_title} on port {state.port}{more}. Ctrl-C stops."
        print(line, flush=True)

    service.serve(
        home,
        chosen,
        host=arguments.host or chosen.text("receiver.host"),
        port=chosen.number("receiver.port") if arguments.dicom_port is None else arguments.dicom_port,
        ae_title=arguments.ae_title or chosen.text("receiver.ae_title"),
        watch=[Path(folder).absolute() for folder in arguments.watch or ()],
        owner=arguments.owner,
        on_ready=ready,
        stop=stop,
    )
    return None


def gui(arguments: Namespace, home: Home) -> Answer | None:
    """The window; a second start raises the first."""
    study, animal = link_targets(arguments.link) if arguments.link else (arguments.study, arguments.animal)
    need_display()
    from vetpacs_desktop import log
    from vetpacs_desktop.ui import application, rescue

    log.start(home.make(), "window")
    app = rescue.opened(home)
    if app is None:
        return Answer(None, exit_code=EXIT_KNOWN_ERROR)
    code = application.run(app, study=study, animal=animal, load_examples=arguments.examples)
    return Answer(None, exit_code=code)


def tour(arguments: Namespace, home: Home) -> Answer:
    """Show every capability on example animals and leave pictures; exit 1 when a step failed."""
    need_display()
    from vetpacs_desktop.ui.tour import run_tour

    steps = run_tour(Path(arguments.out))
    rows: list[JsonValue] = [
        {
            "name": step.name,
            "ok": step.ok,
            "seconds": round(step.seconds, 3),
            "picture": str(step.picture or ""),
        }
        for step in steps
    ]
    lines = [
        f"{'ok    ' if step.ok else 'FAILED'} {step.seconds:6.2f} s  {step.name}  {step.note}"
        for step in steps
    ]
    good = all(step.ok for step in steps)
    return Answer({"steps": rows}, "\n".join(lines), EXIT_DONE if good else EXIT_PARTLY)


def link_targets(link: str) -> tuple[str | None, str | None]:
    """``vetpacs://open?study=UID`` or ``?animal=ID`` -> (study, animal). Raises `UsageError`."""
    parts = urlsplit(link)
    wanted = parse_qs(parts.query)
    if parts.scheme != "vetpacs" or parts.netloc != "open" or not wanted.keys() & {"study", "animal"}:
        raise UsageError(
            reason=f"{link} is no link of this program; one looks like vetpacs://open?study=1.2.3"
        )
    return wanted.get("study", [None])[0], wanted.get("animal", [None])[0]


def need_display() -> None:
    """Raise `NoDisplay` where Linux has neither X nor Wayland."""
    if sys.platform.startswith("linux") and not (
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    ):
        raise NoDisplay()
