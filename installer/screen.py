"""A screen where there is none: a virtual X server for as long as one command needs it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from installer.telling import Stop, say


def is_there(system: str = sys.platform, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether windows can be opened here."""
    return not system.startswith("linux") or bool(
        environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")
    )


@contextmanager
def virtual() -> Iterator[str]:
    """Start Xvfb on a number it chooses; yields the DISPLAY and ends it afterwards."""
    receive, send = os.pipe()
    try:
        server = subprocess.Popen(
            ["Xvfb", "-screen", "0", "1920x1200x24", "-nolisten", "tcp", "-noreset", "-displayfd", str(send)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=[send],
        )
    except OSError as error:
        os.close(receive)
        raise Stop(
            "There is no display and no Xvfb to stand in for one; install xvfb and try again."
        ) from error
    finally:
        os.close(send)
    try:
        with os.fdopen(receive) as answer:
            number = answer.readline().strip()
        if not number:
            raise Stop(
                "The virtual display did not start; see whether `Xvfb -displayfd 1` does, and try again."
            )
        say(f"There is no display here, so a virtual one stands in (:{number}).")
        yield f":{number}"
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
