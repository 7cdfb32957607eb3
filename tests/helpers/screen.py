"""A screen of one's own: a virtual X server per test process, so that no test steals another's focus."""

import ctypes
import os
import shutil
import signal
import subprocess
import sys

DIE_WITH_PARENT = 1
"""PR_SET_PDEATHSIG of Linux's prctl."""
SERVER = (
    "Xvfb",
    "-screen",
    "0",
    "1600x1200x24",
    "-nolisten",
    "tcp",
    "-noreset",
    "+extension",
    "GLX",
)


def wanted() -> bool:
    """Whether this machine's tests should open a virtual screen (Linux with Xvfb, unless told not to)."""
    return (
        sys.platform.startswith("linux")
        and os.environ.get("VETPACS_TEST_SCREEN", "own") == "own"
        and shutil.which("Xvfb") is not None
    )


def present() -> bool:
    """Whether windows can be opened at all."""
    return not sys.platform.startswith("linux") or bool(
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )


def start() -> subprocess.Popen[bytes] | None:
    """Start an X server on a free number and point DISPLAY at it; None when it would not come up."""
    receive, send = os.pipe()
    server = subprocess.Popen(
        [*SERVER, "-displayfd", str(send)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=[send],
        preexec_fn=_end_with_the_tests,
    )
    os.close(send)
    with os.fdopen(receive) as answer:
        number = answer.readline().strip()
    if not number:
        server.wait(10)
        return None
    os.environ["DISPLAY"] = f":{number}"
    os.environ.pop("WAYLAND_DISPLAY", None)
    return server


def _end_with_the_tests() -> None:
    """A test run that is killed must not leave its X server behind."""
    ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGTERM)


def stop(server: subprocess.Popen[bytes]) -> None:
    """End the X server that `start` made."""
    server.terminate()
    try:
        server.wait(10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait(10)
