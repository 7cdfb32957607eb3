"""The program's diary. It never holds a patient's or owner's name: use `private()` for anything personal."""

from __future__ import annotations

import hashlib
import logging
import sys
import tempfile
import traceback
import warnings
from datetime import datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

from vetpacs_desktop.paths import Home

NOISY = ("vtk", "watchdog", "qtawesome", "smbprotocol", "paramiko", "spnego", "keyring")
READERS = ("pydicom", "pynetdicom")
"""Libraries whose messages may quote a header's values, among them names."""
DRAWERS = ("PIL",)
"""Libraries that remark on odd pictures."""


def private(text: object) -> str:
    """A stable mark for a personal value, so that two log lines can be matched without naming anybody."""
    return f"<{hashlib.sha256(str(text).encode()).hexdigest()[:8]}>"


class Discreet(logging.Filter):
    """Lets libraries that read headers say where they failed, and nothing else.

    Their loggers' levels are no help: they set them anew when they are imported.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.split(".")[0] not in READERS:
            return True
        if record.levelno < logging.ERROR:
            return False
        if hasattr(record, "withheld"):
            return True  # another handler came first
        record.withheld = True
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else "message"
        record.msg = f"{kind} withheld ({record.module}, line {record.lineno})"
        record.args, record.exc_info, record.exc_text, record.stack_info = None, None, None, None
        return True


class Diary(RotatingFileHandler):
    """The file of the diary. On a full disk a line is lost, and nobody is told with a traceback each time."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's own name
        if not isinstance(sys.exc_info()[1], OSError):
            super().handleError(record)


def start(home: Home, name: str, *, verbose: bool = False) -> None:
    """Write `logs/NAME.log` (5 files of 1 MB) and, when verbose, standard error."""
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    for handler in tuple(root.handlers):
        root.removeHandler(handler)
        handler.close()
    layout = logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
    to_file = Diary(home.logs / f"{name}.log", maxBytes=1_000_000, backupCount=5, encoding="utf-8")
    to_file.setFormatter(layout)
    to_file.addFilter(Discreet())
    root.addHandler(to_file)
    if verbose:
        to_screen = logging.StreamHandler(sys.stderr)
        to_screen.setFormatter(layout)
        to_screen.addFilter(Discreet())
        root.addHandler(to_screen)
    for noisy in NOISY:
        logging.getLogger(noisy).setLevel(logging.ERROR)
    hush()


def hush() -> None:
    """Silence what reading libraries remark on odd files, once for the whole program: such remarks quote
    headers. Whoever silences them for one call changes the filters of every other thread, too."""
    for reader in (*READERS, *DRAWERS):
        warnings.filterwarnings("ignore", module=reader)


def crash_report(home: Home, error: BaseException) -> Path:
    """Write what support needs about a bug and return the file's path, in the system's temporary folder
    where the home can't be written. Values of variables are left out."""
    name = f"crash-{datetime.now().astimezone():%Y%m%d-%H%M%S-%f}.txt"
    frames = "".join(traceback.format_tb(error.__traceback__))
    text = f"{type(error).__module__}.{type(error).__name__}\n\n{frames}"
    try:
        home.logs.mkdir(parents=True, exist_ok=True)
        return _written(home.logs / name, text)
    except OSError:
        return _written(Path(tempfile.gettempdir()) / f"vetpacs-{name}", text)


def _written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8", errors="backslashreplace")
    return path
